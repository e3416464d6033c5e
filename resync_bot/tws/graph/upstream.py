"""What a job waits for, through jobs and streams, back to where nothing more stands before."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from resync_bot.tws.graph.holds import hold_of
from resync_bot.tws.graph.plan_graph import (
    ERROR,
    HAS_ENDED,
    JOB,
    NONE,
    RELEASES,
    RUNNING,
    STREAM,
    PlanGraph,
)

MOST_LOOKED_AT = 20_000  # nodes: a failure further away explains nothing, and to find it would take a while


@dataclass(frozen=True, slots=True)
class Upstream:
    """Numbers of nodes. `before[node]` is the one that was found to wait for `node`: the way back to the origin."""

    before: dict[int, int]
    roots: list[int]  # jobs that wait for no other one, or are held by themselves too; the nearest first
    jobs: int  # that still stand before the origin

    def way_to(self, node: int) -> list[int]:
        """From the origin to `node`, both included."""
        way = [node]
        while way[-1] in self.before:
            way.append(self.before[way[-1]])
        return way[::-1]


def open_targets(graph: PlanGraph, node: int) -> Iterator[int]:
    """Jobs and streams that a job waits for, itself or with its stream; of a stream, what it has to wait for to begin.

    Those of the stream come through the stream: its own node stands for them.
    """
    for edge in graph.waiting_edges(node):
        if graph.is_open(edge):
            yield graph.target[edge]


def unfinished_members(graph: PlanGraph, stream: int) -> Iterator[int]:
    """The jobs for which what follows the stream has to wait."""
    return (one for one in graph.members(stream) if not RELEASES[graph.status[one]])


def upstream(graph: PlanGraph, origin: int) -> Upstream:
    """Everything that has to happen before a job may start, breadth first."""
    before: dict[int, int] = {}
    roots: list[int] = []
    jobs = 0
    queue = deque([origin])
    gates: set[int] = set()  # streams that were looked at as what their jobs wait with
    while queue:
        node = queue.popleft()
        found = [one for one in _next(graph, node, gates) if one != origin and one not in before]
        if node != origin and (graph.kind[node] != STREAM or graph.first_member[node] == NONE):
            jobs += 1
            if (not found and not _waits_for_another(graph, node)) or hold_of(graph, node, {}) is not None:
                roots.append(node)
        for one in found:
            if one not in before:
                before[one] = node
                queue.append(one)
    return Upstream(before, roots, jobs)


def _next(graph: PlanGraph, node: int, gates: set[int]) -> Iterator[int]:
    if graph.kind[node] == JOB:
        status = graph.status[node]
        if HAS_ENDED[status] or status == RUNNING:
            return
        yield from open_targets(graph, node)
        stream = graph.stream_of[node]
        if stream != NONE and stream not in gates:
            gates.add(stream)
            yield from open_targets(graph, stream)
    else:
        yield from unfinished_members(graph, node)


def _waits_for_another(graph: PlanGraph, node: int) -> bool:
    """Whether there is something before a node, also if another one was found to wait for it first."""
    if graph.kind[node] != JOB or HAS_ENDED[graph.status[node]] or graph.status[node] == RUNNING:
        return False
    if next(open_targets(graph, node), None) is not None:
        return True
    stream = graph.stream_of[node]
    return stream != NONE and next(open_targets(graph, stream), None) is not None


def first_failure_before(graph: PlanGraph, origin: int) -> int | None:
    """The job upstream that failed first, whether it is still waited for or not; None if none did."""
    seen = {origin}
    stack = [origin]
    first: int | None = None
    while stack and len(seen) <= MOST_LOOKED_AT:
        node = stack.pop()
        if graph.is_job(node):
            if node != origin and graph.status[node] == ERROR and graph.ended[node]:
                first = node if first is None or graph.ended[node] < graph.ended[first] else first
            gate = graph.stream_of[node]
            waited = [graph.target[edge] for edge in graph.waiting_edges(node)]
            waited += [graph.target[edge] for edge in graph.waiting_edges(gate)] if gate != NONE else []
        else:
            waited = list(graph.members(node))
        fresh = [one for one in waited if one not in seen]
        seen.update(fresh)
        stack += fresh
    return first
