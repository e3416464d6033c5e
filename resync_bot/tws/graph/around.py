"""Parts of a plan read for one question: what stands before some jobs as a graph of its own, and jobs anew."""

from collections.abc import Iterable, Sequence

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.graph.plan_graph import HAS_ENDED, NUMBER_OF, PlanGraph
from resync_bot.tws.models import Dependency, Job, JobStream
from resync_bot.tws.queries import JobQuery, Tws

CALLS = 400
IDS_AT_ONCE = 50
_JOBS = frozenset({"INTERNAL", "EXTERNAL_JOB"})


async def read_upstream(tws: Tws, origins: Sequence[Job], *, calls: int = CALLS) -> PlanGraph:
    """The jobs, all that they wait for, and the streams on the way; level by level, in at most so many questions.

    What is gone, hidden or too far away is left out, and its followers wait for something unseen. Raises EngineError
    if the engine cannot be asked at all.
    """
    reader = _Reader(tws, PlanGraph((await tws.engine()).now.tzinfo, expected=len(origins)), calls)
    level = await reader.jobs(job.id for job in origins)
    while level:
        nodes: list[Job | JobStream] = [*level, *(await reader.streams(job.stream_id for job in level))]
        waited = [one for node in nodes for one in node.dependencies if one.satisfied is not True]
        level = await reader.jobs(_ids(waited, _JOBS))
        for stream_id in _ids(waited, frozenset({"EXTERNAL_JOBSTREAM"})):
            await reader.streams([stream_id])
            level += await reader.members(stream_id)
    return reader.graph


async def read_again(tws: Tws, graph: PlanGraph, nodes: Iterable[int]) -> bool:
    """Asks for these jobs anew; whether one of them is no longer as the graph had it. Raises EngineError."""
    jobs = [node for node in nodes if graph.is_job(node)]

    def seen() -> list[object]:
        return [(graph.status[node], graph.internal_status(node), graph.waits_of(node)) for node in jobs]

    before = seen()
    for start in range(0, len(jobs), IDS_AT_ONCE):
        query = JobQuery(ids=tuple(graph.identity(node) for node in jobs[start : start + IDS_AT_ONCE]))
        async for page in tws.job_pages(query, page_size=IDS_AT_ONCE, dependencies=True):
            for job in page.items:
                graph.put_job(job, dependencies=True)
    return before != seen()


def _ids(dependencies: Iterable[Dependency], kinds: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(one.target_id for one in dependencies if one.kind in kinds and one.target_id))


class _Reader:
    """Reads each thing once. What it returns are the jobs that still wait, whose own dependencies matter."""

    def __init__(self, tws: Tws, graph: PlanGraph, calls: int) -> None:
        self.graph = graph
        self._tws = tws
        self._left = calls
        self._read: set[str] = set()
        self._whole: set[str] = set()

    async def jobs(self, ids: Iterable[str]) -> list[Job]:
        """By their ids, with dependencies."""
        fresh = [one for one in dict.fromkeys(ids) if one not in self._read]
        self._read.update(fresh)
        found: list[Job] = []
        for start in range(0, len(fresh), IDS_AT_ONCE):
            found += await self._put(JobQuery(ids=tuple(fresh[start : start + IDS_AT_ONCE])))
        return found

    async def members(self, stream_id: str) -> list[Job]:
        """All jobs of a stream."""
        if stream_id in self._whole:
            return []
        self._whole.add(stream_id)
        return await self._put(JobQuery(stream_id=stream_id))

    async def streams(self, ids: Iterable[str]) -> list[JobStream]:
        """By their ids, with dependencies."""
        found = []
        for stream_id in dict.fromkeys(ids):
            if stream_id and stream_id not in self._read and self._may_ask():
                self._read.add(stream_id)
                try:
                    stream = await self._tws.stream(stream_id)
                except EngineError as error:
                    if error.kind not in {EngineErrorKind.NOT_FOUND, EngineErrorKind.FORBIDDEN}:
                        raise
                else:
                    self.graph.put_stream(stream)
                    found.append(stream)
        return found

    async def _put(self, query: JobQuery) -> list[Job]:
        waiting = []
        if self._may_ask():
            async for page in self._tws.job_pages(query, dependencies=True):
                for job in page.items:
                    self._read.add(job.id)
                    self.graph.put_job(job, dependencies=True)
                    if not HAS_ENDED[NUMBER_OF[job.status]]:
                        waiting.append(job)
        return waiting

    def _may_ask(self) -> bool:
        self._left -= 1
        return self._left >= 0
