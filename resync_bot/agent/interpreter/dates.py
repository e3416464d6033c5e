"""Calendar dates as people write them: `22/11`, `2026-11-22`, `22 nov`, `November 22nd`, `22 de novembro`, `dia 22`,
weekdays, `2 days ago`. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from resync_bot.agent.evidence.vocabulary import MONTHS
from resync_bot.agent.interpreter.intents import Date, Day, DaysAgo, Weekday
from resync_bot.agent.interpreter.items import Calendar
from resync_bot.agent.interpreter.text import Word, fold
from resync_bot.conversation.language import Language

_SLASHED: Final = re.compile(r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})(?:[/.](?P<year>\d{4}|\d{2}))?")
_ISO: Final = re.compile(r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")
_DAY: Final = re.compile(r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|o|º)?")
_MONTH_BESIDE_A_DAY: Final = {fold(name): number for name, number in MONTHS.items()}
# Alone before a number these are other words: "set limit 5", "may 5 jobs fail".
_MONTH_BY_NAME: Final = {
    name: number for name, number in _MONTH_BESIDE_A_DAY.items() if name not in ("set", "may", "mar", "out", "dez")
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday segunda-feira",
            "tuesday terca-feira",
            "wednesday quarta-feira",
            "thursday quinta-feira",
            "friday sexta-feira sexta",
            "saturday sabado",
            "sunday domingo",
        )
    )
    for name in names.split()
}
_PHRASES: Final[dict[tuple[str, ...], Date]] = {
    ("day", "before", "yesterday"): DaysAgo(2),
    ("anteontem",): DaysAgo(2),
    ("antes", "de", "ontem"): DaysAgo(2),
}
_MOST_DAYS_AGO: Final = 30


def calendar_date(words: Sequence[Word], language: Language) -> tuple[int, Calendar] | None:
    """The date that `words` begin with, and of how many words it is made."""
    folded = tuple(word.folded for word in words[:4])
    found = _phrase(folded) or _ago(folded) or _worded(folded) or _written(folded[0], language)
    if found is None:
        return None
    length, date = found
    return length, Calendar(date, " ".join(word.text for word in words[:length]))


def _phrase(words: tuple[str, ...]) -> tuple[int, Date] | None:
    for phrase, date in _PHRASES.items():
        if words[: len(phrase)] == phrase:
            return len(phrase), date
    return (1, Weekday(_WEEKDAYS[words[0]])) if words[0] in _WEEKDAYS else None


def _ago(words: tuple[str, ...]) -> tuple[int, Date] | None:
    """`2 days ago`, `2 dias atras`, `ha 2 dias`."""
    behind = words[1:] if words[0] == "ha" else words
    if len(behind) < 2 or not behind[0].isdecimal() or behind[1] not in ("day", "days", "dia", "dias"):
        return None
    days, is_said = int(behind[0]), words[0] == "ha" or (len(behind) > 2 and behind[2] in ("ago", "atras"))
    if not is_said or not 0 < days <= _MOST_DAYS_AGO:
        return None
    has_end = len(behind) > 2 and behind[2] in ("ago", "atras")
    return (words[0] == "ha") + 2 + has_end, DaysAgo(days)


def _worded(words: tuple[str, ...]) -> tuple[int, Date] | None:
    """`22 nov`, `22nd of november`, `22 de novembro`, `nov 22`, `dia 22`, `dia 22 de novembro`."""
    if words[0] == "dia" and len(words) > 1 and (day := _day(words[1])):
        rest = _month_behind(words[2:])
        return (2 + rest[0], Day(day, rest[1])) if rest else (2, Day(day))
    if day := _day(words[0]):
        rest = _month_behind(words[1:])
        return (1 + rest[0], Day(day, rest[1])) if rest else None
    month = _MONTH_BY_NAME.get(words[0].rstrip("."))
    if month and len(words) > 1 and (day := _day(words[1])):
        return 2, Day(day, month)
    return None


def _month_behind(words: tuple[str, ...]) -> tuple[int, int] | None:
    length = 1 if words[:1] and words[0] in ("of", "de", "do") else 0
    month = _MONTH_BESIDE_A_DAY.get(words[length]) if len(words) > length else None
    return (length + 1, month) if month else None


def _day(word: str) -> int | None:
    match = _DAY.fullmatch(word)
    return int(match["day"]) if match and 1 <= int(match["day"]) <= 31 else None


def _written(word: str, language: Language) -> tuple[int, Date] | None:
    iso = _ISO.fullmatch(word)
    if iso:
        return 1, Day(int(iso["day"]), int(iso["month"]), int(iso["year"]))
    match = _SLASHED.fullmatch(word)
    if match is None:
        return None
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"] or 0)
    # conman and Americans write the month first, Brazilians the day; above 12 it can only be the day.
    day, month = (first, second) if first > 12 or (language is Language.PT and second <= 12) else (second, first)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return 1, Day(day, month, (year + 2000 if 0 < year < 100 else year) or None)
