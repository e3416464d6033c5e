"""Which job of a stream matters, when a question about a job names a stream."""

from resync_bot.agent.tools.jobs import FAILED, NOT_STARTED
from resync_bot.runtime.together import together
from resync_bot.tws.models import Job, JobStream, Status
from resync_bot.tws.queries import JobOrder, JobQuery, Tws

_NOT_RUN = (*NOT_STARTED, Status.SUPPRESS)
_CANDIDATES = 50
_FOLLOWED = 8  # waiting jobs whose predecessors are looked at


async def job_that_failed(tws: Tws, stream: JobStream) -> Job | None:
    """The one that failed first: what failed later may only follow from it. Raises EngineError."""
    failed = await tws.jobs(
        JobQuery(stream_id=stream.id, statuses=FAILED, order=JobOrder.ENDED_LAST), limit=_CANDIDATES
    )
    return failed.items[-1] if failed.items else None


async def job_that_waits(tws: Tws, stream: JobStream) -> Job | None:
    """The one next in turn: one that waits for no other waiting job, ready before held; else one that is suppressed.

    Raises EngineError.
    """
    page = await tws.jobs(JobQuery(stream_id=stream.id, statuses=NOT_STARTED), limit=_CANDIDATES)
    if not page.items:  # none of its jobs will start
        page = await tws.jobs(JobQuery(stream_id=stream.id, statuses=(Status.SUPPRESS,)), limit=_CANDIDATES)
    waiting = sorted(page.items, key=_turn)[:_FOLLOWED]
    async with together() as group:
        before = [group.create_task(tws.predecessors(job.id)) for job in waiting]
    for job, predecessors in zip(waiting, before, strict=True):
        if not any(one.status in _NOT_RUN for one in predecessors.result()):
            return job
    return waiting[0] if waiting else None


async def job_that_holds_up(tws: Tws, stream: JobStream) -> Job | None:
    """The one for which everything behind the stream waits: failed, else running, else next in turn.

    None if the stream is through. Raises EngineError.
    """
    if failed := await job_that_failed(tws, stream):
        return failed
    running = await tws.jobs(
        JobQuery(stream_id=stream.id, statuses=(Status.RUNNING,), order=JobOrder.RUNNING_LONGEST), limit=1
    )
    return running.items[0] if running.items else await job_that_waits(tws, stream)


def _turn(job: Job) -> tuple[bool, int, str]:
    return (job.status is not Status.READY, job.unresolved_dependencies or 0, job.name)
