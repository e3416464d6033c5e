"""An HWA engine that answers typed questions: the `Tws` of `queries`, over the REST API V2."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import time, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import structlog
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws import reading, v2
from resync_bot.tws.cache import ReadCache, read_cache
from resync_bot.tws.client import EngineClient, Read
from resync_bot.tws.clock import EngineClock, start_of_day
from resync_bot.tws.connection import http_client
from resync_bot.tws.joblog import LogTail
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.models import Engine, Issue, Job, JobLog, JobStream, Prompt, Resource, Status, Workstation
from resync_bot.tws.queries import JobQuery, Page, StreamQuery
from resync_bot.tws.wire import Node
from resync_bot.tws.words import status_of

T = TypeVar("T")

# An engine hangs when more than 45 logs are read at a time (Administration 10.2.5, Broker.jobLog.corePoolSize).
JOB_LOGS_AT_ONCE = 3
PAGES_AT_MOST = 50  # of a whole list, and of what is searched for something that OQL has no field for (late)

log = structlog.get_logger(__name__)


class HwaEngine:
    """Made by `connect_engine`. Implements `Tws`; safe for concurrent use."""

    def __init__(self, settings: TwsSettings, client: EngineClient, cache: ReadCache) -> None:
        self.name = settings.name
        self._client = client
        self._cache = cache
        self._page_size = settings.page_size
        self._start_of_day = time.fromisoformat(settings.start_of_day)
        self._zone: tzinfo | None = ZoneInfo(settings.zone) if settings.zone else None
        self._job_logs = asyncio.Semaphore(JOB_LOGS_AT_ONCE)

    async def engine(self) -> Engine:
        """Who it is and what its clock says."""
        info = Node(await self._read(v2.ENGINE_INFO))
        zone = self._zone or _zone(info.text("timezone"))
        now = self._client.clock.now().astimezone(zone)
        return Engine(
            name=self.name,
            version=info.text("displayVersion") or info.text("fullVersion") or "unknown",
            zone=str(zone),
            now=now,
            production_day_start=start_of_day(now, self._start_of_day),
        )

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """All jobs of the plan; no entry for a status that no job has."""
        answer = Node(await self._read(v2.JOB_COUNT))
        counts: dict[Status, int] = {}
        for word, number in answer.node("groupedCount").numbers().items():
            status = status_of(word)
            counts[status] = counts.get(status, 0) + number
        return {status: counts[status] for status in Status if counts.get(status)}

    async def jobs(self, query: JobQuery, *, limit: int = 50, offset: int = 0) -> Page[Job]:
        """Without runs and dependencies."""
        if not v2.can_match(query.name, query.stream, query.folder, query.workstation, *query.internal_statuses):
            return Page(0, ())

        def read(limit: int, offset: int) -> Read:
            return v2.jobs(query, limit=limit, offset=offset)

        if query.late is None:
            return await self._page(read, reading.listed_job, limit, offset)
        found = await self._all(read, reading.listed_job)
        return _slice([job for job in found if job.late == query.late], limit, offset)

    async def job(self, job_id: str) -> Job:
        """With runs and dependencies."""
        return reading.job(await self._node(v2.job(job_id)))

    async def streams(self, query: StreamQuery, *, limit: int = 50, offset: int = 0) -> Page[JobStream]:
        """Without dependencies."""
        if not v2.can_match(query.name, query.folder, query.workstation, *query.internal_statuses):
            return Page(0, ())

        def read(limit: int, offset: int) -> Read:
            return v2.streams(query, limit=limit, offset=offset)

        if query.late is None:
            return await self._page(read, reading.stream, limit, offset)
        found = await self._all(read, reading.stream)
        return _slice([stream for stream in found if stream.late == query.late], limit, offset)

    async def stream(self, stream_id: str) -> JobStream:
        """With dependencies."""
        return reading.stream(await self._node(v2.stream(stream_id)))

    async def predecessors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What the job itself follows, across streams; not what its stream follows."""
        return await self._flow_nodes(v2.predecessors(job_id, depth))

    async def successors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the job itself, across streams; not what follows its stream."""
        return await self._flow_nodes(v2.successors(job_id, depth))

    async def stream_successors(self, stream_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the stream as a whole."""
        return await self._flow_nodes(v2.stream_successors(stream_id, depth))

    async def issues(self, job_ids: Sequence[str]) -> tuple[Issue, ...]:
        """Why they do not start, in the engine's words."""
        answers = [await self._node(read) for read in v2.issues(job_ids)]
        return tuple(reading.issue(node) for answer in answers for node in answer.nodes("issues"))

    async def workstations(self, name: str | None = None) -> tuple[Workstation, ...]:
        """All, or those whose name matches."""
        if not v2.can_match(name):
            return ()
        return await self._all(
            lambda limit, offset: v2.workstations(name, limit=limit, offset=offset), reading.workstation
        )

    async def prompts(self, statuses: Sequence[str] = ()) -> tuple[Prompt, ...]:
        """All, or those in one of `statuses` (NOT_ASKED, ASKED, ANSWERED_YES, ANSWERED_NO)."""
        try:
            found = await self._all(lambda limit, offset: v2.prompts(limit=limit, offset=offset), reading.prompt)
        except EngineError as error:
            if error.kind is EngineErrorKind.NOT_FOUND:
                error.hint = "This engine does not list prompts: that needs release 10.2."
            raise
        return tuple(prompt for prompt in found if not statuses or prompt.status in statuses)

    async def resources(self, name: str | None = None) -> tuple[Resource, ...]:
        """All, or those whose name matches."""
        if not v2.can_match(name):
            return ()
        return await self._all(lambda limit, offset: v2.resources(name, limit=limit, offset=offset), reading.resource)

    async def job_log(self, run_id: str, *, last_lines: int = 60) -> JobLog:
        """The end of a run's log, masked. At most three at a time per engine: more can hang it."""

        async def load() -> JobLog:
            async with self._job_logs:
                return await self._client.ask(v2.job_log(run_id), lambda _, response: _tail(response, last_lines))

        return await self._cache.get(("job log", run_id, last_lines), load)

    async def _read(self, read: Read) -> dict[str, Any]:
        key = (read.path, tuple(read.params.items()), tuple(read.headers.items()))
        return await self._cache.get(key, lambda: self._client.json(read))

    async def _node(self, read: Read) -> Node:
        return Node(await self._read(read), await self._known_zone())

    async def _known_zone(self) -> tzinfo:
        if self._zone is None:
            self._zone = _zone(Node(await self._read(v2.ENGINE_INFO)).text("timezone"))
        return self._zone

    async def _flow_nodes(self, read: Read) -> tuple[Job | JobStream, ...]:
        answer = await self._node(read)
        return tuple(reading.job_or_stream(node) for node in answer.nodes("results"))

    async def _page(
        self, read: Callable[[int, int], Read], one: Callable[[Node], T], limit: int, offset: int
    ) -> Page[T]:
        """Up to `limit` objects from `offset` on, in pages of the configured size."""
        items: list[T] = []
        total = None
        at: int | None = offset
        while at is not None and len(items) < limit:
            answer = await self._node(read(min(self._page_size, limit - len(items)), at))
            nodes = answer.nodes("results")
            items += [one(node) for node in nodes]
            total = answer.number("count") if total is None else total
            at = v2.next_offset(answer.text("next"), at) if nodes else None
        return Page(len(items) + offset if total is None else total, tuple(items))

    async def _all(self, read: Callable[[int, int], Read], one: Callable[[Node], T]) -> tuple[T, ...]:
        page = await self._page(read, one, PAGES_AT_MOST * self._page_size, 0)
        if page.total > len(page.items):
            log.warning("tws.list_cut", engine=self.name, total=page.total, read=len(page.items))
        return page.items


