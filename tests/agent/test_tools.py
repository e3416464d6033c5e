"""The tools over the simulated engine: what is found, what is asked back, what is told when it does not work."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.doing import doing
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.results import (
    Ambiguous,
    CriticalJobsResult,
    FailureResult,
    ImpactResult,
    JobLogResult,
    JobResult,
    JobsResult,
    NoMatch,
    OverviewResult,
    Problem,
    PromptsResult,
    ResourcesResult,
    StreamResult,
    StreamsResult,
    WaitingResult,
    WorkstationsResult,
    result_from_json,
)
from resync_bot.agent.tools import TOOLS, Call, Toolbox
from resync_bot.conversation.language import Language
from resync_bot.simulator.faults import HTML_PAGE, Fault, wrapped_refusal
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import Risk
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import Engines, JobQuery, StreamQuery

R = TypeVar("R")


class Asking:
    """Calls a tool and says of which kind its result has to be."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    async def __call__(self, kind: type[R], tool: str, **arguments: Any) -> R:
        result = await self._toolbox.call(tool, json.dumps(arguments))
        assert isinstance(result, kind), result
        written = result.model_dump_json()
        assert result_from_json(written).model_dump_json() == written, "a model reads back what was found"
        return result


@pytest.fixture
def toolbox(tws: HwaEngine) -> Toolbox:
    return Toolbox(Engines.of_one(tws), TOOLS, metrics=AgentMetrics(CollectorRegistry()))


@pytest.fixture
def ask(toolbox: Toolbox) -> Asking:
    return Asking(toolbox)


# --- the plan ---


async def test_the_plan_at_a_glance(ask: Asking, tws: HwaEngine) -> None:
    overview = await ask(OverviewResult, "plan_overview")
    assert overview.total == sum(overview.by_status.values()) == (await tws.jobs(JobQuery(), limit=1)).total
    assert overview.by_status[Status.ERROR] == (await ask(JobsResult, "find_jobs", statuses=["ERROR"])).total
    assert overview.streams_stuck == (await ask(StreamsResult, "find_streams", internal_statuses=["STUCK"])).total
    assert overview.prompts_open == (await ask(PromptsResult, "find_prompts")).total
    critical = await ask(CriticalJobsResult, "critical_jobs")
    assert overview.critical_open == sum(one.risk is not Risk.DONE for one in critical.jobs) > 0
    in_trouble = await ask(WorkstationsResult, "find_workstations", only_in_trouble=True)
    assert overview.workstations_in_trouble == len(in_trouble.workstations)


async def test_jobs_are_counted_in_full_and_listed_in_part(ask: Asking) -> None:
    found = await ask(JobsResult, "find_jobs", statuses=["ERROR"], limit=3)
    assert found.total > len(found.jobs) == 3


async def test_a_span_is_the_interval_of_the_result(ask: Asking) -> None:
    found = await ask(JobsResult, "find_jobs", statuses=["SUCCESSFUL"], span="last_hour", limit=50)
    assert found.total > 0
    assert found.interval is not None
    assert f"{found.interval.start:%H:%M}" == "01:00"
    assert all(job.ended and job.ended >= found.interval.start for job in found.jobs)


async def test_for_running_jobs_a_span_is_about_their_start(ask: Asking) -> None:
    everything = await ask(JobsResult, "find_jobs", statuses=["RUNNING"], limit=50)
    found = await ask(JobsResult, "find_jobs", statuses=["RUNNING"], span="last_hour", limit=50)
    assert 0 < found.total < everything.total
    assert found.interval is not None
    assert all(job.started and job.started >= found.interval.start for job in found.jobs)


