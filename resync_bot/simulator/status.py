"""The status words of the API, derived from the plan: internal, substatus, public, for jobs and for streams."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from resync_bot.simulator.plan import Job, Run, Stream
from resync_bot.simulator.reasons import BelowFence, SubStatus, ready_reasons, reasons
from resync_bot.simulator.states import ACTIVE, FAILED, RunState, Verdict


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


@dataclass(frozen=True, slots=True, eq=False)
class JobStatus:
    """The composite status of a job or of one of its runs. `status` is a JobInPlanStatus.

    There is one object for all that stand alike.
    """

    status: str
    substatus: SubStatus | None
    common: CommonStatus
    canceled: bool
    error: bool
    started: bool
    do_not_run: bool


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


_WAITING = frozenset({RunState.HOLD, RunState.READY})


def job_status(job: Job, now: datetime) -> JobStatus:
    """The status of the job, which is that of its last run."""
    return run_status(job.run, now)


def common_status(job: Job) -> CommonStatus:
    """The public status alone: cheaper than the whole."""
    return common_status_of(job.run.state, held=job.priority == 0, canceled=job.canceled)


def common_status_of(state: RunState, *, held: bool, canceled: bool) -> CommonStatus:
    """The public status of a job in that state, `held` by its priority or not."""
    if canceled:
        return CommonStatus.CANCELED
    if held and state is RunState.HOLD:
        return CommonStatus.HELD
    return _COMMON[state]


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
    return _job_status(
        status,
        substatus,
        common_status(job) if last else _COMMON[state],
        last and job.canceled,
        state in FAILED,
        run.started_at is not None,
        do_not_run,
    )


# Many jobs stand alike.
_job_status = lru_cache(maxsize=512)(JobStatus)


def _waiting(job: Job, now: datetime) -> tuple[SubStatus | None, str]:
    if job.run.state not in _WAITING:
        return None, job.run.state.value
    reason = next(reasons(job, now), None)
    if reason is None:
        return None, job.state.value
    return reason.substatus, "FENCE" if isinstance(reason, BelowFence) else job.state.value


def internal_status(job: Job) -> str:
    """The internal status alone: cheaper than the whole."""
    if job.state is RunState.READY and isinstance(next(ready_reasons(job.run), None), BelowFence):
        return "FENCE"
    return job.state.value


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


@dataclass(frozen=True, slots=True)
class Standing:
    """How the jobs of a stream stand together. `state` is None as long as nothing in it has begun."""

    state: StreamState | None
    started: datetime | None
    ended: datetime | None


def standing(stream: Stream) -> Standing:
    """Found out again only after one of its jobs has changed (see JobIndex.note)."""
    if stream.standing is None:
        stream.standing = Standing(_state_when_begun(stream), _started(stream), _ended(stream))
    return stream.standing


def stream_state(stream: Stream, now: datetime) -> StreamState:
    """How the stream stands: STUCK is when nothing in it will move before somebody acts on a failed job of it."""
    state = standing(stream).state
    if state is not None:
        return state
    waits = stream.scheduled > now or any(d.verdict() is not Verdict.SATISFIED for d in stream.predecessors)
    return StreamState.HOLD if waits else StreamState.READY


def _state_when_begun(stream: Stream) -> StreamState | None:
    if stream.succeeded:
        return StreamState.SUCC
    jobs = stream.jobs
    if any(run.state in ACTIVE for job in jobs for run in job.runs) or any(job.rerun_pending for job in jobs):
        return StreamState.EXEC
    if not any(job.run.started_at or job.done for job in jobs):
        return None
    open_jobs = [job for job in jobs if not job.done]
    if not any(job.failed for job in jobs):
        return StreamState.EXEC
    if not open_jobs:
        return StreamState.ABEND
    blocked = _behind_failures(stream)
    return StreamState.STUCK if all(job in blocked for job in open_jobs) else StreamState.EXEC


def _started(stream: Stream) -> datetime | None:
    return min((run.started_at for job in stream.jobs for run in job.runs if run.started_at), default=None)


def _ended(stream: Stream) -> datetime | None:
    if not all(job.done for job in stream.jobs):
        return None
    return max((job.run.ended_at for job in stream.jobs if job.run.ended_at), default=None)


def is_canceled(stream: Stream) -> bool:
    """Also one that was to be canceled when its jobs could go on, once none is left."""
    return stream.canceled or (stream.cancel_pending and all(job.done for job in stream.jobs))


def stream_common_status(stream: Stream, now: datetime) -> CommonStatus:
    """The public status of the stream."""
    if is_canceled(stream):
        return CommonStatus.CANCELED
    return _COMMON_OF_STREAM[stream_state(stream, now)]


def _behind_failures(stream: Stream) -> set[Job]:
    """The jobs that wait, directly or not, for a failed job of the same stream."""
    behind: set[Job] = set()
    pending = [job for job in stream.jobs if job.failed and not job.releases_successors]
    while pending:
        for successor in pending.pop().successors:
            if not isinstance(successor, Job) or successor.stream is not stream or successor in behind:
                continue
            if successor.state is RunState.HOLD:
                behind.add(successor)
                pending.append(successor)
    return behind
