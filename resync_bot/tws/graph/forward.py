"""The forward pass: when each job ends at the earliest, from what runs now through all that has to come before it.

A job takes its estimated duration, one that runs the rest of it; it starts when all that it waits for has ended, not
before its AT time. What waits for a person or for the world outside is taken to be let go now: the time is then one
before which nothing can be done, and the node that it depends on is told. Limits and resources count as far as the
plan shows who is in the way now; who will be later nobody can tell.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from math import sqrt
from typing import Final, NamedTuple

from resync_bot.tws.findings import CauseKind, DoubtKind
from resync_bot.tws.graph.holds import hold_of
from resync_bot.tws.graph.plan_graph import ERROR, JOB, NONE, READY, RELEASES, RUNNING, STREAM, PlanGraph
from resync_bot.tws.graph.upstream import open_targets, unfinished_members
from resync_bot.tws.models import Reason, Workstation

DEFAULT_SECONDS: Final = 60  # of a job that never ran
OVERRUN: Final = 0.2  # what a job that runs longer than usual is taken to need more, as a share of its usual duration
DEVIATION: Final = 0.25  # of a job's duration from its estimate, as the usual one varies from day to day

AT_A_TIME: Final = 128  # nodes: a few milliseconds
_QUEUED: Final[Mapping[Reason | None, DoubtKind]] = {
    Reason.READY_WAITING_FOR_RESOURCES: DoubtKind.RESOURCE,
    Reason.READY_WAITING_FOR_LIMIT: DoubtKind.LIMIT,
}

# What passes only when somebody repairs or decides something; the other holds pass in the course of a night.
NEEDS_REPAIR: Final = frozenset(
    {
        CauseKind.PREDECESSOR_FAILED,
        CauseKind.PREDECESSOR_CONDITION,
        CauseKind.PREDECESSOR_WAITING,  # they wait for each other
        CauseKind.PRIORITY_ZERO,
        CauseKind.HELD,
        CauseKind.CONFIRMATION,
        CauseKind.SUPPRESSED,
        CauseKind.WORKSTATION_DOWN,
        CauseKind.WORKSTATION_FENCE,
        CauseKind.WORKSTATION_LIMIT,
    }
)


class Estimate(NamedTuple):
    """When a node is through, in seconds since 1970. `via` is the node that its start waits for, NONE for none."""

    start: float
    end: float
    via: int
    stopped_by: int  # a node that waits for a person or the world outside, rather for a repair; NONE if there is none
    doubt: int  # a node whose time is uncertain
    variance: float  # of `end`, in seconds squared


_COMING: Final = Estimate(0.0, 0.0, NONE, NONE, NONE, 0.0)


class ForwardPass:
    """One look at the plan at one moment. What two targets have upstream in common is worked out once."""

    def __init__(self, graph: PlanGraph, now: float, workstations: Mapping[str, Workstation] | None = None) -> None:
        """`now` in seconds since 1970; `workstations` by their names as jobs have them."""
        self.graph = graph
        self._now = now
        self.workstations = workstations or {}
        self.known: dict[int, Estimate] = {}
        self.before: dict[int, list[int]] = {}
        self._steps = 0
        self.holds: dict[int, CauseKind] = {}  # what was met that waits for a person
        self.doubts: dict[int, DoubtKind] = {}

    # A job, and the end of a stream, have the number of their node; the begin of a stream that number negated, less 2.

    def of(self, node: int) -> Estimate:
        """When a job ends, or the last job of a stream. Those who wait for each other are `stopped_by` one of them."""
        for _ in self._work(node):
            pass
        return self.known[node]

    async def reach(self, nodes: Iterable[int]) -> None:
        """Works all of them out, and lets others have their turn every few milliseconds."""
        for node in nodes:
            for _ in self._work(node):
                await asyncio.sleep(0)

    def _work(self, node: int) -> Iterator[None]:
        """Works out a node and all before it, each after what it waits for; yields after so many."""
        known = self.known
        stack = [node]
        while stack:
            one = stack[-1]
            estimate = known.get(one)
            if estimate is None:
                known[one] = _COMING
                self.before[one] = before = self._inputs(one)
                stack += [each for each in before if each not in known]
                continue
            stack.pop()
            if estimate is _COMING:
                known[one] = self._estimate(one)
                self._steps += 1
                if self._steps % AT_A_TIME == 0:
                    yield

    def way_to(self, node: int) -> list[int]:
        """The critical path: the jobs that the end of `node` depends on, from what runs or starts first to `node`."""
        way: list[int] = []
        one = node
        while one != NONE and len(way) <= len(self.known):
            if one >= 0 and self.graph.kind[one] == JOB:
                way.append(one)
            one = self.known[one].via
        return way[::-1]

    def all_before(self, node: int) -> list[int]:
        """Every job and stream that has to be through before `node` is, and itself; streams that must begin, too."""
        return sorted({one if one >= 0 else -2 - one for one in self.inputs_of_all([node])})

    def inputs_of_all(self, nodes: Iterable[int]) -> set[int]:
        """The same of several, the begins of streams as numbers of their own, as `known` and `before` have them."""
        seen = set(nodes)
        stack = list(seen)
        while stack:
            fresh = [one for one in self.before.get(stack.pop(), ()) if one not in seen]
            seen.update(fresh)
            stack += fresh
        return seen

    def _inputs(self, one: int) -> list[int]:
        graph = self.graph
        if one < 0:
            return list(open_targets(graph, -2 - one))
        if graph.kind[one] == JOB:
            status = graph.status[one]
            if RELEASES[status] or status in {RUNNING, ERROR}:
                return []
            stream = graph.stream_of[one]
            return [*open_targets(graph, one), *([-2 - stream] if stream != NONE else ())]
        return list(unfinished_members(graph, one))

    def _estimate(self, one: int) -> Estimate:
        inputs = [self.known[before] for before in self.before[one]]
        if one < 0:
            return self._begin(-2 - one, one, inputs)
        if self.graph.kind[one] == JOB:
            return self._job(one, inputs)
        if self.graph.first_member[one] == NONE and self.graph.is_unfinished(one):
            self.holds[one] = CauseKind.UNKNOWN
            return Estimate(self._now, self._now, NONE, one, NONE, 0.0)
        start, via, stopped, doubt, variance = self._latest(one, inputs, self._now)
        return Estimate(start, start, via, stopped, doubt, variance)

    def _begin(self, stream: int, one: int, inputs: list[Estimate]) -> Estimate:
        floor = max(self._now, self.graph.start_at[stream])
        start, via, stopped, doubt, variance = self._latest(one, inputs, floor)
        is_seen = self.graph.kind[stream] == STREAM  # of one that is hidden only its jobs can tell anything
        if is_seen and (hold := hold_of(self.graph, stream, self.workstations)) is not None:
            self.holds[stream] = hold
            stopped = self._worse(stream, stopped)
        return Estimate(start, start, via, stopped, doubt, variance)

    def _job(self, node: int, inputs: list[Estimate]) -> Estimate:
        graph, now = self.graph, self._now
        status = graph.status[node]
        if RELEASES[status]:
            end = float(graph.ended[node]) or now
            return Estimate(float(graph.started[node]) or end, end, NONE, NONE, NONE, 0.0)
        usual = graph.estimated[node] or DEFAULT_SECONDS
        if status == RUNNING:
            return self._running(node, usual)
        floor = max(now, graph.start_at[node])
        start, via, stopped, doubt, variance = self._latest(node, inputs, floor)
        if status == READY:
            start = max(start, self._queued(node))
        if (hold := hold_of(graph, node, self.workstations)) is not None:
            self.holds[node] = hold
            stopped = self._worse(node, stopped)
        if (doubted := self._doubt(node, start)) is not None:
            self.doubts[node] = doubted
            doubt = node if doubt == NONE else doubt
        return Estimate(start, start + usual, via, stopped, doubt, variance + (DEVIATION * usual) ** 2)

    def _worse(self, one: int, other: int) -> int:
        """Of two holds the one that takes a repair, else the first that is one."""
        if one == NONE or (other != NONE and self.holds[one] not in NEEDS_REPAIR and self.holds[other] in NEEDS_REPAIR):
            return other
        return one

    def _running(self, node: int, usual: int) -> Estimate:
        started = float(self.graph.started[node]) or self._now
        left = started + usual - self._now
        if left > 0:
            if not self.graph.estimated[node]:
                self.doubts[node] = DoubtKind.NO_ESTIMATE
            return Estimate(started, self._now + left, NONE, NONE, NONE, (DEVIATION * usual) ** 2)
        self.doubts[node] = DoubtKind.RUNS_LONG
        more = OVERRUN * usual
        return Estimate(started, self._now + more, NONE, NONE, node, (DEVIATION * usual + more) ** 2)

    def _doubt(self, node: int, start: float) -> DoubtKind | None:
        graph = self.graph
        if graph.status[node] == READY and (reason := graph.reason_of(node)) in _QUEUED:
            return _QUEUED[reason]
        if 0 < graph.latest_start[node] < start:
            return DoubtKind.LATEST_START
        return None if graph.estimated[node] else DoubtKind.NO_ESTIMATE

    def _latest(self, one: int, inputs: list[Estimate], floor: float) -> tuple[float, int, int, int, float]:
        """The start that the inputs leave, what it waits for, and whom it depends on."""
        start, via, stopped, doubt, variance = floor, NONE, NONE, NONE, 0.0
        for before, estimate in zip(self.before[one], inputs, strict=True):
            if estimate is _COMING:  # a circle: they wait for each other
                circle = before if before >= 0 else -2 - before
                self.holds[circle] = CauseKind.PREDECESSOR_WAITING
                stopped = self._worse(circle, stopped)
                continue
            _, end, _, its_stop, its_doubt, its_variance = estimate
            if end > start or (via == NONE and end == start):
                start, via, variance = end, before, its_variance
            if its_stop != NONE:
                stopped = self._worse(stopped, its_stop)
            if doubt == NONE:
                doubt = its_doubt
        return start, via, stopped, doubt, variance

    def _queued(self, node: int) -> float:
        """When the units or the place that a ready job waits for come free, as far as those who have them show it."""
        graph = self.graph
        match graph.reason_of(node):
            case Reason.READY_WAITING_FOR_RESOURCES:
                needed = {wait.on for wait in graph.waits_of(node) if wait.kind == "RESOURCE"}
                holders = [one for one in graph.running if needed & {wait.on for wait in graph.waits_of(one)}]
            case Reason.READY_WAITING_FOR_LIMIT:
                place = graph.workstation(node)
                holders = [one for one in graph.running if graph.workstation(one) == place]
            case _:
                return 0.0
        return min((self.of(one).end for one in holders), default=0.0)


def deviation(estimate: Estimate) -> float:
    """By how many seconds the end is likely to differ, one way or the other."""
    return sqrt(estimate.variance)
