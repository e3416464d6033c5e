"""The checks of the vendor's API document themselves: what they find, what they let pass, and that they are there."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from resync_bot.simulator.faults import HTML_PAGE, Fault
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from tests.vendor_contract import BASE, CONTRACT, NOT_CHECKED, Contract, TellingSwitch

pytestmark = pytest.mark.skipif(CONTRACT is None, reason=NOT_CHECKED)

START = SimulatorSettings(speed=0, start=datetime(2026, 11, 23, 2, 0, tzinfo=ZoneInfo("America/Sao_Paulo")), port=0)
AUTH = {"Authorization": aiohttp.encode_basic_auth("demo", "demo")}


@pytest.fixture(scope="module")
def night() -> Simulator:
    return Simulator(START)


class Engine:
    """An engine with checks of its own at its door, and somebody who asks it."""

    def __init__(self, night: Simulator) -> None:
        self.contract = Contract()
        self.faults = TellingSwitch()
        self.server = TestServer(self.contract.create_app(night, self.faults))

    async def ask(self, path: str, method: str = "GET", body: object = None) -> int:
        """The status."""
        async with aiohttp.ClientSession(headers=AUTH) as session:
            url = self.server.make_url(BASE + path)
            async with session.request(method, url, json=body) as answer:
                await answer.read()
                return answer.status

    def wrong(self, *, asks_wrongly: bool = False) -> list[str]:
        """What a test would fail for."""
        return self.contract.judge(asks_wrongly=asks_wrongly)


@pytest.fixture
async def engine(night: Simulator) -> AsyncIterator[Engine]:
    made = Engine(night)
    async with made.server:
        yield made


async def test_what_keeps_to_it_is_counted(engine: Engine) -> None:
    assert await engine.ask("plan/job?limit=5") == 200
    assert await engine.ask("plan/job/nothing") == 404
    assert engine.wrong() == []
    assert (
        str(engine.contract.tally) == "2 exchanges over 2 operations, 0 violations (0 answers came from ordered faults)"
    )


@pytest.mark.parametrize(
    ("path", "method", "body", "said"),
    [
        ("plan/nothing", "GET", None, "is not in the API"),
        ("engine/info", "POST", None, "method POST is not in the API"),
        ("plan/job?query=x", "GET", None, "query parameter 'query' is not in the API"),
        ("plan/job?limit=many", "GET", None, "is not an integer"),
        ("plan/job", "GET", {"limit": 1}, "the operation takes none"),
    ],
)
async def test_a_wrong_question_fails_a_test_unless_it_is_marked(
    engine: Engine, path: str, method: str, body: object, said: str
) -> None:
    await engine.ask(path, method, body)
    (wrong,) = engine.wrong()
    assert said in wrong
    await engine.ask(path, method, body)
    assert engine.wrong(asks_wrongly=True) == []


async def test_a_mark_that_is_not_needed_is_wrong(engine: Engine) -> None:
    await engine.ask("engine/info")
    assert "asked nothing that is not in the API" in engine.wrong(asks_wrongly=True)[0]


@pytest.mark.parametrize("marked", [True, False])
async def test_a_wrong_answer_of_the_engine_fails_a_test(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, *, marked: bool
) -> None:
    monkeypatch.setattr("resync_bot.simulator.endpoints.job_json", lambda *_: {"priority": "high"})
    await engine.ask("plan/job?limit=1")
    if marked:
        await engine.ask("plan/nothing")
    assert engine.wrong(asks_wrongly=marked) == [
        f"GET /{BASE.strip('/')}/plan/job answer: results/0/priority: 'high' is not of type 'integer'"
    ]


@pytest.mark.parametrize(
    "fault", [Fault(status=200, body=HTML_PAGE, content_type="text/html"), Fault(status=200, body='{"cou')]
)
async def test_an_answer_that_was_ordered_is_not_the_engines_but_the_question_counts(
    engine: Engine, fault: Fault
) -> None:
    engine.faults.add(fault, times=2)
    await engine.ask("plan/job")
    assert engine.wrong() == []
    await engine.ask("plan/job?query=x")
    assert "'query'" in engine.wrong()[0]
    assert engine.contract.tally.ordered == 2


@pytest.mark.parametrize("cut", [0, 100])
async def test_a_cut_stays_a_cut(engine: Engine, cut: int) -> None:
    engine.faults.add(Fault(cut=cut), times=2)  # aiohttp asks again once
    with pytest.raises(aiohttp.ClientError):
        await engine.ask("plan/job")
    assert engine.wrong() == []


async def test_every_engine_that_a_test_starts_is_watched(night: Simulator) -> None:
    assert CONTRACT is not None
    before = CONTRACT.tally.exchanges
    async with running_simulator(simulator=night) as running, aiohttp.ClientSession(headers=AUTH) as session:
        running.faults.add(Fault(status=200, body="nonsense"))
        for _ in range(2):
            async with session.get(f"{running.url}{BASE}engine/info") as answer:
                await answer.read()
    assert CONTRACT.tally.exchanges == before + 2
