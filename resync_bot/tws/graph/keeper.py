"""Keeps the graph of one engine's plan: reads it once, then only what has changed, and anew at a plan switch."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.tasks import beside
from resync_bot.tws.graph.metrics import GraphMetrics
from resync_bot.tws.graph.plan_graph import NUMBER_OF, PlanGraph
from resync_bot.tws.models import Engine, Job, JobStream, Status
from resync_bot.tws.queries import JobQuery, Page, StreamQuery

log = structlog.get_logger(__name__)

REFRESH_SECONDS: Final = 15.0
# Small pages: to decode one, and to make objects of it, holds everybody else up for some milliseconds.
PAGE: Final = 50
AT_A_TIME: Final = 20  # of a page that go into the graph before others have their turn
# Jobs of a plan that is read at the first question about it, in well under a second.
SMALL: Final = 2_000
# What changed is asked for again for so long: engines write their times down before others can read them.
OVERLAP: Final = timedelta(seconds=90)
# The whole plan is not read more often than that for want of a few jobs, nor for more than a tenth of the time.
REBUILD_AFTER: Final = 300.0
REBUILD_SHARE: Final = 10.0
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


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph as it stood at `as_of`, by the engine's clock. Use it at once: it goes on changing."""

    graph: PlanGraph
    as_of: datetime


