"""The recorder, between the simulated engine over HTTP and a real store."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.errors import EngineError
from resync_bot.runtime.sections import HistorySettings
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.states import ENDED, RerunType, RunState
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.history.days import ProductionDay
from resync_bot.tws.history.recorder import Recorder
from resync_bot.tws.history.store import RunHistory
from tests.tws.history.rows import NOW


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    night = Simulator(SimulatorSettings(seed=7, speed=0, start=NOW, port=0))
    async with running_simulator(simulator=night) as running:
        yield running


@pytest.fixture
async def engine(server: RunningSimulator) -> AsyncIterator[HwaEngine]:
    settings = EngineSettings(name="PROD", host=server.url, user="demo", password="demo", start_of_day="18:00")
    async with connect_engine(settings) as connected:
        yield connected


@pytest.fixture
def history(redis: Redis) -> RunHistory:
    return RunHistory(redis, namespace="test", engine="PROD", settings=HistorySettings(runs_per_job=50))


def recorder(redis: Redis, engine: HwaEngine, history: RunHistory) -> Recorder:
    """One replica's."""
    return Recorder(
        {"PROD": engine}, {"PROD": history}, redis, namespace="test", look_every=60, metrics=CollectorRegistry()
    )


def ended_in_plan(server: RunningSimulator) -> int:
    """How many runs the plan shows as ended tonight: jobs, but no recovery jobs, and nothing that was canceled."""
    plan = server.simulator.plan
    runs = [run for job in plan.jobs for run in job.runs if not (job.canceled and run is job.run)]
    ended = [run for run in runs if run.state in ENDED - {RunState.SUPPR} and run.type is not RerunType.RECOVERY]
    return sum(1 for run in ended if run.ended_at and run.ended_at >= plan.starts)


async def test_the_first_look_takes_in_the_plan_and_the_week_before(
    server: RunningSimulator, engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    new = await recorder(redis, engine, history).look("PROD")
    today = ProductionDay.containing(NOW, await engine.engine())
    tonight = await history.figures(today, today.ends)
    assert tonight.runs == ended_in_plan(server)
    days = [await history.figures(today.before(back), today.before(back).ends) for back in range(1, 8)]
    assert all(day.runs > 500 for day in days)
    assert new >= tonight.runs + sum(day.runs for day in days)


async def test_what_ends_later_is_recorded_by_the_next_look_once(
    server: RunningSimulator, engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    replica = recorder(redis, engine, history)
    await replica.look("PROD")
    before = ended_in_plan(server)
    server.simulator.jump(timedelta(minutes=30))
    engine.forget()
    assert await replica.look("PROD") == ended_in_plan(server) - before > 0


async def test_another_replica_does_not_look_again_at_once(
    engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    assert await recorder(redis, engine, history).look("PROD") > 0
    assert await recorder(redis, engine, history).look("PROD") == 0


async def test_what_a_replica_reads_the_other_leaves_alone(
    engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    async with redis.lock("test:recorder:{PROD}", timeout=60):
        assert await recorder(redis, engine, history).look("PROD") == 0
    assert await history.seen_until() is None


async def test_what_ended_just_before_the_plan_changed_is_not_lost(
    server: RunningSimulator, engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    replica = recorder(redis, engine, history)
    day = ProductionDay.containing(NOW, await engine.engine())
    server.simulator.jump(day.ends - timedelta(hours=1))
    engine.forget()
    await replica.look("PROD")
    known = (await history.figures(day, day.ends)).runs
    server.simulator.jump(day.ends - timedelta(seconds=1))
    ended = ended_in_plan(server)
    assert ended > known
    server.simulator.jump(day.ends + timedelta(minutes=10))
    engine.forget()
    await replica.look("PROD")
    assert (await history.figures(day, day.ends)).runs == ended


async def test_an_engine_that_is_away_leaves_the_look_for_later(
    server: RunningSimulator, engine: HwaEngine, redis: Redis, history: RunHistory
) -> None:
    replica = recorder(redis, engine, history)
    server.faults.add(Fault(status=503), times=50)
    with pytest.raises(EngineError):
        await replica.look("PROD")
    server.faults.clear()
    assert await replica.look("PROD") > 0
