"""The plan: what exists tonight and how it stands. Changed by `engine` alone; everybody else reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from resync_bot.simulator.specification import (
    Cause,
    Condition,
    JobSpec,
    PromptSpec,
    RecoveryOption,
    ResourceSpec,
    StreamSpec,
    WorkstationSpec,
)
from resync_bot.simulator.states import ENDED, FAILED, PromptState, RerunType, RunState, Verdict

if TYPE_CHECKING:
    from resync_bot.simulator.index import JobIndex
    from resync_bot.simulator.status import Standing

_Found = TypeVar("_Found")


_RELEASING = frozenset({RunState.SUCC, RunState.SUPPR})

# Objects of the plan refer to each other all over it: those in the middle print their names alone.


@dataclass(slots=True, eq=False)
class Workstation:
    """A workstation as the plan knows it."""

    spec: WorkstationSpec
    id: str
    limit: int
    fence: int
    linked: bool
    started_at: datetime
    started: bool = True  # its job manager is up
    run_number: int = 0
    running: set["Run"] = field(default_factory=set)
    key: str = field(init=False)  # the name with its folder
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.key, self.name = self.spec.key, self.spec.name

    @property
    def takes_jobs(self) -> bool:
        """Its job manager is there and up."""
        return self.linked and self.started


@dataclass(slots=True, eq=False)
class Resource:
    """A resource and who holds how many units of it."""

    spec: ResourceSpec
    id: str
    workstation: Workstation
    quantity: int
    holders: dict["Job", int] = field(default_factory=dict)

    @property
    def in_use(self) -> int:
        """Units held."""
        return sum(self.holders.values())

    @property
    def available(self) -> int:
        """Units free."""
        return self.quantity - self.in_use

    @property
    def key(self) -> str:
        """Workstation and name."""
        return f"{self.workstation.key}#{self.spec.folder.rstrip('/')}/{self.spec.name}"


@dataclass(slots=True, eq=False)
class Prompt:
    """A question that jobs or streams wait for."""

    spec: PromptSpec
    id: str
    owner: "Job | Stream"
    number: int
    state: PromptState = PromptState.NOT_ASKED
    asked_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(slots=True, eq=False)
class WatchedFile:
    """A file that a job waits for."""

    path: str
    id: str
    workstation: Workstation
    exists: bool = False


@dataclass(slots=True, eq=False)
class Dependency:
    """Waiting for a predecessor: a job or a whole stream."""

    predecessor: "Job | Stream"
    conditions: frozenset[Condition]

    def verdict(self) -> Verdict:
        """What the predecessor's state means now."""
        if isinstance(self.predecessor, Stream):
            return Verdict.SATISFIED if self.predecessor.succeeded else Verdict.WAITING
        job = self.predecessor
        if not self.conditions:
            return Verdict.SATISFIED if job.releases_successors else Verdict.WAITING
        if job.state.value in self.conditions:
            return Verdict.SATISFIED
        if job.state in FAILED:
            return Verdict.UNEXPECTED
        return Verdict.IMPOSSIBLE if job.done else Verdict.WAITING


@dataclass(slots=True, eq=False, repr=False)
class Run:
    """One try of a job, or of its recovery job. The first exists from the beginning, waiting with its job.

    `spec` is what is run: the job's own definition, unless it was rerun from another, as another user or with another
    command.
    """

    id: str
    job: "Job"
    spec: JobSpec
    name: str
    type: RerunType
    attempt: int
    workstation: Workstation
    step: str | None = None  # where it began, if not at the beginning
    state: RunState = RunState.HOLD
    ready_at: datetime | None = None
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    return_code: int | None = None
    cause: Cause | None = None
    planned: timedelta = timedelta()  # how long it will run; known to the engine alone

    def __repr__(self) -> str:
        return f"<Run {self.attempt} of {self.job.key}: {self.state}>"

    @property
    def number(self) -> int:
        """The number that the workstation gives it when it starts there."""
        return 10_000 + int(self.id[:8], 16) % 987_268_609

    def elapsed(self, now: datetime) -> timedelta | None:
        """How long it ran, or has been running until `now`."""
        if self.started_at is None:
            return None
        return (self.ended_at or now) - self.started_at


@dataclass(slots=True, eq=False, repr=False, weakref_slot=True)
class Job:
    """A job of tonight's plan."""

    spec: JobSpec
    id: str
    stream: "Stream"
    position: int
    workstation: Workstation
    estimated: timedelta
    priority: int
    start_time: datetime | None = None
    latest_start: datetime | None = None
    deadline: datetime | None = None
    critical_start: datetime | None = None
    prompt: Prompt | None = None
    file: WatchedFile | None = None
    needs: tuple[tuple[Resource, int], ...] = ()
    predecessors: list[Dependency] = field(default_factory=list)
    successors: list["Job | Stream"] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    run: Run = field(init=False)  # the run that its status is taken from: the last that is not of a recovery job
    canceled: bool = False
    start_missed: bool = False  # latest start passed, and it must not run any more
    rerun_pending: bool = False
    held_priority: int | None = None  # what the priority was before somebody held it
    cancel_pending: bool = False  # to be canceled as soon as nothing else holds it
    dependencies_released: bool = False
    place: int = -1  # in the list of the plan's jobs

    def __repr__(self) -> str:
        return f"<Job {self.key}: {self.run.state}>"

    @property
    def name(self) -> str:
        """The job's name in its stream."""
        return self.spec.name

    @property
    def key(self) -> str:
        """The way conman writes it."""
        return f"{self.stream.key}.{self.name}"

    @property
    def state(self) -> RunState:
        """The state of its last run."""
        return self.run.state

    @property
    def done(self) -> bool:
        """It has ended, one way or the other, and nothing more is on its way."""
        return self.canceled or (self.run.state in ENDED and not self.rerun_pending)

    @property
    def failed(self) -> bool:
        """Its last run failed."""
        return self.run.state in FAILED and not self.canceled

    @property
    def releases_successors(self) -> bool:
        """Those who wait for its success may go."""
        state = self.run.state
        if self.canceled or state in _RELEASING:
            return True
        return state in FAILED and self.spec.recovery.option is RecoveryOption.CONTINUE


