"""The store, on a real server."""

from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from resync_bot.runtime.sections import HistorySettings
from resync_bot.tws.history.days import ProductionDay
from resync_bot.tws.history.durations import Season
from resync_bot.tws.history.store import RunHistory
from tests.tws.history.rows import ENGINE, JOB, NOW, ZONE, nights, run

TODAY = ProductionDay.containing(NOW, ENGINE)


@pytest.fixture
def history(redis: Redis) -> RunHistory:
    return RunHistory(redis, namespace="test", engine="PROD", settings=HistorySettings(runs_per_job=5))


async def test_a_run_seen_twice_is_kept_and_counted_once(history: RunHistory) -> None:
    seen = [run(NOW - timedelta(hours=1))]
    assert await history.record(seen, ENGINE) == 1
    assert await history.record(seen, ENGINE) == 0
    assert await history.runs(JOB) == tuple(seen)
    assert (await history.figures(TODAY, NOW)).succeeded == 1


async def test_the_newest_runs_are_kept_newest_first(history: RunHistory) -> None:
    seen = nights(*range(600, 608))
    await history.record(seen, ENGINE)
    assert await history.runs(JOB) == tuple(reversed(seen[-5:]))
    assert await history.runs(JOB, limit=1) == (seen[-1],)


async def test_what_is_usual_of_many_jobs(history: RunHistory) -> None:
    await history.record([*nights(600, 610, 620), *nights(10, 10, 10, job="B")], ENGINE)
    known = await history.usual([JOB, "B", "UNKNOWN"])
    assert {job: one.duration_seconds for job, one in known.items()} == {JOB: 610, "B": 10}


async def test_how_long_jobs_last_is_told_in_the_order_of_asking(history: RunHistory) -> None:
    await history.record([*nights(600, 610, 620), *nights(10, 10, job="FEW")], ENGINE)
    await history.record([run(NOW, 5, succeeded=False)], ENGINE)
    few, usual, unknown = await history.lasting(["FEW", JOB, "UNKNOWN"], TODAY)
    assert (few, unknown) == (None, None)
    assert usual is not None
    assert (usual.seconds, usual.runs) == (610, 3)


async def test_a_run_that_ends_moves_what_is_usual(history: RunHistory) -> None:
    await history.record(nights(600, 610, 620), ENGINE)
    await history.record([run(NOW, 640), run(NOW - timedelta(hours=1), 650)], ENGINE)
    (usual,) = await history.lasting([JOB], TODAY)
    assert usual is not None
    assert (usual.seconds, usual.runs) == (620, 5)


async def test_month_ends_are_remembered_when_their_runs_are_not_any_more(history: RunHistory) -> None:
    closes = [datetime(2026, month, day, 3, tzinfo=ZONE) for month, day in ((10, 1), (10, 31))]
    for close in closes:  # the nights after the last working days
        await history.record([run(close, 15_600)], ENGINE)
        await history.record(nights(*[600] * 8, until=close + timedelta(days=10)), ENGINE)
    assert all(one.elapsed_seconds == 600 for one in await history.runs(JOB))
    month_end = ProductionDay.containing(datetime(2026, 12, 1, 3, tzinfo=ZONE), ENGINE)
    (tonight,), (then,) = await history.lasting([JOB], TODAY), await history.lasting([JOB], month_end)
    assert tonight is not None
    assert then is not None
    assert (tonight.seconds, tonight.season) == (600, None)
    assert (then.seconds, then.runs, then.season) == (15_600, 2, Season.MONTH_END)


async def test_a_day_is_told_as_far_as_it_was_at_that_time(history: RunHistory) -> None:
    await history.record(
        [
            run(NOW - timedelta(hours=2), 100),
            run(NOW - timedelta(hours=1), 50, succeeded=False, job="B"),
            run(NOW + timedelta(hours=1), 7, job="C"),
            run(NOW - timedelta(days=1), 1000, job="D"),
        ],
        ENGINE,
    )
    figures = await history.figures(TODAY, NOW)
    assert (figures.succeeded, figures.failed, figures.elapsed_seconds, figures.until) == (1, 1, 150, NOW)


async def test_failed_jobs_of_a_day(history: RunHistory) -> None:
    failed = run(NOW - timedelta(hours=1), succeeded=False, job="B")
    await history.record([failed, run(NOW - timedelta(days=1), succeeded=False), run(NOW, job="C")], ENGINE)
    assert await history.failed(TODAY, NOW) == {"B": failed.ended}
    assert set(await history.failed(TODAY.before(), TODAY.starts)) == {JOB}


async def test_a_run_that_took_longer_than_usual_is_noted_with_what_was_usual(history: RunHistory) -> None:
    await history.record([*nights(600, 600, 600), *nights(100, 100, 100, job="B")], ENGINE)
    slow, slower = run(NOW, 1200), run(NOW, 500, job="B")
    await history.record([slow, slower, run(NOW, 90, job="NEW")], ENGINE)
    found = await history.long(TODAY, limit=10)
    assert [(one.run, one.usual_seconds) for one in found] == [(slower, 100), (slow, 600)]


async def test_a_failed_run_is_not_called_long(history: RunHistory) -> None:
    await history.record(nights(600, 600, 600), ENGINE)
    await history.record([run(NOW, 5000, succeeded=False)], ENGINE)
    assert await history.long(TODAY, limit=10) == ()


async def test_where_the_recorder_was(history: RunHistory) -> None:
    assert await history.seen_until() is None
    await history.see_until(NOW)
    assert await history.seen_until() == NOW


async def test_engines_know_nothing_of_each_other(history: RunHistory, redis: Redis) -> None:
    await history.record([run(NOW)], ENGINE)
    other = RunHistory(redis, namespace="test", engine="UAT", settings=HistorySettings())
    assert await other.runs(JOB) == ()


async def test_everything_is_forgotten_some_day(history: RunHistory, redis: Redis) -> None:
    await history.record([*nights(600, 600, 600), run(NOW, 5000), run(NOW, succeeded=False, job="B")], ENGINE)
    assert all([await redis.ttl(key) > 0 async for key in redis.scan_iter("*")])


def test_the_production_day_begins_in_the_evening() -> None:
    assert TODAY.starts.isoformat() == "2026-11-22T18:00:00-03:00"
    assert TODAY.before().same_time(NOW) == NOW - timedelta(days=1)
