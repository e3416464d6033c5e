"""The calls of the vendor's public sample programs, unchanged but for host, port and credentials.

Each test makes the calls of one program in their order, with its methods, paths, headers and bodies, and reads of the
answers what the program reads. Programs: github.com/WorkloadAutomation, repositories TWS_REST_API_Python_samples and
TWS_REST_API_Shell_script_samples, read 2026-11-23. As they do, the tests speak HTTPS without checking the certificate.
"""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from resync_bot.simulator.plan import Plan
from resync_bot.simulator.server import RunningSimulator, running_simulator
from tests.simulator.nights import frozen


class PythonSample:
    """What the samples' common module sends: four headers on every call, JSON bodies, basic authentication."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._request_id = str(uuid.uuid4())

    async def __call__(self, method: str, path: str, content: Any = None, **headers: str) -> httpx.Response:
        """One call; a header given here takes the place of the module's own."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        common = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "How-Many": "500",
            "Request-Id": self._request_id,
        }
        body = None if content is None else json.dumps(content).encode()
        answer = await self._http.request(method, f"/twsd{path}", content=body, headers=common | given)
        assert answer.is_success, answer.text
        return answer


class ShellSample:
    """What the samples call curl with; `first` is what they cut out of an answer for the id."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(self, method: str, path: str, body: str, *headers: str) -> str:
        """One call, answered with the text of the answer."""
        given = {"Content-Type": "application/json", "Accept": "application/json"}
        given |= dict(header.split(": ") for header in headers)
        text = (await self._http.request(method, f"/twsd{path}", content=body.encode(), headers=given)).text
        assert "exceptionName" not in text
        return text

    @staticmethod
    def first(text: str) -> str:
        """The text between the third and the fourth quotation mark."""
        return text.split('"')[3]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=frozen(), tls=tmp_path) as running:
        yield running


@pytest.fixture
def plan(server: RunningSimulator) -> Plan:
    return server.simulator.plan


@pytest.fixture
async def http(server: RunningSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo"), verify=False) as client:  # noqa: S501 - as the samples do
        yield client


@pytest.fixture
def python(http: httpx.AsyncClient) -> PythonSample:
    return PythonSample(http)


@pytest.fixture
def shell(http: httpx.AsyncClient) -> ShellSample:
    return ShellSample(http)


async def test_query_job_streams_py(python: PythonSample, plan: Plan) -> None:
    answer = await python(
        "POST",
        "/plan/current/jobstream/query",
        {"filters": {"jobStreamInPlanFilter": {"jobStreamName": "PAY@"}}},
        How_Many="500",
    )
    shown = [
        f"{js['key']['workstationKey']['name']}#{js['key']['name']}({js['key']['startTime']})" for js in answer.json()
    ]
    assert "FTA_PAY01#PAYROLL(2026-11-23T01:30:00.000Z)" in shown
    assert len(shown) == sum(stream.name.startswith("PAY") for stream in plan.streams)


async def test_pool_py_as_far_as_it_reads(python: PythonSample) -> None:
    headers = await python(
        "POST",
        "/model/workstation/header/query",
        {"filters": {"workstationFilter": {"workstationName": "POOL@"}}},
        How_Many="500",
    )
    [pool] = [one for one in headers.json() if one["type"] == "POOL"]
    members = (await python("GET", f"/model/workstation/{pool['id']}")).json()["agentLinks"]
    assert pool["name"] == "POOL_ETL"
    assert all(member["workstationName"] for member in members)


async def test_switchmgr_py_as_far_as_it_reads(python: PythonSample) -> None:
    domain = {"filters": {"domainInPlanFilter": {"domainName": "MASTERDM"}}}
    manager = {"filters": {"workstationInPlanFilter": {"workstationName": "MDM_PROD"}}}
    assert [one["id"] for one in (await python("POST", "/plan/current/domain/query", domain, How_Many="1")).json()]
    assert [
        one["id"] for one in (await python("POST", "/plan/current/workstation/query", manager, How_Many="1")).json()
    ]


async def test_what_the_submitting_samples_look_up_first(python: PythonSample, shell: ShellSample, plan: Plan) -> None:
    by_name = {"jobStreamName": "PAYROLL", "workstationName": "FTA_PAY01"}
    valid_in = {"filters": {"jobstreamFilter": by_name | {"validIn": "2026-11-23T05:00:00.000000"}}}
    [stream] = (await python("POST", "/model/jobstream/header/query", valid_in, How_Many="1")).json()
    without = {"filters": {"jobstreamFilter": by_name | {"validFrom": None, "validTo": None}}}
    assert (await python("POST", "/model/jobstream/header/query", without, How_Many="1")).json() == [stream]
    assert "variableTableId" not in (await python("GET", f"/model/jobstream/{stream['id']}")).json()
    default = {"filters": {"variableTableFilter": {"isDefaultTable": True}}}
    [table] = (await python("POST", "/model/variabletable/header/query", default, How_Many="1")).json()
    assert table["id"]
    text = await shell(
        "POST",
        "/model/jobstream/header/query",
        '{"filters": { "jobstreamFilter": { "jobStreamName":"PAYROLL","workstationName": "FTA_PAY01"}}}',
        "How-Many: 1",
    )
    assert shell.first(text) == stream["id"]
    text = await shell(
        "POST",
        "/model/jobdefinition/header/query",
        '{ "filters": {"jobDefinitionFilter":{"jobDefinitionName": "PAYROLL_CALC","workstationName": "FTA_PAY01"}}}',
        "How-Many: 1",
    )
    definition = {
        "filters": {"jobDefinitionFilter": {"jobDefinitionName": "PAYROLL_CALC", "workstationName": "FTA_PAY01"}}
    }
    [found] = (await python("POST", "/model/jobdefinition/header/query", definition, How_Many="1")).json()
    assert shell.first(text) == found["id"]
    assert found["jobDefinitionKey"]["name"] == "PAYROLL_CALC"


async def test_what_rerun_py_looks_up_first(python: PythonSample, plan: Plan) -> None:
    by_name = {
        "jobStreamName": "PAYROLL",
        "jobName": "PAYROLL_CALC",
        "workstationName": "FTA_PAY01",
        "lastInRerunChain": True,
    }
    for chosen in (by_name, by_name | {"inputArrivalTime": "2026-11-23T01:30:00.000Z"}):
        query = {"filters": {"jobInPlanFilter": chosen}}
        [job] = (await python("POST", "/plan/current/job/query", query, How_Many="10")).json()
        assert job["jobStreamInPlan"]["workstationKey"]["name"] == "FTA_PAY01"
        assert (job["jobStreamInPlan"]["name"], job["name"]) == ("PAYROLL", "PAYROLL_CALC")
        assert job["jobStreamInPlan"]["startTime"] == "2026-11-23T01:30:00.000Z"
        # the program puts the id into a path as it is
        assert (await python("GET", f"/plan/current/job/{job['id']}")).json()["jobRunId"] == plan.job(
            "PAYROLL_CALC"
        ).run.id


# -- the programs that change the plan


async def test_submit_jobstream_py(python: PythonSample, plan: Plan) -> None:
    now = "2026-11-23T05:00:00.000000"
    by_name = {"jobStreamName": "PAYROLL", "workstationName": "FTA_PAY01", "validIn": now}
    headers = await python(
        "POST", "/model/jobstream/header/query", {"filters": {"jobstreamFilter": by_name}}, How_Many="1"
    )
    stream_id = headers.json()[0]["id"]
    model = (await python("GET", f"/model/jobstream/{stream_id}")).json()
    table_id = model.get("variableTableId")
    if table_id is None:
        default = {"filters": {"variableTableFilter": {"isDefaultTable": True}}}
        tables = await python("POST", "/model/variabletable/header/query", default, How_Many="1")
        table_id = tables.json()[0]["id"]
    submit = {
        "inputArrivalTime": now,
        "variableTable": [{"key": "REGION", "value": "EU"}],
        "variableTableId": table_id,
        "alias": "PAYROLL_AGAIN",
    }
    answer = await python("POST", f"/plan/current/jobstream/{stream_id}/action/submit_jobstream", submit)
    assert len(answer.json()) == 1
    assert [job.name for job in plan.stream("PAYROLL_AGAIN").jobs] == [job.name for job in plan.stream("PAYROLL").jobs]


async def test_job_stream_submit_sh(shell: ShellSample, plan: Plan) -> None:
    first = await shell(
        "POST",
        "/model/jobstream/header/query",
        '{"filters": { "jobstreamFilter": { "jobStreamName":"PAYROLL","workstationName": "FTA_PAY01"}}}',
        "How-Many: 1",
    )
    path = f"/plan/current/jobstream/{shell.first(first)}/action/submit_jobstream"
    text = await shell("POST", path, '{"inputArrivalTime": "2026-11-23T05:00:00.123Z" , "alias":"PAYROLL_SH"}')
    assert len(json.loads(text)) == 1
    assert plan.stream("PAYROLL_SH").jobs


async def test_submit_job_py(python: PythonSample, plan: Plan) -> None:
    definition = {
        "filters": {"jobDefinitionFilter": {"jobDefinitionName": "PAYROLL_CALC", "workstationName": "FTA_PAY01"}}
    }
    [found] = (await python("POST", "/model/jobdefinition/header/query", definition, How_Many="1")).json()
    stream = plan.stream("PAYROLL")
    made = await python(
        "POST",
        f"/plan/current/jobstream/FTA_PAY01%3B{stream.instance_id}/action/submit_job",
        {"jobDefinitionId": found["id"], "alias": "PAYROLL_CALC2"},
    )
    submitted = await python("POST", "/plan/current/job/action/submit_ad_hoc_job", {"job": made.json()})
    assert submitted.json()["id"]
    job = plan.job("PAYROLL_CALC2")
    assert (job.stream, job.spec.command) == (stream, plan.job("PAYROLL_CALC").spec.command)


async def test_job_submit_sh(shell: ShellSample, plan: Plan) -> None:
    first = await shell(
        "POST",
        "/model/jobdefinition/header/query",
        '{ "filters": {"jobDefinitionFilter":{"jobDefinitionName": "PAYROLL_CALC","workstationName": "FTA_PAY01"}}}',
        "How-Many: 1",
    )
    stream = plan.stream("PAYROLL")
    second = await shell(
        "POST",
        f"/plan/current/jobstream/FTA_PAY01%3B{stream.instance_id}/action/submit_job",
        f'{{"jobDefinitionId": "{shell.first(first)}", "alias": "PAYROLL_CALC3"}}',
    )
    text = await shell("POST", "/plan/current/job/action/submit_ad_hoc_job", f'{{"job": {second}}}')
    assert json.loads(text)["id"]
    assert plan.job("PAYROLL_CALC3").stream is stream


async def test_rerun_py(python: PythonSample, server: RunningSimulator, plan: Plan) -> None:
    chosen = {
        "jobStreamName": "PAYROLL",
        "jobName": "PAYROLL_CALC",
        "workstationName": "FTA_PAY01",
        "lastInRerunChain": True,
    }
    found = await python("POST", "/plan/current/job/query", {"filters": {"jobInPlanFilter": chosen}}, How_Many="10")
    for job in found.json():
        assert (await python("PUT", f"/plan/current/job/{job['id']}/action/rerun", {})).status_code == 202
    server.simulator.jump(timedelta(seconds=6))
    assert [run.type for run in plan.job("PAYROLL_CALC").runs] == ["REGULAR", "RERUN"]


@pytest.mark.parametrize("sample", ["re_run.py", "jobRerun.sh"])
async def test_re_run_py_and_job_rerun_sh(
    python: PythonSample, shell: ShellSample, server: RunningSimulator, plan: Plan, sample: str
) -> None:
    job = plan.job("PAYROLL_CALC")
    path = f"/plan/current/job/FTA_PAY01%3B{job.stream.instance_id}%3BPAYROLL_CALC/action/rerun"
    if sample.endswith(".py"):
        await python("PUT", path, {})
    else:
        await shell("PUT", path, "{}")
    server.simulator.jump(timedelta(seconds=6))
    assert [run.type for run in job.runs] == ["REGULAR", "RERUN"]
