"""The bank's night at two o'clock, standing still."""

from collections.abc import AsyncIterator

import httpx
import pytest

from resync_bot.simulator.server import RunningSimulator, running_simulator
from tests.simulator.nights import frozen

BASE = "/twsd/api/v2"


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    """The simulated engine itself."""
    async with running_simulator(simulator=frozen()) as running:
        yield running


@pytest.fixture
async def api(server: RunningSimulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may see everything."""
    async with httpx.AsyncClient(base_url=server.url + BASE, auth=("demo", "demo")) as client:
        yield client
