"""The plan as a graph in memory: what waits for what, small enough for 500 000 jobs, kept up in the background."""

from resync_bot.tws.graph.downstream import Cone, downstream
from resync_bot.tws.graph.failure_roots import failure_roots
from resync_bot.tws.graph.forward import ForwardPass
from resync_bot.tws.graph.keeper import GraphKeeper
from resync_bot.tws.graph.metrics import GraphMetrics
from resync_bot.tws.graph.plan_graph import PlanGraph
from resync_bot.tws.graph.upstream import Upstream, upstream
from resync_bot.tws.graph.view import GraphView

__all__ = [
    "Cone",
    "ForwardPass",
    "GraphKeeper",
    "GraphMetrics",
    "GraphView",
    "PlanGraph",
    "Upstream",
    "downstream",
    "failure_roots",
    "upstream",
]
