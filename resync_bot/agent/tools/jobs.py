"""Tools for one job or one job stream: what it is, and the log of its last run."""

from resync_bot.agent.arguments import JobTarget, LookUp, StreamTarget
from resync_bot.agent.resolve import look_up_name, resolve_job, resolve_stream
from resync_bot.agent.results import (
    Ambiguous,
    JobResult,
    NoMatch,
    StreamResult,
    WorkstationsResult,
)
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.models import Job, JobStream, Status, Workstation
from resync_bot.tws.queries import JobQuery, Tws

FAILED = (Status.ERROR,)
NOT_STARTED = (Status.BLOCKED, Status.HELD, Status.READY, Status.WAITING, Status.UNDECIDED)
_JOBS_IN_TROUBLE = 10


async def look_up(
    inquiry: Inquiry, arguments: LookUp
) -> JobResult | StreamResult | WorkstationsResult | Ambiguous | NoMatch:
    """Finds what a name or part of a name stands for when it is not known whether it is a job or a job stream.

    One match gives its details, several give the candidates to choose from, none gives similar names.
    """
    found = await look_up_name(inquiry.tws, arguments.name)
    if isinstance(found, Workstation):
        return WorkstationsResult(engine=await inquiry.tws.engine(), total=1, workstations=(found,))
    return await _detail(inquiry.tws, found)


async def job_detail(inquiry: Inquiry, arguments: JobTarget) -> JobResult | StreamResult | Ambiguous | NoMatch:
    """Details of one job: status and why, times, duration, return code, runs and reruns, dependencies, recovery option.

    The name may be a part of it. Where several jobs match, the candidates come back: ask which one is meant.
    """
    return await _detail(inquiry.tws, await resolve_job(inquiry.tws, arguments))


async def stream_detail(inquiry: Inquiry, arguments: StreamTarget) -> StreamResult | JobResult | Ambiguous | NoMatch:
    """Details of one job stream: status, how many jobs succeeded, run, failed or wait, times, dependencies.

    Names its jobs that failed or wait, failed ones first. For all its jobs use find_jobs with the stream's name.
    """
    return await _detail(inquiry.tws, await resolve_stream(inquiry.tws, arguments))


async def _detail(
    tws: Tws, found: Job | JobStream | Ambiguous | NoMatch
) -> JobResult | StreamResult | Ambiguous | NoMatch:
    match found:
        case Job():
            async with together() as group:
                engine = group.create_task(tws.engine())
                job = group.create_task(tws.job(found.id))
            return JobResult(engine=engine.result(), job=job.result(), recovery=recovery_of(job.result()))
        case JobStream():
            return await stream_result(tws, found)
        case _:
            return found


async def stream_result(tws: Tws, found: JobStream) -> StreamResult:
    """The stream with its dependencies and its jobs in trouble. Raises EngineError."""
    async with together() as group:
        engine = group.create_task(tws.engine())
        stream = group.create_task(tws.stream(found.id))
        failed = group.create_task(tws.jobs(JobQuery(stream_id=found.id, statuses=FAILED), limit=_JOBS_IN_TROUBLE))
        waiting = group.create_task(
            tws.jobs(JobQuery(stream_id=found.id, statuses=NOT_STARTED), limit=_JOBS_IN_TROUBLE)
        )
    in_trouble = (*failed.result().items, *waiting.result().items)[:_JOBS_IN_TROUBLE]
    return StreamResult(engine=engine.result(), stream=stream.result(), jobs_in_trouble=in_trouble)
