"""The REST API V2 as a dialect. What only V1 has (plans, risks) is asked of it: engines of 10.x speak both."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TypeVar

import httpx

from resync_bot.tws.asking import Answer, Ask, Listed, Place, Request, in_turns
from resync_bot.tws.dialect import Detail, EngineFacts, Follower, LogPart, LogPlace
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
from resync_bot.tws.shape import Shape
from resync_bot.tws.sieve import job_fits, stream_fits
from resync_bot.tws.v1.dialect import V1
from resync_bot.tws.v2 import answers, questions, shapes
from resync_bot.tws.words import status_of

T = TypeVar("T")
N = TypeVar("N")  # what V2 sends of it


class V2:
    """Implements `resync_bot.tws.dialect.Dialect`."""

    api = "V2"

    def __init__(self) -> None:
        self.older = V1()

    def facts(self) -> Ask[EngineFacts]:
        """GET engine/info."""
        return Ask(questions.ENGINE_INFO, lambda answer: answers.facts(answer.body), shape=shapes.ENGINE_INFO)

    def plan(self) -> Ask[PlanInfo]:
        """Only V1 tells."""
        return self.older.plan()

    def archived_plans(self) -> Ask[tuple[PlanInfo, ...]]:
        """Only V1 tells."""
        return self.older.archived_plans()

    def counts(self) -> Sequence[Ask[dict[Status, int]]]:
        """One call."""
        return [Ask(questions.JOB_COUNT, _counts, shape=shapes.GROUPED_COUNT)]

    def is_sieved(self, query: JobQuery | StreamQuery) -> bool:
        """No field of OQL says that something is late."""
        return query.late is not None

    def jobs(
        self, query: JobQuery, *, limit: int, place: Place, detail: Detail, now: datetime | None, steady: bool = False
    ) -> Ask[Listed[Job]]:
        """GET plan/job."""
        read = questions.jobs(
            query,
            limit=limit,
            offset=place.offset,
            dependencies=detail is Detail.DEPENDENCIES,
            steady=steady,
            late_at=now,
        )
        fits: Callable[[Job], bool] | None = None
        if self.is_sieved(query):
            fits = lambda job: job_fits(job, JobQuery(late=query.late))  # noqa: E731  # of the rest, OQL decides better
        return _listed(read, place, shapes.JOBS, _JOBS[detail], fits)

    def runs_of_plan(
        self, plan_id: str | None, *, ended_from: datetime | None, limit: int, place: Place
    ) -> Ask[Listed[Job]]:
        """Of the current plan as lists show jobs, with all their runs; of old plans by V1."""
        if plan_id is not None:
            return self.older.runs_of_plan(plan_id, ended_from=ended_from, limit=limit, place=place)
        query = JobQuery(ended_from=ended_from or questions.LONG_AGO)
        read = questions.jobs(query, limit=limit, offset=place.offset, steady=True)
        return _listed(read, place, shapes.JOBS, answers.job_with_runs)

    def job(self, job_id: str) -> Ask[Job]:
        """GET plan/job/{id}."""
        return Ask(questions.job(job_id), lambda answer: answers.job(answer.body, answer.zone), shape=shapes.JOB)

    def chain(self, job: Job) -> Ask[tuple[Run, ...]] | None:  # noqa: ARG002  # `job` has them already
        """Nothing more to ask."""
        return None

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
        """GET plan/jobstream."""
        read = questions.streams(
            query,
            limit=limit,
            offset=place.offset,
            dependencies=detail is Detail.DEPENDENCIES,
            steady=steady,
            late_at=now,
        )
        fits: Callable[[JobStream], bool] | None = None
        if self.is_sieved(query):
            fits = lambda stream: stream_fits(stream, StreamQuery(late=query.late))  # noqa: E731  # as for jobs
        return _listed(read, place, shapes.FLOW_NODES, answers.stream, fits)

    def stream(self, stream_id: str) -> Ask[JobStream]:
        """GET plan/jobstream/{id}."""
        return Ask(
            questions.stream(stream_id), lambda answer: answers.stream(answer.body, answer.zone), shape=shapes.STREAM
        )

    def predecessors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream, ...]]:
        """GET plan/job/{id}/predecessors."""
        return Ask(questions.predecessors(job_id, depth), _flow_nodes, shape=shapes.FLOW_NODES)

    def successors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET plan/job/{id}/successors."""
        return Ask(questions.successors(job_id, depth), _followers, shape=shapes.FLOW_NODES)

    def stream_successors(self, stream_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET plan/jobstream/{id}/successors."""
        return Ask(questions.stream_successors(stream_id, depth), _followers, shape=shapes.FLOW_NODES)

    def issues(self, job_ids: Sequence[str]) -> Sequence[Ask[tuple[Issue, ...]]]:
        """GET plan/job/issues, for some at a time."""

        def understand(answer: Answer) -> tuple[Issue, ...]:
            found: shapes.Issues = answer.body
            return tuple(map(answers.issue, found.issues or ()))

        return [Ask(read, understand, shape=shapes.ISSUES) for read in questions.issues(job_ids)]

    def workstations(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Workstation]]:
        """GET plan/workstation."""
        read = questions.workstations(name, limit=limit, offset=place.offset)
        return _listed(read, place, shapes.WORKSTATIONS, answers.workstation)

    def prompts(self, statuses: Sequence[str], *, limit: int, place: Place) -> Ask[Listed[Prompt]]:
        """GET plan/prompt, all: which fields of prompts OQL knows is not documented."""
        read = questions.prompts(limit=limit, offset=place.offset)
        fits: Callable[[Prompt], bool] = lambda prompt: not statuses or prompt.status in statuses  # noqa: E731
        return _listed(read, place, shapes.PROMPTS, answers.prompt, fits)

    def resources(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Resource]]:
        """GET plan/resource."""
        read = questions.resources(name, limit=limit, offset=place.offset)
        return _listed(read, place, shapes.RESOURCES, answers.resource)

    def critical_jobs(self, *, limit: int, place: Place) -> Ask[Listed[CriticalJob]]:
        """The critical jobs with what V2 tells of them: no risk."""
        read = questions.jobs(JobQuery(critical=True), limit=limit, offset=place.offset)
        return _listed(read, place, shapes.JOBS, answers.critical_job)

    def job_log(self, run_id: str, last_lines: int, place: LogPlace | None) -> Ask[LogPart]:  # noqa: ARG002  # one part
        """GET plan/job/run/{id}/joblog: text, read line by line."""

        async def receive(response: httpx.Response) -> LogPart:
            tail = LogTail(last_lines)
            async for line in response.aiter_lines():
                tail.feed(line)
            return LogPart(tail)

        return Ask(questions.job_log(run_id), lambda _answer: LogPart(LogTail(last_lines)), receive)


_JOBS: dict[Detail, Callable[[shapes.JobInPlan, tzinfo], Job]] = {
    Detail.NARROW: answers.listed_job,
    Detail.RUNS: answers.job_with_runs,
    Detail.DEPENDENCIES: answers.job_with_dependencies,
}


def _counts(answer: Answer) -> dict[Status, int]:
    found: shapes.GroupedCount = answer.body
    counts: dict[Status, int] = {}
    for word, number in (found.grouped_count or {}).items():
        status = status_of(word)
        counts[status] = counts.get(status, 0) + number
    return counts


async def _flow_nodes(answer: Answer) -> tuple[Job | JobStream, ...]:
    page: shapes.Page[shapes.FlowNode] = answer.body
    return tuple(await in_turns(page.results or [], lambda node: answers.job_or_stream(node, answer.zone)))


async def _followers(answer: Answer) -> tuple[Job | JobStream | Follower, ...]:
    return await _flow_nodes(answer)


def _listed(
    read: Request,
    place: Place,
    shape: Shape[shapes.Page[N]],
    one: Callable[[N, tzinfo], T],
    fits: Callable[[T], bool] | None = None,
) -> Ask[Listed[T]]:
    async def understand(answer: Answer) -> Listed[T]:
        page: shapes.Page[N] = answer.body
        nodes = page.results or []
        items = tuple(await in_turns(nodes, lambda node: one(node, answer.zone)))
        following = questions.next_offset(page.next, place.offset) if nodes else None
        return Listed(
            items=items if fits is None else tuple(item for item in items if fits(item)),
            rows=len(nodes),
            total=page.count if fits is None else None,
            following=None if following is None else Place(following),
        )

    return Ask(read, understand, shape=shape)
