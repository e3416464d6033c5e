"""The model: the definitions behind the plan, as far as the vendor's sample programs ask for them.

Only what the current plan holds is known: every stream of this engine runs every day. Headers begin with `id`, because
the shell samples take the first value of the answer for it.
"""

from collections.abc import Callable
from typing import TypeVar

import orjson
from aiohttp import web

from resync_bot.simulator import draws
from resync_bot.simulator.bodies import json_object
from resync_bot.simulator.catalogue import ObjectType
from resync_bot.simulator.facts import task_type
from resync_bot.simulator.oql.syntax import Expression, Query
from resync_bot.simulator.parameters import PLAN, allow, matching
from resync_bot.simulator.plan import Job, Plan, Stream, Workstation
from resync_bot.simulator.refusals import bad_parameter, not_found
from resync_bot.simulator.rendering import ENGINE_ID, Json
from resync_bot.simulator.v1.conditions import Members, World, conditions, in_folder, text_of
from resync_bot.simulator.v1.fields import V1_JOBS, V1_STREAMS, V1_WORKSTATIONS
from resync_bot.simulator.v1.ids import definition_id, found_by, stream_model_id, workstation_id
from resync_bot.simulator.v1.keys import milliseconds
from resync_bot.simulator.v1.members import on_workstation
from resync_bot.simulator.v1.queries import filter_of, world
from resync_bot.simulator.v1.wire import INSTANCES, first_page

Object = TypeVar("Object", Job, Stream, Workstation)

DEFAULT_TABLE = {"id": draws.uuid("variable table", ENGINE_ID), "name": "MAIN_TABLE", "isDefault": True}


def _valid(member: str, value: object, _: World) -> Expression | None:
    """All definitions are valid at all times."""
    text_of(member, value)
    return None


_DEFINITION_MEMBERS: Members = {
    "jobDefinitionName": in_folder("name", "folder"),
    "workstationName": on_workstation("workstation"),
}
_STREAM_MEMBERS: Members = {
    "jobStreamName": in_folder("name", "folder"),
    "workstationName": on_workstation("workstation"),
    "validIn": _valid,
    "validFrom": _valid,
    "validTo": _valid,
}
_WORKSTATION_MEMBERS: Members = {"workstationName": in_folder("name", "folder")}


def _answer(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json", headers={"Context-Locale": "en"})


async def _headers(
    request: web.Request, name: str, members: Members, kind: ObjectType[Object], header: Callable[[Object], Json]
) -> web.Response:
    """One header for each definition that the filter `name` selects."""
    where = conditions(name, filter_of(await json_object(request), name), members, world(request))
    headers = {told["id"]: told for told in map(header, matching(request, kind, Query(where, ())))}
    part = first_page(request).of(list(headers.values()))
    return _with_count(_answer(part), len(part))


def _with_count(response: web.Response, returned: int) -> web.Response:
    response.headers["How-Many-Returned"] = str(returned)
    return response


async def job_definitions(request: web.Request) -> web.Response:
    """POST /model/jobdefinition/header/query."""
    return await _headers(request, "jobDefinitionFilter", _DEFINITION_MEMBERS, V1_JOBS, _definition_header)


async def job_streams(request: web.Request) -> web.Response:
    """POST /model/jobstream/header/query."""
    return await _headers(request, "jobstreamFilter", _STREAM_MEMBERS, V1_STREAMS, _stream_header)


async def workstations(request: web.Request) -> web.Response:
    """POST /model/workstation/header/query."""
    return await _headers(request, "workstationFilter", _WORKSTATION_MEMBERS, V1_WORKSTATIONS, _workstation_header)


async def variable_tables(request: web.Request) -> web.Response:
    """POST /model/variabletable/header/query: there is the default table, and no other."""
    wanted = filter_of(await json_object(request), "variableTableFilter")
    if not wanted.keys() <= {"isDefaultTable"} or not isinstance(wanted.get("isDefaultTable", True), bool):
        raise bad_parameter("variableTableFilter has isDefaultTable, true or false.")
    return _answer([DEFAULT_TABLE] if wanted.get("isDefaultTable", True) else [])


async def get_job_definition(request: web.Request) -> web.Response:
    """GET /model/jobdefinition/{id}."""
    job = request.app[INSTANCES].defined(request[PLAN], request.match_info["id"])
    if job is None:
        raise not_found("job definition", request.match_info["id"])
    allow(request, job.stream.folder, f"job definition {job.name}")
    spec = job.spec
    told = {
        "header": _definition_header(job),
        "taskString": spec.command,
        "recoveryOption": spec.recovery.option,
        "returnCodeMapping": spec.success_codes,
    }
    return _answer(told)


async def get_job_stream(request: web.Request) -> web.Response:
    """GET /model/jobstream/{id}."""
    stream = stream_defined_by(request[PLAN], request.match_info["id"])
    if stream is None:
        raise not_found("job stream definition", request.match_info["id"])
    allow(request, stream.folder, f"job stream definition {stream.name}")
    told = {
        "header": _stream_header(stream),
        "workstationId": workstation_id(stream.workstation),
        "onRequest": False,
        "jobs": [
            {
                "header": {"id": definition_id(job), "key": {"name": job.name}, "priority": job.priority},
                "jobDefinitionId": definition_id(job),
                "position": job.position,
                "noOperation": job.spec.no_operation,
                "requiresConfirmation": job.spec.requires_confirmation,
                "repeatInterval": milliseconds(job.spec.every * 60) if job.spec.every else None,
            }
            for job in stream.jobs
        ],
    }
    return _answer(told)


async def get_workstation(request: web.Request) -> web.Response:
    """GET /model/workstation/{id}: of a pool, also its members."""
    found = found_by(request.match_info["id"], {_model_id(one): one for one in request[PLAN].workstations}.get)
    if found is None:
        raise not_found("workstation definition", request.match_info["id"])
    allow(request, None, f"workstation definition {found.name}")
    told = _workstation_header(found)
    if found.spec.members:
        told["agentLinks"] = [{"workstationName": member} for member in found.spec.members]
    return _answer(told)


def stream_defined_by(plan: Plan, identity: str) -> Stream | None:
    """A stream of the plan that the definition with that id defines."""
    return next((stream for stream in plan.streams if stream_model_id(stream) == identity), None)


def _model_id(workstation: Workstation) -> str:
    return draws.uuid("workstation model", workstation.key)


def _definition_header(job: Job) -> Json:
    return {
        "id": definition_id(job),
        "jobDefinitionKey": {
            "name": job.name,
            "workstationName": job.workstation.name,
            "folderWorkstationName": job.workstation.spec.folder,
            "folderName": job.stream.folder,
        },
        "description": job.spec.description or None,
        "taskType": task_type(job.spec),
        "userLogin": job.spec.login,
    }


def _stream_header(stream: Stream) -> Json:
    return {
        "id": stream_model_id(stream),
        "key": {
            "name": stream.name,
            "workstationName": stream.workstation.name,
            "folderWorkstationName": stream.workstation.spec.folder,
            "folderName": stream.folder,
        },
        "priority": stream.spec.priority,
        "carryForward": stream.spec.carry_forward,
        "limit": stream.spec.limit,
    }


def _workstation_header(workstation: Workstation) -> Json:
    spec = workstation.spec
    return {
        "id": _model_id(workstation),
        "name": spec.name,
        "folderName": spec.folder,
        "type": spec.kind,
        "os": spec.os,
        "description": spec.description,
    }
