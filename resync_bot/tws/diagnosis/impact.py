"""What a job holds up: everything behind it that has not ended, job by job and stream by stream."""

from collections.abc import Iterable
from dataclasses import dataclass

from resync_bot.tws.diagnosis.walk import PlanWalk, has_ended, is_detailed
from resync_bot.tws.findings import Impact
from resync_bot.tws.models import Job, JobStream
from resync_bot.tws.queries import Tws

CALLS = 100  # one for each stream in the cone, and some
WHOLE_CHAIN = 50  # levels that one question for successors goes down


async def what_it_blocks(tws: Tws, job: Job) -> Impact:
    """What waits for `job`, directly or not, also through its stream as a whole and through streams behind it.

    What has ended already is not held up and not counted, nor is what only follows that. `is_complete` is false when
    the engine would have had to be asked more than 100 questions. Raises EngineError if it cannot be asked, with
    NOT_FOUND if the job is gone.
    """
    whole = await tws.job(job.id)
    walk = PlanWalk(tws, CALLS)
    direct = await walk.successors(whole.id, depth=1)
    downstream = _Downstream(walk)
    await downstream.collect(whole)
    held, streams = downstream.held_up_by(whole)
    return Impact(
        job=whole,
        jobs=len(held),
        streams=tuple(sorted(streams)),
        next_jobs=tuple(one for one in direct if isinstance(one, Job) and not has_ended(one)),
        critical=tuple(sorted((one for one in held if one.critical), key=_deadline)),
        first_deadline=min((one for one in held if one.deadline is not None), key=_deadline, default=None),
        is_complete=walk.is_complete,
    )


def _deadline(job: Job) -> tuple[bool, float, str]:
    return (job.deadline is None, job.deadline.timestamp() if job.deadline else 0.0, job.full_name)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A job that may be held up: `by_itself` if it was found as a successor, else only as a part of its stream."""

    job: Job
    by_itself: bool


class _Downstream:
    """Collects all that may wait for a job, then says what really does."""

    def __init__(self, walk: PlanWalk) -> None:
        self._walk = walk
        self._candidates: dict[str, _Candidate] = {}
        self._streams: dict[str, JobStream] = {}
        self._followed: set[str] = set()  # ids of jobs and streams whose successors are known

    async def collect(self, origin: Job) -> None:
        """Follows jobs, the streams that they belong to, and the jobs of streams behind them."""
        fresh = [origin]
        while fresh:
            found: list[Job | JobStream] = []
            for job in fresh:
                found += await self._behind_job(job)
            streams = {job.stream_id for job in (*fresh, *found) if isinstance(job, Job) and job.stream_id}
            for stream_id in sorted(streams - self._followed):
                self._followed.add(stream_id)
                found += await self._walk.stream_successors(stream_id, WHOLE_CHAIN)
            fresh = self._new_jobs(found, by_itself=True)
            for stream in found:
                if isinstance(stream, JobStream) and stream.id not in self._streams and not has_ended(stream):
                    self._streams[stream.id] = stream
                    fresh += self._new_jobs(await self._walk.jobs_of(stream.id), by_itself=False)

    async def _behind_job(self, job: Job) -> tuple[Job | JobStream, ...]:
        if job.id in self._followed:
            return ()
        found = await self._walk.successors(job.id, WHOLE_CHAIN)
        self._followed |= {job.id, *(one.id for one in found if isinstance(one, Job))}
        return found

    def _new_jobs(self, found: Iterable[Job | JobStream], *, by_itself: bool) -> list[Job]:
        new = []
        for one in found:
            known = self._candidates.get(one.id)
            if isinstance(one, Job) and not has_ended(one) and (known is None or by_itself > known.by_itself):
                self._candidates[one.id] = _Candidate(one, by_itself)
                if known is None:
                    new.append(one)
        return new

    def held_up_by(self, origin: Job) -> tuple[list[Job], set[str]]:
        """The jobs that wait for `origin` and the names of their streams: going on from what is held up already."""
        self._candidates.pop(origin.id, None)
        held: dict[str, Job] = {}
        stopped: set[str] = set()  # streams that wait as a whole, and with them all of their jobs
        unfinished = {origin.stream_id}  # streams that cannot end
        grows = True
        while grows:
            blocking = {origin.id, *held} | unfinished | stopped
            new_streams = {one.id for one in self._streams.values() if _waits_for(one, blocking)} - stopped
            stopped |= new_streams
            new_jobs = {
                one.job.id: one.job
                for one in self._candidates.values()
                if one.job.id not in held
                and (one.job.stream_id in stopped or (one.by_itself and _waits_for(one.job, blocking)))
            }
            held |= new_jobs
            unfinished |= {one.stream_id for one in new_jobs.values()} | new_streams
            grows = bool(new_jobs or new_streams)
        names = {one.stream_id: one.stream_name for one in held.values()}
        return list(held.values()), {*names.values(), *(self._streams[one].full_name for one in stopped)}


def _waits_for(node: Job | JobStream, blocking: set[str]) -> bool:
    """Whether one of its dependencies is open and on something in `blocking`; assumed where they are not known."""
    if not is_detailed(node):
        return True
    return any(one.satisfied is not True and one.target_id in blocking for one in node.dependencies)
