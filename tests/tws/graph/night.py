"""The bank's night as a graph: read over HTTP, beside the plan that it was read from, which can go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry

from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.graph import GraphKeeper, GraphMetrics, GraphView
from tests.tws.conftest import TWO_IN_THE_NIGHT, settings

SPEED = 3600  # virtual seconds in one of `Clock`


class Clock:
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def go_on(self, *, hours: float = 0.0, minutes: float = 0.0) -> None:
        """Moves the night on."""
        self.now += (hours * 3600 + minutes * 60) / SPEED


@dataclass
class Night:
    """A night that goes on when it is told to; the keeper's own clock goes with it, a second for a second."""

    server: RunningSimulator
    tws: HwaEngine
    keeper: GraphKeeper
    clock: Clock
    keeper_clock: Clock
    metrics: CollectorRegistry

    async def view(self) -> GraphView:
        """The graph, as it is."""
        found = await self.keeper.graph()
        assert found is not None
        return found

    def later(self, *, hours: float = 0.0, minutes: float = 0.0) -> None:
        """So much later, for the engine and for the keeper."""
        self.clock.go_on(hours=hours, minutes=minutes)
        self.keeper_clock.now += hours * 3600 + minutes * 60


@asynccontextmanager
async def night(start: datetime = TWO_IN_THE_NIGHT, seed: int = 7) -> AsyncIterator[Night]:
    """The bank's night at `start`."""
    clock, keeper_clock = Clock(), Clock()
    simulator = Simulator(SimulatorSettings(seed=seed, speed=SPEED, start=start, port=0), monotonic=clock)
    async with (
        running_simulator(simulator=simulator) as server,
        connect_engine(settings(server.url)) as tws,
    ):
        metrics = CollectorRegistry()
        keeper = GraphKeeper(tws, name="TEST", metrics=GraphMetrics(metrics), monotonic=keeper_clock, now=clock)
        yield Night(server, tws, keeper, clock, keeper_clock, metrics)
