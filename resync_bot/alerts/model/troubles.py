"""What is wrong in a plan, and how it ends."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from resync_bot.tws.models import Job, JobStream, Workstation
from resync_bot.tws.words import path


class Value(BaseModel):
    """Base of all of them."""

    model_config = ConfigDict(frozen=True)


class TroubleKind(StrEnum):
    """What is wrong with an object of the plan."""

    JOB_FAILED = "job_failed"
    STREAM_STUCK = "stream_stuck"
    PROMPT_WAITING = "prompt_waiting"
    JOB_LATE = "job_late"  # not started although its latest start has passed
    DEADLINE_MISSED = "deadline_missed"
    DEADLINE_AT_RISK = "deadline_at_risk"  # a critical job that is forecast to end too late
    WORKSTATION_DOWN = "workstation_down"  # stopped or unlinked
    ENGINE_AWAY = "engine_away"  # it does not answer: nothing of its plan is watched


class Severity(StrEnum):
    """How much it matters, the least first."""

    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Subject(Value):
    """An object of an engine's plan by its names, as operators say them; without any, the engine itself.

    `scheduled` is set for jobs and streams.
    """

    engine: str
    workstation: str = ""  # of the stream; of a workstation, its own name
    folder: str = "/"
    stream: str = ""
    job: str = ""
    prompt: str = ""  # name, or number of one that has none
    scheduled: datetime | None = None

    @classmethod
    def of_job(cls, engine: str, job: Job) -> Self:
        """The same for every run of it."""
        return cls(
            engine=engine,
            workstation=job.stream_workstation or job.workstation,
            folder=job.folder,
            stream=job.stream,
            job=job.name,
            scheduled=job.scheduled,
        )

    @classmethod
    def of_stream(cls, engine: str, stream: JobStream) -> Self:
        """One instance of it."""
        return cls(
            engine=engine,
            workstation=stream.workstation,
            folder=stream.folder,
            stream=stream.name,
            scheduled=stream.scheduled,
        )

    @classmethod
    def of_workstation(cls, engine: str, workstation: Workstation) -> Self:
        """A machine or a pool of them, named as its jobs name it: with its folder, if that is not the root."""
        return cls(engine=engine, workstation=path(f"{workstation.folder.rstrip('/')}/{workstation.name}"))

    @property
    def name(self) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST`."""
        if self.prompt:
            return self.prompt
        if not self.stream:
            return self.workstation or self.engine
        stream = f"{self.workstation}#{self.folder.rstrip('/')}/{self.stream}"
        return f"{stream}.{self.job}" if self.job else stream

    @property
    def short_name(self) -> str:
        """The object's own name alone."""
        return self.prompt or self.job or self.stream or self.workstation or self.engine

    @property
    def stream_key(self) -> str:
        """The key of the stream instance that a job is in, or of the stream itself."""
        return self.model_copy(update={"job": "", "prompt": ""}).key

    @property
    def key(self) -> str:
        """Names this instance among all objects of all engines."""
        when = f"@{self.scheduled.timestamp():.0f}" if self.scheduled else ""
        kind = "prompt:" if self.prompt else ""
        return f"{self.engine}|{kind}{self.name}{when}"


class Recovery(Value):
    """An automatic recovery of a failed job: reruns, or a recovery job. `of` is None if the engine tells no limit."""

    is_running: bool
    attempt: int = 0
    of: int | None = None


class Trouble(Value):
    """Something that is wrong now, as the engine tells it. `run` tells one occurrence from the next."""

    kind: TroubleKind
    subject: Subject
    since: datetime
    object_id: str = ""  # the engine's own, opaque, for the next question
    run: str = ""
    runs_on: str = ""  # workstation
    status: str = ""  # internal status in HWA's word: ABEND, FAIL, STUCK, HOLD ...
    return_code: int | None = None
    critical: bool = False
    deadline: datetime | None = None
    slack_seconds: int | None = None  # DEADLINE_AT_RISK: negative, how much too late
    # Of a prompt; of a workstation: stopped, unlinked; of a deadline at risk: what holds it up, a name; of an engine:
    # the kind of its EngineError.
    text: str = ""
    obstacle_id: str = ""  # DEADLINE_AT_RISK: the object that `text` names
    recovery: Recovery | None = None

    @property
    def key(self) -> str:
        """The same as long as the same thing is wrong with the same object."""
        return f"{self.kind}:{self.subject.key}"


class Ending(StrEnum):
    """How a trouble was over."""

    SUCCEEDED = "succeeded"  # a later run ended well
    RUNNING = "running"  # it runs again; not over until that run ends
    CANCELED = "canceled"
    CONFIRMED = "confirmed"  # somebody declared it successful
    STARTED = "started"  # a late job, a stuck stream
    ANSWERED = "answered"  # a prompt
    BACK = "back"  # a workstation
    IN_TIME = "in_time"  # a deadline is no longer at risk
    LEFT_PLAN = "left_plan"


class Observation(Value):
    """One look at an engine: all that is wrong of what was looked at, and what became of what was wrong before."""

    engine: str
    at: datetime
    now: datetime  # by the engine's clock, in its zone
    troubles: tuple[Trouble, ...] = ()
    endings: dict[str, Ending] = {}  # by the key of a trouble
    is_switching: bool = False  # the plan is being changed: nothing of what is seen is news


class Seen(Value):
    """How far an engine was looked at. Times are the engine's."""

    engine: str
    until: datetime  # what ended before is known
    day: datetime  # start of its production day
    run_number: int | None = None  # of its plan
    switched: datetime | None = None  # when the plan was last seen to change
    up: tuple[str, ...] = ()  # workstations that were seen to run: the others are no news while they do not
    old: tuple[str, ...] = ()  # keys of what was wrong before the first look: no news either
