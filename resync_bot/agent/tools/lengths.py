"""Jobs that run, or ran, for longer than a given time."""

from dataclasses import replace
from datetime import datetime, timedelta

from resync_bot.agent.arguments import FindJobs
from resync_bot.agent.results import Interval, JobsResult
from resync_bot.runtime.together import together
from resync_bot.tws.models import Engine, Job, Status
from resync_bot.tws.queries import JobOrder, JobQuery, Page, Tws

# Of those that have ended no query can be asked for a length: the longest come first, and so many are looked at.
MOST_ENDED = 500
_ENDED = (Status.ERROR, Status.SUCCESSFUL)
_RUNNING_INTERNALLY = frozenset({"EXEC", "SUCCP", "ABENP", "BOUND", "STARTED"})
_NONE: Page[Job] = Page(0, ())


async def longer_than(
    tws: Tws, engine: Engine, query: JobQuery, arguments: FindJobs, interval: Interval | None
) -> JobsResult:
    """The jobs of `query` that run, or ran, for more minutes than `arguments` say; the longest first.

    Those that run must have started in `interval`, the others ended in it. Raises EngineError.
    """
    seconds = 60 * (arguments.longer_than or 0)
    async with together() as group:
        running = group.create_task(_running(tws, engine.now - timedelta(seconds=seconds), query, arguments, interval))
        ended = group.create_task(_ended(tws, query, arguments, interval))
    looked_at = ended.result().items
    long_ones = [
        job
        for job in looked_at
        if (job.elapsed_seconds or 0) > seconds and arguments.return_code in {None, job.return_code}
    ]
    found = sorted([*running.result().items, *long_ones], key=lambda job: (-(job.elapsed_seconds or 0), job.name))
    may_be_more = len(looked_at) < ended.result().total and (looked_at[-1].elapsed_seconds or 0) > seconds
    return JobsResult(
        engine=engine,
        total=running.result().total + len(long_ones),
        jobs=tuple(found[: arguments.limit]),
        interval=interval,
        looked_at=len(looked_at) if may_be_more else None,
    )


async def _running(
    tws: Tws, latest: datetime, query: JobQuery, arguments: FindJobs, interval: Interval | None
) -> Page[Job]:
    """Those that run since before `latest`."""
    has_ended = arguments.return_code is not None
    if has_ended or arguments.reasons or (query.statuses and Status.RUNNING not in query.statuses):
        return _NONE
    if query.internal_statuses and not _RUNNING_INTERNALLY.issuperset(query.internal_statuses):
        return _NONE
    if interval is not None and interval.end is not None:
        latest = min(latest, interval.end)
    asked = replace(
        query,
        statuses=(Status.RUNNING,),
        started_from=interval.start if interval else None,
        started_until=latest,
        order=JobOrder.RUNNING_LONGEST,
    )
    return await tws.jobs(asked, limit=arguments.limit)


async def _ended(tws: Tws, query: JobQuery, arguments: FindJobs, interval: Interval | None) -> Page[Job]:
    statuses = tuple(status for status in query.statuses or _ENDED if status in _ENDED)
    if (
        arguments.reasons
        or not statuses
        or (query.internal_statuses and _RUNNING_INTERNALLY.issuperset(query.internal_statuses))
    ):
        return _NONE
    asked = replace(
        query,
        statuses=statuses,
        ended_from=interval.start if interval else None,
        ended_until=interval.end if interval else None,
        order=JobOrder.LONGEST,
    )
    return await tws.jobs(asked, limit=MOST_ENDED)
