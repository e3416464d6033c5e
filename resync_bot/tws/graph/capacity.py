"""Lets a forward pass wait for places: limits of workstations and streams, and units of resources.

What stands before the targets is started again in the order of time, as an engine does: what is ready starts where a
place is free, the higher priority first, and whoever ends leaves a place to the next. What runs now holds its places,
and what is ready now stands in the queue with the others. What else the plan will bring is not counted: it is not known
to want a place at that very time, so what is forecast here is the least that it takes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

from resync_bot.tws.findings import DoubtKind
from resync_bot.tws.graph.forward import AT_A_TIME, Estimate, ForwardPass
from resync_bot.tws.graph.plan_graph import NONE, RELEASES, RUNNING, PlanGraph
from resync_bot.tws.models import Status

OVERRIDES_LIMIT: Final = 100  # hi and go: the limit of a workstation does not hold them

Need = tuple["_Pool", int]  # and how many places or units


@dataclass(slots=True, eq=False)
class _Pool:
    """Places of a workstation or stream, or units of a resource."""

    size: int
    doubt: DoubtKind
    used: int = 0
    wanted: int = 0  # by all together: what can never be too much needs no queue
    queue: list[tuple[int, float, int]] = field(default_factory=list)  # priority from above, since when, who


async def wait_for_places(
    ahead: ForwardPass,
    targets: Iterable[int],
    quantities: Mapping[str, int],
    learn: Callable[[Iterable[int]], Awaitable[None]],
) -> None:
    """Moves the estimates of what stands before `targets`, and of themselves, to when there is a place for each.

    `targets` have been reached by the pass; `quantities` are the units of resources by their full names; `learn` is
    told who else wants the same places, to put into the pass how long these take. Others have their turn every few
    milliseconds.
    """
    nodes = ahead.inputs_of_all(targets)
    places = _Places(ahead, quantities)
    places.take_in(nodes)
    if places.are_scarce():
        await learn(places.competitors)
        for _ in places.run(nodes):
            await asyncio.sleep(0)


def resources_before(graph: PlanGraph, nodes: Iterable[int]) -> set[str]:
    """The full names of the resources that jobs among `nodes` need which have not ended."""
    return {
        wait.on
        for node in nodes
        if node >= 0 and not RELEASES[graph.status[node]]
        for wait in graph.waits_of(node)
        if wait.kind == "RESOURCE"
    }


class _Places:
    """One run of the queue."""

    def __init__(self, ahead: ForwardPass, quantities: Mapping[str, int]) -> None:
        self._ahead = ahead
        self._graph = ahead.graph
        self._quantities = quantities
        self._pools: dict[tuple[str, str | int], _Pool] = {}
        self._needs: dict[int, tuple[Need, ...]] = {}
        self._running: list[int] = []
        self._ready: list[int] = []
        self._events: list[tuple[float, bool, int, int]] = []  # when, whether it is a start, priority, who
        self._open: dict[int, int] = {}  # how many inputs have not ended
        self._behind: dict[int, list[int]] = defaultdict(list)
        self._blocked_by: dict[int, _Pool] = {}

    def take_in(self, nodes: set[int]) -> None:
        """What wants a place, and of the others those who want or have one that is wanted too: of a large plan, few."""
        graph = self._graph
        for node in nodes:
            if node >= 0 and graph.is_job(node) and self._is_to_start(node):
                self._want(node, self._needs_of(node))
        wanted = frozenset(self._pools.values())

        def compete(candidates: Iterable[int]) -> Iterator[int]:
            for node in candidates:
                needs = [need for need in self._needs_of(node) if need[0] in wanted]
                if needs:
                    self._want(node, needs)
                    yield node

        self._running = list(compete(sorted(graph.running)))
        self._ready = list(compete(node for node in graph.with_status((Status.READY,)) if node not in nodes))

    @property
    def competitors(self) -> list[int]:
        """Who has, or queues for, what those before the targets want."""
        return [*self._running, *self._ready]

    def _want(self, node: int, needs: Iterable[Need]) -> None:
        own = self._needs[node] = tuple(needs)
        for pool, units in own:
            pool.wanted += units

    def are_scarce(self) -> bool:
        """Whether anybody may have to wait for a place."""
        return any(pool.wanted > pool.size for pool in self._pools.values())

    def _is_to_start(self, node: int) -> bool:
        status = self._graph.status[node]
        return not RELEASES[status] and status != RUNNING  # what failed has to run again

    def _needs_of(self, node: int) -> Iterator[Need]:
        graph = self._graph
        name, priority = graph.workstation(node), graph.priority_of(node) or 0
        workstation, stream = self._ahead.workstations.get(name), graph.stream_of[node]
        if workstation is not None and workstation.limit and priority < OVERRIDES_LIMIT:
            yield self._pool(("workstation", name), workstation.limit, DoubtKind.LIMIT), 1
        if graph.limits.get(stream):
            yield self._pool(("stream", stream), graph.limits[stream], DoubtKind.LIMIT), 1
        for wait in graph.waits_of(node):
            units = int(wait.detail) if wait.kind == "RESOURCE" and wait.detail and wait.detail.isdecimal() else 0
            if 0 < units <= self._quantities.get(wait.on, 0):
                yield self._pool(("resource", wait.on), self._quantities[wait.on], DoubtKind.RESOURCE), units

    def _pool(self, key: tuple[str, str | int], size: int, doubt: DoubtKind) -> _Pool:
        return self._pools.setdefault(key, _Pool(size, doubt))

    # -- in the order of time

    def run(self, nodes: set[int]) -> Iterator[None]:
        """Starts and ends everything; yields after so many."""
        ahead = self._ahead
        for node in self._running:
            self._hold(node)
            self._events.append((ahead.of(node).end, False, 0, node))
        self._events += [self._coming(node, ahead.of(node).start) for node in self._ready]
        for one in nodes:
            before = ahead.before.get(one, ())
            self._open[one] = len(before)
            for each in before:
                self._behind[each].append(one)
            if not before and one not in self._graph.running:
                self._events.append(self._coming(one, ahead.known[one].start))
        heapify(self._events)
        steps = 0
        while self._events:
            when, is_start, _, one = heappop(self._events)
            if is_start:
                self._start(one, when, NONE)
            else:
                self._end(one, when)
            steps += 1
            if steps % AT_A_TIME == 0:
                yield

    def _coming(self, one: int, when: float) -> tuple[float, bool, int, int]:
        priority = self._graph.priority_of(one) if one >= 0 else None
        return when, True, -(priority or 0), one

    def _start(self, one: int, when: float, left_by: int) -> None:
        """`left_by` is who left the place that it waited for."""
        needs = self._needs.get(one, ())
        full = next((pool for pool, units in needs if pool.used + units > pool.size), None)
        if full is not None:
            self._blocked_by[one] = full
            heappush(full.queue, (-(self._graph.priority_of(one) or 0), when, one))
            return
        self._hold(one)
        if left_by != NONE:
            self._move(one, when, left_by)
        heappush(self._events, (self._ahead.known[one].end, False, 0, one))

    def _hold(self, one: int) -> None:
        for pool, units in self._needs.get(one, ()):
            pool.used += units

    def _end(self, one: int, when: float) -> None:
        for pool, units in self._needs.get(one, ()):
            pool.used -= units
            queue, pool.queue = pool.queue, []
            while queue and pool.used < pool.size:
                self._start(heappop(queue)[2], when, one)  # who still does not fit is in a queue again
            for waiting in queue:
                heappush(pool.queue, waiting)
        for behind in self._behind.get(one, ()):
            self._open[behind] -= 1
            if self._open[behind]:
                continue
            estimate = self._ahead.known[behind]
            if when > estimate.start:
                self._move(behind, when, one)
            heappush(self._events, self._coming(behind, max(when, estimate.start)))

    def _move(self, one: int, start: float, via: int) -> None:
        """It starts later than the plain pass had it, after `via`."""
        ahead, before = self._ahead, self._ahead.known[one]
        taken = before.end - before.start
        is_job = one >= 0 and self._graph.is_job(one)
        own = ahead.lasting(one).deviation ** 2 if is_job and not RELEASES[self._graph.status[one]] else 0.0
        pool = self._blocked_by.pop(one, None)
        if pool is not None:
            ahead.doubts[one] = pool.doubt
        doubt = one if pool is not None else before.doubt if before.doubt != NONE else ahead.known[via].doubt
        variance = ahead.known[via].variance + own
        ahead.known[one] = Estimate(start, start + taken, via, before.stopped_by, doubt, variance)
