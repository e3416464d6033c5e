"""What a diagnosis found: language-free, each finding with the facts it rests on. People's words are made elsewhere."""

from datetime import datetime
from enum import StrEnum

from resync_bot.errors import EngineErrorKind
from resync_bot.tws.history.durations import Season
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


class NextStep(StrEnum):
    """What comes after a failure, by the job's recovery option."""

    RERUN_RUNS = "rerun_runs"  # an automatic rerun is under way
    RECOVERY_JOB_RUNS = "recovery_job_runs"  # a rerun follows it
    RERUN_COMES = "rerun_comes"
    RECOVERY_JOB_COMES = "recovery_job_comes"  # and a rerun after it
    PROMPT_FIRST = "prompt_first"  # somebody has to answer the recovery prompt
    GOES_ON = "goes_on"  # what follows the job is let go all the same
    ALL_USED = "all_used"  # every automatic rerun failed
    NOTHING = "nothing"


class Recovery(Fact):
    """What the engine does about a failure by itself: automatic reruns, and what is next.

    `reruns` have begun, of `reruns_in_all` where the engine tells; `rerun` is the number of the one that `next` is
    about. `next_at` is when that comes at the earliest; None for at once, or where it is not known.
    """

    option: str  # STOP, CONTINUE, CONTINUE_PROMPT, RERUN, RERUN_PROMPT
    reruns: int = 0
    reruns_in_all: int | None = None
    rerun: int | None = None
    job: str | None = None  # the recovery job, run before each rerun
    next: NextStep
    next_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """The engine still tries: the failure is not final."""
        return self.next in _STILL_TRYING


_STILL_TRYING = frozenset(
    {NextStep.RERUN_RUNS, NextStep.RECOVERY_JOB_RUNS, NextStep.RERUN_COMES, NextStep.RECOVERY_JOB_COMES}
)


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
    recovery: Recovery | None = None  # of a predecessor that failed
    depth: int = 0  # 0: holds the job itself; 1: holds its predecessor; ...


class Waiting(Fact):
    """Why a job does not start: its own causes first, then what is behind them; `roots` are where to act.

    `roots_in_all` counts the places to act where there are more of them than `roots` tells; `jobs_before` the jobs that
    have to end first. Both are None where the plan was followed question by question.
    """

    job: Job
    is_waiting: bool  # false: it runs or has ended, there is nothing to explain
    causes: tuple[Cause, ...] = ()
    roots: tuple[Cause, ...] = ()
    is_complete: bool = True  # false: the chain was longer than was followed
    roots_in_all: int | None = None
    jobs_before: int | None = None


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


class LogProblem(Fact):
    """Why a log could not be read. Without a `kind` there is none, or no longer."""

    kind: EngineErrorKind | None = None
    message_id: str | None = None
    workstation: str | None = None  # where it lies


class Failure(Fact):
    """Why a job failed."""

    job: Job
    has_failed: bool  # false: its last run did not fail, there is nothing to explain
    could_not_start: bool = False  # FAIL: never launched, the return code means nothing
    run: Run | None = None
    log: JobLog | None = None  # the tail that matters; None if the log could not be read, see `log_problem`
    log_problem: LogProblem | None = None
    errors: tuple[LogError, ...] = ()  # most telling first
    messages: tuple[LogMessage, ...] = ()
    followed_by: tuple[Run, ...] = ()  # reruns and recovery jobs after the first failure of the chain
    recovery: Recovery | None = None
    first_failure_upstream: Job | None = None
    success_codes: str | None = None  # the return code mapping, where there is one and the run's code is not in it
    elsewhere_in_all: int = 0  # jobs of the same name in the plan, besides this one
    elsewhere_failed: tuple[Job, ...] = ()  # the first of those that failed too
    elsewhere_failed_in_all: int = 0


