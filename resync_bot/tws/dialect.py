"""The seam between the questions of `queries` and the two REST APIs of an engine, and how it is found out which to use.

Engines from 10.1 FP1 on speak V2 (`tws.v2`), all before and most after it V1 (`tws.v1`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from resync_bot.tws.asking import Ask, Listed, Place
from resync_bot.tws.joblog import LogTail
from resync_bot.tws.models import (
    CriticalJob,
    Issue,
    Job,
    JobStream,
    PlanInfo,
    Prompt,
    Resource,
    Run,
    Status,
    Workstation,
)
from resync_bot.tws.queries import JobQuery, StreamQuery


class Detail(StrEnum):
    """How much of each object of a list is read."""

    NARROW = "narrow"
    RUNS = "runs"  # with runs
    DEPENDENCIES = "dependencies"  # with dependencies


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What an engine says of itself when it is asked which API it has."""

    version: str
    zone: str | None = None
    has_database_plan: bool = True


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of a job log; `following` says what to ask for the next, None after the last."""

    tail: LogTail
    following: "LogPlace | None" = None


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A page of a log that the engine keeps as `file`."""

    page: int
    file: str


@dataclass(frozen=True, slots=True)
class Follower:
    """A job or job stream that follows another, where an API tells no more of it than its id."""

    id: str
    is_job: bool


def is_about_plan(path: str) -> bool:
    """Whether a request, in either API, asks about the plan: all that do have it in their path."""
    return "/plan/" in path


class Dialect(Protocol):
    """One of the APIs. Each method says what to ask and how the answer reads; nothing here waits for anything.

    Where an API has no call for a question, the method raises EngineError of kind UNSUPPORTED.
    """

    @property
    def api(self) -> str:
        """`V1` or `V2`."""
        ...

    @property
    def older(self) -> "Dialect | None":
        """The API before it, which most engines that have this one have too; None for the first."""
        ...

    def facts(self) -> Ask[EngineFacts]:
        """Who the engine is."""
        ...

    def plan(self) -> Ask[PlanInfo]:
        """The current plan."""
        ...

    def archived_plans(self) -> Ask[tuple[PlanInfo, ...]]:
        """The plans before it that the engine still has."""
        ...

    def counts(self) -> Sequence[Ask[dict[Status, int]]]:
        """Jobs by status: all answers together are the whole plan."""
        ...

    def is_sieved(self, query: JobQuery | StreamQuery) -> bool:
        """Whether the API cannot filter by all of it: then lists are read whole, and what does not fit is left out."""
        ...

    def jobs(
        self, query: JobQuery, *, limit: int, place: Place, detail: Detail, now: datetime | None, steady: bool = False
    ) -> Ask[Listed[Job]]:
        """Part of the jobs that match. `steady` sorts by what does not change.

        `now`, the engine's time, lets it leave out more of what is not late; None where it did not understand that.
        """
        ...

    def runs_of_plan(
        self, plan_id: str | None, *, ended_from: datetime | None, limit: int, place: Place
    ) -> Ask[Listed[Job]]:
        """Part of the jobs of a plan (None: the current one) whose runs have ended since, each with its runs."""
        ...

    def job(self, job_id: str) -> Ask[Job]:
        """A job with everything that one call tells."""
        ...

    def chain(self, job: Job) -> Ask[tuple[Run, ...]] | None:
        """All runs of a job, where `job` does not tell them."""
        ...

    def streams(
        self,
        query: StreamQuery,
        *,
        limit: int,
        place: Place,
        detail: Detail,
        now: datetime | None,
        steady: bool = False,
    ) -> Ask[Listed[JobStream]]:
        """The same for job streams."""
        ...

    def stream(self, stream_id: str) -> Ask[JobStream]:
        """A job stream with its dependencies."""
        ...

    def predecessors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream, ...]]:
        """What a job follows."""
        ...

    def successors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """What follows a job; where that are Followers, only the next ones."""
        ...

    def stream_successors(self, stream_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """The same of a job stream."""
        ...

    def issues(self, job_ids: Sequence[str]) -> Sequence[Ask[tuple[Issue, ...]]]:
        """Why jobs do not start."""
        ...

    def workstations(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Workstation]]:
        """Part of the workstations whose name matches."""
        ...

    def prompts(self, statuses: Sequence[str], *, limit: int, place: Place) -> Ask[Listed[Prompt]]:
        """Part of the prompts; may hold others too."""
        ...

    def resources(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Resource]]:
        """Part of the resources whose name matches."""
        ...

    def critical_jobs(self, *, limit: int, place: Place) -> Ask[Listed[CriticalJob]]:
        """Part of the critical jobs, with what the API tells of them."""
        ...

    def job_log(self, run_id: str, last_lines: int, place: LogPlace | None) -> Ask[LogPart]:
        """A run's log, whole or the part at `place`."""
        ...
