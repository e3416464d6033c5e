"""V1: which request each question becomes. Shapes after the vendor's V1 document and samples."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.asking import Place, Request
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from resync_bot.tws.v1 import questions
from resync_bot.tws.v1.statuses import internal_status, words_for

TWO = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def body(request: Request) -> dict[str, Any]:
    assert request.body is not None
    found: dict[str, Any] = orjson.loads(request.body)
    return found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (JobQuery(), {}),
        (JobQuery(name="PAY@", stream="DAILY", workstation="CPUA"),
         {"jobName": "PAY@", "jobStreamName": "DAILY", "workstationName": "CPUA"}),
        (JobQuery(statuses=(Status.ERROR, Status.BLOCKED)), {"statusList": ["ERROR", "BLOCKED"]}),
        (JobQuery(internal_statuses=("FAIL", "PEND", "EXEC")),
         {"internalStatusList": ["FAILED", "ENDP", "EXEC", "EXEC_PLUS", "RJOB"]}),
        (JobQuery(critical=True, late=False), {"critical": True, "late": False}),
        (JobQuery(login="app@", needs_confirmation=True, repeats=False, recovery_option="STOP"),
         {"userLogin": "app@", "confirmed": True, "every": False, "recoveryOptionList": ["STOP"]}),
        (JobQuery(priority_until=0), {"priorityRange": {"rangeStart": 0, "rangeEnd": 0}}),
        (JobQuery(priority_from=50), {"priorityRange": {"rangeStart": 50, "rangeEnd": 101}}),
        (JobQuery(ended_from=TWO, ended_until=SIX),
         {"actualEndTimeRange": {"rangeStart": "2026-11-23T02:00:00.000Z", "rangeEnd": "2026-11-23T05:59:59.999Z"}}),
        (JobQuery(started_from=TWO),
         {"actualStartTimeRange": {"rangeStart": "2026-11-23T02:00:00.000Z", "rangeEnd": "2099-12-30T23:59:59.999Z"}}),
        (JobQuery(order=JobOrder.ENDED_LAST),
         {"actualEndTimeRange": {"rangeStart": "1970-01-01T00:00:00.000Z", "rangeEnd": "2099-12-30T23:59:59.999Z"}}),
        (JobQuery(ids=("CPUA;0A;JOB",)), {"jobId": "CPUA;0A;JOB"}),
        (JobQuery(folder="/PAYROLL"), {}),  # folders have ids there: left to the sieve
    ],
)  # fmt: skip
def test_filters_of_jobs(query: JobQuery, wanted: dict[str, object]) -> None:
    assert questions.job_filter(query) == {"jobName": "@", "lastInRerunChain": True} | wanted


def test_several_jobs_by_their_ids() -> None:
    request = questions.jobs(JobQuery(ids=("a;b", "c")), limit=10, place=Place(), is_mirrored=True)
    assert body(request)["complexFilters"] == {
        "operator": "OR",
        "jobInPlanComplexFilter": [{"filter": {"jobId": "a;b"}}, {"filter": {"jobId": "c"}}],
    }


@pytest.mark.parametrize(
    ("order", "sorter"),
    [
        (JobOrder.NAME, {"jobName": {"descending": False, "priority": 1}}),
        (JobOrder.STARTED_LAST, {"actualStartTime": {"descending": True, "priority": 1}}),
        (JobOrder.ENDED_LAST, {"actualEndTime": {"descending": True, "priority": 1}}),
        (JobOrder.ENDED_FIRST, {"actualEndTime": {"descending": False, "priority": 1}}),
        (JobOrder.RUNNING_LONGEST, {"actualStartTime": {"descending": False, "priority": 1}}),
        (JobOrder.LONGEST, {"totalElapsedTime": {"descending": True, "priority": 1}}),
    ],
)
def test_sorters_of_jobs(order: JobOrder, sorter: dict[str, object]) -> None:
    request = questions.jobs(JobQuery(order=order), limit=10, place=Place(), is_mirrored=True)
    assert body(request)["sorters"] == {"jobInPlanSorter": sorter}


def test_a_page_of_a_mirrored_plan_begins_anywhere() -> None:
    request = questions.jobs(JobQuery(), limit=200, place=Place(400), is_mirrored=True)
    assert (request.method, request.path) == ("POST", "/twsd/plan/current/job/query")
    assert request.headers == {
        "Content-Type": "application/json",
        "Context-ObjectCount": "1",
        "Query-PageSize": "200",
        "Query-PageNumber": "400",
    }


def test_a_plan_that_is_not_mirrored_is_read_on_from_the_last_object() -> None:
    first = questions.jobs(JobQuery(), limit=200, place=Place(), is_mirrored=False)
    assert first.path.endswith("/job/query")
    assert first.headers["How-Many"] == "200"
    following = questions.jobs(JobQuery(), limit=200, place=Place(200, "17"), is_mirrored=False)
    assert following.path.endswith("/job/query_next")
    assert (following.headers["How-Many"], following.headers["Last-Object"]) == ("200", "17")
    assert body(following) == body(first)["filters"]
    assert "Query-PageSize" not in following.headers


def test_without_a_cursor_what_comes_before_is_read_again() -> None:
    request = questions.jobs(JobQuery(), limit=50, place=Place(100), is_mirrored=False)
    assert request.headers["How-Many"] == "150"


def test_dependencies_come_only_where_they_are_wanted() -> None:
    narrow = questions.jobs(JobQuery(), limit=1, place=Place(), is_mirrored=True)
    whole = questions.jobs(JobQuery(), limit=1, place=Place(), is_mirrored=True, dependencies=True)
    assert "Context-PlanDependenciesScope" not in narrow.headers
    assert whole.headers["Context-PlanDependenciesScope"] == "1"


def test_streams_workstations_prompts_and_resources() -> None:
    streams = questions.streams(StreamQuery(name="PAY@", scheduled_from=TWO), limit=1, place=Place(), is_mirrored=True)
    assert body(streams)["filters"] == {
        "jobStreamInPlanFilter": {
            "jobStreamName": "PAY@",
            "inputArrivalTimeRange": {
                "rangeStart": "2026-11-23T02:00:00.000Z",
                "rangeEnd": "2099-12-30T23:59:59.999Z",
            },
        }
    }
    workstations = questions.workstations("CPU@", limit=1, place=Place(), is_mirrored=True)
    assert body(workstations)["filters"] == {"workstationInPlanFilter": {"workstationName": "CPU@"}}
    prompts = questions.prompts(["ASKED"], limit=1, place=Place(), is_mirrored=True)
    assert body(prompts)["filters"] == {"promptInPlanFilter": {"promptName": "@", "statusList": ["ASKED"]}}
    resources = questions.resources(None, limit=1, place=Place(), is_mirrored=True)
    assert body(resources)["filters"] == {"resourceInPlanFilter": {"resourceName": "@"}}


def test_counts_are_of_last_runs() -> None:
    request = questions.count_jobs(Status.ERROR)
    assert request.path == "/twsd/plan/current/job/count"
    assert body(request) == {"filters": {"jobInPlanFilter": {"statusList": ["ERROR"], "lastInRerunChain": True}}}


def test_runs_of_an_old_plan_have_its_id_and_a_cursor() -> None:
    request = questions.runs("M2026/1", ended_from=None, limit=500, place=Place(), is_mirrored=False)
    assert request.path == "/twsd/plan/M2026%2F1/job/query"
    assert request.headers["How-Many"] == "500"
    assert "lastInRerunChain" not in body(request)["filters"]["jobInPlanFilter"]


def test_pages_of_a_log() -> None:
    first = questions.job_log("CPUA;0A;JOB", page=0, file=None)
    assert (first.method, first.path) == ("GET", "/twsd/plan/current/job/CPUA%3B0A%3BJOB/joblog")
    assert first.params == {"lines": questions.LOG_LINES, "pageNumber": 0}
    assert questions.job_log("x", page=1, file="f").params["fileId"] == "f"


@given(st.text(min_size=1, max_size=40))
def test_ids_are_one_segment_of_the_path(identifier: str) -> None:
    assert questions.job(identifier).path.count("/") == 5


@given(
    st.sampled_from(
        [
            "FAIL",
            "CANCL",
            "CANCLP",
            "ABENP",
            "SUCCP",
            "PEND",
            "SUPPR",
            "EXEC",
            "INTRO",
            "SUSP",
            "HOLD",
            "ABEND",
            "READY",
            "FENCE",
        ]
    )
)
def test_every_word_for_a_status_means_it(status: str) -> None:
    words = words_for([status])
    assert words
    assert {internal_status(word) for word in words} == {status}


def test_a_status_that_is_not_known_stays_as_it_is() -> None:
    assert words_for(["STUCK"]) == ["STUCK"]
    assert internal_status("SOMETHING") == "SOMETHING"
    assert internal_status(None) == ""


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        questions.instant(datetime(2026, 1, 1))  # noqa: DTZ001  # the point of the test
