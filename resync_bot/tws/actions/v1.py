"""How the REST API V1 is asked for a change: what V2 does in one call takes V1 several.

Paths, bodies and headers after the V1 API document of 10.2.8 and the vendor's public samples (checked 2026-11-23).
V1 knows no headers for a justification.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from resync_bot.errors import EngineErrorKind
from resync_bot.tws.actions.model import (
    Action,
    Cancel,
    Confirm,
    Definition,
    Hold,
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
    Successors,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.actions.steps import Do, Look, Steps, present, request, the_one
from resync_bot.tws.asking import Answer, Request
from resync_bot.tws.problems import problem
from resync_bot.tws.v1.questions import BASE, instant, quoted
from resync_bot.tws.wire import Node

PLAN = f"{BASE}/plan/current"
MODEL = f"{BASE}/model"
JOBS = "JOBS"  # the job stream of a workstation for what is submitted without one


def steps(action: Action) -> Steps:  # noqa: PLR0911  # one line per kind
    """The exchanges in order; the engine's ids as it returns them."""
    match action:
        case SubmitStream():
            return (yield from _submit_stream(action))
        case SubmitJob():
            return (yield from _submit_job(action))
        case Rerun(successors=Successors.NONE):
            yield Do(_rerun(action))
            return ()
        case Rerun():
            return (yield from _rerun_with_successors(action))
        case SubmitCommand():
            return _ids((yield Do(_request(action))))
        case SetPriority(job_id, priority):
            return (yield from _modify("update-priority", f"{PLAN}/job/{quoted(job_id)}", priority=priority))
        case SetResourceQuantity(resource_id, quantity):
            path = f"{PLAN}/resource/{quoted(resource_id)}"
            return (yield from _modify("update-quantity", path, quantityDefined=quantity))
        case _:
            yield Do(_request(action))
            return ()


_OneCall = (
    Cancel | Hold | Release | Confirm | Kill | SubmitCommand | ReplyToPrompt | SetLimit | SetFence | SwitchWorkstation
)


def _request(action: _OneCall) -> Request:  # noqa: C901, PLR0911  # one line per kind
    match action:
        case Cancel(target, pending):
            return _to(_cancel_pending(target) if pending else "cancel", target)
        case Hold(target):
            return _to("hold", target)
        case Release(target, dependencies):
            return _to("release_all_dependencies" if dependencies else "release", target)
        case Confirm(job_id, succeeded):
            return _to("confirm_succ" if succeeded else "confirm_abend", Target(Kind.JOB, job_id))
        case Kill(job_id):
            return _to("kill", Target(Kind.JOB, job_id))
        case ReplyToPrompt(prompt_id, yes):
            path = f"{PLAN}/prompt/{quoted(prompt_id)}/action/reply"
            return request("reply", "PUT", path, headers={"Answer": str(yes).lower()})
        case SetLimit(workstation_id, limit):
            return _at("update_limit", workstation_id, limit)
        case SetFence(workstation_id, fence):
            return _at("update_fence", workstation_id, fence)
        case SwitchWorkstation(workstation_id, switch):
            return _at(switch.value, workstation_id)
        case SubmitCommand():
            return request("submit command", "POST", f"{PLAN}/job/action/submit_ad_hoc_job", body=_command(action))
        case _:
            assert_never(action)


def _cancel_pending(target: Target) -> str:
    """The one verb that jobs and job streams spell differently."""
    match target.kind:
        case Kind.JOB:
            return "cancelpending"
        case Kind.STREAM:
            return "cancel_pending"
        case _:
            assert_never(target.kind)


def _to(verb: str, target: Target) -> Request:
    folder = "job" if target.kind is Kind.JOB else "jobstream"
    return request(verb.replace("_", "-"), "PUT", f"{PLAN}/{folder}/{quoted(target.id)}/action/{verb}")


def _at(verb: str, workstation_id: str, body: int | None = None) -> Request:
    path = f"{PLAN}/workstation/{quoted(workstation_id)}/action/{verb}"
    return request(verb.replace("_", "-"), "PUT", path, body=body)


def _rerun(action: Rerun) -> Request:
    if action.variables:
        raise problem(EngineErrorKind.UNSUPPORTED, "V1 reruns a job without variables")
    details = present(
        id=action.definition,
        startTime=_instant(action.at),
        priority=action.priority,
        stepName=action.step,
        rerunJobOnSameWorkstation=action.same_workstation or None,
        jobDefinitionInPlan=present(userLogin=action.login),
    )
    return request("rerun", "PUT", f"{PLAN}/job/{quoted(action.job_id)}/action/rerun", body=details)


