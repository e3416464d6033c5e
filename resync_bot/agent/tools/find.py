"""Tools that list jobs and job streams."""

from collections.abc import Iterable
from dataclasses import replace

from resync_bot.agent.arguments import FindJobs, FindStreams
from resync_bot.agent.names import folder_pattern, name_parts, pattern
from resync_bot.agent.results import Interval, JobsResult, NoMatch, StreamsResult
from resync_bot.agent.spans import interval_between, interval_of
from resync_bot.agent.tools.filters import Filters, existing
from resync_bot.agent.tools.jobs import NOT_STARTED
from resync_bot.agent.tools.lengths import longer_than
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws.models import Engine, Job, Status
from resync_bot.tws.queries import JobQuery, StreamQuery

_ENDED = (Status.ERROR, Status.SUCCESSFUL)
MOST_LOOKED_AT = 20_000  # jobs that are looked through for what no query can ask for
# Which time of a job a span is about: its start while it runs, none before it starts, else its end.
_RUNNING = frozenset({Status.RUNNING})
_RUNNING_INTERNALLY = frozenset({"EXEC", "SUCCP", "ABENP", "BOUND", "STARTED"})
_NOT_STARTED = frozenset({Status.WAITING, Status.READY, Status.HELD, Status.BLOCKED, Status.UNDECIDED})
_NOT_STARTED_INTERNALLY = frozenset(
    {"ADD", "HOLD", "READY", "INTRO", "WAIT", "WAITD", "SCHED", "FENCE", "STUCK", "SUSP"}
)


async def find_jobs(inquiry: Inquiry, arguments: FindJobs) -> JobsResult | NoMatch:
    """Lists jobs of the current plan that match all given filters, and counts all that match.

    Use it for "what failed", "what is running", "running longest" (order running_longest), "what is late", and for
    jobs of a stream, a workstation or a folder, "top 10 by duration" (order longest), "what waits for a prompt"
    (reasons), "what runs for more than 1 hour" (longer_than). Failed jobs have status ERROR. A folder takes its
    subfolders too. A span or since/until selects by the end of the job, for running jobs by their start; jobs that
    have not started have no such time, for them it is left out. The result has the total, the first `limit` jobs and
    the interval that was used. For one job by name use job_detail.
    """
    tws = inquiry.tws
    filters = _job_filters(arguments)
    query = JobQuery(
        name=filters.job,
        stream=filters.stream,
        folder=filters.folder,
        workstation=filters.workstation,
        statuses=arguments.statuses,
        internal_statuses=_capitals(arguments.internal_statuses),
        critical=arguments.critical,
        late=arguments.late,
        order=arguments.order,
    )
    is_sifted = bool(arguments.reasons) or arguments.return_code is not None or arguments.longer_than is not None
    async with together() as group:
        asked_engine = group.create_task(tws.engine())
        interval = _interval(arguments, await asked_engine) if _speaks_of_times(arguments) else None
        if arguments.longer_than is None:
            query = _within(interval, arguments, query)
        page = None if is_sifted else await tws.jobs(query, limit=arguments.limit)
    engine = asked_engine.result()
    if arguments.longer_than is not None:
        return await longer_than(tws, engine, query, arguments, interval)
    if page is None:
        return await _sifted(inquiry, engine, query, arguments, interval)
    if page.total == 0:
        known = await existing(tws, filters)
        if isinstance(known, NoMatch):
            return known
        if known != filters:
            query = replace(
                query, name=known.job, stream=known.stream, folder=known.folder, workstation=known.workstation
            )
            page = await tws.jobs(query, limit=arguments.limit)
    return JobsResult(engine=engine, total=page.total, jobs=page.items, interval=interval)


