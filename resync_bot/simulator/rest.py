"""The REST API V2 over HTTP. Every answer's `Date` header carries the virtual time: clients read the engine's clock there.

Endpoints, parameters and codes after WA_API3_v2.json 10.1.0.1, read 2026-11-23; `GET /plan/prompt` exists since 10.2.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import orjson
from aiohttp import web

from resync_bot.simulator import draws
from resync_bot.simulator.access import Accounts, Rights
from resync_bot.simulator.catalogue import JOBS, PROMPTS, RESOURCES, STREAMS, WORKSTATIONS, Object, ObjectType
from resync_bot.simulator.faults import FaultSwitch, Handler, fault_middleware
from resync_bot.simulator.oql import OqlError, compile_query, parse
from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.plan_filter import PlanFilterError, parse_selection
from resync_bot.simulator.refusals import Cause, RefusedError, bad_parameter, bad_query, forbidden, unknown
from resync_bot.simulator.rendering import (
    ENGINE_ID,
    Scope,
    job_json,
    prompt_json,
    resource_json,
    stream_json,
    workstation_json,
)
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.status import common_status, stream_common_status

BASE = "/twsd/api/v2"
MAX_PAGE = 10_000

SIMULATOR = web.AppKey("simulator", Simulator)
RIGHTS = web.RequestKey("rights", Rights)
MOMENT = web.RequestKey("moment", tuple[Plan, datetime])


def create_app(simulator: Simulator, faults: FaultSwitch | None = None) -> web.Application:
    """The application; `faults` lets tests order failures."""
    accounts = Accounts(simulator.settings)

    @web.middleware
    async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[MOMENT] = simulator.moment()
        rights = accounts.sign_in(request.headers.get("Authorization"), request[MOMENT][1])
        if rights is None:
            raise RefusedError(Cause.UNAUTHORISED, "The user name, the password or the API key is not valid.")
        request[RIGHTS] = rights
        return await handler(request)

    middlewares = [fault_middleware(faults, BASE)] if faults is not None else []
    app = web.Application(middlewares=[*middlewares, _refuse, admit])
    app[SIMULATOR] = simulator
    app.on_response_prepare.append(_stamp)
    app.router.add_routes(
        [
            web.get(f"{BASE}/engine/info", engine_info),
            web.get(f"{BASE}/plan/job", list_jobs),
            web.get(f"{BASE}/plan/job/count", count_jobs),
            web.get(f"{BASE}/plan/job/{{id}}", get_job),
            web.get(f"{BASE}/plan/jobstream", list_streams),
            web.get(f"{BASE}/plan/jobstream/count", count_streams),
            web.get(f"{BASE}/plan/jobstream/{{id}}", get_stream),
            web.get(f"{BASE}/plan/workstation", list_workstations),
            web.get(f"{BASE}/plan/workstation/{{id}}", get_workstation),
            web.get(f"{BASE}/plan/resource", list_resources),
            web.get(f"{BASE}/plan/resource/{{id}}", get_resource),
            web.get(f"{BASE}/plan/prompt", list_prompts),
        ]
    )
    return app


async def _stamp(request: web.Request, response: web.StreamResponse) -> None:
    now = request.app[SIMULATOR].now()
    response.headers["Date"] = format_datetime(now.astimezone(UTC), usegmt=True)


@web.middleware
async def _refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError as refusal:
        headers = {"WWW-Authenticate": 'Basic realm="engine"'} if refusal.status == 401 else None
        return _json(refusal.body, refusal.status, headers)
    except web.HTTPNotFound:
        refusal = unknown(request.path)
        return _json(refusal.body, refusal.status)
    except web.HTTPMethodNotAllowed as error:
        refusal = RefusedError(Cause.METHOD_NOT_ALLOWED, f"{request.method} is not allowed here.")
        return _json(refusal.body, refusal.status, {"Allow": ",".join(sorted(error.allowed_methods))})


def _json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


async def engine_info(request: web.Request) -> web.Response:
    """GET /engine/info."""
    return _json(
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


def _integer(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value < 2**31:
        raise bad_parameter(f"{name} must be a whole number of 0 or more.")
    return value


def _found(request: web.Request, kind: ObjectType[Object]) -> list[Object]:
    """What oql or plan_filter selects, of what the user may see, in order."""
    plan, now = request[MOMENT]
    rights = request[RIGHTS]
    if not rights.folders:
        raise forbidden(rights.user, kind.word)
    visible: Sequence[Object] = [one for one in kind.all(plan) if rights.may_display(kind.folder(one))]
    oql, plan_filter = request.query.get("oql"), request.query.get("plan_filter")
    if oql and plan_filter:
        raise bad_parameter("oql and plan_filter exclude each other.")
    try:
        if plan_filter:
            selection = parse_selection(plan_filter)
            return [one for one in visible if kind.selected(one, selection)]
        return compile_query(parse(oql or ""), kind.fields).select(visible, now)
    except (OqlError, PlanFilterError) as error:
        raise bad_query(str(error)) from error


def _page(request: web.Request, kind: ObjectType[Object], render: Callable[[Object], dict[str, Any]]) -> web.Response:
    _check_plan(request)
    limit, offset = min(_integer(request, "limit", MAX_PAGE), MAX_PAGE), _integer(request, "offset", 0)
    found = _found(request, kind)
    counted = request.headers.get("Include-Count", "true").lower() == "true"
    more, less = offset + limit < len(found) and limit, offset > 0
    return _json(
        {
            "count": len(found) if counted else None,
            "results": [render(one) for one in found[offset : offset + limit]],
            "next": str(request.url.update_query(offset=offset + limit, limit=limit)) if more else None,
            "previous": str(request.url.update_query(offset=max(0, offset - limit), limit=limit)) if less else None,
        }
    )


def _check_plan(request: web.Request) -> None:
    if request.query.get("plan_id", "current") != "current":
        raise bad_parameter("Only the current plan can be queried.")


def _scope(request: web.Request, default: Scope) -> Scope:
    text = request.headers.get("scope")
    if text is None:
        return default
    try:
        return Scope[text]
    except KeyError:
        raise bad_parameter("scope is not one of the known scopes.") from None


async def list_jobs(request: web.Request) -> web.Response:
    """GET /plan/job."""
    now, scope = request[MOMENT][1], _scope(request, Scope.WHOLE_NO_DEPENDENCIES)
    return _page(request, JOBS, lambda job: job_json(job, now, scope))


async def list_streams(request: web.Request) -> web.Response:
    """GET /plan/jobstream."""
    now, scope = request[MOMENT][1], _scope(request, Scope.WHOLE_NO_DEPENDENCIES)
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


def _one(request: web.Request, kind: ObjectType[Object]) -> Object:
    if request.query.get("plan_id", "current") != "current":
        raise unknown(request.query["plan_id"])
    identity = request.match_info["id"]
    found = kind.by_id(request[MOMENT][0], identity)
    if found is None:
        raise unknown(f"{kind.word} {identity}")
    if not request[RIGHTS].may_display(kind.folder(found)):
        raise forbidden(request[RIGHTS].user, f"{kind.word} {identity}")
    return found


async def get_job(request: web.Request) -> web.Response:
    """GET /plan/job/{id}."""
    return _json(job_json(_one(request, JOBS), request[MOMENT][1], Scope.WHOLE))


async def get_stream(request: web.Request) -> web.Response:
    """GET /plan/jobstream/{id}."""
    return _json(stream_json(_one(request, STREAMS), request[MOMENT][1], Scope.WHOLE))


async def get_workstation(request: web.Request) -> web.Response:
    """GET /plan/workstation/{id}."""
    return _json(workstation_json(_one(request, WORKSTATIONS)))


async def get_resource(request: web.Request) -> web.Response:
    """GET /plan/resource/{id}."""
    return _json(resource_json(_one(request, RESOURCES)))


def _count(request: web.Request, kind: ObjectType[Object], groups: dict[str, Callable[[Object], str]]) -> web.Response:
    """The number of objects, also per group: with several groupings the key joins their values by a comma, in order."""
    _check_plan(request)
    found = _found(request, kind)
    wanted = [name for name in request.query.get("grouping_filters", "").split(",") if name]
    unknown_names = [name for name in wanted if name not in groups]
    if unknown_names:
        raise bad_parameter(f"grouping_filters knows {', '.join(groups)}.")
    counted = Counter(",".join(groups[name](one) for name in wanted) for one in found) if wanted else {}
    return _json({"count": len(found), "groupedCount": counted})


async def count_jobs(request: web.Request) -> web.Response:
    """GET /plan/job/count."""
    groups: dict[str, Callable[[Job], str]] = {
        "workstation": lambda job: job.workstation.key,
        "status": common_status,
        "folder": lambda job: job.stream.folder,
    }
    return _count(request, JOBS, groups)


async def count_streams(request: web.Request) -> web.Response:
    """GET /plan/jobstream/count."""
    now = request[MOMENT][1]
    groups: dict[str, Callable[[Stream], str]] = {
        "workstation": lambda stream: stream.workstation.key,
        "status": lambda stream: stream_common_status(stream, now),
        "folder": lambda stream: stream.folder,
    }
    return _count(request, STREAMS, groups)
