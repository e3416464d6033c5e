"""What is expected to start in a span of time, by the forward pass over the whole plan."""

from datetime import datetime

from resync_bot.tws.diagnosis.walk import well_and_ill
from resync_bot.tws.findings import Step
from resync_bot.tws.graph import ForwardPass, GraphView
from resync_bot.tws.graph.plan_graph import HAS_ENDED, NONE, RUNNING
from resync_bot.tws.queries import Tws


async def expected_starts(
    tws: Tws, view: GraphView, start: datetime, end: datetime, *, limit: int
) -> tuple[int, tuple[Step, ...]]:
    """How many jobs are expected to start from `start` on and before `end`, and the first `limit` of them in order.

    Those that wait for somebody have no expected start, and are not among them. Takes some 30 microseconds for each job
    that has not ended; others have their turn meanwhile. Raises EngineError.
    """
    graph = view.graph
    ahead = ForwardPass(graph, view.as_of.timestamp(), await well_and_ill(tws))
    waiting = [
        node
        for node in range(len(graph))
        if graph.is_job(node) and not HAS_ENDED[graph.status[node]] and graph.status[node] != RUNNING
    ]
    await ahead.reach(waiting)
    since, until = start.timestamp(), end.timestamp()
    found = [
        (estimate.start, node)
        for node in waiting
        if (estimate := ahead.of(node)).stopped_by == NONE and since <= estimate.start < until
    ]
    first = sorted(found)[:limit]
    zone = graph.zone
    return len(found), tuple(
        Step(
            job=graph.job(node),
            starts=datetime.fromtimestamp(begin, zone),
            ends=datetime.fromtimestamp(ahead.of(node).end, zone),
        )
        for begin, node in first
    )
