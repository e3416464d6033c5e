"""What a question is made of once it is read: words with a meaning, names, states, times and numbers."""

from dataclasses import dataclass
from datetime import time
from enum import Enum, auto

from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import Date
from resync_bot.agent.interpreter.lexicon import Meaning


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


@dataclass(frozen=True, slots=True)
class Said:
    """Words with a meaning."""

    text: str
    meaning: Meaning


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
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: int


@dataclass(frozen=True, slots=True)
class Longer:
    """`more than 1 hour`: a length of time that is to be exceeded; `text` as typed."""

    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day; `text` as typed."""

    date: Date
    text: str


Item = Said | Name | State | Time | Number | Longer | Calendar


def means(item: Item | None, *concepts: Concept) -> bool:
    """Whether the item is a word with one of these meanings."""
    return isinstance(item, Said) and not item.meaning.isdisjoint(concepts)
