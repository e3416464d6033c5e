"""What becomes of a question while something is wrong with the engine. What is read for each fault: `test_faults`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.interpreter import Interpreter
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.sections import LlmSettings
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.fault_models import (
    Cut,
    Deadlock,
    Garbled,
    HtmlPage,
    RequestFault,
    Timeout,
    Unavailable,
)
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.tws.connecting import connect_engine
from tests.agent.conftest import TWO_IN_THE_NIGHT
from tests.agent.conversation import Agent

FAILED, FALHOU = "which jobs failed?", "quais jobs falharam?"

NOT_IN_TIME = ("The scheduling engine did not answer in time.", "O motor de agendamento não respondeu a tempo.")
NEW_PLAN = (
    "The scheduling engine is changing to its new plan, so it has no answer for a few minutes.",
    "O motor de agendamento está passando para o novo plano e fica sem resposta por alguns minutos.",
)
UNREACHABLE = (
    "I cannot reach the scheduling engine right now.",
    "Não consigo alcançar o motor de agendamento agora.",
)
RESTING = (
    "The scheduling engine failed several times just now, so I leave it alone for a moment.",
    "O motor de agendamento falhou várias vezes agora há pouco, então vou deixá-lo em paz por um momento.",
)


async def at_once(_seconds: float) -> None:
    """Waits between attempts are not what these tests are about."""
    await asyncio.sleep(0)


@asynccontextmanager
async def chat(url: str, *, max_seconds: float = 90.0, wait: bool = False, **changes: Any) -> AsyncIterator[Agent]:
    """The agent with the interpreter over an engine; `wait` sleeps between attempts as it does in life."""
    given = {"host": url, "user": "demo", "password": "demo", "cache_seconds": 0.0, "start_of_day": "18:00"}
    breakers = CircuitBreakerManager(registry=CollectorRegistry())
    sleep = asyncio.sleep if wait else at_once
    settings = TwsSettings.model_validate(given | changes)
    async with connect_engine(settings, breakers=breakers, sleep=sleep) as tws:
        agent = Agent(tws, (), Interpreter(), LlmSettings(max_seconds=max_seconds))
        agent.circuits = breakers
        yield agent


@pytest.mark.parametrize(
    "fault",
    [
        Cut(kind="cut"),
        Deadlock(kind="deadlock"),
        Unavailable(kind="unavailable"),
        HtmlPage(kind="html_page"),
        Garbled(kind="garbled"),
    ],
    ids=lambda fault: fault.kind,
)
async def test_what_passes_is_not_worth_a_word(server: RunningSimulator, fault: RequestFault) -> None:
    async with chat(server.url) as agent:
        calm = (await agent.ask(FAILED)).text
        server.faults.add(fault.effect(), path="/plan", times=1)
        assert (await agent.ask(FAILED)).text == calm


async def test_nobody_is_there() -> None:
    async with chat("http://127.0.0.1:9") as agent:
        assert UNREACHABLE[0] in (await agent.ask(FAILED)).text
        assert RESTING[1] in (await agent.ask(FALHOU)).text


async def test_the_backup_answers_and_nobody_notices(server: RunningSimulator) -> None:
    async with chat(server.url) as agent:
        calm = (await agent.ask(FAILED)).text
    async with chat(f"http://127.0.0.1:9,{server.url}") as agent:
        assert (await agent.ask(FAILED)).text == calm


@pytest.mark.parametrize("message_id", ["AWSJPL017E", "AWSBHV082E"])
async def test_a_plan_switch_is_waited_out_and_told_while_it_lasts(server: RunningSimulator, message_id: str) -> None:
    async with chat(server.url) as agent:
        calm = (await agent.ask(FAILED)).text
        switch = Unavailable(kind="unavailable", message_id=message_id)
        server.faults.add(switch.effect(), path="/plan", times=20)
        answer = await agent.ask(FAILED)
        assert answer.text == calm
        assert "waiting for the engine, which is changing to its new plan" in agent.listener.statuses
        server.faults.add(switch.effect(), path="/plan", times=2)
        await agent.ask(FALHOU)
        assert "esperando o motor, que está passando para o novo plano" in agent.listener.statuses
        (circuit,) = agent.circuits.snapshot().values()
        assert (circuit.state, circuit.failures) == ("closed", 0)


async def test_a_plan_switch_that_outlasts_the_question_is_no_outage(server: RunningSimulator) -> None:
    async with chat(server.url, max_seconds=0.6, wait=True) as agent:
        await agent.ask("hello")
        switch = Unavailable(kind="unavailable", message_id="AWSJPL017E")
        server.faults.add(switch.effect(), path="/plan", times=None)
        for question, sentence in zip((FAILED, FALHOU), NEW_PLAN, strict=True):
            assert sentence in (await agent.ask(question)).text
        (circuit,) = agent.circuits.snapshot().values()
        assert circuit.state == "closed"
    server.faults.clear()


async def test_job_logs_that_hang_cost_the_log_and_nothing_else(server: RunningSimulator) -> None:
    async with chat(server.url, read_timeout=0.3, connect_timeout=0.1) as agent:
        server.faults.hang_job_logs(above=0)
        answer = await agent.ask("show me the log of BRANCH_MATCH_DEPOSITS")
        assert NOT_IN_TIME[0] in answer.text
        assert NOT_IN_TIME[0] not in (await agent.ask(FAILED)).text
        server.faults.hang_job_logs(None)
        assert NOT_IN_TIME[0] not in (await agent.ask("show me the log of BRANCH_MATCH_DEPOSITS")).text


async def test_no_call_outlives_its_question(server: RunningSimulator) -> None:
    """The engine would be given half a minute; the question has less."""
    async with chat(server.url, max_seconds=0.5) as agent:
        await agent.ask("hello")
        server.faults.add(Timeout(kind="timeout").effect(), path="/plan", times=None)
        assert NOT_IN_TIME[0] in (await agent.ask(FAILED)).text
        (circuit,) = agent.circuits.snapshot().values()
        assert circuit.failures == 0  # our own hurry says nothing about the engine
    server.faults.clear()
    server.faults.release()


@pytest.fixture
async def moving() -> AsyncIterator[RunningSimulator]:
    """An engine of the test's own, whose world may be changed."""
    start = SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0)
    async with running_simulator(start) as running:
        yield running


