"""What V1 says of single jobs: the job, its log, what it waits for and who waits for it; and counts of jobs."""

from collections.abc import Iterator

from aiohttp import web

from resync_bot.simulator import parameters
from resync_bot.simulator.bodies import as_object, json_object
from resync_bot.simulator.facts import has_log
from resync_bot.simulator.joblog import job_log
from resync_bot.simulator.parameters import NOW, PLAN, RIGHTS, SIMULATOR, allow
from resync_bot.simulator.plan import Job, Run, Stream
from resync_bot.simulator.reasons import issue_type, reasons
from resync_bot.simulator.refusals import agent_unreachable, bad_parameter, no_such_run, not_found
from resync_bot.simulator.states import ACTIVE, RunState
from resync_bot.simulator.v1 import queries
from resync_bot.simulator.v1.critical import Forecast
from resync_bot.simulator.v1.endpoints import JOBS
from resync_bot.simulator.v1.ids import run_id
from resync_bot.simulator.v1.jobs import whole_job_json
from resync_bot.simulator.v1.network import critical_json, node_json
from resync_bot.simulator.v1.wire import INSTANCES, answer, encoding

# com.hcl.tws.conn.plan.rerun.successors.maxjobs
MAX_SUCCESSORS = 1_000

_NOT_RERUNNABLE = ACTIVE | {RunState.READY, RunState.PEND}


def run_of(request: web.Request) -> Run:
    """The run whose id is in the path. Raises a 404 or 403."""
    return run_with(request, request.match_info["id"])


def run_with(request: web.Request, identity: str) -> Run:
    """The run with that id. Raises a 404 or 403."""
    run = request.app[INSTANCES].run(request[PLAN], identity)
    if run is None:
        raise not_found("job", identity)
    allow(request, run.job.stream.folder, f"job {identity}")
    return run


async def get_job(request: web.Request) -> web.Response:
    """GET /plan/{planId}/job/{id}."""
    return answer(request, whole_job_json(run_of(request), request[NOW], encoding(request)))


async def count_jobs(request: web.Request) -> web.Response:
    """POST /plan/{planId}/job/count: the number, as a text in JSON, with the 202 that the API document gives it.

    Takes a query, or (the API document's PredecessorsChainInfo) one inside of `filter`.
    """
    given = await json_object(request)
    inside = as_object(given["filter"], "filter") if given.keys() & {"filter"} else given
    query = queries.read_query(inside, queries.JOBS, queries.world(request))
    return answer(request, str(len(JOBS.select(request, query))), 202)


async def job_issues(request: web.Request) -> web.Response:
    """POST /plan/{planId}/job/issues: why jobs do not start. Each issue has the id by which its job was asked for."""
    wanted = (await json_object(request)).get("jobIdList", [])
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise bad_parameter("jobIdList must be a list of ids.")
    issues = [
        {"value": {"id": identity, "issueType": issue_type(reason), "issueMessage": reason.message}}
        for identity in wanted
        for reason in reasons(run_with(request, identity).job, request[NOW])
    ]
    return answer(request, issues)


async def job_log_page(request: web.Request) -> web.Response:
    """GET /plan/{planId}/job/{id}/joblog: whole, or `lines` of it as page `pageNumber`, counted from 0.

    The first page's answer names the `fileId` that the next ones have to give back.
    """
    run = run_of(request)
    if not has_log(run):
        raise no_such_run("match the provided key")
    if not run.workstation.takes_jobs:
        raise agent_unreachable(run.workstation.key)  # logs lie on the agent
    zone = request.app[SIMULATOR].zone
    lines = job_log(run, request[NOW], zone)
    size = parameters.integer(request, "lines", 0)
    number = parameters.integer(request, "pageNumber", 0)
    encode = encoding(request)
    file_id = encode(f"{run.id};log")
    if not size:
        return answer(
            request, {"jobId": encode(run_id(run)), "log": _text(lines), "lines": len(lines), "lastPage": True}
        )
    if number and request.query.get("fileId") != file_id:
        raise bad_parameter("fileId of the first page is required.")
    page = lines[number * size : (number + 1) * size]
    told = {
        "jobId": encode(run_id(run)),
        "log": _text(page),
        "lines": len(page),
        "pageNumber": number,
        "lastPage": (number + 1) * size >= len(lines),
        "fileId": file_id,
    }
    return answer(request, told)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


