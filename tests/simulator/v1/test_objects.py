"""The objects of V1 alone: shapes, ids, logs, networks, the engine, its plans."""

from base64 import b64decode
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.queries import JobQuery
from tests.simulator.nights import frozen
from tests.simulator.v1.conftest import BASE, V1


def path(job: Job, rest: str = "", plan: str = "current") -> str:
    identity = quote(f"{job.stream.workstation.name};{job.stream.instance_id};{job.name}", safe="")
    return f"/plan/{plan}/job/{identity}{rest}"


# -- jobs


async def test_a_job_says_all_about_itself(v1: V1, plan: Plan) -> None:
    truth = plan.job("PAYROLL_CALC")
    job = await v1.get(path(truth))
    assert job["name"] == "PAYROLL_CALC"
    assert job["jobDefinition"]["jobDefinitionInPlanKey"]["workstationInPlanKey"]["name"] == "FTA_PAY01"
    assert job["jobDefinition"]["returnCode"] == 12
    assert job["jobDefinition"]["userLogin"] == "payroll"
    assert job["jobStreamInPlan"]["name"] == "PAYROLL"
    assert job["jobStreamInPlan"]["startTime"] == "2026-11-23T01:30:00.000Z"
    assert job["jobStreamInPlan"]["workstationKey"] == {"name": "FTA_PAY01", "folderKey": {"name": "/FINANCE"}}
    assert job["status"] == {"commonStatus": "ERROR", "internalStatus": "ABEND", "canceled": False}
    assert job["timeRestriction"]["maxDuration"] == 2 * 60 * 60 * 1000
    assert truth.run.ended_at is not None
    assert truth.run.started_at is not None
    elapsed = (truth.run.ended_at - truth.run.started_at).total_seconds()
    assert job["timeInfo"]["elapsedTime"] == elapsed * 1000
    assert job["timeInfo"]["estimatedDuration"] == truth.estimated.total_seconds() * 1000
    assert (job["jobNumber"], job["lastInRerunChain"]) == (truth.run.number, True)
    dependencies = job["dependencies"]
    assert [d["jobInPlanKey"]["name"] for d in dependencies["internalDependencyInPlan"]] == ["PAYROLL_VALIDATE"]
    assert [d["jobStreamKey"]["name"] for d in dependencies["externalDependencyInPlan"]] == ["LEDGER_EOD"]
    assert [d["quantity"] for d in dependencies["resourceDependencyInPlan"]] == [3]
    assert job["dependenciesStats"]["numberOfDependencies"] == 3
    assert [s["jobSuccId"] for s in job["internalSuccessors"]]


async def test_prompts_and_files_that_jobs_wait_for(v1: V1, plan: Plan) -> None:
    [prompt] = (await v1.get(path(plan.job("PAY_SWIFT_RELEASE"))))["dependencies"]["promptDependencyInPlan"]
    assert (prompt["promptKey"]["name"], prompt["promptStatus"], prompt["satisfied"]) == ("SWIFTREL", "ASKED", False)
    [file] = (await v1.get(path(plan.job("CARDS_RECEIVE_VISA"))))["dependencies"]["fileDependencyInPlan"]
    assert file["fileInPlan"]["fileInPlanKey"]["name"] == "/data/in/visa/clearing.dat"


async def test_dependencies_come_with_a_query_when_they_are_asked_for(v1: V1) -> None:
    content = {"filters": {"jobInPlanFilter": {"jobName": "PAYROLL_CALC"}}}
    [bare] = await v1.query("job", content)
    [whole] = await v1.query("job", content, Context_PlanDependenciesScope="1")
    assert "dependencies" not in bare
    assert whole["dependencies"]["internalDependencyInPlan"]


@pytest.mark.parametrize(("encoding", "plain"), [(None, False), ("1", False), ("0", True)])
async def test_ids_are_plain_or_in_base64_and_both_are_understood(
    v1: V1, plan: Plan, encoding: str | None, plain: bool
) -> None:
    truth = plan.job("PAYROLL_CALC")
    headers = {} if encoding is None else {"Id_Encoding": encoding}
    [job] = await v1.query("job", {"filters": {"jobInPlanFilter": {"jobName": "PAYROLL_CALC"}}}, **headers)
    expected = f"/FINANCE/FTA_PAY01;{truth.stream.instance_id};PAYROLL_CALC"
    assert (job["id"] if plain else b64decode(job["id"]).decode()) == expected
    assert (await v1.get(f"/plan/current/job/{quote(job['id'], safe='')}"))["name"] == "PAYROLL_CALC"
    stream = await v1.get(f"/plan/current/jobstream/{quote(job['jobStreamId'], safe='')}")
    assert [one["name"] for one in stream["jobs"]] == [one.name for one in truth.stream.jobs]
    assert await v1.jobs(jobId=job["id"]) == ["PAYROLL_CALC"]


