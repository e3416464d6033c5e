"""What V1 does to jobs and job streams that are in the plan: PUT requests, answered with 202 before anything happens.

Codes after the API document; that a request without `Content-Type: application/json` is refused with 415, also where
it has no body, was seen on a real 10.2.8.
"""

from collections.abc import Callable
from functools import partial

from aiohttp import web

from resync_bot.simulator.actions.legal import Verb, allows, allows_rerun, permission
from resync_bot.simulator.actions.operations import Operations
from resync_bot.simulator.actions.rerunning import RerunDetails
from resync_bot.simulator.bodies import as_object, json_body, json_object
from resync_bot.simulator.faults import Handler
from resync_bot.simulator.parameters import PLAN, SIMULATOR, permit
from resync_bot.simulator.plan import Job, Stream
from resync_bot.simulator.refusals import bad_parameter, incorrect_state, not_found
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.bodies import priority_in, text_in
from resync_bot.simulator.v1.conditions import moment_of, text_of
from resync_bot.simulator.v1.endpoints import stream_of
from resync_bot.simulator.v1.ids import stream_id
from resync_bot.simulator.v1.job_endpoints import MAX_SUCCESSORS, downstream, may_rerun, run_of
from resync_bot.simulator.v1.wire import INSTANCES, accepted, answer, plan_id

_Act = Callable[[Operations, Job], None]
_ON_JOBS: dict[str, tuple[Verb, _Act]] = {
    "cancel": (Verb.CANCEL, partial(Operations.cancel, pending=False)),
    "cancelpending": (Verb.CANCEL_PENDING, partial(Operations.cancel, pending=True)),
    "confirm_abend": (Verb.CONFIRM_ABEND, partial(Operations.confirm, succeeded=False)),
    "confirm_succ": (Verb.CONFIRM_SUCC, partial(Operations.confirm, succeeded=True)),
    "hold": (Verb.HOLD, Operations.hold),
    "kill": (Verb.KILL, Operations.kill),
    "release": (Verb.RELEASE, Operations.release),
    "release_all_dependencies": (Verb.RELEASE_ALL_DEPENDENCIES, Operations.release_dependencies),
}
_ON_STREAMS: dict[str, tuple[Verb, Callable[[Operations, Stream], None]]] = {
    "cancel": (Verb.CANCEL, partial(Operations.cancel, pending=False)),
    "cancel_pending": (Verb.CANCEL_PENDING, partial(Operations.cancel, pending=True)),  # jobs spell it otherwise
    "hold": (Verb.HOLD, Operations.hold),
    "release": (Verb.RELEASE, Operations.release),
    "release_all_dependencies": (Verb.RELEASE_ALL_DEPENDENCIES, Operations.release_dependencies),
}
_TOGETHER = ("cancel", "cancel_pending")  # what can be done to several streams at once


def routes() -> list[tuple[str, str, Handler]]:
    """Method, path below the plan, handler."""
    found: list[tuple[str, str, Handler]] = [
        ("PUT", "/job/{id}", update_job),
        ("PUT", "/job/{id}/action/rerun", rerun),
        ("PUT", "/job/{id}/jobsuccessors/action/rerun", rerun_with_successors),
    ]
    found += [("PUT", f"/job/{{id}}/action/{name}", partial(act_on_job, name)) for name in _ON_JOBS]
    found += [("PUT", f"/jobstream/{{id}}/action/{name}", partial(act_on_stream, name)) for name in _ON_STREAMS]
    found += [("PUT", f"/jobstream/action/{name}", partial(act_on_streams, name)) for name in _TOGETHER]
    return found


async def act_on_job(name: str, request: web.Request) -> web.Response:
    """PUT /plan/{planId}/job/{id}/action/..."""
    await json_body(request)
    verb, act = _ON_JOBS[name]
    job = _job(request, verb)
    orders = request.app[SIMULATOR].orders
    orders.give(partial(act, orders.operations, job))
    return accepted(request)


