"""The way from an order to its effect: an engine answers first, and batchman does it some seconds later."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from resync_bot.simulator import draws
from resync_bot.simulator.actions.operations import Operations
from resync_bot.simulator.actions.submitting import Submitting
from resync_bot.simulator.engine import PlanEngine

SOONEST, LATEST = 1, 5  # virtual seconds from an order to its effect


class Orders:
    """Takes orders for the plan of one engine. The delays come from the seed, in the order of the orders."""

    def __init__(self, engine: PlanEngine, seed: int) -> None:
        self._engine = engine
        self._seed = seed
        self._numbers = count(1)
        self.operations = Operations(engine)
        self.submitting = Submitting(engine)  # at once: the answer names what was submitted

    def give(self, order: Callable[[], None]) -> None:
        """`order` happens a little later, to whatever stands then."""
        seconds = draws.integer(SOONEST, LATEST, "order", self._seed, next(self._numbers))
        self._engine.at(self._engine.now + timedelta(seconds=seconds), order)
