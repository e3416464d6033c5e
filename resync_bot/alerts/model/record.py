"""What became of it: decisions, and what stands in each place."""

from datetime import datetime
from enum import StrEnum

from resync_bot.alerts.model.troubles import Value


class Outcome(StrEnum):
    """What became of a trouble for one place. Exactly one each at any time: "why was I not told?" has an answer."""

    SENT = "SENT"
    GROUPED = "GROUPED"  # it belongs to a group that the place knows
    WAITING = "WAITING"  # for the group's first seconds to pass
    INHIBITED = "INHIBITED"
    SILENCED = "SILENCED"
    REPEATED = "REPEATED"  # told before; the message stands
    STORM = "STORM"  # on the place's board
    HEALED = "HEALED"  # it was over before anybody had to be told
    RATE_LIMITED = "RATE_LIMITED"  # the platform asked to wait; it is told as soon as it may be
    UNDELIVERABLE = "UNDELIVERABLE"
    UNROUTED = "UNROUTED"


class Told(Value):
    """A decision, for the record. `why` is a reason's word of the stage that took it; `detail` names its grounds."""

    at: datetime
    group: str
    trouble: str  # key
    name: str  # of the object
    place: str  # encoded; empty if no place is meant
    outcome: Outcome
    why: str
    detail: str = ""


class Posted(Value):
    """What stands in a place about a group: `message` is the platform's id of it."""

    place: str
    message: str = ""
    shown: str = ""  # a digest of what it says
    at: datetime | None = None  # of the last post or edit
    first: datetime | None = None
    noted: datetime | None = None  # of the last note in its thread
    reminded: datetime | None = None  # of the last time that people were called
    told: int = 0  # entries of the story that are told, here or in the thread
    attempts: int = 0  # that failed in a row
    problem: str = ""  # why it cannot be delivered
    board: bool = False  # it is told by the place's board


class Board(Value):
    """The one message of a place in a storm: what would have been too many. `groups` are on it, by id."""

    place: str
    groups: tuple[str, ...]
    since: datetime
    began: datetime  # the same by the engine's clock
    last: datetime  # that a group came onto it
    message: str = ""
    shown: str = ""
    at: datetime | None = None  # of the last post or edit
    over: datetime | None = None  # since when new groups are told one by one again
    attempts: int = 0
    problem: str = ""
