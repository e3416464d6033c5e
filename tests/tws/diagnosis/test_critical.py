"""Critical jobs: the forecast, compared with what the simulated night later came to, then odd plans."""

from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from resync_bot.runtime.sections import HistorySettings
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import RunState
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.diagnosis import critical_jobs
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Dependency, Job, JobStream, Reason, Status
from tests.tws.conftest import TWO_IN_THE_NIGHT, night, settings
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job
from tests.tws.history.rows import nights

SURPRISED = "RISK_PUBLISH_BOARD"  # behind RISK_CALC_TRADING, which takes four times as long as ever this night


def by_name(found: tuple[CriticalJob, ...]) -> dict[str, CriticalJob]:
    return {one.job.name: one for one in found}


async def test_all_critical_jobs_come_the_endangered_first(tws: HwaEngine, server: RunningSimulator) -> None:
    found = await critical_jobs(tws)
    assert {one.job.id for one in found} == {one.id for one in server.simulator.plan.jobs if one.spec.critical}
    order = list(Risk)
    assert [order.index(one.risk) for one in found] == sorted(order.index(one.risk) for one in found)


async def test_behind_a_failed_job_the_risk_is_high_and_the_failed_job_is_named(tws: HwaEngine) -> None:
    found = by_name(await critical_jobs(tws))["PAYROLL_CLOSE"]
    assert (found.risk, found.estimated_end, found.slack_seconds) == (Risk.HIGH, None, None)
    assert found.obstacle is not None
    assert found.obstacle.name == "PAYROLL_CALC"


async def test_what_was_on_track_or_in_danger_at_two_is_so_in_the_morning(tws: HwaEngine) -> None:
    forecast = by_name(await critical_jobs(tws))
    async with night(TWO_IN_THE_NIGHT + timedelta(hours=10)) as later:
        for name, found in forecast.items():
            true = later.simulator.plan.job(name)
            ended = true.run.ended_at if true.state is RunState.SUCC else None
            if found.risk is Risk.HIGH:
                assert true.deadline is not None
                assert ended is None or ended > true.deadline, f"{name} made it after all"
            if found.risk is Risk.ON_TRACK:
                assert ended is not None, f"{name} did not make it"
                assert found.estimated_end is not None
                early = ended - found.estimated_end
                assert name == SURPRISED or abs(early) < timedelta(minutes=60), f"{name}: {early}"
            if found.risk is Risk.DONE:
                assert ended == found.estimated_end


async def test_what_runs_longer_than_usual_is_a_potential_risk() -> None:
    start = TWO_IN_THE_NIGHT + timedelta(hours=1, minutes=30)
    async with night(start) as server, connect_engine(settings(server.url)) as tws:
        found = by_name(await critical_jobs(tws))[SURPRISED]
    assert found.risk is Risk.POTENTIAL
    assert found.obstacle is not None
    assert found.obstacle.name == "RISK_CALC_TRADING"


async def test_in_the_morning_deadlines_are_missed_or_made() -> None:
    async with night(TWO_IN_THE_NIGHT + timedelta(hours=10)) as server, connect_engine(settings(server.url)) as tws:
        found = await critical_jobs(tws)
        assert {one.risk for one in found} <= {Risk.MISSED, Risk.DONE, Risk.HIGH}
        for one in found:
            true = server.simulator.plan.jobs_by_id[one.job.id]
            assert (one.risk is Risk.DONE) == (true.state is RunState.SUCC)


async def test_few_questions_are_enough(server: RunningSimulator) -> None:
    async with connect_engine(settings(server.url)) as tws:
        await critical_jobs(tws)
    assert len(server.faults.requests) < 80


def critical(name: str, *follows: str, due: timedelta | None = timedelta(hours=1), **more: Any) -> Job:
    deadline = None if due is None else NOW + due
    return job(name, *follows, critical=True, deadline=deadline, estimated_seconds=600, **more)


def running(name: str, usual: int, elapsed: int, **more: Any) -> Job:
    started = NOW - timedelta(seconds=elapsed)
    timing = {"estimated_seconds": usual, "elapsed_seconds": elapsed, "started": started}
    return job(name, status=Status.RUNNING, internal="EXEC", **timing, **more)


async def judged(*jobs: Job, streams: tuple[JobStream, ...] = ()) -> CriticalJob:
    (found,) = await critical_jobs(SmallPlan(jobs, streams))
    return found


async def test_a_chain_needs_the_sum_of_its_durations_and_the_rest_of_what_runs() -> None:
    found = await judged(critical("A", "B"), job("B", "C", estimated_seconds=300), running("C", 900, 600))
    assert found.estimated_end == NOW + timedelta(seconds=300 + 300 + 600)
    assert found.slack_seconds == 3600 - 1200
    assert found.risk is Risk.ON_TRACK
    assert found.obstacle is not None
    assert found.obstacle.name == "C"


