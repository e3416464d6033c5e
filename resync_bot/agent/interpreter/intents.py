"""What a person can want: a closed union, the same for English, Portuguese and conman."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import Enum, auto

from resync_bot.agent.arguments import PromptStatus, Span
from resync_bot.agent.conman.selection import Instance
from resync_bot.tws.models import Reason, Status
from resync_bot.tws.queries import JobOrder

# --- what a question speaks of ---


class Kind(Enum):
    """What a name is said to be."""

    JOB = auto()
    STREAM = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """One job or stream as somebody named it. `place` is where it is said to be, of unknown kind ("na ETL")."""

    name: str
    kind: Kind = Kind.EITHER
    stream: str | None = None
    folder: str | None = None
    workstation: str | None = None
    place: str | None = None
    instance: Instance | None = None
    scheduled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look. `unknown` is a name of which the question does not say what it is."""

    stream: str | None = None
    folder: str | None = None
    workstation: str | None = None
    unknown: str | None = None

    def __bool__(self) -> bool:
        return any((self.stream, self.folder, self.workstation, self.unknown))


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day on the engine's clock; without a year the nearest one that has begun."""

    day: int
    month: int | None = None  # None: the last such day of a month
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Weekday:
    """The last day of that name, 0 is Monday."""

    number: int


@dataclass(frozen=True, slots=True)
class DaysAgo:
    """The production day so many days before the present one."""

    days: int


Date = Day | Weekday | DaysAgo


@dataclass(frozen=True, slots=True)
class Window:
    """Times of day on the engine's clock: the last such interval that has begun, or that of `date`."""

    since: time | None = None
    until: time | None = None
    yesterday: bool = False
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Recent:
    """The last so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Tonight:
    """This night: the one that runs, or at daytime before 18:00 the one that was."""


When = Span | Window | Recent | Ahead | Tonight | Date

# --- what is wanted ---


@dataclass(frozen=True, slots=True)
class Overview:
    """The plan at a glance; with `when` also what failed then."""

    when: When | None = None


@dataclass(frozen=True, slots=True)
class ListJobs:
    """The jobs that match."""

    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[str, ...] = ()
    places: Places = field(default_factory=Places)
    name: str | None = None
    when: When | None = None
    critical: bool | None = None
    late: bool | None = None
    reasons: tuple[Reason, ...] = ()
    return_code: int | None = None
    longer_than: int | None = None  # minutes that they run or ran
    order: JobOrder = JobOrder.NAME
    limit: int = 10


@dataclass(frozen=True, slots=True)
class ListStreams:
    """The job streams that match."""

    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[str, ...] = ()
    places: Places = field(default_factory=Places)
    name: str | None = None
    late: bool | None = None
    limit: int = 10


@dataclass(frozen=True, slots=True)
class SelectJobsBy:
    """Jobs by a selection in conman's own words."""

    selection: str


@dataclass(frozen=True, slots=True)
class SelectStreamsBy:
    """Job streams by a selection in conman's own words."""

    selection: str


@dataclass(frozen=True, slots=True)
class ListUpcoming:
    """What is planned to start."""

    when: When | None = None
    places: Places = field(default_factory=Places)


# A `target` of None is what the conversation is about.


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """How a job or stream is."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ShowDependencies:
    """What a job depends on."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class WhyFailed:
    """Why it failed."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class WhyWaiting:
    """Why it does not start."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why it is as it is: failed or waiting, whichever it turns out to be."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ShowLog:
    """The end of its log."""

    target: Target | None = None
    last_lines: int | None = None
    errors_only: bool = False


@dataclass(frozen=True, slots=True)
class ShowImpact:
    """What depends on it."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class MeetsDeadline:
    """When it ends, and whether that is in time: for `by`, else for its own deadline."""

    target: Target | None = None
    by: time | None = None


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """When it ran, how long it usually takes, how often it fails."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ShowChanges:
    """What is different from its last good run."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ShowElsewhere:
    """How all jobs of its name are."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class CompareJobs:
    """Jobs, or job streams, beside each other."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class ExplainMessage:
    """What a message id of the engine means."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ListLongRuns:
    """Jobs that took longer than they usually do."""

    days_back: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class CompareWithDay:
    """The present production day beside an earlier one."""

    days_back: int = 1


@dataclass(frozen=True, slots=True)
class ListWorkstations:
    """Workstations, their links, limits and fences."""

    name: str | None = None
    only_in_trouble: bool = False
    domain: str | None = None
    in_detail: bool = False


@dataclass(frozen=True, slots=True)
class ListPrompts:
    """Prompts. `statuses` are those of the API, empty for all."""

    only_open: bool = True
    statuses: tuple[PromptStatus, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ListResources:
    """Resources and who holds them."""

    name: str | None = None
    only_in_use: bool = False


@dataclass(frozen=True, slots=True)
class ListCriticalJobs:
    """Critical jobs and their deadlines."""

    only_at_risk: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Hello."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thank you, and ok."""


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A wish to change the plan: understood, and not possible from here."""

    target: Target | None = None


class Topic(Enum):
    """What is understood and cannot be answered from the present plan."""

    HISTORY = auto()  # averages, last week, longer than usual
    FUTURE = auto()  # what will run after the end of the plan
    CONMAN = auto()  # a command of conman that has no counterpart in the engine's API
    FILES = auto()  # `sf`
    DOMAINS = auto()  # `showd`


@dataclass(frozen=True, slots=True)
class NotYet:
    """Understood, and honestly not possible."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Not understood. `words` are those that were in the way, if it was single words; `about` is the one it names."""

    words: tuple[str, ...] = ()
    about: str | None = None


TargetIntent = (
    ShowStatus
    | ShowDependencies
    | WhyFailed
    | WhyWaiting
    | Why
    | ShowLog
    | ShowImpact
    | MeetsDeadline
    | ShowHistory
    | ShowChanges
    | ShowElsewhere
)
Intent = (
    TargetIntent
    | Overview
    | ListJobs
    | ListStreams
    | SelectJobsBy
    | SelectStreamsBy
    | ListUpcoming
    | CompareJobs
    | ExplainMessage
    | ListLongRuns
    | CompareWithDay
    | ListWorkstations
    | ListPrompts
    | ListResources
    | ListCriticalJobs
    | Help
    | Greeting
    | Thanks
    | ChangeRequest
    | NotYet
    | NotUnderstood
)