@pytest.mark.parametrize("filters", [{"statuses": ["WAITING"]}, {"internal_statuses": ["hold"]}])
async def test_what_has_not_started_has_no_time_to_ask_for(ask: Asking, filters: dict[str, Any]) -> None:
    found = await ask(JobsResult, "find_jobs", span="today", **filters)
    assert found.interval is None
    assert found.total == (await ask(JobsResult, "find_jobs", **filters)).total > 0


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"workstation": "FTA_PAY01"}, lambda job: job.workstation == "/FINANCE/FTA_PAY01"),
        ({"workstation": "/FINANCE/FTA_PAY01"}, lambda job: job.workstation == "/FINANCE/FTA_PAY01"),
        ({"workstation": "pay01"}, lambda job: job.workstation == "/FINANCE/FTA_PAY01"),  # a part of the name
        ({"stream": "payroll"}, lambda job: job.stream == "PAYROLL"),
        ({"stream": "/PAYROLL/PAYROLL"}, lambda job: job.stream == "PAYROLL"),
        ({"folder": "cards"}, lambda job: job.folder.startswith("/CARDS")),
        ({"folder": "/ETL"}, lambda job: job.folder.startswith("/ETL")),
        ({"name": "ETL@"}, lambda job: job.name.startswith("ETL")),
        ({"name": "PAYROLL.PAYROLL_CALC"}, lambda job: job.name == "PAYROLL_CALC"),
    ],
    ids=lambda part: str(part) if isinstance(part, dict) else "fits",
)
async def test_filters(ask: Asking, tws: HwaEngine, filters: dict[str, str], fits: Callable[[Job], bool]) -> None:
    failed = await tws.jobs(JobQuery(statuses=(Status.ERROR,)), limit=200)
    expected = [job.name for job in failed.items if fits(job)]
    found = await ask(JobsResult, "find_jobs", statuses=["ERROR"], **filters)
    assert [job.name for job in found.jobs] == expected != []


async def test_of_a_workstation_that_exists_zero_is_said(ask: Asking) -> None:
    assert (await ask(JobsResult, "find_jobs", statuses=["ERROR"], workstation="AGT_DR01")).total == 0


@pytest.mark.parametrize(
    ("tool", "filters", "name", "similar"),
    [
        ("find_jobs", {"workstation": "FTA_CARDZ01"}, "FTA_CARDZ01", "FTA_CARDS01"),
        ("find_jobs", {"stream": "PAYROLE"}, "PAYROLE", "PAYROLL"),
        ("find_jobs", {"name": "PAYROLL_CALK"}, "PAYROLL_CALK", "PAYROLL_CALC"),
        ("find_jobs", {"folder": "/CARDZ"}, "CARDZ", "/CARDS"),
        ("find_streams", {"name": "PAYROLE"}, "PAYROLE", "PAYROLL"),
        ("find_workstations", {"name": "FTA_CARDZ01"}, "FTA_CARDZ01", "FTA_CARDS01"),
        ("find_resources", {"name": "ORAPAI"}, "ORAPAI", "ORAPAY"),
        ("critical_jobs", {"name": "PAYROLL_CLOZE"}, "PAYROLL_CLOZE", "PAYROLL_CLOSE"),
    ],
)
async def test_nothing_failed_there_is_not_said_of_what_does_not_exist(
    ask: Asking, tool: str, filters: dict[str, str], name: str, similar: str
) -> None:
    found = await ask(NoMatch, tool, **filters)
    assert found.name == name
    assert similar in found.similar


async def test_streams_of_a_folder(ask: Asking) -> None:
    found = await ask(StreamsResult, "find_streams", folder="payroll", limit=50)
    assert found.total == len(found.streams)
    assert {stream.folder for stream in found.streams} == {"/PAYROLL"}


# --- one of them ---


@pytest.mark.parametrize(
    "name", ["PAYROLL_CALC", "payroll_calc", "PAYROLL.PAYROLL_CALC", "/PAYROLL/PAYROLL.PAYROLL_CALC"]
)
async def test_a_job_by_its_name(ask: Asking, name: str) -> None:
    found = await ask(JobResult, "job_detail", name=name)
    assert found.job.name == "PAYROLL_CALC"
    assert found.job.runs
    assert found.job.dependencies


async def test_a_job_by_a_part_of_its_name_that_is_unique(ask: Asking) -> None:
    assert (await ask(JobResult, "job_detail", name="pan_export")).job.name == "CARDS_PAN_EXPORT"


async def test_a_part_that_fits_several_is_asked_back(ask: Asking) -> None:
    found = await ask(Ambiguous, "job_detail", name="payroll_calc_")
    assert found.total == len(found.jobs) > 1
    assert all("PAYROLL_CALC_" in job.name for job in found.jobs)


async def test_a_name_in_several_streams_is_told_apart_by_its_stream(ask: Asking) -> None:
    several = await ask(Ambiguous, "job_detail", name="HOUSEKEEPING")
    assert {job.name for job in several.jobs} == {"HOUSEKEEPING"}
    one = several.jobs[0]
    found = await ask(JobResult, "job_detail", name="HOUSEKEEPING", stream=one.stream, folder=one.folder)
    assert (found.job.stream, found.job.folder) == (one.stream, one.folder)