async def job_predecessors(request: web.Request) -> web.Response:
    """GET /plan/{planId}/job/{id}/predecessors: the job's own, not those of its stream.

    The API document gives the schema of one; a job may have several, so that an array is answered.
    """
    most = request.headers.get("How-Many") or request.query.get("How-Many") or "0"
    if not (most.isascii() and most.isdigit() and len(most) < 10):
        raise bad_parameter("How-Many must be a whole number of 0 or more.")
    nodes = [dependency.predecessor for dependency in run_of(request).job.predecessors]
    seen = [node for node in nodes if _may_see(request, node)]
    now, encode = request[NOW], encoding(request)
    return answer(request, [node_json(node, now, encode) for node in seen[: int(most) or None]])


def _may_see(request: web.Request, node: Job | Stream) -> bool:
    return request[RIGHTS].may_display(node.folder if isinstance(node, Stream) else node.stream.folder)


async def successors_preview(request: web.Request) -> web.Response:
    """GET /plan/{planId}/job/{id}/jobsuccessors/preview: which jobs a rerun with successors would rerun.

    With `stopOnHold` (the default) jobs that have not run yet, and those behind them, are left out.
    """
    job = run_of(request).job
    stop_on_hold = request.query.get("stopOnHold", "true").lower() == "true"
    skipped = request.app[INSTANCES].job(request[PLAN], request.query.get("toSkipJobId", ""))
    found = [one for one in downstream(job, stop_on_hold=stop_on_hold) if one is not skipped and _may_see(request, one)]
    if len(found) > MAX_SUCCESSORS:
        if request.query.get("failOnMaxJobs", "true").lower() == "true":
            raise bad_parameter(f"The job has more than {MAX_SUCCESSORS} successors.")
        found = found[:MAX_SUCCESSORS]
    internal = [one for one in found if one.stream is job.stream]
    now, encode = request[NOW], encoding(request)
    told = {
        "values": [node_json(one, now, encode) for one in found],
        "sublist": [node_json(one, now, encode) for one in internal],
        "internalAllowed": may_rerun(internal),
        "allAllowed": may_rerun(found),
    }
    return answer(request, told)


def may_rerun(jobs: list[Job]) -> bool:
    return not any(job.state in _NOT_RERUNNABLE for job in jobs)


async def critical_successors(request: web.Request) -> web.Response:
    """GET /plan/{planId}/job/{id}/critical_successors: the critical jobs that wait for the job, directly or not."""
    now, encode = request[NOW], encoding(request)
    forecast = Forecast(request[PLAN], now)
    found = [one for one in downstream(run_of(request).job, stop_on_hold=False) if one.spec.critical]
    seen = [one for one in found if _may_see(request, one)]
    return answer(request, {"values": [critical_json(forecast.assurance(one), now, encode) for one in seen]})


def downstream(job: Job, *, stop_on_hold: bool) -> Iterator[Job]:
    """Everybody who waits for the job, its stream's followers included, nearest first."""
    seen = {job}
    level = [job]
    while level:
        near, level = level, []
        for one in near:
            for waiting in _waiting_for(one):
                if waiting in seen or (stop_on_hold and waiting.state is RunState.HOLD):
                    continue
                seen.add(waiting)
                level.append(waiting)
                yield waiting


def _waiting_for(job: Job) -> Iterator[Job]:
    for node in (*job.successors, *job.stream.successors):
        if isinstance(node, Stream):
            yield from node.jobs
        else:
            yield node
