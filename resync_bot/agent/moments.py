"""Which texts of an answer are moments: so that a platform can show each reader the own zone in their place. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from resync_bot.agent.rendering.times import clock, day_and_time, zone_of
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Engine

_TIME_OF_DAY: Final = re.compile(r"\d\d:\d\d")
_CLOCK: Final = re.compile(r"(?=(\d\d):(\d\d))")
_MOMENT: Final = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d[^"]*)"')  # a text of its own in JSON
# A bare `02:13` is of the present day: after a date it is another one.
_OF_ANOTHER_DAY: Final = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|/\d\d|\d{4}) (\d\d:\d\d)")


def moments_in(
    texts: Sequence[str], evidence: Iterable[tuple[Engine, str]], language: Language
) -> tuple[tuple[str, datetime], ...]:
    """What `texts` say of times in the `evidence`, results as JSON, as the engine's clock shows them.

    Only what stands for one moment, and not where a line names the zone itself: that line would become wrong.
    """
    lines = [
        line for text in texts if _TIME_OF_DAY.search(text) for line in text.split("\n") if _TIME_OF_DAY.search(line)
    ]
    if not lines:
        return ()
    whole = "\n".join(lines)
    clocks = {(int(hour), int(minute)) for hour, minute in _CLOCK.findall(whole)}
    found: dict[str, set[datetime]] = {}
    zones: set[str] = set()
    for engine, result in evidence:
        zones.add(engine.zone)
        for minute in _minutes(result, engine):
            if (minute.hour, minute.minute) in clocks:  # all that may be said of it has its time of day in it
                for shown in {clock(minute, engine, language), day_and_time(minute, engine, language)}:
                    found.setdefault(shown, set()).add(minute)
    named = "\n".join(line for line in lines if any(zone in line for zone in zones))
    of_another_day = set(_OF_ANOTHER_DAY.findall(whole))
    return tuple(
        (text, min(minutes))
        for text, minutes in sorted(found.items())
        if len(minutes) == 1 and text in whole and text not in named and text not in of_another_day
    )


def _minutes(result: str, engine: Engine) -> set[datetime]:
    """The moments in a result, each to the minute, in the engine's zone."""
    moments = (moment for text in set(_MOMENT.findall(result)) if (moment := _read(text)) is not None)
    zone = zone_of(engine)
    return {moment.replace(second=0, microsecond=0).astimezone(zone) for moment in moments}


def _read(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