async def test_instances_are_told_apart_by_their_time(ask: Asking, tws: HwaEngine) -> None:
    page = await tws.streams(StreamQuery(), limit=500)
    names = [stream.name for stream in page.items]
    repeated = next(stream for stream in page.items if names.count(stream.name) > 1)
    assert isinstance(await ask(Ambiguous, "stream_detail", name=repeated.name), Ambiguous)
    assert repeated.scheduled is not None
    instance = f"{repeated.name}({repeated.scheduled:%H%M %m/%d/%y})"
    for arguments in ({"name": instance}, {"name": repeated.name, "scheduled": repeated.scheduled.isoformat()}):
        found = await ask(StreamResult, "stream_detail", **arguments)
        assert found.stream.scheduled == repeated.scheduled


async def test_no_job_of_that_name_but_similar_ones(ask: Asking) -> None:
    found = await ask(NoMatch, "job_detail", name="PAYROL_CALK")
    assert found.similar[0] == "PAYROLL_CALC"


async def test_a_job_that_is_elsewhere_is_not_found_here(ask: Asking) -> None:
    found = await ask(NoMatch, "job_detail", name="PAYROLL_CALC", workstation="FTA_CARDS01")
    assert found.name == "FTA_CARDS01#PAYROLL_CALC"
    assert "PAYROLL_CALC" in found.similar


async def test_a_stream_with_its_jobs_in_trouble(ask: Asking) -> None:
    found = await ask(StreamResult, "stream_detail", name="payroll")
    assert found.stream.internal_status == "STUCK"
    assert [job.status for job in found.jobs_in_trouble][:2] == [Status.ERROR, Status.WAITING]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PAYROLL_CALC", JobResult),
        ("PAYROLL", StreamResult),
        ("FTA_LEGACY", WorkstationsResult),
        ("PAY", Ambiguous),
        ("XYZZY", NoMatch),
        ("PAYROLL_@", Ambiguous),
        ("Bobby'); DROP TABLE jobs;--", NoMatch),
        ("@", Ambiguous),
        ("'", NoMatch),
    ],
)
async def test_looking_up_what_a_name_stands_for(ask: Asking, name: str, kind: type[Any]) -> None:
    await ask(kind, "look_up", name=name)


# --- logs ---


async def test_the_end_of_a_log_and_what_matters_in_all_of_it(ask: Asking) -> None:
    found = await ask(JobLogResult, "read_job_log", name="PAYROLL_CALC", last_lines=5)
    assert found.log is not None
    assert len(found.log.lines) == 5
    assert found.log.first_line + 4 == found.log.total_lines
    assert found.log.return_code == 12
    assert found.errors[0].number < found.log.first_line, "errors are looked for beyond the lines that are shown"
    assert "ORA-01653" in found.errors[0].line


async def test_secrets_in_a_log_are_masked(ask: Asking) -> None:
    found = await ask(JobLogResult, "read_job_log", name="CARDS_PAN_EXPORT", last_lines=200)
    text = found.model_dump_json()
    assert "***" in text
    assert "S3cr3t-Tiger-42" not in text
    assert "4111 1111 1111 1111" not in text


async def test_only_the_errors_of_a_log(ask: Asking) -> None:
    found = await ask(JobLogResult, "read_job_log", name="CARDS_PAN_EXPORT", errors_only=True)
    assert found.errors
    assert found.log is not None
    assert len(found.log.lines) <= 10


async def test_a_job_that_has_not_run_has_no_log(ask: Asking, toolbox: Toolbox) -> None:
    found = await ask(JobLogResult, "read_job_log", name="PAYROLL_POST")
    assert (found.log, found.problem) == (None, "it has not run yet")
    in_portuguese = await toolbox.call("read_job_log", '{"name": "PAYROLL_POST"}', Language.PT)
    assert isinstance(in_portuguese, JobLogResult)
    assert in_portuguese.problem == "ele ainda não rodou"


async def test_of_a_stream_the_log_of_its_failed_job_is_read(ask: Asking) -> None:
    found = await ask(JobLogResult, "read_job_log", name="PAYROLL")
    assert found.job.name == "PAYROLL_CALC"


# --- why ---


