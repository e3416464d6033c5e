"""The words of alerting: what is wrong in a plan, what belongs together, who is told, and what became of it.

Everything is a frozen pydantic model, whose JSON is what Redis holds. Times are aware and in UTC unless a docstring
says otherwise. An engine's object is known by its names, not by its id: ids change when the plan does.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from resync_bot.tws.models import Job, JobStream, Workstation
from resync_bot.tws.words import path


class Value(BaseModel):
    """Base of all of them."""

    model_config = ConfigDict(frozen=True)


# --- what is wrong ---


class TroubleKind(StrEnum):
    """What is wrong with an object of the plan."""

    JOB_FAILED = "job_failed"
    STREAM_STUCK = "stream_stuck"
    PROMPT_WAITING = "prompt_waiting"
    JOB_LATE = "job_late"  # not started although its latest start has passed
    DEADLINE_MISSED = "deadline_missed"
    DEADLINE_AT_RISK = "deadline_at_risk"  # a critical job that is forecast to end too late
    WORKSTATION_DOWN = "workstation_down"  # stopped or unlinked


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
    """An object of an engine's plan by its names, as operators say them. `scheduled` is set for jobs and streams."""

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
            return self.workstation
        stream = f"{self.workstation}#{self.folder.rstrip('/')}/{self.stream}"
        return f"{stream}.{self.job}" if self.job else stream

    @property
    def short_name(self) -> str:
        """The object's own name alone."""
        return self.prompt or self.job or self.stream or self.workstation

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
    text: str = ""  # of a prompt; of a workstation: stopped, unlinked; of a deadline at risk: what holds it up, a name
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


# --- what belongs together ---


class Membership(StrEnum):
    """Why a trouble belongs to a group."""

    ROOT = "root"
    DOWNSTREAM = "downstream"  # it follows the root, by the plan's dependencies
    SAME_STREAM = "same_stream"  # no graph was there to tell: the root's own stream instance
    SAME_WORKSTATION = "same_workstation"  # it runs on the workstation that is down
    SAME_OBJECT = "same_object"  # something else is wrong with the same job: it is late, and now its deadline is missed


class Member(Value):
    """A trouble in a group. `failures` counts its occurrences while it was open; `ended` is the engine's time."""

    trouble: Trouble
    why: Membership
    failures: int = 1
    ended: datetime | None = None
    ending: Ending | None = None


class Impact(Value):
    """What a group holds up, by the plan's dependencies."""

    jobs: int = 0
    streams: int = 0
    critical: tuple[str, ...] = ()  # names of critical jobs behind it, the first deadline first
    deadline_of: str = ""  # the job whose deadline comes first
    deadline: datetime | None = None
    slack_seconds: int | None = None  # left until then even if all went on now; negative: at risk by so much


class Findings(Value):
    """What was found out about the root when the group was opened."""

    lines: tuple[str, ...] = ()  # of the job log, the most telling first; masked
    meaning_id: str = ""  # a message id (AWS...) whose meaning is known
    log_problem: str = ""
    upstream: str = ""  # the job upstream that failed first
    failures_this_week: int = 0  # this one included
    episodes: int = 0  # earlier times that it failed and that are over
    healed: int = 0  # of these, within a day
    healed_after_seconds: int | None = None  # the median of these
    impact: Impact | None = None  # None: not known


class StoryKind(StrEnum):
    """What happened to a group, in the order in which it may be told in its thread."""

    OPENED = "opened"
    JOINED = "joined"  # further troubles; `count` of them
    FAILED_AGAIN = "failed_again"
    RECOVERING = "recovering"  # an automatic recovery runs
    ESCALATED = "escalated"  # the last automatic rerun failed too
    RERUNNING = "rerunning"
    RECOVERED = "recovered"  # `seconds` after it failed
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"  # no longer acknowledged
    SILENCED = "silenced"
    SILENCE_ENDED = "silence_ended"
    REMINDED = "reminded"
    RESOLVED = "resolved"


class StoryEntry(Value):
    """One thing that happened, at `at`; `by` names a person."""

    at: datetime
    kind: StoryKind
    by: str = ""
    subject: str = ""  # whose name it is about, if not the root
    count: int = 0
    seconds: int = 0
    ending: Ending | None = None


class Acknowledgement(Value):
    """Somebody looks after a group. `person` is platform/id."""

    at: datetime
    by: str
    person: str


