"""What a person reads for every fault that can be ordered at the simulator's switchboard, in both languages.

Faults are ordered over HTTP, as anybody would who tries a client, and the agent asks the engine over HTTP. A kind of
fault without a row fails.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import httpx
import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.interpreter import Interpreter
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.sections import LlmSettings
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.fault_models import RequestFault, WorldFault
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.switchboard import PATH
from resync_bot.tws.connecting import connect_engine
from tests.agent.conftest import TWO_IN_THE_NIGHT
from tests.agent.conversation import Agent

# Sentences in English and in Portuguese.
NOT_IN_TIME: Final = (
    "The scheduling engine did not answer in time.",
    "O motor de agendamento não respondeu a tempo.",
)
NO_CREDENTIALS: Final = (
    "The scheduling engine does not accept my credentials.",
    "O motor de agendamento não aceita minhas credenciais.",
)
NOT_ALLOWED: Final = (
    "I am not allowed to see that in the scheduling engine.",
    "Não tenho permissão para ver isso no motor de agendamento.",
)
CANNOT: Final = (
    "The scheduling engine cannot answer at the moment.",
    "O motor de agendamento não pode responder no momento.",
)
UNREADABLE: Final = (
    "I could not read the scheduling engine's answer.",
    "Não consegui ler a resposta do motor de agendamento.",
)
NEW_PLAN: Final = (
    "The scheduling engine is changing to its new plan, so it has no answer for a few minutes.",
    "O motor de agendamento está passando para o novo plano e fica sem resposta por alguns minutos.",
)
NO_PLAN: Final = (
    "The scheduling engine is up but has no answer about its plan, as while it changes to a new one.",
    "O motor de agendamento está no ar, mas não responde sobre o plano, como quando passa para um novo.",
)
PLAN_LOST: Final = (
    "The scheduling engine is up but has had no answer about its plan for longer than a change to a new one takes.",
    "O motor de agendamento está no ar, mas há mais tempo do que leva a troca de plano não responde sobre o plano.",
)
FAILED: Final = ("which jobs failed?", "quais jobs falharam?")
LOG: Final = ("show me the log of PAYROLL_CALC", "mostra o log do PAYROLL_CALC")
WHY_FAILED: Final = ("why did PAYROLL_CALC fail?", "por que o PAYROLL_CALC falhou?")
EVERY_PLAN_REQUEST: Final = {"path": "/plan"}
JOBS: Final = "/plan/job"  # /plan/current/job in V1


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, the question that meets it, and what is read then. `same` is the first line that is read without it.

    `for_minutes` is how long it has been so.
    """

    fault: Mapping[str, Any]
    reads: tuple[str, str] = ("", "")
    asks: tuple[str, str] = FAILED
    scope: Mapping[str, Any] = field(default_factory=dict)
    same: bool = False
    lacks: tuple[str, ...] = ()
    for_minutes: int = 0

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.fault.values())