async def rerun(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/job/{id}/action/rerun: `{}`, or RerunDetails."""
    given = await json_object(request)
    job = _permitted(request, Verb.RERUN)
    details = _details(request, job, given)
    permit(request, details.permission, f"job {job.key}")
    if not allows_rerun(job, from_another=details.is_from_another):
        raise incorrect_state(job.key)
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.rerun, job, details))
    return accepted(request)


def _details(request: web.Request, job: Job, given: Json) -> RerunDetails:
    """RerunDetails. Of a JobDefinitionInPlan its command and its user count: they replace those of the definition."""
    if given.get("rerunJobOnTermination"):
        raise bad_parameter("A rerun at the end of a run is not simulated.")
    identity = given.get("id")
    instead = None
    if identity is not None:
        instead = request.app[INSTANCES].defined(request[PLAN], text_of("id", identity))
        if instead is None:
            raise not_found("job definition", str(identity))
    changed = as_object(given.get("jobDefinitionInPlan", {}), "jobDefinitionInPlan")
    return RerunDetails.of(
        job,
        instead,
        login=text_in(changed, "userLogin"),
        command=text_in(changed, "taskString"),
        step=text_in(given, "stepName"),
        priority=priority_in(given),
        at=None if given.get("asap") is True else moment_of(given, "startTime"),
        same_workstation=given.get("rerunJobOnSameWorkstation") is True,
    )


async def rerun_with_successors(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/job/{id}/jobsuccessors/action/rerun: those that the preview shows.

    Raises a wrapped refusal if one of them is on its way, or if they are more than 1000.
    """
    await json_body(request)
    job = _job(request, Verb.RERUN)
    internal = request.query.get("internalOnly", "false").lower() == "true"
    skipped = request.app[INSTANCES].job(request[PLAN], request.query.get("toSkipJobId", ""))
    found = [one for one in downstream(job, stop_on_hold=True) if one is not skipped]
    successors = [one for one in found if one.stream is job.stream] if internal else found
    if len(successors) > MAX_SUCCESSORS or not may_rerun(successors):
        raise incorrect_state(f"A successor of {job.key}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.rerun, job, successors=successors))
    return accepted(request)


async def update_job(request: web.Request) -> web.Response:
    """PUT /plan/{planId}/job/{id} with the whole JobInPlan: this is how V1 changes the priority, and it alone here."""
    given = await json_object(request)
    priority = priority_in(given)
    job = _job(request, Verb.UPDATE_PRIORITY)
    if priority is not None and priority != job.priority:
        orders = request.app[SIMULATOR].orders
        orders.give(partial(orders.operations.set_priority, job, priority))
    return answer(request, {"id": request.match_info["id"]}, 202)


async def act_on_stream(name: str, request: web.Request) -> web.Response:
    """PUT /plan/{planId}/jobstream/{id}/action/..."""
    await json_body(request)
    _act_on(request, name, stream_of(request))
    return accepted(request)


async def act_on_streams(name: str, request: web.Request) -> web.Response:
    """PUT /plan/{planId}/jobstream/action/... with a list of ids."""
    wanted = await json_body(request)
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise bad_parameter("The body must be a list of ids.")
    for stream in [stream_of(request, one) for one in wanted]:
        _act_on(request, name, stream)
    return accepted(request)


def _act_on(request: web.Request, name: str, stream: Stream) -> None:
    _in_current_plan(request)
    verb, act = _ON_STREAMS[name]
    permit(request, permission(verb), f"job stream {stream_id(stream)}")
    if stream.succeeded:
        raise incorrect_state(stream.key)
    orders = request.app[SIMULATOR].orders
    orders.give(partial(act, orders.operations, stream))


def _job(request: web.Request, verb: Verb) -> Job:
    """The job whose id is in the path, if the user and its state allow the action. Raises a 403, 404 or 500."""
    job = _permitted(request, verb)
    if not allows(job, verb):
        raise incorrect_state(job.key)
    return job


def _permitted(request: web.Request, verb: Verb) -> Job:
    """The same whatever its state."""
    _in_current_plan(request)
    job = run_of(request).job
    permit(request, permission(verb), f"job {job.key}")
    return job


def _in_current_plan(request: web.Request) -> None:
    if plan_id(request) != "current":
        raise not_found("plan that can be changed", plan_id(request))
