"""The few words that are orders to the conversation itself and not questions for the responder."""

import re
import unicodedata
from enum import Enum


class Command(Enum):
    """What a person may order."""

    FORGET = "forget"


_PHRASES = {
    Command.FORGET: re.compile(
        r"/?(?:forget(?: everything| (?:this|the|our) conversation)?"
        r"|esquec(?:e|a|er)(?: tudo| (?:esta|essa|a|nossa|a nossa) conversa)?)"
    )
}


def parse_command(text: str) -> Command | None:
    """The command if `text` is one as a whole: "forget", "Esqueça esta conversa."; None for everything else."""
    plain = "".join(part for part in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(part))
    words = " ".join(plain.strip(" \t\n.!").split())
    return next((command for command, phrase in _PHRASES.items() if phrase.fullmatch(words)), None)
