"""What the runs of a job say about it: what is usual, how often it fails and how that ends. Pure.

Durations are compared by medians: one night with a slow disk must not move what is called usual.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median, quantiles

from pydantic import computed_field

from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.models import Fact

FEWEST = 3  # good runs before anything is called usual
LONGER = 1.5  # times the usual duration, as HWA's longDurationThreshold (150 %)
LONGER_BY_SECONDS = 60  # a job of ten seconds that takes sixteen is no news
RECENT = timedelta(days=7)
TREND_FEWEST = 6  # good runs before a trend is told
TREND_LEAST = 0.1  # of the usual duration, over all runs that are known


class Usual(Fact):
    """What is known of a job's runs. `good` counts those that succeeded; durations are of these alone, in seconds."""

    runs: int
    good: int
    since: datetime
    duration_seconds: int | None = None  # the median
    quick_seconds: int | None = None  # one in ten is quicker
    slow_seconds: int | None = None  # one in ten is slower
    trend_seconds: int | None = None  # how much longer (or, below 0, shorter) the newest takes than the oldest

    # Told with the others: who words it does not have to subtract.
    @computed_field  # type: ignore[prop-decorator]  # pydantic reads the property through it
    @property
    def failed(self) -> int:
        """How many of the runs failed."""
        return self.runs - self.good

    def is_long(self, seconds: float) -> bool:
        """Whether a run of that duration is one to speak of."""
        usual = self.duration_seconds
        return usual is not None and seconds >= usual * LONGER and seconds - usual >= LONGER_BY_SECONDS


class Failures(Fact):
    """The failures of a job and how they ended. An episode is one failed run or more in a row, up to a good one."""

    in_a_row: int = 0  # failed runs since the last good one
    last_week: int = 0  # failed runs
    episodes: int = 0  # that are over
    healed: int = 0  # episodes that were over within a day
    healed_after_seconds: int | None = None  # the median of these, from the first failure to the good run's end


def usual(runs: Sequence[FinishedRun]) -> Usual | None:
    """Of runs in any order; None without any."""
    if not runs:
        return None
    in_order = sorted(runs, key=lambda run: run.ended)
    good = [run.elapsed_seconds for run in in_order if run.succeeded]
    if len(good) < FEWEST:
        return Usual(runs=len(runs), good=len(good), since=in_order[0].ended)
    tenths = quantiles(good, n=10, method="inclusive")
    return Usual(
        runs=len(runs),
        good=len(good),
        since=in_order[0].ended,
        duration_seconds=round(median(good)),
        quick_seconds=round(tenths[0]),
        slow_seconds=round(tenths[-1]),
        trend_seconds=_trend(good),
    )


def _trend(durations: Sequence[int]) -> int | None:
    """By the median of the slopes between all pairs (Theil and Sen): a single odd night does not bend it."""
    if len(durations) < TREND_FEWEST:
        return None
    slopes = [(later - earlier) / (j - i) for (i, earlier), (j, later) in combinations(enumerate(durations), 2)]
    change = median(slopes) * (len(durations) - 1)
    return round(change) if abs(change) >= TREND_LEAST * median(durations) and abs(change) >= 1 else None


def failures(runs: Sequence[FinishedRun], *, now: datetime) -> Failures:
    """Of runs in any order."""
    in_order = sorted(runs, key=lambda run: run.ended)
    in_a_row = 0
    for run in reversed(in_order):
        if run.succeeded:
            break
        in_a_row += 1
    episodes, healed = 0, []
    begun: datetime | None = None  # of the episode that is not over yet
    for run in in_order:
        if begun is not None and run.succeeded:
            episodes += 1
            if run.ended - begun <= timedelta(days=1):
                healed.append((run.ended - begun).total_seconds())
            begun = None
        elif begun is None and not run.succeeded:
            begun = run.ended
    return Failures(
        in_a_row=in_a_row,
        last_week=sum(1 for run in in_order if not run.succeeded and run.ended > now - RECENT),
        episodes=episodes,
        healed=len(healed),
        healed_after_seconds=round(median(healed)) if healed else None,
    )
