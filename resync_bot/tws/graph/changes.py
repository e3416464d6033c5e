"""What has become of a plan from one look at it to the next: told once, to everybody who follows it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from resync_bot.tws.graph.plan_graph import PlanGraph
from resync_bot.tws.graph.standing import StatusChange


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph as it stood at `as_of`, by the engine's clock. Use it at once: it goes on changing.

    `run_number` is that of the plan; None where the engine does not tell it.
    """

    graph: PlanGraph
    as_of: datetime
    run_number: int | None = None


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What changed since the last ones, in no order. With `is_new` the plan was read whole: look at all of it.

    That is so at the beginning, after a plan switch, and when the plan had to be read again; `changed` is empty then,
    and numbers of nodes, perhaps ids too, are others than before. `changed` has each node once: with what it was when
    it was last told, and what it is now.
    """

    view: GraphView
    is_new: bool
    changed: tuple[StatusChange, ...]


class ChangeFeed:
    """What one follower has not fetched yet: a node at most once, however long the follower takes."""

    def __init__(self) -> None:
        self._view: GraphView | None = None
        self._is_new = False
        self._changed: dict[str, StatusChange] = {}
        self._fresh = asyncio.Event()

    def put(self, view: GraphView, changed: Iterable[StatusChange], *, is_new: bool) -> None:
        """Takes what a look at the plan has found."""
        if is_new:
            self._is_new = True
            self._changed.clear()
        if not self._is_new:  # else all that stands in the view is to be looked at anyway
            for one in changed:
                self._join(one)
        self._view = view
        self._fresh.set()

    def _join(self, one: StatusChange) -> None:
        known = self._changed.get(one.identity)
        if known is not None:
            one = replace(
                one,
                before=known.before,
                before_internal=known.before_internal,
                is_new_run=one.is_new_run or known.is_new_run,
            )
        if one.is_one:
            self._changed[one.identity] = one
        else:
            self._changed.pop(one.identity, None)

    async def take(self) -> PlanChanges:
        """All that was put and not taken yet; waits until there is something."""
        while self._view is None:
            self._fresh.clear()
            await self._fresh.wait()
        found = PlanChanges(self._view, self._is_new, tuple(self._changed.values()))
        self._view, self._is_new, self._changed = None, False, {}
        return found
