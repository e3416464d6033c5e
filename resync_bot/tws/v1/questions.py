"""The REST API V1: where each question goes and with what. `answers` and `jobs` understand what comes back.

Paths, filters, sorters and headers after the V1 API document of 10.2.8 and the vendor's public samples (checked
2026-11-23): queries are POSTs with filters and read only; lists are arrays; `Query-PageNumber` is the offset of the
first object and needs a plan that is mirrored in the database, else `query_next` goes on after `Last-Object`; a job in
the plan is one run, reruns are objects of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never
from urllib.parse import quote

import orjson

from resync_bot.tws.asking import Place, Request
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from resync_bot.tws.v1.statuses import words_for

BASE = "/twsd"
CURRENT = "current"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2099, 12, 31, tzinfo=UTC)
ENGINE_INFO = Request("engine info", f"{BASE}/engine/info")
HIGHEST_PRIORITY = 101  # go
LOG_LINES = 500  # of a page

Filter = Mapping[str, object]


def quoted(identifier: str) -> str:
    """An id as one segment of a path: ids hold `;`, `#`, `/` and `=`."""
    return quote(identifier, safe="")


def count_jobs(status: Status) -> Request:
    """How many jobs have a status, reruns not counted twice."""
    chosen = {"statusList": [status.value], "lastInRerunChain": True}
    return _post("count jobs", f"/plan/{CURRENT}/job/count", {"filters": {"jobInPlanFilter": chosen}})


def jobs(
    query: JobQuery, *, limit: int, place: Place, is_mirrored: bool, dependencies: bool = False, steady: bool = False
) -> Request:
    """A page of jobs: of each rerun chain the last run. `steady` sorts by what never changes, for whole plans."""
    return _page(
        "list jobs",
        f"/plan/{CURRENT}/job",
        {"jobInPlanFilter": job_filter(query)},
        limit,
        place,
        sorters=_steadily("jobInPlanSorter", "jobId", is_mirrored) if steady else _by(query.order),
        is_mirrored=is_mirrored,
        dependencies=dependencies,
        any_of=_any_of("jobInPlan", "jobId", query.ids),
    )


def runs(plan_id: str | None, *, ended_from: datetime | None, limit: int, place: Place, is_mirrored: bool) -> Request:
    """A page of all runs of a plan that have ended since; archived plans are never mirrored."""
    chosen: dict[str, object] = {"jobName": "@"}
    if ended_from is not None:
        chosen["actualEndTimeRange"] = _range(ended_from, None)
    return _page(
        "list runs",
        f"/plan/{quoted(plan_id or CURRENT)}/job",
        {"jobInPlanFilter": chosen},
        limit,
        place,
        is_mirrored=is_mirrored and plan_id is None,
    )


def chain(stream: str, scheduled: datetime | None) -> Request:
    """All runs of the jobs of one instance of a stream."""
    chosen: dict[str, object] = {"jobName": "@", "jobStreamName": stream}
    if scheduled is not None:
        chosen["inputArrivalTime"] = instant(scheduled)
    return _post("runs", f"/plan/{CURRENT}/job/query", {"filters": {"jobInPlanFilter": chosen}}, {"How-Many": "1000"})


def job_filter(query: JobQuery) -> dict[str, object]:
    """What of a question V1 can filter by. Folders have ids there and no names: they are left to the reader."""
    found: dict[str, object] = {"jobName": query.name or "@", "lastInRerunChain": True}
    plain: dict[str, object | None] = {
        "jobStreamName": query.stream,
        "workstationName": query.workstation,
        "critical": query.critical,
        "late": query.late,
        "userLogin": query.login,
        "confirmed": query.needs_confirmation,
        "every": query.repeats,
        "jobId": query.ids[0] if len(query.ids) == 1 else None,
    }
    found |= {name: value for name, value in plain.items() if value is not None}
    if query.statuses:
        found["statusList"] = [status.value for status in query.statuses]
    if query.internal_statuses:
        found["internalStatusList"] = words_for(query.internal_statuses)
    if query.recovery_option is not None:
        found["recoveryOptionList"] = [query.recovery_option]
    if query.priority_from is not None or query.priority_until is not None:
        lowest, highest = query.priority_from, query.priority_until
        found["priorityRange"] = {
            "rangeStart": 0 if lowest is None else lowest,
            "rangeEnd": HIGHEST_PRIORITY if highest is None else highest,
        }
    started_from = query.started_from
    ended_from = query.ended_from
    if query.order in {JobOrder.STARTED_LAST, JobOrder.RUNNING_LONGEST, JobOrder.LONGEST}:
        started_from = started_from or EARLIEST  # what never started has no such time
    if query.order in {JobOrder.ENDED_LAST, JobOrder.ENDED_FIRST}:
        ended_from = ended_from or EARLIEST
    ranges = {
        "actualStartTimeRange": (started_from, query.started_until),
        "actualEndTimeRange": (ended_from, query.ended_until),
        "startTimeRange": (query.start_at_from, query.start_at_until),
        "untilTimeRange": (query.latest_start_from, query.latest_start_until),
        "deadlineTimeRange": (query.deadline_from, query.deadline_until),
    }
    found |= {name: _range(*bounds) for name, bounds in ranges.items() if bounds != (None, None)}
    return found


def _job_sorter(order: JobOrder) -> dict[str, object]:
    match order:
        case JobOrder.NAME:
            return _sorted("jobName")
        case JobOrder.STARTED_LAST:
            return _sorted("actualStartTime", descending=True)
        case JobOrder.ENDED_LAST:
            return _sorted("actualEndTime", descending=True)
        case JobOrder.ENDED_FIRST:
            return _sorted("actualEndTime")
        case JobOrder.RUNNING_LONGEST:
            return _sorted("actualStartTime")
        case JobOrder.LONGEST:
            return _sorted("totalElapsedTime", descending=True)
        case _:
            assert_never(order)


def streams(
    query: StreamQuery, *, limit: int, place: Place, is_mirrored: bool, dependencies: bool = False, steady: bool = False
) -> Request:
    """A page of job streams."""
    chosen: dict[str, object] = {"jobStreamName": query.name or "@"}
    if query.workstation is not None:
        chosen["workstationName"] = query.workstation
    if len(query.ids) == 1:
        chosen["jobStreamId"] = query.ids[0]
    if query.statuses:
        chosen["statusList"] = [status.value for status in query.statuses]
    if query.internal_statuses:
        chosen["internalStatusList"] = words_for(query.internal_statuses)
    if (query.scheduled_from, query.scheduled_until) != (None, None):
        chosen["inputArrivalTimeRange"] = _range(query.scheduled_from, query.scheduled_until)
    return _page(
        "list streams",
        f"/plan/{CURRENT}/jobstream",
        {"jobStreamInPlanFilter": chosen},
        limit,
        place,
        sorters=(
            _steadily("jobStreamInPlanSorter", "jobStreamId", is_mirrored)
            if steady
            else {"jobStreamInPlanSorter": _sorted("name")}
        ),
        is_mirrored=is_mirrored,
        dependencies=dependencies,
        any_of=_any_of("jobStreamInPlan", "jobStreamId", query.ids),
    )


def workstations(name: str | None, *, limit: int, place: Place, is_mirrored: bool) -> Request:
    """A page of workstations."""
    return _page(
        "list workstations",
        f"/plan/{CURRENT}/workstation",
        {"workstationInPlanFilter": {"workstationName": name or "@"}},
        limit,
        place,
        sorters={"workstationInPlanSorter": _sorted("workstationName")},
        is_mirrored=is_mirrored,
    )


def resources(name: str | None, *, limit: int, place: Place, is_mirrored: bool) -> Request:
    """A page of resources."""
    return _page(
        "list resources",
        f"/plan/{CURRENT}/resource",
        {"resourceInPlanFilter": {"resourceName": name or "@"}},
        limit,
        place,
        sorters={"resourceInPlanSorter": _sorted("name")},
        is_mirrored=is_mirrored,
    )


def prompts(statuses: Sequence[str], *, limit: int, place: Place, is_mirrored: bool) -> Request:
    """A page of prompts."""
    chosen: dict[str, object] = {"promptName": "@"}
    if statuses:
        chosen["statusList"] = list(statuses)
    filters = {"promptInPlanFilter": chosen}
    return _page("list prompts", f"/plan/{CURRENT}/prompt", filters, limit, place, is_mirrored=is_mirrored)


def critical_jobs(*, limit: int, place: Place) -> Request:
    """A page of critical jobs with their risk; this list has a cursor only."""
    filters = {"criticalJobInPlanFilter": {"jobName": "@"}}
    return _page("critical jobs", f"/plan/{CURRENT}/criticaljob", filters, limit, place, is_mirrored=False)


def archived_plans() -> Request:
    """The plans that the engine has kept."""
    body = {"filters": {"symphonyInPlanFilter": {"planType": "ARCHIVED"}}}
    return _post("list plans", "/plan/query", body, {"How-Many": "100"})


def job(job_id: str) -> Request:
    """A run with everything."""
    return Request("job", f"{BASE}/plan/{CURRENT}/job/{quoted(job_id)}", headers=_WITH_DEPENDENCIES)


def stream(stream_id: str) -> Request:
    """A job stream with everything."""
    return Request("stream", f"{BASE}/plan/{CURRENT}/jobstream/{quoted(stream_id)}", headers=_WITH_DEPENDENCIES)


def predecessors(job_id: str) -> Request:
    """What a job follows."""
    path = f"{BASE}/plan/{CURRENT}/job/{quoted(job_id)}/predecessors"
    return Request("predecessors", path, headers={"How-Many": "1000"})


def issues(job_ids: Sequence[str]) -> Request:
    """Why jobs do not start."""
    return _post("issues", f"/plan/{CURRENT}/job/issues", {"jobIdList": list(job_ids)})


def job_log(job_id: str, *, page: int, file: str | None) -> Request:
    """A page of the log of a run; `file` is what the first page called it."""
    params: dict[str, str | int] = {"lines": LOG_LINES, "pageNumber": page}
    if file is not None:
        params["fileId"] = file
    return Request("job log", f"{BASE}/plan/{CURRENT}/job/{quoted(job_id)}/joblog", params)


def instant(moment: datetime) -> str:
    """A time as V1 writes it, UTC. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


