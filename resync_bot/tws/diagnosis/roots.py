"""Why a job does not start, by the graph: every way back to where somebody can act, however long."""

from itertools import pairwise

from resync_bot.tws.diagnosis.causes import own_causes
from resync_bot.tws.diagnosis.walk import PlanWalk
from resync_bot.tws.findings import Cause, CauseKind, Waiting
from resync_bot.tws.graph import PlanGraph, Upstream, upstream
from resync_bot.tws.graph.around import read_again
from resync_bot.tws.graph.holds import hold_of
from resync_bot.tws.graph.plan_graph import ERROR, NONE, READY, RUNNING, STREAM
from resync_bot.tws.models import Job
from resync_bot.tws.queries import Tws

MOST_ROOTS = 8  # whose ways are told; more are counted
MOST_PREDECESSORS = 30  # of the job itself that are told one by one
_ONE_FOR_ALL = frozenset({2, 5})  # of a stream that waits for a prompt, and for a time, one job is enough
PREDECESSORS = frozenset(
    {
        CauseKind.PREDECESSOR_FAILED,
        CauseKind.PREDECESSOR_RUNNING,
        CauseKind.PREDECESSOR_WAITING,
        CauseKind.PREDECESSOR_CONDITION,
    }
)


async def roots_in_graph(tws: Tws, graph: PlanGraph, whole: Job) -> Waiting:
    """What holds back `whole`, a job of the graph just read with its dependencies; its roots are not sorted yet.

    The jobs where to act are asked for anew, together with what the engine knows of prompts, resources and
    workstations; what lies between is told as the graph has it. Raises EngineError.
    """
    origin = graph.put_job(whole, dependencies=True)
    found = upstream(graph, origin)
    ordered = _by_urgency(graph, found)
    if await read_again(tws, graph, ordered[:MOST_ROOTS]):
        found = upstream(graph, origin)
        ordered = _by_urgency(graph, found)
    walk = PlanWalk(tws, graph=graph)
    walk.remember(whole)
    own = await own_causes(walk, whole, 0)
    ways = [found.way_to(node) for node in ordered[:MOST_ROOTS]]
    causes = _of_job_itself(own, {graph.identity(way[1]) for way in ways})
    roots = [cause for cause in causes if cause.kind not in PREDECESSORS or cause.engine_message is not None]
    told = {(cause.job.id, *_target(cause)) for cause in causes}
    for way in ways:
        for depth, cause in enumerate(await _along(walk, graph, way)):
            if (key := (cause.job.id, *_target(cause))) not in told:
                told.add(key)
                causes.append(cause.model_copy(update={"depth": depth}))
        at_the_end = await _at_the_end(walk, graph, way, causes)
        roots += at_the_end
        causes += [cause for cause in at_the_end if cause not in causes]
    return Waiting(
        job=whole,
        is_waiting=True,
        causes=tuple(causes),
        roots=tuple(roots or causes[-1:]),  # none: they wait for each other
        is_complete=walk.is_complete,
        roots_in_all=len(ordered) if len(ordered) > MOST_ROOTS else None,
        jobs_before=found.jobs,
    )


def _by_urgency(graph: PlanGraph, found: Upstream) -> list[int]:
    """Where somebody must act comes before what goes on by itself; of the same kind, the nearest first."""

    def is_held_with_its_stream(node: int) -> bool:
        stream = graph.stream_of[node]
        return stream != NONE and graph.kind[stream] == STREAM and hold_of(graph, stream, {}) is not None

    def urgency(node: int) -> int:
        if graph.status[node] == ERROR:
            return 0
        if hold_of(graph, node, {}) is not None:
            return 1
        if graph.status[node] == RUNNING:
            return 4
        return 2 if is_held_with_its_stream(node) else 3 if graph.status[node] == READY else 5

    chosen: list[int] = []
    streams: set[int] = set()  # those of which one job stands for all that wait with it
    for node in sorted(found.roots, key=urgency):
        stream = graph.stream_of[node]
        if urgency(node) not in _ONE_FOR_ALL or stream == NONE or stream not in streams:
            chosen.append(node)
        if urgency(node) in _ONE_FOR_ALL:
            streams.add(stream)
    return chosen


def _of_job_itself(own: list[Cause], on_the_way: set[str]) -> list[Cause]:
    """Its own causes; of very many predecessors, those that lead to a root and the first others."""
    if len(own) <= MOST_PREDECESSORS:
        return own
    leading = [cause for cause in own if cause.kind not in PREDECESSORS or on_the_way & set(_target(cause))]
    others = [cause for cause in own if cause not in leading]
    return leading + others[: max(0, MOST_PREDECESSORS - len(leading))]


def _target(cause: Cause) -> tuple[str, str]:
    """The ids of the job and the stream that it is about."""
    return (
        cause.predecessor.id if cause.predecessor else "",
        cause.predecessor_stream.id if cause.predecessor_stream else "",
    )


async def _along(walk: PlanWalk, graph: PlanGraph, way: list[int]) -> list[Cause]:
    """Each step of a way as a cause; a whole stream is one step together with the job of it that matters."""
    causes = []
    waiting = way[0]
    for before, node in pairwise(way):
        if not graph.is_job(node) and graph.first_member[node] >= 0:
            continue
        job = await walk.job(graph.identity(waiting))
        predecessor = await walk.job(graph.identity(node)) if graph.is_job(node) else None
        stream = await walk.stream(graph.identity(before)) if before != waiting else None
        if job is not None:
            causes.append(
                Cause(
                    kind=_kind(graph, node),
                    job=job,
                    predecessor=predecessor,
                    predecessor_stream=stream,
                    engine_message=None if predecessor or stream else _name_of_unseen(job, graph.identity(node)),
                )
            )
        waiting = node
    return causes


def _name_of_unseen(job: Job, identity: str) -> str | None:
    return next((one.on for one in job.dependencies if one.target_id == identity), None)


def _kind(graph: PlanGraph, node: int) -> CauseKind:
    if graph.status[node] == ERROR:
        return CauseKind.PREDECESSOR_FAILED
    return CauseKind.PREDECESSOR_RUNNING if graph.status[node] == RUNNING else CauseKind.PREDECESSOR_WAITING


async def _at_the_end(walk: PlanWalk, graph: PlanGraph, way: list[int], causes: list[Cause]) -> list[Cause]:
    """What to act on there: the last step itself, if that one failed or runs, else what holds its job back."""
    root = way[-1]
    last = [cause for cause in causes if graph.identity(root) in _target(cause)]
    if not graph.is_job(root) or graph.status[root] in {ERROR, RUNNING}:
        return last[:1]
    job = await walk.job(graph.identity(root))
    depth = last[0].depth + 1 if last else len(way) - 1
    own = await own_causes(walk, job, depth) if job else []
    return [cause for cause in own if cause.kind not in PREDECESSORS or cause.kind is CauseKind.PREDECESSOR_CONDITION]