async def _tail(response: httpx.Response, last_lines: int) -> JobLog:
    tail = LogTail(last_lines)
    async for line in response.aiter_lines():
        tail.feed(line)
    return tail.result()


def _slice(items: Sequence[T], limit: int, offset: int) -> Page[T]:
    return Page(len(items), tuple(items[offset : offset + limit]))


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError):
        log.warning("tws.unknown_zone", zone=name, hint="set APP_TWS__ZONE; times are shown in UTC until then")
        return ZoneInfo("UTC")


@asynccontextmanager
async def connect_engine(
    settings: TwsSettings,
    *,
    breakers: CircuitBreakerManager | None = None,
    metrics: TwsMetrics | None = None,
    clock: EngineClock | None = None,
) -> AsyncIterator[HwaEngine]:
    """The engine of `settings`, until the block is left. Connects with the first question, not here.

    Without `breakers` and `metrics` it has its own, which nobody sees. Raises ConfigurationError for settings that
    cannot work.
    """
    breakers = breakers or CircuitBreakerManager(registry=CollectorRegistry())
    metrics = metrics or TwsMetrics(CollectorRegistry())
    outcomes = metrics.cache
    async with (
        http_client(settings) as http,
        read_cache(
            settings.cache_seconds, count=lambda outcome: outcomes.labels(settings.name, outcome).inc()
        ) as cache,
    ):
        client = EngineClient(settings, http, breakers=breakers, metrics=metrics, clock=clock or EngineClock())
        yield HwaEngine(settings, client, cache)