_JSON = {"Content-Type": "application/json"}
_WITH_DEPENDENCIES = {"Context-PlanDependenciesScope": "1"}


def _post(operation: str, path: str, body: object, headers: Mapping[str, str] | None = None) -> Request:
    return Request(operation, BASE + path, headers=_JSON | dict(headers or {}), method="POST", body=orjson.dumps(body))


def _page(  # noqa: PLR0913  # a query and its page
    operation: str,
    path: str,
    filters: Mapping[str, Filter],
    limit: int,
    place: Place,
    *,
    is_mirrored: bool,
    sorters: Mapping[str, object] | None = None,
    dependencies: bool = False,
    any_of: Mapping[str, object] | None = None,
) -> Request:
    headers = {"Context-ObjectCount": "1"} | (_WITH_DEPENDENCIES if dependencies else {})
    body: dict[str, Any] = {"filters": filters} | ({"sorters": sorters} if sorters else {})
    if any_of is not None:
        body["complexFilters"] = any_of
    if is_mirrored:
        headers |= {"Query-PageSize": str(limit), "Query-PageNumber": str(place.offset)}
        return _post(operation, f"{path}/query", body, headers)
    if place.token is not None:
        return _post(
            operation, f"{path}/query_next", filters, headers | {"How-Many": str(limit), "Last-Object": place.token}
        )
    # Without a cursor to go on from, what comes before is read again and left out by whoever understands it.
    return _post(operation, f"{path}/query", body, headers | {"How-Many": str(place.offset + limit)})


def _any_of(kind: str, field: str, ids: Sequence[str]) -> Mapping[str, object] | None:
    """What chooses the objects with one of several ids; a single one goes into the plain filter."""
    if len(ids) < 2:
        return None
    return {"operator": "OR", f"{kind}ComplexFilter": [{"filter": {field: one}} for one in ids]}


def _by(order: JobOrder) -> dict[str, object]:
    return {"jobInPlanSorter": _job_sorter(order)}


def _steadily(sorter: str, field: str, is_mirrored: bool) -> dict[str, object] | None:
    """A plan file is read in its own order: a cursor takes no sorter along."""
    return {sorter: _sorted(field)} if is_mirrored else None


def _sorted(field: str, *, descending: bool = False) -> dict[str, object]:
    return {field: {"descending": descending, "priority": 1}}


def _range(start: datetime | None, end: datetime | None) -> dict[str, str]:
    """From `start` until before `end`: V1's ranges hold both their ends."""
    return {"rangeStart": instant(start or EARLIEST), "rangeEnd": instant((end or LATEST) - timedelta(milliseconds=1))}
