"""Times of a question on the engine's clock: which interval `since 22:00` means at this moment."""

from datetime import datetime, timedelta

from resync_bot.agent.arguments import Span
from resync_bot.agent.interpreter.intents import Instance, Recent, Tonight, When, Window
from resync_bot.agent.rendering.times import zone_of
from resync_bot.tws.models import Engine

_DAY = timedelta(days=1)
_EVENING = 18


Times = tuple[Span | None, datetime | None, datetime | None]


def interval(when: When, engine: Engine) -> Times:
    """The span, or the start and the end, in the engine's zone."""
    now = engine.now.astimezone(zone_of(engine))
    match when:
        case Span():
            return when, None, None
        case Recent(minutes=minutes):
            return None, (now - timedelta(minutes=minutes)).replace(microsecond=0), None
        case Tonight():
            if now.hour < _EVENING:
                return Span.LAST_NIGHT, None, None
            return None, now.replace(hour=_EVENING, minute=0, second=0, microsecond=0), None
        case Window():
            return None, *_window(when, now)


def _window(window: Window, now: datetime) -> tuple[datetime | None, datetime | None]:
    start = end = None
    if window.since is not None:
        start = _at(now, window.since.hour, window.since.minute)
        if window.yesterday or start > now:
            start -= _DAY
    if window.until is not None:
        if start is not None:
            end = _at(start, window.until.hour, window.until.minute)
            end = end + _DAY if end <= start else end
        else:
            end = _at(now, window.until.hour, window.until.minute)
            end = end - _DAY if window.yesterday or end > now else end
    return start, end if end is None or end < now else None


def _at(day: datetime, hour: int, minute: int) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def scheduled(instance: Instance, engine: Engine) -> datetime:
    """When an instance is scheduled; without a date the one of the present production day, as in conman."""
    start = engine.production_day_start.astimezone(zone_of(engine))
    moment = _at(start, instance.at.hour, instance.at.minute)
    if instance.day is None or instance.month is None:
        return moment if moment >= start else moment + _DAY
    try:
        return moment.replace(year=instance.year or start.year, month=instance.month, day=instance.day)
    except ValueError:
        return moment  # the 31st of a month that has none: no instance is scheduled then
