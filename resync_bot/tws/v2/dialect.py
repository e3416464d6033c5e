"""The REST API V2 as a dialect. What only V1 has (plans, risks) is asked of it: engines of 10.x speak both."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import httpx

from resync_bot.tws.asking import Answer, Ask, Listed, Place, Request
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
from resync_bot.tws.sieve import job_fits, stream_fits
from resync_bot.tws.v1.dialect import V1
from resync_bot.tws.v2 import answers, questions
from resync_bot.tws.wire import Node
from resync_bot.tws.words import status_of

T = TypeVar("T")


class V2:
    """Implements `resync_bot.tws.dialect.Dialect`."""

    api = "V2"

    def __init__(self) -> None:
        self.older = V1()

    def facts(self) -> Ask[EngineFacts]:
        """GET engine/info."""
        return Ask(questions.ENGINE_INFO, lambda answer: answers.facts(answer.node))

    def plan(self) -> Ask[PlanInfo]:
        """Only V1 tells."""
        return self.older.plan()

    def archived_plans(self) -> Ask[tuple[PlanInfo, ...]]:
        """Only V1 tells."""
        return self.older.archived_plans()

    def counts(self) -> Sequence[Ask[dict[Status, int]]]:
        """One call."""
        return [Ask(questions.JOB_COUNT, _counts)]

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
        one = answers.listed_job if detail is Detail.NARROW else answers.job
        fits: Callable[[Job], bool] | None = None
        if self.is_sieved(query):
            fits = lambda job: job_fits(job, JobQuery(late=query.late))  # noqa: E731  # of the rest, OQL decides better
        return _listed(read, place, one, fits)

    def runs_of_plan(
        self, plan_id: str | None, *, ended_from: datetime | None, limit: int, place: Place
    ) -> Ask[Listed[Job]]:
        """Of the current plan as lists show jobs, with all their runs; of old plans by V1."""
        if plan_id is not None:
            return self.older.runs_of_plan(plan_id, ended_from=ended_from, limit=limit, place=place)
        query = JobQuery(ended_from=ended_from or questions.LONG_AGO)
        read = questions.jobs(query, limit=limit, offset=place.offset, steady=True)
        return _listed(read, place, answers.job)

    def job(self, job_id: str) -> Ask[Job]:
        """GET plan/job/{id}."""
        return Ask(questions.job(job_id), lambda answer: answers.job(answer.node))

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
        return _listed(read, place, answers.stream, fits)

    def stream(self, stream_id: str) -> Ask[JobStream]:
        """GET plan/jobstream/{id}."""
        return Ask(questions.stream(stream_id), lambda answer: answers.stream(answer.node))

    def predecessors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream, ...]]:
        """GET plan/job/{id}/predecessors."""
        return Ask(questions.predecessors(job_id, depth), _flow_nodes)

    def successors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET plan/job/{id}/successors."""
        return Ask(questions.successors(job_id, depth), _followers)

    def stream_successors(self, stream_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET plan/jobstream/{id}/successors."""
        return Ask(questions.stream_successors(stream_id, depth), _followers)

    def issues(self, job_ids: Sequence[str]) -> Sequence[Ask[tuple[Issue, ...]]]:
        """GET plan/job/issues, for some at a time."""

        def understand(answer: Answer) -> tuple[Issue, ...]:
            return tuple(answers.issue(node) for node in answer.node.nodes("issues"))

        return [Ask(read, understand) for read in questions.issues(job_ids)]

    def workstations(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Workstation]]:
        """GET plan/workstation."""
        return _listed(questions.workstations(name, limit=limit, offset=place.offset), place, answers.workstation)

    def prompts(self, statuses: Sequence[str], *, limit: int, place: Place) -> Ask[Listed[Prompt]]:
        """GET plan/prompt, all: which fields of prompts OQL knows is not documented."""
        read = questions.prompts(limit=limit, offset=place.offset)
        return _listed(read, place, answers.prompt, lambda prompt: not statuses or prompt.status in statuses)

    def resources(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Resource]]:
        """GET plan/resource."""
        return _listed(questions.resources(name, limit=limit, offset=place.offset), place, answers.resource)

    def critical_jobs(self, *, limit: int, place: Place) -> Ask[Listed[CriticalJob]]:
        """The critical jobs with what V2 tells of them: no risk."""
        read = questions.jobs(JobQuery(critical=True), limit=limit, offset=place.offset)
        return _listed(read, place, answers.critical_job)

    def job_log(self, run_id: str, last_lines: int, place: LogPlace | None) -> Ask[LogPart]:  # noqa: ARG002  # one part
        """GET plan/job/run/{id}/joblog: text, read line by line."""

        async def receive(response: httpx.Response) -> LogPart:
            tail = LogTail(last_lines)
            async for line in response.aiter_lines():
                tail.feed(line)
            return LogPart(tail)

        return Ask(questions.job_log(run_id), lambda _answer: LogPart(LogTail(last_lines)), receive)


def _counts(answer: Answer) -> dict[Status, int]:
    counts: dict[Status, int] = {}
    for word, number in answer.node.node("groupedCount").numbers().items():
        status = status_of(word)
        counts[status] = counts.get(status, 0) + number
    return counts


def _flow_nodes(answer: Answer) -> tuple[Job | JobStream, ...]:
    return tuple(answers.job_or_stream(node) for node in answer.node.nodes("results"))


def _followers(answer: Answer) -> tuple[Job | JobStream | Follower, ...]:
    return _flow_nodes(answer)


def _listed(
    read: Request, place: Place, one: Callable[[Node], T], fits: Callable[[T], bool] | None = None
) -> Ask[Listed[T]]:
    def understand(answer: Answer) -> Listed[T]:
        page = answer.node
        nodes = page.nodes("results")
        items = tuple(map(one, nodes))
        following = questions.next_offset(page.text("next"), place.offset) if nodes else None
        return Listed(
            items=items if fits is None else tuple(item for item in items if fits(item)),
            rows=len(nodes),
            total=page.number("count") if fits is None else None,
            following=None if following is None else Place(following),
        )

    return Ask(read, understand)