class Impact(Fact):
    """What a job holds up downstream. Of many streams and jobs the first are told; the counts are of all.

    `first_deadline_at` is the deadline that comes first, of the job `first_deadline`, or of a stream by its name. That
    one cannot end before `first_deadline_end`, even if all that
    stands in its way were let go now; `first_deadline_slack_seconds` is what that leaves, negative when it is too late.
    """

    job: Job
    jobs: int  # all jobs downstream that have not ended
    streams: tuple[str, ...] = ()
    streams_in_all: int = 0
    next_jobs: tuple[Job, ...] = ()  # the direct successors
    next_jobs_in_all: int = 0
    critical: tuple[Job, ...] = ()
    critical_in_all: int = 0
    first_deadline: Job | None = None
    first_deadline_stream: str | None = None
    first_deadline_at: datetime | None = None
    first_deadline_end: datetime | None = None
    first_deadline_slack_seconds: int | None = None
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


class DoubtKind(StrEnum):
    """Why the time that is forecast for a job is less sure than others."""

    RUNS_LONG = "runs_long"  # longer than it usually takes, nobody knows how much more
    NO_ESTIMATE = "no_estimate"  # it never ran: the engine has no duration for it
    RESOURCE = "resource"  # it waits, or will have to wait, for units of a resource
    LIMIT = "limit"  # it waits, or will have to wait, for a place on its workstation or in its stream
    LATEST_START = "latest_start"  # it would start after its latest start time, and may not be run then


class Doubt(Fact):
    """A job on the way whose time is unsure."""

    kind: DoubtKind
    job: Job


class Lasts(Fact):
    """How long a job is taken to last: as long as its last good `runs` usually did, or by the engine's estimate if 0.

    `deviation_seconds` is by how much it is likely to differ; with a `season` the runs are those of such days alone.
    """

    usual_seconds: int
    deviation_seconds: int
    runs: int = 0
    season: Season | None = None


class Step(Fact):
    """A job of the critical path, with the times that are forecast, or known, for it."""

    job: Job
    starts: datetime
    ends: datetime
    lasts: Lasts | None = None  # of one that has not ended


class Overdue(Fact):
    """A job that runs for longer than it usually does, by more than that varies: nobody knows how much longer."""

    job: Job
    elapsed_seconds: int
    lasts: Lasts


class Verdict(StrEnum):
    """Whether something will be in time."""

    ENDED_IN_TIME = "ended_in_time"
    ENDED_LATE = "ended_late"
    MISSED = "missed"  # the time has come, and it has not ended
    IN_TIME = "in_time"  # with more room than the forecast is likely to be wrong by
    TIGHT = "tight"  # in time or a little late: within what the forecast may be wrong by
    LATE = "late"
    UNKNOWN = "unknown"  # somebody has to act first, or a job runs longer than usual: nobody knows when that will be
    NO_TIME = "no_time"  # it has no deadline, and none was asked about


class Forecast(Fact):
    """When a job, or the last job of a stream, ends.

    With `conditions`, or behind a job that is `overdue`, there is no `expected_end`: it ends `not_before`, even if
    somebody acted on all of them now, and what runs longer than usual ended soon. Else the end is likely to lie within
    `margin_seconds` of what is expected. `slack_seconds` is what is left until `due`, negative when it comes too late.
    `path` is the critical path, the first job of it first. Of the `open_jobs`, those before it that have not ended
    and itself, `remembered` are taken to last as long as their last runs usually did, the others as the engine says.
    """

    job: Job | None = None
    stream: JobStream | None = None
    verdict: Verdict
    due: datetime | None = None
    ended: datetime | None = None
    expected_end: datetime | None = None
    not_before: datetime | None = None
    margin_seconds: int | None = None
    slack_seconds: int | None = None
    jobs_before: int = 0  # that have to end first
    path: tuple[Step, ...] = ()
    path_length: int = 0  # steps of the whole path, where `path` has only the ones that take longest
    conditions: tuple[Cause, ...] = ()
    conditions_in_all: int = 0
    open_jobs: int = 0
    remembered: int = 0
    overdue: Overdue | None = None  # on the critical path
    doubts: tuple[Doubt, ...] = ()
    as_of: datetime | None = None