@dataclass(slots=True, eq=False, repr=False)
class Stream:
    """A job stream of tonight's plan."""

    spec: StreamSpec
    id: str
    instance_id: str
    workstation: Workstation
    scheduled: datetime
    run_number: int
    priority: int
    key: str = ""
    deadline: datetime | None = None
    carried_forward: bool = False
    in_plan: bool = True
    jobs: list[Job] = field(default_factory=list)
    predecessors: list[Dependency] = field(default_factory=list)
    successors: list["Job | Stream"] = field(default_factory=list)
    prompt: Prompt | None = None
    succeeded: bool = False
    canceled: bool = False
    cancel_pending: bool = False  # it is canceled once its jobs are, each as soon as nothing else holds it
    running: int = 0
    dependencies_released: bool = False
    standing: "Standing | None" = None  # as it was found out last; None after a change of one of its jobs

    def __repr__(self) -> str:
        return f"<Stream {self.key}>"

    @property
    def name(self) -> str:
        """The stream's name."""
        return self.spec.name

    @property
    def folder(self) -> str:
        """Its folder, which is also that of its jobs."""
        return self.spec.folder


class AmbiguousNameError(LookupError):
    """More than one object of the plan has this name."""


@dataclass(slots=True, eq=False, repr=False)
class Plan:
    """A production day. Look objects up by name with `job`, `stream`, `workstation`, `resource`, `prompt`."""

    run_number: int
    starts: datetime
    ends: datetime
    workstations: list[Workstation]
    resources: list[Resource]
    streams: list[Stream] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    jobs_by_id: dict[str, Job] = field(default_factory=dict)
    streams_by_id: dict[str, Stream] = field(default_factory=dict)
    runs_by_id: dict[str, Run] = field(default_factory=dict)
    index: "JobIndex" = field(init=False)  # made once the first streams have entered
    _workstations: dict[str, Workstation] = field(init=False)
    _resources: dict[str, Resource] = field(init=False)

    def __post_init__(self) -> None:
        self._workstations = {workstation.name: workstation for workstation in self.workstations}
        self._resources = {resource.spec.name: resource for resource in self.resources}

    def __repr__(self) -> str:
        return f"<Plan {self.run_number}>"

    def enter(self, stream: Stream) -> None:
        """Takes a stream with all its jobs into the plan."""
        self.streams.append(stream)
        self.streams_by_id[stream.id] = stream
        self.jobs += stream.jobs
        if stream.prompt is not None:
            self.prompts.append(stream.prompt)
        for job in stream.jobs:
            self._know(job)

    def enter_job(self, job: Job) -> None:
        """Takes a further job of a stream that is in the plan."""
        job.stream.jobs.append(job)
        self.jobs.append(job)
        self._know(job)

    def _know(self, job: Job) -> None:
        self.jobs_by_id[job.id] = job
        if job.prompt is not None:
            self.prompts.append(job.prompt)
        for run in job.runs:
            self.runs_by_id[run.id] = run

    def jobs_named(self, name: str, stream: str | None = None) -> Iterator[Job]:
        """All jobs of that name, also in one stream only."""
        return (job for job in self.jobs if job.spec.name == name and stream in (None, job.stream.name))

    def job(self, name: str, stream: str | None = None) -> Job:
        """The one job of that name. Raises LookupError for none, AmbiguousNameError for several."""
        return _only(name, list(self.jobs_named(name, stream)))

    def stream(self, name: str) -> Stream:
        """The one stream of that name. Raises LookupError for none, AmbiguousNameError for several."""
        return _only(name, [stream for stream in self.streams if stream.name == name])

    def workstation(self, name: str) -> Workstation:
        """The workstation of that name. Raises LookupError."""
        return self._workstations[name]

    def resource(self, name: str) -> Resource:
        """The resource of that name. Raises LookupError."""
        return self._resources[name]

    def prompt(self, name: str) -> Prompt:
        """The one prompt of that name. Raises LookupError for none, AmbiguousNameError for several."""
        return _only(name, [prompt for prompt in self.prompts if prompt.spec.name == name])


def _only(name: str, found: list[_Found]) -> _Found:
    match found:
        case [one]:
            return one
        case []:
            raise LookupError(name)
        case _:
            raise AmbiguousNameError(f"{name}: {len(found)} of them")
