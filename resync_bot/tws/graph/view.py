"""The graph of a plan as it stood at some moment."""

from dataclasses import dataclass
from datetime import datetime

from resync_bot.tws.graph.plan_graph import PlanGraph


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph as it stood at `as_of`, by the engine's clock. Use it at once: it goes on changing.

    `run_number` is that of the plan; None where the engine does not tell it.
    """

    graph: PlanGraph
    as_of: datetime
    run_number: int | None = None