async def test_why_a_job_failed(ask: Asking) -> None:
    found = await ask(FailureResult, "why_failed", name="PAYROLL_CALC")
    assert found.failure.has_failed
    assert found.failure.job.return_code == 12
    assert "ORA-01653" in found.failure.errors[0].line


async def test_why_a_stream_failed_is_why_its_first_job_failed(ask: Asking) -> None:
    failed = await ask(JobsResult, "find_jobs", statuses=["ERROR"], order="ended_last", limit=50)
    first = failed.jobs[-1]
    found = await ask(FailureResult, "why_failed", name=f"{first.folder}/{first.stream}")
    assert found.failure.job.name == first.name


async def test_of_several_the_failed_one_is_meant(ask: Asking) -> None:
    assert (await ask(Ambiguous, "job_detail", name="payroll_cal")).total > 1
    assert (await ask(FailureResult, "why_failed", name="payroll_cal")).failure.job.name == "PAYROLL_CALC"


async def test_why_a_job_waits(ask: Asking) -> None:
    found = await ask(WaitingResult, "why_waiting", name="PAYROLL_POST")
    assert found.waiting.is_waiting
    assert [cause.predecessor.name for cause in found.waiting.roots if cause.predecessor] == ["PAYROLL_CALC"]


async def test_why_a_stream_waits_is_why_the_job_next_in_turn_waits(ask: Asking) -> None:
    found = await ask(WaitingResult, "why_waiting", name="PAYROLL")
    assert found.waiting.job.name == "PAYROLL_POST", "the others wait for this one"


async def test_a_stream_that_is_through_waits_for_nothing(ask: Asking) -> None:
    done = await ask(StreamsResult, "find_streams", statuses=["SUCCESSFUL"])
    name = f"{done.streams[0].folder}/{done.streams[0].name}"
    for tool in ("why_waiting", "why_failed", "what_it_blocks"):
        found = await ask(StreamResult, tool, name=name)
        assert found.stream.status is Status.SUCCESSFUL


async def test_what_a_job_and_its_stream_hold_up(ask: Asking) -> None:
    of_job = await ask(ImpactResult, "what_it_blocks", name="PAYROLL_CALC")
    of_stream = await ask(ImpactResult, "what_it_blocks", name="PAYROLL")
    assert of_job.impact.jobs > 0
    assert of_stream.impact == of_job.impact
    assert "PAYROLL_CLOSE" in {job.name for job in of_job.impact.critical}


async def test_critical_jobs_the_most_endangered_first(ask: Asking) -> None:
    everything = await ask(CriticalJobsResult, "critical_jobs")
    assert everything.total == len(everything.jobs)
    order = list(Risk)
    risks = [order.index(critical.risk) for critical in everything.jobs]
    assert risks == sorted(risks)
    one = await ask(CriticalJobsResult, "critical_jobs", name="payroll_close")
    assert [critical.job.name for critical in one.jobs] == ["PAYROLL_CLOSE"]


# --- the other objects ---


async def test_workstations_in_trouble(ask: Asking) -> None:
    found = await ask(WorkstationsResult, "find_workstations", only_in_trouble=True)
    assert found.total == 12
    assert {one.name for one in found.workstations} == {"AGT_BRANCH01", "AGT_RPT01", "FTA_LEGACY"}


@pytest.mark.parametrize("name", ["FTA_PAY01", "/FINANCE/FTA_PAY01", "pay01"])
async def test_a_workstation_by_its_name_or_a_part_of_it(ask: Asking, name: str) -> None:
    found = await ask(WorkstationsResult, "find_workstations", name=name)
    assert [one.name for one in found.workstations] == ["FTA_PAY01"]


async def test_prompts_open_and_all(ask: Asking) -> None:
    opened = await ask(PromptsResult, "find_prompts")
    everything = await ask(PromptsResult, "find_prompts", only_open=False)
    assert {prompt.status for prompt in opened.prompts} == {"ASKED"}
    assert everything.total >= opened.total


async def test_resources_in_use(ask: Asking) -> None:
    found = await ask(ResourcesResult, "find_resources", only_in_use=True)
    assert 0 < len(found.resources) < found.total
    assert all(resource.in_use and resource.holders for resource in found.resources)


