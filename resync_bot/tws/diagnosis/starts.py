"""What is expected to start in a span of time, by the forward pass over the whole plan."""

from datetime import datetime

from resync_bot.tws.diagnosis.ahead import look_ahead
from resync_bot.tws.diagnosis.forecast import step_of
from resync_bot.tws.diagnosis.walk import well_and_ill
from resync_bot.tws.findings import Step
from resync_bot.tws.graph import GraphView
from resync_bot.tws.graph.plan_graph import HAS_ENDED, NONE, RUNNING
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Tws


async def expected_starts(
    tws: Tws, view: GraphView, start: datetime, end: datetime, *, limit: int, history: RunHistory | None = None
) -> tuple[int, tuple[Step, ...]]:
    """How many jobs are expected to start from `start` on and before `end`, and the first `limit` of them in order.

    Those that wait for somebody have no expected start, and are not among them. Durations are those that `history`
    knows, else the engine's estimates. Takes some 40 microseconds for each job that has not ended; others have their
    turn meanwhile. Raises EngineError.
    """
    graph = view.graph
    waiting = [
        node
        for node in range(len(graph))
        if graph.is_job(node) and not HAS_ENDED[graph.status[node]] and graph.status[node] != RUNNING
    ]
    ahead = await look_ahead(graph, waiting, view.engine, await well_and_ill(tws), history)
    since, until = start.timestamp(), end.timestamp()
    found = [
        (estimate.start, node)
        for node in waiting
        if (estimate := ahead.of(node)).stopped_by == NONE and since <= estimate.start < until
    ]
    first = sorted(found)[:limit]
    return len(found), tuple(step_of(ahead, node) for _, node in first)
