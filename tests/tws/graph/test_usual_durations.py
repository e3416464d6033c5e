"""Forecasts with the bot's own memory of runs, beside what the simulated night later came to.

The engine's estimates are spoilt here: what it says of a job is a third of what it said, or three times as much. The
memory is filled as it always is, by the recorder from the nights before.
"""

from datetime import datetime, timedelta
from statistics import median
from typing import cast

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.runtime.sections import HistorySettings
from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.tws.diagnosis import critical_jobs, expected_starts, forecast, what_it_blocks
from resync_bot.tws.diagnosis.ahead import look_ahead
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.graph import ForwardPass, GraphView
from resync_bot.tws.graph.forward import deviation, margin
from resync_bot.tws.graph.plan_graph import NONE, RELEASES
from resync_bot.tws.history.recorder import Recorder
from resync_bot.tws.history.store import RunHistory
from tests.tws.graph.night import Night, night
from tests.tws.graph.test_forward import HORIZON_HOURS, SAO_PAULO, went_as_usual

SURPRISING = "RISK_CALC_TRADING"  # takes four times what the engine estimates, every night
BEHIND_IT = "RISK_PUBLISH_BOARD"


async def remembered(redis: Redis, tws: HwaEngine) -> RunHistory:
    """What the bot knows after its first look."""
    history = RunHistory(redis, namespace="test", engine="TEST", settings=HistorySettings())
    recorder = Recorder(
        {"TEST": tws}, {"TEST": history}, redis, namespace="test", look_every=60, metrics=CollectorRegistry()
    )
    assert await recorder.look("TEST")
    return history


def spoil_estimates(view: GraphView) -> None:
    """Every second job is said to take a third, the others three times as long."""
    graph = view.graph
    for node in range(len(graph)):
        if graph.is_job(node):
            graph.estimated[node] = graph.estimated[node] * 3 if node % 2 else graph.estimated[node] // 3


def misses(ahead: ForwardPass, it: Night, ids: dict[int, str]) -> list[float]:
    """By how many of its margins each end was forecast too early, or (below 0) too late, where all went as usual."""
    truth = {one.id: one for one in it.server.simulator.plan.jobs}
    seen: dict[TrueJob, bool] = {}
    found = []
    for node, identity in ids.items():
        estimate, true = ahead.of(node), truth[identity]
        if true.run.ended_at is None or not went_as_usual(true, seen):
            continue
        if estimate.stopped_by == NONE and estimate.doubt == NONE:
            found.append((true.run.ended_at.timestamp() - estimate.end) / margin(deviation(estimate)))
    return found


@pytest.mark.parametrize("hour", [23, 2])
async def test_where_estimates_are_wrong_and_the_past_is_right_nine_in_ten_end_within_the_margin(
    hour: int, redis: Redis
) -> None:
    async with night(datetime(2026, 11, 23, hour, tzinfo=SAO_PAULO), seed=2) as it:
        history = await remembered(redis, it.tws)
        view = await it.view()
        graph = view.graph
        spoil_estimates(view)
        ids = {
            node: graph.identity(node)
            for node in range(len(graph))
            if graph.is_job(node) and not RELEASES[graph.status[node]]
        }
        by_past = await look_ahead(graph, list(ids), view.engine, {}, history)
        by_engine = await look_ahead(graph, list(ids), view.engine, {}, None)
        it.later(hours=HORIZON_HOURS)
        known, estimated = misses(by_past, it, ids), misses(by_engine, it, ids)
    assert len(known) > 40
    within = sum(abs(one) <= 1 for one in known) / len(known)
    assert within >= 0.85, f"{within:.0%} of {len(known)}"
    assert abs(median(known)) < 0.5
    assert sum(abs(one) <= 1 for one in estimated) / len(estimated) < 0.5


