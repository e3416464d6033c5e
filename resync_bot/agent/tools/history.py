"""Tools over the runs that the bot remembers: the plan of an engine holds today only."""

from collections.abc import Sequence
from datetime import UTC, datetime

from resync_bot.agent.arguments import CompareDays, FindLongRuns, JobTarget
from resync_bot.agent.problems import history_to_come, no_history
from resync_bot.agent.resolve import resolve_job
from resync_bot.agent.results import (
    Ambiguous,
    DayComparisonResult,
    LongRunsResult,
    NoMatch,
    Problem,
    RunComparisonResult,
    RunHistoryResult,
    RunningLong,
    StreamResult,
)
from resync_bot.agent.tools.jobs import FAILED, stream_result
from resync_bot.agent.tools.matters import job_that_failed
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.errors import EngineError
from resync_bot.runtime.together import together
from resync_bot.tws.history.comparison import RunComparison, changes, compared_days, log_difference
from resync_bot.tws.history.days import ProductionDay
from resync_bot.tws.history.runs import FinishedRun, finished_runs
from resync_bot.tws.history.statistics import failures, usual
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Engine, Job, JobStream, Run, Status
from resync_bot.tws.queries import JobOrder, JobQuery, Tws

SHOWN = 10  # runs of a job
RUNNING_LOOKED_AT = 500
LOG_LINES = 400  # of each of two logs that are compared


async def run_history(
    inquiry: Inquiry, arguments: JobTarget
) -> RunHistoryResult | StreamResult | Ambiguous | NoMatch | Problem:
    """Tells what is known of a job's runs over the past days: when it ran last, how long it usually takes, whether it
    gets longer, how often it fails and how that usually ends.

    Use it for "when did X last run or fail", "how long does X usually take", "how often does X fail".
    """
    history = await _filled(inquiry)
    if isinstance(history, Problem):
        return history
    found = await _job(inquiry.tws, arguments)
    if isinstance(found, JobStream):
        return await stream_result(inquiry.tws, found)
    if not isinstance(found, Job):
        return found
    async with together() as group:
        engine = group.create_task(inquiry.tws.engine())
        kept = group.create_task(history.runs(found.full_name))
    return _history(found, kept.result(), engine.result())


async def what_changed(
    inquiry: Inquiry, arguments: JobTarget
) -> RunComparisonResult | RunHistoryResult | StreamResult | Ambiguous | NoMatch | Problem:
    """Compares the last finished run of a job with the last good run before it: outcome, return code, duration,
    workstation, and what its log says that the good one did not.

    Use it for "what changed in X", "what is different this time", "compare X with the last good run".
    """
    history = await _filled(inquiry)
    if isinstance(history, Problem):
        return history
    tws = inquiry.tws
    found = await _job(tws, arguments)
    if isinstance(found, JobStream):
        failed = await job_that_failed(tws, found)
        if failed is None:
            return await stream_result(tws, found)
        found = failed
    if not isinstance(found, Job):
        return found
    async with together() as group:
        engine_of = group.create_task(tws.engine())
        detail = group.create_task(tws.job(found.id))
        kept = group.create_task(history.runs(found.full_name))
    engine, job = engine_of.result(), detail.result()
    in_plan = tuple(finished_runs(job))
    runs = tuple({run.encode(): run for run in (*kept.result(), *reversed(in_plan))}.values())
    if not in_plan:
        return _history(job, runs, engine)
    this = in_plan[-1]
    good = next(
        (run for run in sorted(runs, key=_ended, reverse=True) if run.succeeded and run.ended < this.ended), None
    )
    logs = await _logs(tws, job) if good else None
    new_lines, missing_lines = log_difference(*logs) if logs else ((), ())
    return RunComparisonResult(
        engine=engine,
        comparison=RunComparison(
            job=job,
            run=this.in_zone(engine.now.tzinfo),
            last_good=good.in_zone(engine.now.tzinfo) if good else None,
            changes=changes(this, good) if good else (),
            usual=usual([run.in_zone(engine.now.tzinfo) for run in runs]),
            failures=failures(runs, now=engine.now),
            logs_compared=logs is not None,
            new_lines=new_lines,
            missing_lines=missing_lines,
        ),
    )


async def long_runs(inquiry: Inquiry, arguments: FindLongRuns) -> LongRunsResult | Problem:
    """Lists jobs of a production day that took longer than they usually do, and those running now that already have.

    Use it for "which jobs ran longer than usual", "what is slow tonight".
    """
    history, tws = await _filled(inquiry), inquiry.tws
    if isinstance(history, Problem):
        return history
    engine = await tws.engine()
    day = ProductionDay.containing(engine.now, engine).before(arguments.days_back)
    async with together() as group:
        ended = group.create_task(history.long(day, limit=arguments.limit))
        running = group.create_task(_running_long(tws, history, engine) if not arguments.days_back else _nobody())
    return LongRunsResult(
        engine=engine,
        day=day.starts,
        ended=tuple(one.model_copy(update={"run": one.run.in_zone(engine.now.tzinfo)}) for one in ended.result()),
        running=running.result()[: arguments.limit],
    )


