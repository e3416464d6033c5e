"""JnextPlan replaces the plan while people ask: the simulated engine does it as a real one, ids and all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.plan_absence import PlanAbsence
from resync_bot.tws.queries import JobQuery
from resync_bot.tws.waits import told_to
from tests.tws.conftest import settings


async def test_who_asks_during_the_switch_gets_the_new_plan(server: RunningSimulator) -> None:
    """Waiting lets the engine's time go on, as it does in life; nothing else does."""
    told: list[EngineErrorKind] = []
    waits: list[float] = []
    registry = CollectorRegistry()
    breakers = CircuitBreakerManager(registry=registry)

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        server.simulator.jump(server.simulator.now() + timedelta(seconds=20))
        await asyncio.sleep(0)

    async with connect_engine(
        settings(server.url, cache_seconds=600.0), breakers=breakers, metrics=TwsMetrics(registry), sleep=wait
    ) as tws:
        before = {job.id async for page in tws.job_pages(JobQuery()) for job in page.items}
        first = await tws.jobs(JobQuery(), limit=500)
        server.simulator.switch_plan()
        assert (await tws.engine()).version == "10.2.5"  # the application server is there all the time
        with told_to(told.append):
            counts = await tws.count_jobs_by_status()
        assert told == [EngineErrorKind.PLAN_SWITCH]
        assert len(waits) >= 4
        assert sum(counts.values()) == len(server.simulator.plan.jobs)
        after = await tws.jobs(JobQuery(), limit=500)  # not what was remembered of the plan before
        assert {job.id for job in after.items} != {job.id for job in first.items}
        assert {job.id for job in after.items} <= {job.id for job in server.simulator.plan.jobs}
        assert before != {job.id for job in server.simulator.plan.jobs}
        (circuit,) = breakers.snapshot().values()
        assert (circuit.state, circuit.failures) == ("closed", 0)
        labels = {"engine": "PROD", "outcome": "outlived"}
        assert registry.get_sample_value("resync_tws_plan_switches_total", labels) == 1


ABOUT_THE_PLAN = "/plan"


@asynccontextmanager
async def listening(*urls: str) -> AsyncIterator[tuple[HwaEngine, list[EngineErrorKind], CircuitBreakerManager]]:
    """An engine that is waited for without loss of time, what people hear meanwhile, and its circuits."""
    told: list[EngineErrorKind] = []
    breakers = CircuitBreakerManager(registry=CollectorRegistry())

    async def wait(_seconds: float) -> None:
        await asyncio.sleep(0)

    async with connect_engine(settings(",".join(urls)), breakers=breakers, sleep=wait) as tws:
        await tws.engine()
        with told_to(told.append):
            yield tws, told, breakers


async def test_an_engine_that_says_nothing_but_503_about_its_plan_is_changing_it(server: RunningSimulator) -> None:
    async with listening(server.url) as (tws, told, breakers):
        server.faults.add(Fault(status=503), path=ABOUT_THE_PLAN, times=7)
        assert sum((await tws.count_jobs_by_status()).values()) == len(server.simulator.plan.jobs)
        assert told == [EngineErrorKind.PLAN_SWITCH]
        (circuit,) = breakers.snapshot().values()
        assert (circuit.state, circuit.failures) == ("closed", 0)


async def test_nobody_hears_of_a_switch_that_is_over_in_a_moment(server: RunningSimulator) -> None:
    async with listening(server.url) as (tws, told, _):
        server.faults.add(Fault(status=503), path=ABOUT_THE_PLAN, times=2)
        await tws.count_jobs_by_status()
        assert told == []


async def test_an_engine_that_answers_nothing_at_all_is_down(server: RunningSimulator) -> None:
    async with listening(server.url) as (tws, told, _):
        server.faults.add(Fault(status=503), times=None)
        with pytest.raises(EngineError) as caught:
            await tws.count_jobs_by_status()
        assert (caught.value.kind, told) == (EngineErrorKind.UNAVAILABLE, [])


async def test_a_backup_that_has_the_plan_is_asked_first(server: RunningSimulator) -> None:
    async with (
        running_simulator(simulator=server.simulator) as backup,
        listening(server.url, backup.url) as (tws, told, _),
    ):
        server.faults.add(Fault(status=503), path=ABOUT_THE_PLAN, times=None)
        assert await tws.count_jobs_by_status()
        assert ((await tws.engine()).host, told) == (backup.url.removeprefix("http://"), [])


async def test_reading_the_whole_plan_goes_on_with_the_new_one(server: RunningSimulator) -> None:
    """A reader that holds every job once by its id has the new plan, and what it saw of the old one."""

    async def wait(_seconds: float) -> None:
        server.simulator.jump(server.simulator.now() + timedelta(seconds=60))
        await asyncio.sleep(0)

    async with connect_engine(settings(server.url), sleep=wait) as tws:
        seen: set[str] = set()
        pages = tws.job_pages(JobQuery(), page_size=200)
        seen |= {job.id for job in (await anext(pages)).items}
        server.simulator.switch_plan()
        async for page in pages:
            seen |= {job.id for job in page.items}
            assert page.total == len(server.simulator.plan.jobs)
    assert seen & {job.id for job in server.simulator.plan.jobs}


class Clock:
    """Time passes while somebody waits, and not otherwise."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    @asynccontextmanager
    async def engine(self, url: str) -> AsyncIterator[HwaEngine]:
        """One whose switches take ten minutes at most."""
        chosen = settings(url, plan_switch_minutes=10)
        async with connect_engine(chosen, sleep=self.sleep, monotonic=lambda: self.now) as tws:
            await tws.engine()
            yield tws


@pytest.mark.parametrize("message_id", [None, "AWSJPL018E"])
async def test_what_lasts_longer_than_a_switch_is_an_error_and_told_as_such(
    server: RunningSimulator, message_id: str | None
) -> None:
    clock = Clock()
    body = "" if message_id is None else f'{{"messages": ["{message_id} The database is locked."]}}'

    def lose_the_plan() -> None:
        server.faults.add(Fault(status=503, body=body), path=ABOUT_THE_PLAN, times=None)

    async with clock.engine(server.url) as tws:

        async def is_told() -> EngineErrorKind:
            with pytest.raises(EngineError) as caught:
                await tws.resources()
            assert caught.value.message_id == message_id
            return caught.value.kind

        lose_the_plan()
        while clock.now < 7 * 60:
            assert await is_told() is EngineErrorKind.PLAN_SWITCH
        assert (await tws.engine()).has_plan
        clock.now = 601.0
        asked = len(server.faults.requests)
        assert await is_told() is EngineErrorKind.NO_PLAN
        assert (len(server.faults.requests) - asked, clock.now) == (1 if message_id else 2, 601.0)  # at once
        assert not (await tws.engine()).has_plan
        server.faults.clear()
        await tws.resources()
        assert (await tws.engine()).has_plan
        lose_the_plan()
        assert await is_told() is EngineErrorKind.PLAN_SWITCH


async def test_a_switch_of_yesterday_is_not_this_one() -> None:
    now = 0.0
    absence = PlanAbsence(60.0, monotonic=lambda: now)
    assert not absence.meet()
    now = 86_400.0  # nobody asked in between
    assert not absence.meet()
    now += 59.0
    assert not absence.meet()
    now += 2.0
    assert absence.meet()
    assert absence.is_lasting
