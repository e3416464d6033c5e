"""What an Incoming asks for: the pure part of a turn."""

from dataclasses import dataclass
from typing import assert_never

from resync_bot.conversation.commands import Command, parse_command
from resync_bot.conversation.feedback import FEEDBACK, verdict_of
from resync_bot.conversation.inbox import question_text
from resync_bot.conversation.model import ButtonPress, Incoming, Lifecycle, Person, Question, State
from resync_bot.conversation.ports import Refused

ASK = "ask"  # the action of a button whose value is the next question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the responder."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order to the conversation itself, and the words it was given in."""

    command: Command
    text: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A press of a button that means nothing, or nothing any more."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that happened; nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A verdict on an answer: "up" or "down"."""

    press: ButtonPress
    verdict: str
    turn_id: str


@dataclass(frozen=True, slots=True)
class Unwelcome:
    """Said by somebody who is not answered here."""


Reading = Asked | Ordered | Stale | Noted | Rated | Unwelcome
SILENT = (Noted, Rated, Unwelcome)  # what gets no answer


def read(incoming: Incoming, *, longest: int) -> Reading:
    """What `incoming` asks for; `longest` is the longest question, in characters."""
    match incoming:
        case Question(text=text):
            return _asked(incoming.person, text)
        case ButtonPress(action=action) if action == FEEDBACK:
            rated = verdict_of(incoming.value)
            return Rated(incoming, *rated) if rated else Stale()
        case ButtonPress(action=action, value=value):
            # The value came back from outside: it is a question only if somebody could have typed it.
            asked = question_text(value, longest=longest) if action == ASK else Refused("")
            return Stale() if isinstance(asked, Refused) else _asked(incoming.person, asked)
        case Lifecycle():
            return Noted()
        case _:
            assert_never(incoming)


def state(reading: Reading, answered: State) -> State:
    """How what was read so ended, in a turn whose answer ended as `answered`."""
    match reading:
        case Asked() | Ordered():
            return answered
        case Stale() | Unwelcome():
            return State.REFUSED
        case Noted() | Rated():
            return State.NOTED
        case _:
            assert_never(reading)


def _asked(person: Person, text: str) -> Asked | Ordered:
    command = parse_command(text)
    return Ordered(command, text) if command else Asked(person, text)