class AlertGroup(Value):
    """What has one cause: the alert that a channel sees. `id` is short enough to be typed: eight hexadecimal digits.

    `opened`, `changed` and `resolved` are by the bot's clock; what is told is by the engine's: `ended` and the story.
    """

    id: str
    engine: str
    members: tuple[Member, ...]  # the root first
    opened: datetime
    changed: datetime
    story: tuple[StoryEntry, ...] = ()
    findings: Findings | None = None  # None: not looked for yet
    acknowledged: Acknowledgement | None = None
    resolved: datetime | None = None

    @property
    def root(self) -> Trouble:
        """Where it began."""
        return self.members[0].trouble

    @property
    def is_open(self) -> bool:
        """Whether anything is still wrong."""
        return self.resolved is None

    @property
    def ended(self) -> datetime | None:
        """When the last of it was over, by the engine's clock; None while something is wrong."""
        return None if self.is_open else max((one.ended for one in self.members if one.ended), default=self.resolved)

    @property
    def open_members(self) -> Iterator[Member]:
        """Those that are still wrong."""
        return (member for member in self.members if member.ended is None)

    @property
    def is_recovering(self) -> bool:
        """Whether the root is being repaired by itself right now."""
        recovery = self.root.recovery
        return self.members[0].ended is None and recovery is not None and recovery.is_running

    @property
    def severity(self) -> Severity:
        """Of the worst member, and of what it holds up."""
        worst = Severity.WARNING
        for member in self.members:
            severity = severity_of(self, member.trouble)
            if severity is Severity.CRITICAL:
                return severity
            worst = max(worst, severity, key=lambda one: one.rank)
        return worst


# The jobs of FINAL that make the next plan (hwa-api, section 2.8): without them there is no production.
PLAN_JOBS = frozenset({"MAKEPLAN", "SWITCHPLAN"})


def severity_of(group: AlertGroup, trouble: Trouble) -> Severity:
    """How much one trouble of a group matters."""
    impact = group.findings.impact if group.findings else None
    if trouble.critical or trouble.subject.job in PLAN_JOBS or trouble.kind is TroubleKind.DEADLINE_AT_RISK:
        return Severity.CRITICAL
    if impact is not None and impact.slack_seconds is not None and impact.slack_seconds < 0:
        return Severity.CRITICAL
    if trouble.kind in {TroubleKind.JOB_FAILED, TroubleKind.STREAM_STUCK, TroubleKind.DEADLINE_MISSED}:
        return Severity.ERROR
    return Severity.WARNING


# --- what was observed ---


class Observation(Value):
    """One look at an engine: all that is wrong of what was looked at, and what became of what was wrong before."""

    engine: str
    at: datetime
    now: datetime  # by the engine's clock, in its zone
    troubles: tuple[Trouble, ...] = ()
    endings: dict[str, Ending] = {}  # by the key of a trouble
    is_switching: bool = False  # the plan is being changed: nothing of what is seen is news


# --- who is told what ---


class Pattern(Value):
    """Which troubles are meant. Names take HWA's wildcards `@` (any characters) and `?` (one); `*` is `@` too.

    None means any. `/PAYROLL@` as a folder takes its subfolders too. `name` is what operators call it, whatever it is:
    a job's own name or its stream's, a prompt's, a workstation's that is down.
    """

    engine: str | None = None
    name: str | None = None
    folder: str | None = None
    stream: str | None = None
    job: str | None = None
    workstation: str | None = None
    kinds: tuple[TroubleKind, ...] = ()  # none named: all
    severity: Severity = Severity.WARNING  # and worse
    critical: bool = False  # only critical jobs, and what endangers one


class Origin(StrEnum):
    """Who made a rule."""

    FILE = "file"
    CHAT = "chat"
    DEFAULT = "default"  # the settings' `to`


class Rule(Value):
    """Whose alerts go where. `to` and `mention` hold encoded Places and people in their platform's own ids."""

    id: str
    origin: Origin
    pattern: Pattern
    to: tuple[str, ...]
    name: str = ""
    mention: tuple[str, ...] = ()  # who is called by an alert of `mention_from` and worse
    mention_from: Severity = Severity.CRITICAL
    runbook: str = ""  # a link; {job}, {stream}, {workstation} are filled in
    language: str = "en"
    group_wait: float | None = None  # seconds; None: the settings'
    group_interval: float | None = None
    repeat_interval: float | None = None
    storm: int | None = None
    by: str = ""
    at: datetime | None = None


class Silence(Value):
    """Nothing is told about what matches, until a time, or until somebody says that a change ticket is closed."""

    id: str
    pattern: Pattern
    until: datetime  # always: a ticket that is never closed must not keep silent for ever
    by: str
    at: datetime
    place: str  # encoded: where it was ordered, and where its recap goes
    ticket: str = ""
    reason: str = ""
    language: str = "en"


class Route(Value):
    """One place where a group is told, and by which rule."""

    place: str
    rule: Rule


# --- what became of it ---


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


class Seen(Value):
    """How far an engine was looked at. Times are the engine's."""

    engine: str
    until: datetime  # what ended before is known
    day: datetime  # start of its production day
    run_number: int | None = None  # of its plan
    switched: datetime | None = None  # when the plan was last seen to change
    up: tuple[str, ...] = ()  # workstations that were seen to run: the others are no news while they do not
    old: tuple[str, ...] = ()  # keys of what was wrong before the first look: no news either
