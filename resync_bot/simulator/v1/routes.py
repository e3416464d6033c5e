"""The paths of V1."""

from aiohttp import web

from resync_bot.simulator.faults import Handler
from resync_bot.simulator.v1 import (
    actions,
    critical_endpoints,
    endpoints,
    engine_endpoints,
    job_endpoints,
    model,
    object_actions,
    submitting,
    submitting_streams,
)
from resync_bot.simulator.v1.wire import choose_plan

BASE = "/twsd"
_PLAN = "/plan/{planId}"

_ACTIONS = (*submitting.routes(), *submitting_streams.routes(), *actions.routes(), *object_actions.routes())

# Literal paths before those with an id: the first that fits is taken.
_ROUTES = (
    ("GET", "/engine/info", engine_endpoints.engine_info),
    ("GET", "/engine/mailbox_fill_percentage", engine_endpoints.mailbox_fill_percentage),
    ("POST", "/plan/query", engine_endpoints.query_plans),
    ("POST", f"{_PLAN}/job/query", endpoints.JOBS.query),
    ("POST", f"{_PLAN}/job/query_next", endpoints.JOBS.query_next),
    ("POST", f"{_PLAN}/job/count", job_endpoints.count_jobs),
    ("POST", f"{_PLAN}/job/issues", job_endpoints.job_issues),
    ("GET", f"{_PLAN}/job/{{id}}", job_endpoints.get_job),
    ("GET", f"{_PLAN}/job/{{id}}/joblog", job_endpoints.job_log_page),
    ("GET", f"{_PLAN}/job/{{id}}/predecessors", job_endpoints.job_predecessors),
    ("GET", f"{_PLAN}/job/{{id}}/jobsuccessors/preview", job_endpoints.successors_preview),
    ("GET", f"{_PLAN}/job/{{id}}/critical_successors", job_endpoints.critical_successors),
    ("POST", f"{_PLAN}/jobstream/query", endpoints.STREAMS.query),
    ("POST", f"{_PLAN}/jobstream/query_next", endpoints.STREAMS.query_next),
    ("GET", f"{_PLAN}/jobstream/{{id}}", endpoints.get_stream),
    ("POST", f"{_PLAN}/workstation/query", endpoints.WORKSTATIONS.query),
    ("POST", f"{_PLAN}/workstation/query_next", endpoints.WORKSTATIONS.query_next),
    ("GET", f"{_PLAN}/workstation/{{id}}", endpoints.get_workstation),
    ("POST", f"{_PLAN}/prompt/query", endpoints.PROMPTS.query),
    ("POST", f"{_PLAN}/prompt/query_next", endpoints.PROMPTS.query_next),
    ("GET", f"{_PLAN}/prompt/{{id}}", endpoints.get_prompt),
    ("POST", f"{_PLAN}/resource/query", endpoints.RESOURCES.query),
    ("POST", f"{_PLAN}/resource/query_next", endpoints.RESOURCES.query_next),
    ("GET", f"{_PLAN}/resource/{{id}}", endpoints.get_resource),
    ("POST", f"{_PLAN}/file/query", endpoints.FILE_LISTING.query),
    ("POST", f"{_PLAN}/file/query_next", endpoints.FILE_LISTING.query_next),
    ("GET", f"{_PLAN}/file/{{id}}", endpoints.get_file),
    ("POST", f"{_PLAN}/domain/query", endpoints.DOMAINS.query),
    ("POST", f"{_PLAN}/domain/query_next", endpoints.DOMAINS.query_next),
    ("GET", f"{_PLAN}/domain/{{id}}", endpoints.get_domain),
    ("POST", f"{_PLAN}/criticaljob/query", critical_endpoints.query_critical_jobs),
    ("POST", f"{_PLAN}/criticaljob/query_next", critical_endpoints.query_next_critical_jobs),
    ("POST", f"{_PLAN}/criticaljob/summary_info", critical_endpoints.summary_info),
    ("POST", f"{_PLAN}/criticaljob/{{id}}/query_predecessors_chain", critical_endpoints.predecessors_chain),
    *((method, _PLAN + path, handler) for method, path, handler in _ACTIONS),
    ("POST", "/model/jobdefinition/header/query", model.job_definitions),
    ("POST", "/model/jobstream/header/query", model.job_streams),
    ("POST", "/model/workstation/header/query", model.workstations),
    ("POST", "/model/variabletable/header/query", model.variable_tables),
    ("GET", "/model/jobdefinition/{id}", model.get_job_definition),
    ("GET", "/model/jobstream/{id}", model.get_job_stream),
    ("GET", "/model/workstation/{id}", model.get_workstation),
)


def routes() -> list[web.RouteDef]:
    """All of them."""
    return [web.route(method, BASE + path, _in_its_plan(path, handler)) for method, path, handler in _ROUTES]


def _in_its_plan(path: str, handler: Handler) -> Handler:
    if not path.startswith(_PLAN):
        return handler

    async def handle(request: web.Request) -> web.StreamResponse:
        choose_plan(request)
        return await handler(request)

    return handle
