"""Queries of V1, compared with the plan itself."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from resync_bot.simulator.plan import Plan
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import FAILED, RerunType
from resync_bot.simulator.status import common_status
from tests.simulator.v1.conftest import BASE, V1


async def test_failed_jobs(v1: V1, plan: Plan) -> None:
    found = await v1.jobs(statusList=["ERROR"])
    assert sorted(found) == sorted(job.name for job in plan.jobs if job.failed)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"jobName": "PAYROLL_POST"}, ["PAYROLL_POST"]),
        ({"jobName": "PAYROLL_C@", "jobStreamName": "PAYROLL"}, ["PAYROLL_CALC", "PAYROLL_CLOSE"]),
        ({"jobName": "PAYROLL_C?LC"}, ["PAYROLL_CALC"]),
        ({"jobStreamName": "/PAYROLL/@", "critical": True}, ["PAYROLL_CLOSE"]),
        ({"jobStreamName": "/LEDGER/PAYROLL"}, []),
        (
            {"workstationName": "FTA_LEGACY", "statusList": ["READY"]},
            ["FICHE_FORMAT_LEDGER", "FICHE_FORMAT_STATEMENTS"],
        ),
        ({"workstationName": "/FINANCE/@", "jobName": "PAYROLL_CALC"}, ["PAYROLL_CALC"]),
        ({"workstationName": "/CARDS/@", "jobName": "PAYROLL_CALC"}, []),
        ({"workstationName": "@", "jobName": "PAYROLL_CALC"}, ["PAYROLL_CALC"]),
        ({"internalStatusList": ["FENCE"]}, ["BRANCH_CLEAN_TEMP"]),
        ({"canceled": True}, ["CRM_MAIL_DUPLICATES"]),
        ({"priority": 0}, ["CRM_CAMPAIGN_MAIL"]),
        ({"priorityRange": {"rangeStart": 0, "rangeEnd": 0}}, ["CRM_CAMPAIGN_MAIL"]),
        ({"every": True}, ["OPS_HEARTBEAT"]),
        ({"confirmed": True}, ["TRS_CONFIRM_FIXING"]),
        ({"nopJob": True}, ["PAYROLL_BONUS"]),
        ({"recoveryOptionList": ["RERUN"], "jobStreamName": "LEDGER_ACCOUNTS"}, ["RE_ACCOUNTS_JOB"]),
        ({"rerunType": "RERUN", "jobStreamName": "LEDGER_ACCOUNTS"}, ["RE_ACCOUNTS_JOB"]),
        ({"deadlineTimeRange": {"rangeEnd": "2026-11-23T02:00:00"}}, ["PAY_SEND_CREDIT"]),
        ({"inputArrivalTime": "2026-11-23T01:30:00.000Z", "jobName": "PAYROLL_CALC"}, ["PAYROLL_CALC"]),
        ({"returnCode": "12", "jobName": "PAYROLL@"}, ["PAYROLL_CALC"]),
        ({"promptDependencyName": "SWIFTREL"}, ["PAY_SWIFT_RELEASE"]),
        ({"replyNeeded": True}, ["PAY_SWIFT_RELEASE"]),
        ({"fileDependencyName": "/data/in/visa/@"}, ["CARDS_RECEIVE_VISA"]),
        ({"jobName": "O'HARE"}, []),
        ({"errorCode": "S0C7"}, []),
        ({"jobName": None, "jobStreamName": "PAYROLL", "statusList": ["ERROR"]}, ["PAYROLL_CALC"]),
    ],
)
async def test_filters(v1: V1, members: dict[str, Any], expected: list[str]) -> None:
    assert sorted(await v1.jobs(**members)) == sorted(expected)


async def test_a_resource_is_found_by_who_needs_it(v1: V1, plan: Plan) -> None:
    found = await v1.jobs(resourceDependencyName="STRESSLC")
    assert sorted(found) == sorted(
        job.name for job in plan.jobs if any(r.spec.name == "STRESSLC" for r, _ in job.needs)
    )


async def test_what_ended_in_an_interval(v1: V1, plan: Plan) -> None:
    between = {"rangeStart": "2026-11-23T02:00:00.000Z", "rangeEnd": "2026-11-23T05:00:00.000Z"}
    found = await v1.jobs(statusList=["ERROR"], actualEndTimeRange=between)
    ended = [
        job for job in plan.jobs if job.state in FAILED and job.run.ended_at and job.run.ended_at.hour in (2, 3, 4)
    ]
    assert sorted(found) == sorted(job.name for job in ended)
    assert found


async def test_statuses_add_up(v1: V1, plan: Plan) -> None:
    for status in ("WAITING", "READY", "RUNNING", "SUCCESSFUL", "ERROR", "CANCELED", "HELD", "SUPPRESS", "UNDECIDED"):
        found = await v1.jobs(statusList=[status])
        assert len(found) == sum(common_status(job) == status for job in plan.jobs)


# -- one row a run


async def test_without_a_word_every_run_of_a_chain_is_a_row(v1: V1, plan: Plan) -> None:
    rows = await v1.query(
        "job", {"filters": {"jobInPlanFilter": {"jobStreamName": "LEDGER_ACCOUNTS"}}}, Id_Encoding="0"
    )
    job = plan.job("RE_ACCOUNTS_JOB")
    chain = {row["id"]: row for row in rows if row["headJobRunId"] == job.runs[0].id}
    assert len(chain) == len(job.runs) == 7
    assert {row["jobRunId"] for row in chain.values()} == {run.id for run in job.runs}
    [last] = [row for row in chain.values() if row["lastInRerunChain"]]
    assert (last["rerunType"], last["recoveryRerunJob"], last["rerunInstancesNumber"]) == ("RERUN", True, 6)
    assert [row["name"] for row in chain.values() if row["rerunType"] == "RECOVERY"] == ["RECOVERY_JOB"] * 3
    assert last["id"].count(";") == 2
    assert all(row["id"].count(";") == 3 for row in chain.values() if row is not last)


async def test_a_row_of_a_chain_has_its_own_status(v1: V1, plan: Plan) -> None:
    names = await v1.jobs(all_runs=True, rerunType="RECOVERY", statusList=["SUCCESSFUL"])
    assert names.count("RECOVERY_JOB") == sum(
        run.type is RerunType.RECOVERY and run.return_code == 0 for job in plan.jobs for run in job.runs
    )
    assert "RE_ACCOUNTS_JOB" in await v1.jobs(all_runs=True, lastInRerunChain=False, statusList=["ERROR"])


async def test_rows_are_sorted_across_chains(v1: V1) -> None:
    content = {
        "filters": {"jobInPlanFilter": {"jobStreamName": "LEDGER_ACCOUNTS"}},
        "sorters": {
            "jobInPlanSorter": {"actualStartTime": {"descending": True, "priority": 2}, "jobName": {"priority": 1}}
        },
    }
    rows = [(row["name"], row["timeInfo"]["actualStartTime"]) for row in await v1.query("job", content)]
    assert [name for name, _ in rows] == sorted(name for name, _ in rows)
    starts = [start for name, start in rows if name == "RE_ACCOUNTS_JOB"]
    assert starts == sorted(starts, reverse=True)


# -- trees of filters


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (
            {"operator": "OR", "jobInPlanComplexFilter": [{"filter": {"priority": 0}}, {"filter": {"every": True}}]},
            ["CRM_CAMPAIGN_MAIL", "OPS_HEARTBEAT"],
        ),
        (
            {
                "operator": "AND",
                "jobInPlanComplexFilter": [
                    {"filter": {"jobStreamName": "PAYROLL"}},
                    {"filter": {"statusList": ["SUCCESSFUL", "WAITING"]}, "notOperator": True},
                ],
            },
            ["PAYROLL_CALC"],
        ),
        (
            {
                "operator": "AND",
                "complexFilters": [
                    {"operator": "NOT", "jobInPlanComplexFilter": [{"filter": {"priorityRange": {"rangeStart": 1}}}]},
                    {"jobInPlanComplexFilter": [{"filter": {"jobName": "CRM_@"}}]},
                ],
            },
            ["CRM_CAMPAIGN_MAIL"],
        ),
        (
            {
                "operator": "AND",
                "jobInPlanComplexFilter": [
                    {"filter": {"jobName": "PAYROLL_C@", "jobStreamName": "PAYROLL"}},
                    # not started before three: what has not started at all is meant too
                    {"filter": {"actualStartTimeRange": {"rangeEnd": "2026-11-23T03:00:00Z"}}, "notOperator": True},
                ],
            },
            ["PAYROLL_CLOSE"],
        ),
    ],
)
async def test_trees(v1: V1, tree: dict[str, Any], expected: list[str]) -> None:
    content = {"filters": {"jobInPlanFilter": {"lastInRerunChain": True}}, "complexFilters": tree}
    assert sorted(job["name"] for job in await v1.query("job", content)) == expected


# -- pages


async def test_how_many_and_how_it_goes_on(v1: V1, plan: Plan) -> None:
    filters = {"jobInPlanFilter": {"lastInRerunChain": True}}
    answer = await v1.post("/plan/current/job/query", {"filters": filters}, How_Many="250", Context_ObjectCount="1")
    found = [job["jobRunId"] for job in answer.json()]
    assert answer.headers["Context-ObjectCount"] == str(len(plan.jobs))
    while answer.headers["Context-HasMoreObjects"] == "1":
        assert answer.headers["How-Many-Returned"] == "250"
        answer = await v1.post(
            "/plan/current/job/query_next", filters, How_Many="250", Last_Object=answer.headers["Last-Object"]
        )
        assert "Context-ObjectCount" not in answer.headers
        found += [job["jobRunId"] for job in answer.json()]
    assert sorted(found) == sorted(job.run.id for job in plan.jobs)


async def test_pages_by_size_and_offset(v1: V1, plan: Plan) -> None:
    sorted_ = {"sorters": {"jobStreamInPlanSorter": {"name": {}, "scheduledTime": {"priority": 1}}}}
    whole = [stream["id"] for stream in await v1.query("jobstream", sorted_, How_Many="0")]
    assert len(whole) == len(plan.streams)
    part = await v1.query("jobstream", sorted_, Query_PageSize="10", Query_PageNumber="20")
    assert [stream["id"] for stream in part] == whole[20:30]


@pytest.mark.parametrize(
    "headers",
    [
        {"How_Many": "10001"},
        {"How_Many": "-1"},
        {"How_Many": "some"},
        {"How_Many": "5", "Query_PageSize": "5"},
        {"Query_PageSize": "10001"},
        {"Query_PageSize": "0"},
        {"Id_Encoding": "2"},
        {"Context_ObjectCount": "yes"},
        {"Context_PlanDependenciesScope": "2"},
    ],
)
async def test_headers_that_are_not_understood(v1: V1, headers: dict[str, str]) -> None:
    assert (await v1.post("/plan/current/job/query", None, **headers)).status_code == 400


async def test_query_next_needs_where_to_go_on(v1: V1) -> None:
    assert (await v1.post("/plan/current/job/query_next")).status_code == 400


# -- bodies


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"filters": {"jobInPlanFilter": {"jobname": "X"}}}, "jobname"),
        ({"filters": {"jobInPlanFilter": {"statusList": ["ABEND"]}}}, "statusList"),
        ({"filters": {"jobInPlanFilter": {"statusList": "ERROR"}}}, "statusList"),
        ({"filters": {"jobInPlanFilter": {"internalStatusList": ["FAIL"]}}}, "internalStatusList"),
        ({"filters": {"jobInPlanFilter": {"jobName": 3}}}, "jobName"),
        ({"filters": {"jobInPlanFilter": {"critical": "true"}}}, "critical"),
        ({"filters": {"jobInPlanFilter": {"priority": "high"}}}, "priority"),
        ({"filters": {"jobInPlanFilter": {"startTime": "tonight"}}}, "startTime"),
        ({"filters": {"jobInPlanFilter": {"startTimeRange": {"from": "2026-11-23T00:00:00Z"}}}}, "startTimeRange"),
        ({"filters": {"jobStreamInPlanFilter": {}}}, "jobStreamInPlanFilter"),
        ({"filters": {"jobInPlanFilter": []}}, "jobInPlanFilter"),
        ({"filters": {}, "columns": ["name"]}, "columns"),
        ({"filters": {}, "sorters": {"jobInPlanSorter": {"nmae": {}}}}, "nmae"),
        (
            {
                "filters": {},
                "complexFilters": {"operator": "XOR", "jobInPlanComplexFilter": [{"filter": {"late": True}}]},
            },
            "operator",
        ),
    ],
)
async def test_a_query_that_is_not_understood(v1: V1, content: dict[str, Any], why: str) -> None:
    answer = await v1.post("/plan/current/job/query", content)
    assert answer.status_code == 400
    assert why in answer.json()["messages"][0]
    assert answer.json()["exceptionName"]


async def test_other_bodies(v1: V1) -> None:
    path = "/plan/current/job/query"
    json = {"Content-Type": "application/json"}
    assert (await v1.http.post(path, content=b"{", headers=json)).status_code == 400
    assert (await v1.http.post(path, content=b"[]", headers=json)).status_code == 400
    assert (await v1.http.post(path, content=b"", headers=json)).status_code == 200
    assert (await v1.http.post(path, content=b"{}", headers={"Content-Type": "text/plain"})).status_code == 415
    assert (await v1.http.post(path, content=b"{}")).status_code == 415


async def test_counts_are_texts(v1: V1, plan: Plan) -> None:
    filters = {"filters": {"jobInPlanFilter": {"statusList": ["ERROR"], "lastInRerunChain": True}}}
    for content in (filters, {"filter": filters}, filters["filters"]):
        answer = await v1.post("/plan/current/job/count", content)
        assert answer.status_code == 202
        assert answer.json() == str(sum(job.failed for job in plan.jobs))


# -- who may see what


async def test_a_user_sees_the_own_folders_only(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=server.url + BASE, auth=("cards", "cards")) as http:
        cards = V1(http)
        assert {job["jobStreamInPlan"]["folderKey"]["name"] for job in await cards.query("job")} == {"/CARDS"}
        job = server.simulator.plan.job("PAYROLL_CALC")
        identity = quote(f"FTA_PAY01;{job.stream.instance_id};PAYROLL_CALC", safe="")
        answer = await http.get(f"/plan/current/job/{identity}")
        assert answer.status_code == 403
        assert answer.json()["messages"][0].startswith("AWSJDB817E")


async def test_nobody_known_gets_in(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=server.url + BASE) as stranger:
        assert (await stranger.get("/engine/info")).status_code == 401
        assert (await stranger.post("/plan/current/job/query", json={})).status_code == 401
