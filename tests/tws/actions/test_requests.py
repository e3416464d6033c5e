"""What each change asks of each API, to the letter."""

import inspect
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.actions import v1, v2
from resync_bot.tws.actions.model import (
    GO,
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
    Successors,
    Switch,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.actions.steps import Do, Look, Steps
from resync_bot.tws.asking import Answer, Request

JOB = Target(Kind.JOB, "j/1;#")
STREAM = Target(Kind.STREAM, "s1")
AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CLOSE = Definition("PAYROLL_CLOSE", "FTA_PAY1", "/PAYROLL")
CLOSE_IN_OQL = "name = 'PAYROLL_CLOSE' AND folder = '/PAYROLL' AND workstation = '/FTA_PAY1'"
COMMAND = SubmitCommand("FTA_PAY1", "ls -l", "tws", alias="LIST", variables={"DAY": "22"})

Sent = tuple[str, str, Any]

IN_V2: list[tuple[Action, Sent]] = [
    (Rerun("j1", "r1"), ("PUT", "/plan/job/run/r1/action/rerun", {})),
    (
        Rerun("j1", "r1", at=AT, priority=25, step="S2", login="pay", variables={"DAY": "22"}, same_workstation=True),
        (
            "PUT",
            "/plan/job/run/r1/action/rerun",
            {
                "startTime": "2026-11-23T06:30:00.000Z",
                "priority": 25,
                "stepName": "S2",
                "userLogin": "pay",
                "variables": {"DAY": "22"},
                "rerunJobOnSameWorkstation": True,
            },
        ),
    ),
    (
        Rerun("j1", "r1", successors=Successors.ALL, successor_ids=("j2", "j3")),
        ("PUT", "/plan/job/run/r1/action/rerun", {"successorsInfo": {"successorsIds": ["j2", "j3"]}}),
    ),
    (Cancel(JOB), ("PUT", "/plan/job/j%2F1%3B%23/action/cancel", {})),
    (Cancel(STREAM, pending=True), ("PUT", "/plan/jobstream/s1/action/cancel-pending", {})),
    (Hold(JOB), ("PUT", "/plan/job/j%2F1%3B%23/action/hold", {})),
    (Release(STREAM), ("PUT", "/plan/jobstream/s1/action/release", {})),
    (Release(STREAM, dependencies=True), ("PUT", "/plan/jobstream/s1/action/release-all-dependencies", {})),
    (Confirm("j1", succeeded=True), ("PUT", "/plan/job/j1/action/confirm-succ", {})),
    (Confirm("j1", succeeded=False), ("PUT", "/plan/job/j1/action/confirm-abend", {})),
    (Kill("j1"), ("PUT", "/plan/job/j1/action/kill", {})),
    (SetPriority("j1", 50), ("PUT", "/plan/job/j1/action/update-priority?priority=50", {})),
    (
        SubmitStream(CLOSE, alias="AGAIN", variables={"DAY": "22"}),
        (
            "POST",
            f"/plan/jobstream/submit?max_object_affected=1&oql={CLOSE_IN_OQL}",
            {"alias": "AGAIN", "parameters": {"DAY": "22"}},
        ),
    ),
    (
        SubmitJob(Definition("J", "W"), stream_id="s1", at=AT, priority=5),
        (
            "POST",
            "/plan/job/submit?max_object_affected=1&oql=name = 'J' AND folder = '/' AND workstation = '/W'",
            {"jobStreamId": "s1", "earliestDate": "2026-11-23T06:30:00.000Z", "priority": 5},
        ),
    ),
    (
        COMMAND,
        (
            "POST",
            "/plan/job/submit-ad-hoc-job",
            {
                "workstationKey": "/FTA_PAY1",
                "task": {"UNIX": {"taskString": "ls -l", "isCommand": "true", "userName": "tws"}},
                "alias": "LIST",
                "parameters": {"DAY": "22"},
            },
        ),
    ),
    (ReplyToPrompt("p1", yes=False), ("PUT", "/plan/prompt/p1/action/reply", {"answer": False})),
    (SetResourceQuantity("r1", 4), ("PUT", "/plan/resource/r1/action/update-quantity?quantity=4", {})),
    (SetLimit("w1", 0), ("PUT", "/plan/workstation/w1/action/update-limit?limit=0", {})),
    (SetFence("w1", GO), ("PUT", "/plan/workstation/w1/action/update-fence?priority=101", {})),
    *((SwitchWorkstation("w1", switch), ("PUT", f"/plan/workstation/w1/action/{switch}", {})) for switch in Switch),
]

IN_V1: list[tuple[Action, Sent]] = [
    (Rerun("W;S;J", "r1", priority=7), ("PUT", "/job/W%3BS%3BJ/action/rerun", {"priority": 7})),
    (
        Rerun("j1", "r1", definition="d1", at=AT, step="S2", login="pay", same_workstation=True),
        (
            "PUT",
            "/job/j1/action/rerun",
            {
                "id": "d1",
                "startTime": "2026-11-23T06:30:00.000Z",
                "stepName": "S2",
                "rerunJobOnSameWorkstation": True,
                "jobDefinitionInPlan": {"userLogin": "pay"},
            },
        ),
    ),
    (Cancel(Target(Kind.JOB, "j1"), pending=True), ("PUT", "/job/j1/action/cancelpending", {})),
    (Cancel(STREAM, pending=True), ("PUT", "/jobstream/s1/action/cancel_pending", {})),
    (Release(STREAM, dependencies=True), ("PUT", "/jobstream/s1/action/release_all_dependencies", {})),
    (Confirm("j1", succeeded=False), ("PUT", "/job/j1/action/confirm_abend", {})),
    (Kill("j1"), ("PUT", "/job/j1/action/kill", {})),
    (SetLimit("w1", 12), ("PUT", "/workstation/w1/action/update_limit", 12)),
    (SetFence("w1", 0), ("PUT", "/workstation/w1/action/update_fence", 0)),
    (SwitchWorkstation("w1", Switch.STOP), ("PUT", "/workstation/w1/action/stop", {})),
    (
        COMMAND,
        (
            "POST",
            "/job/action/submit_ad_hoc_job",
            {
                "job": {
                    "jobDefinition": {"taskType": "UNIX", "taskString": "ls -l", "userLogin": "tws"},
                    "workstationInPlan": {"name": "FTA_PAY1"},
                },
                "alias": "LIST",
                "variableTable": [{"key": "DAY", "value": "22"}],
            },
        ),
    ),
]


def sent(request: Request, prefix: str) -> Sent:
    """Method, path with parameters, body."""
    assert request.headers["Content-Type"] == "application/json"
    assert request.path.startswith(prefix)
    assert request.body is not None
    query = "&".join(f"{name}={value}" for name, value in request.params.items())
    path = request.path.removeprefix(prefix)
    return request.method, f"{path}?{query}" if query else path, orjson.loads(request.body)


def played(steps: Steps, answers: Iterable[Any]) -> tuple[list[Look | Do], tuple[str, ...]]:
    """The exchanges of a change, and the ids that it ends with, when the engine answers so."""
    exchanges = []
    try:
        exchange = next(steps)
        for body in answers:
            exchanges.append(exchange)
            exchange = steps.send(Answer(body))
    except StopIteration as end:
        return exchanges, end.value
    raise AssertionError(f"one more: {exchange}")


@pytest.mark.parametrize(("action", "expected"), IN_V2)
def test_v2(action: Action, expected: Sent) -> None:
    [exchange], _ = played(v2.steps(action, Justification()), [{"id": "x", "url": "y"}])
    assert isinstance(exchange, Do)
    assert sent(exchange.request, "/twsd/api/v2") == expected


@pytest.mark.parametrize(("action", "expected"), IN_V1)
def test_v1(action: Action, expected: Sent) -> None:
    [exchange], _ = played(v1.steps(action), [{}])
    assert isinstance(exchange, Do)
    assert sent(exchange.request, "/twsd/plan/current") == expected


def test_v1_answers_a_prompt_with_a_header() -> None:
    [exchange], _ = played(v1.steps(ReplyToPrompt("p1", yes=True)), [{}])
    assert exchange.request.headers["Answer"] == "true"


def test_v1_changes_a_priority_by_sending_the_whole_job_again() -> None:
    exchanges, _ = played(v1.steps(SetPriority("j1", 50)), [{"id": "j1", "name": "J", "priority": 10}, {}])
    look, do = exchanges
    assert isinstance(look, Look)
    assert look.request.path == "/twsd/plan/current/job/j1"
    assert sent(do.request, "/twsd/plan/current") == ("PUT", "/job/j1", {"id": "j1", "name": "J", "priority": 50})


def test_v1_changes_the_quantity_of_a_resource_likewise() -> None:
    exchanges, _ = played(v1.steps(SetResourceQuantity("r1", 4)), [{"id": "r1", "quantityDefined": 2}, {}])
    assert sent(exchanges[1].request, "/twsd/plan/current") == (
        "PUT", "/resource/r1", {"id": "r1", "quantityDefined": 4}
    )  # fmt: skip


def _header(identifier: str, folder: str) -> dict[str, object]:
    return {"id": identifier, "key": {"name": "PAYROLL_CLOSE", "folderKey": {"name": folder}}}


def test_v1_submits_a_job_stream_by_the_id_of_its_definition() -> None:
    steps = v1.steps(SubmitStream(CLOSE, alias="AGAIN", variables={"DAY": "22"}))
    exchanges, ids = played(steps, [[_header("m1", "/OTHER"), _header("m2", "/PAYROLL/")], ["new"]])
    look, do = exchanges
    assert sent(look.request, "/twsd/model") == (
        "POST",
        "/jobstream/header/query",
        {"filters": {"jobstreamFilter": {"jobStreamName": "PAYROLL_CLOSE", "workstationName": "FTA_PAY1"}}},
    )
    assert sent(do.request, "/twsd/plan/current") == (
        "POST",
        "/jobstream/m2/action/submit_jobstream",
        {"alias": "AGAIN", "variableTable": [{"key": "DAY", "value": "22"}]},
    )
    assert ids == ("new",)


def test_v1_makes_a_job_stream_first_that_is_to_start_at_a_time_or_with_a_priority() -> None:
    steps = v1.steps(SubmitStream(CLOSE, alias="AGAIN", at=AT, priority=0, variables={"DAY": "22"}))
    made = {"aliasJobStreamName": "AGAIN", "timeRestriction": {"untilTime": None}, "priority": 10}
    exchanges, ids = played(steps, [[_header("m2", "/PAYROLL")], made, ["new"]])
    assert [type(exchange) for exchange in exchanges] == [Look, Look, Do]
    assert sent(exchanges[1].request, "/twsd/plan/current") == (
        "POST", "/jobstream/m2/action/make_jobstream", {"alias": "AGAIN"}
    )  # fmt: skip
    assert sent(exchanges[2].request, "/twsd/plan/current") == (
        "POST",
        "/jobstream/action/submit_jobstream",
        {
            "alias": "AGAIN",
            "variableTable": [{"key": "DAY", "value": "22"}],
            "jobstream": {
                "aliasJobStreamName": "AGAIN",
                "timeRestriction": {"untilTime": None, "startTime": "2026-11-23T06:30:00.000Z"},
                "priority": 0,
            },
        },
    )
    assert ids == ("new",)


def test_v1_submits_a_job_in_three_exchanges_of_which_the_last_changes_the_plan() -> None:
    steps = v1.steps(SubmitJob(CLOSE, stream_id="W;S", variables={"DAY": "22"}))
    made = {"name": "PAYROLL_CLOSE", "jobDefinition": {}}
    exchanges, ids = played(steps, [[_header("d1", "/PAYROLL")], made, {"id": "new"}])
    assert [type(exchange) for exchange in exchanges] == [Look, Look, Do]
    assert sent(exchanges[1].request, "/twsd/plan/current") == (
        "POST", "/jobstream/W%3BS/action/submit_job", {"jobDefinitionId": "d1"}
    )  # fmt: skip
    assert sent(exchanges[2].request, "/twsd/plan/current") == (
        "POST",
        "/job/action/submit_ad_hoc_job",
        {"job": made, "variableTable": [{"key": "DAY", "value": "22"}]},
    )
    assert ids == ("new",)


@pytest.mark.parametrize(
    ("headers", "kind"), [([], EngineErrorKind.NOT_FOUND), ([_header("m1", "/PAYROLL")] * 2, EngineErrorKind.REFUSED)]
)
def test_what_is_not_defined_exactly_once_is_not_submitted(headers: list[object], kind: EngineErrorKind) -> None:
    with pytest.raises(EngineError) as refused:
        played(v1.steps(SubmitStream(CLOSE)), [headers])
    assert refused.value.kind is kind


def test_v1_submits_a_job_without_a_job_stream_into_that_of_its_workstation() -> None:
    exchanges, _ = played(
        v1.steps(SubmitJob(CLOSE, at=AT, priority=3)), [[_header("d1", "/PAYROLL")], {"name": "X"}, {"id": "new"}]
    )
    assert exchanges[1].request.path == "/twsd/plan/current/jobstream/FTA_PAY1%3BJOBS/action/submit_job"
    assert sent(exchanges[2].request, "/twsd/plan/current")[2] == {
        "job": {"name": "X", "timeRestriction": {"startTime": "2026-11-23T06:30:00.000Z"}, "priority": 3}
    }


def _preview(*, internal: list[str], external: list[str]) -> dict[str, object]:
    told = [{"id": one} for one in internal]
    return {"values": told + [{"id": one} for one in external], "sublist": told}


@pytest.mark.parametrize(
    ("successors", "flag"), [(Successors.INTERNAL, "internalOnly=true"), (Successors.ALL, "internalOnly=false")]
)
def test_v1_looks_what_would_run_again_before_it_asks_for_it(successors: Successors, flag: str) -> None:
    steps = v1.steps(Rerun("j1", "r1", successors=successors, successor_ids=("j2", "j3")))
    exchanges, _ = played(steps, [_preview(internal=["j2"], external=["j3"]), {}])
    look, do = exchanges
    assert (type(look), look.request.path) == (Look, "/twsd/plan/current/job/j1/jobsuccessors/preview")
    assert sent(do.request, "/twsd/plan/current") == ("PUT", f"/job/j1/jobsuccessors/action/rerun?{flag}", {})


def test_v1_reruns_no_successors_that_nobody_has_looked_at() -> None:
    steps = v1.steps(Rerun("j1", "r1", successors=Successors.ALL, successor_ids=("j2",)))
    with pytest.raises(EngineError, match="more jobs") as refused:
        played(steps, [_preview(internal=["j2"], external=["j3"])])
    assert refused.value.kind is EngineErrorKind.REFUSED


@pytest.mark.parametrize(
    "action",
    [
        Rerun("j1", "r1", variables={"DAY": "22"}),
        Rerun("j1", "r1", priority=0, successors=Successors.ALL, successor_ids=("j2",)),
        Rerun("j1", "r1", login="pay", successors=Successors.ALL, successor_ids=("j2",)),
    ],
)
def test_what_v1_has_no_member_for_is_not_left_out_silently(action: Rerun) -> None:
    with pytest.raises(EngineError) as refused:
        played(v1.steps(action), [])
    assert refused.value.kind is EngineErrorKind.UNSUPPORTED


@pytest.mark.parametrize(
    ("action", "permissions"),
    [
        (Rerun("j1", "r1"), ("rerun",)),
        (Rerun("j1", "r1", definition="d1"), ("rerun", "submitdb")),
        (Rerun("j1", "r1", login="pay"), ("rerun", "submit")),
        (Hold(JOB), ("adddep",)),
        (SubmitStream(CLOSE), ("submitdb",)),
        (COMMAND, ("submit",)),
        (SwitchWorkstation("w1", Switch.UNLINK), ("unlink",)),
    ],
)
def test_what_the_user_needs(action: Action, permissions: tuple[str, ...]) -> None:
    assert action.permissions == permissions


def test_ids_of_what_a_filter_chose() -> None:
    answer = {"successfulResourceResponses": [{"id": "new", "error": False}], "failedResourceResponses": []}
    assert played(v2.steps(SubmitStream(CLOSE), Justification()), [answer])[1] == ("new",)


def test_a_failure_inside_of_a_success_is_a_refusal() -> None:
    answer = {"successfulResourceResponses": [], "failedResourceResponses": [{"message": "AWSJDB101E not found"}]}
    with pytest.raises(EngineError, match="AWSJDB101E"):
        played(v2.steps(SubmitStream(CLOSE), Justification()), [answer])


def test_why_it_is_done_goes_with_it_for_the_audit() -> None:
    why = Justification("incident", "INC 42\r\nX-Evil: 1", "São Paulo " + "x" * 600)
    [exchange], _ = played(v2.steps(Kill("j1"), why), [{"id": "x"}])
    told = {name: value for name, value in exchange.request.headers.items() if name.startswith("Justification")}
    assert told == {
        "Justification-Category": "incident",
        "Justification-Ticket-Num": "INC 42 X-Evil: 1",
        "Justification-Description": ("S?o Paulo " + "x" * 600)[:512],
    }


@pytest.mark.parametrize("action", [action for action, _ in IN_V2])
def test_every_change_of_v2_takes_it_along(action: Action) -> None:
    [exchange], _ = played(v2.steps(action, Justification(ticket="INC42")), [{"id": "x", "url": "y"}])
    assert exchange.request.headers["Justification-Ticket-Num"] == "INC42"


def test_successors_rerun_only_if_somebody_looked_at_them() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Rerun("j1", "r1", successors=Successors.ALL)


def test_a_command_is_in_no_repr() -> None:
    assert "ls -l" not in repr(COMMAND)


def test_every_action_has_a_permission() -> None:
    actions = [action for action, _ in IN_V2]
    assert all(action.permissions for action in actions)
    assert {type(action) for action in actions} == set(Action.__args__)
    assert all(inspect.getdoc(type(action)) for action in actions)
