"""A frozen night of the simulated engine, asked over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine

TWO_IN_THE_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))


def settings(url: str, **changes: Any) -> TwsSettings:
    """For an engine at `url`, without a cache: each test sees what it asks for."""
    given = {"host": url, "user": "demo", "password": "demo", "cache_seconds": 0.0, "start_of_day": "18:00"}
    return TwsSettings.model_validate(given | changes)


def night(start: datetime = TWO_IN_THE_NIGHT, seed: int = 7) -> AbstractAsyncContextManager[RunningSimulator]:
    """The bank's night, frozen at `start`."""
    return running_simulator(SimulatorSettings(seed=seed, speed=0, start=start, port=0))


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    """The night at two o'clock."""
    async with night() as running:
        yield running


@pytest.fixture
async def tws(server: RunningSimulator) -> AsyncIterator[HwaEngine]:
    """An engine connected to it."""
    async with connect_engine(settings(server.url)) as engine:
        yield engine


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    structlog.contextvars.clear_contextvars()
