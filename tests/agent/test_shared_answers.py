"""Two people who ask the same soon after each other cost the engine one question, and are told the same."""

from prometheus_client import CollectorRegistry

from resync_bot.agent.arguments import FindJobs, Span
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.rendering import render_result
from resync_bot.agent.results import JobsResult
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.conversation.language import Language
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.models import Status
from resync_bot.tws.queries import Engines

FAILED_LAST_NIGHT = FindJobs(statuses=(Status.ERROR,), span=Span.LAST_NIGHT)


async def test_what_failed_last_night_is_asked_once_for_two_who_want_to_know(server: RunningSimulator) -> None:
    settings = TwsSettings(host=server.url, user="demo", password="demo", cache_seconds=60, start_of_day="18:00")
    async with connect_engine(settings) as tws:
        toolbox = Toolbox(Engines.of_one(tws), TOOLS, metrics=AgentMetrics(CollectorRegistry()))
        answers = [
            await toolbox.call("find_jobs", FAILED_LAST_NIGHT.model_dump_json(exclude_defaults=True)) for _ in range(2)
        ]
    first, second = answers
    assert isinstance(first, JobsResult)
    assert isinstance(second, JobsResult)
    assert first.engine.now < second.engine.now
    assert first.total
    assert first.jobs == second.jobs
    assert server.faults.requests.count("/plan/job") == 1
    text = render_result(first, Language.EN, asked=FAILED_LAST_NIGHT)
    assert "between 22 Nov 18:00 and 23 Nov 02:00, America/Sao_Paulo" in text, text
