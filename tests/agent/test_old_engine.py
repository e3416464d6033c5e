"""Engines of before 10.1: the same questions have the same answers by the older API."""

from collections.abc import AsyncIterator

import pytest

from resync_bot.agent.interpreter import Interpreter
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from tests.agent.conversation import Agent

QUESTIONS = [
    "how is the plan?",
    "which jobs failed?",
    "quais jobs falharam ontem à noite?",
    "what is running?",
    "sj @#@.@+state=abend",
    "status of PAYROLL_CALC",
    "why did PAYROLL_CALC fail?",
    "why is PAYROLL_POST not starting?",
    "what does PAYROLL_CALC block?",
    "show me the log of PAYROLL_CALC",
    "which streams are stuck?",
    "status of stream PAYROLL",
    "which workstations are down?",
    "which prompts are open?",
    "which resources are in use?",
    "are the critical jobs on track?",
]


@pytest.fixture
async def old(night: Simulator) -> AsyncIterator[HwaEngine]:
    """The same night behind an engine of 9.5."""
    async with running_simulator(simulator=night, only_v1=True) as server:
        settings = TwsSettings(host=server.url, user="demo", password="demo", cache_seconds=0.0, start_of_day="18:00")
        async with connect_engine(settings) as engine:
            assert (await engine.engine()).api == "V1"
            yield engine


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_answer_is_the_same(old: HwaEngine, tws: HwaEngine, question: str) -> None:
    by_v1, by_v2 = Agent(old, (), Interpreter()), Agent(tws, (), Interpreter())
    assert (await tws.engine()).api == "V2"
    answer = await by_v1.ask(question)
    assert not any(one.result.get("kind") == "problem" for one in answer.evidence)
    assert answer.text == (await by_v2.ask(question)).text
