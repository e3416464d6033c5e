"""The first words after an installation: what the bot does, with questions that work when pressed."""

import re
from collections.abc import Sequence

from adapters.teams.references import Reference
from resync_bot.conversation.model import Answer, Button, Buttons, Text

_ASK_HERE = "Write to me here as you would ask a colleague, in English, in Portuguese or in conman."
_MENTION = "Mention me (**@{name}**) with your question; I answer in the same thread."
EXAMPLES = ("What failed last night?", "How is the plan?", "What is late?")  # work on any plan
_MORE = Button("What else can I ask?", "ask", "help")


_STREAM = re.compile(r" in stream \S+")  # in a label it says more than one needs to know


def welcome(reference: Reference, questions: Sequence[str] = ()) -> Answer:
    """The welcome to a conversation. Of `questions`, which fit the present plan, it offers the first."""
    how = _ASK_HERE if reference.is_personal else _MENTION.format(name=reference.bot_name or "Resync")
    text = f"Hello, I am Resync. I answer questions about the production plan of HCL Workload Automation.\n\n{how}"
    offered = [*(question for question in questions[:1] if question not in EXAMPLES), *EXAMPLES][: len(EXAMPLES)]
    return Answer(text=text, blocks=(Text(text), Buttons((*map(_ask, offered), _MORE))))


def _ask(question: str) -> Button:
    label = _STREAM.sub("", question)
    return Button(f"{label[:1].upper()}{label[1:]}", "ask", question)
