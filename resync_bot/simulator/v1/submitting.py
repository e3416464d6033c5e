"""How V1 puts a job into the plan: a defined one in two steps; a command that nobody defined in one.

In two steps: `submit_job` makes a JobInPlan out of a definition, which is then sent back, perhaps changed, to
`submit_ad_hoc_job`. Of what can be changed its priority and its earliest start count here.
"""

from dataclasses import replace
from datetime import datetime

from aiohttp import web

from resync_bot.simulator.actions.submitting import AD_HOC_STREAM, AliasTakenError
from resync_bot.simulator.bodies import as_object, json_object
from resync_bot.simulator.faults import Handler
from resync_bot.simulator.parameters import PLAN, SIMULATOR, permit
from resync_bot.simulator.plan import Job, Plan, Stream, Workstation
from resync_bot.simulator.refusals import alias_taken, bad_parameter, not_found
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.bodies import check_variables, priority_in, text_in
from resync_bot.simulator.v1.conditions import moment_of, text_of
from resync_bot.simulator.v1.ids import found_by, is_named, run_id, stream_id, workstation_id
from resync_bot.simulator.v1.jobs import definition_json, time_restriction
from resync_bot.simulator.v1.keys import stream_key, workstation_key
from resync_bot.simulator.v1.wire import INSTANCES, answer, encoding

_USUAL_PRIORITY = 10


def routes() -> list[tuple[str, str, Handler]]:
    """Method, path below the plan, handler."""
    return [
        ("POST", "/job/action/submit_ad_hoc_job", submit_ad_hoc_job),
        ("POST", "/jobstream/{id}/action/submit_job", make_job),
    ]


async def make_job(request: web.Request) -> web.Response:
    """POST /plan/{planId}/jobstream/{id}/action/submit_job: 200 and a JobInPlan, which is in no plan yet.

    The id is that of a job stream in the plan, or `WORKSTATION;JOBS`, which need not be there.
    """
    given = await json_object(request)
    into = _into(request, request.match_info["id"])
    identity = text_of("jobDefinitionId", given.get("jobDefinitionId"))
    job = request.app[INSTANCES].defined(request[PLAN], identity)
    if job is None:
        raise not_found("job definition", identity)
    permit(request, "SUBMITDB", f"job {job.name}")
    check_variables(given)
    encode = encoding(request)
    usual = _USUAL_PRIORITY if isinstance(into, Workstation) else into.priority
    told: Json = {
        "name": text_in(given, "alias") or job.name,
        "jobDefinition": definition_json(job),
        "jobDefinitionId": identity,
        "workstationInPlan": workstation_key(job.workstation),
        "priority": usual if job.spec.priority is None else job.spec.priority,
        "timeRestriction": time_restriction(job) | {"startTime": None, "timeDependent": False},
        "aliased": text_in(given, "alias") is not None,
    }
    if isinstance(into, Stream):
        told |= {"jobStreamInPlan": stream_key(into, encode), "jobStreamId": encode(stream_id(into))}
    else:
        told["jobStreamId"] = encode(f"{workstation_id(into)};{AD_HOC_STREAM}")
    return answer(request, told)


async def submit_ad_hoc_job(request: web.Request) -> web.Response:
    """POST /plan/{planId}/job/action/submit_ad_hoc_job: 201 and the id of the job, which is in the plan now.

    The job is of a definition (`jobDefinitionId`) and goes into its stream, or it is a command of its own, which goes
    into the stream JOBS of its workstation.
    """
    given = await json_object(request)
    asked = as_object(given.get("job", {}), "job")
    check_variables(given)
    alias = text_in(given, "alias")
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
    name, at, priority = alias or text_in(asked, "name"), starting_at(asked), priority_in(asked)
    submitting = request.app[SIMULATOR].orders.submitting
    into = _into(request, text_of("jobStreamId", asked.get("jobStreamId")))
    stream = submitting.ad_hoc_stream(into) if isinstance(into, Workstation) else into
    return submitting.job(spec, stream, alias=name, at=at, priority=priority)


def _submit_command(request: web.Request, asked: Json, alias: str | None) -> Job:
    definition = as_object(asked.get("jobDefinition", {}), "jobDefinition")
    command, login = text_in(definition, "taskString"), text_in(definition, "userLogin")
    if command is None or login is None:
        raise bad_parameter("jobDefinition must have a taskString and a userLogin.")
    workstation = _workstation(request, asked, definition)
    permit(request, "SUBMIT", f"workstation {workstation.key}")
    name, priority = alias or text_in(asked, "name"), priority_in(asked)
    return request.app[SIMULATOR].orders.submitting.command(workstation, command, login, alias=name, priority=priority)


def starting_at(asked: Json) -> datetime | None:
    """The `startTime` of the `timeRestriction` of what is to be in the plan. Raises a 400."""
    restriction = as_object(asked.get("timeRestriction", {}), "timeRestriction")
    return moment_of(restriction, "startTime")


def _into(request: web.Request, identity: str) -> Stream | Workstation:
    """The stream with that id, or the workstation in whose stream JOBS the job is to go. Raises a 404."""
    stream = request.app[INSTANCES].stream(request[PLAN], identity)
    if stream is not None:
        return stream
    workstation = found_by(identity, lambda text: _with_ad_hoc_stream(request[PLAN], text))
    if workstation is None:
        raise not_found("job stream", identity)
    return workstation


def _with_ad_hoc_stream(plan: Plan, identity: str) -> Workstation | None:
    workstation, _, stream = identity.rpartition(";")
    if stream != AD_HOC_STREAM:
        return None
    return next((one for one in plan.workstations if is_named(one, workstation)), None)


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
