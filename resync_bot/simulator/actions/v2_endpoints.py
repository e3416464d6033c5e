"""The operations of the REST API V2 that change the plan, each a handler.

Paths, bodies and codes after WA_API3_v2.json 10.1.0.1; rerun by the id of a job exists since 10.2 (read 2026-11-23).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from aiohttp import web

from resync_bot.simulator import parameters
from resync_bot.simulator.actions.legal import Verb, allows, allows_rerun, permission
from resync_bot.simulator.actions.operations import Operations
from resync_bot.simulator.actions.rerunning import RerunDetails
from resync_bot.simulator.actions.submitting import AliasTakenError
from resync_bot.simulator.bodies import json_object
from resync_bot.simulator.catalogue import JOBS, PROMPTS, RESOURCES, STREAMS, WORKSTATIONS
from resync_bot.simulator.endpoints import json_response
from resync_bot.simulator.parameters import PLAN, SIMULATOR, permit
from resync_bot.simulator.plan import Job, Plan, Stream, Workstation
from resync_bot.simulator.refusals import (
    alias_taken,
    bad_parameter,
    incorrect_state,
    no_such_run,
    not_found,
    unknown,
)
from resync_bot.simulator.v1.wire import INSTANCES

HIGHEST_PRIORITY = 101
MOST_UNITS = 1024
Known = TypeVar("Known")


def routes(base: str) -> list[web.RouteDef]:
    """All of them. Literal paths before those with an id."""
    routes = [
        web.post(f"{base}/plan/job/submit-ad-hoc-job", submit_command),
        web.post(f"{base}/plan/job/submit", submit_job),
        web.post(f"{base}/plan/jobstream/submit", submit_stream),
        web.put(f"{base}/plan/job/run/{{id}}/action/rerun", rerun_run),
        web.put(f"{base}/plan/prompt/{{id}}/action/reply", reply),
        web.put(f"{base}/plan/resource/{{id}}/action/update-quantity", update_quantity),
        web.put(f"{base}/plan/workstation/{{id}}/action/update-limit", update_limit),
        web.put(f"{base}/plan/workstation/{{id}}/action/update-fence", update_fence),
    ]
    routes += [web.put(f"{base}/plan/workstation/{{id}}/action/{verb}", partial(switch, verb)) for verb in _SWITCHES]
    routes += [web.put(f"{base}/plan/job/{{id}}/action/{verb}", partial(act_on_job, verb)) for verb in Verb]
    routes += [
        web.put(f"{base}/plan/jobstream/{{id}}/action/{verb}", partial(act_on_stream, verb)) for verb in _ON_STREAMS
    ]
    return routes


_SWITCHES = ("link", "unlink", "start", "stop")
_ON_JOBS: dict[Verb, Callable[[Operations, Job], None]] = {
    Verb.CANCEL: partial(Operations.cancel, pending=False),
    Verb.CANCEL_PENDING: partial(Operations.cancel, pending=True),
    Verb.CONFIRM_ABEND: partial(Operations.confirm, succeeded=False),
    Verb.CONFIRM_SUCC: partial(Operations.confirm, succeeded=True),
    Verb.HOLD: Operations.hold,
    Verb.KILL: Operations.kill,
    Verb.RELEASE: Operations.release,
    Verb.RELEASE_ALL_DEPENDENCIES: Operations.release_dependencies,
}
_ON_STREAMS: dict[Verb, Callable[[Operations, Stream], None]] = {
    Verb.CANCEL: partial(Operations.cancel, pending=False),
    Verb.CANCEL_PENDING: partial(Operations.cancel, pending=True),
    Verb.HOLD: Operations.hold,
    Verb.RELEASE: Operations.release,
    Verb.RELEASE_ALL_DEPENDENCIES: Operations.release_dependencies,
}


async def act_on_job(verb: Verb, request: web.Request) -> web.Response:
    """PUT /plan/job/{id}/action/..."""
    body = await json_object(request)
    job = parameters.one(request, JOBS)
    permit(request, permission(verb), f"job {job.key}")
    if verb is Verb.RERUN:
        _rerun(request, job, body)
        return _done(request, "job", job.id)
    if not allows(job, verb):
        raise incorrect_state(job.key)
    if verb is Verb.UPDATE_PRIORITY:
        orders, priority = request.app[SIMULATOR].orders, _number(request, "priority", HIGHEST_PRIORITY)
        orders.give(partial(orders.operations.set_priority, job, priority))
    else:
        orders = request.app[SIMULATOR].orders
        orders.give(partial(_ON_JOBS[verb], orders.operations, job))
    return _done(request, "job", job.id)


async def act_on_stream(verb: Verb, request: web.Request) -> web.Response:
    """PUT /plan/jobstream/{id}/action/..."""
    await json_object(request)
    stream = parameters.one(request, STREAMS)
    permit(request, permission(verb), f"job stream {stream.key}")
    if stream.succeeded:
        raise incorrect_state(stream.key)
    orders = request.app[SIMULATOR].orders
    orders.give(partial(_ON_STREAMS[verb], orders.operations, stream))
    return _done(request, "jobstream", stream.id)


async def rerun_run(request: web.Request) -> web.Response:
    """PUT /plan/job/run/{id}/action/rerun."""
    body = await json_object(request)
    run = request[PLAN].runs_by_id.get(request.match_info["id"])
    if run is None:
        raise no_such_run("match the provided key")
    parameters.allow(request, run.job.stream.folder, f"job {run.job.key}")
    permit(request, permission(Verb.RERUN), f"job {run.job.key}")
    _rerun(request, run.job, body)
    return _done(request, "job", run.job.id)


async def reply(request: web.Request) -> web.Response:
    """PUT /plan/prompt/{id}/action/reply."""
    body = await json_object(request)
    if not isinstance(body.get("answer"), bool):
        raise bad_parameter("answer must be true or false.")
    prompt = parameters.one(request, PROMPTS)
    permit(request, "REPLY", f"prompt {prompt.spec.name}")
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.reply, prompt, yes=body["answer"]))
    return _done(request, "prompt", prompt.id)


async def update_quantity(request: web.Request) -> web.Response:
    """PUT /plan/resource/{id}/action/update-quantity."""
    await json_object(request)
    resource = parameters.one(request, RESOURCES)
    permit(request, "RESOURCE", f"resource {resource.key}")
    orders, quantity = request.app[SIMULATOR].orders, _number(request, "quantity", MOST_UNITS)
    orders.give(partial(orders.operations.set_quantity, resource, quantity))
    return _done(request, "resource", resource.id)


async def update_limit(request: web.Request) -> web.Response:
    """PUT /plan/workstation/{id}/action/update-limit."""
    workstation = await _workstation(request, "LIMIT")
    orders, limit = request.app[SIMULATOR].orders, _number(request, "limit", MOST_UNITS)
    orders.give(partial(orders.operations.set_limit, workstation, limit))
    return _done(request, "workstation", workstation.id)


async def update_fence(request: web.Request) -> web.Response:
    """PUT /plan/workstation/{id}/action/update-fence: its parameter is called priority."""
    workstation = await _workstation(request, "FENCE")
    orders, fence = request.app[SIMULATOR].orders, _number(request, "priority", HIGHEST_PRIORITY)
    orders.give(partial(orders.operations.set_fence, workstation, fence))
    return _done(request, "workstation", workstation.id)


async def switch(verb: str, request: web.Request) -> web.Response:
    """PUT /plan/workstation/{id}/action/ link, unlink, start or stop."""
    workstation = await _workstation(request, verb.upper())
    orders = request.app[SIMULATOR].orders
    if verb in ("link", "unlink"):
        orders.give(partial(orders.operations.link, workstation, linked=verb == "link"))
    else:
        orders.give(partial(orders.operations.start, workstation, started=verb == "start"))
    return _done(request, "workstation", workstation.id)


async def submit_stream(request: web.Request) -> web.Response:
    """POST /plan/jobstream/submit."""
    body = await json_object(request)
    _variables(body, "parameters")
    known = {(one.folder, one.name, one.workstation.key): one for one in parameters.selected(request, STREAMS)}
    permit(request, "SUBMITDB", "job stream")
    submitting = request.app[SIMULATOR].orders.submitting
    alias, at, priority = _text(body, "alias"), _moment(body, "earliestDate"), _priority(body)
    with _answered_if_taken():
        return _submitted(
            [
                submitting.stream(one.spec, alias=alias, at=at, priority=priority).id
                for one in _at_most(request, list(known.values()), "job stream")
            ]
        )


async def submit_job(request: web.Request) -> web.Response:
    """POST /plan/job/submit: without the id of a job stream, into JOBS of the job's workstation."""
    body = await json_object(request)
    _variables(body, "parameters")
    known = {(one.stream.folder, one.name, one.workstation.key): one for one in parameters.selected(request, JOBS)}
    permit(request, "SUBMITDB", "job")
    identity = _text(body, "jobStreamId")
    into = None if identity is None else request[PLAN].streams_by_id.get(identity)
    if identity is not None and into is None:
        raise not_found("job stream", identity)
    submitting = request.app[SIMULATOR].orders.submitting
    alias, at, priority = _text(body, "alias"), _moment(body, "earliestDate"), _priority(body)
    with _answered_if_taken():
        return _submitted(
            [
                submitting.job(
                    one.spec, into or submitting.ad_hoc_stream(one.workstation), alias=alias, at=at, priority=priority
                ).id
                for one in _at_most(request, list(known.values()), "job")
            ]
        )


