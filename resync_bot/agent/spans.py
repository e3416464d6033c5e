"""What "today" and "last night" mean: the engine's production days and nights, in the engine's zone. Pure."""

from datetime import UTC, datetime, time, timedelta
from typing import assert_never

from resync_bot.agent.arguments import Span
from resync_bot.agent.results import Interval
from resync_bot.tws.models import Engine

NIGHT_BEGINS = time(18)
NIGHT_ENDS = time(8)
_DAY = timedelta(days=1)


def interval_of(span: Span, engine: Engine) -> Interval:
    """The interval that `span` means at the engine's present time. An open end is now.

    Two who ask within the same minute mean the same interval: what the engine has answered one of them serves both.
    Days are counted on the wall clock, so that a production day is 23 or 25 hours long when clocks are changed.
    """
    start = engine.production_day_start
    match span:
        case Span.TODAY:
            return Interval(start=start)
        case Span.YESTERDAY:
            return Interval(start=_existing(start - _DAY), end=start)
        case Span.LAST_NIGHT:
            evening = start.replace(hour=NIGHT_BEGINS.hour, minute=0, second=0, microsecond=0)
            if _is_later(evening, start) or evening.date() == engine.now.astimezone(evening.tzinfo).date():
                evening -= _DAY  # a night that has only begun is not yet "last night"
            morning = _existing((evening + _DAY).replace(hour=NIGHT_ENDS.hour))
            return Interval(start=_existing(evening), end=None if _is_later(morning, engine.now) else morning)
        case Span.LAST_HOUR:
            hour_ago = engine.now.astimezone(UTC) - timedelta(hours=1)
            return Interval(start=hour_ago.replace(second=0, microsecond=0).astimezone(engine.now.tzinfo))
        case _:
            assert_never(span)


def interval_between(since: datetime | None, until: datetime | None, engine: Engine) -> Interval | None:
    """The interval from explicit times; those without an offset are in the engine's zone. None if there is no time.

    With only an end, it begins with the production day, or with the end's own day if that is earlier.
    """
    end = _in_zone(until, engine) if until else None
    if since is not None:
        return Interval(start=_in_zone(since, engine), end=end)
    if end is None:
        return None
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    return Interval(start=_earlier(engine.production_day_start, midnight), end=end)


def _in_zone(moment: datetime, engine: Engine) -> datetime:
    zone = engine.now.tzinfo
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _existing(moment: datetime) -> datetime:
    """The same moment as clocks show it: a time that a change of clocks skips becomes the one after the gap."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def _is_later(one: datetime, other: datetime) -> bool:
    # Two times of one zone are compared by their clock faces, which lie in the hour that is repeated.
    return one.astimezone(UTC) > other.astimezone(UTC)


def _earlier(one: datetime, other: datetime) -> datetime:
    return other if _is_later(one, other) else one
