"""What a person can want: a closed union, the same for English, Portuguese and conman."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import Enum, auto

from resync_bot.agent.arguments import Span
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

# --- what a question speaks of ---


class Kind(Enum):
    """What a name is said to be."""

    JOB = auto()
    STREAM = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Instance:
    """A schedule time as conman writes it, `(0600 11/23)`, on the engine's clock."""

    at: time
    day: int | None = None
    month: int | None = None
    year: int | None = None


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
class Window:
    """Times of day on the engine's clock: the last such interval that has begun."""

    since: time | None = None
    until: time | None = None
    yesterday: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """The last so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Tonight:
    """This night: the one that runs, or at daytime before 18:00 the one that was."""


When = Span | Window | Recent | Tonight

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
    """Whether it will make its deadline."""

    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ListWorkstations:
    """Workstations, their links, limits and fences."""

    name: str | None = None
    only_in_trouble: bool = False


@dataclass(frozen=True, slots=True)
class ListPrompts:
    """Prompts."""

    only_open: bool = True


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
    FUTURE = auto()  # what will run
    CONMAN = auto()  # a conman command or qualifier that is not supported


@dataclass(frozen=True, slots=True)
class NotYet:
    """Understood, and honestly not possible."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Not understood. `words` are those that were in the way, if it was single words."""

    words: tuple[str, ...] = ()


TargetIntent = ShowStatus | ShowDependencies | WhyFailed | WhyWaiting | Why | ShowLog | ShowImpact | MeetsDeadline
Intent = (
    TargetIntent
    | Overview
    | ListJobs
    | ListStreams
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
