"""Why a job does not start: the one judge that the engine, the status and the issues call go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from resync_bot.simulator.plan import Dependency, Job, Prompt, Resource, Run, Stream, WatchedFile, Workstation
from resync_bot.simulator.specification import LateStartAction
from resync_bot.simulator.states import PromptState, RunState, Verdict


class SubStatus(StrEnum):
    """Why a job waits, or how it came to its end (JobInPlanSubStatus, all of it)."""

    HOLD_WAITING_FOR_PREDECESSOR = "HOLD_WAITING_FOR_PREDECESSOR"
    HOLD_UNEXPECTED_PREDECESSOR_CONDITION = "HOLD_UNEXPECTED_PREDECESSOR_CONDITION"
    HOLD_WAITING_FOR_TIME = "HOLD_WAITING_FOR_TIME"
    HOLD_WAITING_FOR_PROMPT = "HOLD_WAITING_FOR_PROMPT"
    HOLD_WAITING_FOR_FILE = "HOLD_WAITING_FOR_FILE"
    HOLD_WAITING_FOR_INPUT = "HOLD_WAITING_FOR_INPUT"
    HOLD_PRIORITY_ZERO = "HOLD_PRIORITY_ZERO"
    READY_WAITING_FOR_RESOURCES = "READY_WAITING_FOR_RESOURCES"
    READY_SUPPRESSED = "READY_SUPPRESSED"
    SUPPR_UNSATISFIED_DEPENDENCY = "SUPPR_UNSATISFIED_DEPENDENCY"
    SUPPR_WORKSTATION_IGNORED = "SUPPR_WORKSTATION_IGNORED"
    READY_SUBMITTED = "READY_SUBMITTED"
    READY_WAITING_FOR_LIMIT = "READY_WAITING_FOR_LIMIT"
    READY_WAITING_FOR_AGENT = "READY_WAITING_FOR_AGENT"
    READY_WAITING_FOR_USER_INTERVENTION = "READY_WAITING_FOR_USER_INTERVENTION"
    SUCC_DO_NOT_RUN = "SUCC_DO_NOT_RUN"
    SUCC_COMPLETED = "SUCC_COMPLETED"


@dataclass(frozen=True, slots=True)
class PriorityZero:
    """Held: priority 0."""

    substatus: ClassVar = SubStatus.HOLD_PRIORITY_ZERO
    message: ClassVar = "The priority is 0."


@dataclass(frozen=True, slots=True)
class UnexpectedPredecessor:
    """A predecessor ended in a state that the condition does not accept."""

    dependency: Dependency
    substatus: ClassVar = SubStatus.HOLD_UNEXPECTED_PREDECESSOR_CONDITION

    @property
    def message(self) -> str:
        """In words."""
        node = self.dependency.predecessor
        ended = node.state if isinstance(node, Job) else "ERROR"
        return (
            f"The predecessor {node.key} ended as {ended}, expected {' or '.join(sorted(self.dependency.conditions))}."
        )


@dataclass(frozen=True, slots=True)
class WaitsForPredecessor:
    """A predecessor has not (well) ended; `of` is the job, or its stream, that waits."""

    dependency: Dependency
    of: Job | Stream
    substatus: ClassVar = SubStatus.HOLD_WAITING_FOR_PREDECESSOR

    @property
    def message(self) -> str:
        """In words."""
        node = self.dependency.predecessor
        who = "The job" if isinstance(self.of, Job) else "The job stream"
        state = f", which is {node.state}" if isinstance(node, Job) else ""
        return f"{who} waits for its predecessor {node.key}{state}."


@dataclass(frozen=True, slots=True)
class WaitsForPrompt:
    """Nobody answered yes."""

    prompt: Prompt
    substatus: ClassVar = SubStatus.HOLD_WAITING_FOR_PROMPT

    @property
    def message(self) -> str:
        """In words."""
        prompt = self.prompt
        return f"The prompt {prompt.spec.name} ({prompt.number}) is {prompt.state}: {prompt.spec.text}"


@dataclass(frozen=True, slots=True)
class WaitsForFile:
    """A file is not there."""

    file: WatchedFile
    substatus: ClassVar = SubStatus.HOLD_WAITING_FOR_FILE

    @property
    def message(self) -> str:
        """In words."""
        return f"The file {self.file.path} does not exist on {self.file.workstation.key}."


@dataclass(frozen=True, slots=True)
class WaitsForInput:
    """It wants input that nobody gave."""

    substatus: ClassVar = SubStatus.HOLD_WAITING_FOR_INPUT
    message: ClassVar = "The job waits for input."


@dataclass(frozen=True, slots=True)
class WaitsForTime:
    """Too early; `of` is the job, or its stream, whose time it is."""

    until: datetime
    of: Job | Stream
    substatus: ClassVar = SubStatus.HOLD_WAITING_FOR_TIME

    @property
    def message(self) -> str:
        """In words."""
        who = "The job" if isinstance(self.of, Job) else "The job stream"
        return f"{who} does not start before {self.until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class StartMissed:
    """Its latest start time passed: it will not run."""

    latest_start: datetime
    substatus: ClassVar = SubStatus.READY_SUPPRESSED

    @property
    def message(self) -> str:
        """In words."""
        return f"The latest start time, {self.latest_start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}, has passed."


@dataclass(frozen=True, slots=True)
class WaitsForUser:
    """Interactive: somebody has to act at the workstation."""

    substatus: ClassVar = SubStatus.READY_WAITING_FOR_USER_INTERVENTION
    message: ClassVar = "The job is interactive and waits for a user."


@dataclass(frozen=True, slots=True)
class WaitsForAgent:
    """The workstation is not linked."""

    workstation: Workstation
    substatus: ClassVar = SubStatus.READY_WAITING_FOR_AGENT

    @property
    def message(self) -> str:
        """In words."""
        return f"The workstation {self.workstation.key} is not {'started' if self.workstation.linked else 'linked'}."


@dataclass(frozen=True, slots=True)
class WaitsForBroker:
    """Submitted to the broker, which has no fitting agent."""

    workstation: Workstation
    substatus: ClassVar = SubStatus.READY_SUBMITTED

    @property
    def message(self) -> str:
        """In words."""
        return f"The job was submitted to {self.workstation.key}, where no agent fits its requirements yet."


@dataclass(frozen=True, slots=True)
class BelowFence:
    """Its priority is not above the workstation's fence; that is a status of its own, FENCE, without a substatus."""

    workstation: Workstation
    priority: int
    substatus: ClassVar = None

    @property
    def message(self) -> str:
        """In words."""
        return (
            f"The priority {self.priority} is not above the fence {self.workstation.fence} of {self.workstation.key}."
        )


