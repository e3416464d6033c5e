"""The REST API over HTTP, V2 and V1: routes, admission, refusals.

The `Date` header of every answer carries the virtual time of the engine: clients take its clock from there.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime

from aiohttp import web

from resync_bot.simulator import endpoints, joblog_endpoints
from resync_bot.simulator.access import Accounts
from resync_bot.simulator.actions import v2_endpoints
from resync_bot.simulator.archive import Archive
from resync_bot.simulator.faults import FaultSwitch, Handler, fault_middleware
from resync_bot.simulator.parameters import NOW, PLAN, RIGHTS, SIMULATOR
from resync_bot.simulator.refusals import RefusedError, not_allowed, plan_is_switched, unauthorised, unknown
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.switchboard import PATH as SWITCHBOARD
from resync_bot.simulator.switchboard import Switchboard
from resync_bot.simulator.v1.ids import Instances
from resync_bot.simulator.v1.routes import BASE as V1_BASE
from resync_bot.simulator.v1.routes import routes as v1_routes
from resync_bot.simulator.v1.wire import ARCHIVE, INSTANCES, ONLY_V1

BASE = "/twsd/api/v2"

# Literal paths before those with an id: the first that fits is taken.
_ROUTES = (
    ("/engine/info", endpoints.engine_info),
    ("/plan/job", endpoints.list_jobs),
    ("/plan/job/count", endpoints.count_jobs),
    ("/plan/job/issues", endpoints.job_issues),
    ("/plan/job/joblog", joblog_endpoints.job_log_of_query),
    ("/plan/job/run/{id}/joblog", joblog_endpoints.job_log_of_run),
    ("/plan/job/{id}", endpoints.get_job),
    ("/plan/job/{id}/predecessors", endpoints.job_predecessors),
    ("/plan/job/{id}/successors", endpoints.job_successors),
    ("/plan/jobstream", endpoints.list_streams),
    ("/plan/jobstream/count", endpoints.count_streams),
    ("/plan/jobstream/{id}", endpoints.get_stream),
    ("/plan/jobstream/{id}/predecessors", endpoints.stream_predecessors),
    ("/plan/jobstream/{id}/successors", endpoints.stream_successors),
    ("/plan/workstation", endpoints.list_workstations),
    ("/plan/workstation/{id}", endpoints.get_workstation),
    ("/plan/resource", endpoints.list_resources),
    ("/plan/resource/{id}", endpoints.get_resource),
    ("/plan/prompt", endpoints.list_prompts),
)


def create_app(
    simulator: Simulator, faults: FaultSwitch | None = None, *, switchboard: bool = False, only_v1: bool = False
) -> web.Application:
    """The application; `faults` lets tests order failures, and with `switchboard` everybody on this machine may.

    With `only_v1` it is an engine of 9.5, which has no V2 and does not encode ids unless it is asked to.
    """
    accounts = Accounts(simulator.settings)

    @web.middleware
    async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if switchboard and request.path.startswith(SWITCHBOARD):
            return await handler(request)
        request[PLAN], request[NOW] = simulator.moment()
        rights = accounts.sign_in(request.headers.get("Authorization"), request[NOW])
        if rights is None:
            raise unauthorised()
        request[RIGHTS] = rights
        if not simulator.answers and request.path.startswith((f"{BASE}/plan/", f"{V1_BASE}/plan/")):
            raise plan_is_switched()
        return await handler(request)

    app = web.Application(middlewares=[_refuse, admit])
    if faults is not None:
        app.middlewares.insert(0, fault_middleware(faults, (BASE, V1_BASE)))
        app.on_shutdown.append(_release(faults))
        if switchboard:
            app.router.add_routes(Switchboard(faults, simulator).routes())
    app[SIMULATOR], app[ARCHIVE], app[INSTANCES] = simulator, Archive(simulator), Instances()
    app.on_response_prepare.append(_stamp)
    app[ONLY_V1] = only_v1
    if not only_v1:
        app.router.add_routes([web.get(BASE + path, handler, allow_head=False) for path, handler in _ROUTES])
        app.router.add_routes(v2_endpoints.routes(BASE))
    app.router.add_routes(v1_routes())
    return app


def _release(faults: FaultSwitch) -> Callable[[web.Application], Awaitable[None]]:
    async def release(_: web.Application) -> None:
        faults.release()

    return release


async def _stamp(request: web.Request, response: web.StreamResponse) -> None:
    now = request.app[SIMULATOR].now()
    response.headers["Date"] = format_datetime(now.astimezone(UTC), usegmt=True)


@web.middleware
async def _refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError as refused:
        headers = {"WWW-Authenticate": 'Basic realm="engine"'} if refused.status == 401 else {}
        return _answer(refused, headers)
    except web.HTTPNotFound:
        return _answer(unknown(request.path), {})
    except web.HTTPMethodNotAllowed as error:
        return _answer(not_allowed(request.method), {"Allow": ",".join(sorted(error.allowed_methods))})


def _answer(refused: RefusedError, headers: dict[str, str]) -> web.Response:
    return endpoints.json_response(refused.body, refused.status, headers)
