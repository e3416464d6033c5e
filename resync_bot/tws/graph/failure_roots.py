"""Which failures have one cause: each belongs to the earliest one that it comes after in the plan."""

from collections.abc import Collection

from resync_bot.tws.graph.plan_graph import JOB, NONE, PlanGraph


def failure_roots(graph: PlanGraph, failed: Collection[int]) -> dict[int, int]:
    """For each of `failed`, jobs and streams, the one of them that is its root; itself if there is none.

    A root is the earliest to end of those that it follows, directly or not, also through streams, and also over what
    has ended meanwhile: what went wrong behind a failure belongs to it however it came to run. What has not ended comes
    last, streams before the jobs in them. Each node and edge is looked at once, however many there are.
    """
    owner: dict[int, int] = {}
    left = bytearray(len(graph))  # streams whose followers were looked at
    ended = graph.ended
    for root in sorted(set(failed), key=lambda node: (not ended[node], ended[node], graph.kind[node] == JOB, node)):
        if root not in owner:
            owner[root] = root
            _claim(graph, root, owner, left)
    return {node: _first(owner, node) for node in failed}


def _claim(graph: PlanGraph, root: int, owner: dict[int, int], left: bytearray) -> None:
    """Gives everything behind `root` that nobody owns yet to it, and roots behind it that have not ended either."""
    kind, stream_of, ended = graph.kind, graph.stream_of, graph.ended
    stack = [root]

    def meet(node: int) -> None:
        if node not in owner:
            owner[node] = root
            stack.append(node)
        elif owner[node] == node and not ended[node]:
            owner[node] = root  # what it owns comes along, see `_first`

    while stack:
        node = stack.pop()
        for edge in graph.follower_edges(node):
            meet(graph.waiter[edge])
        if kind[node] != JOB:
            for one in graph.members(node):
                meet(one)
        elif (stream := stream_of[node]) != NONE and not left[stream]:
            left[stream] = 1
            for edge in graph.follower_edges(stream):
                meet(graph.waiter[edge])


def _first(owner: dict[int, int], node: int) -> int:
    while owner[node] != node:
        node = owner[node]
    return node