ROWS: Final = (
    Row({"kind": "latency", "seconds": 30}, NOT_IN_TIME, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "latency", "seconds": 0.02, "jitter": 0.02}, same=True, scope=EVERY_PLAN_REQUEST),
    Row(
        {"kind": "latency", "seconds": 30},
        NOT_IN_TIME,
        asks=("list all waiting jobs", "lista todos os jobs esperando"),
        scope={"path": JOBS, "further_pages": True},
    ),
    Row(
        {"kind": "latency", "seconds": 0.02},
        same=True,
        asks=("list all waiting jobs", "lista todos os jobs esperando"),
        scope={"path": JOBS, "further_pages": True},
    ),
    Row({"kind": "timeout"}, NOT_IN_TIME, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "cut"}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "cut", "after_bytes": 40}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "cut"}, same=True, scope={"path": JOBS, "times": 1}),
    Row({"kind": "expired"}, NO_CREDENTIALS, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "expired", "credential": "password"}, NO_CREDENTIALS, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "forbidden"}, NOT_ALLOWED, scope=EVERY_PLAN_REQUEST),
    Row(
        {"kind": "forbidden", "right": "LIST"},
        ("`AWSJDB817E`: The user lacks the right for this.", "`AWSJDB817E`: O usuário não tem direito a isso."),
        scope=EVERY_PLAN_REQUEST,
    ),
    Row(
        {"kind": "wrapped_refusal"},
        (
            "The scheduling engine refused that.\n\n`AWSBIN076E`: The job is not in a state in which this can be done.",
            (
                "O motor de agendamento recusou isso.\n\n"
                "`AWSBIN076E`: O job não está em um estado em que isso possa ser feito."
            ),
        ),
        scope=EVERY_PLAN_REQUEST,
    ),
    Row({"kind": "deadlock"}, CANNOT, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "deadlock"}, same=True, scope={"path": JOBS, "times": 1}),
    Row({"kind": "unavailable"}, CANNOT),
    Row({"kind": "unavailable", "retry_after": 600}, CANNOT),
    Row({"kind": "unavailable"}, NO_PLAN, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "unavailable"}, PLAN_LOST, scope=EVERY_PLAN_REQUEST, for_minutes=31),
    Row({"kind": "unavailable", "message_id": "AWSJPL018E"}, PLAN_LOST, scope=EVERY_PLAN_REQUEST, for_minutes=31),
    Row({"kind": "unavailable"}, same=True, scope={"path": JOBS, "times": 2}),
    Row({"kind": "unavailable", "message_id": "AWSJPL017E"}, NEW_PLAN, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "html_page"}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "html_page", "status": 404}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "garbled"}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row({"kind": "garbled", "how": "encoding"}, UNREADABLE, scope=EVERY_PLAN_REQUEST),
    Row(
        {"kind": "changing_pages", "gone": 1},
        same=True,
        asks=("list all waiting jobs", "lista todos os jobs esperando"),
        scope={"path": JOBS},
    ),
    Row(
        {"kind": "changing_pages", "gone": -1},
        same=True,
        asks=("list all waiting jobs", "lista todos os jobs esperando"),
        scope={"path": JOBS},
    ),
    Row({"kind": "job_log_hang", "above": 0}, NOT_IN_TIME, asks=LOG),
    Row(
        {"kind": "job_log_hang", "above": 0},
        (
            "Its log could not be read: The scheduling engine did not answer in time.",
            "Não foi possível ler o log: O motor de agendamento não respondeu a tempo.",
        ),
        asks=WHY_FAILED,
    ),
    Row(
        {"kind": "agent_down", "workstation": "FTA_PAY01"},
        ("| `FTA_PAY01` | FTA | **unlinked** |", "| `FTA_PAY01` | FTA | **sem link** |"),
        asks=("which workstations are down?", "quais workstations estão fora?"),
    ),
    Row(
        {"kind": "agent_down", "workstation": "FTA_PAY01"},
        (
            (
                "There is no log of `PAYROLL.PAYROLL_CALC`: it lies on /FINANCE/FTA_PAY01, whose agent does not answer "
                "(AWSJMR003E: The broker could not be reached)."
            ),
            (
                "Não há log do `PAYROLL.PAYROLL_CALC`: ele está na /FINANCE/FTA_PAY01, cujo agente não responde "
                "(AWSJMR003E: Não foi possível falar com o broker)."
            ),
        ),
        asks=LOG,
    ),
    Row(
        {"kind": "agent_down", "workstation": "FTA_PAY01"},
        (
            (
                "Its log could not be read: it lies on `/FINANCE/FTA_PAY01`, whose agent does not answer "
                "(`AWSJMR003E`: The broker could not be reached)."
            ),
            (
                "Não foi possível ler o log: ele está na `/FINANCE/FTA_PAY01`, cujo agente não responde "
                "(`AWSJMR003E`: Não foi possível falar com o broker)."
            ),
        ),
        asks=WHY_FAILED,
    ),
    Row({"kind": "plan_switch"}, NEW_PLAN),
    Row(
        {"kind": "clock", "advance": 2 * 3600},
        ("at 04:0", "às 04:0"),
        asks=("how is the plan?", "como está o plano?"),
        lacks=("02:0",),
    ),
)
KINDS: Final = [
    kind.model_fields["kind"].annotation.__args__[0] for kind in (*get_args(RequestFault), *get_args(WorldFault))
]


def test_every_kind_of_fault_has_a_row() -> None:
    assert {row.fault["kind"] for row in ROWS} == set(KINDS)


@asynccontextmanager
async def engine(row: Row, night: Simulator, api: str) -> AsyncIterator[str]:
    """The night at two o'clock with its switchboard; one of its own for faults that change its world."""
    changes = row.fault["kind"] in {"agent_down", "plan_switch", "clock"}
    start = SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0)
    world = Simulator(start) if changes else night
    async with running_simulator(simulator=world, switchboard=True, only_v1=api == "V1") as running:
        yield running.url
        running.faults.clear()
        running.faults.release()


@dataclass
class Clock:
    """By which the bot waits: at once."""

    seconds: float = 0.0

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@asynccontextmanager
async def somebody(url: str, clock: Clock) -> AsyncIterator[Agent]:
    """Somebody who talks to a bot that has just been started, in a hurry."""
    given = {"host": url, "user": "demo", "password": "demo", "cache_seconds": 0.0, "start_of_day": "18:00"}
    hurry = {"read_timeout": 0.5, "connect_timeout": 0.3, "page_size": 10}
    breakers = CircuitBreakerManager(registry=CollectorRegistry())
    chosen = TwsSettings.model_validate(given | hurry)
    async with connect_engine(chosen, breakers=breakers, sleep=clock.sleep, monotonic=lambda: clock.seconds) as tws:
        yield Agent(tws, (), Interpreter(), LlmSettings(max_seconds=5.0))


async def order(url: str, row: Row, api: str) -> None:
    scope = dict(row.scope)
    if api == "V1" and scope.get("path") == JOBS:
        scope["path"] = "/plan/current/job"
    async with httpx.AsyncClient(base_url=url) as switchboard:
        answer = await switchboard.post(PATH, json={"fault": dict(row.fault), **scope})
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("api", ["V2", "V1"])
@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_what_a_person_reads(row: Row, api: str, night: Simulator) -> None:
    clock = Clock()
    async with engine(row, night, api) as url:
        calm = []
        for question in row.asks:
            async with somebody(url, clock) as agent:
                calm.append((await agent.ask(question)).text)
        for question, sentence, before in zip(row.asks, row.reads, calm, strict=True):
            async with somebody(url, clock) as agent:
                await agent.ask("hello")
                if question == row.asks[0] or "times" in row.scope:
                    await order(url, row, api)
                for _ in range(0, row.for_minutes, 15):
                    await agent.ask(question)
                    clock.seconds += 15.5 * 60
                text = (await agent.ask(question)).text
                if row.same:
                    assert text.splitlines()[0] == before.splitlines()[0]
                    continue
                assert sentence in text
                assert sentence not in before
                for word in ("demo", "127.0.0.1", "Exception", "Traceback", "<html", *row.lacks):
                    assert word not in text
