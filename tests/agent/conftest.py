"""A frozen night of the simulated engine at two o'clock, asked over HTTP."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine

TWO_IN_THE_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.fixture(scope="session")
def night() -> Simulator:
    """One for all tests: it is frozen, and nothing that the agent does can change it."""
    return Simulator(SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0))


@pytest.fixture
async def server(night: Simulator) -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=night) as running:
        yield running


@pytest.fixture
async def tws(server: RunningSimulator) -> AsyncIterator[HwaEngine]:
    settings = TwsSettings(host=server.url, user="demo", password="demo", cache_seconds=0.0, start_of_day="18:00")
    async with connect_engine(settings) as engine:
        yield engine
