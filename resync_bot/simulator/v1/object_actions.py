"""What V1 does to prompts, resources and workstations."""

from functools import partial

from aiohttp import web

from resync_bot.simulator.bodies import json_body, json_object
from resync_bot.simulator.faults import Handler
from resync_bot.simulator.parameters import SIMULATOR, permit
from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.v1.conditions import number_of
from resync_bot.simulator.v1.endpoints import prompt_of, resource_of, workstation_of
from resync_bot.simulator.v1.wire import accepted

MOST_UNITS = 1024
HIGHEST_FENCE = 101
_SWITCHES = ("link", "unlink", "start", "stop")


def routes() -> list[tuple[str, str, Handler]]:
    """Method, path below the plan, handler."""
    return [
        ("PUT", "/prompt/{id}/action/reply", reply),
        ("PUT", "/resource/{id}", update_resource),
        ("PUT", "/workstation/{id}/action/update_limit", update_limit),
        ("PUT", "/workstation/{id}/action/update_fence", update_fence),
        *(("PUT", f"/workstation/{{id}}/action/{verb}", partial(switch, verb)) for verb in _SWITCHES),
    ]


async def reply(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/prompt/{id}/action/reply: the answer is the header `Answer`, true or false."""
    await json_body(request)
    said = request.headers.get("Answer", "").lower()
    if said not in ("true", "false"):
        raise bad_parameter("The header Answer must be true or false.")
    prompt = prompt_of(request)
    permit(request, "REPLY", f"prompt {prompt.spec.name}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.reply, prompt, yes=said == "true"))
    return accepted(request)


async def update_resource(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/resource/{id} with a ResourceInPlan: its `quantityDefined` is what changes."""
    units = _within("quantityDefined", (await json_object(request)).get("quantityDefined"), MOST_UNITS)
    resource = resource_of(request)
    permit(request, "RESOURCE", f"resource {resource.key}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.set_quantity, resource, units))
    return accepted(request)


async def update_limit(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/workstation/{id}/action/update_limit: the body is the number."""
    limit = _within("The limit", await json_body(request), MOST_UNITS)
    workstation = workstation_of(request)
    permit(request, "LIMIT", f"workstation {workstation.key}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.set_limit, workstation, limit))
    return accepted(request)


async def update_fence(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/workstation/{id}/action/update_fence: the body is the number."""
    fence = _within("The fence", await json_body(request), HIGHEST_FENCE)
    workstation = workstation_of(request)
    permit(request, "FENCE", f"workstation {workstation.key}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.set_fence, workstation, fence))
    return accepted(request)


async def switch(verb: str, request: web.Request) -> web.Response:
    """PUT /plan/{planId}/workstation/{id}/action/...: link (which alone answers 200), unlink, start or stop."""
    await json_body(request)
    workstation = workstation_of(request)
    permit(request, verb.upper(), f"workstation {workstation.key}")
    orders = request.app[SIMULATOR].orders
    if verb in ("link", "unlink"):
        orders.give(partial(orders.operations.link, workstation, linked=verb == "link"))
    else:
        orders.give(partial(orders.operations.start, workstation, started=verb == "start"))
    return accepted(request, 200 if verb == "link" else 202)


def _within(name: str, value: object, most: int) -> int:
    number = number_of(name, value)
    if not 0 <= number <= most:
        raise bad_parameter(f"{name} must be a number from 0 to {most}.")
    return number
