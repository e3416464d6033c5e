"""The REST API as a client meets it. What it answers is compared with the plan itself."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from resync_bot.simulator.plan import Plan
from resync_bot.simulator.reasons import SubStatus
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.states import FAILED
from resync_bot.simulator.status import common_status
from tests.simulator.conftest import BASE
from tests.simulator.nights import at, frozen


@pytest.fixture
def plan(server: RunningSimulator) -> Plan:
    return server.simulator.plan


async def get(api: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    answer = await api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(api: httpx.AsyncClient, path: str, oql: str) -> list[str]:
    return [one["name"] for one in (await get(api, path, oql=oql))["results"]]


# -- the engine


async def test_engine_info_names_the_zone(api: httpx.AsyncClient) -> None:
    assert (await get(api, "/engine/info"))["timezone"] == "America/Sao_Paulo"


async def test_the_date_header_is_the_virtual_time(api: httpx.AsyncClient) -> None:
    for path in ("/engine/info", "/plan/job/nobody"):
        answer = await api.get(path)
        assert parsedate_to_datetime(answer.headers["Date"]) == at("02:00")


# -- jobs


async def test_failed_jobs(api: httpx.AsyncClient, plan: Plan) -> None:
    found = await names(api, "/plan/job", "jobruns.commonStatus = 'ERROR' ORDER BY key.name ASC")
    assert found == sorted(job.name for job in plan.jobs if job.failed)
    assert "PAYROLL_CALC" in found


async def test_a_job_says_all_about_itself(api: httpx.AsyncClient, plan: Plan) -> None:
    truth = plan.job("PAYROLL_CALC")
    job = await get(api, f"/plan/job/{truth.id}")
    assert job["name"] == "PAYROLL_CALC"
    assert job["folder"] == "/PAYROLL"
    assert job["workstation"] == "/FINANCE/FTA_PAY01"
    assert job["jobStreamName"] == "PAYROLL"
    assert job["jobStreamId"] == truth.stream.id
    assert job["schedTime"] == "2026-11-23T01:30:00.000Z"
    assert job["lastRunCommonStatus"] == "ERROR"
    assert job["lastRunCompositeStatus"]["status"] == "ABEND"
    assert job["jobDefinition"]["recoveryOption"] == "STOP"
    assert job["jobDefinition"]["userLogins"] == ["payroll"]
    assert job["timeRestrictions"]["maxDuration"] == "PT2H"
    [run] = job["jobruns"]
    assert run["id"] == truth.run.id
    assert run["returnCode"] == 12
    assert run["rerunType"] == "REGULAR"
    assert run["lastInRerunChain"] is True
    assert run["timeInfo"]["actualStartTime"] < run["timeInfo"]["actualEndTime"]
    assert {action["key"] for action in job["actions"]} >= {"RERUN_JOB", "GET_JOB_LOG"}
    kinds = {d["dependencyType"]: d for d in job["dependencies"]}
    assert kinds["INTERNAL"]["jobName"] == "PAYROLL_VALIDATE"
    assert kinds["EXTERNAL_JOB"]["jobStreamName"] == "LEDGER_EOD"
    assert kinds["RESOURCE"]["quantity"] == 3
    assert job["dependenciesStats"]["numberOfDependencies"] == 3
    assert job["dependenciesStats"]["numberOfUnresolvedDependencies"] == 0


async def test_the_critical_job_at_the_end_of_it(api: httpx.AsyncClient, plan: Plan) -> None:
    job = await get(api, f"/plan/job/{plan.job('PAYROLL_CLOSE').id}")
    assert job["jobOptions"]["critical"] is True
    assert job["timeRestrictions"]["deadlineTime"] == "2026-11-23T09:00:00.000Z"
    assert job["criticalStart"] < job["timeRestrictions"]["deadlineTime"]
    assert job["dependenciesStats"]["numberOfUnresolvedDependencies"] == 2


async def test_a_job_for_every_substatus(api: httpx.AsyncClient) -> None:
    jobs = (await get(api, "/plan/job"))["results"]
    told = {(one["lastRunCompositeStatus"]["status"], one["lastRunCompositeStatus"]["substatus"]) for one in jobs}
    assert {substatus for _, substatus in told} >= set(SubStatus)
    assert all(substatus.startswith(status) for status, substatus in told if substatus)


async def test_all_runs_of_a_recovery_chain(api: httpx.AsyncClient, plan: Plan) -> None:
    runs = (await get(api, f"/plan/job/{plan.job('RE_ACCOUNTS_JOB').id}"))["jobruns"]
    assert [run["runAttempt"] for run in runs] == [1, 2, 3, 4, 5, 6, 7]
    assert [run["rerunType"] for run in runs] == ["REGULAR", *["RECOVERY", "RECOVERY_RERUN"] * 3]
    assert runs[1]["name"] == "RECOVERY_JOB"
    assert [run["lastInRerunChain"] for run in runs] == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("oql", "expected"),
    [
        ("name = 'PAYROLL_POST'", ["PAYROLL_POST"]),
        ("name LIKE 'PAYROLL_C@' AND jobStreamName = 'PAYROLL' ORDER BY name DESC", ["PAYROLL_CLOSE", "PAYROLL_CALC"]),
        ("folder = '/PAYROLL' AND jobOptions.critical = true", ["PAYROLL_CLOSE"]),
        (
            "workstation = '/FTA_LEGACY' AND jobruns.commonStatus = 'READY' ORDER BY name",
            ["FICHE_FORMAT_LEDGER", "FICHE_FORMAT_STATEMENTS"],
        ),
        ("jobruns.compositeStatus.status = 'FENCE'", ["BRANCH_CLEAN_TEMP"]),
        ("jobruns.compositeStatus.canceled = true", ["CRM_MAIL_DUPLICATES"]),
        ("priority = 0", ["CRM_CAMPAIGN_MAIL"]),
        ("jobOptions.every = true", ["OPS_HEARTBEAT"]),
        ("jobOptions.requiresConfirmation = true", ["TRS_CONFIRM_FIXING"]),
        ("jobOptions.noOperation = true", ["PAYROLL_BONUS"]),
        ("jobDefinition.recoveryOption = 'RERUN' AND jobStreamName = 'LEDGER_ACCOUNTS'", ["RE_ACCOUNTS_JOB"]),
        ("jobruns.rerunType = 'RECOVERY_RERUN'", ["RE_ACCOUNTS_JOB"]),
        ("timeRestrictions.deadlineTime <= '2026-11-23T02:00:00.000Z'", ["PAY_SEND_CREDIT"]),
        ("name = 'O''HARE'", []),
    ],
)
async def test_queries(api: httpx.AsyncClient, oql: str, expected: list[str]) -> None:
    assert await names(api, "/plan/job", oql) == expected


async def test_what_runs_longer_than_it_may_and_what_is_late() -> None:
    async with (
        running_simulator(simulator=frozen(time_of_day="06:10")) as late,
        httpx.AsyncClient(base_url=late.url + BASE, auth=("demo", "demo")) as client,
    ):
        slow = (await get(client, "/plan/job", oql="jobruns.maxDurationGone = true"))["results"]
        [missed] = (await get(client, "/plan/job", oql="name = 'PAYROLL_CLOSE'"))["results"]
    assert "RISK_CALC_TRADING" in [job["name"] for job in slow]
    assert all(job["jobruns"][0]["maxDurationGone"] for job in slow)
    assert missed["jobStatusFlags"]["deadlineHasPassed"] is True
    assert missed["timeRestrictions"]["deadlineSatisfied"] is False


async def test_what_failed_in_an_interval(api: httpx.AsyncClient, plan: Plan) -> None:
    since, until = datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    oql = (
        "jobruns.commonStatus = 'ERROR' AND jobruns.timeInfo.actualEndTime >= '2026-11-23T02:00:00.000Z' "
        "AND jobruns.timeInfo.actualEndTime < '2026-11-23T05:00:00.000Z'"
    )
    ended = {job.id: job.run.ended_at for job in plan.jobs if job.state in FAILED}
    truth = {identity for identity, moment in ended.items() if moment and since <= moment < until}
    assert truth
    assert {job["id"] for job in (await get(api, "/plan/job", oql=oql))["results"]} == truth


@pytest.mark.parametrize(
    ("oql", "why"),
    [
        ("key.name = 'PAYROLL'", "key.name"),
        ("nmae = 'PAYROLL'", "nmae"),
        ("name = ", "end"),
        ("name = 'A' AND (", "end"),
        ("size > 3", "size"),
    ],
)
async def test_a_query_that_is_not_understood(api: httpx.AsyncClient, oql: str, why: str) -> None:
    for path in ("/plan/job", "/plan/jobstream", "/plan/workstation", "/plan/resource", "/plan/prompt"):
        answer = await api.get(path, params={"oql": oql})
        assert answer.status_code == 400
        [message] = answer.json()["messages"]
        assert message.startswith("OQL_FILTER_SYNTAX_ERROR")
        assert why in message
        assert answer.json()["exceptionName"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "-1"},
        {"offset": "-1"},
        {"plan_id": "M202611200000"},
        {"oql": "name = 'A'", "plan_filter": "/@/@#/@/@.@"},
        {"plan_filter": "/@/@#/@/@.@+state=abend"},
    ],
)
async def test_parameters_that_are_not_understood(api: httpx.AsyncClient, parameters: dict[str, str]) -> None:
    assert (await api.get("/plan/job", params=parameters)).status_code == 400


async def test_an_unknown_scope_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.get("/plan/job", headers={"scope": "SOME"})).status_code == 400


async def test_scope_decides_how_much_is_told(api: httpx.AsyncClient) -> None:
    size = {}
    for scope in (
        None,
        "WHOLE",
        "WHOLE_NO_JOB_DEFINITIONS",
        "WHOLE_NO_DEPENDENCIES",
        "WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES",
    ):
        answer = await api.get("/plan/job", params={"limit": 50}, headers={"scope": scope} if scope else {})
        size[scope] = len(answer.content)
        job = answer.json()["results"][1]
        assert bool(job.get("jobDefinition")) is ("NO_JOB_DEFINITIONS" not in (scope or ""))
        assert ("dependencies" in job) is (scope in ("WHOLE", "WHOLE_NO_JOB_DEFINITIONS"))
    assert size[None] == size["WHOLE_NO_DEPENDENCIES"] < size["WHOLE"]
    assert size["WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES"] < 0.75 * size["WHOLE"]


# -- pages


async def test_pages_lead_through_all_jobs_in_order(api: httpx.AsyncClient, plan: Plan) -> None:
    found: list[str] = []
    page = await get(api, "/plan/job", oql="name LIKE '@' ORDER BY name ASC, id ASC", limit=100)
    assert page["count"] == len(plan.jobs)
    assert page["previous"] is None
    while True:
        found += [job["id"] for job in page["results"]]
        if page["next"] is None:
            break
        link = httpx.URL(page["next"])
        assert link.is_absolute_url
        page = await get(api, "/plan/job", **dict(link.params))
        assert page["previous"] is not None
    assert found == [job.id for job in sorted(plan.jobs, key=lambda job: (job.name, job.id))]


async def test_a_page_beyond_the_end_is_empty(api: httpx.AsyncClient, plan: Plan) -> None:
    page = await get(api, "/plan/job", limit=10, offset=len(plan.jobs))
    assert (page["results"], page["next"]) == ([], None)
    assert httpx.URL(page["previous"]).params["offset"] == str(len(plan.jobs) - 10)


async def test_limit_nought_counts_only(api: httpx.AsyncClient, plan: Plan) -> None:
    page = await get(api, "/plan/job", limit=0)
    assert (page["count"], page["results"], page["next"]) == (len(plan.jobs), [], None)


async def test_the_count_can_be_left_out(api: httpx.AsyncClient) -> None:
    answer = await api.get("/plan/job", params={"limit": 1}, headers={"Include-Count": "false"})
    assert answer.json().get("count") is None


# -- counts


async def test_counts_by_status_agree_with_the_plan(api: httpx.AsyncClient, plan: Plan) -> None:
    counted = await get(api, "/plan/job/count", plan_filter="/@/@#/@/@.@", grouping_filters="status")
    assert counted["count"] == len(plan.jobs) == sum(counted["groupedCount"].values())
    assert counted["groupedCount"]["ERROR"] == sum(common_status(job) == "ERROR" for job in plan.jobs)


async def test_counts_by_several_groups_join_the_keys_in_order(api: httpx.AsyncClient, plan: Plan) -> None:
    counted = await get(api, "/plan/job/count", plan_filter="/@/@#/@/@.@", grouping_filters="folder,status")
    expected = sum(common_status(job) == "ERROR" and job.stream.folder == "/PAYROLL" for job in plan.jobs)
    assert counted["groupedCount"]["/PAYROLL,ERROR"] == expected
    turned = await get(api, "/plan/job/count", plan_filter="/@/@#/@/@.@", grouping_filters="status,workstation")
    assert turned["groupedCount"]["READY,/FTA_LEGACY"] == 2


async def test_counts_of_a_selection(api: httpx.AsyncClient, plan: Plan) -> None:
    counted = await get(api, "/plan/job/count", plan_filter="/@/@#/PAYROLL/PAYROLL.@")
    assert counted == {"count": len(plan.stream("PAYROLL").jobs), "groupedCount": {}}
    streams = await get(api, "/plan/jobstream/count", plan_filter="/@/@#/@/@", grouping_filters="status")
    assert streams["count"] == len(plan.streams)
    assert streams["groupedCount"]["BLOCKED"] >= 1


async def test_an_unknown_grouping_is_refused(api: httpx.AsyncClient) -> None:
    parameters = {"plan_filter": "/@/@#/@/@.@", "grouping_filters": "colour"}
    assert (await api.get("/plan/job/count", params=parameters)).status_code == 400


# -- why it does not start


@pytest.mark.parametrize(
    ("job", "kind", "words"),
    [
        ("PAYROLL_POST", "HOLD_WAITING_FOR_PREDECESSOR", "PAYROLL_CALC, which is ABEND"),
        ("PAY_SWIFT_RELEASE", "HOLD_WAITING_FOR_PROMPT", "SWIFTREL"),
        ("CARDS_RECEIVE_AMEX", "HOLD_WAITING_FOR_FILE", "/data/in/amex/clearing.dat"),
        ("REG_ANSWER_QUERY", "HOLD_WAITING_FOR_INPUT", "input"),
        ("CRM_CAMPAIGN_MAIL", "HOLD_PRIORITY_ZERO", "priority is 0"),
        ("LEDGER_MIRROR_PUBLISH", "HOLD_UNEXPECTED_PREDECESSOR_CONDITION", "expected SUCC"),
        ("PAY_COLLECT_SEPA", "HOLD_WAITING_FOR_TIME", "2026-11-23T18:30:00Z"),
        ("RISK_STRESS_TEST", "READY_WAITING_FOR_RESOURCES", "STRESSLC"),
        ("TRS_LATE_QUOTES", "READY_SUPPRESSED", "latest start"),
        ("RISK_GPU_PRICING", "READY_SUBMITTED", "DPOOL_RISK"),
        ("RPT_FORMAT_DAILY", "READY_WAITING_FOR_LIMIT", "limit 0"),
        ("FICHE_FORMAT_LEDGER", "READY_WAITING_FOR_AGENT", "not linked"),
        ("ARC_TAPE_CHANGE", "READY_WAITING_FOR_USER_INTERVENTION", "interactive"),
        ("BRANCH_CLEAN_TEMP", "FENCE", "fence 30"),
    ],
)
async def test_issues_say_why(api: httpx.AsyncClient, plan: Plan, job: str, kind: str, words: str) -> None:
    issues = (await get(api, "/plan/job/issues", oql=f"name = '{job}'"))["issues"]
    assert {issue["id"] for issue in issues} == {plan.job(job).id}
    assert issues[0]["issueType"] == kind
    assert words in issues[0]["issueMessage"]


async def test_a_job_that_ended_has_no_issues(api: httpx.AsyncClient) -> None:
    assert (await get(api, "/plan/job/issues", oql="name = 'PAYROLL_EXTRACT'")) == {"issues": []}


async def test_issues_of_nothing(api: httpx.AsyncClient) -> None:
    assert (await api.get("/plan/job/issues", params={"oql": "name = 'NOBODY'"})).status_code == 404


# -- predecessors and successors


async def flow(api: httpx.AsyncClient, identity: str, direction: str, **parameters: Any) -> list[str]:
    answer = await get(api, f"/plan/job/{identity}/{direction}", **parameters)
    assert answer["count"] == len(answer["results"])
    return [node["name"] for node in answer["results"]]


async def test_predecessors_by_depth(api: httpx.AsyncClient, plan: Plan) -> None:
    identity = plan.job("PAYROLL_CALC").id
    near = ["PAYROLL_VALIDATE", "LEDGER_POST_BALANCES"]
    assert await flow(api, identity, "predecessors") == near
    assert await flow(api, identity, "predecessors", depth=1) == near
    further = [*near, "PAYROLL_EXTRACT", "LEDGER_VALIDATE_BALANCES"]
    assert await flow(api, identity, "predecessors", depth=2) == further
    assert await flow(api, identity, "predecessors", depth=0) == [*further, "LEDGER_EXTRACT_BALANCES"]


async def test_successors_reach_other_streams(api: httpx.AsyncClient, plan: Plan) -> None:
    all_of_them = await flow(api, plan.job("PAYROLL_CALC").id, "successors", depth=0)
    assert {"PAYROLL_POST", "PAYROLL_CLOSE", "REG_TAX", "PAY_SALARY"} <= set(all_of_them)


async def test_nodes_of_a_flow_are_jobs_and_streams(api: httpx.AsyncClient, plan: Plan) -> None:
    answer = await get(api, f"/plan/job/{plan.job('PAYROLL_CLOSE').id}/successors")
    assert {node["name"]: node["flowNodeType"] for node in answer["results"]} == {
        "REG_TAX": "JOBSTREAM",
        "PAYROLL_ARCHIVE": "JOBSTREAM",
    }
    tax = plan.stream("REG_TAX")
    before = await get(api, f"/plan/jobstream/{tax.id}/predecessors")
    assert [(node["name"], node["flowNodeType"]) for node in before["results"]] == [("PAYROLL_CLOSE", "JOB")]
    assert (await get(api, f"/plan/jobstream/{tax.id}/successors"))["results"] == []


async def test_a_stream_that_waits_for_a_whole_stream(api: httpx.AsyncClient, plan: Plan) -> None:
    fraud, limits = plan.stream("CARDS_FRAUD"), plan.stream("CARDS_LIMITS")
    after = await get(api, f"/plan/jobstream/{fraud.id}/successors")
    assert [(node["name"], node["flowNodeType"]) for node in after["results"]] == [("CARDS_LIMITS", "JOBSTREAM")]
    [dependency] = (await get(api, f"/plan/jobstream/{limits.id}"))["dependencies"]
    assert dependency["dependencyType"] == "EXTERNAL_JOBSTREAM"
    assert dependency["jobStreamId"] == fraud.id
    assert dependency["dependencyStatus"] == "UNSATISFIED"


# -- the other objects


async def test_a_stuck_stream(api: httpx.AsyncClient, plan: Plan) -> None:
    stream = await get(api, f"/plan/jobstream/{plan.stream('PAYROLL').id}")
    assert stream["commonStatus"] == "BLOCKED"
    assert stream["compositeStatus"]["status"] == "STUCK"
    assert stream["jobStreamStats"]["numberOfAbendedJob"] == 1
    assert stream["timeInfo"]["actualStartTime"] is not None
    assert stream["internalIdentifier"] == plan.stream("PAYROLL").instance_id


async def test_streams_by_status(api: httpx.AsyncClient) -> None:
    assert "PAYROLL" in await names(api, "/plan/jobstream", "commonStatus IN ['BLOCKED'] ORDER BY name")
    assert await names(api, "/plan/jobstream", "compositeStatus.status = 'STUCK' AND name = 'PAYROLL'") == ["PAYROLL"]
    assert "TRS_FX" in await names(api, "/plan/jobstream", "schedTime >= '2026-11-23T02:00:00.000Z'")


async def test_workstations(api: httpx.AsyncClient) -> None:
    assert await names(api, "/plan/workstation", "activeStates NOT IN ['LINKED']") == ["FTA_LEGACY"]
    assert await names(api, "/plan/workstation", "type = 'POOL'") == ["POOL_ETL"]
    machines = {one["name"]: one for one in (await get(api, "/plan/workstation"))["results"]}
    assert machines["AGT_BRANCH01"]["fence"] == 30
    assert machines["AGT_RPT01"]["limit"] == 0
    assert machines["AGT_DR01"]["ignore"] is True
    assert "MASTER" in machines["MDM_PROD"]["activeStates"]
    one = await get(api, f"/plan/workstation/{machines['FTA_PAY01']['id']}")
    assert one == machines["FTA_PAY01"]


async def test_resources_and_who_holds_them(api: httpx.AsyncClient, plan: Plan) -> None:
    [resource] = (await get(api, "/plan/resource", oql="name = 'STRESSLC'"))["results"]
    assert (resource["quantity"], resource["quantityAvailable"], resource["status"]) == (2, 0, "NOT_AVAILABLE")
    [holder] = resource["holders"]
    assert (holder["job"], holder["quantity"]) == ("RISK_GRID_SERVER", 2)
    assert holder["jobId"] == plan.job("RISK_GRID_SERVER").id
    assert await get(api, f"/plan/resource/{resource['id']}") == resource


async def test_prompts(api: httpx.AsyncClient, plan: Plan) -> None:
    found = {one["name"]: one for one in (await get(api, "/plan/prompt"))["results"]}
    assert {name: one["status"] for name, one in found.items()} == {
        "SWIFTREL": "ASKED",
        "FXGO": "ANSWERED_YES",
        "BRCLOSED": "ANSWERED_YES",
        "CLOSEOK": "NOT_ASKED",
        "LETTERS": "NOT_ASKED",
    }
    assert found["SWIFTREL"]["jobId"] == plan.job("PAY_SWIFT_RELEASE").id
    assert found["SWIFTREL"]["timeAsked"] is not None
    assert await names(api, "/plan/prompt", "status = 'ASKED'") == ["SWIFTREL"]


# -- what is not there, and what is not allowed


@pytest.mark.parametrize(
    "path",
    [
        "/plan/job/nobody",
        "/plan/job/75196d79-50b0-345c-9308-ee4d69efe147",
        "/plan/job/WS%3BJOBS%3BSLEEP",
        "/plan/jobstream/nobody",
        "/plan/workstation/nobody",
        "/plan/resource/nobody",
        "/plan/job/nobody/predecessors",
        "/plan/jobstream/nobody/successors",
    ],
)
async def test_an_unknown_id(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert answer.json()["messages"][0].startswith("AWSJDB101E")


@pytest.mark.asks_wrongly
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
async def test_a_method_that_is_not_there(server: RunningSimulator, method: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client:
        answer = await client.request(method, "/twsd/api/v2/engine/info")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"


@pytest.mark.asks_wrongly
async def test_a_path_that_is_not_there(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client:
        answer = await client.get("/twsd/api/v2/plan/nothing")
    assert answer.status_code == 404
    assert "exceptionName" in answer.json()
