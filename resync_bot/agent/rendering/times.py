"""Times and durations as operators read them, in the engine's own zone."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from resync_bot.agent.rendering import phrases
from resync_bot.agent.results import Interval
from resync_bot.conversation.language import Language
from resync_bot.conversation.moments import dated
from resync_bot.tws.models import Engine

_DAY = timedelta(days=1)


def zone_of(engine: Engine) -> tzinfo | None:
    """The engine's zone; that of its clock where this machine does not know the name."""
    return _zone_named(engine.zone) or engine.now.tzinfo


@lru_cache(maxsize=64)  # an answer asks for each of its times
def _zone_named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def day_and_time(moment: datetime, engine: Engine, language: Language) -> str:
    """`22 Nov 18:00` or, in Portuguese, `22/11 18:00`; with the year only where it is another one."""
    local = moment.astimezone(zone_of(engine))
    return dated(local, language, with_year=local.year != engine.now.astimezone(zone_of(engine)).year)


def clock(moment: datetime, engine: Engine, language: Language) -> str:
    """`02:13` on the present production day, else with its date."""
    if _is_present_day(moment, engine):
        return f"{moment.astimezone(zone_of(engine)):%H:%M}"
    return day_and_time(moment, engine, language)


def _is_present_day(moment: datetime, engine: Engine) -> bool:
    return engine.production_day_start <= moment < engine.production_day_start + _DAY


def moment(at: datetime, engine: Engine, language: Language) -> str:
    """`at 02:13`, `on 22 Nov 18:00`; `às 02:13`, `em 22/11 18:00`."""
    said = phrases.AT_TIME if _is_present_day(at, engine) else phrases.ON_DAY
    return said.in_(language, time=clock(at, engine, language))


def interval_ends(interval: Interval, engine: Engine, language: Language) -> tuple[str, str]:
    """Both ends with their dates; an open end is the engine's now."""
    end = interval.end if interval.end is not None else engine.now
    return day_and_time(interval.start, engine, language), day_and_time(end, engine, language)
