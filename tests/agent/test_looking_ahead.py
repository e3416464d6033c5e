"""What is said about the time to come, with the graph of the plan and without it; every figure is in the evidence."""

from datetime import datetime

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.evidence import facts_of, unsupported
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.rendering import render_result
from resync_bot.agent.results import (
    Ambiguous,
    CriticalJobsResult,
    ForecastResult,
    ImpactResult,
    NoMatch,
    WaitingResult,
)
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.conversation.language import Language
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import CauseKind, Verdict
from resync_bot.tws.graph import GraphKeeper, GraphMetrics
from resync_bot.tws.queries import Engines


@pytest.fixture(params=[True, False], ids=["with the graph", "without"])
def toolbox(tws: HwaEngine, request: pytest.FixtureRequest) -> Toolbox:
    registry = CollectorRegistry()
    keeper = GraphKeeper(tws, name="PROD", metrics=GraphMetrics(registry))
    graphs = {"PROD": keeper} if request.param else None
    return Toolbox(Engines.of_one(tws, "PROD"), TOOLS, metrics=AgentMetrics(registry), graphs=graphs)


async def test_behind_a_failure_it_is_told_who_has_to_act_and_the_time_before_which_it_is_not(toolbox: Toolbox) -> None:
    result = await toolbox.call("forecast", '{"name": "PAYROLL_CLOSE"}')
    assert isinstance(result, ForecastResult)
    found = result.forecast
    assert found.job is not None
    assert (found.verdict, found.due) == (Verdict.UNKNOWN, found.job.deadline)
    assert found.not_before is not None
    assert found.expected_end is None
    assert [(one.kind, one.job.name) for one in found.conditions] == [(CauseKind.PREDECESSOR_FAILED, "PAYROLL_CALC")]


async def test_a_time_that_somebody_names_counts_instead_of_the_deadline(toolbox: Toolbox) -> None:
    result = await toolbox.call("forecast", '{"name": "RISK_PUBLISH_BOARD", "by": "2026-11-23T02:30:00"}')
    assert isinstance(result, ForecastResult)
    assert result.forecast.due == datetime(2026, 11, 23, 2, 30, tzinfo=result.engine.now.tzinfo)
    assert result.forecast.verdict is Verdict.LATE


async def test_a_stream_is_looked_ahead_for_as_a_whole(toolbox: Toolbox) -> None:
    result = await toolbox.call("forecast", '{"name": "LEDGER_CLOSE"}')
    assert isinstance(result, ForecastResult)
    assert result.forecast.stream is not None
    assert result.forecast.stream.name == "LEDGER_CLOSE"
    assert CauseKind.PROMPT in {one.kind for one in result.forecast.conditions}


@pytest.mark.parametrize(("name", "kind"), [("NO_SUCH_JOB_AT_ALL", NoMatch), ("RISK_", Ambiguous)])
async def test_a_name_that_fits_none_or_several_is_asked_back(toolbox: Toolbox, name: str, kind: type) -> None:
    assert isinstance(await toolbox.call("forecast", f'{{"name": "{name}"}}'), kind)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("forecast", ForecastResult),
        ("why_waiting", WaitingResult),
        ("what_it_blocks", ImpactResult),
        ("critical_jobs", CriticalJobsResult),
    ],
)
async def test_every_figure_that_is_said_is_in_the_evidence(
    toolbox: Toolbox, server: RunningSimulator, tool: str, kind: type, language: Language
) -> None:
    names = ["PAYROLL_CLOSE"]
    if tool != "critical_jobs":
        open_jobs = [one for one in server.simulator.plan.jobs if not one.done and one.successors]
        names += [one.key.split("(")[0] + "." + one.name for one in open_jobs[::40]]
    for name in names:
        result = await toolbox.call(tool, f'{{"name": "{name}"}}', language)
        if not isinstance(result, kind):
            continue
        text = render_result(result, language)
        assert unsupported(text, facts_of([result.model_dump(mode="json")], [name])) == (), text
