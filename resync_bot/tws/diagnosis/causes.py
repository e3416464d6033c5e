"""What holds one job back, itself: its dependencies and its stream's, times, prompts, resources, its workstation.

The engine names one reason (the substatus). The facts show whether there are more, and each is told with the object
that it is about. Where the facts do not show what the engine says, its own words stand in for them.
"""

from collections.abc import Mapping, Sequence

from resync_bot.tws.diagnosis.walk import PlanWalk, has_ended
from resync_bot.tws.findings import Cause, CauseKind
from resync_bot.tws.models import Dependency, Job, JobStream, Prompt, Reason, Status

WAITS_FOR_A_PERSON = frozenset({"PEND", "SUSP"})  # confirmation; a reply to a message of the operating system
ON_ITS_WAY = frozenset({"INTRO", "WAIT", "ADD"})
JOB_DEPENDENCIES = frozenset({"INTERNAL", "EXTERNAL_JOB"})
CLEAR_WITHOUT_FACTS = frozenset(
    {CauseKind.PRIORITY_ZERO, CauseKind.HELD, CauseKind.INPUT, CauseKind.CONFIRMATION, CauseKind.LATEST_START_PASSED}
)


# What the engine's reasons mean; None where it is no reason for waiting.
KIND_OF: Mapping[Reason, CauseKind | None] = {
    Reason.HOLD_WAITING_FOR_PREDECESSOR: CauseKind.PREDECESSOR_WAITING,
    Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION: CauseKind.PREDECESSOR_CONDITION,
    Reason.HOLD_WAITING_FOR_TIME: CauseKind.TIME,
    Reason.HOLD_WAITING_FOR_PROMPT: CauseKind.PROMPT,
    Reason.HOLD_WAITING_FOR_FILE: CauseKind.FILE,
    Reason.HOLD_WAITING_FOR_INPUT: CauseKind.INPUT,
    Reason.HOLD_PRIORITY_ZERO: CauseKind.PRIORITY_ZERO,
    Reason.READY_WAITING_FOR_RESOURCES: CauseKind.RESOURCE,
    Reason.READY_SUPPRESSED: CauseKind.SUPPRESSED,
    Reason.READY_SUBMITTED: CauseKind.SUBMITTED,
    Reason.READY_WAITING_FOR_LIMIT: CauseKind.WORKSTATION_LIMIT,
    Reason.READY_WAITING_FOR_AGENT: CauseKind.WORKSTATION_DOWN,
    Reason.READY_WAITING_FOR_USER_INTERVENTION: CauseKind.CONFIRMATION,
    Reason.SUPPR_UNSATISFIED_DEPENDENCY: CauseKind.CONDITION_NOT_MET,
    Reason.SUPPR_WORKSTATION_IGNORED: CauseKind.WORKSTATION_IGNORED,
    Reason.SUCC_DO_NOT_RUN: None,
    Reason.SUCC_COMPLETED: None,
    Reason.UNKNOWN: None,
}

# Facts that prove a reason although they have another name.
PROVEN_BY = {
    CauseKind.PREDECESSOR_WAITING: {
        CauseKind.PREDECESSOR_WAITING,
        CauseKind.PREDECESSOR_RUNNING,
        CauseKind.PREDECESSOR_FAILED,
        CauseKind.PREDECESSOR_CONDITION,
    },
    CauseKind.SUPPRESSED: {CauseKind.SUPPRESSED, CauseKind.LATEST_START_PASSED},
    CauseKind.WORKSTATION_LIMIT: {CauseKind.WORKSTATION_LIMIT, CauseKind.STREAM_LIMIT},
    CauseKind.PRIORITY_ZERO: {CauseKind.PRIORITY_ZERO, CauseKind.HELD},
}


async def own_causes(walk: PlanWalk, job: Job, depth: int) -> list[Cause]:
    """Everything that holds `job` back, what the engine names first; one UNKNOWN if nothing is known at all."""
    if job.status is Status.SUPPRESS:
        causes = await _of_suppressed(walk, job, depth)
    elif job.status is Status.READY or job.internal_status in {"READY", "FENCE"}:
        causes = await _of_ready(walk, job, depth)
    elif job.internal_status in WAITS_FOR_A_PERSON:
        causes = [Cause(kind=CauseKind.CONFIRMATION, job=job, depth=depth)]
    elif job.internal_status in ON_ITS_WAY and job.reason is None:
        causes = [await _submitted(walk, job, depth)]
    else:
        causes = await _of_held(walk, job, depth)
    named = KIND_OF[job.reason] if job.reason else None
    if named is not None:
        proofs = PROVEN_BY.get(named, {named})
        if not any(cause.kind in proofs for cause in causes):
            causes.append(Cause(kind=named, job=job, depth=depth))
        causes.sort(key=lambda cause: cause.kind not in proofs)
    causes = causes or [Cause(kind=CauseKind.UNKNOWN, job=job, depth=depth)]
    return await _in_the_engines_words(walk, job, causes) if depth == 0 else causes


