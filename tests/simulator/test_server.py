"""The engine as a server: starting, stopping, its clock, its settings, its faults."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from resync_bot.errors import ConfigurationError
from resync_bot.simulator.faults import HTML_PAGE, Fault, wrapped_refusal
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import DEFAULT_PORT, MAX_SPEED, SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from tests.simulator.conftest import BASE
from tests.simulator.nights import at

INFO = f"{BASE}/engine/info"


@pytest.fixture
async def client(server: RunningSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client:
        yield client


async def test_it_stops_with_its_block() -> None:
    async with running_simulator(SimulatorSettings(port=0)) as server:
        url = server.url
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_a_port_that_is_taken_is_said_so(server: RunningSimulator) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(ConfigurationError, match=str(port)):
        async with running_simulator(SimulatorSettings(port=port)):
            pass


async def test_virtual_time_passes_as_fast_as_it_should() -> None:
    seconds = 100.0
    simulator = Simulator(SimulatorSettings(speed=30, start=at("02:00"), port=0), monotonic=lambda: seconds)
    async with (
        running_simulator(simulator=simulator) as server,
        httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client,
    ):
        assert parsedate_to_datetime((await client.get(INFO)).headers["Date"]) == at("02:00")
        seconds += 20
        assert parsedate_to_datetime((await client.get(INFO)).headers["Date"]) == at("02:10")


def test_the_clock_starts_at_two_today_in_the_zone() -> None:
    simulator = Simulator(SimulatorSettings(speed=0, zone="Europe/Rome"), today=lambda _: date(2026, 7, 1))
    assert simulator.now() == datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    assert simulator.plan.starts == datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
    assert simulator.plan.job("PAYROLL_CALC").failed


@pytest.mark.parametrize("start", [time(17, 59), time(18, 0), time(23, 59), time(0, 0)])
def test_any_time_of_the_day_lies_in_a_plan(start: time) -> None:
    simulator = Simulator(SimulatorSettings(speed=0, start=start, zone="Europe/Rome"))
    assert simulator.plan.starts <= simulator.now() < simulator.plan.ends
    assert simulator.now().astimezone(ZoneInfo("Europe/Rome")).time() == start


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
def test_nights_in_which_the_clocks_change(day: date) -> None:
    simulator = Simulator(SimulatorSettings(speed=0, start=time(4, 0), zone="Europe/Rome"), today=lambda _: day)
    assert simulator.plan.starts <= simulator.now() < simulator.plan.ends
    assert simulator.plan.job("PAYROLL_CALC").failed


def test_the_defaults_are_those_of_the_demo() -> None:
    settings = SimulatorSettings()
    assert (settings.port, settings.host) == (DEFAULT_PORT, "127.0.0.1") == (31116, "127.0.0.1")
    assert (settings.users[0].name, settings.users[0].password) == ("demo", "demo")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"speed": -1}, "speed"),
        ({"speed": float("nan")}, "speed"),
        ({"speed": MAX_SPEED + 1}, "speed"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc"}, "zone"),
        ({"start": datetime(2026, 1, 1)}, "start"),  # noqa: DTZ001 - that is what is wrong with it
    ],
)
def test_wrong_settings_are_said_so(wrong: dict[str, object], word: str) -> None:
    with pytest.raises(ConfigurationError, match=word):
        SimulatorSettings(**wrong)  # type: ignore[arg-type]  # the words of the table


async def test_a_long_query_is_answered_and_too_long_a_one_is_refused_in_words(client: httpx.AsyncClient) -> None:
    long = "name IN [" + ", ".join(f"'JOB{number:05}'" for number in range(1_200)) + "]"
    assert (await client.get(f"{BASE}/plan/job", params={"oql": long})).status_code == 200
    answer = await client.get(f"{BASE}/plan/job", params={"oql": long.replace("]", f", '{'X' * 9_000}']")})
    assert answer.status_code == 400
    assert "longer than" in answer.json()["messages"][0]


# -- faults


async def test_a_fault_comes_as_often_as_it_was_ordered(server: RunningSimulator, client: httpx.AsyncClient) -> None:
    server.faults.add(Fault(status=503, headers={"Retry-After": "2"}), path="/engine", times=2)
    answers = [await client.get(INFO) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "2"


async def test_a_fault_meets_only_its_path_and_stays_until_cleared(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    server.faults.add(Fault(status=500, body=wrapped_refusal("AWSBIN076E", "wrong state")), path="/plan", times=None)
    assert (await client.get(INFO)).status_code == 200
    for _ in range(3):
        answer = await client.get(f"{BASE}/plan/job")
        assert answer.status_code == 500
        [message] = answer.json()["messages"]
        assert "AWSJSY404E" in message
        assert "AWSBIN076E" in message
    assert server.faults.requests == ["/engine/info", *["/plan/job"] * 3]
    server.faults.clear()
    assert (await client.get(f"{BASE}/plan/job?limit=1")).status_code == 200


async def test_how_many_job_logs_were_fetched_at_once_is_recorded(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    path = f"{BASE}/plan/job/run/{server.simulator.plan.job('PAYROLL_CALC').run.id}/joblog"
    server.faults.add(Fault(delay=0.1), times=None)
    await asyncio.gather(*(client.get(path) for _ in range(3)), client.get(INFO))
    assert server.faults.most_job_logs == 3


async def test_a_page_of_html_instead_of_json(server: RunningSimulator, client: httpx.AsyncClient) -> None:
    server.faults.add(Fault(status=200, body=HTML_PAGE, content_type="text/html"))
    answer = await client.get(INFO)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


@pytest.mark.parametrize("length", [0, 1, 40, 10**6])
async def test_a_connection_that_breaks(server: RunningSimulator, client: httpx.AsyncClient, length: int) -> None:
    server.faults.add(Fault(cut=length))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get(INFO)
    assert (await client.get(INFO)).status_code == 200


async def test_a_slow_answer_outlasts_a_short_timeout(server: RunningSimulator, client: httpx.AsyncClient) -> None:
    server.faults.add(Fault(delay=30))
    with pytest.raises(httpx.ReadTimeout):
        await client.get(INFO, timeout=httpx.Timeout(5, read=0.05))
    assert (await client.get(INFO)).status_code == 200


@pytest.mark.asks_wrongly
async def test_faults_cannot_be_ordered_over_http(client: httpx.AsyncClient) -> None:
    for path in ("/faults", f"{BASE}/faults", "/"):
        assert (await client.post(path, json={"status": 500})).status_code == 404
