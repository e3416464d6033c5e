"""What people say to alerting in a chat: orders, and questions about what they were or were not told."""