@dataclass(frozen=True, slots=True)
class WaitsForLimit:
    """As many jobs run as the workstation, or the stream, allows."""

    of: Workstation | Stream
    substatus: ClassVar = SubStatus.READY_WAITING_FOR_LIMIT

    @property
    def message(self) -> str:
        """In words."""
        if isinstance(self.of, Workstation):
            return f"The limit {self.of.limit} of the workstation {self.of.key} is reached."
        return f"The limit {self.of.spec.limit} of the job stream {self.of.key} is reached."


@dataclass(frozen=True, slots=True)
class WaitsForResource:
    """Not enough units are free."""

    resource: Resource
    units: int
    substatus: ClassVar = SubStatus.READY_WAITING_FOR_RESOURCES

    @property
    def message(self) -> str:
        """In words."""
        return f"The job needs {self.units} units of {self.resource.key}, {self.resource.available} are available."


HoldReason = (
    PriorityZero
    | UnexpectedPredecessor
    | WaitsForPredecessor
    | WaitsForPrompt
    | WaitsForFile
    | WaitsForInput
    | WaitsForTime
)
ReadyReason = (
    StartMissed | WaitsForUser | WaitsForAgent | WaitsForBroker | BelowFence | WaitsForLimit | WaitsForResource
)
Reason = HoldReason | ReadyReason


def issue_type(reason: Reason) -> str:
    """What the issues call names the reason: its substatus, or FENCE."""
    return reason.substatus or "FENCE"


def reasons(job: Job, now: datetime) -> Iterator[Reason]:
    """All that keeps the job from running at `now`, the weightiest first; none if nothing does."""
    if job.canceled:
        return
    if job.state is RunState.HOLD:
        yield from hold_reasons(job, now)
    elif job.state is RunState.READY:
        yield from ready_reasons(job.run)


def hold_reasons(job: Job, now: datetime) -> Iterator[HoldReason]:
    """What keeps a job in HOLD: its own dependencies and those of its stream."""
    if job.priority == 0:
        yield PriorityZero()
    yield from _dependency_reasons(job)
    if job.spec.needs_input:
        yield WaitsForInput()
    if job.stream.scheduled > now:
        yield WaitsForTime(job.stream.scheduled, job.stream)
    if job.start_time is not None and job.start_time > now:
        yield WaitsForTime(job.start_time, job)


def may_be_held(job: Job, now: datetime) -> bool:
    """Whether `hold_reasons` may tell any, of a job none of whose own predecessors is waited for: a quick look."""
    stream, spec = job.stream, job.spec
    return (
        stream.scheduled > now
        or job.priority == 0
        or (job.start_time is not None and job.start_time > now)
        or job.prompt is not None
        or stream.prompt is not None
        or job.file is not None
        or spec.needs_input
        or any(dependency.conditions for dependency in job.predecessors)
        or any(dependency.verdict() is Verdict.WAITING for dependency in stream.predecessors)
    )


def _dependency_reasons(job: Job) -> Iterator[HoldReason]:
    """What it, or its stream, depends on and was not released from."""
    bound = [node for node in (job, job.stream) if not node.dependencies_released]
    if job in bound:
        yield from (UnexpectedPredecessor(d) for d in job.predecessors if d.verdict() is Verdict.UNEXPECTED)
    for node in bound:
        yield from _own_predecessors(node)
    for node in bound:
        if node.prompt is not None and node.prompt.state is not PromptState.ANSWERED_YES:
            yield WaitsForPrompt(node.prompt)
    if job in bound and job.file is not None and not job.file.exists:
        yield WaitsForFile(job.file)


def _own_predecessors(node: Job | Stream) -> Iterator[WaitsForPredecessor]:
    for dependency in node.predecessors:
        if dependency.verdict() is Verdict.WAITING:
            yield WaitsForPredecessor(dependency, node)


def ready_reasons(run: Run) -> Iterator[ReadyReason]:
    """What keeps a run in READY, on its workstation."""
    job, workstation = run.job, run.workstation
    if job.start_missed and job.latest_start is not None and job.spec.until_action is LateStartAction.DO_NOT_RUN:
        yield StartMissed(job.latest_start)
    if job.spec.interactive:
        yield WaitsForUser()
    if not workstation.takes_jobs:
        yield WaitsForAgent(workstation)
    if job.spec.waits_for_broker:
        yield WaitsForBroker(job.workstation)
    if job.priority <= workstation.fence:
        yield BelowFence(workstation, job.priority)
    if len(workstation.running) >= workstation.limit:
        yield WaitsForLimit(workstation)
    if 0 <= job.stream.spec.limit <= job.stream.running:
        yield WaitsForLimit(job.stream)
    for resource, units in job.needs:
        if resource.available < units:
            yield WaitsForResource(resource, units)
