"""What a node holds up: everything that cannot go on before it has, job by job and through streams."""

from dataclasses import dataclass
from itertools import chain

from resync_bot.tws.graph.plan_graph import CRITICAL, HAS_ENDED, JOB, NONE, PlanGraph


@dataclass(frozen=True, slots=True)
class Cone:
    """Numbers of nodes. `jobs` have not ended and wait for the origin; `streams` wait as a whole, or hold such jobs."""

    jobs: list[int]
    streams: set[int]
    next_jobs: list[int]  # those that wait for the origin itself
    critical: list[int]  # of `jobs`, those with a deadline first, the earliest of them at the head
    first_deadline: int  # the job or stream whose deadline comes first; NONE if none has one


def downstream(graph: PlanGraph, origin: int) -> Cone:
    """What waits for a job or stream, directly or not. What has ended is not held up, nor is what only follows that.

    A stream with a job that cannot end cannot end either, and what follows it waits; a stream that itself has to wait
    keeps all its jobs waiting.
    """
    held: list[int] = []
    seen = bytearray(len(graph))  # jobs that are held up, streams that must not begin
    unfinished = bytearray(len(graph))  # streams that cannot end
    seen[origin] = 1
    stack: list[int] = []
    status, stream_of, kind = graph.status, graph.stream_of, graph.kind
    deadline, flags = graph.deadline, graph.flags
    waiter, first, following = graph.waiter, graph.first_follower, graph.next_follower
    streams: set[int] = set()

    def follow(node: int) -> None:
        edge = first[node]
        while edge != NONE:
            one = waiter[edge]
            if not seen[one] and not (kind[one] == JOB and HAS_ENDED[status[one]]) and graph.is_open(edge):
                seen[one] = 1
                stack.append(one)
            edge = following[edge]

    def leave_unfinished(stream: int) -> None:
        if stream != NONE and not unfinished[stream]:
            unfinished[stream] = 1
            follow(stream)

    follow(origin)
    if kind[origin] == JOB:
        next_jobs = [one for one in stack if kind[one] == JOB]
        leave_unfinished(stream_of[origin])
    else:
        unfinished[origin] = 1
        next_jobs = [one for one in stack if kind[one] == JOB]
        stack += [one for one in _begin(graph, origin, seen) if not HAS_ENDED[status[one]]]
    while stack:
        node = stack.pop()
        if kind[node] == JOB:
            held.append(node)
            streams.add(stream_of[node])
            follow(node)
            leave_unfinished(stream_of[node])
        else:
            streams.add(node)
            stack += [one for one in _begin(graph, node, seen) if not HAS_ENDED[status[one]]]
            leave_unfinished(node)
    streams.discard(NONE)

    def by_deadline(node: int) -> tuple[bool, int]:
        return (not deadline[node], deadline[node])

    return Cone(
        jobs=held,
        streams=streams,
        next_jobs=next_jobs,
        critical=sorted((node for node in held if flags[node] & CRITICAL), key=by_deadline),
        first_deadline=min((node for node in chain(held, streams) if deadline[node]), key=by_deadline, default=NONE),
    )


def _begin(graph: PlanGraph, stream: int, seen: bytearray) -> list[int]:
    """The jobs of a stream that were not seen yet; they are now."""
    found = [one for one in graph.members(stream) if not seen[one]]
    for one in found:
        seen[one] = 1
    return found
