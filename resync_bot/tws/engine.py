"""An HWA engine that answers typed questions: the `Tws` of `queries`, over whichever API the engine has."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from typing import TypeVar

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.together import together
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.tws.actions.model import Action, Justification, ReplyToPrompt
from resync_bot.tws.actions.sending import send
from resync_bot.tws.asking import Ask, Listed, Place
from resync_bot.tws.cache import ReadCache
from resync_bot.tws.client import EngineClient, Question
from resync_bot.tws.clock import start_of_day
from resync_bot.tws.dialect import Detail, Dialect, Follower, LogPart, LogPlace
from resync_bot.tws.models import (
    AlertLevel,
    CriticalJob,
    Engine,
    Issue,
    Job,
    JobLog,
    JobStream,
    PlanInfo,
    Prompt,
    Resource,
    Status,
    Workstation,
)
from resync_bot.tws.pages import pages
from resync_bot.tws.problems import problem
from resync_bot.tws.queries import PAGE_SIZE, JobQuery, Page, StreamQuery
from resync_bot.tws.reader import ListQuestion, Reader, always
from resync_bot.tws.sieve import can_exist

T = TypeVar("T")

# An engine hangs when more than 45 logs are read at a time (Administration 10.2.5, Broker.jobLog.corePoolSize).
JOB_LOGS_AT_ONCE = 3
MISSING = frozenset({400, 404, 405})  # how engines answer to a call that they do not know


class HwaEngine:
    """Made by `connect_engine`. Implements `Tws`; safe for concurrent use."""

    def __init__(self, settings: EngineSettings, client: EngineClient, cache: ReadCache) -> None:
        self.name = settings.name
        self._client = client
        self._reader = Reader(client, cache, page_size=settings.page_size)
        self._start_of_day = time.fromisoformat(settings.start_of_day)
        self._job_logs = asyncio.Semaphore(JOB_LOGS_AT_ONCE)
        self._has_older_prompts = False  # told by the API before, by whose ids alone they can be answered

    async def engine(self) -> Engine:
        """Who it is and what its clock says."""
        facts = await self._reader.remembered(("engine info",), self._client.facts)
        host = self._client.host
        zone = host.spoken.zone if host.spoken else None
        now = self._client.clock.now().astimezone(zone)
        return Engine(
            name=self.name,
            version=facts.version,
            zone=str(zone or "UTC"),
            now=now,
            production_day_start=start_of_day(now, self._start_of_day),
            api=host.spoken.dialect.api if host.spoken else "",
            host=host.name,
            has_plan=not self._client.plan_absence.is_lasting,
            key_expires=self._client.credentials.expires,
        )

    async def plan(self) -> PlanInfo:
        """The current plan; UNSUPPORTED where the engine does not tell."""
        with _may_be_missing("plan"):
            return await self._reader.once(("plan",), lambda dialect: dialect.plan())

    async def archived_plans(self) -> tuple[PlanInfo, ...]:
        """The plans before it that the engine still has, newest first; UNSUPPORTED where it does not tell."""
        with _may_be_missing("archived plans"):
            return await self._reader.once(("archived plans",), lambda dialect: dialect.archived_plans())

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """All jobs of the plan; no entry for a status that no job has."""
        counts = await self._reader.each(("count jobs",), lambda dialect: dialect.counts())
        return {status: total for status in Status if (total := sum(count.get(status, 0) for count in counts))}

    async def jobs(self, query: JobQuery, *, limit: int = 50, offset: int = 0) -> Page[Job]:
        """Without runs and dependencies."""
        if not can_exist(query.name, query.stream, query.folder, query.workstation, *query.internal_statuses):
            return Page(0, ())
        try:
            return await self._jobs(query, limit, offset)
        except EngineError as error:
            if query.late is None or error.kind is not EngineErrorKind.BAD_QUERY:
                raise
        return await self._jobs(
            query, limit, offset, knows_deadlines=False
        )  # its OQL knows no deadlines: all jobs are read

    async def _jobs(self, query: JobQuery, limit: int, offset: int, *, knows_deadlines: bool = True) -> Page[Job]:
        is_sieved = (await self._client.spoken()).dialect.is_sieved(query)
        page = self._reader.sieved_page if is_sieved else self._reader.page
        return await page(
            ("jobs", query, knows_deadlines),
            lambda dialect, limit, place: dialect.jobs(
                query, limit=limit, place=place, detail=Detail.NARROW, now=self._now() if knows_deadlines else None
            ),
            limit,
            offset,
        )

    async def job(self, job_id: str) -> Job:
        """With runs and dependencies."""
        found = await self._reader.once(("job", job_id), lambda dialect: dialect.job(job_id))
        chain = (await self._client.spoken()).dialect.chain(found)
        if chain is None:
            return found
        return found.model_copy(update={"runs": await self._reader.once(("chain", job_id), always(chain))})

    async def streams(self, query: StreamQuery, *, limit: int = 50, offset: int = 0) -> Page[JobStream]:
        """Without dependencies."""
        if not can_exist(query.name, query.folder, query.workstation, *query.internal_statuses):
            return Page(0, ())

        def read(dialect: Dialect, limit: int, place: Place) -> Ask[Listed[JobStream]]:
            return dialect.streams(query, limit=limit, place=place, detail=Detail.NARROW, now=self._now())

        is_sieved = (await self._client.spoken()).dialect.is_sieved(query)
        page = self._reader.sieved_page if is_sieved else self._reader.page
        return await page(("streams", query), read, limit, offset)

    async def stream(self, stream_id: str) -> JobStream:
        """With dependencies."""
        return await self._reader.once(("stream", stream_id), lambda dialect: dialect.stream(stream_id))

    def job_pages(
        self, query: JobQuery, *, page_size: int = PAGE_SIZE, dependencies: bool = False, runs: bool = False
    ) -> AsyncIterator[Page[Job]]:
        """All that match, a page at a time; see `Tws`."""
        detail = Detail.DEPENDENCIES if dependencies else Detail.RUNS if runs else Detail.NARROW

        def read(place: Place) -> Awaitable[Listed[Job]]:
            return self._client.ask(
                lambda dialect: dialect.jobs(
                    query, limit=page_size, place=place, detail=detail, now=self._now(), steady=True
                )
            )

        return pages(read, lambda job: job.id, tasks=self._client.tasks)

    def stream_pages(
        self, query: StreamQuery, *, page_size: int = PAGE_SIZE, dependencies: bool = False
    ) -> AsyncIterator[Page[JobStream]]:
        """The same for job streams."""
        detail = Detail.DEPENDENCIES if dependencies else Detail.NARROW

        def read(place: Place) -> Awaitable[Listed[JobStream]]:
            return self._client.ask(
                lambda dialect: dialect.streams(
                    query, limit=page_size, place=place, detail=detail, now=self._now(), steady=True
                )
            )

        return pages(read, lambda stream: stream.id, tasks=self._client.tasks)

    async def finished_jobs(
        self, plan_id: str | None = None, *, ended_from: datetime | None = None
    ) -> AsyncIterator[tuple[Job, ...]]:
        """The jobs of a plan with runs that ended since, a page at a time; see `Tws`."""

        def read(place: Place) -> Awaitable[Listed[Job]]:
            return self._client.ask(
                lambda dialect: dialect.runs_of_plan(plan_id, ended_from=ended_from, limit=PAGE_SIZE, place=place)
            )

        with _may_be_missing("runs of a plan"):
            async for page in pages(read, lambda job: job.id):
                yield page.items

    async def predecessors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What the job itself follows, across streams; not what its stream follows."""
        return await self._reader.once(
            ("predecessors", job_id, depth), lambda dialect: dialect.predecessors(job_id, depth)
        )

    async def successors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the job itself, across streams; not what follows its stream."""
        return await self._following(job_id, depth, is_job=True)

    async def stream_successors(self, stream_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the stream as a whole."""
        return await self._following(stream_id, depth, is_job=False)

    async def _following(self, node_id: str, depth: int, *, is_job: bool) -> tuple[Job | JobStream, ...]:
        def ask(dialect: Dialect) -> Ask[tuple[Job | JobStream | Follower, ...]]:
            return dialect.successors(node_id, depth) if is_job else dialect.stream_successors(node_id, depth)

        nodes = await self._reader.once(("successors", node_id, depth, is_job), ask)
        whole = [node for node in nodes if not isinstance(node, Follower)]
        named = [node for node in nodes if isinstance(node, Follower)]
        async with together() as group:
            tasks = [group.create_task(self._follower(one), name="successor") for one in named]
        found = {one.id: one for one in (*whole, *(task.result() for task in tasks))}
        if depth > 1:  # an API that names successors by their ids names the next ones only
            for one in named:
                further = await self._following(one.id, depth - 1, is_job=one.is_job)
                found |= {node.id: node for node in further if node.id not in found}
        return tuple(found.values())

    async def _follower(self, one: Follower) -> Job | JobStream:
        return await (self.job(one.id) if one.is_job else self.stream(one.id))

    async def issues(self, job_ids: Sequence[str]) -> tuple[Issue, ...]:
        """Why they do not start, in the engine's words."""
        answers = await self._reader.each(("issues", *job_ids), lambda dialect: dialect.issues(job_ids))
        return tuple(issue for answer in answers for issue in answer)

    async def workstations(self, name: str | None = None) -> tuple[Workstation, ...]:
        """All, or those whose name matches."""
        if not can_exist(name):
            return ()
        return await self._reader.all(
            ("workstations", name),
            lambda dialect, limit, place: dialect.workstations(name, limit=limit, place=place),
        )

    async def prompts(self, statuses: Sequence[str] = ()) -> tuple[Prompt, ...]:
        """All, or those in one of `statuses` (NOT_ASKED, ASKED, ANSWERED_YES, ANSWERED_NO)."""

        def read(dialect: Dialect, limit: int, place: Place) -> Ask[Listed[Prompt]]:
            return dialect.prompts(statuses, limit=limit, place=place)

        try:
            found = await self._reader.all(("prompts", *statuses), read)
        except EngineError as error:
            if error.status not in MISSING or error.message_id is not None:
                raise
        else:
            self._has_older_prompts = False
            return found
        with _may_be_missing("prompts"):  # V2 has them since 10.2 only
            found = await self._reader.all(("older prompts", *statuses), _by_older(read))
        self._has_older_prompts = True
        return found

    async def resources(self, name: str | None = None) -> tuple[Resource, ...]:
        """All, or those whose name matches."""
        if not can_exist(name):
            return ()
        return await self._reader.all(
            ("resources", name), lambda dialect, limit, place: dialect.resources(name, limit=limit, place=place)
        )

    async def critical_jobs(self) -> tuple[CriticalJob, ...]:
        """The critical jobs as the engine itself sees them, the most endangered first."""

        def read(dialect: Dialect, limit: int, place: Place) -> Ask[Listed[CriticalJob]]:
            return dialect.critical_jobs(limit=limit, place=place)

        try:
            found = await self._reader.all(("risks",), _by_older(read))  # only V1 tells the risks
        except EngineError as error:
            if error.status not in MISSING:
                raise
            found = await self._reader.all(("critical jobs",), read)
        return tuple(sorted(found, key=_endangered))

    async def job_log(self, run_id: str, *, last_lines: int = 60) -> JobLog:
        """The end of a run's log, masked. At most three at a time per engine: more can hang it."""

        async def load() -> JobLog:
            async with self._job_logs:
                part = await self._client.ask(_log_at(run_id, last_lines, None))
                tail = part.tail
                while part.following is not None:
                    part = await self._client.ask(_log_at(run_id, last_lines, part.following))
                    tail.join(part.tail)
                return tail.result()

        return await self._reader.remembered(("job log", run_id, last_lines), load)

    async def change(self, action: Action, justification: Justification) -> tuple[str, ...]:
        """Asks for a change of the plan, once; returns the ids that the engine gave. Raises EngineError."""
        try:
            by_older = isinstance(action, ReplyToPrompt) and self._has_older_prompts
            return await send(self._client, action, justification, by_older=by_older)
        finally:
            self.forget()

    def forget(self) -> None:
        """The next read of anything asks the engine."""
        self._reader.forget()

    def _now(self) -> datetime:
        return self._client.clock.now()


def _log_at(run_id: str, last_lines: int, place: LogPlace | None) -> Question[LogPart]:
    return lambda dialect: dialect.job_log(run_id, last_lines, place)


def _by_older(read: ListQuestion[T]) -> ListQuestion[T]:
    """The same list by the API before the one that is spoken, where there is one."""
    return lambda dialect, limit, place: read(dialect.older or dialect, limit, place)


@contextmanager
def _may_be_missing(what: str) -> Iterator[None]:
    """Not every release has every call: that is no fault, and told as what it is."""
    try:
        yield
    except EngineError as error:
        if error.status not in MISSING or error.message_id is not None:
            raise
        raise problem(EngineErrorKind.UNSUPPORTED, f"{what}: {error}", status=error.status) from error


_LEVELS = list(AlertLevel)


def _endangered(critical: CriticalJob) -> tuple[int, float]:
    level = len(_LEVELS) if critical.alert_level is None else _LEVELS.index(critical.alert_level)
    return level, critical.deadline.timestamp() if critical.deadline else float("inf")
