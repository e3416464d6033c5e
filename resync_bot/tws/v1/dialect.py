"""The REST API V1 as a dialect."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

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
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from resync_bot.tws.shape import Json
from resync_bot.tws.sieve import job_fits, stream_fits
from resync_bot.tws.v1 import answers, dependencies, jobs, questions
from resync_bot.tws.wire import Node

T = TypeVar("T")

# Lists are arrays; where a list may hold one object only, some releases send that object.
LIST = Json(list, dict)
NUMBER = Json(str, int)
COUNTED = tuple(status for status in Status if status is not Status.UNKNOWN)


class V1:
    """Implements `resync_bot.tws.dialect.Dialect`."""

    api = "V1"
    older = None

    def __init__(self, *, is_mirrored: bool = True) -> None:
        """`is_mirrored`: the plan is in the engine's database, so that pages can begin anywhere."""
        self._is_mirrored = is_mirrored

    def facts(self) -> Ask[EngineFacts]:
        """GET engine/info."""
        return Ask(questions.ENGINE_INFO, lambda answer: answers.facts(answer.node))

    def plan(self) -> Ask[PlanInfo]:
        """GET engine/info."""
        return Ask(questions.ENGINE_INFO, lambda answer: answers.plan(answer.node))

    def archived_plans(self) -> Ask[tuple[PlanInfo, ...]]:
        """POST plan/query."""

        def understand(answer: Answer) -> tuple[PlanInfo, ...]:
            found = [answers.kept_plan(node) for node in answer.nodes]
            return tuple(sorted((one for one in found if one.id), key=_newest_first))

        return Ask(questions.archived_plans(), understand, shape=LIST)

    def counts(self) -> Sequence[Ask[dict[Status, int]]]:
        """One call for each status: V1 does not group."""

        def asking(status: Status) -> Ask[dict[Status, int]]:
            return Ask(questions.count_jobs(status), lambda answer: {status: _count(answer)}, shape=NUMBER)

        return [asking(status) for status in COUNTED]

    def is_sieved(self, query: JobQuery | StreamQuery) -> bool:
        """V1 filters by the ids of folders, not by their names, and streams not by lateness."""
        if isinstance(query, StreamQuery):
            return query.folder is not None or query.late is not None
        return query.folder is not None and query.stream_id is None

    def jobs(
        self,
        query: JobQuery,
        *,
        limit: int,
        place: Place,
        detail: Detail,
        now: datetime | None,  # noqa: ARG002  # V1 itself knows what is late
        steady: bool = False,
    ) -> Ask[Listed[Job]]:
        """POST job/query; the jobs of one stream come with the stream."""
        if query.stream_id is not None:
            return _jobs_of_stream(query)
        read = questions.jobs(
            query,
            limit=limit,
            place=place,
            is_mirrored=self._is_mirrored,
            dependencies=detail is Detail.DEPENDENCIES,
            steady=steady,
        )
        one = _listed_job if detail is Detail.NARROW else jobs.job

        def fits(job: Job) -> bool:
            return job_fits(job, JobQuery(folder=query.folder, ids=query.ids))

        chosen = fits if query.folder is not None or len(query.ids) > 1 else None
        return self._listed(read, limit, place, one, chosen, is_sorted=not steady)

    def runs_of_plan(
        self, plan_id: str | None, *, ended_from: datetime | None, limit: int, place: Place
    ) -> Ask[Listed[Job]]:
        """POST job/query: each run is an object. Only the current plan is mirrored."""
        is_mirrored = self._is_mirrored and plan_id is None
        read = questions.runs(plan_id, ended_from=ended_from, limit=limit, place=place, is_mirrored=is_mirrored)
        return self._listed(read, limit, place, jobs.job, lambda job: job.ended is not None, is_mirrored=is_mirrored)

    def job(self, job_id: str) -> Ask[Job]:
        """GET job/{id}."""
        return Ask(questions.job(job_id), lambda answer: jobs.job(answer.node))

    def chain(self, job: Job) -> Ask[tuple[Run, ...]] | None:
        """Other runs of the chain, if there are any: objects of their own in the same stream."""
        own = job.runs[0] if job.runs else None
        if own is None:
            return None

        def understand(answer: Answer) -> tuple[Run, ...]:
            nodes = [node for node in answer.nodes if jobs.belongs_to_chain(node, job)]
            found = {one.id: one for one in map(jobs.run, nodes) if one.started or one.ended or one.by_recovery}
            return tuple(sorted((found | {own.id: own}).values(), key=_began))

        return Ask(questions.chain(job.stream, job.scheduled), understand, shape=LIST)

    def streams(
        self,
        query: StreamQuery,
        *,
        limit: int,
        place: Place,
        detail: Detail,
        now: datetime | None,  # noqa: ARG002  # as for jobs
        steady: bool = False,
    ) -> Ask[Listed[JobStream]]:
        """POST jobstream/query."""
        read = questions.streams(
            query,
            limit=limit,
            place=place,
            is_mirrored=self._is_mirrored,
            dependencies=detail is Detail.DEPENDENCIES,
            steady=steady,
        )

        def fits(stream: JobStream) -> bool:
            return stream_fits(stream, StreamQuery(folder=query.folder, late=query.late, ids=query.ids))

        chosen = fits if self.is_sieved(query) or len(query.ids) > 1 else None
        return self._listed(read, limit, place, answers.stream, chosen, is_sorted=not steady)

    def stream(self, stream_id: str) -> Ask[JobStream]:
        """GET jobstream/{id}."""
        return Ask(questions.stream(stream_id), lambda answer: answers.stream(answer.node))

    def predecessors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream, ...]]:
        """GET job/{id}/predecessors: those of the job itself, whatever the `depth`."""
        del depth
        return Ask(questions.predecessors(job_id), _network, shape=LIST)

    def successors(self, job_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET job/{id}: it names those that follow next, also those that have not run yet."""
        del depth
        return Ask(questions.job(job_id), lambda answer: dependencies.followers_of_job(answer.node))

    def stream_successors(self, stream_id: str, depth: int) -> Ask[tuple[Job | JobStream | Follower, ...]]:
        """GET jobstream/{id}: likewise."""
        del depth
        return Ask(questions.stream(stream_id), lambda answer: dependencies.followers_of_stream(answer.node))

    def issues(self, job_ids: Sequence[str]) -> Sequence[Ask[tuple[Issue, ...]]]:
        """POST job/issues."""

        def understand(answer: Answer) -> tuple[Issue, ...]:
            return tuple(one for one in map(answers.issue, answer.nodes) if one.message)

        return [Ask(questions.issues(job_ids), understand, shape=LIST)] if job_ids else []

    def workstations(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Workstation]]:
        """POST workstation/query."""
        read = questions.workstations(name, limit=limit, place=place, is_mirrored=self._is_mirrored)
        return self._listed(read, limit, place, answers.workstation, is_sorted=True)

    def prompts(self, statuses: Sequence[str], *, limit: int, place: Place) -> Ask[Listed[Prompt]]:
        """POST prompt/query."""
        read = questions.prompts(statuses, limit=limit, place=place, is_mirrored=self._is_mirrored)
        return self._listed(
            read, limit, place, answers.prompt, lambda prompt: not statuses or prompt.status in statuses
        )

    def resources(self, name: str | None, *, limit: int, place: Place) -> Ask[Listed[Resource]]:
        """POST resource/query."""
        read = questions.resources(name, limit=limit, place=place, is_mirrored=self._is_mirrored)
        return self._listed(read, limit, place, answers.resource, is_sorted=True)

    def critical_jobs(self, *, limit: int, place: Place) -> Ask[Listed[CriticalJob]]:
        """POST criticaljob/query: with their risks."""
        read = questions.critical_jobs(limit=limit, place=place)
        return self._listed(read, limit, place, jobs.critical_job, is_mirrored=False)

    def job_log(self, run_id: str, last_lines: int, place: LogPlace | None) -> Ask[LogPart]:
        """GET job/{id}/joblog, a page at a time: a run's id is that of the job it is."""
        page = place.page if place else 0

        def understand(answer: Answer) -> LogPart:
            tail = LogTail(last_lines)
            for line in (answer.node.text("log") or "").splitlines():
                tail.feed(line)
            file = answer.node.text("fileId")
            if file is None or answer.node.flag("lastPage") is not False:
                return LogPart(tail)
            return LogPart(tail, LogPlace(page + 1, file))

        return Ask(questions.job_log(run_id, page=page, file=place.file if place else None), understand)

    def _listed(
        self,
        read: Request,
        limit: int,
        place: Place,
        one: Callable[[Node], T],
        fits: Callable[[T], bool] | None = None,
        *,
        is_mirrored: bool | None = None,
        is_sorted: bool = False,
    ) -> Ask[Listed[T]]:
        """A part of a list. A cursor takes no sorter along: what is sorted goes on by its offset in any case."""
        by_offset = self._is_mirrored if is_mirrored is None else is_mirrored

        async def understand(answer: Answer) -> Listed[T]:
            nodes = answer.nodes
            is_whole = len(nodes) < limit
            if not by_offset and place.token is None:
                is_whole = len(nodes) < place.offset + limit
                nodes = nodes[place.offset :]  # what comes before had to be read again
            items = tuple(await in_turns(nodes, one))
            return Listed(
                items=items if fits is None else tuple(item for item in items if fits(item)),
                rows=len(nodes),
                total=answer.number("Context-ObjectCount") if fits is None else None,
                following=None if is_whole else _following(place, len(nodes), answer.headers, by_offset or is_sorted),
            )

        return Ask(read, understand, shape=LIST)


def _following(place: Place, rows: int, headers: Mapping[str, str], by_offset: bool) -> Place | None:
    if by_offset:
        return Place(place.offset + rows)
    token = headers.get("Last-Object")
    return Place(place.offset + rows, token) if token else None


def _listed_job(node: Node) -> Job:
    return jobs.job(node, detailed=False)


def _jobs_of_stream(query: JobQuery) -> Ask[Listed[Job]]:
    def understand(answer: Answer) -> Listed[Job]:
        found = answers.jobs_of_stream(answer.node)
        items = sorted((job for job in found if job_fits(job, query)), key=_ORDERS[query.order])
        return Listed(items=tuple(items), rows=len(found), total=len(items))

    return Ask(questions.stream(query.stream_id or ""), understand)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("-inf")


# How the jobs that come with their stream are sorted, as the engine would sort them in a list.
_ORDERS: dict[JobOrder, Callable[[Job], tuple[float, str]]] = {
    JobOrder.NAME: lambda job: (0.0, job.name),
    JobOrder.STARTED_LAST: lambda job: (-_seconds(job.started), job.name),
    JobOrder.ENDED_LAST: lambda job: (-_seconds(job.ended), job.name),
    JobOrder.ENDED_FIRST: lambda job: (_seconds(job.ended), job.name),
    JobOrder.RUNNING_LONGEST: lambda job: (_seconds(job.started), job.name),
    JobOrder.LONGEST: lambda job: (-float(job.elapsed_seconds or 0), job.name),
}


def _network(answer: Answer) -> tuple[Job | JobStream, ...]:
    return tuple(jobs.network_node(node) for node in answer.nodes)


def _count(answer: Answer) -> int:
    value = answer.body
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _newest_first(plan: PlanInfo) -> tuple[bool, float]:
    return (plan.starts is None, -(plan.starts.timestamp() if plan.starts else 0.0))


def _began(run: Run) -> float:
    moment = run.started or run.ended
    return moment.timestamp() if moment else float("inf")
