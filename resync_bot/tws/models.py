"""The normal form of what an HWA engine knows, the same for every dialect of its API.

Frozen pydantic models whose JSON is what language models and people's evidence see: ids are opaque, needed for the next
call only, and stay out of it; what the engine did not say is None and stays out of it too. Times are aware; the client
gives them in the engine's own zone, because that is the zone in which operators speak of a plan. Durations are in
seconds. Status words are HWA's own (`reference`: DWC tables 24 to 32 and the V2 API document, checked 2026-11-23).
"""

from datetime import datetime
from enum import StrEnum
from functools import partial
from operator import is_, not_
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

_is_none: Final = partial(is_, None)


class Fact(BaseModel):
    """Base of everything that is told: frozen, and silent about what is not known."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Every field says for itself when it stays out: a serializer in Python would run for each job of a list."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            if field.default is None:
                field.exclude_if = _is_none
            elif field.default == ():
                field.exclude_if = not_
        cls.model_rebuild(force=True)


class Status(StrEnum):
    """The public status of a job or job stream (commonStatus)."""

    WAITING = "WAITING"
    READY = "READY"
    RUNNING = "RUNNING"
    SUCCESSFUL = "SUCCESSFUL"
    ERROR = "ERROR"
    CANCELED = "CANCELED"
    HELD = "HELD"
    UNDECIDED = "UNDECIDED"
    BLOCKED = "BLOCKED"
    SUPPRESS = "SUPPRESS"
    UNKNOWN = "UNKNOWN"  # a word that this version of the bot does not know


class Reason(StrEnum):
    """Why a job has its status (substatus of the V2 API)."""

    HOLD_WAITING_FOR_PREDECESSOR = "HOLD_WAITING_FOR_PREDECESSOR"
    HOLD_UNEXPECTED_PREDECESSOR_CONDITION = "HOLD_UNEXPECTED_PREDECESSOR_CONDITION"
    HOLD_WAITING_FOR_TIME = "HOLD_WAITING_FOR_TIME"
    HOLD_WAITING_FOR_PROMPT = "HOLD_WAITING_FOR_PROMPT"
    HOLD_WAITING_FOR_FILE = "HOLD_WAITING_FOR_FILE"
    HOLD_WAITING_FOR_INPUT = "HOLD_WAITING_FOR_INPUT"
    HOLD_PRIORITY_ZERO = "HOLD_PRIORITY_ZERO"
    READY_WAITING_FOR_RESOURCES = "READY_WAITING_FOR_RESOURCES"
    READY_SUPPRESSED = "READY_SUPPRESSED"
    READY_SUBMITTED = "READY_SUBMITTED"
    READY_WAITING_FOR_LIMIT = "READY_WAITING_FOR_LIMIT"
    READY_WAITING_FOR_AGENT = "READY_WAITING_FOR_AGENT"
    READY_WAITING_FOR_USER_INTERVENTION = "READY_WAITING_FOR_USER_INTERVENTION"
    SUPPR_UNSATISFIED_DEPENDENCY = "SUPPR_UNSATISFIED_DEPENDENCY"
    SUPPR_WORKSTATION_IGNORED = "SUPPR_WORKSTATION_IGNORED"
    SUCC_DO_NOT_RUN = "SUCC_DO_NOT_RUN"
    SUCC_COMPLETED = "SUCC_COMPLETED"
    UNKNOWN = "UNKNOWN"


class Engine(Fact):
    """An engine and its clock."""

    name: str
    version: str
    zone: str
    now: datetime
    production_day_start: datetime
    api: str = Field("", exclude=True)  # V1 or V2
    host: str = Field("", exclude=True)  # which of its hosts answers now
    has_plan: bool = Field(True, exclude=True)  # False: no answer about the plan for longer than a switch takes
    key_expires: datetime | None = Field(None, exclude=True)  # of the bot's own API key, if it has one that tells


class PlanInfo(Fact):
    """A plan: the current one, or one that the engine has kept. What its API does not tell is None."""

    id: str = Field("current", exclude=True)
    name: str | None = None
    run_number: int | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    scheduled: datetime | None = None  # the production day that it is for
    batchman: str | None = None  # whether jobs are being launched, in the engine's word
    master: str | None = None  # workstation


class Run(Fact):
    """One run of a job. The last one of a chain decides about the job."""

    id: str = Field("", exclude=True)
    number: int | None = None
    status: Status
    internal_status: str
    kind: str = "REGULAR"  # rerunType: REGULAR, RERUN, RECOVERY, RECOVERY_RERUN, RERUN_EVERY ...
    attempt: int = 1
    last_in_chain: bool = True
    return_code: int | None = None
    workstation: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    elapsed_seconds: int | None = None
    job_name: str | None = None  # a recovery job runs under a name of its own

    @property
    def by_recovery(self) -> bool:
        """The engine started it by itself after a failure: the recovery job, or an automatic rerun."""
        return self.kind in {"RECOVERY", "RECOVERY_RERUN"}


class Dependency(Fact):
    """What a job or stream follows or needs; `on` names it as operators do."""

    kind: str  # INTERNAL, EXTERNAL_JOB, EXTERNAL_JOBSTREAM, JOIN, FILE, RESOURCE, INTERNETWORK, PROMPT
    on: str
    target_id: str | None = Field(None, exclude=True)
    satisfied: bool | None = None
    detail: str | None = None  # prompt text, units needed, the condition that was not met


class Job(Fact):
    """A job in the plan, with the figures of its last run."""

    id: str = Field("", exclude=True)
    stream_id: str = Field("", exclude=True)
    name: str
    folder: str = "/"
    workstation: str = ""
    stream: str = ""
    stream_workstation: str | None = None  # of the stream, where the job itself runs on another
    scheduled: datetime | None = None
    status: Status
    internal_status: str
    reason: Reason | None = None
    canceled: bool = False
    cancel_pending: bool = Field(False, exclude=True)  # to be canceled as soon as nothing else holds it
    priority: int | None = None
    return_code: int | None = None
    job_number: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    elapsed_seconds: int | None = None
    estimated_seconds: int | None = None
    start_at: datetime | None = None  # not before (AT)
    latest_start: datetime | None = None  # UNTIL
    deadline: datetime | None = None
    late: bool = False
    deadline_passed: bool = False
    critical: bool = False
    critical_start: datetime | None = None
    confidence: str | None = None
    needs_confirmation: bool = False
    recovery_option: str | None = None
    recovery_job: str | None = None
    recovery_reruns: int | None = None  # how often it is rerun by itself at most
    recovery_interval_seconds: int | None = None  # after a failure, until it is
    login: str | None = None
    command: str | None = None
    unresolved_dependencies: int | None = None
    runs: tuple[Run, ...] = ()  # oldest first; only where details were asked for
    dependencies: tuple[Dependency, ...] = ()  # only where details were asked for

    @property
    def full_name(self) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST`, with the stream's workstation."""
        return f"{self.stream_name}.{self.name}"

    @property
    def stream_name(self) -> str:
        """Its stream as operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
        return f"{self.stream_workstation or self.workstation}#{self.folder.rstrip('/')}/{self.stream}"


class AlertLevel(StrEnum):
    """How the engine sees the deadline of a critical job."""

    HIGH_RISK = "HIGH_RISK"
    POTENTIAL_RISK = "POTENTIAL_RISK"
    ON_TRACK = "ON_TRACK"


class CriticalJob(Fact):
    """A critical job as the engine sees it. `alert_level` is None where its API does not tell."""

    job: Job
    alert_level: AlertLevel | None = None
    critical_start: datetime | None = None
    deadline: datetime | None = None
    estimated_start: datetime | None = None
    estimated_end: datetime | None = None
    confidence_percent: float | None = None


class JobStream(Fact):
    """A job stream instance in the plan."""

    id: str = Field("", exclude=True)
    name: str
    folder: str = "/"
    workstation: str = ""
    scheduled: datetime | None = None
    status: Status
    internal_status: str
    cancel_pending: bool = Field(False, exclude=True)  # to be canceled as soon as nothing else holds it
    reason: str | None = None
    priority: int | None = None
    limit: int | None = None
    jobs: int = 0
    successful: int = 0
    running: int = 0
    abended: int = 0
    failed: int = 0
    not_run: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    elapsed_seconds: int | None = None
    estimated_seconds: int | None = None
    start_at: datetime | None = None
    latest_start: datetime | None = None
    deadline: datetime | None = None
    late: bool = False
    carried_forward: bool = False
    dependencies: tuple[Dependency, ...] = ()

    @property
    def full_name(self) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
        return f"{self.workstation}#{self.folder.rstrip('/')}/{self.name}"


class Workstation(Fact):
    """A workstation in the plan. A `limit` of None means no limit (`system`)."""

    id: str = Field("", exclude=True)
    name: str
    folder: str = "/"
    kind: str  # MANAGER, FTA, AGENT, POOL, D-POOL, X-AGENT, S-AGENT, REM-ENG, WORKLOAD_BROKER, DOMAIN_MANAGER
    linked: bool
    running: bool  # its job manager is up: without it no job starts there
    limit: int | None = None
    fence: int = 0
    domain: str | None = None
    os: str | None = None
    version: str | None = None
    host: str | None = None


class Prompt(Fact):
    """A question that the plan asks an operator."""

    id: str = Field("", exclude=True)
    name: str | None = None
    number: int | None = None
    text: str
    status: str  # NOT_ASKED, ASKED, ANSWERED_YES, ANSWERED_NO
    kind: str | None = None
    workstation: str | None = None
    job: str | None = None
    stream: str | None = None
    asked: datetime | None = None


class ResourceHolder(Fact):
    """Who has units of a resource now."""

    job: str | None = None
    stream: str | None = None
    quantity: int = 0


class Resource(Fact):
    """A resource of the plan and its units."""

    id: str = Field("", exclude=True)
    name: str
    folder: str = "/"
    workstation: str = ""
    status: str
    quantity: int = 0
    in_use: int = 0
    available: int = 0
    holders: tuple[ResourceHolder, ...] = ()


class Issue(Fact):
    """A reason that the engine itself gives for a job that does not start."""

    job_id: str = Field("", exclude=True)
    kind: str
    message: str


class JobLog(Fact):
    """Part of a run's log. `first_line` counts from 1; secrets are masked already."""

    lines: tuple[str, ...] = ()  # an empty log leaves no trace in JSON
    first_line: int
    total_lines: int
    return_code: int | None = None
    success_codes: str | None = None  # the return code mapping that its header shows