async def test_the_longest_way_decides() -> None:
    found = await judged(critical("A", "B", "C"), running("B", 100, 0), running("C", 500, 0))
    assert found.estimated_end == NOW + timedelta(seconds=1100)
    assert found.obstacle is not None
    assert found.obstacle.name == "C"


async def test_it_does_not_start_before_its_time() -> None:
    found = await judged(critical("A", start_at=NOW + timedelta(minutes=20)))
    assert found.estimated_end == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("due", "risk"),
    [
        (timedelta(minutes=-1), Risk.MISSED),
        (timedelta(minutes=9), Risk.HIGH),
        (timedelta(minutes=20), Risk.POTENTIAL),  # ten minutes are no margin
        (timedelta(minutes=60), Risk.ON_TRACK),
        (None, Risk.ON_TRACK),
    ],
)
async def test_the_risk_by_the_slack(due: timedelta | None, risk: Risk) -> None:
    assert (await judged(critical("A", due=due))).risk is risk


@pytest.mark.parametrize(
    ("obstacle", "risk"),
    [
        (job("B", status=Status.ERROR, internal="ABEND"), Risk.HIGH),
        (job("B", status=Status.HELD, priority=0), Risk.HIGH),
        (job("B", status=Status.READY, internal="FENCE"), Risk.HIGH),
        (job("B", status=Status.READY, internal="READY", reason=Reason.READY_WAITING_FOR_AGENT), Risk.HIGH),
        (job("B", reason=Reason.HOLD_WAITING_FOR_PROMPT), Risk.POTENTIAL),
        (job("B", status=Status.READY, internal="READY", reason=Reason.READY_WAITING_FOR_RESOURCES), Risk.POTENTIAL),
        (running("B", 600, 900), Risk.POTENTIAL),  # longer than it varies from day to day
        (running("B", 600, 700), Risk.ON_TRACK),
        (running("B", 600, 500), Risk.ON_TRACK),
    ],
)
async def test_the_risk_by_what_stands_in_the_way(obstacle: Job, risk: Risk) -> None:
    found = await judged(critical("A", "B"), obstacle)
    assert found.risk is risk
    assert found.obstacle is not None
    assert found.obstacle.name == "B"


async def test_done_is_done_and_failed_is_in_danger() -> None:
    done = await judged(critical("A", status=Status.SUCCESSFUL, internal="SUCC", ended=NOW - timedelta(hours=1)))
    assert (done.risk, done.slack_seconds, done.obstacle) == (Risk.DONE, 7200, None)
    failed = await judged(critical("A", status=Status.ERROR, internal="ABEND"))
    assert failed.risk is Risk.HIGH
    assert failed.obstacle is not None


async def test_a_stream_in_the_way_takes_as_long_as_its_longest_job() -> None:
    needs = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/T", target_id="T", satisfied=False)
    stream = JobStream(id="T", name="T", status=Status.RUNNING, internal_status="EXEC")
    found = await judged(
        critical("A", dependencies=(needs,)),
        running("X", 900, 0, stream="T", stream_id="T"),
        running("Y", 100, 0, stream="T", stream_id="T"),
        streams=(stream,),
    )
    assert found.estimated_end == NOW + timedelta(seconds=1500)


async def test_those_who_wait_for_each_other_never_end() -> None:
    found = await judged(critical("A", "B"), job("B", "A"))
    assert (found.risk, found.estimated_end) == (Risk.HIGH, None)


async def test_a_predecessor_out_of_sight_makes_it_uncertain() -> None:
    found = await judged(critical("A", "GONE"))
    assert (found.risk, found.estimated_end) == (Risk.POTENTIAL, NOW + timedelta(seconds=600))


async def test_a_job_that_always_takes_longer_than_estimated_endangers_the_deadline_before_it_is_late(
    redis: Redis,
) -> None:
    history = RunHistory(redis, namespace="test", engine="TEST", settings=HistorySettings())
    plan = SmallPlan([critical("A", "B"), running("B", 600, 300)])
    await history.record(nights(*[15_600] * 7, until=NOW, job=job("B").full_name), await plan.engine())
    (by_engine,) = await critical_jobs(plan)
    (found,) = await critical_jobs(plan, history=history)
    assert (by_engine.risk, found.risk) == (Risk.ON_TRACK, Risk.HIGH)
    assert found.estimated_end is not None
    assert by_engine.estimated_end is not None
    assert found.estimated_end - by_engine.estimated_end == timedelta(seconds=15_000)


async def test_a_plan_without_critical_jobs() -> None:
    assert await critical_jobs(SmallPlan([job("A")])) == ()
