"""Keeps the graph of one engine's plan: reads it once, then only what has changed, and anew at a plan switch."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.tasks import beside
from resync_bot.tws.graph.metrics import GraphMetrics
from resync_bot.tws.graph.plan_graph import PlanGraph
from resync_bot.tws.graph.reading import PlanSource, agrees, read_changes, read_whole
from resync_bot.tws.graph.view import GraphView
from resync_bot.tws.models import Engine

T = TypeVar("T")

log = structlog.get_logger(__name__)

REFRESH_SECONDS: Final = 15.0
# Jobs of a plan that is read at the first question about it, in well under a second.
SMALL: Final = 2_000
# The whole plan is not read more often than that for want of a few jobs, nor for more than a tenth of the time.
REBUILD_AFTER: Final = 300.0
REBUILD_SHARE: Final = 10.0


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
        self._view: GraphView | None = None
        self._tells_run = True
        self._refreshed = 0.0
        self._built = 0.0
        self._build_seconds = 0.0
        self._agrees = True

    async def graph(self) -> GraphView | None:
        """The graph, not older than a refresh or two; None while a large plan is still being read.

        A small plan is read, or brought up to date, first. Raises EngineError if the engine cannot be asked for that.
        """
        if self._view is None and await self._is_large():
            return self._view  # it may be there by now
        if self._view is None or (self._view.graph.jobs <= SMALL and self._is_due()):
            async with self._lock:
                if self._is_due():  # else somebody else has done it meanwhile
                    await self._up_to_date()
        return self._view

    async def refresh(self) -> None:
        """Brings the graph up to date now, whatever its age; reads the plan if there is none. Raises EngineError."""
        async with self._lock:
            await self._up_to_date()

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
                    self._view = None  # ids will be others
                log.warning("graph.not_refreshed", engine=self._name, kind=error.kind, error=str(error))
            except Exception:
                # The bot answers without a graph too: a broken one must not take it along.
                self._view = None
                log.exception("graph.defect", engine=self._name)
            await asyncio.sleep(REFRESH_SECONDS)

    def _is_due(self) -> bool:
        return self._view is None or self._monotonic() - self._refreshed >= REFRESH_SECONDS

    async def _is_large(self) -> bool:
        return sum((await self._source.count_jobs_by_status()).values()) > SMALL

    async def _up_to_date(self) -> None:
        engine = await self._source.engine()
        run_number = await self._run_number()
        if self._view is not None and self._is_another_plan(self._view, engine, run_number):
            self._view = None
        is_there = self._view is not None and await self._counted("refresh", self._refresh(self._view))
        if self._view is not None and is_there and not self._is_worth_reading_again(self._view):
            graph = self._view.graph
        else:
            if not is_there:
                self._view = None  # a graph whose ids are gone is of use to nobody
            graph = await self._counted("build", self._build(engine))
        graph.follow()
        self._view = GraphView(graph, engine, run_number)
        self._refreshed = self._monotonic()
        self._measure(graph)

    async def _run_number(self) -> int | None:
        """Of the plan; None where the engine does not tell."""
        if not self._tells_run:
            return None
        try:
            return (await self._source.plan()).run_number
        except EngineError as error:
            if error.kind is not EngineErrorKind.UNSUPPORTED:
                raise
            self._tells_run = False
            return None

    def _is_another_plan(self, before: GraphView, engine: Engine, run_number: int | None) -> bool:
        """A plan switch: ids are others now. Where the engine does not number its plans, there is one each day."""
        if run_number is not None and before.run_number is not None:
            return run_number != before.run_number
        return engine.production_day_start != before.engine.production_day_start

    async def _counted(self, what: str, work: Awaitable[T]) -> T:
        try:
            done = await work
        except EngineError:
            self._metrics.readings.labels(self._name, what, "failed").inc()
            raise
        self._metrics.readings.labels(self._name, what, "ok").inc()
        return done

    def _measure(self, graph: PlanGraph) -> None:
        self._metrics.jobs.labels(self._name).set(graph.jobs)
        self._metrics.streams.labels(self._name).set(graph.streams)
        self._metrics.edges.labels(self._name).set(graph.edges)
        self._metrics.as_of.labels(self._name).set(self._now())

    async def _build(self, engine: Engine) -> PlanGraph:
        started = self._monotonic()
        graph = await read_whole(self._source, engine)
        self._built = self._monotonic()
        self._build_seconds = self._built - started
        self._metrics.build_seconds.labels(self._name).set(self._build_seconds)
        log.info(
            "graph.built", engine=self._name, jobs=graph.jobs, streams=graph.streams, edges=graph.edges,
            seconds=round(self._build_seconds, 1),
        )  # fmt: skip
        await read_changes(self._source, graph, engine.now)  # what has happened while it was being read
        self._agrees = await agrees(self._source, graph)
        return graph

    async def _refresh(self, view: GraphView) -> bool:
        """Whether the plan is still there."""
        is_there = await read_changes(self._source, view.graph, view.as_of)
        if is_there:
            self._agrees = await agrees(self._source, view.graph)
        return is_there

    def _is_worth_reading_again(self, view: GraphView) -> bool:
        """Jobs came or went, or what became of them cannot be followed."""
        if self._agrees:
            return False
        pause = min(REBUILD_AFTER, 2.0) if view.graph.jobs <= SMALL else REBUILD_AFTER
        return self._monotonic() - self._built >= max(pause, REBUILD_SHARE * self._build_seconds)
