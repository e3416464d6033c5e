"""Moments of our clock as the engine's shows them: a real one is seconds off, a simulated one lives in another time."""

from datetime import datetime, timedelta
from typing import Final

UNSURE: Final = timedelta(seconds=5)  # how well the distance of the clocks is known: it is told in whole seconds
_HALF_A_MINUTE: Final = timedelta(seconds=30)


def by_engine_clock(moment: datetime, ahead: timedelta) -> datetime:
    """`moment` by a clock that is `ahead` of ours. What was said as 06:00 is not shown as 05:59:58."""
    seen = moment + ahead
    minute = (seen + _HALF_A_MINUTE).replace(second=0, microsecond=0)
    return minute if abs(minute - seen) <= UNSURE else seen