async def _in_the_engines_words(walk: PlanWalk, job: Job, causes: list[Cause]) -> list[Cause]:
    """Adds the engine's message to the causes that say little without it."""
    if all(map(_speaks_for_itself, causes)):
        return causes
    issues = await walk.issues(job.id)
    if [cause.kind for cause in causes] == [CauseKind.UNKNOWN]:
        told = [Cause(kind=CauseKind.UNKNOWN, job=job, engine_message=message) for _, message in issues]
        return told or causes
    messages = {KIND_OF[Reason(kind)]: message for kind, message in issues if kind in Reason.__members__}
    return [
        cause if _speaks_for_itself(cause) else cause.model_copy(update={"engine_message": messages.get(cause.kind)})
        for cause in causes
    ]


def _speaks_for_itself(cause: Cause) -> bool:
    if cause.kind in {CauseKind.PREDECESSOR_CONDITION, CauseKind.UNKNOWN}:
        return False
    facts = (cause.predecessor, cause.predecessor_stream, cause.until, cause.prompt, cause.file, cause.resource)
    known = any(fact is not None for fact in (*facts, cause.workstation, cause.engine_message))
    return known or cause.kind in CLEAR_WITHOUT_FACTS


async def _of_held(walk: PlanWalk, job: Job, depth: int) -> list[Cause]:
    now = await walk.now()
    stream = await walk.stream(job.stream_id) if job.stream_id else None
    causes = []
    if job.priority == 0:
        causes.append(Cause(kind=CauseKind.PRIORITY_ZERO, job=job, depth=depth))
    elif job.status is Status.HELD:
        causes.append(Cause(kind=CauseKind.HELD, job=job, depth=depth))
    waited_for = [*job.dependencies, *(stream.dependencies if stream else ())]
    for dependency in waited_for:
        if dependency.satisfied is not True and dependency.kind != "RESOURCE":  # units are taken when it is ready
            causes += await _of_dependency(walk, job, dependency, depth)
    starts = {moment for moment in (job.start_at, stream.start_at if stream else None) if moment and now}
    later = [moment for moment in starts if now and moment > now]
    if later:
        causes.append(Cause(kind=CauseKind.TIME, job=job, until=max(later), depth=depth))
    return causes


async def _of_dependency(walk: PlanWalk, job: Job, dependency: Dependency, depth: int) -> list[Cause]:
    causes = [_unseen(job, dependency, depth)]
    match dependency.kind:
        case "INTERNAL" | "EXTERNAL_JOB":
            predecessor = await walk.job(dependency.target_id) if dependency.target_id else None
            if predecessor is not None:
                causes = _of_predecessor(job, predecessor, dependency, depth)
        case "EXTERNAL_JOBSTREAM":
            stream = await walk.stream(dependency.target_id) if dependency.target_id else None
            if stream is not None:
                causes = [await _of_stream(walk, job, stream, depth)]
        case "PROMPT":
            prompt = await walk.prompt(dependency.target_id)
            shown = prompt or Prompt(
                id=dependency.target_id or "", name=dependency.on, text=dependency.detail or "", status="UNKNOWN"
            )
            causes = [Cause(kind=CauseKind.PROMPT, job=job, prompt=shown, depth=depth)]
        case "FILE":
            causes = [Cause(kind=CauseKind.FILE, job=job, file=dependency.on, depth=depth)]
        case "JOIN":
            causes = []  # its members follow
        case _:
            pass  # another network's job, or a kind that is new: its name is all that is known
    return causes


def _unseen(job: Job, dependency: Dependency, depth: int) -> Cause:
    """A predecessor that is gone, hidden, or in another network: only its name is known."""
    return Cause(kind=CauseKind.PREDECESSOR_WAITING, job=job, engine_message=dependency.on, depth=depth)


def _of_predecessor(job: Job, predecessor: Job, dependency: Dependency, depth: int) -> list[Cause]:
    is_conditional = dependency.detail is not None
    if predecessor.status is Status.RUNNING:
        kind = CauseKind.PREDECESSOR_RUNNING
    elif has_ended(predecessor) and is_conditional:
        kind = CauseKind.PREDECESSOR_CONDITION
    elif predecessor.status is Status.ERROR:
        kind = CauseKind.PREDECESSOR_FAILED
    elif has_ended(predecessor):
        return []  # it has just ended well: the engine is about to let the job go
    else:
        kind = CauseKind.PREDECESSOR_WAITING
    return [Cause(kind=kind, job=job, predecessor=predecessor, depth=depth)]


