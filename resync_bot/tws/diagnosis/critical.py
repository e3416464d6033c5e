"""Critical jobs: whether they will make their deadlines, by a forward pass over what is still to run.

The engine's own figures (critical start, confidence) are told beside it; V2 has no call that lists risks. Each job is
taken to need its estimated duration, what runs the rest of it, a prompt or a file no time at all, which is told as a
potential risk; what waits for a repair has no end that could be estimated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from resync_bot.tws.diagnosis.walk import PlanWalk, has_ended
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.models import Job, JobStream, Reason, Status
from resync_bot.tws.queries import JobQuery, Tws

CALLS = 400  # for all critical jobs together: what two of them have upstream in common is read once
MOST_JOBS = 200
OVERRUN = 0.2  # what a job that runs longer than usual is taken to need more, as a share of its usual duration
MARGIN = timedelta(minutes=15)  # less slack than that is a potential risk
DEFAULT_SECONDS = 60  # of a job that never ran

# What passes only when a person repairs something.
NEEDS_REPAIR = frozenset(
    {
        Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION,
        Reason.HOLD_PRIORITY_ZERO,
        Reason.READY_SUPPRESSED,
        Reason.READY_WAITING_FOR_AGENT,
        Reason.READY_WAITING_FOR_USER_INTERVENTION,
    }
)
# What passes in the course of a night, nobody knows when: the estimate is too good.
UNCERTAIN = frozenset(
    {
        Reason.HOLD_WAITING_FOR_PROMPT,
        Reason.HOLD_WAITING_FOR_FILE,
        Reason.HOLD_WAITING_FOR_INPUT,
        Reason.READY_WAITING_FOR_RESOURCES,
        Reason.READY_WAITING_FOR_LIMIT,
        Reason.READY_SUBMITTED,
    }
)


@dataclass(frozen=True, slots=True)
class _Estimate:
    """When something ends; `end` None is when somebody has acted. `obstacle` is what the time is lost with."""

    end: datetime | None
    obstacle: Job | None = None
    is_uncertain: bool = False


async def critical_jobs(tws: Tws) -> tuple[CriticalJob, ...]:
    """All critical jobs of the plan, the most endangered first. Raises EngineError if the engine cannot be asked."""
    page = await tws.jobs(JobQuery(critical=True), limit=MOST_JOBS)
    if not page.items:
        return ()
    now = (await tws.engine()).now
    forecast = _Forecast(PlanWalk(tws, CALLS), now)
    found = [_judged(job, await forecast.of_job(job), now) for job in page.items]
    order = list(Risk)
    return tuple(sorted(found, key=lambda one: (order.index(one.risk), one.job.deadline or now, one.job.full_name)))


def _judged(job: Job, estimate: _Estimate, now: datetime) -> CriticalJob:
    end, deadline = estimate.end, job.deadline
    slack = round((deadline - end).total_seconds()) if deadline and end else None
    return CriticalJob(
        job=job,
        risk=_risk(job, estimate, now),
        estimated_end=end,
        slack_seconds=slack,
        obstacle=estimate.obstacle if not has_ended(job) or job.status is Status.ERROR else None,
    )


def _risk(job: Job, estimate: _Estimate, now: datetime) -> Risk:
    if has_ended(job) and job.status is not Status.ERROR:
        return Risk.DONE
    if job.deadline is not None and job.deadline < now:
        return Risk.MISSED
    if estimate.end is None:
        return Risk.HIGH
    if job.deadline is None:
        return Risk.POTENTIAL if estimate.is_uncertain else Risk.ON_TRACK
    slack = job.deadline - estimate.end
    if slack < timedelta():
        return Risk.HIGH
    return Risk.POTENTIAL if estimate.is_uncertain or slack < MARGIN else Risk.ON_TRACK


class _Forecast:
    """Estimates ends, each job and stream once; those that wait for each other never end."""

    def __init__(self, walk: PlanWalk, now: datetime) -> None:
        self._walk = walk
        self._now = now
        self._known: dict[str, _Estimate] = {}

    async def of_job(self, job: Job) -> _Estimate:
        """When `job` ends."""
        if job.id not in self._known:
            self._known[job.id] = _Estimate(None, job)  # found again below means a circle
            self._known[job.id] = await self._job(job)
        return self._known[job.id]

    async def _job(self, job: Job) -> _Estimate:
        match job.status:
            case Status.ERROR | Status.BLOCKED:
                return _Estimate(None, job)
            case Status.RUNNING:
                return self._running(job)
            case _ if has_ended(job):
                return _Estimate(job.ended or self._now)
            case _:
                return await self._waiting(job)

    def _running(self, job: Job) -> _Estimate:
        usual, elapsed = _seconds(job), job.elapsed_seconds or 0
        left = usual - elapsed
        is_long = left <= 0
        end = self._now + timedelta(seconds=usual * OVERRUN if is_long else left)
        return _Estimate(end, job, is_uncertain=is_long)

    async def _waiting(self, job: Job) -> _Estimate:
        whole = await self._detailed(job)
        if whole.priority == 0 or whole.reason in NEEDS_REPAIR or whole.internal_status == "FENCE":
            return _Estimate(None, whole)
        stream = await self._walk.stream(whole.stream_id) if whole.stream_id else None
        before = [await self._of_target(whole, one) for one in _open_targets(whole)]
        if stream is not None:
            before += [await self._of_target(whole, one) for one in _open_targets(stream)]
        stopped = next((one for one in before if one.end is None), None)
        if stopped is not None:
            return _Estimate(None, stopped.obstacle or whole)
        times = (whole.start_at, stream.start_at if stream else None)
        start = max([self._now, *(time for time in times if time)])
        doubtful = next((one.obstacle for one in before if one.is_uncertain), None)
        obstacle = whole if start > self._now or whole.reason in UNCERTAIN else None
        for one in before:
            if one.end is not None and one.end > start:
                start, obstacle = one.end, one.obstacle
        is_uncertain = whole.reason in UNCERTAIN or any(one.is_uncertain for one in before)
        end = start + timedelta(seconds=_seconds(whole))
        return _Estimate(end, doubtful or obstacle, is_uncertain=is_uncertain)

    async def _detailed(self, job: Job) -> Job:
        if not self._walk.has_job(job.id):
            await self._walk.predecessors(job)  # reads most of what is upstream in one answer
        return await self._walk.job(job.id) or job

    async def _of_target(self, waiting: Job, target: tuple[str, str | None]) -> _Estimate:
        kind, target_id = target
        if kind == "EXTERNAL_JOBSTREAM" and target_id:
            return await self._of_stream(target_id)
        if kind in {"INTERNAL", "EXTERNAL_JOB"} and target_id:
            predecessor = await self._walk.job(target_id)
            if predecessor is not None:
                return await self.of_job(predecessor)
        return _Estimate(self._now, waiting, is_uncertain=True)  # a prompt, a file, another network, out of sight

    async def _of_stream(self, stream_id: str) -> _Estimate:
        if stream_id not in self._known:
            self._known[stream_id] = _Estimate(self._now, is_uncertain=True)
            jobs = [one for one in await self._walk.jobs_of(stream_id) if one.status is not Status.SUCCESSFUL]
            open_jobs = [one for one in jobs if one.status is Status.ERROR or not has_ended(one)]
            self._known[stream_id] = _latest([await self.of_job(one) for one in open_jobs], self._now)
        return self._known[stream_id]


def _latest(estimates: Iterable[_Estimate], now: datetime) -> _Estimate:
    latest = _Estimate(now)
    for one in estimates:
        if one.end is None:
            return one
        if latest.end is None or one.end > latest.end:
            latest = one
    return latest


def _open_targets(node: Job | JobStream) -> list[tuple[str, str | None]]:
    """What is still waited for. Resources pass by themselves, a join's members follow it."""
    waited = [one for one in node.dependencies if one.satisfied is not True]
    return [(one.kind, one.target_id) for one in waited if one.kind not in {"RESOURCE", "JOIN"}]


def _seconds(job: Job) -> int:
    return job.estimated_seconds or DEFAULT_SECONDS