async def _sifted(
    inquiry: Inquiry, engine: Engine, query: JobQuery, arguments: FindJobs, interval: Interval | None
) -> JobsResult:
    """Why a job has not started and how it ended is in every list, but cannot be asked for: the lists are sifted."""
    wanted = query
    if not (query.statuses or query.internal_statuses):
        wanted = replace(query, statuses=NOT_STARTED if arguments.reasons else _ENDED)
    found: dict[str, Job] = {}
    looked_at = 0
    is_cut = False
    async for page in inquiry.tws.job_pages(wanted):
        found |= {job.id: job for job in page.items if _fits(job, arguments)}
        looked_at += len(page.items)
        is_cut = looked_at >= MOST_LOOKED_AT and looked_at < page.total
        if is_cut:
            break
    jobs = sorted(found.values(), key=lambda job: job.name)
    return JobsResult(
        engine=engine,
        total=len(jobs),
        jobs=tuple(jobs[: arguments.limit]),
        interval=interval,
        looked_at=looked_at if is_cut else None,
    )


def _fits(job: Job, arguments: FindJobs) -> bool:
    return (not arguments.reasons or job.reason in arguments.reasons) and arguments.return_code in {
        None,
        job.return_code,
    }


async def find_streams(inquiry: Inquiry, arguments: FindStreams) -> StreamsResult | NoMatch:
    """Lists job streams of the current plan that match all given filters, and counts all that match.

    Use it for "which streams are stuck" (internal status STUCK), for streams that failed or run, and for streams of a
    workstation or a folder. A folder takes its subfolders too. For one stream by name use stream_detail.
    """
    tws = inquiry.tws
    filters = Filters(
        stream=pattern(arguments.name) if arguments.name else None,
        folder=folder_pattern(arguments.folder) if arguments.folder else None,
        workstation=pattern(arguments.workstation) if arguments.workstation else None,
    )
    query = StreamQuery(
        name=filters.stream,
        folder=filters.folder,
        workstation=filters.workstation,
        statuses=arguments.statuses,
        internal_statuses=_capitals(arguments.internal_statuses),
        late=arguments.late,
    )
    async with together() as group:
        asked_engine = group.create_task(tws.engine())
        asked_page = group.create_task(tws.streams(query, limit=arguments.limit))
    engine, page = asked_engine.result(), asked_page.result()
    if page.total == 0:
        known = await existing(tws, filters)
        if isinstance(known, NoMatch):
            return known
        if known != filters:
            query = replace(query, name=known.stream, folder=known.folder, workstation=known.workstation)
            page = await tws.streams(query, limit=arguments.limit)
    return StreamsResult(engine=engine, total=page.total, streams=page.items)


def _job_filters(arguments: FindJobs) -> Filters:
    parts = name_parts(arguments.name) if arguments.name else None
    of_stream = name_parts(arguments.stream) if arguments.stream else None  # /PAYROLL/PAYROLL_DAILY has a folder too
    spoken = [one for one in (of_stream, parts) if one]
    return Filters(
        job=parts.name if parts else None,
        stream=of_stream.name if of_stream else parts.stream if parts else None,
        folder=folder_pattern(arguments.folder) if arguments.folder else _first(one.folder for one in spoken),
        workstation=pattern(arguments.workstation)
        if arguments.workstation
        else _first(one.workstation for one in spoken),
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _capitals(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.upper() for word in words)


def _speaks_of_times(arguments: FindJobs) -> bool:
    return (arguments.since, arguments.until, arguments.span) != (None, None, None)


def _interval(arguments: FindJobs, engine: Engine) -> Interval | None:
    statuses, internal = set(arguments.statuses), set(_capitals(arguments.internal_statuses))
    if (statuses or internal) and statuses <= _NOT_STARTED and internal <= _NOT_STARTED_INTERNALLY:
        return None
    explicit = interval_between(arguments.since, arguments.until, engine)
    return explicit or (interval_of(arguments.span, engine) if arguments.span else None)


def _within(interval: Interval | None, arguments: FindJobs, query: JobQuery) -> JobQuery:
    if interval is None:
        return query
    statuses, internal = set(arguments.statuses), set(_capitals(arguments.internal_statuses))
    if (statuses or internal) and statuses <= _RUNNING and internal <= _RUNNING_INTERNALLY:
        return replace(query, started_from=interval.start, started_until=interval.end)
    return replace(query, ended_from=interval.start, ended_until=interval.end)
