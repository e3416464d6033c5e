"""The first words after an installation: what the bot does, with questions that work when pressed."""

from collections.abc import Sequence

from adapters.teams.references import Reference
from resync_bot.conversation.model import Answer, Button, Buttons, Text

_ASK_HERE = "Write to me here as you would ask a colleague, in English, in Portuguese or in conman."
_MENTION = "Mention me (**@{name}**) with your question; I answer in the same thread."
EXAMPLES = ("What failed last night?", "How is the plan?", "What is late?")
_MORE = Button("What else can I ask?", "ask", "help")


def welcome(reference: Reference, questions: Sequence[str] = EXAMPLES) -> Answer:
    """The welcome to a conversation, with `questions` that work on the present plan."""
    how = _ASK_HERE if reference.is_personal else _MENTION.format(name=reference.bot_name or "Resync")
    text = f"Hello, I am Resync. I answer questions about the production plan of HCL Workload Automation.\n\n{how}"
    examples = tuple(Button(question, "ask", question) for question in questions[: len(EXAMPLES)])
    return Answer(text=text, blocks=(Text(text), Buttons((*examples, _MORE))))
