"""The tool that tells what is planned to start in a span of time."""

from datetime import datetime

from resync_bot.agent.arguments import WhatWillRun
from resync_bot.agent.names import folder_pattern, pattern
from resync_bot.agent.results import Interval, UpcomingResult
from resync_bot.agent.tools.jobs import NOT_STARTED
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws import diagnosis
from resync_bot.tws.findings import Step
from resync_bot.tws.queries import JobQuery, StreamQuery


async def what_will_run(inquiry: Inquiry, arguments: WhatWillRun) -> UpcomingResult:
    """Lists what is to start in a span of time and has not started: job streams by their schedule time, jobs by a time
    of their own (AT), and the jobs that are expected to start then as usual durations go.

    Use it for "what will run between 02:00 and 04:00", "what runs next", "what is planned for the next hour". Without
    times: from now on. When one certain job starts or ends tells forecast.
    """
    tws = inquiry.tws
    engine = await tws.engine()

    def in_zone(moment: datetime) -> datetime:
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=engine.now.tzinfo)

    start = in_zone(arguments.since) if arguments.since else engine.now
    end = in_zone(arguments.until) if arguments.until else None
    folder = folder_pattern(arguments.folder) if arguments.folder else None
    workstation = pattern(arguments.workstation) if arguments.workstation else None
    async with together() as group:
        streams = group.create_task(
            tws.streams(
                StreamQuery(
                    folder=folder,
                    workstation=workstation,
                    statuses=NOT_STARTED,
                    scheduled_from=start,
                    scheduled_until=end,
                ),
                limit=arguments.limit,
            )
        )
        jobs = group.create_task(
            tws.jobs(
                JobQuery(
                    folder=folder,
                    workstation=workstation,
                    statuses=NOT_STARTED,
                    start_at_from=start,
                    start_at_until=end,
                ),
                limit=arguments.limit,
            )
        )
    expected_in_all, expected = await _expected(inquiry, arguments, start, end)
    return UpcomingResult(
        engine=engine,
        interval=Interval(start=start, end=end),
        total=streams.result().total + jobs.result().total,
        streams_total=streams.result().total,
        streams=streams.result().items,
        jobs_total=jobs.result().total,
        jobs=jobs.result().items,
        expected=expected,
        expected_in_all=expected_in_all,
    )


async def _expected(
    inquiry: Inquiry, arguments: WhatWillRun, start: datetime, end: datetime | None
) -> tuple[int | None, tuple[Step, ...]]:
    """What the forecast lets start then. It knows no places, and nothing where there is no graph of the plan yet."""
    view = await inquiry.view()
    if view is None or end is None or arguments.folder or arguments.workstation:
        return None, ()
    return await diagnosis.expected_starts(
        inquiry.tws, view, start, end, limit=arguments.limit, history=inquiry.history
    )
