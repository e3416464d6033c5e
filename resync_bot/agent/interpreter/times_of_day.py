"""Times of day as people write them: `02:00`, `2h`, `2h30`, `2 am`, `midnight`, `meia-noite`, and `since 2`."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Final

from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.items import Item, Said, Time, means
from resync_bot.agent.interpreter.text import Word

_TIME = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])(?:[:h](?P<minute>[0-5]\d)|h(?:s|rs)?)"
    r"|(?P<twelve>0?[1-9]|1[0-2])(?::(?P<past>[0-5]\d))?(?P<half>am|pm)"
)
_FOUR_DIGITS = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
_WORDS: Final = {
    ("midnight",): time(0),
    ("meia-noite",): time(0),
    ("meia", "noite"): time(0),
    ("noon",): time(12),
    ("midday",): time(12),
    ("meio-dia",): time(12),
    ("meio", "dia"): time(12),
}
# After these a bare number is a time: "since 2", "entre 22 e 2" ...
_BEFORE_TIME: Final = (Concept.SINCE, Concept.UNTIL, Concept.BETWEEN, Concept.AND)
# ... unless it counts something: "the last 3 hours", "e 20 linhas".
_COUNTED: Final = re.compile(r"hours?|horas?|min(?:ute|uto)?s?|lines?|linhas?|jobs?|streams?|erro(?:r?s)?")


def time_of_day(words: Sequence[Word], previous: Item | None) -> tuple[int, Time] | None:
    """The time that `words` begin with, and of how many words it is made."""
    word = words[0]
    for length in (1, 2):
        named = _WORDS.get(tuple(each.folded for each in words[:length]))
        if named is not None:
            return min(length, len(words)), Time(named, word.text)
    following = words[1].folded if len(words) > 1 else ""
    half = following if following in ("am", "pm") else ""
    match = _TIME.fullmatch(word.folded + half)
    if match:
        return (2 if half else 1), Time(_of(match), word.text)
    is_by = isinstance(previous, Said) and previous.text.lower() == "by"  # "done by 3"
    if not (is_by or means(previous, *_BEFORE_TIME) or isinstance(previous, Time)) or _COUNTED.fullmatch(following):
        return None
    digits = _FOUR_DIGITS.fullmatch(word.folded)
    if digits:
        return 1, Time(time(int(digits["hour"]), int(digits["minute"])), word.text)
    is_hour = word.folded.isdecimal() and len(word.folded) <= 2 and int(word.folded) < 24
    return (1, Time(time(int(word.folded)), word.text)) if is_hour else None


def _of(match: re.Match[str]) -> time:
    if match["twelve"]:
        hour = int(match["twelve"]) % 12 + (12 if match["half"] == "pm" else 0)
        return time(hour, int(match["past"] or 0))
    return time(int(match["hour"]), int(match["minute"] or 0))
