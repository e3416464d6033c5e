"""Times of a question on the engine's clock: which interval `since 22:00` means at this moment."""

from datetime import datetime, time, timedelta
from typing import Final, assert_never

from resync_bot.agent.arguments import Span
from resync_bot.agent.interpreter.intents import (
    Ahead,
    Date,
    Day,
    DaysAgo,
    Recent,
    Tonight,
    Weekday,
    When,
    Window,
)
from resync_bot.agent.rendering.times import zone_of
from resync_bot.agent.spans import NIGHT_ENDS
from resync_bot.tws.models import Engine

_DAY: Final = timedelta(days=1)
_EVENING: Final = 18


Times = tuple[Span | None, datetime | None, datetime | None]


def interval(when: When, engine: Engine) -> Times:  # noqa: PLR0911 - one line per kind
    """The span, or the start and the end, in the engine's zone."""
    now = engine.now.astimezone(zone_of(engine))
    match when:
        case Span():
            return when, None, None
        case Recent(minutes=minutes):
            return None, (now - timedelta(minutes=minutes)).replace(microsecond=0), None
        case Ahead(minutes=minutes):
            return None, now, now + timedelta(minutes=minutes)
        case Tonight():
            if now.hour < _EVENING:
                return Span.LAST_NIGHT, None, None
            return None, now.replace(hour=_EVENING, minute=0, second=0, microsecond=0), None
        case Window(date=None):
            return None, *_window(when, now)
        case Window(date=date) if date is not None:
            return None, *_window_of(when, midnight_of(date, engine))
        case DaysAgo(days=days):
            start = engine.production_day_start.astimezone(zone_of(engine)) - days * _DAY
            return None, start, start + _DAY
        case Day() | Weekday():
            start = midnight_of(when, engine)
            return None, start, min(start + _DAY, now) if start <= now else start + _DAY
        case _:
            raise AssertionError(when)


def ahead(when: When | None, engine: Engine) -> tuple[datetime, datetime | None]:
    """The interval of what is still to come; without `when` from now to the end of the production day."""
    now = engine.now.astimezone(zone_of(engine))
    match when:
        case Ahead(minutes=minutes):
            return now, now + timedelta(minutes=minutes)
        case Tonight() | Span.LAST_NIGHT:
            morning = now.replace(hour=NIGHT_ENDS.hour, minute=0, second=0, microsecond=0)
            return now, morning if morning > now else morning + _DAY
        case Window(since=since, until=until):
            start = _next(now, since) if since is not None else now
            end = _next(start, until) if until is not None else None
            if since is not None and end is not None and start - _DAY <= now < end - _DAY:
                start, end = start - _DAY, end - _DAY  # it has begun already
            return start, end
        case _:
            return now, engine.production_day_start.astimezone(zone_of(engine)) + _DAY


def midnight_of(date: Date, engine: Engine) -> datetime:
    """When a calendar day begins in the engine's zone; that of a year ago is meant if this year's is far ahead."""
    now = engine.now.astimezone(zone_of(engine))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match date:
        case DaysAgo(days=days):
            return today - days * _DAY
        case Weekday(number=number):
            return today - ((today.weekday() - number) % 7) * _DAY
        case Day(day=day, month=month, year=year):
            return _day(today, day, month, year)
        case _:
            assert_never(date)


def is_ahead(date: Date, engine: Engine) -> bool:
    """Whether the day begins after the present production day ends."""
    return midnight_of(date, engine) >= engine.production_day_start + _DAY


def _day(today: datetime, day: int, month: int | None, year: int | None) -> datetime:
    candidates = []
    for months_back in range(-1, 13):
        index = today.year * 12 + today.month - 1 - months_back
        try:
            candidate = today.replace(year=index // 12, month=index % 12 + 1, day=day)
        except ValueError:
            continue  # the 31st of a month that has none
        if (month is None or candidate.month == month) and (year is None or candidate.year == year):
            candidates.append(candidate)
    if year is not None and not candidates:
        try:
            return today.replace(year=year, month=month or today.month, day=day)
        except ValueError:
            return today
    begun = [candidate for candidate in candidates if candidate <= today]
    soon = [candidate for candidate in candidates if today < candidate <= today + 7 * _DAY]
    return (soon or begun or candidates or [today])[0]


def _next(after: datetime, at: time) -> datetime:
    moment = _at(after, at.hour, at.minute)
    return moment if moment > after else moment + _DAY


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


def _window_of(window: Window, midnight: datetime) -> tuple[datetime | None, datetime | None]:
    """Of a certain day: without an end up to its end, without a start from its start."""
    start = _at(midnight, window.since.hour, window.since.minute) if window.since else midnight
    end = _at(midnight, window.until.hour, window.until.minute) if window.until else midnight + _DAY
    return start, end if end > start else end + _DAY


def _at(day: datetime, hour: int, minute: int) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
