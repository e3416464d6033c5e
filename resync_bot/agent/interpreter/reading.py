"""A question taken apart: meanings, names, times and numbers in their order. No intent yet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import Enum, auto
from typing import Final

from resync_bot.agent.interpreter import lexicon
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.text import Word
from resync_bot.agent.language import Language

# conman's words for a state (manual of showjobs and showschedules); operators write them in capitals.
INTERNAL_STATES: Final = frozenset(["ABEND", "ABENP", "ADD", "BOUND", "CANCL", "DONE", "EXEC", "EXTRN", "FAIL", "FENCE", "HOLD", "INTRO", "PEND", "READY", "SCHED", "STUCK", "SUCC", "SUCCP", "SUPPR", "SUSP", "WAIT", "WAITD"])  # fmt: skip
_NAME_SIGNS = re.compile(r"[_#/@%*]|\w\.\w")
_LETTERS_AND_DIGITS = re.compile(r"(?=.*[a-z])(?=.*\d)[\w-]+", re.IGNORECASE)
_NAME = re.compile(r"[\w\-#/.@%*?()\s]+")
_TIME = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])(?:[:h](?P<minute>[0-5]\d)|h(?:s|rs)?)"
    r"|(?P<twelve>0?[1-9]|1[0-2])(?::(?P<past>[0-5]\d))?(?P<half>am|pm)"
)
_FOUR_DIGITS = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
_NAMED_TIMES: Final = {
    "midnight": time(0), "noon": time(12), "midday": time(12), "meia-noite": time(0), "meianoite": time(0),
    "meio-dia": time(12), "meiodia": time(12),
}  # fmt: skip
_BEFORE_TIME: Final = frozenset({Concept.SINCE, Concept.UNTIL, Concept.BETWEEN, Concept.AND})


class Role(Enum):
    """What a name is in its question, by the word before or behind it."""

    BARE = auto()
    JOB = auto()
    STREAM = auto()
    WORKSTATION = auto()
    FOLDER = auto()
    RESOURCE = auto()
    PROMPT = auto()
    PLACE = auto()  # in, no, na: a place of unknown kind
    ON = auto()
    OF = auto()


_ROLE_OF: Final[tuple[tuple[Concept, Role], ...]] = (
    (Concept.WORKSTATION, Role.WORKSTATION),
    (Concept.WORKSTATIONS, Role.WORKSTATION),
    (Concept.STREAM, Role.STREAM),
    (Concept.FOLDER, Role.FOLDER),
    (Concept.RESOURCE, Role.RESOURCE),
    (Concept.PROMPT, Role.PROMPT),
    (Concept.JOB, Role.JOB),
    (Concept.IN, Role.PLACE),
    (Concept.ON, Role.ON),
    (Concept.OF, Role.OF),
    (Concept.SINCE, Role.OF),  # "the log from X"
)
_TRANSPARENT: Final = frozenset({Concept.FILLER, Concept.POLITE, Concept.NAMED, Concept.SHOW})


@dataclass(frozen=True, slots=True)
class Said:
    """Words with a meaning."""

    text: str
    meaning: lexicon.Meaning


@dataclass(frozen=True, slots=True)
class Name:
    """A word that may name something. `sure` if it looks like nothing else."""

    text: str
    sure: bool
    role: Role = Role.BARE


@dataclass(frozen=True, slots=True)
class State:
    """A state in conman's own word."""

    word: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; `text` as typed."""

    at: time
    text: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: int


Item = Said | Name | State | Time | Number


@dataclass(frozen=True, slots=True)
class Reading:
    """The items of a question in their order."""

    items: tuple[Item, ...]
    language: Language

    def has(self, *concepts: Concept) -> bool:
        """Whether any of the words means one of `concepts`."""
        return any(isinstance(item, Said) and not item.meaning.isdisjoint(concepts) for item in self.items)

    def position(self, *concepts: Concept) -> int:
        """Where the first word with one of these meanings stands; -1 if there is none."""
        return next(
            (
                index
                for index, item in enumerate(self.items)
                if isinstance(item, Said) and not item.meaning.isdisjoint(concepts)
            ),
            -1,
        )

    @property
    def names(self) -> tuple[Name, ...]:
        """All names, in order."""
        return tuple(item for item in self.items if isinstance(item, Name))

    @property
    def states(self) -> tuple[str, ...]:
        """States in conman's own words."""
        return tuple(item.word for item in self.items if isinstance(item, State))

    @property
    def significant(self) -> tuple[Item, ...]:
        """The items without politeness and filling."""
        return tuple(
            item
            for item in self.items
            if not (
                isinstance(item, Said) and item.meaning <= {Concept.FILLER, Concept.POLITE, Concept.AND, Concept.HELLO}
            )
        )


def read(words: Sequence[Word], language: Language) -> Reading:
    """`words` as items. Total: a word that means nothing is a name that is not sure."""
    words = words[:200]
    mixed = any(word.text.islower() and len(word.text) > 1 for word in words)
    items: list[Item] = []
    at = 0
    while at < len(words):
        length, item = _next(words[at:], items, mixed=mixed, language=language)
        items.append(item)
        at += length
    return Reading(_joined(_with_roles(items)), language)


