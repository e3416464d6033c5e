"""Virtual time that tests set, and the plan that is switched under clients: no test has to wait."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import PLAN_SWITCH, Simulator
from resync_bot.simulator.states import RunState
from tests.simulator.nights import at, bank, frozen

MINUTE = timedelta(minutes=1)


class Seconds:
    """Real time, as the test says."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def running(seconds: Seconds) -> Simulator:
    return Simulator(SimulatorSettings(speed=60, start=at("02:00"), port=0), monotonic=seconds)


def test_the_speed_can_be_changed_while_it_runs() -> None:
    seconds = Seconds()
    simulator = running(seconds)
    seconds.passed = 10
    assert simulator.now() == at("02:10")
    simulator.set_speed(600)
    assert simulator.now() == at("02:10")
    seconds.passed = 12
    assert simulator.now() == at("02:30")
    simulator.freeze()
    seconds.passed = 1000
    assert simulator.now() == at("02:30")


def test_a_jump_lets_all_happen_that_lies_between() -> None:
    simulator = frozen()
    simulator.jump(at("05:00"))
    assert simulator.now() == at("05:00")
    simulator.jump(timedelta(hours=1))
    assert simulator.moment()[1] == at("06:00")
    there = {run.id: run.state for run in simulator.plan.runs_by_id.values()}
    assert there == {run.id: run.state for run in bank(1, "06:00").runs_by_id.values()}


def test_time_does_not_go_back_and_has_its_limits() -> None:
    simulator = frozen()
    with pytest.raises(ValueError, match="cannot go back"):
        simulator.jump(at("01:00"))
    for speed in (-1, 10_000):
        with pytest.raises(ValueError, match="speed"):
            simulator.set_speed(speed)


def test_a_plan_switch_gives_new_ids_and_keeps_those_of_what_is_unfinished() -> None:
    simulator = frozen()
    before = simulator.plan
    done = next(stream for stream in before.streams if stream.succeeded)
    stuck = before.stream("PAYROLL")
    running_jobs = [job for job in before.jobs if job.state is RunState.EXEC]

    simulator.switch_plan()
    after = simulator.plan
    assert after.run_number == before.run_number + 1
    assert done.id not in after.streams_by_id
    assert [stream.name for stream in after.streams].count(done.name) >= 1
    assert after.streams_by_id[stuck.id] is stuck
    assert stuck.carried_forward
    assert all(after.jobs_by_id[job.id] is job for job in running_jobs)
    assert [prompt.number for prompt in after.prompts] == list(range(1, len(after.prompts) + 1))
    fresh = [stream for stream in after.streams if not stream.carried_forward]
    assert len(fresh) == len(before.streams)
    assert {len(job.runs) for stream in fresh for job in stream.jobs} == {1}


def test_it_is_the_same_switch_every_time() -> None:
    def story() -> list[tuple[str, str]]:
        simulator = frozen()
        simulator.switch_plan()
        simulator.jump(timedelta(hours=8))
        return [(run.id, run.state) for run in simulator.plan.runs_by_id.values()]

    assert story() == story()


# -- over HTTP


@pytest.fixture
async def engine() -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=frozen()) as server:
        yield server


async def test_the_api_does_not_answer_while_the_plan_is_switched(engine: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=f"{engine.url}/twsd/api/v2", auth=("demo", "demo")) as client:

        async def status() -> int:
            return (await client.get("/plan/workstation")).status_code

        assert await status() == 200
        engine.simulator.switch_plan()
        assert await status() == 503
        engine.simulator.jump(PLAN_SWITCH - timedelta(seconds=1))
        assert await status() == 503
        engine.simulator.jump(timedelta(seconds=1))
        assert await status() == 200

        found = (await client.get("/plan/workstation")).json()["results"]
        linked = [one["activeStates"] for one in found if "LINKED" in one["activeStates"]]
        assert not all("JOBMAN_UP" in states for states in linked)  # some are not up again yet
        assert any("JOBMAN_UP" in states for states in linked)


async def test_at_the_end_of_the_production_day_the_plan_is_switched_by_itself(engine: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=f"{engine.url}/twsd/api/v2", auth=("demo", "demo")) as client:
        number = engine.simulator.plan.run_number
        engine.simulator.jump(at("17:59"))
        assert (await client.get("/plan/resource")).status_code == 200
        engine.simulator.jump(at("18:00", days=1))
        assert (await client.get("/plan/resource")).status_code == 503
        engine.simulator.jump(3 * MINUTE)
        assert (await client.get("/plan/resource")).status_code == 200
        assert engine.simulator.plan.run_number == number + 1