async def compare_days(inquiry: Inquiry, arguments: CompareDays) -> DayComparisonResult | Problem:
    """Compares the present production day so far with an earlier one up to the same time of day: runs that ended well
    and badly, and which jobs failed anew, again, or only then.

    Use it for "compare with yesterday", "is tonight worse than last night".
    """
    history = await _filled(inquiry)
    if isinstance(history, Problem):
        return history
    engine = await inquiry.tws.engine()
    this = ProductionDay.containing(engine.now, engine)
    other = this.before(arguments.days_back)
    now, then = this.same_time(engine.now), other.same_time(engine.now)
    async with together() as group:
        figures = group.create_task(history.figures(this, now))
        figures_then = group.create_task(history.figures(other, then))
        failed = group.create_task(history.failed(this, now))
        failed_then = group.create_task(history.failed(other, then))
    return DayComparisonResult(
        engine=engine,
        comparison=compared_days(figures.result(), figures_then.result(), failed.result(), failed_then.result()),
    )


async def _filled(inquiry: Inquiry) -> RunHistory | Problem:
    """The history, once it has been filled for the first time: half of a day would be told as the whole."""
    if inquiry.history is None:
        return no_history(inquiry.language)
    if await inquiry.history.seen_until() is None:
        return history_to_come(inquiry.language)
    return inquiry.history


async def _job(tws: Tws, target: JobTarget) -> Job | JobStream | Ambiguous | NoMatch:
    """As `resolve_job`, but several instances of one job are one: the latest to have started, if any has."""
    found = await resolve_job(tws, target, preferred=FAILED)
    if (
        isinstance(found, Ambiguous)
        and found.total == len(found.jobs)
        and len({job.full_name for job in found.jobs}) == 1
    ):
        return max(found.jobs, key=lambda job: job.started or job.scheduled or datetime.min.replace(tzinfo=UTC))
    return found


def _history(job: Job, runs: Sequence[FinishedRun], engine: Engine) -> RunHistoryResult:
    runs = [run.in_zone(engine.now.tzinfo) for run in runs]  # what is shown of them is read in that zone
    newest = sorted(runs, key=_ended, reverse=True)
    return RunHistoryResult(
        engine=engine,
        job=job,
        runs=tuple(newest[:SHOWN]),
        usual=usual(runs),
        failures=failures(runs, now=engine.now),
    )


def _ended(run: FinishedRun) -> datetime:
    return run.ended


async def _running_long(tws: Tws, history: RunHistory, engine: Engine) -> tuple[RunningLong, ...]:
    """Those that run now, the one farthest beyond its usual duration first."""
    page = await tws.jobs(JobQuery(statuses=(Status.RUNNING,), order=JobOrder.RUNNING_LONGEST), limit=RUNNING_LOOKED_AT)
    known = await history.usual([job.full_name for job in page.items])
    found = []
    for job in page.items:
        expected = known.get(job.full_name)
        seconds = int((engine.now - job.started).total_seconds()) if job.started else 0
        if expected and expected.duration_seconds is not None and expected.is_long(seconds):
            found.append(RunningLong(job=job, elapsed_seconds=seconds, usual_seconds=expected.duration_seconds))
    return tuple(sorted(found, key=lambda one: one.elapsed_seconds - one.usual_seconds, reverse=True))


async def _nobody() -> tuple[RunningLong, ...]:
    return ()


async def _logs(tws: Tws, job: Job) -> tuple[Sequence[str], Sequence[str]] | None:
    """Of the job's last run and of the last good one before it, if both are in the plan and can be read."""
    ended = [run for run in job.runs if run.ended and run.id]
    if not ended:
        return None
    good = next((run for run in reversed(ended[:-1]) if run.status is Status.SUCCESSFUL), None)
    if good is None:
        good = await _good_run_of_another_instance(tws, job)
    if good is None:
        return None
    try:
        async with together() as group:
            tasks = [group.create_task(tws.job_log(run.id, last_lines=LOG_LINES)) for run in (ended[-1], good)]
    except EngineError:
        return None  # the log is kept for some days only, and its agent may be down
    this, before = (task.result().lines for task in tasks)
    return this, before


async def _good_run_of_another_instance(tws: Tws, job: Job) -> Run | None:
    """Of the same job in another instance of its stream, such as that of an hour ago."""
    query = JobQuery(
        name=job.name,
        stream=job.stream,
        folder=job.folder,
        statuses=(Status.SUCCESSFUL,),
        ended_until=job.ended,
        order=JobOrder.ENDED_LAST,
    )
    page = await tws.jobs(query, limit=1)
    if not page.items or page.items[0].id == job.id:
        return None
    detail = await tws.job(page.items[0].id)
    return next((run for run in reversed(detail.runs) if run.status is Status.SUCCESSFUL), None)
