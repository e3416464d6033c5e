"""What the engine does about a failure by itself: how many automatic reruns there were, of how many, and what is next.

After the recovery options of the User's Guide 10.2.5 and the members of JobDefinitionInPlanV2 and JobRunInstanceV2
(checked 2026-11-23): recoveryOption, recoveryRepeatOccurrences, recoveryRepeatInterval, rerunType.
"""

from datetime import datetime, timedelta

from resync_bot.tws.findings import NextStep, Recovery
from resync_bot.tws.models import Job, Run, Status

_FAILED = frozenset({"ABEND", "FAIL", "FAILED"})
_OPEN = frozenset({Status.WAITING, Status.READY, Status.RUNNING, Status.HELD, Status.BLOCKED, Status.UNDECIDED})


def recovery_of(job: Job) -> Recovery | None:
    """How the recovery of `job`, read with its runs and its definition, stands; None if it has nothing to recover.

    Reruns are counted since the plan or a person started the job last: they begin a chain of their own.
    """
    chain = _chain(job)
    if not chain or job.status in {Status.CANCELED, Status.SUCCESSFUL}:
        return None
    reruns = [run for run in chain if run.kind == "RECOVERY_RERUN"]
    step = _next_step(job, chain, len(reruns))
    if step is None:
        return None
    is_to_come = step in {NextStep.RERUN_COMES, NextStep.RECOVERY_JOB_COMES, NextStep.RECOVERY_JOB_RUNS}
    return Recovery(
        option=job.recovery_option or "RERUN",
        reruns=len(reruns),
        reruns_in_all=job.recovery_reruns,
        rerun=len(reruns) + is_to_come if is_to_come or step is NextStep.RERUN_RUNS else None,
        job=job.recovery_job,
        next=step,
        next_at=_not_before(job, chain) if step in {NextStep.RERUN_COMES, NextStep.RECOVERY_JOB_COMES} else None,
    )


def _chain(job: Job) -> list[Run]:
    """The last run that was started from outside, and what the engine started after it."""
    heads = [number for number, run in enumerate(job.runs) if not run.by_recovery]
    return list(job.runs[heads[-1] if heads else 0 :])


def _next_step(job: Job, chain: list[Run], reruns: int) -> NextStep | None:  # noqa: PLR0911 - one line per step
    last = chain[-1]
    if last.kind == "RECOVERY":
        return NextStep.RECOVERY_JOB_RUNS if last.status in _OPEN else NextStep.RERUN_COMES
    if last.kind == "RECOVERY_RERUN" and last.status in _OPEN:
        return NextStep.RERUN_RUNS
    if last.internal_status not in _FAILED:
        return None
    match job.recovery_option:
        case "RERUN" if reruns < (job.recovery_reruns or 1):
            return NextStep.RECOVERY_JOB_COMES if job.recovery_job else NextStep.RERUN_COMES
        case "RERUN":
            return NextStep.ALL_USED
        case "RERUN_PROMPT" | "CONTINUE_PROMPT":
            return NextStep.PROMPT_FIRST
        case "CONTINUE":
            return NextStep.GOES_ON
        case "STOP":
            return NextStep.NOTHING
        case _:
            return None  # the definition was not read, or has an option that is new


def _not_before(job: Job, chain: list[Run]) -> datetime | None:
    """When the next one is due; None for at once, or where the engine does not tell."""
    failed = next((run for run in reversed(chain) if run.kind != "RECOVERY"), None)
    if failed is None or failed.ended is None or chain[-1] is not failed or not job.recovery_interval_seconds:
        return None
    return failed.ended + timedelta(seconds=job.recovery_interval_seconds)