async def test_a_job_that_takes_four_times_its_estimate_every_night_is_forecast_to_do_so_again(redis: Redis) -> None:
    async with night() as it:
        history = await remembered(redis, it.tws)
        view = await it.view()
        plan = it.server.simulator.plan
        surprising, behind = await it.tws.job(plan.job(SURPRISING).id), await it.tws.job(plan.job(BEHIND_IT).id)
        by_engine = await forecast(it.tws, behind, view)
        found = await forecast(it.tws, surprising, view, history)
        next_one = await forecast(it.tws, behind, view, history)
        judged = {one.job.name: one for one in await critical_jobs(it.tws, view, history)}
        impact = await what_it_blocks(it.tws, surprising, view, history)
        it.later(hours=8)
        truth = {one.name: one.run.ended_at for one in it.server.simulator.plan.jobs}
    for one, name in ((found, SURPRISING), (next_one, BEHIND_IT)):
        ended = truth[name]
        assert ended is not None
        assert one.expected_end is not None
        assert one.margin_seconds is not None
        assert abs(ended - one.expected_end) <= timedelta(seconds=one.margin_seconds)
    assert by_engine.expected_end is not None
    assert next_one.expected_end is not None
    assert next_one.expected_end - by_engine.expected_end > timedelta(hours=1)
    (step,) = found.path
    assert step.lasts is not None
    assert (step.lasts.runs, found.open_jobs, found.remembered) == (7, 1, 1)
    assert (step.job.estimated_seconds or 0) * 4 < step.lasts.usual_seconds
    assert judged[BEHIND_IT].estimated_end == next_one.expected_end  # alerts and answers say the same
    assert impact.first_deadline_end == next_one.expected_end


async def test_what_follows_it_is_expected_to_start_when_it_then_does(redis: Redis) -> None:
    async with night() as it:
        history = await remembered(redis, it.tws)
        view = await it.view()
        start, end = view.as_of, view.as_of + timedelta(hours=8)
        _, steps = await expected_starts(it.tws, view, start, end, limit=1000, history=history)
        _, estimated = await expected_starts(it.tws, view, start, end, limit=1000)
        it.later(hours=8)
        began = {one.name: one.runs[0].started_at for one in it.server.simulator.plan.jobs}
    (by_past,) = [step.starts for step in steps if step.job.name == BEHIND_IT]
    (by_engine,) = [step.starts for step in estimated if step.job.name == BEHIND_IT]
    true = began[BEHIND_IT]
    assert true is not None
    assert abs(true - by_past) < timedelta(minutes=15) < abs(true - by_engine)


class CountingRedis:
    """Counts what the history is asked for."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.keys: list[int] = []

    async def mget(self, keys: list[str]) -> list[bytes | None]:
        """Passes it on."""
        self.keys.append(len(keys))
        return cast("list[bytes | None]", await self._redis.mget(keys))


async def test_only_what_the_pass_meets_is_asked_for_in_one_call(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async with night() as it:
        history = await remembered(redis, it.tws)
        view = await it.view()
        graph = view.graph
        counting = CountingRedis(redis)
        monkeypatch.setattr(history, "_redis", counting)
        job = await it.tws.job(it.server.simulator.plan.job(BEHIND_IT).id)
        found = await forecast(it.tws, job, view, history)
        assert counting.keys[0] == found.open_jobs
        assert len(counting.keys) <= 2  # the second: who wants the same places
        counting.keys.clear()
        await critical_jobs(it.tws, view, history)
        assert len(counting.keys) <= 2
        assert sum(counting.keys) < graph.jobs / 2


async def test_without_the_store_the_engines_estimates_stand(redis: Redis) -> None:
    async with night() as it:
        history = await remembered(redis, it.tws)
        view = await it.view()
        job = await it.tws.job(it.server.simulator.plan.job(SURPRISING).id)
        away = RunHistory(
            Redis.from_url("redis://127.0.0.1:1"), namespace="test", engine="TEST", settings=HistorySettings()
        )
        assert (await forecast(it.tws, job, view, history)).remembered == 1
        found = await forecast(it.tws, job, view, away)
    assert (found.open_jobs, found.remembered) == (1, 0)
    assert found.path[0].lasts is not None
    assert found.path[0].lasts.usual_seconds == found.path[0].job.estimated_seconds
