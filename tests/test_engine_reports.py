"""What `resync-bot check` and the health endpoint say of the engines: each one, its hosts, and the bot's own key."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp import web
from redis.asyncio import Redis

from resync_bot.agent.responder import AgentResponder
from resync_bot.check import _engines
from resync_bot.errors import EngineError
from resync_bot.probes import Probes
from resync_bot.runtime.settings import Settings, load_settings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engine, connect_engines
from resync_bot.tws.queries import Engines
from resync_bot.web.health import Report, State
from tests.tws.conftest import night
from tests.tws.test_client import nobody, serving
from tests.tws.test_credentials import key


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    async with night() as running:
        yield running


def engine(url: str, **changes: object) -> dict[str, object]:
    return {"host": url, "user": "demo", "password": "demo", "cache_seconds": 0.0, **changes}


def configured(monkeypatch: pytest.MonkeyPatch, **engines: dict[str, object]) -> Settings:
    monkeypatch.delenv("TWS_HOST", raising=False)
    return load_settings(tws={"engines": engines})


@asynccontextmanager
async def health(settings: Settings) -> AsyncIterator[Any]:
    """The probe of the engines; it touches nothing else."""
    async with connect_engines(settings.tws) as engines:
        yield probe_of(settings, engines)


def probe_of(settings: Settings, engines: Engines) -> Callable[[], Awaitable[Report]]:
    return Probes(
        settings,
        redis=cast("Redis", None),
        engines=engines,
        agent=cast("AgentResponder", None),
        stop=asyncio.Event(),
        started=time.monotonic(),
    ).tws


async def asked(settings: Settings) -> Report:
    async with health(settings) as probe:
        report: Report = await probe()
        return report


@asynccontextmanager
async def engine_with_key(days: float) -> AsyncIterator[dict[str, object]]:
    """An engine that takes the bot's key, which expires in so many days."""

    async def answer(request: web.Request) -> web.StreamResponse:
        counted = {"count": 3, "groupedCount": {"ERROR": 3}}
        return web.json_response(counted if request.path.endswith("/count") else {"displayVersion": "10.2.5"})

    async with serving(answer) as url:
        expires = datetime.now(UTC) + timedelta(days=days, minutes=1)
        yield {"host": url, "api_key": key(expires), "cache_seconds": 0.0}


async def test_an_engine_that_is_well(monkeypatch: pytest.MonkeyPatch, server: RunningSimulator) -> None:
    report = await asked(configured(monkeypatch, PROD=engine(server.url)))
    assert report.state is State.UP
    assert {name: report.facts[name] for name in ("name", "version", "api")} == {
        "name": "PROD",
        "version": "10.2.5",
        "api": "V2",
    }


async def test_trouble_with_another_engine_degrades(monkeypatch: pytest.MonkeyPatch, server: RunningSimulator) -> None:
    report = await asked(configured(monkeypatch, PROD=engine(server.url), UAT=engine(nobody())))
    assert (report.state, report.detail) == (State.DEGRADED, "UAT: The engine cannot be reached.")
    assert report.facts["name"] == "PROD"
    assert report.facts["UAT"] == "down: The engine cannot be reached."


async def test_the_default_engine_decides(monkeypatch: pytest.MonkeyPatch, server: RunningSimulator) -> None:
    server.faults.add(Fault(status=401), times=None)
    report = await asked(configured(monkeypatch, PROD=engine(server.url), UAT=engine(nobody())))
    assert (report.state, report.detail) == (State.DOWN, "The engine refuses the bot's credentials.")


async def test_an_engine_without_its_plan_for_longer_than_a_switch_takes(
    monkeypatch: pytest.MonkeyPatch, server: RunningSimulator
) -> None:
    now = 0.0

    async def wait(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    settings = configured(monkeypatch, PROD=engine(server.url))
    async with connect_engine(settings.tws.every_engine[0], sleep=wait, monotonic=lambda: now) as tws:
        probe = probe_of(settings, Engines.of_one(tws, "PROD"))
        assert (await probe()).state is State.UP
        server.faults.add(Fault(status=503), path="/plan", times=None)
        for minute in (0, 20, 31):
            now = minute * 60.0
            with pytest.raises(EngineError):
                await tws.count_jobs_by_status()
            report = await probe()
            assert (report.state is State.DOWN, "no answer about its plan" in report.detail) == (minute > 30,) * 2


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (300, State.UP, ""),
        (14, State.UP, ""),
        (13, State.DEGRADED, "expires in 13 days"),
        (-2, State.DEGRADED, "has expired"),
    ],
)
async def test_a_key_that_expires_soon_is_told(
    monkeypatch: pytest.MonkeyPatch, days: int, state: State, words: str
) -> None:
    async with engine_with_key(days) as one:
        settings = configured(monkeypatch, PROD=one)
        report = await asked(settings)
        (result,) = await _engines(settings)
    assert report.state is state
    assert words in report.detail
    assert report.facts["key_days_left"] == days
    assert "key valid until" in result.detail
    assert (result.state, bool(result.fix)) == (("ok", False) if state is State.UP else ("warning", True))


async def test_check_asks_every_host_of_every_engine(monkeypatch: pytest.MonkeyPatch, server: RunningSimulator) -> None:
    gone = nobody()
    settings = configured(monkeypatch, PROD=engine(f"{server.url},{gone}"), UAT=engine(server.url, user="nobody"))
    results = await _engines(settings)
    assert [(one.name, one.state) for one in results] == [
        (f"HWA engine PROD {server.url}", "ok"),
        (f"HWA engine PROD {gone}", "failed"),
        (f"HWA engine UAT {server.url}", "failed"),
    ]
    assert "API V2" in results[0].detail
    assert "TWS_HOST" in results[1].fix
    assert "credentials" in results[2].fix
    assert all("demo" not in one.detail for one in results)


async def test_check_tells_of_a_key_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(monkeypatch, PROD={"host": nobody(), "api_key_file": "/nowhere/key"})
    (result,) = await _engines(settings)
    assert result.state == "failed"
    assert "TWS_API_KEY_FILE" in result.detail


async def test_without_an_engine_check_says_how_to_get_one() -> None:
    (result,) = await _engines(Settings())
    assert (result.state, "resync-bot demo" in result.fix) == ("off", True)
