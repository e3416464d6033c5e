"""Which failures have one cause: each belongs to the earliest one that it comes after in the plan."""

from collections.abc import Collection

from resync_bot.tws.graph.plan_graph import JOB, NONE, PlanGraph


def failure_roots(graph: PlanGraph, failed: Collection[int]) -> dict[int, int]:
    """For each of `failed`, jobs and streams, the one of them that is its root; itself if there is none.

    A root is the earliest to end of those that it follows, directly or not, also through streams, and also over what
    has ended meanwhile: what went wrong behind a failure belongs to it however it came to run. What has not ended comes
    last, streams before the jobs in them. Each node and edge is looked at once, however many there are.
    """
    wanted = set(failed)
    owner: dict[int, int] = {}
    left = bytearray(len(graph))  # streams whose followers were looked at
    ended = graph.ended
    for root in sorted(wanted, key=lambda node: (not ended[node], ended[node], graph.kind[node] == JOB, node)):
        if root not in owner:
            owner[root] = root
            _claim(graph, root, owner, left)
    return {node: owner[node] for node in wanted}


def _claim(graph: PlanGraph, root: int, owner: dict[int, int], left: bytearray) -> None:
    """Gives everything behind `root` that nobody owns yet to it."""
    kind, stream_of = graph.kind, graph.stream_of
    waiter, first, following = graph.waiter, graph.first_follower, graph.next_follower
    stack = [root]
    while stack:
        node = stack.pop()
        edge = first[node]
        while edge != NONE:
            one = waiter[edge]
            if one not in owner:
                owner[one] = root
                stack.append(one)
            edge = following[edge]
        if kind[node] != JOB:
            for one in graph.members(node):
                if one not in owner:
                    owner[one] = root
                    stack.append(one)
        elif (stream := stream_of[node]) != NONE and not left[stream]:
            left[stream] = 1
            edge = first[stream]
            while edge != NONE:
                one = waiter[edge]
                if one not in owner:
                    owner[one] = root
                    stack.append(one)
                edge = following[edge]
