"""Critical jobs: when they are expected to end, what endangers them. The product calls this workload service assurance.

After the User's Guide 10.2.5, "Managing critical jobs", read 2026-11-23: a critical job is at HIGH_RISK when its
estimated end is after its deadline, or too uncertain; at POTENTIAL_RISK while its hot list is not empty. What a failed
job will do nobody knows: it is estimated as if it were rerun at once. How the product measures confidence is not said;
here a run may take a quarter more or less than estimated.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import NormalDist

from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.reasons import BelowFence, StartMissed, WaitsForLimit, hold_reasons, ready_reasons
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.states import ACTIVE, RunState

LONG_DURATION = 1.5  # longDurationThreshold, of the estimated duration
APPROACHING_LATE = timedelta(seconds=120)  # approachingLateOffset, before the critical start
RISK_CONFIDENCE = 80.0  # riskConfidence, per cent
DEADLINE_OFFSET = timedelta(minutes=2)  # after the end of the plan, for a critical job without a deadline
_SPREAD = 0.25


class AlertLevel(StrEnum):
    """How safe the deadline of a critical job is."""

    HIGH_RISK = "HIGH_RISK"
    POTENTIAL_RISK = "POTENTIAL_RISK"
    ON_TRACK = "ON_TRACK"


@dataclass(frozen=True, slots=True)
class Estimate:
    """When a job is expected to run, or did run."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Assurance:
    """How a critical job stands. `path` leads from the job back to the first of the chain that decides its end."""

    job: Job
    estimate: Estimate
    deadline: datetime
    level: AlertLevel
    confidence: float
    predecessors: tuple[Job, ...]
    hot: tuple[Job, ...]
    path: tuple[Job, ...]

    @property
    def remaining(self) -> timedelta:
        """How long what is left of the path takes."""
        return sum((job.estimated for job in self.path if not job.done), timedelta())


def long_running(job: Job, now: datetime) -> bool:
    """It runs much longer than it should."""
    elapsed = job.run.elapsed(now)
    return job.run.state in ACTIVE and elapsed is not None and elapsed > job.estimated * LONG_DURATION


def late(job: Job, now: datetime) -> bool:
    """It has not started by its critical start."""
    return job.critical_start is not None and not job.done and not job.run.started_at and now > job.critical_start


def on_network(job: Job, now: datetime) -> Json:
    """A JobOnCriticalNetworkInfo; `onCriticalPath` is said of every job that some critical job waits for."""
    return {
        "critical": job.spec.critical,
        "onCriticalPath": job.critical_start is not None,
        "late": late(job, now),
        "longRunning": long_running(job, now),
        "promotedToUrgentQueue": False,
        "criticalStart": instant(job.critical_start),
    }


def own_predecessors(job: Job) -> Iterator[Job]:
    """The jobs that a job, or its stream, waits for; of a stream, all of its jobs."""
    for dependency in (*job.predecessors, *job.stream.predecessors):
        if isinstance(dependency.predecessor, Stream):
            yield from dependency.predecessor.jobs
        else:
            yield dependency.predecessor


class Forecast:
    """What is known of the jobs of a plan at a moment, found out once of each: critical networks overlap a lot."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self._plan = plan
        self._now = now
        self._known: dict[Job, Estimate] = {}
        self._before: dict[Job, tuple[Job, ...]] = {}
        self._hot: dict[Job, bool] = {}

    def estimate(self, job: Job) -> Estimate:
        """When it runs. Works back from the job without recursion: chains may be long."""
        pending = [job]
        while pending:
            one = pending[-1]
            waiting = () if one.done or one.run.started_at else self._waits_for(one)
            unknown = [before for before in waiting if before not in self._known]
            if unknown:
                pending += unknown
                continue
            self._known[one] = self._made(one, waiting)
            pending.pop()
        return self._known[job]

    def assurance(self, job: Job) -> Assurance:
        """How the critical job stands."""
        estimate, predecessors = self.estimate(job), self._network(job)
        deadline = job.deadline or self._plan.ends + DEADLINE_OFFSET
        hot = tuple(filter(self._on_hot_list, predecessors))
        path = self._path(job)
        confidence = self._confidence(job, estimate, deadline, path)
        if estimate.end > deadline or confidence < RISK_CONFIDENCE:
            level = AlertLevel.HIGH_RISK
        else:
            level = AlertLevel.POTENTIAL_RISK if hot and not job.done else AlertLevel.ON_TRACK
        return Assurance(job, estimate, deadline, level, confidence, predecessors, hot, path)

    def _waits_for(self, job: Job) -> tuple[Job, ...]:
        found = self._before.get(job)
        if found is None:
            found = self._before[job] = tuple(own_predecessors(job))
        return found

    def _network(self, job: Job) -> tuple[Job, ...]:
        """All jobs that it waits for, directly or not, nearest first."""
        seen = {job: None}
        pending = deque(seen)
        while pending:
            for before in self._waits_for(pending.popleft()):
                if before not in seen:
                    seen[before] = None
                    pending.append(before)
        del seen[job]
        return tuple(seen)

    def _on_hot_list(self, job: Job) -> bool:
        hot = self._hot.get(job)
        if hot is None:
            hot = self._hot[job] = self._is_hot(job)
        return hot

    def _made(self, job: Job, waiting: Sequence[Job]) -> Estimate:
        now = self._now
        if job.done and not job.failed:
            end = job.run.ended_at or now
            return Estimate(job.run.started_at or end, end)
        if job.run.state in ACTIVE:
            start = job.run.started_at or now
            return Estimate(start, max(now, start + job.estimated))
        if job.failed:
            return Estimate(now, now + job.estimated)
        ends = (self._known[before].end for before in waiting)
        start = max((now, job.stream.scheduled, job.start_time or now, *ends))
        return Estimate(start, start + job.estimated)

    def _is_hot(self, job: Job) -> bool:
        """What the hot list holds: in error, too long, or kept from starting although its time has come."""
        if job.failed:
            return True
        if job.done:
            return False
        if long_running(job, self._now):
            return True
        due = job.critical_start is not None and self._now >= job.critical_start - APPROACHING_LATE
        if job.state is RunState.READY:
            held = any(isinstance(r, BelowFence | WaitsForLimit | StartMissed) for r in ready_reasons(job.run))
            return due or (held and job.workstation.limit == 0) or job.start_missed
        return job.state is RunState.HOLD and due and next(hold_reasons(job, self._now), None) is None

    def _path(self, job: Job) -> tuple[Job, ...]:
        path = [job]
        seen = {job}
        while True:
            open_ones = [one for one in self._waits_for(path[-1]) if (not one.done or one.failed) and one not in seen]
            if not open_ones:
                return tuple(path)
            path.append(max(open_ones, key=lambda one: self.estimate(one).end))
            seen.add(path[-1])

    def _confidence(self, job: Job, estimate: Estimate, deadline: datetime, path: tuple[Job, ...]) -> float:
        if job.done and not job.failed:
            return 100.0 if estimate.end <= deadline else 0.0
        sigma = _SPREAD * sum(one.estimated.total_seconds() ** 2 for one in path if not one.done) ** 0.5
        slack = (deadline - estimate.end).total_seconds()
        return round(100 * NormalDist(0, max(sigma, 1.0)).cdf(slack), 1)
