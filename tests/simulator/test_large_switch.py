"""A large plan is replaced while the engine goes on answering: that it cannot be asked about its plan for now."""

import asyncio
import weakref
from datetime import timedelta

import httpx
import pytest

from resync_bot.simulator.engine import ARCHIVED_JOBS
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import PLAN_SWITCH, Simulator
from tests.simulator.nights import at

JOBS = ARCHIVED_JOBS + 500


def large() -> Simulator:
    return Simulator(SimulatorSettings(seed=7, speed=0, start=at("17:50"), port=0, jobs=JOBS), monotonic=lambda: 0.0)


def test_who_does_not_wait_for_others_switches_at_once() -> None:
    simulator = large()
    before = simulator.plan.run_number
    simulator.jump(timedelta(minutes=20))
    assert simulator.plan.run_number == before + 1


@pytest.mark.parametrize("is_ordered", [True, False])
async def test_nothing_happens_until_somebody_switches_the_plan_aside(is_ordered: bool) -> None:
    simulator, at_once = large(), large()
    simulator.let_others_switch()
    before = simulator.plan
    for one in (simulator, at_once):
        if is_ordered:
            one.switch_plan()
        else:
            one.jump(timedelta(minutes=20))
    assert (simulator.is_to_be_switched, simulator.answers) == (True, False)
    assert simulator.plan is before
    await asyncio.to_thread(simulator.switch_aside)
    assert not simulator.is_to_be_switched
    assert simulator.plan.run_number == before.run_number + 1
    stands = [(job.id, job.state, len(job.runs)) for job in simulator.plan.jobs]
    assert stands == [(job.id, job.state, len(job.runs)) for job in at_once.plan.jobs]


async def test_the_plan_before_gives_its_memory_back_by_itself() -> None:
    simulator = large()
    done = next(stream for stream in simulator.plan.streams if stream.succeeded)
    job = weakref.ref(done.jobs[0])
    del done
    simulator.switch_plan()
    assert job() is None


async def test_over_http_the_plan_is_away_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resync_bot.simulator.server._Pulse._SECONDS", 0.01)
    async with (
        running_simulator(simulator=large()) as server,
        httpx.AsyncClient(base_url=server.url, auth=("demo", "demo")) as client,
        asyncio.timeout(60),
    ):

        async def answer(path: str) -> httpx.Response:
            return await client.get(f"/twsd/api/v2{path}")

        before = server.simulator.plan.run_number
        assert (await answer("/plan/job/count")).status_code == 200
        server.simulator.switch_plan()
        while server.simulator.is_to_be_switched:
            assert (await answer("/plan/job/count")).status_code == 503
            assert (await answer("/engine/info")).status_code == 200
        server.simulator.jump(PLAN_SWITCH)
        assert (await answer("/plan/job/count")).status_code == 200
        assert server.simulator.plan.run_number == before + 1