async def test_runs_before_the_last_are_found_by_their_own_ids(v1: V1, plan: Plan) -> None:
    rows = await v1.query("job", {"filters": {"jobInPlanFilter": {"rerunType": "RECOVERY"}}})
    for row in rows:
        one = await v1.get(f"/plan/current/job/{quote(row['id'], safe='')}")
        assert (one["jobRunId"], one["name"]) == (row["jobRunId"], "RECOVERY_JOB")


@pytest.mark.parametrize(
    "wrong",
    [
        "/plan/current/job/nobody",
        "/plan/current/job/WS%3B0AAAAAAAAAAAABQM%3BJOB",
        "/plan/current/job/MDM_PROD%3B0AAAAAAAAAAAABQM",
        "/plan/current/jobstream/WS%3B0AAAAAAAAAAAABQM",
        "/plan/current/workstation/NOBODY",
        "/plan/current/prompt/NOBODY",
        "/plan/current/resource/NOBODY",
        "/plan/current/file/NOBODY",
        "/plan/current/domain/NOBODY",
        "/plan/M190001010000/jobstream/query",
        "/model/jobstream/nobody",
        "/model/jobdefinition/nobody",
        "/model/workstation/nobody",
    ],
)
async def test_what_is_not_there(v1: V1, wrong: str) -> None:
    answer = await (v1.post(wrong) if wrong.endswith("query") else v1.http.get(wrong))
    assert answer.status_code == 404
    assert answer.json()["messages"][0].startswith("AWSJDB101E")


async def test_why_jobs_do_not_start(v1: V1, plan: Plan) -> None:
    identity = plain_id(plan.job("PAY_SWIFT_RELEASE"))
    issues = (await v1.post("/plan/current/job/issues", {"jobIdList": [identity]})).json()
    assert {issue["value"]["issueType"] for issue in issues} >= {"HOLD_WAITING_FOR_PROMPT"}
    assert all(issue["value"]["id"] == identity for issue in issues)
    assert (await v1.post("/plan/current/job/issues", {"jobIdList": ["nobody"]})).status_code == 404
    assert (await v1.post("/plan/current/job/issues", {"jobIdList": "nobody"})).status_code == 400


def plain_id(job: Job) -> str:
    return f"{job.stream.workstation.name};{job.stream.instance_id};{job.name}"


# -- logs


async def test_a_log_at_once_and_in_pages(v1: V1, plan: Plan) -> None:
    log = path(plan.job("PAYROLL_CALC"), "/joblog")
    whole = await v1.get(log)
    assert "= Exit Status           : 12" in whole["log"]
    assert whole["lastPage"] is True
    page = await v1.get(log, lines=7, pageNumber=0)
    pages = [page["log"]]
    while not page["lastPage"]:
        page = await v1.get(log, lines=7, pageNumber=page["pageNumber"] + 1, fileId=page["fileId"])
        pages.append(page["log"])
    assert "".join(pages) == whole["log"]
    assert len(pages) > 2
    assert (await v1.http.get(log, params={"lines": 7, "pageNumber": 1})).status_code == 400


async def test_no_log_before_the_launch(v1: V1, plan: Plan) -> None:
    assert (await v1.http.get(path(plan.job("PAYROLL_CLOSE"), "/joblog"))).status_code == 404


# -- what waits for what


async def test_predecessors(v1: V1, plan: Plan) -> None:
    found = await v1.get(path(plan.job("PAYROLL_CALC"), "/predecessors"))
    assert [one["key"]["name"] for one in found] == ["PAYROLL_VALIDATE", "LEDGER_POST_BALANCES"]
    assert len(await v1.get(path(plan.job("PAYROLL_CALC"), "/predecessors"), **{"How-Many": 1})) == 1


async def test_the_successors_that_a_rerun_would_rerun(v1: V1, plan: Plan) -> None:
    waiting = path(plan.job("PAYROLL_CALC"), "/jobsuccessors/preview")
    assert (await v1.get(waiting))["values"] == []  # all of them are in HOLD
    found = await v1.get(waiting, stopOnHold="false")
    names = [one["key"]["name"] for one in found["values"]]
    assert "PAYROLL_CLOSE" in names
    assert {one["key"]["jobStreamInPlanKey"]["name"] for one in found["sublist"]} == {"PAYROLL"}
    ended = await v1.get(path(plan.job("LEDGER_POST_BALANCES"), "/jobsuccessors/preview"))
    assert "PAYROLL_CALC" in [one["key"]["name"] for one in ended["values"]]
    assert ended["allAllowed"] is not any(
        one["status"]["internalStatus"] in ("EXEC", "READY", "INTRO", "ENDP") for one in ended["values"]
    )


