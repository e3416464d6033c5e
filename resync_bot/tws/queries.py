"""What may be asked of an engine: typed questions, and the Protocol of what answers them.

`JobQuery` and its siblings are the allow-list: everything that a chat may filter by is a field here, and nothing of a
chat's text reaches the engine except as an escaped value of one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from resync_bot.tws.models import Engine, Issue, Job, JobLog, JobStream, Prompt, Resource, Status, Workstation

T = TypeVar("T")


class JobOrder(StrEnum):
    """How jobs are sorted. By a time, only those come that have one: a job that never started has no start."""

    NAME = "name"
    STARTED_LAST = "started_last"  # newest start first
    ENDED_LAST = "ended_last"  # newest end first
    RUNNING_LONGEST = "running_longest"  # oldest start first


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
