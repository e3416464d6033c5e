"""Plans that no engine should have, but a diagnosis must bear: circles, gaps, endless chains. A `Tws` of its own."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.models import (
    CriticalJob,
    Dependency,
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
from resync_bot.tws.queries import JobQuery, Page, StreamQuery

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def job(name: str, *follows: str, status: Status = Status.WAITING, internal: str = "HOLD", **more: Any) -> Job:
    """A job of the stream S whose id is its name; `follows` are jobs of the same stream."""
    needs = tuple(Dependency(kind="INTERNAL", on=one, target_id=one, satisfied=False) for one in follows)
    given: dict[str, Any] = {
        "stream": "S",
        "stream_id": "S",
        "workstation": "WS",
        "folder": "/F",
        "dependencies": needs,
    }
    given |= {"unresolved_dependencies": len(needs)} | more
    return Job(id=name, name=name, status=status, internal_status=internal, **given)


class SmallPlan:
    """Answers from `jobs` and `streams`; what is not there is NOT_FOUND. `asked` counts the questions."""

    def __init__(
        self,
        jobs: Iterable[Job],
        streams: Iterable[JobStream] = (),
        *,
        prompts: Sequence[Prompt] = (),
        workstations: Sequence[Workstation] = (),
        resources: Sequence[Resource] = (),
        issues: Sequence[Issue] = (),
        forbidden: Sequence[str] = (),
    ) -> None:
        self._jobs = {one.id: one for one in jobs}
        self._streams = {one.id: one for one in streams}
        self._prompts, self._workstations, self._resources = tuple(prompts), tuple(workstations), tuple(resources)
        self._issues = tuple(issues)
        self._forbidden = forbidden
        self.asked = 0

    def _found(self, known: dict[str, Any], identity: str) -> Any:
        self.asked += 1
        if identity in self._forbidden:
            raise EngineError("no right", kind=EngineErrorKind.FORBIDDEN)
        if identity not in known:
            raise EngineError("gone", kind=EngineErrorKind.NOT_FOUND)
        return known[identity]

    def _closure(self, start: str, near: Callable[[str], list[str]], depth: int) -> tuple[Job | JobStream, ...]:
        self.asked += 1
        seen, level = {start}, [start]
        for _ in range(depth):
            level = list(dict.fromkeys(far for one in level for far in near(one) if far not in seen))
            seen.update(level)
        everything: dict[str, Job | JobStream] = {**self._jobs, **self._streams}
        return tuple(everything[one] for one in seen - {start} if one in everything)

    def _dependencies(self, identity: str) -> list[str]:
        node = self._jobs.get(identity) or self._streams.get(identity)
        return [one.target_id for one in node.dependencies if one.target_id] if node else []

    def _followers(self, identity: str) -> list[str]:
        return [one for one in (*self._jobs, *self._streams) if identity in self._dependencies(one)]

    async def engine(self) -> Engine:
        """Stands still."""
        self.asked += 1
        return Engine(name="TEST", version="0", zone="UTC", now=NOW, production_day_start=NOW)

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """Of all."""
        self.asked += 1
        return dict(Counter(one.status for one in self._jobs.values()))

    async def jobs(self, query: JobQuery, *, limit: int = 50, offset: int = 0) -> Page[Job]:
        """By stream, status and criticality."""
        self.asked += 1
        found = tuple(
            one
            for one in self._jobs.values()
            if query.stream_id in {None, one.stream_id}
            and (not query.statuses or one.status in query.statuses)
            and query.critical in {None, one.critical}
        )
        return Page(len(found), found[offset : offset + limit])

    async def finished_jobs(
        self, plan_id: str | None = None, *, ended_from: datetime | None = None
    ) -> AsyncIterator[tuple[Job, ...]]:
        """Not asked here."""
        raise AssertionError("no diagnosis asks this")
        yield ()

    async def plan(self) -> PlanInfo:
        """The only one."""
        self.asked += 1
        return PlanInfo(run_number=1)

    async def archived_plans(self) -> tuple[PlanInfo, ...]:
        """Not asked here."""
        raise AssertionError("no diagnosis asks this")

    async def critical_jobs(self) -> tuple[CriticalJob, ...]:
        """Not asked here."""
        raise AssertionError("no diagnosis asks this")

    async def job(self, job_id: str) -> Job:
        """By id."""
        found: Job = self._found(self._jobs, job_id)
        return found

    async def streams(self, query: StreamQuery, *, limit: int = 50, offset: int = 0) -> Page[JobStream]:
        """Not asked here."""
        raise AssertionError("no diagnosis asks this")

    async def stream(self, stream_id: str) -> JobStream:
        """By id."""
        found: JobStream = self._found(self._streams, stream_id)
        return found

    async def job_pages(
        self, query: JobQuery, *, page_size: int = 200, dependencies: bool = False, runs: bool = False
    ) -> AsyncIterator[Page[Job]]:
        """One page: by ids, stream, status and times."""
        self.asked += 1
        found = tuple(
            one if dependencies else one.model_copy(update={"dependencies": ()})
            for one in self._jobs.values()
            if one.id not in self._forbidden
            and (not query.ids or one.id in query.ids)
            and query.stream_id in {None, one.stream_id}
            and (not query.statuses or one.status in query.statuses)
            and (query.started_from is None or (one.started and one.started >= query.started_from))
            and (query.ended_from is None or (one.ended and one.ended >= query.ended_from))
        )
        yield Page(len(found), found)

    async def stream_pages(
        self, query: StreamQuery, *, page_size: int = 200, dependencies: bool = False
    ) -> AsyncIterator[Page[JobStream]]:
        """One page: all of them."""
        self.asked += 1
        found = tuple(self._streams.values())
        yield Page(len(found), found)

    async def predecessors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """Along the dependencies."""
        return self._closure(job_id, self._dependencies, depth)

    async def successors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """Against the dependencies."""
        return self._closure(job_id, self._followers, depth)

    async def stream_successors(self, stream_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """Against the dependencies."""
        return self._closure(stream_id, self._followers, depth)

    async def issues(self, job_ids: Sequence[str]) -> tuple[Issue, ...]:
        """Those given."""
        self.asked += 1
        return tuple(one for one in self._issues if one.job_id in job_ids)

    async def workstations(self, name: str | None = None) -> tuple[Workstation, ...]:
        """Those given."""
        self.asked += 1
        return self._workstations

    async def prompts(self, statuses: Sequence[str] = ()) -> tuple[Prompt, ...]:
        """Those given."""
        self.asked += 1
        return self._prompts

    async def resources(self, name: str | None = None) -> tuple[Resource, ...]:
        """Those given."""
        self.asked += 1
        return self._resources

    async def job_log(self, run_id: str, *, last_lines: int = 60) -> JobLog:
        """Gone."""
        raise EngineError("gone", kind=EngineErrorKind.NOT_FOUND)
