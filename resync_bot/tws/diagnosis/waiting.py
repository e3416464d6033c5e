"""Why a job does not start: its own causes, and behind them, predecessor by predecessor, the ones where to act."""

from resync_bot.errors import EngineError
from resync_bot.tws.diagnosis.causes import own_causes
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.diagnosis.roots import roots_in_graph
from resync_bot.tws.diagnosis.walk import DEPTH, NOT_THERE, PlanWalk, has_ended
from resync_bot.tws.findings import Cause, CauseKind, Waiting
from resync_bot.tws.graph import GraphView
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import Tws

STREAM_JOBS_FOLLOWED = 3  # of a stream that waits: their causes include those of the stream, more would repeat them
NOT_WAITING = frozenset({Status.RUNNING, Status.SUCCESSFUL, Status.ERROR, Status.CANCELED})

# Where somebody must act comes before what passes by itself.
_URGENCY = (
    CauseKind.PREDECESSOR_FAILED,
    CauseKind.PREDECESSOR_CONDITION,
    CauseKind.WORKSTATION_DOWN,
    CauseKind.PROMPT,
    CauseKind.CONFIRMATION,
    CauseKind.HELD,
    CauseKind.PRIORITY_ZERO,
    CauseKind.WORKSTATION_FENCE,
    CauseKind.WORKSTATION_LIMIT,
    CauseKind.WORKSTATION_IGNORED,
    CauseKind.LATEST_START_PASSED,
    CauseKind.SUPPRESSED,
    CauseKind.CONDITION_NOT_MET,
    CauseKind.FILE,
    CauseKind.INPUT,
    CauseKind.RESOURCE,
    CauseKind.STREAM_LIMIT,
    CauseKind.SUBMITTED,
    CauseKind.TIME,
    CauseKind.PREDECESSOR_RUNNING,
    CauseKind.PREDECESSOR_WAITING,
    CauseKind.UNKNOWN,
)


async def why_waiting(tws: Tws, job: Job, view: GraphView | None = None) -> Waiting:
    """What holds `job` back and where to act, the most urgent root first.

    With a graph every predecessor is followed, however far away, across streams. Without one the engine is asked, up to
    8 levels and 60 questions; `is_complete` is false beyond. Raises EngineError if the engine cannot be asked, with
    NOT_FOUND if the job itself is gone.
    """
    whole = await tws.job(job.id)
    if whole.status in NOT_WAITING:
        return Waiting(job=whole, is_waiting=False)
    if view is not None and view.graph.node(whole.id) is not None:
        found = await roots_in_graph(tws, view.graph, whole)
        found = found.model_copy(update={"roots": _sorted(list(found.roots))})
    else:
        found = await _walked(tws, whole)
    return await _with_recovery(tws, found)


async def _with_recovery(tws: Tws, found: Waiting) -> Waiting:
    """Whether the engine itself tries the first root again that failed: then nobody has to act yet."""
    failed = next((cause for cause in found.roots if cause.kind is CauseKind.PREDECESSOR_FAILED), None)
    if failed is None or failed.predecessor is None:
        return found
    try:
        recovery = recovery_of(await tws.job(failed.predecessor.id))
    except EngineError as error:
        if error.kind not in NOT_THERE:
            raise
        return found
    if recovery is None:
        return found
    told = failed.model_copy(update={"recovery": recovery})
    return found.model_copy(update={"roots": tuple(told if one is failed else one for one in found.roots)})


async def _walked(tws: Tws, whole: Job) -> Waiting:
    walk = PlanWalk(tws)
    await walk.predecessors(whole)  # one question in place of many: most of what is walked through comes with it
    causes: list[Cause] = []
    roots: list[Cause] = []
    seen = {whole.id}
    level = [whole]
    for depth in range(DEPTH + 1):
        following: list[Job] = []
        for one in level:
            for cause in await own_causes(walk, one, depth):
                causes.append(cause)
                behind = await _behind(walk, cause)
                roots += [] if behind else [cause]
                following += [found for found in behind if found.id not in seen]
                seen |= {found.id for found in behind}
        if not following:
            break
        level = following
    else:
        walk.is_complete = False
    roots = roots or causes[-1:]  # none: they wait for each other
    return Waiting(job=whole, is_waiting=True, causes=tuple(causes), roots=_sorted(roots), is_complete=walk.is_complete)


async def _behind(walk: PlanWalk, cause: Cause) -> list[Job]:
    """The jobs that a waiting predecessor waits with; none for a cause that is itself where to act."""
    if cause.kind is not CauseKind.PREDECESSOR_WAITING:
        return []
    if cause.predecessor is not None:
        whole = await walk.job(cause.predecessor.id)
        return [whole or cause.predecessor]
    if cause.predecessor_stream is None:
        return []
    waiting = [one for one in await walk.jobs_of(cause.predecessor_stream.id) if not has_ended(one)]
    waiting.sort(key=lambda one: one.status is not Status.READY)
    found = [await walk.job(one.id) for one in waiting[:STREAM_JOBS_FOLLOWED]]
    return [one for one in found if one is not None]


def _sorted(roots: list[Cause]) -> tuple[Cause, ...]:
    """Each once, the most urgent first, then the nearest."""
    unique = {_identity(cause): cause for cause in reversed(roots)}
    return tuple(sorted(unique.values(), key=lambda cause: (_URGENCY.index(cause.kind), cause.depth)))


def _identity(cause: Cause) -> tuple[object, ...]:
    """Two jobs that wait for the same thing have one root."""
    if cause.kind is CauseKind.TIME:
        return (cause.kind, cause.until, cause.job.stream_id)
    things = (cause.predecessor, cause.predecessor_stream, cause.prompt, cause.resource, cause.workstation)
    ids = tuple(thing.id for thing in things if thing is not None)
    return (cause.kind, ids, cause.file) if ids or cause.file else (cause.kind, cause.job.id, cause.engine_message)
