"""The tools over past runs: a frozen night of the simulated engine beside runs that the store remembers."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.results import (
    DayComparisonResult,
    LongRunsResult,
    Problem,
    RunComparisonResult,
    RunHistoryResult,
)
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.runtime.sections import HistorySettings
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.history.comparison import ChangeKind
from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import Engines, JobOrder, JobQuery
from tests.agent.test_tools import Asking


@pytest.fixture
async def history(redis: Redis, tws: HwaEngine) -> RunHistory:
    filled = RunHistory(redis, namespace="test", engine="engine", settings=HistorySettings())
    await filled.see_until((await tws.engine()).now)
    return filled


@pytest.fixture
def ask(tws: HwaEngine, history: RunHistory) -> Asking:
    engines = Engines.of_one(tws)
    return Asking(
        Toolbox(engines, TOOLS, histories={engines.default: history}, metrics=AgentMetrics(CollectorRegistry()))
    )


def _night_before(job: Job, days: int, *, seconds: int, succeeded: bool = True) -> FinishedRun:
    last = job.ended or job.started
    assert last is not None
    ended = last - timedelta(days=days)
    return FinishedRun(
        job=job.full_name,
        succeeded=succeeded,
        internal_status="SUCC" if succeeded else "ABEND",
        return_code=0 if succeeded else 12,
        number=days,
        workstation=job.workstation,
        started=ended - timedelta(seconds=seconds),
        ended=ended,
        elapsed_seconds=seconds,
    )


async def _remember(history: RunHistory, tws: HwaEngine, job: Job, *, seconds: int) -> None:
    runs = [_night_before(job, days, seconds=seconds) for days in range(1, 6)]
    await history.record(runs, await tws.engine())


async def _job(tws: HwaEngine, status: Status, name: str | None = None) -> Job:
    query = JobQuery(name=name, statuses=(status,), order=JobOrder.STARTED_LAST)
    return (await tws.jobs(query, limit=1)).items[0]


async def test_how_long_a_job_usually_takes_and_how_often_it_fails(
    ask: Asking, history: RunHistory, tws: HwaEngine
) -> None:
    calc = await _job(tws, Status.ERROR, "PAYROLL_CALC")
    await _remember(history, tws, calc, seconds=600)
    await history.record([_night_before(calc, 6, seconds=30, succeeded=False)], await tws.engine())
    found = await ask(RunHistoryResult, "run_history", name="PAYROLL_CALC")
    assert found.usual is not None
    assert (found.usual.runs, found.usual.good, found.usual.duration_seconds) == (6, 5, 600)
    assert found.failures.episodes == 1
    assert found.runs[0].ended.utcoffset() == found.engine.now.utcoffset()


async def test_what_changed_is_told_beside_the_last_good_run(ask: Asking, history: RunHistory, tws: HwaEngine) -> None:
    calc = await _job(tws, Status.ERROR, "PAYROLL_CALC")
    await _remember(history, tws, calc, seconds=3000)
    found = (await ask(RunComparisonResult, "what_changed", name="PAYROLL_CALC")).comparison
    assert found.last_good is not None
    assert found.last_good.elapsed_seconds == 3000
    assert {ChangeKind.OUTCOME, ChangeKind.RETURN_CODE} <= set(found.changes)
    assert not found.logs_compared, "the log of last night's run is not in tonight's plan"


async def test_a_job_without_an_earlier_run_has_nothing_to_be_compared_with(ask: Asking) -> None:
    found = (await ask(RunComparisonResult, "what_changed", name="PAYROLL_CALC")).comparison
    assert found.last_good is None
    assert found.changes == ()


async def test_a_job_that_has_not_run_tonight_shows_the_nights_before(
    ask: Asking, history: RunHistory, tws: HwaEngine
) -> None:
    post = await _job(tws, Status.ERROR, "PAYROLL_CALC")
    waiting = (await tws.jobs(JobQuery(name="PAYROLL_POST"), limit=1)).items[0]
    await history.record(
        [_night_before(post, 1, seconds=60).model_copy(update={"job": waiting.full_name})], await tws.engine()
    )
    found = await ask(RunHistoryResult, "what_changed", name="PAYROLL_POST")
    assert len(found.runs) == 1


async def test_what_runs_longer_than_usual(ask: Asking, history: RunHistory, tws: HwaEngine) -> None:
    running = (await tws.jobs(JobQuery(statuses=(Status.RUNNING,), order=JobOrder.RUNNING_LONGEST), limit=1)).items[0]
    assert running.started is not None
    await _remember(history, tws, running, seconds=60)
    found = await ask(LongRunsResult, "long_runs")
    assert [(one.job.name, one.usual_seconds) for one in found.running] == [(running.name, 60)]


async def test_tonight_beside_the_night_before(ask: Asking, history: RunHistory, tws: HwaEngine) -> None:
    calc = await _job(tws, Status.ERROR, "PAYROLL_CALC")
    engine = await tws.engine()
    assert calc.ended is not None
    failed = _night_before(calc, 0, seconds=60, succeeded=False)
    await history.record([failed, _night_before(calc, 1, seconds=60)], engine)
    found = (await ask(DayComparisonResult, "compare_days")).comparison
    assert (found.this.failed, found.other.succeeded) == (1, 1)
    assert found.failed_anew == (calc.full_name,)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("run_history", {"name": "PAYROLL_CALC"}),
        ("what_changed", {"name": "PAYROLL_CALC"}),
        ("long_runs", {}),
        ("compare_days", {}),
    ],
)
async def test_without_a_store_it_is_said_that_nothing_is_remembered(
    tws: HwaEngine, tool: str, arguments: dict[str, str]
) -> None:
    ask = Asking(Toolbox(Engines.of_one(tws), TOOLS, metrics=AgentMetrics(CollectorRegistry())))
    assert "history" in (await ask(Problem, tool, **arguments)).told


async def test_before_the_first_look_nothing_is_told(ask: Asking, redis: Redis) -> None:
    await redis.flushall()
    assert "still reading" in (await ask(Problem, "compare_days")).told