def _rerun_with_successors(action: Rerun) -> Steps:
    """The call takes no details, and no list: those run again that the preview shows, and they must be known."""
    if action.has_options:
        raise problem(EngineErrorKind.UNSUPPORTED, "V1 reruns a job with its successors as it was, without options")
    path = f"{PLAN}/job/{quoted(action.job_id)}/jobsuccessors"
    preview = yield Look(Request("rerun preview", f"{path}/preview"))
    is_internal = action.successors is Successors.INTERNAL
    shown = [node.text("id") or "" for node in preview.node.nodes("sublist" if is_internal else "values")]
    if not set(shown) <= set(action.successor_ids):
        raise problem(EngineErrorKind.REFUSED, "more jobs would run again than those that were looked at")
    params: dict[str, str | int] = {"internalOnly": str(is_internal).lower()}
    yield Do(request("rerun", "PUT", f"{path}/action/rerun", params=params))
    return ()


def _command(action: SubmitCommand) -> dict[str, object]:
    job = {
        "jobDefinition": {"taskType": "UNIX", "taskString": action.command, "userLogin": action.login},
        "workstationInPlan": {"name": action.workstation},
    }
    named = {"priority": action.priority} if action.priority is not None else {}
    return present(job=job | named, alias=action.alias, variableTable=_variables(action.variables))


def _modify(operation: str, path: str, **members: object) -> Steps:
    """V1 changes a value of an object by taking the whole object again."""
    now = yield Look(Request(operation, path))
    yield Do(request(operation, "PUT", path, body={**now.body, **members}))
    return ()


def _submit_stream(action: SubmitStream) -> Steps:
    found = yield Look(_header("jobstream", "jobstreamFilter", "jobStreamName", action.definition))
    model_id = the_one(f"job stream {action.definition.name}", _ids_in(found, action.definition))
    body = present(alias=action.alias, variableTable=_variables(action.variables))
    path = f"{PLAN}/jobstream/{quoted(model_id)}/action"
    if action.at is None and action.priority is None:
        return _ids((yield Do(request("submit stream", "POST", f"{path}/submit_jobstream", body=body))))
    made = yield Look(
        request("make stream", "POST", f"{path}/make_jobstream", body=present(alias=action.alias))
    )  # only makes it: the next call puts it into the plan
    body["jobstream"] = _changed(made.body, action.at, action.priority)
    return _ids((yield Do(request("submit stream", "POST", f"{PLAN}/jobstream/action/submit_jobstream", body=body))))


def _submit_job(action: SubmitJob) -> Steps:
    found = yield Look(_header("jobdefinition", "jobDefinitionFilter", "jobDefinitionName", action.definition))
    definition = the_one(f"job {action.definition.name}", _ids_in(found, action.definition))
    into = action.stream_id or f"{_workstation(action.definition.workstation)};{JOBS}"
    path = f"{PLAN}/jobstream/{quoted(into)}/action/submit_job"
    made = yield Look(
        request("make job", "POST", path, body=present(jobDefinitionId=definition, alias=action.alias))
    )  # only makes the job: the next call puts it into the plan
    job = _changed(made.body, action.at, action.priority)
    body = present(job=job, alias=action.alias, variableTable=_variables(action.variables))
    return _ids((yield Do(request("submit job", "POST", f"{PLAN}/job/action/submit_ad_hoc_job", body=body))))


def _workstation(name: str) -> str:
    """Its name, with its folder unless that is the root folder."""
    bare = name.strip("/")
    return f"/{bare}" if "/" in bare else bare


def _changed(made: dict[str, object], at: datetime | None, priority: int | None) -> dict[str, object]:
    """What the engine made of a definition, to start `at` and with that priority."""
    given = made.get("timeRestriction")
    restriction = given if isinstance(given, dict) else {}
    at_a_time = {} if at is None else {"timeRestriction": {**restriction, "startTime": instant(at)}}
    return {**made, **at_a_time, **({} if priority is None else {"priority": priority})}


def _header(kind: str, filter_name: str, name_field: str, definition: Definition) -> Request:
    chosen = {name_field: definition.name, "workstationName": definition.workstation}
    body = {"filters": {filter_name: chosen}}
    return request(f"find {kind}", "POST", f"{MODEL}/{kind}/header/query", body=body, headers={"How-Many": "500"})


def _ids_in(found: Answer, definition: Definition) -> tuple[str, ...]:
    """Of the headers, those in the folder that is meant; the folder is no filter of V1."""
    folder = definition.folder.strip("/")
    return tuple(identifier for node in found.nodes if (identifier := node.text("id")) and _folder(node) == folder)


def _folder(header: Node) -> str:
    """A definition's key is `key` of a stream and `jobDefinitionKey` of a job; its folder stands in it flat."""
    for key in (header.node("key"), header.node("jobDefinitionKey")):
        if found := key.text("folderName") or key.node("folderKey").text("name"):
            return found.strip("/")
    return ""


def _ids(answer: Answer) -> tuple[str, ...]:
    """Of what was submitted: `{"id": ...}` or an array of ids."""
    items = answer.body if isinstance(answer.body, list) else [answer.body]
    return tuple(
        item if isinstance(item, str) else str(item["id"]) for item in items if isinstance(item, str | dict) and item
    )


def _variables(variables: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for name, value in variables.items()]


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
