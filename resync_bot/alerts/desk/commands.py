"""What a person can want of alerting: a closed union, the same for English and Portuguese."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from resync_bot.alerts.model import Pattern
from resync_bot.conversation.language import Language

# --- until when ---


@dataclass(frozen=True, slots=True)
class Lasting:
    """For so long from now."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Until a time of day. Without a day: the next time that the clock shows it.

    `days` counts from today, `weekday` is 0 on Monday.
    """

    hour: int
    minute: int = 0
    days: int | None = None
    weekday: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class TicketCloses:
    """Until somebody says that the ticket is closed."""

    ticket: str


Until = Lasting | ClockTime | TicketCloses

# --- which one ---


@dataclass(frozen=True, slots=True)
class Numbered:
    """The one with that number in the list of this place, from 1 on."""

    number: int


@dataclass(frozen=True, slots=True)
class WithId:
    """The one with that id: eight hexadecimal digits."""

    id: str


@dataclass(frozen=True, slots=True)
class OfTicket:
    """Those of a change ticket."""

    ticket: str


@dataclass(frozen=True, slots=True)
class About:
    """Those about these objects."""

    patterns: tuple[Pattern, ...]

    def names(self, pattern: Pattern) -> bool:
        """Whether `pattern` is what somebody said, who need not repeat all of it."""
        return any(
            all(getattr(pattern, name) == value for name, value in said if value != Pattern.model_fields[name].default)
            for said in self.patterns
        )


# --- what is wanted ---


@dataclass(frozen=True, slots=True)
class AlertHere:
    """From now on what matches is told here, and `mention` is called by what is critical."""

    patterns: tuple[Pattern, ...]
    mention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopAlerting:
    """A rule of this place is taken away."""

    which: Numbered | WithId | About


@dataclass(frozen=True, slots=True)
class ListRules:
    """The rules of this place."""


@dataclass(frozen=True, slots=True)
class MakeSilence:
    """Nothing is told about what matches. Without `until` a ticket alone ends it, or the longest time."""

    patterns: tuple[Pattern, ...]
    until: Until | None = None
    ticket: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndSilence:
    """A silence ends now."""

    which: Numbered | WithId | OfTicket | About


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """A change ticket is closed: what was silent because of it is not any more."""

    ticket: str


@dataclass(frozen=True, slots=True)
class ListSilences:
    """What is silent now."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The person looks after an alert."""

    which: WithId | About


@dataclass(frozen=True, slots=True)
class Release:
    """Nobody looks after it any more."""

    which: WithId | About


@dataclass(frozen=True, slots=True)
class WhyNotTold:
    """What became of the troubles of an object for this place."""

    name: str


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """What is wrong now and was told."""


@dataclass(frozen=True, slots=True)
class ShiftDigest:
    """What a shift has to know."""


class Order(Enum):
    """What an order that could not be read was going to be."""

    ALERT = auto()
    STOP = auto()
    SILENCE = auto()
    END_SILENCE = auto()
    ACKNOWLEDGE = auto()
    RELEASE = auto()
    WHY_NOT_TOLD = auto()


class Mistake(Enum):
    """Why an order could not be read."""

    NOTHING_NAMED = auto()  # what it is about is missing
    NOT_UNDERSTOOD = auto()  # a part of it
    UNKNOWN_PLACE = auto()  # "on X", where X is no engine
    NO_TIME = auto()  # a silence has to end
    NO_PERSON = auto()  # who is to be called is no id
    TOO_MANY = auto()  # names in one order


@dataclass(frozen=True, slots=True)
class Unread:
    """It is an order, but not all of it can be read; `what` is the part."""

    order: Order
    mistake: Mistake
    what: str = ""


Changing = AlertHere | StopAlerting | MakeSilence | EndSilence | TicketClosed | Acknowledge | Release
Asking = ListRules | ListSilences | WhyNotTold | OpenAlerts | ShiftDigest
Command = Changing | Asking | Unread


@dataclass(frozen=True, slots=True)
class Reading:
    """A command, and the language that it was said in."""

    command: Command
    language: Language
