"""The status words of the API, derived from the plan: internal, substatus, public, for jobs and for streams."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from resync_bot.simulator.plan import ACTIVE, FAILED, Job, Run, RunState, Stream, Verdict
from resync_bot.simulator.reasons import (
    BelowFence,
    PriorityZero,
    Reason,
    StartMissed,
    UnexpectedPredecessor,
    WaitsForAgent,
    WaitsForBroker,
    WaitsForFile,
    WaitsForInput,
    WaitsForLimit,
    WaitsForPredecessor,
    WaitsForPrompt,
    WaitsForResource,
    WaitsForTime,
    WaitsForUser,
    reasons,
)


class CommonStatus(StrEnum):
    """The public status (the part of CommonStatusV2 that distributed engines use)."""

    WAITING = "WAITING"
    READY = "READY"
    RUNNING = "RUNNING"
    SUCCESSFUL = "SUCCESSFUL"
    ERROR = "ERROR"
    CANCELED = "CANCELED"
    HELD = "HELD"
    BLOCKED = "BLOCKED"
    SUPPRESS = "SUPPRESS"


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
class JobStatus:
    """The composite status of a job or of one of its runs. `status` is a JobInPlanStatus."""

    status: str
    substatus: SubStatus | None
    common: CommonStatus
    canceled: bool
    error: bool
    started: bool
    do_not_run: bool


def substatus_of(reason: Reason) -> SubStatus | None:
    """The substatus that stands for a reason; None for the fence, which has a status of its own."""
    match reason:
        case PriorityZero():
            return SubStatus.HOLD_PRIORITY_ZERO
        case UnexpectedPredecessor():
            return SubStatus.HOLD_UNEXPECTED_PREDECESSOR_CONDITION
        case WaitsForPredecessor():
            return SubStatus.HOLD_WAITING_FOR_PREDECESSOR
        case WaitsForPrompt():
            return SubStatus.HOLD_WAITING_FOR_PROMPT
        case WaitsForFile():
            return SubStatus.HOLD_WAITING_FOR_FILE
        case WaitsForInput():
            return SubStatus.HOLD_WAITING_FOR_INPUT
        case WaitsForTime():
            return SubStatus.HOLD_WAITING_FOR_TIME
        case StartMissed():
            return SubStatus.READY_SUPPRESSED
        case WaitsForUser():
            return SubStatus.READY_WAITING_FOR_USER_INTERVENTION
        case WaitsForAgent():
            return SubStatus.READY_WAITING_FOR_AGENT
        case WaitsForBroker():
            return SubStatus.READY_SUBMITTED
        case WaitsForLimit():
            return SubStatus.READY_WAITING_FOR_LIMIT
        case WaitsForResource():
            return SubStatus.READY_WAITING_FOR_RESOURCES
        case BelowFence():
            return None
        case _:
            assert_never(reason)


_COMMON = {
    RunState.HOLD: CommonStatus.WAITING,
    RunState.READY: CommonStatus.READY,
    RunState.INTRO: CommonStatus.WAITING,
    RunState.EXEC: CommonStatus.RUNNING,
    RunState.SUCC: CommonStatus.SUCCESSFUL,
    RunState.ABEND: CommonStatus.ERROR,
    RunState.FAIL: CommonStatus.ERROR,
    RunState.SUPPR: CommonStatus.SUPPRESS,
    RunState.PEND: CommonStatus.WAITING,
}


def job_status(job: Job, now: datetime) -> JobStatus:
    """The status of the job, which is that of its last run."""
    return run_status(job.run, now)


def common_status(job: Job) -> CommonStatus:
    """The public status alone: cheaper than the whole."""
    if job.canceled:
        return CommonStatus.CANCELED
    if job.state is RunState.HOLD and job.priority == 0:
        return CommonStatus.HELD
    return _COMMON[job.state]


def run_status(run: Run, now: datetime) -> JobStatus:
    """The status of one run. Only the last run of a job can wait, so only it has a reason."""
    job, state = run.job, run.state
    last = run is job.run
    substatus, status = _waiting(job, now) if last else (None, state.value)
    do_not_run = state is RunState.SUCC and job.spec.no_operation
    if state is RunState.SUCC:
        substatus = SubStatus.SUCC_DO_NOT_RUN if do_not_run else SubStatus.SUCC_COMPLETED
    elif state is RunState.SUPPR:
        ignored = job.workstation.spec.ignored
        substatus = SubStatus.SUPPR_WORKSTATION_IGNORED if ignored else SubStatus.SUPPR_UNSATISFIED_DEPENDENCY
    return JobStatus(
        status=status,
        substatus=substatus,
        common=common_status(job) if last else _COMMON[state],
        canceled=last and job.canceled,
        error=state in FAILED,
        started=run.started_at is not None,
        do_not_run=do_not_run,
    )


def _waiting(job: Job, now: datetime) -> tuple[SubStatus | None, str]:
    if job.canceled or job.state not in (RunState.HOLD, RunState.READY):
        return None, job.state.value
    why = reasons(job, now)
    if not why:
        return None, job.state.value
    status = "FENCE" if isinstance(why[0], BelowFence) else job.state.value
    return substatus_of(why[0]), status


class StreamState(StrEnum):
    """The internal status of a stream (the part of JobStreamInPlanStatus that distributed engines use)."""

    HOLD = "HOLD"
    READY = "READY"
    EXEC = "EXEC"
    STUCK = "STUCK"
    ABEND = "ABEND"
    SUCC = "SUCC"


_COMMON_OF_STREAM = {
    StreamState.HOLD: CommonStatus.WAITING,
    StreamState.READY: CommonStatus.READY,
    StreamState.EXEC: CommonStatus.RUNNING,
    StreamState.STUCK: CommonStatus.BLOCKED,
    StreamState.ABEND: CommonStatus.ERROR,
    StreamState.SUCC: CommonStatus.SUCCESSFUL,
}


def stream_state(stream: Stream, now: datetime) -> StreamState:
    """How the stream stands: STUCK is when nothing in it will move before somebody acts on a failed job of it."""
    if stream.succeeded:
        return StreamState.SUCC
    jobs = stream.jobs
    if any(run.state in ACTIVE for job in jobs for run in job.runs) or any(job.rerun_pending for job in jobs):
        return StreamState.EXEC
    if not any(job.run.started_at or job.done for job in jobs):
        waits = stream.scheduled > now or any(d.verdict() is not Verdict.SATISFIED for d in stream.predecessors)
        return StreamState.HOLD if waits else StreamState.READY
    open_jobs = [job for job in jobs if not job.done]
    if not any(job.failed for job in jobs):
        return StreamState.EXEC
    if not open_jobs:
        return StreamState.ABEND
    blocked = _behind_failures(stream)
    return StreamState.STUCK if all(job in blocked for job in open_jobs) else StreamState.EXEC


def stream_common_status(stream: Stream, now: datetime) -> CommonStatus:
    """The public status of the stream."""
    return _COMMON_OF_STREAM[stream_state(stream, now)]


def _behind_failures(stream: Stream) -> set[Job]:
    """The jobs that wait, directly or not, for a failed job of the same stream."""
    behind: set[Job] = set()
    pending = [job for job in stream.jobs if job.failed and not job.releases_successors]
    while pending:
        for successor in pending.pop().successors:
            if isinstance(successor, Job) and successor.stream is stream and successor not in behind:
                if successor.state is RunState.HOLD:
                    behind.add(successor)
                    pending.append(successor)
    return behind
