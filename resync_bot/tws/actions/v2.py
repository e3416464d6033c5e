"""How the REST API V2 is asked for a change. Paths and bodies after WA_API3_v2.json 10.1.0.1 (checked 2026-11-23).

The document has no rerun by the id of a job, only by that of a run, which all releases take.
"""

from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from resync_bot.errors import EngineErrorKind
from resync_bot.tws import oql
from resync_bot.tws.actions.model import (
    Action,
    Cancel,
    Confirm,
    Definition,
    Hold,
    Justification,
    Kill,
    Kind,
    Release,
    ReplyToPrompt,
    Rerun,
    SetFence,
    SetLimit,
    SetPriority,
    SetResourceQuantity,
    SubmitCommand,
    SubmitJob,
    SubmitStream,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.actions.steps import Do, Steps, present, request
from resync_bot.tws.asking import Answer, Request
from resync_bot.tws.oql import Field
from resync_bot.tws.problems import problem
from resync_bot.tws.v2.questions import BASE

PLAN = f"{BASE}/plan"
ONE_OBJECT: dict[str, str | int] = {"max_object_affected": 1}  # the engine's own safety stop
_FOLDERS = {Kind.JOB: "job", Kind.STREAM: "jobstream"}


def steps(action: Action, justification: Justification) -> Steps:
    """One exchange; the engine's ids as it returns them."""
    answer = yield Do(_request(action, justification.headers()))
    return _ids(answer)


def _request(action: Action, headers: dict[str, str]) -> Request:  # noqa: C901, PLR0911, PLR0912  # one line per kind
    match action:
        case Rerun():
            path = f"{PLAN}/job/run/{_quoted(action.run_id)}/action/rerun"
            return request("rerun", "PUT", path, body=_rerun(action), headers=headers)
        case Cancel(target, pending):
            return _to("cancel-pending" if pending else "cancel", target, headers)
        case Hold(target):
            return _to("hold", target, headers)
        case Release(target, dependencies):
            return _to("release-all-dependencies" if dependencies else "release", target, headers)
        case Confirm(job_id, succeeded):
            return _to("confirm-succ" if succeeded else "confirm-abend", Target(Kind.JOB, job_id), headers)
        case Kill(job_id):
            return _to("kill", Target(Kind.JOB, job_id), headers)
        case SetPriority(job_id, priority):
            return _to("update-priority", Target(Kind.JOB, job_id), headers, priority=priority)
        case SubmitStream():
            body = present(
                alias=action.alias,
                earliestDate=_instant(action.at),
                priority=action.priority,
                parameters=dict(action.variables),
            )
            params = ONE_OBJECT | {"oql": _defined(action.definition)}
            return request(
                "submit stream", "POST", f"{PLAN}/jobstream/submit", body=body, params=params, headers=headers
            )
        case SubmitJob():
            body = present(
                jobStreamId=action.stream_id,
                alias=action.alias,
                earliestDate=_instant(action.at),
                priority=action.priority,
                parameters=dict(action.variables),
            )
            return _submit("job", f"{PLAN}/job/submit", action.definition, body, headers)
        case SubmitCommand():
            task = {"UNIX": {"taskString": action.command, "isCommand": "true", "userName": action.login}}
            body = present(
                workstationKey=_path(action.workstation),
                task=task,
                alias=action.alias,
                priority=action.priority,
                parameters=dict(action.variables),
            )
            return request("submit command", "POST", f"{PLAN}/job/submit-ad-hoc-job", body=body, headers=headers)
        case ReplyToPrompt(prompt_id, yes):
            path = f"{PLAN}/prompt/{_quoted(prompt_id)}/action/reply"
            return request("reply", "PUT", path, body={"answer": yes}, headers=headers)
        case SetResourceQuantity(resource_id, quantity):
            path = f"{PLAN}/resource/{_quoted(resource_id)}/action/update-quantity"
            return request("update-quantity", "PUT", path, params={"quantity": quantity}, headers=headers)
        case SetLimit(workstation_id, limit):
            return _at("update-limit", workstation_id, headers, limit=limit)
        case SetFence(workstation_id, fence):
            return _at("update-fence", workstation_id, headers, priority=fence)
        case SwitchWorkstation(workstation_id, switch):
            return _at(switch.value, workstation_id, headers)
        case _:
            assert_never(action)


def _to(verb: str, target: Target, headers: dict[str, str], **params: str | int) -> Request:
    path = f"{PLAN}/{_FOLDERS[target.kind]}/{_quoted(target.id)}/action/{verb}"
    return request(verb, "PUT", path, params=params, headers=headers)


def _at(verb: str, workstation_id: str, headers: dict[str, str], **params: str | int) -> Request:
    path = f"{PLAN}/workstation/{_quoted(workstation_id)}/action/{verb}"
    return request(verb, "PUT", path, params=params, headers=headers)


def _submit(what: str, path: str, definition: Definition, body: dict[str, object], headers: dict[str, str]) -> Request:
    params = ONE_OBJECT | {"oql": _defined(definition)}
    return request(f"submit {what}", "POST", path, body=body, params=params, headers=headers)


def _rerun(action: Rerun) -> dict[str, object]:
    return present(
        jobDefinitionDbIdentifier=action.definition,
        startTime=_instant(action.at),
        priority=action.priority,
        stepName=action.step,
        userLogin=action.login,
        variables=dict(action.variables),
        rerunJobOnSameWorkstation=action.same_workstation or None,
        successorsInfo=present(successorsIds=list(action.successor_ids)),
    )


def _defined(definition: Definition) -> str:
    return oql.query(
        (
            oql.equals(Field.NAME, definition.name),
            oql.equals(Field.FOLDER, _path(definition.folder)),
            oql.equals(Field.WORKSTATION, _path(definition.workstation)),
        )
    )


def _ids(answer: Answer) -> tuple[str, ...]:
    """Of one object, or of those that a filter chose. Raises EngineError if the engine did not do it."""
    node = answer.node
    if node.nodes("failedResourceResponses"):
        failed = node.nodes("failedResourceResponses")[0]
        raise problem(EngineErrorKind.REFUSED, failed.text("message") or "the engine did not do it")
    done = [one.text("id") for one in node.nodes("successfulResourceResponses")] or [node.text("id")]
    return tuple(found for found in done if found)


def _path(name: str) -> str:
    return "/" + name.strip("/")


def _quoted(identifier: str) -> str:
    return quote(identifier, safe="")


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else oql.literal(moment).strip("'")
