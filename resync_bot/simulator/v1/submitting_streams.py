"""How V1 puts a defined job stream into the plan: as it is in one step, or changed in two.

In two steps: `make_jobstream` makes a JobStreamInPlan, which is then sent back, perhaps changed, to `submit_jobstream`.
Of what can be changed its priority and its earliest start count here. What is submitted is scheduled now, whatever
`inputArrivalTime` says.
"""

from datetime import datetime

from aiohttp import web

from resync_bot.simulator.actions.submitting import AliasTakenError
from resync_bot.simulator.bodies import as_object, json_object
from resync_bot.simulator.faults import Handler
from resync_bot.simulator.parameters import PLAN, SIMULATOR, permit
from resync_bot.simulator.plan import Stream
from resync_bot.simulator.refusals import alias_taken, not_found
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.bodies import check_variables, priority_in, text_in
from resync_bot.simulator.v1.conditions import moment_of, text_of
from resync_bot.simulator.v1.ids import stream_id, stream_model_id
from resync_bot.simulator.v1.keys import workstation_key
from resync_bot.simulator.v1.model import stream_defined_by
from resync_bot.simulator.v1.submitting import starting_at
from resync_bot.simulator.v1.wire import answer, encoding


def routes() -> list[tuple[str, str, Handler]]:
    """Method, path below the plan, handler."""
    return [
        ("POST", "/jobstream/action/submit_jobstream", submit_made_stream),
        ("POST", "/jobstream/{id}/action/make_jobstream", make_stream),
        ("POST", "/jobstream/{id}/action/submit_jobstream", submit_stream),
    ]


async def submit_stream(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/{modelId}/action/submit_jobstream: 200 and the ids of what is now in the plan."""
    given = await json_object(request)
    defined = _defined(request, request.match_info["id"])
    check_variables(given)
    moment_of(given, "inputArrivalTime")
    return _submitted(request, defined, text_in(given, "alias"), at=None, priority=None)


async def make_stream(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/{modelId}/action/make_jobstream: 200 and a JobStreamInPlan, in no plan yet."""
    given = await json_object(request)
    defined = _defined(request, request.match_info["id"])
    check_variables(given, "parameterMap")
    moment_of(given, "inputArrivalTime")
    alias = text_in(given, "alias")
    told: Json = {
        "key": {"name": alias or defined.name, "workstationKey": workstation_key(defined.workstation)},
        "originalJobStreamName": defined.name,
        "aliasJobStreamName": alias,
        "jobStreamModelId": stream_model_id(defined),
        "workstation": workstation_key(defined.workstation),
        "folderName": defined.folder,
        "limit": defined.spec.limit,
        "carryForward": defined.spec.carry_forward,
        "priority": defined.spec.priority,
        "timeRestriction": {"startTime": None, "untilTime": None, "deadlineTime": None, "timeDependent": False},
    }
    return answer(request, told)


async def submit_made_stream(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/action/submit_jobstream with a `jobstream` that was made before."""
    given = await json_object(request)
    asked = as_object(given.get("jobstream", {}), "jobstream")
    defined = _defined(request, text_of("jobStreamModelId", asked.get("jobStreamModelId")))
    check_variables(given)
    alias = text_in(given, "alias") or text_in(asked, "aliasJobStreamName")
    return _submitted(request, defined, alias, at=starting_at(asked), priority=priority_in(asked))


def _submitted(
    request: web.Request, defined: Stream, alias: str | None, *, at: datetime | None, priority: int | None
) -> web.Response:
    submitting = request.app[SIMULATOR].orders.submitting
    try:
        stream = submitting.stream(defined.spec, alias=alias, at=at, priority=priority)
    except AliasTakenError as taken:
        raise alias_taken(str(taken)) from taken
    return answer(request, [encoding(request)(stream_id(stream))])


def _defined(request: web.Request, identity: str) -> Stream:
    """A stream of the plan that the definition defines. Raises a 404 or 403."""
    defined = stream_defined_by(request[PLAN], identity)
    if defined is None:
        raise not_found("job stream definition", identity)
    permit(request, "SUBMITDB", f"job stream {defined.name}")
    return defined