async def submit_command(request: web.Request) -> web.Response:
    """POST /plan/job/submit-ad-hoc-job. The answer is a key of names, by which nothing can be asked for again."""
    body = await json_object(request)
    _variables(body, "parameters")
    workstation = _by_key(request[PLAN], str(body.get("workstationKey", "")))
    permit(request, "SUBMIT", f"workstation {workstation.key}")
    task = body.get("task")
    details = next(iter(task.values()), None) if isinstance(task, dict) else None
    command, login = (details.get(name) if isinstance(details, dict) else None for name in ("taskString", "userName"))
    if not isinstance(command, str) or not isinstance(login, str):
        raise bad_parameter("task must have a taskString and a userName.")
    submitting = request.app[SIMULATOR].orders.submitting
    with _answered_if_taken():
        job = submitting.command(workstation, command, login, alias=_text(body, "alias"), priority=_priority(body))
    return json_response({"id": f"{workstation.name};{job.stream.name};{job.name}"})


@contextmanager
def _answered_if_taken() -> Iterator[None]:
    try:
        yield
    except AliasTakenError as taken:
        raise alias_taken(str(taken)) from taken


def _rerun(request: web.Request, job: Job, body: Mapping[str, Any]) -> None:
    information = body.get("successorsInfo") or body.get("successorsInformation") or {}
    ids = information.get("successorsIds") or ()
    successors = [request[PLAN].jobs_by_id.get(str(one)) for one in ids]
    if None in successors:
        raise bad_parameter("successorsIds must be ids of jobs in the plan.")
    details = _details(request, job, body)
    permit(request, details.permission, f"job {job.key}")
    if not allows_rerun(job, from_another=details.is_from_another):
        raise incorrect_state(job.key)
    again = [one for one in successors if one is not None]
    orders = request.app[SIMULATOR].orders
    orders.give(partial(orders.operations.rerun, job, details, successors=again))


