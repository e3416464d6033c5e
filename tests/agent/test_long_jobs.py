"""Jobs that run, or ran, for longer than asked for, at a simulated engine; and what the tools around them say."""

import json
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.results import JobsResult, MessageResult, PromptsResult, ToolResult
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Status
from resync_bot.tws.queries import Engines, JobQuery


async def asked(tws: HwaEngine, tool: str, **arguments: Any) -> ToolResult:
    toolbox = Toolbox(Engines.of_one(tws), TOOLS, metrics=AgentMetrics(CollectorRegistry()))
    return await toolbox.call(tool, json.dumps(arguments))


@pytest.mark.parametrize("minutes", [1, 20, 45, 60, 600])
async def test_all_that_took_longer_and_nothing_else(tws: HwaEngine, minutes: int) -> None:
    everything = {job.id: job async for page in tws.job_pages(JobQuery()) for job in page.items}
    took = (Status.RUNNING, Status.ERROR, Status.SUCCESSFUL)
    longer = [job for job in everything.values() if job.status in took and (job.elapsed_seconds or 0) > 60 * minutes]
    found = await asked(tws, "find_jobs", longer_than=minutes, limit=50)
    assert isinstance(found, JobsResult)
    assert found.total == len(longer)
    seconds = [job.elapsed_seconds or 0 for job in found.jobs]
    assert seconds == sorted((job.elapsed_seconds or 0 for job in longer), reverse=True)[:50]


async def test_running_ones_only(tws: HwaEngine) -> None:
    found = await asked(tws, "find_jobs", longer_than=30, statuses=["RUNNING"])
    assert isinstance(found, JobsResult)
    assert {job.status for job in found.jobs} == {Status.RUNNING}


async def test_failed_ones_with_a_return_code(tws: HwaEngine) -> None:
    found = await asked(tws, "find_jobs", longer_than=10, return_code=12)
    assert isinstance(found, JobsResult)
    assert found.total
    assert all(job.return_code == 12 for job in found.jobs)


async def test_what_waits_does_not_run_for_any_time(tws: HwaEngine) -> None:
    found = await asked(tws, "find_jobs", longer_than=10, reasons=["HOLD_WAITING_FOR_PROMPT"])
    assert isinstance(found, JobsResult)
    assert found.total == 0


async def test_prompts_by_how_they_are(tws: HwaEngine) -> None:
    everything = await asked(tws, "find_prompts", only_open=False)
    answered = await asked(tws, "find_prompts", statuses=["ANSWERED_YES", "ANSWERED_NO"])
    assert isinstance(everything, PromptsResult)
    assert isinstance(answered, PromptsResult)
    assert [prompt for prompt in everything.prompts if prompt.status.startswith("ANSWERED")] == list(answered.prompts)


async def test_a_message_id_is_explained_or_not_known(tws: HwaEngine) -> None:
    known = await asked(tws, "explain_message", message_id="awsbht001e")
    assert isinstance(known, MessageResult)
    assert known.meaning is not None
    assert "launched" in known.meaning
    assert await asked(tws, "explain_message", message_id="AWSXYZ999E") == MessageResult(message_id="AWSXYZ999E")