def _next(words: Sequence[Word], before: Sequence[Item], *, mixed: bool, language: Language) -> tuple[int, Item]:
    word = words[0]
    previous = before[-1] if before else None
    moment = _time(word, words[1:], previous)
    if moment:
        return moment
    if word.text.isdecimal() and len(word.text) < 9:
        return 1, Number(int(word.text))
    if word.quoted or _looks_like_a_name(word):
        return 1, Name(word.text, sure=True)
    capitals = mixed and word.text.isupper() and len(word.text) > 1
    if word.text.upper() in INTERNAL_STATES and (capitals or _means(previous, Concept.STATUS_WORD)):
        return 1, State(word.text.upper())
    if capitals and _names_one(previous):
        return 1, Name(word.text, sure=True)
    known = lexicon.match(words, language)
    if known:
        length, meaning = known
        return length, Said(" ".join(each.text for each in words[:length]), meaning)
    if capitals:
        return 1, Name(word.text, sure=True)
    meant = None if _names_one(previous) else lexicon.match_misspelt(word, language)
    return (1, Said(word.text, meant)) if meant else (1, Name(word.text, sure=False))


def _looks_like_a_name(word: Word) -> bool:
    if not _NAME.fullmatch(word.text) or word.folded in _NAMED_TIMES or not any(map(str.isalnum, word.text)):
        return word.text in ("@", "*")
    return (
        bool(_NAME_SIGNS.search(word.text) or _LETTERS_AND_DIGITS.fullmatch(word.text)) and not word.text[:1].isspace()
    )


def _means(item: Item | None, *concepts: Concept) -> bool:
    return isinstance(item, Said) and not item.meaning.isdisjoint(concepts)


def _names_one(item: Item | None) -> bool:
    """Whether a name must follow: `job FINAL`, `stream BACKUP`."""
    return _means(
        item, Concept.JOB, Concept.STREAM, Concept.WORKSTATION, Concept.FOLDER, Concept.RESOURCE, Concept.NAMED
    )


def _time(word: Word, following: Sequence[Word], previous: Item | None) -> tuple[int, Time] | None:
    if word.folded in _NAMED_TIMES:
        return 1, Time(_NAMED_TIMES[word.folded], word.text)
    if word.folded == "meia" and following and following[0].folded == "noite":
        return 2, Time(time(0))
    if word.folded == "meio" and following and following[0].folded == "dia":
        return 2, Time(time(12))
    half = following[0].folded if following and following[0].folded in ("am", "pm") else ""
    match = _TIME.fullmatch(word.folded + half)
    if match:
        return (2 if half else 1), Time(_time_of(match), word.text)
    expected = _means(previous, *_BEFORE_TIME) or isinstance(previous, Time)
    four = _FOUR_DIGITS.fullmatch(word.folded)
    if four and expected:
        return 1, Time(time(int(four["hour"]), int(four["minute"])), word.text)
    amount = following and following[0].folded in _AFTER_AMOUNT
    if word.text.isdecimal() and len(word.text) <= 2 and int(word.text) < 24 and expected and not amount:
        return 1, Time(time(int(word.text)), word.text)
    return None


_AFTER_AMOUNT: Final = frozenset(
    [
        "hour",
        "minutes",
        "minute",
        "lines",
        "line",
        "job",
        "jobs",
        "min",
        "mins",
        "minutos",
        "minuto",
        "linha",
        "linhas",
        "jobs",
        "erros",
        "errors",
    ]
)


def _time_of(match: re.Match[str]) -> time:
    if match["twelve"]:
        hour = int(match["twelve"]) % 12 + (12 if match["half"] == "pm" else 0)
        return time(hour, int(match["past"] or 0))
    return time(int(match["hour"]), int(match["minute"] or 0))


def _with_roles(items: Sequence[Item]) -> list[Item]:
    placed: list[Item] = []
    for index, item in enumerate(items):
        if isinstance(item, Name):
            behind = items[index + 1] if index + 1 < len(items) else None
            placed.append(Name(item.text, item.sure, _role(placed, behind)))
        else:
            placed.append(item)
    return placed


def _role(before: Sequence[Item], behind: Item | None) -> Role:
    role = Role.BARE
    for item in reversed(before):
        if _means(item, *(concept for concept, _ in _ROLE_OF)):
            role = next(role for concept, role in _ROLE_OF if _means(item, concept))
            break
        if isinstance(item, Name) and _same_phrase(item, before):
            role = item.role
            break
        if not (isinstance(item, Said) and item.meaning <= _TRANSPARENT):
            break
    if role in (Role.BARE, Role.PLACE, Role.ON, Role.OF):
        if _means(behind, Concept.STREAM):
            return Role.STREAM
        if _means(behind, Concept.WORKSTATION):
            return Role.WORKSTATION
        if _means(behind, Concept.FOLDER):
            return Role.FOLDER
        if _means(behind, Concept.JOBS) and role is Role.BARE:
            return Role.PLACE
    return role


def _same_phrase(name: Name, before: Sequence[Item]) -> bool:
    """Whether the name stands directly before: `stream payroll daily`."""
    return bool(before) and before[-1] is name and not name.sure


def _joined(items: Sequence[Item]) -> tuple[Item, ...]:
    """Plain words in a row that may name something become one name: `payroll post`."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Name) and isinstance(last, Name) and not item.sure and not last.sure:
            joined[-1] = Name(f"{last.text} {item.text}", sure=False, role=last.role)
        else:
            joined.append(item)
    return tuple(joined)
