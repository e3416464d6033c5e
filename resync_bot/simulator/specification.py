"""What the bank's plan is made of, before a night gives it instances: frozen definitions, as in the model database."""

from dataclasses import dataclass
from enum import StrEnum


class TaskKind(StrEnum):
    """What a job runs; decides what its log looks like."""

    SHELL = "shell"
    SQL = "sql"
    JAVA = "java"
    PYTHON = "python"
    TRANSFER = "transfer"
    BACKUP = "backup"


class Cause(StrEnum):
    """Why a run fails; decides return code and log."""

    SCRIPT_ERROR = "script error"
    TABLESPACE_FULL = "tablespace full"
    CONSTRAINT = "constraint violated"
    DEADLOCK = "deadlock"
    NULL_POINTER = "null pointer"
    OUT_OF_MEMORY = "out of memory"
    TRACEBACK = "traceback"
    BAD_RECORD = "bad record"
    CONNECTION_REFUSED = "connection refused"
    TRANSFER_BROKEN = "transfer broken"
    HOST_KEY = "host key changed"
    DISK_FULL = "disk full"
    LOGIN_DENIED = "login denied"
    PASSWORD_EXPIRED = "password expired"  # noqa: S105 - the name of a cause, not a password
    LEAKED_SECRETS = "leaked secrets"  # its log shows credentials and a card number: to test masking
    PLANTED_INSTRUCTION = "planted instruction"  # its log speaks to whoever reads it: to test that nobody obeys
    UNKNOWN_USER = "unknown user"  # could not be launched
    MISSING_SCRIPT = "missing script"  # could not be launched
    FORK_FAILED = "fork failed"  # could not be launched

    @property
    def prevents_launch(self) -> bool:
        """The job ends in FAIL instead of ABEND."""
        return self in _LAUNCH_FAILURES


_LAUNCH_FAILURES = frozenset({Cause.UNKNOWN_USER, Cause.MISSING_SCRIPT, Cause.FORK_FAILED})


class RecoveryOption(StrEnum):
    """What follows when a job fails."""

    STOP = "STOP"
    CONTINUE = "CONTINUE"
    RERUN = "RERUN"


class LateStartAction(StrEnum):
    """What follows when a job has not started by its latest start time."""

    DO_NOT_RUN = "doNotRun"
    CONTINUE = "continue"
    CANCEL = "cancel"


class Condition(StrEnum):
    """A state of a predecessor that a conditional dependency accepts."""

    SUCC = "SUCC"
    ABEND = "ABEND"
    FAIL = "FAIL"


class PromptKind(StrEnum):
    """Where a prompt comes from."""

    AD_HOC = "Ad Hoc Prompt"
    PREDEFINED = "Predefined Prompt"


@dataclass(frozen=True, slots=True)
class Follows:
    """A dependency on `JOB` of the same stream, on `STREAM.JOB`, or on all of a stream, `STREAM.@`.

    Without conditions the predecessor must succeed; with conditions it must end in one of these states.
    """

    target: str
    conditions: frozenset[Condition] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """Units of a resource that a job holds while it runs."""

    resource: str
    units: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the engine does by itself after a failure: `reruns` times, every `minutes`, each after `job` where given."""

    option: RecoveryOption
    job: str | None = None
    reruns: int = 0
    minutes: float = 0


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A question to the operator. `answered_at` (HH:MM) is when the night's operator says yes; None is never."""

    name: str
    text: str
    kind: PromptKind = PromptKind.PREDEFINED
    answered_at: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A scripted fate: the failing attempts in order, and how many minutes after one an operator reruns the job."""

    causes: tuple[Cause, ...] = ()
    operator_after: float | None = None
    stretch: float | None = None


# Not frozen, though nobody changes one: half a million frozen ones would take seconds longer to make.
@dataclass(slots=True, kw_only=True, eq=False)
class JobSpec:
    """A job of a stream. Times of day are HH:MM in the engine's zone; `minutes` is how long it usually runs."""

    name: str
    task: TaskKind
    command: str
    login: str
    minutes: float
    workstation: str | None = None
    description: str = ""
    follows: tuple[Follows, ...] = ()
    at: str | None = None
    until: str | None = None
    until_action: LateStartAction = LateStartAction.CONTINUE
    deadline: str | None = None
    max_minutes: float | None = None
    priority: int | None = None
    critical: bool = False
    needs: tuple[Need, ...] = ()
    prompt: PromptSpec | None = None
    file: str | None = None
    file_arrives: str | None = None
    recovery: Recovery = Recovery(RecoveryOption.STOP)
    every: float | None = None
    no_operation: bool = False
    requires_confirmation: bool = False
    interactive: bool = False
    needs_input: bool = False
    waits_for_broker: bool = False
    success_codes: str = ""
    canceled_at: str | None = None
    script: Script | None = None  # None leaves it to chance whether a run fails


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSpec:
    """A job stream, scheduled every day at `at`, in the production day that the time belongs to."""

    name: str
    folder: str
    workstation: str
    at: str
    jobs: tuple[JobSpec, ...]
    follows: tuple[Follows, ...] = ()
    priority: int = 10
    limit: int = -1  # no limit
    deadline: str | None = None
    prompt: PromptSpec | None = None
    carry_forward: bool = False
    system: bool = False  # the product's own, such as FINAL: nothing is left to chance
    mishap: float | None = None  # how often one of its jobs goes wrong; None: as often as in the bank's night
    submitter: str = "tws"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkstationSpec:
    """A workstation; `members` are where a pool really runs its jobs."""

    name: str
    kind: str
    os: str
    node: str
    description: str
    folder: str = "/"
    limit: int = 20
    fence: int = 0
    linked: bool = True
    ignored: bool = False
    master: bool = False
    backup: bool = False
    members: tuple[str, ...] = ()
    version: str = "10.2.0.05"

    @property
    def key(self) -> str:
        """The name with its folder, as other objects refer to it."""
        return f"{self.folder.rstrip('/')}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSpec:
    """A countable thing that jobs share."""

    name: str
    workstation: str
    units: int
    description: str
    folder: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """Everything the nights of one engine are built from."""

    workstations: tuple[WorkstationSpec, ...]
    resources: tuple[ResourceSpec, ...]
    streams: tuple[StreamSpec, ...]
