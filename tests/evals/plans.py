"""The plans of the suite, served: simulated engines over HTTP and the clients that ask them."""

import tempfile
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import HistorySettings, RedisSettings
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import START_OF_DAY, SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.history.recorder import Recorder
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Engines, Tws
from tests.evals.truths import ZONE
from tests.redis_server import RedisServer

PLANS: Mapping[str, Mapping[str, Any]] = tomllib.loads((Path(__file__).parent / "plans.toml").read_text())


@dataclass(frozen=True, slots=True)
class RunningPlan:
    """Engines that can be asked, and the simulators behind them, which know the truth."""

    engines: Engines
    simulators: Mapping[str, Simulator]
    histories: Mapping[str, RunHistory]


@cache
def _simulator(seed: int, at: datetime) -> Simulator:
    """Frozen, and nothing that reads can change it: one serves all plans that have it."""
    return Simulator(SimulatorSettings(seed=seed, speed=0, start=at.replace(tzinfo=ZONE), port=0))


async def _at_once(_seconds: float) -> None:
    """A frozen engine does not come back by waiting."""


@asynccontextmanager
async def running_plan(name: str) -> AsyncIterator[RunningPlan]:
    """The plan of that name until the block is left."""
    async with AsyncExitStack() as stack:
        simulators: dict[str, Simulator] = {}
        engines: dict[str, Tws] = {}
        for engine, wanted in PLANS[name].items():
            simulators[engine] = _simulator(wanted["seed"], wanted["at"])
            server = await stack.enter_async_context(
                running_simulator(simulator=simulators[engine], only_v1=wanted.get("only_v1", False))
            )
            settings = TwsSettings(
                host=server.url,
                user="demo",
                password="demo",
                name=engine,
                start_of_day=f"{START_OF_DAY:%H:%M}",
            )
            engines[engine] = await stack.enter_async_context(connect_engine(settings, sleep=_at_once))
            if "fault" in wanted:
                server.faults.add(Fault(status=wanted["fault"]), times=None)
        remembered = {name: engines[name] for name, wanted in PLANS[name].items() if wanted.get("history")}
        histories = await _histories(remembered, stack) if remembered else {}
        yield RunningPlan(Engines(engines, next(iter(engines))), simulators, histories)


async def _histories(engines: Mapping[str, Tws], stack: AsyncExitStack) -> Mapping[str, RunHistory]:
    """What a bot would remember that has just been installed: the plans that the engines still have."""
    server = RedisServer(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="redis-"))))
    server.start()
    stack.callback(server.stop)
    redis = await stack.enter_async_context(redis_client(server.url, RedisSettings()))
    settings = HistorySettings()
    histories = {name: RunHistory(redis, namespace="evals", engine=name, settings=settings) for name in engines}
    recorder = Recorder(
        engines, histories, redis, namespace="evals", look_every=settings.look_every, metrics=CollectorRegistry()
    )
    for name in engines:
        await recorder.look(name)
    return histories
