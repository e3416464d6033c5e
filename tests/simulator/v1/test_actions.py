"""Actions of V1: accepted at once, done a little later, refused where the state or the right is missing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from resync_bot.simulator.plan import Job, Plan
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings, UserAccount
from resync_bot.simulator.states import PromptState, RunState
from resync_bot.simulator.v1.ids import definition_id
from tests.simulator.nights import at
from tests.simulator.v1.conftest import BASE

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
SOON = timedelta(seconds=6)


def identity(job: Job) -> str:
    return quote(f"{job.stream.workstation.name};{job.stream.instance_id};{job.name}", safe="")


class Operator:
    """Acts in V1, and lets time pass until batchman has done it."""

    def __init__(self, server: RunningSimulator, http: httpx.AsyncClient) -> None:
        self.server = server
        self._http = http

    @property
    def plan(self) -> Plan:
        return self.server.simulator.plan

    async def put(self, path: str, content: Any = None, /, **headers: str) -> httpx.Response:
        """A PUT, before anything has happened."""
        body = {} if content is None else {"json": content}
        return await self._http.put(f"/plan/current{path}", headers=JSON | headers, **body)

    async def job(self, name: str, action: str, content: Any = None) -> httpx.Response:
        """An action on the job of that name."""
        return await self.put(f"/job/{identity(self.plan.job(name))}/action/{action}", content)

    async def post(self, path: str, content: Any) -> httpx.Response:
        """A POST."""
        return await self._http.post(f"/plan/current{path}", json=content, headers={"Id-Encoding": "0"})

    def later(self) -> None:
        """Some seconds pass."""
        self.server.simulator.jump(SOON)


@pytest.fixture
async def operator(server: RunningSimulator) -> AsyncIterator[Operator]:
    async with httpx.AsyncClient(base_url=server.url + BASE, auth=("demo", "demo")) as http:
        yield Operator(server, http)


# -- jobs


async def test_an_action_is_accepted_before_it_happens(operator: Operator) -> None:
    job = operator.plan.job("PAYROLL_CALC")
    answer = await operator.job("PAYROLL_CALC", "rerun", {})
    assert (answer.status_code, answer.content) == (202, b"")
    assert len(job.runs) == 1
    operator.later()
    assert len(job.runs) == 2
    assert not job.failed


@pytest.mark.parametrize(
    ("name", "action", "expected"),
    [
        ("PAYROLL_CALC", "confirm_succ", (RunState.SUCC, False)),
        ("TRS_CONFIRM_FIXING", "confirm_succ", (RunState.SUCC, False)),
        ("TRS_CONFIRM_FIXING", "confirm_abend", (RunState.ABEND, False)),
        ("RISK_GRID_SERVER", "kill", (RunState.ABEND, False)),
        ("PAYROLL_CLOSE", "cancel", (RunState.HOLD, True)),
    ],
)
async def test_what_becomes_of_a_job(
    operator: Operator, name: str, action: str, expected: tuple[RunState, bool]
) -> None:
    assert (await operator.job(name, action)).status_code == 202
    operator.later()
    job = operator.plan.job(name)
    assert (job.state, job.canceled) == expected


async def test_hold_and_release(operator: Operator) -> None:
    job = operator.plan.job("PAYROLL_CLOSE")
    before = job.priority
    assert (await operator.job("PAYROLL_CLOSE", "hold")).status_code == 202
    operator.later()
    assert job.priority == 0
    assert (await operator.job("PAYROLL_CLOSE", "release")).status_code == 202
    operator.later()
    assert job.priority == before


async def test_the_priority_is_changed_with_the_whole_job(operator: Operator) -> None:
    job = operator.plan.job("PAYROLL_CLOSE")
    answer = await operator.put(f"/job/{identity(job)}", {"name": "PAYROLL_CLOSE", "priority": 55})
    assert answer.status_code == 202
    operator.later()
    assert job.priority == 55
    for wrong in (-1, 102, "high"):
        assert (await operator.put(f"/job/{identity(job)}", {"priority": wrong})).status_code == 400


async def test_dependencies_are_released(operator: Operator) -> None:
    assert (await operator.job("PAY_SWIFT_RELEASE", "release_all_dependencies")).status_code == 202
    operator.later()
    assert operator.plan.job("PAY_SWIFT_RELEASE").state is not RunState.HOLD


async def test_a_rerun_with_successors_runs_them_again(operator: Operator) -> None:
    job = operator.plan.job("PAY_SEND_CREDIT")
    before = len(job.runs)
    answer = await operator.put(f"/job/{identity(job)}/jobsuccessors/action/rerun", {})
    assert answer.status_code == 202, answer.text
    operator.later()
    assert len(job.runs) == before + 1


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("PAYROLL_CLOSE", "rerun"),
        ("PAYROLL_CLOSE", "kill"),
        ("PAYROLL_CALC", "kill"),
        ("PAYROLL_CALC", "hold"),
        ("PAYROLL_VALIDATE", "confirm_succ"),
        ("PAYROLL_CALC", "confirm_abend"),
    ],
)
async def test_a_state_that_does_not_allow_it(operator: Operator, name: str, action: str) -> None:
    answer = await operator.job(name, action, {})
    assert answer.status_code == 500
    assert "AWSJSY404E" in answer.json()["messages"][0]
    assert "AWSBIN076E" in answer.json()["messages"][0]


async def test_without_a_media_type_nothing_is_done(operator: Operator) -> None:
    job = operator.plan.job("PAYROLL_CALC")
    path = f"/plan/current/job/{identity(job)}/action/rerun"
    async with httpx.AsyncClient(base_url=operator.server.url + BASE, auth=("demo", "demo")) as http:
        assert (await http.put(path)).status_code == 415
        assert (await http.post(path, json={})).status_code == 405
    operator.later()
    assert len(job.runs) == 1


async def test_a_right_that_is_missing() -> None:
    reader = UserAccount("reader", "reader", keywords=frozenset({"REPLY"}))
    settings = SimulatorSettings(speed=0, port=0, start=at("02:00"), users=(reader,))
    async with (
        running_simulator(settings) as server,
        httpx.AsyncClient(base_url=server.url + BASE, auth=("reader", "reader")) as http,
    ):
        operator = Operator(server, http)
        answer = await operator.job("PAYROLL_CALC", "rerun", {})
        assert answer.status_code == 403
        assert "AWSJDB817E" in answer.json()["messages"][0]
        assert "RERUN" in answer.json()["messages"][0]


async def test_archived_plans_cannot_be_changed(operator: Operator) -> None:
    async with httpx.AsyncClient(base_url=operator.server.url + BASE, auth=("demo", "demo")) as http:
        wanted = {"filters": {"symphonyInPlanFilter": {"planType": "ARCHIVED"}}}
        [plan, *_] = (await http.post("/plan/query", json=wanted)).json()
        ended = {"filters": {"jobInPlanFilter": {"statusList": ["ERROR"], "lastInRerunChain": True}}}
        [job, *_] = (await http.post(f"/plan/{plan['id']}/job/query", json=ended)).json()
        path = f"/plan/{plan['id']}/job/{quote(job['id'], safe='')}/action/rerun"
        assert (await http.put(path, json={})).status_code == 404


# -- streams


async def test_streams_are_canceled_alone_and_together(operator: Operator) -> None:
    stream, other = operator.plan.stream("PAYROLL"), operator.plan.stream("LEDGER_CLOSE")
    ids = [f"{one.workstation.name};{one.instance_id}" for one in (stream, other)]
    assert (await operator.put(f"/jobstream/{quote(ids[0], safe='')}/action/hold")).status_code == 202
    operator.later()
    assert stream.priority == 0
    assert (await operator.put("/jobstream/action/cancel", ids)).status_code == 202
    operator.later()
    assert all(job.canceled for job in other.jobs)
    assert operator.plan.job("PAYROLL_CLOSE").canceled
    assert (await operator.put("/jobstream/action/cancel", "all")).status_code == 400


async def test_submitting_a_stream_twice_takes_an_alias(operator: Operator) -> None:
    model = f"/jobstream/{await model_id(operator, 'PAYROLL')}/action/submit_jobstream"
    first = await operator.post(model, {"inputArrivalTime": "2026-11-23T05:00:00.000000"})
    assert first.status_code == 200
    [submitted] = first.json()
    assert submitted.startswith("/FINANCE/FTA_PAY01;0A")
    assert (await operator.post(model, {})).status_code == 409
    assert (await operator.post(model, {"alias": "PAYROLL2"})).status_code == 200
    assert operator.plan.stream("PAYROLL2").jobs
    assert (await operator.post(model, {"alias": "P3", "variableTable": [{"key": "X"}]})).status_code == 400


async def model_id(operator: Operator, name: str) -> str:
    async with httpx.AsyncClient(base_url=operator.server.url + BASE, auth=("demo", "demo")) as http:
        query = {"filters": {"jobstreamFilter": {"jobStreamName": name}}}
        [header] = (await http.post("/model/jobstream/header/query", json=query)).json()
    found: str = header["id"]
    return found


async def test_a_command_that_nobody_defined_goes_to_the_stream_jobs(operator: Operator) -> None:
    command = {"taskType": "UNIX", "taskString": "sleep 120", "userLogin": "wauser"}
    job = {"name": "SLEEP", "jobDefinition": command, "workstationInPlan": {"name": "MDM_PROD"}}
    answer = await operator.post("/job/action/submit_ad_hoc_job", {"job": job})
    assert answer.status_code == 201
    submitted = operator.plan.job("SLEEP")
    assert answer.json() == {"id": f"MDM_PROD;{submitted.stream.instance_id};SLEEP"}
    assert submitted.stream.name == "JOBS"
    for wrong, status in (
        ({"jobDefinition": command}, 400),
        ({"jobDefinition": command, "workstationInPlan": {"name": "NOBODY"}}, 404),
        ({"jobDefinition": {"taskString": "x"}, "workstationInPlan": {"name": "MDM_PROD"}}, 400),
        ({"jobDefinitionId": "nobody"}, 404),
        (job, 409),
    ):
        assert (await operator.post("/job/action/submit_ad_hoc_job", {"job": wrong})).status_code == status


async def test_a_stream_is_made_first_and_submitted_as_it_was_changed(operator: Operator) -> None:
    answer = await operator.post(
        f"/jobstream/{await model_id(operator, 'PAYROLL')}/action/make_jobstream", {"alias": "LATER"}
    )
    assert answer.status_code == 200
    made = answer.json()
    assert made["key"]["name"] == "LATER"
    with pytest.raises(LookupError):
        operator.plan.stream("LATER")
    changed = made | {"priority": 44, "timeRestriction": {"startTime": "2026-11-23T06:00:00.000Z"}}
    answer = await operator.post("/jobstream/action/submit_jobstream", {"jobstream": changed})
    assert answer.status_code == 200
    operator.server.simulator.jump(timedelta(minutes=55))
    jobs = operator.plan.stream("LATER").jobs
    assert {(job.priority, job.run.started_at) for job in jobs} == {(44, None)}
    operator.server.simulator.jump(timedelta(minutes=20))
    assert any(job.run.started_at for job in jobs)
    for wrong, status in (({}, 400), ({"jobstream": {"jobStreamModelId": "nobody"}}, 404)):
        assert (await operator.post("/jobstream/action/submit_jobstream", wrong)).status_code == status


async def test_a_defined_job_goes_to_the_stream_jobs_of_its_workstation(operator: Operator) -> None:
    job = operator.plan.job("PAYROLL_VALIDATE")
    for named in (job.workstation.name, job.workstation.key):
        path = f"/jobstream/{quote(f'{named};JOBS', safe='')}/action/submit_job"
        answer = await operator.post(path, {"jobDefinitionId": definition_id(job), "alias": "ALONE"})
        assert answer.status_code == 200
    answer = await operator.post("/job/action/submit_ad_hoc_job", {"job": answer.json() | {"priority": 33}})
    assert answer.status_code == 201
    submitted = operator.plan.job("ALONE")
    assert (submitted.stream.name, submitted.stream.workstation, submitted.priority) == ("JOBS", job.workstation, 33)
    for nowhere in ("NOBODY;JOBS", "MDM_PROD;OTHER"):
        path = f"/jobstream/{quote(nowhere, safe='')}/action/submit_job"
        assert (await operator.post(path, {"jobDefinitionId": definition_id(job)})).status_code == 404


# -- the others


@pytest.mark.parametrize(("said", "state"), [("true", PromptState.ANSWERED_YES), ("false", PromptState.ANSWERED_NO)])
async def test_a_prompt_is_answered_by_a_header(operator: Operator, said: str, state: PromptState) -> None:
    prompt = operator.plan.prompt("SWIFTREL")
    async with httpx.AsyncClient(base_url=operator.server.url + BASE, auth=("demo", "demo")) as http:
        asked = {"filters": {"promptInPlanFilter": {"promptName": "SWIFTREL"}}}
        [told] = (await http.post("/plan/current/prompt/query", json=asked)).json()
    path = f"/prompt/{quote(told['id'], safe='')}/action/reply"
    assert (await operator.put(path)).status_code == 400
    assert (await operator.put(path, Answer=said)).status_code == 202
    operator.later()
    assert prompt.state is state


async def test_limit_fence_and_link_of_a_workstation(operator: Operator) -> None:
    workstation = operator.plan.workstation("AGT_RPT01")
    path = "/workstation/AGT_RPT01/action"
    assert (await operator.put(f"{path}/update_limit", 7)).status_code == 202
    assert (await operator.put(f"{path}/update_fence", 40)).status_code == 202
    assert (await operator.put(f"{path}/unlink")).status_code == 202
    operator.later()
    assert (workstation.limit, workstation.fence, workstation.linked) == (7, 40, False)
    assert (await operator.put(f"{path}/link")).status_code == 200
    operator.later()
    assert workstation.linked
    for wrong in (-1, 1025, "many"):
        assert (await operator.put(f"{path}/update_limit", wrong)).status_code == 400


async def test_units_of_a_resource(operator: Operator) -> None:
    resource = operator.plan.resource("STRESSLC")
    path = f"/resource/{quote(f'{resource.workstation.name};STRESSLC', safe='')}"
    answer = await operator.put(path, {"quantityDefined": 9})
    assert answer.status_code == 202, answer.text
    operator.later()
    assert resource.quantity == 9
    assert (await operator.put(path, {})).status_code == 400