async def test_critical_successors(v1: V1, plan: Plan) -> None:
    found = (await v1.get(path(plan.job("PAYROLL_CALC"), "/critical_successors")))["values"]
    assert {one["key"]["name"] for one in found} == {"PAYROLL_CLOSE", "PAY_SEND_OWN"}


# -- critical jobs


async def test_critical_jobs_and_their_risk(v1: V1, plan: Plan) -> None:
    found = {one["key"]["name"]: one["criticalNetworkInfo"] for one in await v1.query("criticaljob")}
    assert set(found) == {job.name for job in plan.jobs if job.spec.critical}
    info = found["PAYROLL_CLOSE"]["criticalJobInfo"]
    assert info["alertLevel"] == "POTENTIAL_RISK"
    assert info["appliedDeadlineTime"] == "2026-11-23T09:00:00.000Z"
    assert info["criticalJobStats"]["numberOfErrorCriticalJobsPred"] == 1
    summary = (await v1.post("/plan/current/criticaljob/summary_info")).json()
    levels = [one["criticalJobInfo"]["alertLevel"] for one in found.values()]
    assert summary["numberOfCriticalJobsNoRisk"] == levels.count("ON_TRACK")
    assert summary["numberOfCriticalJobsPotentialRisk"] == levels.count("POTENTIAL_RISK")
    assert summary["numberOfCriticalJobsHighRisk"] == levels.count("HIGH_RISK")


async def test_critical_jobs_by_their_risk(v1: V1) -> None:
    async def names(**members: Any) -> list[str]:
        found = await v1.query("criticaljob", {"filters": {"criticalJobInPlanFilter": members}})
        return [one["key"]["name"] for one in found]

    assert "PAYROLL_CLOSE" in await names(alertLevelList=["POTENTIAL_RISK"])
    assert "PAYROLL_CLOSE" not in await names(alertLevelList=["ON_TRACK"])
    assert await names(jobName="PAYROLL@", alertLevelList=["HIGH_RISK", "POTENTIAL_RISK"]) == ["PAYROLL_CLOSE"]
    wrong = {"filters": {"criticalJobInPlanFilter": {"alertLevelList": ["RED"]}}}
    assert (await v1.post("/plan/current/criticaljob/query", wrong)).status_code == 400


async def test_after_its_deadline_a_job_is_at_high_risk() -> None:
    async with (
        running_simulator(simulator=frozen(time_of_day="06:10")) as late,
        httpx.AsyncClient(base_url=late.url + BASE, auth=("demo", "demo")) as http,
    ):
        found = await V1(http).query(
            "criticaljob", {"filters": {"criticalJobInPlanFilter": {"alertLevelList": ["HIGH_RISK"]}}}
        )
        assert "PAYROLL_CLOSE" in [one["key"]["name"] for one in found]
        assert "PAYROLL_CLOSE" in await V1(http).jobs(late=True)


@pytest.mark.parametrize(
    ("option", "holds", "lacks"),
    [
        ("HOT_LIST", "PAYROLL_CALC", "PAYROLL_VALIDATE"),
        ("CRITICAL_PATH", "PAYROLL_CALC", "PAYROLL_VALIDATE"),
        ("INCOMPLETE_PREDECESSORS", "PAYROLL_CALC", "PAYROLL_VALIDATE"),
        ("COMPLETED_PREDECESSORS", "PAYROLL_VALIDATE", "PAYROLL_CALC"),
    ],
)
async def test_what_a_critical_job_waits_for(v1: V1, plan: Plan, option: str, holds: str, lacks: str) -> None:
    chain = path(plan.job("PAYROLL_CLOSE")).replace("/job/", "/criticaljob/") + "/query_predecessors_chain"
    names = [one["key"]["name"] for one in (await v1.post(chain, {"option": option})).json()]
    assert holds in names
    assert lacks not in names
    failed = {"filter": {"filters": {"jobInPlanOnCriticalPathFilter": {"statusList": ["ERROR"]}}}}
    assert [one["key"]["name"] for one in (await v1.post(chain, failed)).json()] == ["PAYROLL_CALC"]


# -- the others


