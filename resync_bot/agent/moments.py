"""Which texts of an answer are moments: so that a platform can show each reader the own zone in their place. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from resync_bot.agent.rendering.times import clock, day_and_time
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Engine

_CLOCK: Final = re.compile(r"\d\d:\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# A bare `02:13` is of the present day: after a date it is another one.
_DATE_BEFORE: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|/\d\d|\d{4}) "


def moments_in(
    texts: Sequence[str], evidence: Iterable[tuple[Engine, object]], language: Language
) -> tuple[tuple[str, datetime], ...]:
    """What `texts` say of times in the `evidence`, as the engine's clock shows them.

    Only what stands for one moment, and not where a line names the zone itself: that line would become wrong.
    """
    lines = [line for text in texts for line in text.split("\n") if _CLOCK.search(line)]
    if not lines:
        return ()
    found: dict[str, set[datetime]] = {}
    zones: set[str] = set()
    for engine, result in evidence:
        zones.add(engine.zone)
        for moment in set(_datetimes(result)):
            minute = moment.replace(second=0, microsecond=0)
            for shown in {clock(moment, engine, language), day_and_time(moment, engine, language)}:
                found.setdefault(shown, set()).add(minute)
    named = "\n".join(line for line in lines if any(zone in line for zone in zones))
    whole = "\n".join(lines)
    return tuple(
        (text, min(minutes))
        for text, minutes in sorted(found.items())
        if len(minutes) == 1 and text in whole and text not in named and not _is_of_another_day(text, whole)
    )


def _is_of_another_day(text: str, whole: str) -> bool:
    return _CLOCK.fullmatch(text) is not None and re.search(_DATE_BEFORE + text, whole) is not None


def _datetimes(value: object) -> Iterator[datetime]:
    """All in a result's plain JSON."""
    match value:
        case str() if _MOMENT.match(value):
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                return
            if moment.tzinfo:
                yield moment
        case dict():
            members: dict[str, Any] = value
            for member in members.values():
                yield from _datetimes(member)
        case list() | tuple():
            for member in value:
                yield from _datetimes(member)
        case _:
            return
