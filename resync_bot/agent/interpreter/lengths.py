"""Lengths of time that are to be exceeded, as people write them: `more than 1 hour`, `over 90 min`, `ha mais de 2h`.
Pure."""

import re
from collections.abc import Sequence
from typing import Final

from resync_bot.agent.interpreter.items import Longer
from resync_bot.agent.interpreter.text import Word

_COMPARISONS: Final = tuple(
    tuple(phrase.split())
    for text in (
        "for more than|for over|for longer than|for at least|more than|longer than|over|above|at least|exceeding",
        "ha mais de|a mais de|por mais de|mais do que|mais de|mais que|acima de|ha pelo menos|pelo menos|superior a",
    )
    for phrase in text.split("|")
)
_FIRST_WORDS: Final = frozenset(comparison[0] for comparison in _COMPARISONS)
_MOST_WORDS: Final = 5
_LENGTH: Final = re.compile(
    r"(?:(?P<hours>\d{1,3}(?:[.,]\d)?) ?(?:hours?|horas?|hrs?|hs?))"
    r"(?:(?: and| e)? ?(?P<past>\d{1,2}) ?(?:minutes?|minutos?|mins?|m)?)?"
    r"|(?P<minutes>\d{1,4}) ?(?:minutes?|minutos?|mins?|m)"
)


def longer_than(words: Sequence[Word]) -> tuple[int, Longer] | None:
    """The length that `words` begin with, with the comparison before it, and of how many words it is made."""
    if not words or words[0].folded not in _FIRST_WORDS:
        return None
    folded = tuple(word.folded for word in words[:9])
    for comparison in _COMPARISONS:
        if folded[: len(comparison)] != comparison:
            continue
        start = len(comparison)
        for count in range(_MOST_WORDS, 0, -1):
            match = _LENGTH.fullmatch(" ".join(folded[start : start + count]))
            if match and len(folded) >= start + count:
                length = start + count
                return length, Longer(_minutes(match), " ".join(word.text for word in words[:length]))
    return None


def _minutes(match: re.Match[str]) -> int:
    if match["minutes"]:
        return int(match["minutes"])
    return round(float(match["hours"].replace(",", ".")) * 60) + int(match["past"] or 0)
