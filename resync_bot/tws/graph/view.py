"""The graph of a plan as it stood at some moment."""

from dataclasses import dataclass
from datetime import datetime

from resync_bot.tws.graph.plan_graph import PlanGraph
from resync_bot.tws.models import Engine


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph as it stood when `engine` was asked for its time. Use it at once: it goes on changing.

    `run_number` is that of the plan; None where the engine does not tell it.
    """

    graph: PlanGraph
    engine: Engine
    run_number: int | None = None

    @property
    def as_of(self) -> datetime:
        """How the graph stood then, by the engine's clock."""
        return self.engine.now
