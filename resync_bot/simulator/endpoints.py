"""The operations of the REST API V2, each a handler.

Paths, parameters and codes after WA_API3_v2.json 10.1.0.1, read 2026-11-23; `GET /plan/prompt` exists since 10.2.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import orjson
from aiohttp import web

from resync_bot.simulator import draws, parameters
from resync_bot.simulator.catalogue import JOBS, PROMPTS, RESOURCES, STREAMS, WORKSTATIONS, Object, ObjectType
from resync_bot.simulator.index import SelectedJobs
from resync_bot.simulator.parameters import NOW, RIGHTS, SIMULATOR
from resync_bot.simulator.plan import Job, Stream
from resync_bot.simulator.reasons import issue_type, reasons
from resync_bot.simulator.refusals import bad_parameter, unknown
from resync_bot.simulator.rendering import (
    ENGINE_ID,
    Json,
    Scope,
    job_json,
    prompt_json,
    resource_json,
    stream_json,
    workstation_json,
)
from resync_bot.simulator.status import common_status, stream_common_status


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


async def engine_info(request: web.Request) -> web.Response:
    """GET /engine/info."""
    return json_response(
        {
            "displayVersion": "10.2.5",
            "fullVersion": "10.2.5.00",
            "capabilities": {},
            "adminRoles": {"admin": []},
            "referenceId": draws.uuid("installation", ENGINE_ID),
            "licenseType": "perJob",
            "locale": "en",
            "timezone": request.app[SIMULATOR].settings.zone,
        }
    )


def _page(request: web.Request, kind: ObjectType[Object], render: Callable[[Object], Json]) -> web.Response:
    parameters.check_plan(request)
    limit = min(parameters.integer(request, "limit", parameters.MAX_PAGE), parameters.MAX_PAGE)
    offset = parameters.integer(request, "offset", 0)
    found = parameters.changed_since(request, parameters.selected(request, kind))
    counted = request.headers.get("Include-Count", "true").lower() == "true"

    def link(start: int) -> str:
        return str(request.url.update_query(offset=start, limit=limit))

    return json_response(
        {
            "count": len(found) if counted else None,
            "results": [render(one) for one in found[offset : offset + limit]],
            "next": link(offset + limit) if limit and offset + limit < len(found) else None,
            "previous": link(max(0, offset - limit)) if limit and offset else None,
        }
    )


async def list_jobs(request: web.Request) -> web.Response:
    """GET /plan/job."""
    now, scope = request[NOW], parameters.scope(request)
    return _page(request, JOBS, lambda job: job_json(job, now, scope))


async def list_streams(request: web.Request) -> web.Response:
    """GET /plan/jobstream."""
    now, scope = request[NOW], parameters.scope(request)
    return _page(request, STREAMS, lambda stream: stream_json(stream, now, scope))


async def list_workstations(request: web.Request) -> web.Response:
    """GET /plan/workstation."""
    return _page(request, WORKSTATIONS, workstation_json)


async def list_resources(request: web.Request) -> web.Response:
    """GET /plan/resource."""
    return _page(request, RESOURCES, resource_json)


async def list_prompts(request: web.Request) -> web.Response:
    """GET /plan/prompt."""
    return _page(request, PROMPTS, prompt_json)


async def get_job(request: web.Request) -> web.Response:
    """GET /plan/job/{id}."""
    return json_response(job_json(parameters.one(request, JOBS), request[NOW], Scope.WHOLE))


async def get_stream(request: web.Request) -> web.Response:
    """GET /plan/jobstream/{id}."""
    return json_response(stream_json(parameters.one(request, STREAMS), request[NOW], Scope.WHOLE))


async def get_workstation(request: web.Request) -> web.Response:
    """GET /plan/workstation/{id}."""
    return json_response(workstation_json(parameters.one(request, WORKSTATIONS)))


async def get_resource(request: web.Request) -> web.Response:
    """GET /plan/resource/{id}."""
    return json_response(resource_json(parameters.one(request, RESOURCES)))


def _count(
    request: web.Request, kind: ObjectType[Object], groupings: Mapping[str, Callable[[Object], str]]
) -> web.Response:
    """The number of objects, in all and per group.

    With several groupings a key joins their values by a comma, in the order asked for (`/ETL,ERROR`): the API document
    gives one flat object, and says that the order counts.
    """
    parameters.check_plan(request)
    found = parameters.selected(request, kind)
    wanted = [name for name in request.query.get("grouping_filters", "").split(",") if name]
    if not all(name in groupings for name in wanted):
        raise bad_parameter(f"grouping_filters knows {', '.join(groupings)}.")
    if isinstance(found, SelectedJobs) and wanted:
        return json_response({"count": len(found), "groupedCount": found.count_by(wanted)})
    keys: Iterable[str] = (",".join(groupings[name](one) for name in wanted) for one in found) if wanted else ()
    return json_response({"count": len(found), "groupedCount": Counter(keys)})


async def count_jobs(request: web.Request) -> web.Response:
    """GET /plan/job/count."""
    groupings: dict[str, Callable[[Job], str]] = {
        "workstation": lambda job: job.workstation.key,
        "status": common_status,
        "folder": lambda job: job.stream.folder,
    }
    return _count(request, JOBS, groupings)


async def count_streams(request: web.Request) -> web.Response:
    """GET /plan/jobstream/count."""
    now = request[NOW]
    groupings: dict[str, Callable[[Stream], str]] = {
        "workstation": lambda stream: stream.workstation.key,
        "status": lambda stream: stream_common_status(stream, now),
        "folder": lambda stream: stream.folder,
    }
    return _count(request, STREAMS, groupings)


async def job_issues(request: web.Request) -> web.Response:
    """GET /plan/job/issues: why the selected jobs do not start. Each issue has the id of its job."""
    found = parameters.selected(request, JOBS)
    if not found:
        raise unknown("of the filter")
    return json_response(
        {
            "issues": [
                {"id": job.id, "issueType": issue_type(reason), "issueMessage": reason.message}
                for job in found
                for reason in reasons(job, request[NOW])
            ]
        }
    )


def _predecessors(node: Job | Stream) -> Iterable[Job | Stream]:
    return (dependency.predecessor for dependency in node.predecessors)


def _successors(node: Job | Stream) -> Iterable[Job | Stream]:
    return node.successors


def _flow_nodes(
    request: web.Request, start: Job | Stream, neighbours: Callable[[Job | Stream], Iterable[Job | Stream]]
) -> web.Response:
    """Everything within `depth` dependencies of the node, nearest first, without what the user may not display."""
    levels = parameters.depth(request)
    seen: dict[Job | Stream, None] = {start: None}
    level: list[Job | Stream] = [start]
    while level:
        level = list(dict.fromkeys(far for near in level for far in neighbours(near) if far not in seen))
        seen.update(dict.fromkeys(level))
        levels -= 1
        if levels == 0:
            break
    now, rights = request[NOW], request[RIGHTS]
    found = [
        stream_json(node, now, Scope.WHOLE) if isinstance(node, Stream) else job_json(node, now, Scope.WHOLE)
        for node in seen
        if node is not start and rights.may_display(node.folder if isinstance(node, Stream) else node.stream.folder)
    ]
    return json_response({"count": len(found), "results": found})


async def job_predecessors(request: web.Request) -> web.Response:
    """GET /plan/job/{id}/predecessors: of the job's own, not those of its stream."""
    return _flow_nodes(request, parameters.one(request, JOBS), _predecessors)


async def job_successors(request: web.Request) -> web.Response:
    """GET /plan/job/{id}/successors."""
    return _flow_nodes(request, parameters.one(request, JOBS), _successors)


async def stream_predecessors(request: web.Request) -> web.Response:
    """GET /plan/jobstream/{id}/predecessors."""
    return _flow_nodes(request, parameters.one(request, STREAMS), _predecessors)


async def stream_successors(request: web.Request) -> web.Response:
    """GET /plan/jobstream/{id}/successors."""
    return _flow_nodes(request, parameters.one(request, STREAMS), _successors)
