"""How long a job usually takes, in a few bytes: a forecast wants to know it of very many jobs at once. Pure.

The seasons of a job are the days on which it takes far longer, or far shorter, than on all others: a close at month
end, a full backup on Sundays. Runs of month ends are remembered longer than others, there being few.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt
from statistics import median, quantiles
from typing import Final, NamedTuple

from resync_bot.tws.history.runs import GoodRun
from resync_bot.tws.history.statistics import FEWEST, LONGER, LONGER_BY_SECONDS

SEASON_FEWEST: Final = 2  # good runs of a season
MONTH_ENDS_KEPT: Final = 6  # runs at month ends that are remembered
LEAST_DEVIATION: Final = 0.05  # of the usual duration, however alike the runs were
FEW_RUNS: Final = 10.0  # how much wider the spread of a few runs is taken to be than it was: by this over their number
_BETWEEN_TENTHS: Final = 2.56  # standard deviations between the first and the last tenth of what is spread normally

_SATURDAY: Final = 5
_MONTH_END: Final = "m"


class Season(StrEnum):
    """What a day has in common with others on which a job takes as long."""

    MONTH_END = "month_end"  # the last working day of a month, and what is left of the month after it
    WEEKDAY = "weekday"


class Lasting(NamedTuple):
    """How long a job takes: the median of its good `runs`, all of them or those of a season, and their spread.

    `deviation` is by how much the next one is likely to differ (one standard deviation). Both in seconds.
    """

    seconds: int
    deviation: int
    runs: int
    season: Season | None = None


def is_month_end(day: date) -> bool:
    """Whether no working day of its month comes after it; bank holidays are not known."""
    one = day + timedelta(days=1)
    while one.month == day.month:
        if one.weekday() < _SATURDAY:
            return False
        one += timedelta(days=1)
    return True


def seasons_of(day: date) -> tuple[str, ...]:
    """The seasons that a production day is in, as `read` takes them, the one that counts most first."""
    return (*([_MONTH_END] if is_month_end(day) else ()), str(day.weekday()))


def lasting(durations: Sequence[int], season: Season | None = None) -> Lasting:
    """Of two runs or more."""
    tenths = quantiles(durations, n=10, method="inclusive")
    usual, runs = median(durations), len(durations)
    spread = (tenths[-1] - tenths[0]) / _BETWEEN_TENTHS * sqrt(1 + FEW_RUNS / runs)
    return Lasting(round(usual), round(max(spread, LEAST_DEVIATION * usual)), runs, season)


def summed_up(runs: Iterable[GoodRun], month_ends: Iterable[GoodRun], day_of: Callable[[int], date]) -> str:
    """What `read` reads: the usual duration, that of each season that stands out, and the runs of month ends.

    `day_of` gives the production day of a run by its end.
    """
    kept = sorted(set(month_ends))[-MONTH_ENDS_KEPT:]
    everything = sorted({*runs, *kept})
    figures = []
    if len(everything) >= FEWEST:
        seasons = _standing_out(everything, kept, day_of) if _may_stand_out(everything) else {}
        ordinary = [one.seconds for one in everything if not any(one in season for season in seasons.values())]
        figures = [_written(lasting(ordinary))]
        figures += [f"{key}={_written(lasting(_seconds(season)))}" for key, season in seasons.items()]
    return ";".join(figures) + "|" + ",".join(f"{one.ended}:{one.seconds}" for one in kept)


def read(text: str, seasons: Sequence[str]) -> Lasting | None:
    """How long it takes on a day of these seasons (see `seasons_of`); None with too few runs to call any usual."""
    usual, *others = text.partition("|")[0].split(";")
    for season in seasons if others else ():
        for other in others:
            key, _, figures = other.partition("=")
            if key == season:
                return _figures(figures, Season.MONTH_END if key == _MONTH_END else Season.WEEKDAY)
    return _figures(usual) if usual else None


def month_ends(text: str) -> tuple[GoodRun, ...]:
    """The runs of month ends that are remembered in it."""
    rows = text.partition("|")[2]
    return tuple(GoodRun(*map(int, row.split(":"))) for row in rows.split(",")) if rows else ()


def _written(one: Lasting) -> str:
    return f"{one.seconds},{one.deviation},{one.runs}"


def _figures(text: str, season: Season | None = None) -> Lasting:
    seconds, deviation, runs = text.split(",")
    return Lasting(int(seconds), int(deviation), int(runs), season)


def _seconds(runs: Iterable[GoodRun]) -> list[int]:
    return [one.seconds for one in runs]


def _may_stand_out(runs: Sequence[GoodRun]) -> bool:
    """Whether any run is far from what is usual: of most jobs none is, and their days need not be looked at."""
    durations = _seconds(runs)
    usual = median(durations)
    return _is_far(max(durations), usual) or _is_far(min(durations), usual)


def _standing_out(
    runs: Sequence[GoodRun], at_month_end: Sequence[GoodRun], day_of: Callable[[int], date]
) -> dict[str, Sequence[GoodRun]]:
    """The runs of each season that stands out from all other days."""
    days: defaultdict[str, list[GoodRun]] = defaultdict(list, {_MONTH_END: list(at_month_end)})
    for one in runs:
        if one not in at_month_end:
            days[str(day_of(one.ended).weekday())].append(one)
    seasons: dict[str, Sequence[GoodRun]] = {}
    ordinary = list(runs)
    for key, some in days.items():
        others = [one for one in ordinary if one not in some]
        if _stands_out(some, others):
            seasons[key], ordinary = some, others
    return seasons


def _stands_out(season: Sequence[GoodRun], others: Sequence[GoodRun]) -> bool:
    """Whether each run of a season is far from what is usual otherwise, and beyond nine in ten of the others."""
    if len(season) < SEASON_FEWEST or len(others) < FEWEST:
        return False
    usual = median(_seconds(others))
    tenths = quantiles(_seconds(others), n=10, method="inclusive")
    least, most = min(_seconds(season)), max(_seconds(season))
    return (least > tenths[-1] and _is_far(least, usual)) or (most < tenths[0] and _is_far(most, usual))


def _is_far(seconds: float, usual: float) -> bool:
    less, more = sorted((seconds, usual))
    return more >= LONGER * less and more - less >= LONGER_BY_SECONDS