# --- what a model does wrong ---


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("job_detail", "{", "Invalid JSON"),
        ("job_detail", "", "name: Field required"),
        ("job_detail", '{"nme": "X"}', "nme: Extra inputs are not permitted"),
        ("job_detail", '{"name": ""}', "at least 1 character"),
        ("find_jobs", '{"statuses": ["BROKEN"]}', "statuses.0: Input should be 'WAITING'"),
        ("find_jobs", '{"limit": 1000}', "less than or equal to 50"),
        ("find_jobs", "[]", "object"),
        ("find_jobs", "null", "object"),
        ("cancel_job", '{"name": "X"}', "There is no tool 'cancel_job'"),
    ],
)
async def test_a_model_learns_what_to_correct(toolbox: Toolbox, tool: str, arguments: str, told: str) -> None:
    problem = await toolbox.call(tool, arguments)
    assert isinstance(problem, Problem)
    assert told in problem.told
    assert problem.hint


def test_the_tools_as_a_model_sees_them(toolbox: Toolbox) -> None:
    specs = {spec.name: spec for spec in toolbox.specs()}
    assert list(specs) == [
        "plan_overview", "find_jobs", "find_streams", "select_jobs", "select_streams", "what_will_run", "look_up",
        "job_detail", "stream_detail", "read_job_log",
        "why_waiting", "why_failed", "what_it_blocks", "find_workstations", "find_prompts", "find_resources",
        "critical_jobs", "forecast", "run_history", "what_changed", "long_runs", "compare_days", "explain_message",
    ]  # fmt: skip
    assert all(len(spec.description) > 60 for spec in specs.values())
    parameters = specs["find_jobs"].parameters
    assert parameters["additionalProperties"] is False
    properties = parameters["properties"]
    assert properties["limit"] == {"default": 10, "maximum": 50, "minimum": 1, "type": "integer"}
    assert properties["workstation"] == {"maxLength": 120, "minLength": 1, "type": "string"}
    assert properties["statuses"]["items"]["enum"] == list(Status)
    assert properties["span"]["enum"] == ["today", "last_night", "yesterday", "last_hour"]
    assert "last_night: 18:00 to 08:00" in properties["span"]["description"]
    written = json.dumps([spec.parameters for spec in specs.values()])
    assert not [word for word in ("$ref", "$defs", "anyOf", '"title"', "null") if word in written]


# --- what the engine does wrong ---


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(status=401), "does not accept my credentials"),
        (Fault(status=403), "not allowed to see that"),
        (Fault(status=503), "cannot answer at the moment"),
        (Fault(status=200, body=HTML_PAGE, content_type="text/html"), "could not read"),
        (Fault(cut=0), "could not read"),
    ],
    ids=str,
)
async def test_an_engine_in_trouble_is_told_in_a_plain_sentence(
    server: RunningSimulator, toolbox: Toolbox, fault: Fault, told: str
) -> None:
    server.faults.add(fault, times=None)
    problem = await toolbox.call("find_jobs", "{}")
    assert isinstance(problem, Problem)
    assert told in problem.told
    assert "httpx" not in problem.model_dump_json()
    assert "Traceback" not in problem.model_dump_json()


async def test_a_refusal_keeps_its_message_id(server: RunningSimulator, toolbox: Toolbox) -> None:
    server.faults.add(Fault(status=500, body=wrapped_refusal("AWSBIN076E", "not authorised")), times=None)
    problem = await toolbox.call("find_jobs", "{}", Language.PT)
    assert isinstance(problem, Problem)
    assert problem.message_id == "AWSBIN076E"
    assert "motor" in problem.told


async def test_a_defect_of_one_tool_is_told_and_counted(tws: HwaEngine) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("a defect")

    registry = CollectorRegistry()
    toolbox = Toolbox(Engines.of_one(tws), TOOLS, metrics=AgentMetrics(registry))
    tws.engine = broken  # type: ignore[method-assign, assignment]  # what no engine does
    problem = await toolbox.call("find_prompts", "{}")
    assert isinstance(problem, Problem)
    assert "ZeroDivisionError" not in problem.model_dump_json()
    labels = {"tool": "find_prompts", "outcome": "defect"}
    assert registry.get_sample_value("resync_agent_tool_calls_total", labels) == 1


@pytest.mark.parametrize("language", list(Language))
def test_every_tool_says_what_it_is_doing(toolbox: Toolbox, language: Language) -> None:
    for spec in toolbox.specs():
        required = dict.fromkeys(spec.parameters.get("required", ()), "X")
        call = toolbox.read(spec.name, json.dumps(required))
        assert isinstance(call, Call)
        assert doing(call.tool, call.arguments, language)
