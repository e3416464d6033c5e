"""Tools that explain: why a job waits, why it failed, what it holds up, and which critical jobs are at risk."""

from collections.abc import Awaitable, Callable

from resync_bot.agent.arguments import FindCriticalJobs, JobTarget
from resync_bot.agent.names import is_pattern, matches, name_parts, part_pattern
from resync_bot.agent.resolve import resolve_job
from resync_bot.agent.results import (
    Ambiguous,
    CriticalJobsResult,
    FailureResult,
    ImpactResult,
    NoMatch,
    StreamResult,
    WaitingResult,
)
from resync_bot.agent.tools.jobs import FAILED, NOT_STARTED, stream_result
from resync_bot.agent.tools.matters import job_that_failed, job_that_holds_up, job_that_waits
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws import diagnosis
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.models import Job, JobStream, Status
from resync_bot.tws.queries import Tws
from resync_bot.tws.similar import most_similar

AT_RISK = frozenset({Risk.MISSED, Risk.HIGH, Risk.POTENTIAL})
_NOT_THROUGH = (*FAILED, Status.RUNNING, *NOT_STARTED)


async def why_waiting(inquiry: Inquiry, arguments: JobTarget) -> WaitingResult | StreamResult | Ambiguous | NoMatch:
    """Explains why a job (or a job stream) does not start: predecessor, time, prompt, file, resource, limit, fence,
    agent down, priority 0, confirmation, and follows predecessors to the root where somebody can act.

    Use it for "why is X not starting, waiting, held, stuck, ready for so long".
    """
    tws = inquiry.tws
    job = await _meant(tws, arguments, NOT_STARTED, job_that_waits)
    if not isinstance(job, Job):
        return job
    async with together() as group:
        engine = group.create_task(tws.engine())
        waiting = await diagnosis.why_waiting(tws, job, await inquiry.view())
    return WaitingResult(engine=engine.result(), waiting=waiting)


async def why_failed(inquiry: Inquiry, arguments: JobTarget) -> FailureResult | StreamResult | Ambiguous | NoMatch:
    """Explains why a job (or the first failed job of a job stream) failed: return code and what counts as success,
    telling lines of its log, message ids, reruns and recovery jobs that followed, the first failure upstream, and
    whether the same job fails elsewhere too.

    Use it for "why did X fail", "what happened to X", "what is wrong with X".
    """
    tws = inquiry.tws
    job = await _meant(tws, arguments, FAILED, job_that_failed)
    if not isinstance(job, Job):
        return job
    async with together() as group:
        engine = group.create_task(tws.engine())
        failure = await diagnosis.why_failed(tws, job, await inquiry.view())
    return FailureResult(engine=engine.result(), failure=failure)


async def what_it_blocks(inquiry: Inquiry, arguments: JobTarget) -> ImpactResult | StreamResult | Ambiguous | NoMatch:
    """Follows what depends on a job (or on the job that holds up a job stream): how many jobs downstream have not
    ended, in which streams, the direct successors, critical jobs and the first deadline among them.

    Use it for "what depends on X", "what does X block", "who waits for X", "how bad is it that X failed".
    """
    tws = inquiry.tws
    job = await _meant(tws, arguments, _NOT_THROUGH, job_that_holds_up)
    if not isinstance(job, Job):
        return job
    async with together() as group:
        engine = group.create_task(tws.engine())
        impact = await diagnosis.what_it_blocks(tws, job, await inquiry.view(), inquiry.history)
    return ImpactResult(engine=engine.result(), impact=impact)


async def _meant(
    tws: Tws,
    target: JobTarget,
    preferred: tuple[Status, ...],
    of_stream: Callable[[Tws, JobStream], Awaitable[Job | None]],
) -> Job | StreamResult | Ambiguous | NoMatch:
    """The job that is asked about; of a stream the one that `of_stream` says, or the stream itself if there is none."""
    found = await resolve_job(tws, target, preferred=preferred)
    if isinstance(found, JobStream):
        return await of_stream(tws, found) or await stream_result(tws, found)
    return found


async def critical_jobs(inquiry: Inquiry, arguments: FindCriticalJobs) -> CriticalJobsResult | NoMatch:
    """Lists critical jobs with deadline, risk (missed, high, potential, on_track, done), estimated end, slack and what
    stands in their way, the most endangered first.

    Use it for "are we going to make the deadlines", "critical jobs at risk" (only_at_risk), "will X be in time". The
    total counts all critical jobs that match the name.
    """
    async with together() as group:
        engine = group.create_task(inquiry.tws.engine())
        judged = found = await diagnosis.critical_jobs(inquiry.tws, await inquiry.view(), inquiry.history)
    if arguments.name:
        found = _named(arguments.name, found)
        if not found:
            known = [critical.job.name for critical in judged]
            return NoMatch(engine=engine.result(), name=arguments.name, similar=most_similar(arguments.name, known))
    shown = tuple(critical for critical in found if critical.risk in AT_RISK) if arguments.only_at_risk else found
    return CriticalJobsResult(engine=engine.result(), total=len(found), jobs=shown)


def _named(name: str, found: tuple[CriticalJob, ...]) -> tuple[CriticalJob, ...]:
    """Those of that job's or stream's name; if there are none, those that have it in theirs."""
    wanted = name_parts(name).name
    patterns = (wanted,) if is_pattern(wanted) else (wanted, part_pattern(wanted))
    for one in patterns:
        named = tuple(each for each in found if matches(one, each.job.name) or matches(one, each.job.stream))
        if named:
            return named
    return ()
