"""Why a job failed: how it ended, the lines of its log that matter, what recovery did, where the trouble began."""

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.diagnosis.walk import DEPTH
from resync_bot.tws.findings import Failure, LogProblem
from resync_bot.tws.graph import GraphView
from resync_bot.tws.graph.upstream import first_failure_before
from resync_bot.tws.log_errors import find_errors, find_messages
from resync_bot.tws.models import Job, JobLog, Run, Status
from resync_bot.tws.queries import JobQuery, Page, Tws

LINES_SEARCHED = 500  # from the end: what went wrong stands shortly before the exit status
LINES_SHOWN = 40
MOST_ELSEWHERE = 5  # jobs of the same name that failed too and are told one by one
COULD_NOT_START = frozenset({"FAIL", "FAILED"})
FAILED = frozenset({"ABEND", "FAIL", "FAILED"})
NO_LOG = LogProblem()


async def why_failed(tws: Tws, job: Job, view: GraphView | None = None) -> Failure:
    """Why the last run of `job` failed, also while its recovery is under way.

    With a graph the first failure upstream is found however far away it is, also through whole streams. A log that
    cannot be read is told in `log_problem`, not raised. Raises EngineError if the engine cannot be asked, with
    NOT_FOUND if the job itself is gone.
    """
    whole = await tws.job(job.id)
    failed = _failed_run(whole)
    if failed is None:
        return Failure(job=whole, has_failed=False, run=whole.runs[-1] if whole.runs else None)
    log, problem = await _log(tws, failed)
    others, failed_others = await _elsewhere(tws, whole)
    lines, first = (log.lines, log.first_line) if log else ((), 1)
    return Failure(
        job=whole,
        has_failed=True,
        could_not_start=failed.internal_status in COULD_NOT_START,
        run=failed,
        log=_end_of(log) if log else None,
        log_problem=problem,
        errors=find_errors(lines, first),
        messages=find_messages(lines),
        followed_by=_after_first_failure(whole, failed),
        recovery=recovery_of(whole),
        first_failure_upstream=await _first_failure_upstream(tws, whole, view),
        success_codes=log.success_codes if log else None,
        elsewhere_in_all=others,
        elsewhere_failed=failed_others.items,
        elsewhere_failed_in_all=failed_others.total,
    )


def _failed_run(job: Job) -> Run | None:
    """The last failed one, unless a later one ended well, or somebody canceled or confirmed the job."""
    if job.status in {Status.SUCCESSFUL, Status.CANCELED}:
        return None
    own = [run for run in job.runs if run.kind != "RECOVERY" and _has_ended(run)]
    return own[-1] if own and own[-1].internal_status in FAILED else None


def _has_ended(run: Run) -> bool:
    return run.status in {Status.ERROR, Status.SUCCESSFUL, Status.CANCELED, Status.SUPPRESS}


def _after_first_failure(job: Job, failed: Run) -> tuple[Run, ...]:
    """What followed the first failure of the chain that ends with `failed`, that one included if it is a rerun."""
    first = failed
    for run in reversed(job.runs[: job.runs.index(failed)]):
        if run.kind == "RECOVERY":
            continue
        if run.internal_status not in FAILED:
            break
        first = run
    return job.runs[job.runs.index(first) + 1 :]


async def _log(tws: Tws, run: Run) -> tuple[JobLog | None, LogProblem | None]:
    if not run.id:
        return None, NO_LOG
    try:
        return await tws.job_log(run.id, last_lines=LINES_SEARCHED), None
    except EngineError as error:
        if error.kind is EngineErrorKind.NOT_FOUND:
            return None, NO_LOG
        return None, LogProblem(kind=error.kind, message_id=error.message_id, workstation=run.workstation)


def _end_of(log: JobLog) -> JobLog:
    kept = log.lines[-LINES_SHOWN:]
    return log.model_copy(update={"lines": kept, "first_line": log.first_line + len(log.lines) - len(kept)})


async def _elsewhere(tws: Tws, job: Job) -> tuple[int, Page[Job]]:
    """How many other jobs of that name there are, and those of them that failed."""
    others = (await tws.jobs(JobQuery(name=job.name), limit=1)).total - 1
    if others <= 0:
        return 0, Page(0, ())
    failed = await tws.jobs(JobQuery(name=job.name, statuses=(Status.ERROR,)), limit=MOST_ELSEWHERE + 1)
    items = tuple(one for one in failed.items if one.id != job.id)
    itself = len(failed.items) - len(items)
    return others, Page(failed.total - itself, items[:MOST_ELSEWHERE])


async def _first_failure_upstream(tws: Tws, job: Job, view: GraphView | None) -> Job | None:
    """The earliest failed predecessor: a job may have run all the same, and failed for want of what comes first."""
    node = view.graph.node(job.id) if view else None
    if view is not None and node is not None:
        first = first_failure_before(view.graph, node)
        return None if first is None else view.graph.job(first)
    found = await tws.predecessors(job.id, depth=DEPTH)
    failed = [one for one in found if isinstance(one, Job) and one.status is Status.ERROR and one.ended]
    return min(failed, key=lambda one: one.ended.timestamp() if one.ended else 0.0, default=None)
