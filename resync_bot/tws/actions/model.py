"""The changes, as a closed union of frozen values. Ids are the engine's own, opaque, and go stale with the plan.

The permissions of each are the keywords of the engine's security file that its user needs (Administration 10.2.5, "user
access", checked 2026-11-23): `submitdb` instead of `submit` where only what is defined in the database may run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

MOST_SUCCESSORS = 1000  # that an engine reruns together with a job
HIGHEST_NUMERIC_PRIORITY = 99
HI, GO = 100, 101  # as numbers; they override the limit of a workstation


class Successors(StrEnum):
    """Which of what follows a job runs again with it."""

    NONE = "none"
    INTERNAL = "internal"  # those of its own job stream
    ALL = "all"


class Kind(StrEnum):
    """What an id belongs to."""

    JOB = "job"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Target:
    """A job or a job stream of the plan."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """Runs a job again, as a new run of the same job. `run_id` is its last run.

    `definition` is the id of another job definition to run in its place. `successor_ids` are what `successors` means
    now: whoever asks has looked at them, and no more than these run again.
    """

    job_id: str
    run_id: str
    definition: str | None = None
    at: datetime | None = None
    priority: int | None = None
    step: str | None = None
    login: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    same_workstation: bool = False
    successors: Successors = Successors.NONE
    successor_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for successors that nobody has looked at."""
        if (self.successors is Successors.NONE) != (not self.successor_ids):
            raise ValueError("successors and their ids belong together")

    @property
    def has_options(self) -> bool:
        """Whether the new run is in any way other than the last, apart from its successors."""
        chosen = (self.definition, self.at, self.step, self.login, self.variables, self.same_workstation)
        return any(chosen) or self.priority is not None

    @property
    def permissions(self) -> tuple[str, ...]:
        """Another definition, and another user, take a right more."""
        if self.definition is not None:
            return ("rerun", "submitdb")
        return ("rerun",) if self.login is None else ("rerun", "submit")


@dataclass(frozen=True, slots=True)
class Cancel:
    """What has not been launched will not be; what runs goes on. What follows is released: at once, or, `pending`,
    when the dependencies of what is canceled are met."""

    target: Target
    pending: bool = False
    permissions: ClassVar[tuple[str, ...]] = ("cancel",)


@dataclass(frozen=True, slots=True)
class Hold:
    """Sets the priority to 0: it does not start until it is released."""

    target: Target
    permissions: ClassVar[tuple[str, ...]] = ("adddep",)


@dataclass(frozen=True, slots=True)
class Release:
    """Lifts a hold; with `dependencies`, it starts without waiting for anything it depends on, this time."""

    target: Target
    dependencies: bool = False
    permissions: ClassVar[tuple[str, ...]] = ("release",)


@dataclass(frozen=True, slots=True)
class Confirm:
    """Says how a job ended, whatever it did: what follows believes it."""

    job_id: str
    succeeded: bool
    permissions: ClassVar[tuple[str, ...]] = ("confirm",)


@dataclass(frozen=True, slots=True)
class Kill:
    """Stops a running job, which then is in ABEND. What follows it keeps waiting."""

    job_id: str
    permissions: ClassVar[tuple[str, ...]] = ("kill",)


@dataclass(frozen=True, slots=True)
class SetPriority:
    """0 holds; 1 to 99; HI and GO override the workstation's limit."""

    job_id: str
    priority: int
    permissions: ClassVar[tuple[str, ...]] = ("altpri",)


@dataclass(frozen=True, slots=True)
class Definition:
    """Something defined in the database, by the names that operators use."""

    name: str
    workstation: str
    folder: str = "/"


@dataclass(frozen=True, slots=True)
class SubmitStream:
    """Puts an instance of a defined job stream into the plan."""

    definition: Definition
    alias: str | None = None
    at: datetime | None = None
    priority: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    permissions: ClassVar[tuple[str, ...]] = ("submitdb",)


@dataclass(frozen=True, slots=True)
class SubmitJob:
    """Puts a defined job into the plan: into the job stream of that id, or into JOBS."""

    definition: Definition
    stream_id: str | None = None
    alias: str | None = None
    at: datetime | None = None
    priority: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    permissions: ClassVar[tuple[str, ...]] = ("submitdb",)


@dataclass(frozen=True, slots=True)
class SubmitCommand:
    """Runs a command that nobody defined, in the job stream JOBS (conman sbd)."""

    workstation: str
    command: str = field(repr=False)  # may hold a password
    login: str
    alias: str | None = None
    priority: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    permissions: ClassVar[tuple[str, ...]] = ("submit",)


@dataclass(frozen=True, slots=True)
class ReplyToPrompt:
    """Answers a prompt for good: a no is never asked again."""

    prompt_id: str
    yes: bool
    permissions: ClassVar[tuple[str, ...]] = ("reply",)


@dataclass(frozen=True, slots=True)
class SetResourceQuantity:
    """Units of a resource, 0 to 1024."""

    resource_id: str
    quantity: int
    permissions: ClassVar[tuple[str, ...]] = ("resource",)


@dataclass(frozen=True, slots=True)
class SetLimit:
    """How many jobs a workstation runs at once, 0 to 1024."""

    workstation_id: str
    limit: int
    permissions: ClassVar[tuple[str, ...]] = ("limit",)


@dataclass(frozen=True, slots=True)
class SetFence:
    """Jobs with this priority and below do not start on the workstation: 0 to 99, HI, GO (which stops everything)."""

    workstation_id: str
    fence: int
    permissions: ClassVar[tuple[str, ...]] = ("fence",)


class Switch(StrEnum):
    """What can be switched at a workstation; each is its own permission."""

    LINK = "link"
    UNLINK = "unlink"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class SwitchWorkstation:
    """Links, unlinks, starts or stops a workstation."""

    workstation_id: str
    switch: Switch

    @property
    def permissions(self) -> tuple[str, ...]:
        """The keyword of the switch."""
        return (self.switch.value,)


Action = (
    Rerun
    | Cancel
    | Hold
    | Release
    | Confirm
    | Kill
    | SetPriority
    | SubmitStream
    | SubmitJob
    | SubmitCommand
    | ReplyToPrompt
    | SetResourceQuantity
    | SetLimit
    | SetFence
    | SwitchWorkstation
)


@dataclass(frozen=True, slots=True)
class Justification:
    """Why, for the engine's audit. Lengths are those of IWS_CATEGORY, IWS_TICKET and IWS_DESCRIPTION."""

    category: str = ""
    ticket: str = ""
    description: str = ""

    def headers(self) -> dict[str, str]:
        """As V2 takes them; what is empty is left out. Only what HTTP can carry in a header: others become `?`."""
        fields = (
            ("Category", self.category, 128),
            ("Ticket-Num", self.ticket, 128),
            ("Description", self.description, 512),
        )
        return {
            f"Justification-{name}": " ".join(text.split())[:longest].encode("ascii", "replace").decode()
            for name, text, longest in fields
            if text.strip()
        }