async def test_an_agent_that_is_down_is_shown_and_explains_what_waits(moving: RunningSimulator) -> None:
    async with chat(moving.url) as agent:
        assert "FTA_PAY01" not in (await agent.ask("which workstations are down?")).text
        workstation = next(one for one in moving.simulator.plan.workstations if one.name == "FTA_PAY01")
        moving.simulator.orders.operations.link(workstation, linked=False)
        assert "FTA_PAY01" in (await agent.ask("which workstations are down?")).text
        assert "FTA_PAY01" in (await agent.ask("quais workstations estão fora?")).text


async def test_a_real_switch_to_the_next_plan_in_the_middle_of_a_question(moving: RunningSimulator) -> None:
    async def wait(_seconds: float) -> None:
        moving.simulator.jump(timedelta(seconds=30))
        await asyncio.sleep(0)

    given = {"host": moving.url, "user": "demo", "password": "demo", "start_of_day": "18:00"}
    async with connect_engine(TwsSettings.model_validate(given), sleep=wait) as tws:
        agent = Agent(tws, (), Interpreter())
        await agent.ask(FAILED)
        moving.simulator.switch_plan()
        answer = await agent.ask("how many jobs are waiting?")
        assert "waiting for the engine, which is changing to its new plan" in agent.listener.statuses
        assert not any(one.result.get("kind") == "problem" for one in answer.evidence)


async def test_the_engines_clock_is_the_one_that_counts(moving: RunningSimulator) -> None:
    async with chat(moving.url) as agent:
        assert "02:0" in (await agent.ask("how is the plan?")).text
        moving.simulator.jump(timedelta(hours=2))
        assert "04:0" in (await agent.ask("how is the plan?")).text
