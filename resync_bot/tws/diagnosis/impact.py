"""What a job holds up: everything behind it that has not ended, job by job and stream by stream."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resync_bot.runtime.together import together
from resync_bot.tws.diagnosis.ahead import look_ahead
from resync_bot.tws.diagnosis.walk import PlanWalk, has_ended, is_detailed, well_and_ill
from resync_bot.tws.findings import Impact
from resync_bot.tws.graph import GraphView, downstream
from resync_bot.tws.graph.plan_graph import NONE
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Job, JobStream, Workstation
from resync_bot.tws.queries import Tws

CALLS = 100  # one for each stream in the cone, and some
MOST_SHOWN = 30  # of each kind that are told one by one; all are counted
WHOLE_CHAIN = 50  # levels that one question for successors goes down


async def what_it_blocks(
    tws: Tws, job: Job, view: GraphView | None = None, history: RunHistory | None = None
) -> Impact:
    """What waits for `job`, directly or not, also through its stream as a whole and through streams behind it.

    What has ended already is not held up and not counted, nor is what only follows that. With a graph all of it is
    counted, and the first deadline comes with the time that it can still be made or not, durations being those that
    `history` knows, else the engine's estimates. Without one the engine is asked; `is_complete` is false when that
    would have taken more than 100 questions. Raises EngineError if it cannot be asked, with NOT_FOUND if the job is
    gone.
    """
    if view is None or view.graph.node(job.id) is None:
        return await _walked(tws, await tws.job(job.id))
    async with together() as group:
        whole = group.create_task(tws.job(job.id))
        workstations = group.create_task(well_and_ill(tws))
    return await _in_graph(view, whole.result(), workstations.result(), history)


async def _in_graph(
    view: GraphView, whole: Job, workstations: Mapping[str, Workstation], history: RunHistory | None
) -> Impact:
    graph = view.graph
    cone = downstream(graph, graph.put_job(whole, dependencies=True))

    first = None if cone.first_deadline == NONE else cone.first_deadline
    own = graph.stream_of[graph.node(whole.id) or 0]  # its stream cannot end before it, also where nothing follows it
    if own != NONE and graph.deadline[own] and (first is None or graph.deadline[own] < graph.deadline[first]):
        first = own
    ahead = await look_ahead(graph, [] if first is None else [first], view.engine, workstations, history)
    end = 0.0 if first is None else ahead.of(first).end
    names = sorted(graph.stream_name(stream) for stream in cone.streams)
    return Impact(
        job=whole,
        jobs=len(cone.jobs),
        streams=tuple(names[:MOST_SHOWN]),
        streams_in_all=len(names),
        next_jobs=tuple(graph.job(node) for node in cone.next_jobs[:MOST_SHOWN]),
        next_jobs_in_all=len(cone.next_jobs),
        critical=tuple(graph.job(node) for node in cone.critical[:MOST_SHOWN]),
        critical_in_all=len(cone.critical),
        first_deadline=None if first is None or not graph.is_job(first) else graph.job(first),
        first_deadline_stream=None if first is None or graph.is_job(first) else graph.stream_name(first),
        first_deadline_at=None if first is None else graph.moment(graph.deadline[first]),
        first_deadline_end=graph.moment(end),
        first_deadline_slack_seconds=None if first is None else round(graph.deadline[first] - end),
    )


async def _walked(tws: Tws, whole: Job) -> Impact:
    walk = PlanWalk(tws, CALLS)
    direct = await walk.successors(whole.id, depth=1)
    downstream = _Downstream(walk)
    await downstream.collect(whole)
    held, streams = downstream.held_up_by(whole)
    first = min((one for one in held if one.deadline is not None), key=_deadline, default=None)
    ids = dict.fromkeys(one.stream_id for one in (whole, *held) if one.stream_id)
    of_streams = [one for stream_id in ids if (one := await walk.stream(stream_id)) is not None and one.deadline]
    first_stream = min(of_streams, key=_deadline, default=None)
    if first is not None and first_stream is not None:
        if _deadline(first) <= _deadline(first_stream):
            first_stream = None
        else:
            first = None
    earliest = first or first_stream
    return Impact(
        job=whole,
        jobs=len(held),
        streams=tuple(sorted(streams)),
        streams_in_all=len(streams),
        next_jobs=(following := tuple(one for one in direct if isinstance(one, Job) and not has_ended(one))),
        next_jobs_in_all=len(following),
        critical=(critical := tuple(sorted((one for one in held if one.critical), key=_deadline))),
        critical_in_all=len(critical),
        first_deadline=first,
        first_deadline_stream=first_stream.full_name if first_stream else None,
        first_deadline_at=earliest.deadline if earliest else None,
        is_complete=walk.is_complete,
    )


def _deadline(node: Job | JobStream) -> tuple[bool, float, str]:
    return (node.deadline is None, node.deadline.timestamp() if node.deadline else 0.0, node.full_name)


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
