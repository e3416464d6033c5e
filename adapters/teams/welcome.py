"""The first words after an installation: what the bot does, with questions that work when pressed."""

from adapters.teams.references import Reference
from resync_bot.conversation.model import Answer, Button, Buttons, Text

_ASK_HERE = "Write to me here as you would ask a colleague, in English, in Portuguese or in conman."
_MENTION = "Mention me (**@{name}**) with your question; I answer in the same thread."
_EXAMPLES = (
    ("What failed last night?", "what failed last night?"),
    ("How is the plan?", "how is the plan?"),
    ("What is late?", "what is late?"),
    ("What else can I ask?", "help"),
)


def welcome(reference: Reference) -> Answer:
    """The welcome to a conversation."""
    how = _ASK_HERE if reference.is_personal else _MENTION.format(name=reference.bot_name or "Resync")
    text = f"Hello, I am Resync. I answer questions about the production plan of HCL Workload Automation.\n\n{how}"
    buttons = tuple(Button(label, "ask", question) for label, question in _EXAMPLES)
    return Answer(text=text, blocks=(Text(text), Buttons(buttons)))