async def _of_stream(walk: PlanWalk, job: Job, stream: JobStream, depth: int) -> Cause:
    """A stream is waited for until all of its jobs have ended well; the job in it that matters is told too."""
    jobs = await walk.jobs_of(stream.id)
    failed = [one for one in jobs if one.status is Status.ERROR]
    running = [one for one in jobs if one.status is Status.RUNNING]
    if failed or stream.status in {Status.ERROR, Status.BLOCKED}:
        kind, matters = CauseKind.PREDECESSOR_FAILED, _first_ended(failed)
    elif running or (stream.status is Status.RUNNING and not jobs):
        kind, matters = CauseKind.PREDECESSOR_RUNNING, max(running, key=_estimated, default=None)
    else:
        kind, matters = CauseKind.PREDECESSOR_WAITING, None
    return Cause(kind=kind, job=job, predecessor=matters, predecessor_stream=stream, depth=depth)


def _first_ended(jobs: Sequence[Job]) -> Job | None:
    return min(jobs, key=lambda one: (one.ended is None, one.ended.timestamp() if one.ended else 0.0), default=None)


def _estimated(job: Job) -> int:
    return (job.estimated_seconds or 0) - (job.elapsed_seconds or 0)


async def _of_ready(walk: PlanWalk, job: Job, depth: int) -> list[Cause]:
    where = _where(job)
    workstation = await walk.workstation(where)
    causes = []
    if job.reason is Reason.READY_SUPPRESSED:
        passed = job.latest_start is not None
        kind = CauseKind.LATEST_START_PASSED if passed else CauseKind.SUPPRESSED
        causes.append(Cause(kind=kind, job=job, depth=depth))
    if workstation is not None:
        below_fence = job.priority is not None and 0 < workstation.fence >= job.priority
        if not (workstation.linked and workstation.running):
            causes.append(Cause(kind=CauseKind.WORKSTATION_DOWN, job=job, workstation=workstation, depth=depth))
        if below_fence or job.internal_status == "FENCE":
            causes.append(Cause(kind=CauseKind.WORKSTATION_FENCE, job=job, workstation=workstation, depth=depth))
    short = [one for one in job.dependencies if one.kind == "RESOURCE" and one.satisfied is False]
    causes += [await _of_resource(walk, job, dependency, depth) for dependency in short]
    causes += await _of_limits(walk, job, depth)
    if job.reason is Reason.READY_SUBMITTED:
        causes.append(await _submitted(walk, job, depth))
    return causes


def _where(job: Job) -> str:
    """Where it is to run: a member of a pool may have been chosen already."""
    return (job.runs[-1].workstation if job.runs else None) or job.workstation


async def _submitted(walk: PlanWalk, job: Job, depth: int) -> Cause:
    workstation = await walk.workstation(_where(job))
    return Cause(kind=CauseKind.SUBMITTED, job=job, workstation=workstation, depth=depth)


async def _of_resource(walk: PlanWalk, job: Job, dependency: Dependency, depth: int) -> Cause:
    needed = int(dependency.detail) if dependency.detail and dependency.detail.isdecimal() else None
    resource = await walk.resource(dependency.on)
    return Cause(kind=CauseKind.RESOURCE, job=job, resource=resource, units_needed=needed, depth=depth)


async def _of_limits(walk: PlanWalk, job: Job, depth: int) -> list[Cause]:
    """Limit 0 lets nothing start. Other limits are counted only when the engine says that one is reached."""
    workstation = await walk.workstation(_where(job))
    at_workstation = Cause(kind=CauseKind.WORKSTATION_LIMIT, job=job, workstation=workstation, depth=depth)
    if workstation is not None and workstation.limit == 0:
        return [at_workstation]
    if job.reason is not Reason.READY_WAITING_FOR_LIMIT:
        return []
    causes = []
    stream = await walk.stream(job.stream_id) if job.stream_id else None
    if stream is not None and stream.limit is not None and stream.running >= stream.limit:
        causes.append(Cause(kind=CauseKind.STREAM_LIMIT, job=job, predecessor_stream=stream, depth=depth))
    if workstation is not None and workstation.limit is not None:
        running = await walk.running_on(_where(job))
        if not causes or (running is not None and running >= workstation.limit):
            causes.append(at_workstation)
    return causes


async def _of_suppressed(walk: PlanWalk, job: Job, depth: int) -> list[Cause]:
    """It will not run: a condition was not met, or its workstation is ignored."""
    if job.reason is Reason.SUPPR_WORKSTATION_IGNORED:
        workstation = await walk.workstation(job.workstation)
        return [Cause(kind=CauseKind.WORKSTATION_IGNORED, job=job, workstation=workstation, depth=depth)]
    unmet = [one for one in job.dependencies if one.satisfied is not True and one.kind in JOB_DEPENDENCIES]
    predecessors = [await walk.job(one.target_id) if one.target_id else None for one in unmet]
    kind = CauseKind.CONDITION_NOT_MET
    return [Cause(kind=kind, job=job, predecessor=predecessor, depth=depth) for predecessor in predecessors]