async def test_streams(v1: V1, plan: Plan) -> None:
    truth = plan.job("PAYROLL_CALC").stream
    content = {"filters": {"jobStreamInPlanFilter": {"jobStreamName": "PAYROLL"}}}
    [stream] = await v1.query("jobstream", content)
    assert stream["key"]["workstationKey"]["name"] + "#" + stream["key"]["name"] == "FTA_PAY01#PAYROLL"
    assert stream["key"]["startTime"] == "2026-11-23T01:30:00.000Z"
    assert stream["internalIdentifier"] == truth.instance_id
    assert stream["status"] == {"commonStatus": "BLOCKED", "internalStatus": "STUCK", "canceled": False}
    assert stream["jobStreamStats"]["numberOfAbendedJob"] == 1
    blocked = {"filters": {"jobStreamInPlanFilter": {"statusList": ["BLOCKED"], "internalStatusList": ["STUCK"]}}}
    assert "PAYROLL" in [one["key"]["name"] for one in await v1.query("jobstream", blocked)]
    by_id = {"filters": {"jobStreamInPlanFilter": {"jobStreamId": stream["id"]}}}
    assert await v1.query("jobstream", by_id) == [stream]


async def test_who_waits_for_a_whole_stream(v1: V1, plan: Plan) -> None:
    stream, waiting = plan.stream("CARDS_FRAUD"), plan.stream("CARDS_LIMITS")
    told = await v1.http.get(f"/plan/current/jobstream/{stream_path(stream)}", headers={"Id-Encoding": "0"})
    [successor] = told.json()["successors"]
    assert successor["jobStreamSuccId"] == f"{waiting.workstation.name};{waiting.instance_id}"
    assert successor["jobStreamKey"]["name"] == "CARDS_FRAUD"


def stream_path(stream: Stream) -> str:
    return quote(f"{stream.workstation.name};{stream.instance_id}", safe="")


async def test_workstations(v1: V1) -> None:
    async def names(**members: Any) -> list[str]:
        found = await v1.query("workstation", {"filters": {"workstationInPlanFilter": members}})
        return [one["key"]["name"] for one in found]

    assert await names(workstationName="MDM@") == ["MDM_PROD"]
    assert await names(linkStatus="UNLINKED") == ["FTA_LEGACY"]
    assert await names(workstationTypeList=["POOL"]) == ["POOL_ETL"]
    assert "FTA_LEGACY" not in await names(jobmanUp=True)
    [master] = await v1.query("workstation", {"filters": {"workstationInPlanFilter": {"workstationName": "MDM_PROD"}}})
    assert master["type"] == "MANAGER"
    assert master["applicationServerStatus"] == "RUNNING"
    assert await v1.get(f"/plan/current/workstation/{quote(master['id'], safe='')}") == master
    assert await v1.get("/plan/current/workstation/MDM_PROD") == master
    assert await names(workstationId=master["id"]) == ["MDM_PROD"]


async def test_prompts(v1: V1, plan: Plan) -> None:
    [prompt] = await v1.query("prompt", {"filters": {"promptInPlanFilter": {"statusList": ["ASKED"]}}})
    assert prompt["promptInPlanKey"]["name"] == "SWIFTREL"
    assert prompt["jobInPlanKey"]["name"] == "PAY_SWIFT_RELEASE"
    assert await v1.get(f"/plan/current/prompt/{quote(prompt['id'], safe='')}") == prompt
    for members in ({"promptJobId": prompt["jobId"]}, {"promptId": prompt["id"]}, {"promptNumber": prompt["number"]}):
        assert await v1.query("prompt", {"filters": {"promptInPlanFilter": members}}) == [prompt]


async def test_resources(v1: V1, plan: Plan) -> None:
    content = {"filters": {"resourceInPlanFilter": {"resourceName": "STRESSLC", "workstatioName": "@"}}}
    [resource] = await v1.query("resource", content)
    assert (resource["quantityDefined"], resource["quantityAvailable"], resource["status"]) == (2, 0, "NOT_AVAILABLE")
    assert [holder["jobKey"]["name"] for holder in resource["holders"]] == ["RISK_GRID_SERVER"]
    assert await v1.get(f"/plan/current/resource/{quote(resource['id'], safe='')}") == resource


