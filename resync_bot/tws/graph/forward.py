"""The forward pass: when each job ends at the earliest, from what runs now through all that has to come before it.

A job takes as long as its last good runs usually took, where somebody has told the pass so, else as long as the engine
estimates; one that runs takes the rest of it. It starts when all that it waits for has ended, not before its AT time.
What waits for a person or for the world outside is taken to be let go now: the time is then one before which nothing
can be done, and the node that it depends on is told. Limits and resources count as far as the plan shows who is in the
way now; who will be later nobody can tell.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from math import sqrt
from typing import Final, NamedTuple

from resync_bot.tws.findings import CauseKind, DoubtKind
from resync_bot.tws.graph.holds import hold_of
from resync_bot.tws.graph.plan_graph import ERROR, JOB, NONE, READY, RELEASES, RUNNING, STREAM, PlanGraph
from resync_bot.tws.graph.upstream import open_targets, unfinished_members
from resync_bot.tws.history.durations import Lasting
from resync_bot.tws.models import Reason, Workstation

DEFAULT_SECONDS: Final = 60  # of a job that never ran
DEVIATION: Final = 0.25  # of a job's duration from the engine's estimate, as the usual one varies from day to day
OVERRUN: Final = 0.8  # deviations that a job which takes longer than usual is taken to need more
# An end is told with this many times its standard deviation: of ten forecasts nine hold that, where nothing fails.
MARGIN: Final = 1.5
LEAST_MARGIN: Final = 60.0  # seconds

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
        self.usual: dict[int, Lasting] = {}  # how long jobs take by their last runs, as far as that was told
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

    async def explore(self, targets: Iterable[int]) -> list[int]:
        """The jobs whose durations decide when `targets` end, to be put into `usual` before these are reached.

        Lets others have their turn every few milliseconds.
        """
        seen = set(targets)
        stack = list(seen)
        found: list[int] = []
        steps = 0
        while stack:
            one = stack.pop()
            if one >= 0 and self.graph.kind[one] == JOB and not RELEASES[self.graph.status[one]]:
                found.append(one)
            fresh = [each for each in (*self._inputs_of(one), *self._holders(one)) if each not in seen]
            seen.update(fresh)
            stack += fresh
            steps += 1
            if steps % AT_A_TIME == 0:
                await asyncio.sleep(0)
        return found

    def lasting(self, job: int) -> Lasting:
        """How long it takes: as its last runs did, else as the engine estimates."""
        seconds = self.graph.estimated[job] or DEFAULT_SECONDS
        return self.usual.get(job) or Lasting(seconds, round(DEVIATION * seconds), runs=0)

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
                stack += [each for each in self._inputs_of(one) if each not in known]
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

    def _inputs_of(self, one: int) -> list[int]:
        found = self.before.get(one)
        if found is None:
            found = self.before[one] = self._inputs(one)
        return found

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
        usual = self.lasting(node)
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
        return Estimate(start, start + usual.seconds, via, stopped, doubt, variance + usual.deviation**2)

    def _worse(self, one: int, other: int) -> int:
        """Of two holds the one that takes a repair, else the first that is one."""
        if one == NONE or (other != NONE and self.holds[one] not in NEEDS_REPAIR and self.holds[other] in NEEDS_REPAIR):
            return other
        return one

    def _running(self, node: int, usual: Lasting) -> Estimate:
        started = float(self.graph.started[node]) or self._now
        over = self._now - started - usual.seconds
        if over < 0:
            if self._has_no_estimate(node):
                self.doubts[node] = DoubtKind.NO_ESTIMATE
            return Estimate(started, self._now - over, NONE, NONE, NONE, usual.deviation**2)
        more = OVERRUN * usual.deviation
        variance = (usual.deviation + more) ** 2
        if over <= margin(usual.deviation):
            return Estimate(started, self._now + more, NONE, NONE, NONE, variance)
        self.doubts[node] = DoubtKind.RUNS_LONG
        return Estimate(started, self._now + more, NONE, NONE, node, variance)

    def _doubt(self, node: int, start: float) -> DoubtKind | None:
        graph = self.graph
        if graph.status[node] == READY and (reason := graph.reason_of(node)) in _QUEUED:
            return _QUEUED[reason]
        if 0 < graph.latest_start[node] < start:
            return DoubtKind.LATEST_START
        return DoubtKind.NO_ESTIMATE if self._has_no_estimate(node) else None

    def _has_no_estimate(self, node: int) -> bool:
        return not self.graph.estimated[node] and node not in self.usual

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
        return min((self.of(one).end for one in self._holders(node)), default=0.0)

    def _holders(self, node: int) -> list[int]:
        """Who has the units or the place that a ready job waits for."""
        graph = self.graph
        if node < 0 or graph.kind[node] != JOB or graph.status[node] != READY:
            return []
        match graph.reason_of(node):
            case Reason.READY_WAITING_FOR_RESOURCES:
                needed = {wait.on for wait in graph.waits_of(node) if wait.kind == "RESOURCE"}
                return [one for one in graph.running if needed & {wait.on for wait in graph.waits_of(one)}]
            case Reason.READY_WAITING_FOR_LIMIT:
                place = graph.workstation(node)
                return [one for one in graph.running if graph.workstation(one) == place]
            case _:
                return []


def deviation(estimate: Estimate) -> float:
    """By how many seconds the end is likely to differ, one way or the other."""
    return sqrt(estimate.variance)


def margin(deviation: float) -> float:
    """Seconds, one way or the other, within which a time of that standard deviation is told."""
    return max(LEAST_MARGIN, MARGIN * deviation)
