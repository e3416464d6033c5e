"""Why a job does not start: the one judge that the engine, the status and the issues call go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from resync_bot.simulator.plan import (
    Dependency,
    Job,
    Prompt,
    PromptState,
    Resource,
    Run,
    RunState,
    Stream,
    Verdict,
    WatchedFile,
    Workstation,
)
from resync_bot.simulator.specification import LateStartAction


@dataclass(frozen=True, slots=True)
class PriorityZero:
    """Held: priority 0."""


@dataclass(frozen=True, slots=True)
class UnexpectedPredecessor:
    """A predecessor ended in a state that the condition does not accept."""

    dependency: Dependency


@dataclass(frozen=True, slots=True)
class WaitsForPredecessor:
    """A predecessor has not (well) ended; `of` is the job, or its stream, that waits."""

    dependency: Dependency
    of: Job | Stream


@dataclass(frozen=True, slots=True)
class WaitsForPrompt:
    """Nobody answered yes."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class WaitsForFile:
    """A file is not there."""

    file: WatchedFile


@dataclass(frozen=True, slots=True)
class WaitsForInput:
    """It wants input that nobody gave."""


@dataclass(frozen=True, slots=True)
class WaitsForTime:
    """Too early; `of` is the job, or its stream, whose time it is."""

    until: datetime
    of: Job | Stream


@dataclass(frozen=True, slots=True)
class StartMissed:
    """Its latest start time passed: it will not run."""

    latest_start: datetime


@dataclass(frozen=True, slots=True)
class WaitsForUser:
    """Interactive: somebody has to act at the workstation."""


@dataclass(frozen=True, slots=True)
class WaitsForAgent:
    """The workstation is not linked."""

    workstation: Workstation


@dataclass(frozen=True, slots=True)
class WaitsForBroker:
    """Submitted to the broker, which has no fitting agent."""

    workstation: Workstation


@dataclass(frozen=True, slots=True)
class BelowFence:
    """Its priority is not above the workstation's fence."""

    workstation: Workstation


@dataclass(frozen=True, slots=True)
class WaitsForLimit:
    """As many jobs run as the workstation, or the stream, allows."""

    of: Workstation | Stream


@dataclass(frozen=True, slots=True)
class WaitsForResource:
    """Not enough units are free."""

    resource: Resource
    units: int


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


def reasons(job: Job, now: datetime) -> list[Reason]:
    """All that keeps the job from running at `now`, the weightiest first; empty if nothing does."""
    if job.canceled:
        return []
    match job.state:
        case RunState.HOLD:
            return list(hold_reasons(job, now))
        case RunState.READY:
            return list(ready_reasons(job.run))
        case _:
            return []


def hold_reasons(job: Job, now: datetime) -> Iterator[HoldReason]:
    """What keeps a job in HOLD: its own dependencies and those of its stream."""
    if job.priority == 0:
        yield PriorityZero()
    unexpected = [d for d in job.predecessors if d.verdict() is Verdict.UNEXPECTED]
    yield from map(UnexpectedPredecessor, unexpected)
    yield from _own_predecessors(job)
    yield from _own_predecessors(job.stream)
    prompts = (job.prompt, job.stream.prompt)
    yield from (WaitsForPrompt(p) for p in prompts if p and p.state is not PromptState.ANSWERED_YES)
    if job.file is not None and not job.file.exists:
        yield WaitsForFile(job.file)
    if job.spec.needs_input:
        yield WaitsForInput()
    if job.stream.scheduled > now:
        yield WaitsForTime(job.stream.scheduled, job.stream)
    if job.start_time is not None and job.start_time > now:
        yield WaitsForTime(job.start_time, job)


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
    if not workstation.linked:
        yield WaitsForAgent(workstation)
    if job.spec.waits_for_broker:
        yield WaitsForBroker(workstation)
    if job.priority <= workstation.fence:
        yield BelowFence(workstation)
    if len(workstation.running) >= workstation.limit:
        yield WaitsForLimit(workstation)
    if 0 <= job.stream.spec.limit <= job.stream.running:
        yield WaitsForLimit(job.stream)
    for resource, units in job.needs:
        if resource.available < units:
            yield WaitsForResource(resource, units)
