"""conman's times: `0600`, `0600 11/23`, `0600 +1 days`, and ranges of them, on the engine's clock. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from resync_bot.agent.conman.selection import Instance
from resync_bot.tws.models import Engine

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_TIME: Final = re.compile(
    r"(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)"
    r"(?:\s+(?:(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{2}|\d{4}))?|\+(?P<days>\d{1,3})\s*days?))?"
    r"(?:\s+(?:tz|timezone)\s+(?P<zone>[\w/+-]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` on, and before `end`."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether the moment is there and lies in it."""
        return (
            moment is not None
            and (self.start is None or moment >= self.start)
            and (self.end is None or moment < self.end)
        )


def time_range(values: tuple[str, ...], engine: Engine) -> TimeRange:
    """`0600` is that minute, `0600,0800` a range with both ends, `0600,` open, nothing at all any time.

    Raises ValueError for what is no time.
    """
    match values:
        case ():
            return TimeRange(BEGINNING)
        case (one,):
            start = _moment(one, engine)
            return TimeRange(start, start + _MINUTE)
        case (low, high):
            return TimeRange(_moment(low, engine) if low else None, _moment(high, engine) + _MINUTE if high else None)
        case _:
            raise ValueError(",".join(values))


def scheduled(instance: Instance, engine: Engine) -> datetime:
    """When an instance is scheduled; without a date the one of the present production day, as in conman."""
    start = engine.production_day_start.astimezone(_zone(engine))
    moment = start.replace(hour=instance.at.hour, minute=instance.at.minute, second=0, microsecond=0)
    if instance.day is None or instance.month is None:
        return moment if moment >= start else moment + _DAY
    try:
        return moment.replace(year=instance.year or start.year, month=instance.month, day=instance.day)
    except ValueError:
        return moment  # the 31st of a month that has none: no instance is scheduled then


def _moment(text: str, engine: Engine) -> datetime:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    try:
        zone = ZoneInfo(match["zone"]) if match["zone"] else _zone(engine)
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError(text) from unknown
    start = engine.production_day_start.astimezone(zone)
    moment = start.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0)
    if match["month"]:
        year = int(match["year"]) if match["year"] else start.year
        return moment.replace(
            year=year + 2000 if year < 100 else year, month=int(match["month"]), day=int(match["day"])
        )
    moment = moment if moment >= start else moment + _DAY
    return moment + _DAY * int(match["days"] or 0)


def _zone(engine: Engine) -> ZoneInfo | None:
    try:
        return ZoneInfo(engine.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
