"""What a diagnosis found: language-free, each finding with the facts it rests on. People's words are made elsewhere."""

from datetime import datetime
from enum import StrEnum

from resync_bot.tws.models import Fact, Job, JobLog, JobStream, Prompt, Resource, Run, Workstation


class CauseKind(StrEnum):
    """What holds a job back, as a person would act on it."""

    PREDECESSOR_FAILED = "predecessor_failed"
    PREDECESSOR_RUNNING = "predecessor_running"
    PREDECESSOR_WAITING = "predecessor_waiting"
    PREDECESSOR_CONDITION = "predecessor_condition"  # it ended, but not in the way that this job asks for
    TIME = "time"
    PROMPT = "prompt"
    FILE = "file"
    INPUT = "input"
    PRIORITY_ZERO = "priority_zero"
    HELD = "held"
    RESOURCE = "resource"
    WORKSTATION_LIMIT = "workstation_limit"
    WORKSTATION_FENCE = "workstation_fence"
    STREAM_LIMIT = "stream_limit"
    WORKSTATION_DOWN = "workstation_down"
    WORKSTATION_IGNORED = "workstation_ignored"
    CONFIRMATION = "confirmation"  # it waits for a person: confirm, reply, intervene
    SUBMITTED = "submitted"  # on its way to the agent
    SUPPRESSED = "suppressed"
    CONDITION_NOT_MET = "condition_not_met"
    LATEST_START_PASSED = "latest_start_passed"
    UNKNOWN = "unknown"


class Cause(Fact):
    """One thing that holds `job` back. Exactly the members that belong to `kind` are set."""

    kind: CauseKind
    job: Job  # the one that is held back: the job asked about, or one of its predecessors on the way to a root
    predecessor: Job | None = None
    predecessor_stream: JobStream | None = None
    until: datetime | None = None  # TIME
    prompt: Prompt | None = None
    file: str | None = None
    resource: Resource | None = None
    units_needed: int | None = None
    workstation: Workstation | None = None
    engine_message: str | None = None  # the engine's own words (issues), as data
    depth: int = 0  # 0: holds the job itself; 1: holds its predecessor; ...


class Waiting(Fact):
    """Why a job does not start: its own causes first, then what is behind them; `roots` are where to act."""

    job: Job
    is_waiting: bool  # false: it runs or has ended, there is nothing to explain
    causes: tuple[Cause, ...] = ()
    roots: tuple[Cause, ...] = ()
    is_complete: bool = True  # false: the chain was longer than was followed


class LogMessage(Fact):
    """A message id of the engine found in a log, in our own words where we know it."""

    id: str
    line: str
    meaning: str | None = None


class LogErrorKind(StrEnum):
    """What kind of trouble a log line tells of."""

    DISK_FULL = "disk_full"
    PERMISSION = "permission"
    CREDENTIALS = "credentials"
    NOT_FOUND = "not_found"
    NETWORK = "network"
    TIMEOUT = "timeout"
    DATABASE = "database"
    MEMORY = "memory"
    FILE_TRANSFER = "file_transfer"
    JAVA = "java"
    PYTHON = "python"
    SHELL = "shell"
    AGENT = "agent"
    DATA = "data"
    OTHER = "other"


class LogError(Fact):
    """A line that matters. `number` counts from 1 in the whole log."""

    kind: LogErrorKind
    number: int
    line: str


class Failure(Fact):
    """Why a job failed."""

    job: Job
    has_failed: bool  # false: its last run did not fail, there is nothing to explain
    could_not_start: bool = False  # FAIL: never launched, the return code means nothing
    run: Run | None = None
    log: JobLog | None = None  # the tail that matters; None if the log could not be read, see `log_problem`
    log_problem: str | None = None
    errors: tuple[LogError, ...] = ()  # most telling first
    messages: tuple[LogMessage, ...] = ()
    recovery: tuple[Run, ...] = ()  # reruns and recovery jobs that followed
    recovery_running: bool = False
    first_failure_upstream: Job | None = None


class Impact(Fact):
    """What a job holds up downstream."""

    job: Job
    jobs: int  # all jobs downstream that have not ended
    streams: tuple[str, ...] = ()
    next_jobs: tuple[Job, ...] = ()  # the direct successors
    critical: tuple[Job, ...] = ()
    first_deadline: Job | None = None
    is_complete: bool = True


class Risk(StrEnum):
    """How likely a critical job misses its deadline."""

    MISSED = "missed"
    HIGH = "high"
    POTENTIAL = "potential"
    ON_TRACK = "on_track"
    DONE = "done"


class CriticalJob(Fact):
    """A critical job, its risk and what stands in its way. `slack_seconds` is negative when it comes too late."""

    job: Job
    risk: Risk
    estimated_end: datetime | None = None
    slack_seconds: int | None = None
    obstacle: Job | None = None
