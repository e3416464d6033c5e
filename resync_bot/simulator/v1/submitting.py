"""How V1 puts more into the plan: a defined stream; a defined job in two steps; a command that nobody defined.

In two steps: `submit_job` makes a JobInPlan out of a definition, which is then sent back, perhaps changed, to
`submit_ad_hoc_job`. What is submitted is scheduled now, whatever `inputArrivalTime` says; variables are read, and mean
nothing to the commands of this engine.
"""

from dataclasses import replace

from aiohttp import web

from resync_bot.simulator.actions.submitting import AliasTakenError
from resync_bot.simulator.bodies import as_object, json_object
from resync_bot.simulator.faults import Handler
from resync_bot.simulator.parameters import PLAN, SIMULATOR, permit
from resync_bot.simulator.plan import Job, Stream, Workstation
from resync_bot.simulator.refusals import alias_taken, bad_parameter, not_found
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.conditions import moment_of, text_of
from resync_bot.simulator.v1.endpoints import stream_of
from resync_bot.simulator.v1.ids import found_by, run_id, stream_id, workstation_id
from resync_bot.simulator.v1.jobs import definition_json, time_restriction
from resync_bot.simulator.v1.keys import stream_key, workstation_key
from resync_bot.simulator.v1.model import stream_defined_by
from resync_bot.simulator.v1.wire import INSTANCES, answer, encoding


def routes() -> list[tuple[str, str, Handler]]:
    """Method, path below the plan, handler."""
    return [
        ("POST", "/job/action/submit_ad_hoc_job", submit_ad_hoc_job),
        ("POST", "/jobstream/{id}/action/submit_job", make_job),
        ("POST", "/jobstream/{id}/action/submit_jobstream", submit_stream),
    ]


async def submit_stream(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/{modelId}/action/submit_jobstream: 200 and the ids of what is now in the plan."""
    given = await json_object(request)
    defined = stream_defined_by(request[PLAN], request.match_info["id"])
    if defined is None:
        raise not_found("job stream definition", request.match_info["id"])
    permit(request, "SUBMITDB", f"job stream {defined.name}")
    _check_variables(given)
    moment_of(given, "inputArrivalTime")
    alias = _text(given, "alias")
    try:
        stream = request.app[SIMULATOR].orders.submitting.stream(defined.spec, alias=alias, at=None, priority=None)
    except AliasTakenError as taken:
        raise alias_taken(str(taken)) from taken
    return answer(request, [encoding(request)(stream_id(stream))])


async def make_job(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/{id}/action/submit_job: 200 and a JobInPlan, which is in no plan yet."""
    given = await json_object(request)
    stream = stream_of(request)
    identity = text_of("jobDefinitionId", given.get("jobDefinitionId"))
    job = request.app[INSTANCES].defined(request[PLAN], identity)
    if job is None:
        raise not_found("job definition", identity)
    permit(request, "SUBMITDB", f"job {job.name}")
    _check_variables(given)
    encode = encoding(request)
    told: Json = {
        "name": _text(given, "alias") or job.name,
        "jobDefinition": definition_json(job),
        "jobDefinitionId": identity,
        "workstationInPlan": workstation_key(job.workstation),
        "jobStreamInPlan": stream_key(stream, encode),
        "jobStreamId": encode(stream_id(stream)),
        "priority": stream.priority,
        "timeRestriction": time_restriction(job) | {"startTime": None, "timeDependent": False},
        "aliased": _text(given, "alias") is not None,
    }
    return answer(request, told)


async def submit_ad_hoc_job(request: web.Request) -> web.Response:
    """POST /plan/{planId}/job/action/submit_ad_hoc_job: 201 and the id of the job, which is in the plan now.

    The job is of a definition (`jobDefinitionId`) and goes into its stream, or it is a command of its own, which goes
    into the stream JOBS of its workstation.
    """
    given = await json_object(request)
    asked = as_object(given.get("job", {}), "job")
    _check_variables(given)
    alias = _text(given, "alias")
    try:
        if "jobDefinitionId" in asked:
            job = _submit_defined(request, asked, alias)
        else:
            job = _submit_command(request, asked, alias)
    except AliasTakenError as taken:
        raise alias_taken(str(taken)) from taken
    return answer(request, {"id": encoding(request)(run_id(job.run))}, 201)


def _submit_defined(request: web.Request, asked: Json, alias: str | None) -> Job:
    identity = text_of("jobDefinitionId", asked["jobDefinitionId"])
    defined = request.app[INSTANCES].defined(request[PLAN], identity)
    if defined is None:
        raise not_found("job definition", identity)
    permit(request, "SUBMITDB", f"job {defined.name}")
    spec = replace(defined.spec, workstation=defined.workstation.name)
    name = alias or _text(asked, "name")
    return request.app[SIMULATOR].orders.submitting.job(
        spec, _stream(request, asked), alias=name, at=None, priority=None
    )


def _submit_command(request: web.Request, asked: Json, alias: str | None) -> Job:
    definition = as_object(asked.get("jobDefinition", {}), "jobDefinition")
    command, login = _text(definition, "taskString"), _text(definition, "userLogin")
    if command is None or login is None:
        raise bad_parameter("jobDefinition must have a taskString and a userLogin.")
    workstation = _workstation(request, asked, definition)
    permit(request, "SUBMIT", f"workstation {workstation.key}")
    name = alias or _text(asked, "name")
    return request.app[SIMULATOR].orders.submitting.command(workstation, command, login, alias=name, priority=None)


def _stream(request: web.Request, asked: Json) -> Stream:
    identity = text_of("jobStreamId", asked.get("jobStreamId"))
    stream = request.app[INSTANCES].stream(request[PLAN], identity)
    if stream is None:
        raise not_found("job stream", identity)
    return stream


def _workstation(request: web.Request, asked: Json, definition: Json) -> Workstation:
    """By the key that the job has, or its definition."""
    inside = as_object(definition.get("jobDefinitionInPlanKey", {}), "jobDefinitionInPlanKey")
    key = as_object(asked.get("workstationInPlan") or inside.get("workstationInPlanKey") or {}, "workstationInPlan")
    key = as_object(key.get("key", key), "workstationInPlan")
    name = text_of("name of the workstation", key.get("name"))
    folder = as_object(key.get("folderKey", {}), "folderKey").get("name", "/")
    plan = request[PLAN]
    path = name if folder == "/" else f"{folder}/{name}"
    found = found_by(path, {workstation_id(one): one for one in plan.workstations}.get)
    if found is None:
        raise not_found("workstation", path)
    return found


def _check_variables(given: Json) -> None:
    table = given.get("variableTable", [])
    if not isinstance(table, list) or not all(
        isinstance(one, dict) and isinstance(one.get("key"), str) and isinstance(one.get("value"), str) for one in table
    ):
        raise bad_parameter("variableTable must be a list of key and value.")


def _text(given: Json, name: str) -> str | None:
    value = given.get(name)
    return None if value in (None, "") else text_of(name, value)
