"""What may be asked of an engine: typed questions, and the Protocol of what answers them.

`JobQuery` and its siblings are the allow-list: everything that a chat may filter by is a field here, and nothing of a
chat's text reaches the engine except as an escaped value of one of them.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from resync_bot.tws.models import (
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

T = TypeVar("T")

# Objects of a page, of those that are read one after another: decoding one holds up nobody for long.
PAGE_SIZE = 200


class JobOrder(StrEnum):
    """How jobs are sorted. By a time, only those come that have one: a job that never started has no start."""

    NAME = "name"
    STARTED_LAST = "started_last"  # newest start first
    ENDED_LAST = "ended_last"  # newest end first
    ENDED_FIRST = "ended_first"  # oldest end first
    RUNNING_LONGEST = "running_longest"  # oldest start first
    LONGEST = "longest"  # longest last run first, ended or not


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Jobs of the current plan. Names take HWA's wildcards `@` (any characters) and `?` (one); None means any."""

    name: str | None = None
    stream: str | None = None
    folder: str | None = None  # the stream's folder; `/PAYROLL@` takes its subfolders too
    workstation: str | None = None
    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[str, ...] = ()
    critical: bool | None = None
    late: bool | None = None
    ended_from: datetime | None = None
    ended_until: datetime | None = None
    started_from: datetime | None = None
    started_until: datetime | None = None
    stream_id: str | None = None
    ids: tuple[str, ...] = ()
    priority_from: int | None = None  # both ends belong to it; hi is 100, go is 101
    priority_until: int | None = None
    login: str | None = None
    recovery_option: str | None = None  # STOP, CONTINUE, RERUN
    needs_confirmation: bool | None = None
    repeats: bool | None = None  # EVERY
    start_at_from: datetime | None = None  # AT
    start_at_until: datetime | None = None
    latest_start_from: datetime | None = None  # UNTIL
    latest_start_until: datetime | None = None
    deadline_from: datetime | None = None
    deadline_until: datetime | None = None
    order: JobOrder = JobOrder.NAME


@dataclass(frozen=True, slots=True)
class StreamQuery:
    """Job streams of the current plan."""

    name: str | None = None
    folder: str | None = None
    workstation: str | None = None
    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[str, ...] = ()
    late: bool | None = None
    scheduled_from: datetime | None = None
    scheduled_until: datetime | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`total` counts all that match, `items` are those asked for."""

    total: int
    items: tuple[T, ...]


class Tws(Protocol):
    """An HWA engine that answers questions. All methods raise EngineError; names are resolved to ids at call time."""

    async def engine(self) -> Engine:
        """Who it is and what its clock says."""
        ...

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """All jobs of the plan."""
        ...

    async def jobs(self, query: JobQuery, *, limit: int = 50, offset: int = 0) -> Page[Job]:
        """Without runs and dependencies."""
        ...

    async def job(self, job_id: str) -> Job:
        """With runs and dependencies."""
        ...

    async def streams(self, query: StreamQuery, *, limit: int = 50, offset: int = 0) -> Page[JobStream]:
        """Without dependencies."""
        ...

    async def stream(self, stream_id: str) -> JobStream:
        """With dependencies."""
        ...

    def job_pages(
        self, query: JobQuery, *, page_size: int = PAGE_SIZE, dependencies: bool = False, runs: bool = False
    ) -> AsyncIterator[Page[Job]]:
        """All that match, a page at a time, in no order that means anything; never from the cache.

        Each has its dependencies or its runs, where that is wanted; not both: most plans are large. A plan that changes
        meanwhile may show a job twice, in pages that are not neighbours: consumers key by id.
        """
        ...

    def stream_pages(
        self, query: StreamQuery, *, page_size: int = PAGE_SIZE, dependencies: bool = False
    ) -> AsyncIterator[Page[JobStream]]:
        """The same for job streams."""
        ...

    def finished_jobs(
        self, plan_id: str | None = None, *, ended_from: datetime | None = None
    ) -> AsyncIterator[tuple[Job, ...]]:
        """The jobs of a plan (None: the current one) with runs that ended since, a page at a time, with their runs.

        A job may come several times, each time with other runs of it. For old plans raises EngineError of kind
        UNSUPPORTED where the engine has no call for them.
        """
        ...

    async def plan(self) -> PlanInfo:
        """The current plan; UNSUPPORTED where the engine does not tell."""
        ...

    async def archived_plans(self) -> tuple[PlanInfo, ...]:
        """The plans before it that the engine still has, newest first; UNSUPPORTED where it does not tell."""
        ...

    async def critical_jobs(self) -> tuple[CriticalJob, ...]:
        """The critical jobs as the engine itself sees them, the most endangered first."""
        ...

    async def predecessors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What the job itself follows, across streams, not what its stream follows. Details are there if they are."""
        ...

    async def successors(self, job_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the job itself, across streams; not what follows its stream."""
        ...

    async def stream_successors(self, stream_id: str, *, depth: int = 1) -> tuple[Job | JobStream, ...]:
        """What follows the stream as a whole."""
        ...

    async def issues(self, job_ids: Sequence[str]) -> tuple[Issue, ...]:
        """Why they do not start, in the engine's words."""
        ...

    async def workstations(self, name: str | None = None) -> tuple[Workstation, ...]:
        """All, or those whose name matches."""
        ...

    async def prompts(self, statuses: Sequence[str] = ()) -> tuple[Prompt, ...]:
        """All, or those in one of `statuses` (NOT_ASKED, ASKED, ANSWERED_YES, ANSWERED_NO)."""
        ...

    async def resources(self, name: str | None = None) -> tuple[Resource, ...]:
        """All, or those whose name matches."""
        ...

    async def job_log(self, run_id: str, *, last_lines: int = 60) -> JobLog:
        """The end of a run's log, masked. At most three at a time per engine: more can hang it."""
        ...


class Engines(Mapping[str, Tws]):
    """The engines by their names, in the order of the settings; `default` is the one that is asked unless another is
    named. Names differ in more than capitals: `named` finds one however it is spelt."""

    def __init__(self, engines: Mapping[str, Tws], default: str) -> None:
        self._engines = dict(engines)
        self.default = default

    @classmethod
    def of_one(cls, tws: Tws, name: str = "engine") -> "Engines":
        """One engine, which is the default."""
        return cls({name: tws}, name)

    def named(self, name: str) -> str | None:
        """The engine's own spelling of `name`; None if there is no such engine."""
        return next((own for own in self._engines if own.casefold() == name.casefold()), None)

    def __getitem__(self, name: str) -> Tws:
        return self._engines[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._engines)

    def __len__(self) -> int:
        return len(self._engines)
