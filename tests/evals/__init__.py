"""Questions as operators type them, each with what a right answer must say: see README.md here."""