def _details(request: web.Request, job: Job, body: Mapping[str, Any]) -> RerunDetails:
    """RerunDetailsV2 but for the successors. Another definition is known by its id alone."""
    if body.keys() & {"jobDefinitionDbKey", "jobDefinitionInPlan"} or body.get("rerunJobOnTermination"):
        raise bad_parameter("A rerun by the key of a definition, of a changed one, or at the end is not simulated.")
    _variables(body, "variables")
    identity = _text(body, "jobDefinitionDbIdentifier")
    instead = None if identity is None else request.app[INSTANCES].defined(request[PLAN], identity)
    if identity is not None and instead is None:
        raise not_found("job definition", identity)
    return RerunDetails.of(
        job,
        instead,
        login=_text(body, "userLogin"),
        step=_text(body, "stepName"),
        priority=_priority(body),
        at=None if body.get("asap") is True else _moment(body, "startTime"),
        same_workstation=body.get("rerunJobOnSameWorkstation") is True,
    )


def _variables(body: Mapping[str, Any], name: str) -> None:
    """They are read, and mean nothing to the commands of this engine. Raises a 400."""
    given = body.get(name, {})
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise bad_parameter(f"{name} must be texts by their names.")


async def _workstation(request: web.Request, keyword: str) -> Workstation:
    await json_object(request)
    workstation = parameters.one(request, WORKSTATIONS)
    permit(request, keyword, f"workstation {workstation.key}")
    return workstation


def _by_key(plan: Plan, key: str) -> Workstation:
    found = next((one for one in plan.workstations if one.key == key), None)
    if found is None:
        raise bad_parameter(f"The workstation {key} is not in the plan.")
    return found


def _at_most(request: web.Request, known: list[Known], word: str) -> list[Known]:
    """The definitions, unless they are more than may be affected: one, without the parameter."""
    if not known:
        raise unknown(f"{word} of the filter")
    most = parameters.integer(request, "max_object_affected", 1)
    if len(known) > most:
        raise bad_parameter(f"The filter selects {len(known)} objects, max_object_affected is {most}.")
    return known


def _number(request: web.Request, name: str, most: int) -> int:
    number = parameters.integer(request, name, -1)
    if not 0 <= number <= most:
        raise bad_parameter(f"{name} must be a number from 0 to {most}.")
    return number


def _priority(body: Mapping[str, Any]) -> int | None:
    priority = body.get("priority")
    if priority is None:
        return None
    if not isinstance(priority, int) or not 0 <= priority <= HIGHEST_PRIORITY:
        raise bad_parameter(f"priority must be a number from 0 to {HIGHEST_PRIORITY}.")
    return priority


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise bad_parameter(f"{name} must be a text.")
    return value or None


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(body, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_parameter(f"{name} is not an instant.") from None
    if moment.tzinfo is None:
        raise bad_parameter(f"{name} has no time zone.")
    return moment


def _done(request: web.Request, word: str, identity: str) -> web.Response:
    """An action by id answers where the object is to be found, before anything has happened."""
    url = f"{request.url.origin()}/twsd/api/v2/plan/{word}/{quote(identity, safe='')}"
    return json_response({"id": identity, "url": url})


def _submitted(ids: list[str]) -> web.Response:
    return json_response(
        {
            "successfulResourceResponses": [{"id": identity, "error": False} for identity in ids],
            "failedResourceResponses": [],
        }
    )