class GraphKeeper:
    """One for each engine. `run` keeps the graph up to date; a small plan is read when it is asked for, too."""

    def __init__(
        self,
        source: PlanSource,
        *,
        name: str,
        metrics: GraphMetrics,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`name` is the engine's, for logs and metrics."""
        self._source = source
        self._name = name
        self._metrics = metrics
        self._monotonic = monotonic
        self._now = now
        self._lock = asyncio.Lock()
        self._graph: PlanGraph | None = None
        self._as_of: Engine | None = None
        self._refreshed = 0.0
        self._built = 0.0
        self._build_seconds = 0.0
        self._disagreed = False

    async def graph(self) -> GraphView | None:
        """The graph, not older than a refresh or two; None while a large plan is still being read.

        A small plan is read, or brought up to date, first. Raises EngineError if the engine cannot be asked for that.
        """
        if self._graph is None and not self._lock.locked() and sum((await self._counts()).values()) > SMALL:
            return None
        if self._graph is None or (self._graph.jobs <= SMALL and self._is_due()):
            async with self._lock:
                await self._up_to_date()
        if self._graph is None or self._as_of is None:
            return None
        return GraphView(self._graph, self._as_of.now)

    async def refresh(self) -> None:
        """Brings the graph up to date now, whatever its age; reads the plan if there is none. Raises EngineError."""
        async with self._lock:
            await self._up_to_date(at_once=True)

    async def run(self, stop: asyncio.Event) -> None:
        """Reads the plan and keeps up with it until `stop` is set. Trouble is logged, and the engine asked again."""
        async with beside(self._keep_up(), name=f"graph of {self._name}"):
            await stop.wait()

    async def _keep_up(self) -> None:
        while True:
            try:
                await self.refresh()
            except EngineError as error:
                if error.kind is EngineErrorKind.PLAN_SWITCH:
                    self._graph = None  # ids will be others
                log.warning("graph.not_refreshed", engine=self._name, kind=error.kind, error=str(error))
            except Exception:
                # The bot answers without a graph too: a broken one must not take it along.
                self._graph = None
                log.exception("graph.defect", engine=self._name)
            await asyncio.sleep(REFRESH_SECONDS)

    def _is_due(self) -> bool:
        return self._graph is None or self._monotonic() - self._refreshed >= REFRESH_SECONDS

    async def _up_to_date(self, *, at_once: bool = False) -> None:
        if not (at_once or self._is_due()):
            return  # somebody else has done it meanwhile
        engine = await self._source.engine()
        if self._as_of is not None and engine.production_day_start != self._as_of.production_day_start:
            self._graph = None  # a plan switch: ids are others now
        if self._graph is not None:
            await self._counted("refresh", self._refresh(self._graph, engine))
        if self._graph is None or self._is_wrong(self._graph):
            await self._counted("build", self._build(engine))
        self._as_of = engine
        self._refreshed = self._monotonic()
        self._measure()

    async def _counted(self, what: str, work: Awaitable[None]) -> None:
        try:
            await work
        except EngineError:
            self._metrics.readings.labels(self._name, what, "failed").inc()
            raise
        self._metrics.readings.labels(self._name, what, "ok").inc()

    def _measure(self) -> None:
        if self._graph is not None:
            self._metrics.jobs.labels(self._name).set(self._graph.jobs)
            self._metrics.streams.labels(self._name).set(self._graph.streams)
            self._metrics.edges.labels(self._name).set(self._graph.edges)
            self._metrics.as_of.labels(self._name).set(self._now())

    async def _counts(self) -> dict[Status, int]:
        return await self._source.count_jobs_by_status()

    # -- the whole plan

    async def _build(self, engine: Engine) -> None:
        started = self._monotonic()
        graph: PlanGraph | None = None
        async for streams in self._source.stream_pages(StreamQuery(), page_size=PAGE, dependencies=True):
            if graph is None:
                expected = streams.total + sum((await self._counts()).values())
                graph = PlanGraph(engine.now.tzinfo, expected=expected)
            for stream in streams.items:
                graph.put_stream(stream)
            await asyncio.sleep(0)
        graph = graph or PlanGraph()
        async for jobs in self._source.job_pages(JobQuery(), page_size=PAGE, dependencies=True):
            for start in range(0, len(jobs.items), AT_A_TIME):
                await asyncio.sleep(0)
                for job in jobs.items[start : start + AT_A_TIME]:
                    graph.put_job(job, dependencies=True)
        self._graph = graph
        self._built = self._monotonic()
        self._build_seconds = self._built - started
        self._disagreed = False
        self._metrics.build_seconds.labels(self._name).set(self._build_seconds)
        log.info(
            "graph.built", engine=self._name, jobs=graph.jobs, streams=graph.streams, edges=graph.edges,
            seconds=round(self._build_seconds, 1),
        )  # fmt: skip
        self._as_of = engine
        await self._refresh(graph, engine)  # what has happened while it was being read

    # -- what has changed

    async def _refresh(self, graph: PlanGraph, engine: Engine) -> None:
        since = (self._as_of.now if self._as_of else engine.now) - OVERLAP
        seen: set[int] = set()
        failed: set[int] = set()
        timeless = set(graph.with_status(_WITHOUT_TIME))
        for query in (
            JobQuery(statuses=_WITHOUT_TIME),
            JobQuery(internal_statuses=_ON_ITS_WAY),
            JobQuery(started_from=since),
            JobQuery(ended_from=since),
        ):
            async for page in self._source.job_pages(query, page_size=PAGE):
                for job in page.items:
                    before = graph.node(job.id)
                    had_failed = before is not None and graph.status[before] == NUMBER_OF[Status.ERROR]
                    node = graph.put_job(job, dependencies=False)
                    seen.add(node)
                    if before is None or (job.status is Status.ERROR and not had_failed):
                        failed.add(node)
                await asyncio.sleep(0)
        followers = [graph.waiter[edge] for node in failed for edge in graph.follower_edges(node)]
        again = {node for node in (*followers, *failed) if graph.is_job(node)}
        await self._read_again(graph, sorted(again)[:FOLLOWERS_AT_MOST], dependencies=True)
        if not await self._read_again(graph, sorted(timeless - seen), dependencies=False):
            self._graph = None  # nothing is there any more: the ids are those of a plan that is gone
            return
        counts = await self._counts()
        own = {status: graph.counts[number] for status, number in NUMBER_OF.items()}
        differing = sum(abs(own.get(status, 0) - counts.get(status, 0)) for status in Status) // 2
        total = sum(counts.values())
        self._disagreed = graph.jobs != total or differing > max(5, total * DIFFERENT_AT_MOST)

    async def _read_again(self, graph: PlanGraph, nodes: Iterable[int], *, dependencies: bool) -> bool:
        """Whether any of them was there, if any was asked for."""
        found = 0
        ids = [graph.identity(node) for node in nodes]
        for start in range(0, len(ids), IDS_AT_ONCE):
            query = JobQuery(ids=tuple(ids[start : start + IDS_AT_ONCE]))
            async for page in self._source.job_pages(query, page_size=IDS_AT_ONCE, dependencies=dependencies):
                for job in page.items:
                    graph.put_job(job, dependencies=dependencies)
                    found += 1
            await asyncio.sleep(0)
        return found > 0 or not ids

    def _is_wrong(self, graph: PlanGraph) -> bool:
        """Jobs came or went, or what became of them cannot be followed: the whole plan is worth reading again."""
        if not self._disagreed:
            return False
        pause = min(REBUILD_AFTER, 2.0) if graph.jobs <= SMALL else REBUILD_AFTER
        return self._monotonic() - self._built >= max(pause, REBUILD_SHARE * self._build_seconds)
