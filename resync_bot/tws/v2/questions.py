"""The REST API V2 (engines from 10.1 FP1): where each question goes and with what. `answers` understands what comes
back.

Paths, parameters and headers after WA_API3_v2.json 10.1.0.1 (checked 2026-11-23); `plan/prompt` exists since 10.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import assert_never
from urllib.parse import parse_qs, quote, urlsplit

from resync_bot.tws import oql
from resync_bot.tws.asking import Request
from resync_bot.tws.models import Status
from resync_bot.tws.oql import Field
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery

BASE = "/twsd/api/v2"
NARROW = {"scope": "WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES"}
WITH_DEPENDENCIES = {"scope": "WHOLE_NO_JOB_DEFINITIONS"}
COUNTED = {"Include-Count": "true"}
ALL_JOBS = "/@/@#/@/@.@"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING = "1970-01-01T00:00:00.000Z"
ISSUES_AT_ONCE = 50  # ids in one URL: 50 of them stay well below the 8 kB that servers take

ENGINE_INFO = Request("engine info", f"{BASE}/engine/info")
JOB_COUNT = Request("count jobs", f"{BASE}/plan/job/count", {"plan_filter": ALL_JOBS, "grouping_filters": "status"})


def _quoted(identifier: str) -> str:
    return quote(identifier, safe="")


def jobs(
    query: JobQuery,
    *,
    limit: int,
    offset: int,
    dependencies: bool = False,
    steady: bool = False,
    late_at: datetime | None = None,
) -> Request:
    """A page of jobs, without definitions, and without dependencies unless they are wanted.

    `steady` sorts by what never changes, for whole plans. A job can be late only when its deadline has passed: by
    `late_at`, the engine's time, most others are left out.
    """
    conditions = _places(query.name, query.folder, query.workstation)
    if query.stream is not None:
        conditions.append(oql.matches(Field.STREAM_NAME, query.stream))
    if query.stream_id is not None:
        conditions.append(oql.equals(Field.STREAM_ID, query.stream_id))
    conditions += _statuses(Field.JOB_STATUS, query.statuses)
    if query.internal_statuses:
        conditions.append(oql.one_of(Field.JOB_INTERNAL_STATUS, query.internal_statuses))
    if query.critical is not None:
        conditions.append(oql.equals(Field.JOB_CRITICAL, query.critical))
    conditions += oql.from_until(Field.JOB_ENDED, query.ended_from, query.ended_until)
    conditions += oql.from_until(Field.JOB_STARTED, query.started_from, query.started_until)
    conditions += _definition(query)
    if query.ids:
        conditions.append(oql.one_of(Field.ID, query.ids))
    if query.late and late_at is not None:
        conditions += oql.from_until(Field.DEADLINE, None, late_at)
    scope = WITH_DEPENDENCIES if dependencies else NARROW
    order, descending = (Field.ID, False) if steady else _order(query.order)
    if order is Field.JOB_ELAPSED:
        conditions.append(f"{order} >= 'PT0S'")
    elif order not in {
        Field.NAME,
        Field.ID,
    }:  # what has no such time would come first or last, as the engine's database likes it
        conditions.append(f"{order} >= '{BEGINNING}'")
    text = oql.query(conditions, order_by=order, descending=descending)
    return _page("list jobs", "/plan/job", text, limit, offset, scope)


def _definition(query: JobQuery) -> list[str]:
    """What the job was planned with: priority, login, recovery, confirmation, times."""
    conditions = oql.within(Field.PRIORITY, query.priority_from, query.priority_until)
    if query.login is not None:
        conditions.append(oql.matches(Field.JOB_LOGIN, query.login))
    if query.recovery_option is not None:
        conditions.append(oql.equals(Field.JOB_RECOVERY, query.recovery_option))
    if query.needs_confirmation is not None:
        conditions.append(oql.equals(Field.JOB_CONFIRMED, query.needs_confirmation))
    if query.repeats is not None:
        conditions.append(oql.equals(Field.JOB_REPEATS, query.repeats))
    conditions += oql.from_until(Field.START_AT, query.start_at_from, query.start_at_until)
    conditions += oql.from_until(Field.LATEST_START, query.latest_start_from, query.latest_start_until)
    conditions += oql.from_until(Field.DEADLINE, query.deadline_from, query.deadline_until)
    return conditions


def _order(order: JobOrder) -> tuple[Field, bool]:
    match order:
        case JobOrder.NAME:
            return Field.NAME, False
        case JobOrder.STARTED_LAST:
            return Field.JOB_STARTED, True
        case JobOrder.ENDED_LAST:
            return Field.JOB_ENDED, True
        case JobOrder.ENDED_FIRST:
            return Field.JOB_ENDED, False
        case JobOrder.RUNNING_LONGEST:
            return Field.JOB_STARTED, False
        case JobOrder.LONGEST:
            return Field.JOB_ELAPSED, True
        case _:
            assert_never(order)


def streams(
    query: StreamQuery,
    *,
    limit: int,
    offset: int,
    dependencies: bool = False,
    steady: bool = False,
    late_at: datetime | None = None,
) -> Request:
    """A page of job streams; `steady` and `late_at` as for jobs."""
    conditions = _places(query.name, query.folder, query.workstation)
    conditions += _statuses(Field.STREAM_STATUS, query.statuses)
    if query.internal_statuses:
        conditions.append(oql.one_of(Field.STREAM_INTERNAL_STATUS, query.internal_statuses))
    conditions += oql.from_until(Field.SCHEDULED, query.scheduled_from, query.scheduled_until)
    if query.ids:
        conditions.append(oql.one_of(Field.ID, query.ids))
    if query.late and late_at is not None:
        conditions += oql.from_until(Field.DEADLINE, None, late_at)
    text = oql.query(conditions, order_by=Field.ID if steady else Field.NAME)
    return _page("list streams", "/plan/jobstream", text, limit, offset, WITH_DEPENDENCIES if dependencies else NARROW)


def workstations(name: str | None, *, limit: int, offset: int) -> Request:
    """A page of workstations."""
    return _page("list workstations", "/plan/workstation", _named(name), limit, offset, {})


def resources(name: str | None, *, limit: int, offset: int) -> Request:
    """A page of resources."""
    return _page("list resources", "/plan/resource", _named(name), limit, offset, {})


def prompts(*, limit: int, offset: int) -> Request:
    """A page of prompts. Which fields of prompts OQL knows is not documented: all are read."""
    return Request("list prompts", f"{BASE}/plan/prompt", {"limit": limit, "offset": offset})


def job(job_id: str) -> Request:
    """A job with everything."""
    return Request("job", f"{BASE}/plan/job/{_quoted(job_id)}")


def stream(stream_id: str) -> Request:
    """A job stream with everything."""
    return Request("stream", f"{BASE}/plan/jobstream/{_quoted(stream_id)}")


def predecessors(job_id: str, depth: int) -> Request:
    """What a job follows."""
    return Request("predecessors", f"{BASE}/plan/job/{_quoted(job_id)}/predecessors", {"depth": depth})


def successors(job_id: str, depth: int) -> Request:
    """What follows a job."""
    return Request("successors", f"{BASE}/plan/job/{_quoted(job_id)}/successors", {"depth": depth})


def stream_successors(stream_id: str, depth: int) -> Request:
    """What follows a job stream."""
    return Request("stream successors", f"{BASE}/plan/jobstream/{_quoted(stream_id)}/successors", {"depth": depth})


def issues(job_ids: Sequence[str]) -> Iterable[Request]:
    """Why jobs do not start, so many at a time."""
    for start in range(0, len(job_ids), ISSUES_AT_ONCE):
        some = job_ids[start : start + ISSUES_AT_ONCE]
        yield Request("issues", f"{BASE}/plan/job/issues", {"oql": oql.one_of(Field.ID, some)})


def job_log(run_id: str) -> Request:
    """The log of one run: text, with header and footer."""
    return Request("job log", f"{BASE}/plan/job/run/{_quoted(run_id)}/joblog", accept="text/plain")


def next_offset(link: str | None, offset: int) -> int | None:
    """Where the next page begins. Only the number is taken from the engine's link: its host may be one we cannot reach.

    None if there is no next page, or one that does not lead forward.
    """
    if link is None:
        return None
    try:
        following = int(parse_qs(urlsplit(link).query)["offset"][0])
    except (KeyError, ValueError):
        return None
    return following if following > offset else None


def _page(operation: str, path: str, text: str, limit: int, offset: int, scope: Mapping[str, str]) -> Request:
    params: dict[str, str | int] = {"limit": limit, "offset": offset}
    if text:
        params["oql"] = text
    return Request(operation, BASE + path, params, COUNTED | dict(scope))


def _named(name: str | None) -> str:
    return oql.query([] if name is None else [oql.matches(Field.NAME, name)], order_by=Field.NAME)


def _places(name: str | None, folder: str | None, workstation: str | None) -> list[str]:
    conditions = []
    if name is not None:
        conditions.append(oql.matches(Field.NAME, name))
    if folder is not None:
        conditions.append(oql.matches(Field.FOLDER, "/" + folder.strip("/")))
    if workstation is not None:
        conditions.append(_workstation(workstation))
    return conditions


def _workstation(name: str) -> str:
    """A bare name is one in any folder; the engine says `/NAME` for one in the root folder."""
    if name.startswith("/"):
        return oql.matches(Field.WORKSTATION, name)
    if oql.WILDCARDS.search(name):
        forms = [oql.like(Field.WORKSTATION, f"/{name}"), oql.like(Field.WORKSTATION, f"/@/{name}")]
    else:
        forms = [oql.one_of(Field.WORKSTATION, (f"/{name}", name)), oql.like(Field.WORKSTATION, f"/@/{name}")]
    return oql.any_of(forms)


def _statuses(field: Field, statuses: Sequence[Status]) -> list[str]:
    return [oql.one_of(field, statuses)] if statuses else []
