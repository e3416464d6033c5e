"""Reads a plan into a graph: whole, or what has changed in it since."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from resync_bot.tws.graph.plan_graph import NONE, NUMBER_OF, STREAM, UNSEEN, PlanGraph
from resync_bot.tws.models import Engine, Job, JobStream, PlanInfo, Status
from resync_bot.tws.queries import JobQuery, Page, StreamQuery

# Small pages: to decode one, and to make objects of it, holds everybody else up for some milliseconds.
PAGE: Final = 50
AT_A_TIME: Final = 20  # of a page that go into the graph before others have their turn
# What changed is asked for again for so long: engines write their times down before others can read them.
OVERLAP: Final = timedelta(seconds=90)
# Jobs whose status may differ from the engine's counts, being on their way while both are read.
DIFFERENT_AT_MOST: Final = 0.01
IDS_AT_ONCE: Final = 50
FOLLOWERS_AT_MOST: Final = 500
# What a job can become without a time that tells of it.
_WITHOUT_TIME: Final = (Status.READY, Status.HELD, Status.BLOCKED, Status.UNDECIDED, Status.CANCELED)
_ON_ITS_WAY: Final = ("INTRO", "WAIT")


class PlanSource(Protocol):
    """What the graph is read from; a part of `Tws`. All methods raise EngineError."""

    async def engine(self) -> Engine:
        """Who it is and what its clock says."""
        ...

    async def plan(self) -> PlanInfo:
        """The current plan; UNSUPPORTED where the engine does not tell."""
        ...

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """All jobs of the plan."""
        ...

    def job_pages(
        self, query: JobQuery, *, page_size: int = 200, dependencies: bool = False
    ) -> AsyncIterator[Page[Job]]:
        """All that match, in small pages."""
        ...

    def stream_pages(
        self, query: StreamQuery, *, page_size: int = 200, dependencies: bool = False
    ) -> AsyncIterator[Page[JobStream]]:
        """All that match, in small pages."""
        ...


async def read_whole(source: PlanSource, engine: Engine) -> PlanGraph:
    """The plan of `engine` as it is being read: what happens meanwhile is to be read afterwards. Raises EngineError."""
    graph: PlanGraph | None = None
    async for streams in source.stream_pages(StreamQuery(), page_size=PAGE, dependencies=True):
        if graph is None:
            expected = streams.total + sum((await source.count_jobs_by_status()).values())
            graph = PlanGraph(engine.now.tzinfo, expected=expected)
        for stream in streams.items:
            graph.put_stream(stream)
        await asyncio.sleep(0)
    graph = graph or PlanGraph(engine.now.tzinfo)
    async for jobs in source.job_pages(JobQuery(), page_size=PAGE, dependencies=True):
        for start in range(0, len(jobs.items), AT_A_TIME):
            await asyncio.sleep(0)
            for job in jobs.items[start : start + AT_A_TIME]:
                graph.put_job(job, dependencies=True)
    return graph


async def read_changes(source: PlanSource, graph: PlanGraph, since: datetime) -> bool:
    """Brings a graph up to date that was so at `since`, by the engine's clock; `graph.changed` tells what that changed.

    False if nothing of the plan is there any more: its ids are gone with it. Raises EngineError; what was read by then
    is in the graph.
    """
    seen: set[int] = set()
    timeless = set(graph.with_status(_WITHOUT_TIME))
    for query in (
        JobQuery(statuses=_WITHOUT_TIME),
        JobQuery(internal_statuses=_ON_ITS_WAY),
        JobQuery(started_from=since - OVERLAP),
        JobQuery(ended_from=since - OVERLAP),
    ):
        async for page in source.job_pages(query, page_size=PAGE):
            for job in page.items:
                before = graph.node(job.id)
                had_failed = before is not None and graph.status[before] == NUMBER_OF[Status.ERROR]
                node = graph.put_job(job, dependencies=False)
                seen.add(node)
                if before is None or (job.status is Status.ERROR and not had_failed):
                    graph.unread.add(node)  # kept there: a reading that is given up is gone on with by the next one
            await asyncio.sleep(0)
    followers = [graph.waiter[edge] for node in graph.unread for edge in graph.follower_edges(node)]
    again = {node for node in (*followers, *graph.unread) if graph.is_job(node)}
    await _read_jobs_again(source, graph, sorted(again)[:FOLLOWERS_AT_MOST], dependencies=True)
    graph.unread.clear()
    if not await _read_jobs_again(source, graph, sorted(timeless - seen), dependencies=False):
        return False
    streams = {graph.stream_of[node] for node in graph.changed() if graph.is_job(node)} - {NONE}
    await _read_streams_again(source, graph, sorted(streams))
    return True


async def agrees(source: PlanSource, graph: PlanGraph) -> bool:
    """Whether the engine counts the same jobs: if not, some came or went, or were not seen to change. EngineError."""
    counts = await source.count_jobs_by_status()
    own = {status: graph.counts[number] for status, number in NUMBER_OF.items()}
    differing = sum(abs(own.get(status, 0) - counts.get(status, 0)) for status in Status) // 2
    total = sum(counts.values())
    return graph.jobs == total and differing <= max(5, total * DIFFERENT_AT_MOST)


async def _read_jobs_again(source: PlanSource, graph: PlanGraph, nodes: Sequence[int], *, dependencies: bool) -> bool:
    """Whether any of them was there, if any was asked for."""
    found = 0
    for ids in _identities(graph, nodes):
        async for page in source.job_pages(JobQuery(ids=ids), page_size=IDS_AT_ONCE, dependencies=dependencies):
            for job in page.items:
                graph.put_job(job, dependencies=dependencies)
                found += 1
        await asyncio.sleep(0)
    return found > 0 or not nodes


async def _read_streams_again(source: PlanSource, graph: PlanGraph, nodes: Sequence[int]) -> None:
    """How they stand; those that came into the plan since, whole."""
    known = [node for node in nodes if graph.kind[node] == STREAM]
    new = [node for node in nodes if graph.kind[node] == UNSEEN]
    for some, dependencies in ((known, False), (new, True)):
        for ids in _identities(graph, some):
            query = StreamQuery(ids=ids)
            async for page in source.stream_pages(query, page_size=IDS_AT_ONCE, dependencies=dependencies):
                for stream in page.items:
                    graph.put_stream(stream, dependencies=dependencies)
            await asyncio.sleep(0)


def _identities(graph: PlanGraph, nodes: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """The ids of nodes, as many as one question takes."""
    for start in range(0, len(nodes), IDS_AT_ONCE):
        yield tuple(graph.identity(node) for node in nodes[start : start + IDS_AT_ONCE])