async def test_files_and_the_domain(v1: V1) -> None:
    [file] = await v1.query("file", {"filters": {"fileInPlanFilter": {"fileName": "@visa@"}}})
    assert file["status"] == "Exists"
    assert await v1.get(f"/plan/current/file/{quote(file['id'], safe='')}") == file
    [domain] = await v1.query("domain", {"filters": {"domainInPlanFilter": {"domainName": "MASTERDM"}}})
    assert domain["managerWorkstationKey"]["name"] == "MDM_PROD"
    assert await v1.get(f"/plan/current/domain/{quote(domain['id'], safe='')}") == domain
    assert await v1.query("domain", {"filters": {"domainInPlanFilter": {"domainName": "OTHER"}}}) == []


# -- the engine and its plans


async def test_engine_info(v1: V1, plan: Plan) -> None:
    info = await v1.get("/engine/info")
    assert (info["timezone"], info["masterWorkstation"]) == ("America/Sao_Paulo", "MDM_PROD")
    assert info["synphonyRunNumber"] == plan.run_number
    assert info["synphonyPlanStart"] == "2026-11-22T21:00:00.000Z"
    assert await v1.get("/engine/mailbox_fill_percentage", mailboxName="mirrorbox.msg") == 0


async def test_the_plans_of_the_week_before_are_archived(v1: V1, server: RunningSimulator) -> None:
    everything = (await v1.post("/plan/query")).json()
    assert [one["id"] for one in everything if one["key"]["type"] == "CURRENT"] == ["current"]
    wanted = {"filters": {"symphonyInPlanFilter": {"planType": "ARCHIVED"}}}
    archived = (await v1.post("/plan/query", wanted)).json()
    assert len(archived) == len(everything) - 1 == 7
    assert archived[0]["validTo"] == "2026-11-22T21:00:00.000Z"
    [found] = (await v1.post("/plan/query", {"filters": {"symphonyInPlanFilter": {"planName": "M2026112018@"}}})).json()
    one = f"/plan/{found['id']}"
    ended = {"filters": {"jobInPlanFilter": {"lastInRerunChain": True, "statusList": ["SUCCESSFUL", "ERROR"]}}}
    jobs = (await v1.post(f"{one}/job/query", ended, How_Many="0")).json()
    assert len(jobs) > 500
    assert all(found["validFrom"] <= job["timeInfo"]["actualEndTime"] < found["validTo"] for job in jobs)
    log = await v1.get(f"{one}/job/{quote(jobs[0]['id'], safe='')}/joblog")
    assert jobs[0]["name"] in log["log"]
    async with (
        running_simulator(simulator=frozen()) as again,
        httpx.AsyncClient(base_url=again.url + BASE, auth=("demo", "demo")) as http,
    ):
        assert (await V1(http).post(f"{one}/job/query", ended, How_Many="0")).json() == jobs


async def test_an_archived_plan_has_no_pages_by_offset(v1: V1) -> None:
    [found, *_] = (await v1.post("/plan/query", {"filters": {"symphonyInPlanFilter": {"planType": "ARCHIVED"}}})).json()
    answer = await v1.post(f"/plan/{found['id']}/job/query", None, Query_PageSize="10", Query_PageNumber="0")
    assert answer.status_code == 400


@pytest.mark.parametrize("members", [{"planType": "OLD"}, {"name": "X"}])
async def test_plans_that_are_not_understood(v1: V1, members: dict[str, str]) -> None:
    assert (await v1.post("/plan/query", {"filters": {"symphonyInPlanFilter": members}})).status_code == 400


async def test_an_engine_of_9_5_has_no_v2_and_plain_ids() -> None:
    async with (
        running_simulator(simulator=frozen(), only_v1=True) as old,
        httpx.AsyncClient(base_url=old.url + BASE, auth=("demo", "demo")) as http,
    ):
        assert (await http.get("/api/v2/engine/info")).status_code == 404
        assert (await V1(http).get("/engine/info"))["version"] == "9.5.0"
        query = {"filters": {"jobInPlanFilter": {"jobName": "PAYROLL_CALC"}}}
        [job] = await V1(http).query("job", query)
        assert job["id"].endswith(";PAYROLL_CALC")
        [encoded] = await V1(http).query("job", query, Id_Encoding="1")
        assert b64decode(encoded["id"]).decode() == job["id"]
    async with (
        running_simulator(simulator=frozen(), only_v1=True) as old,
        connect_engine(EngineSettings(host=old.url, user="demo", password=SecretStr("demo"))) as engine,
    ):
        assert (await engine.engine()).api == "V1"
        [found] = (await engine.jobs(JobQuery(name="PAYROLL_CALC"), limit=5)).items
        assert (await engine.job(found.id)).return_code == 12


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_method_that_is_not_there(v1: V1, method: str) -> None:
    answer = await v1.http.request(method, "/plan/query")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
