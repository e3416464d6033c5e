"""Who says something to the desk, where, and what all parts of the desk know."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from resync_bot.alerts.engine_time import UNSURE, by_engine_clock
from resync_bot.alerts.model import AlertGroup, Rule, Silence
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.store import AlertStore, posted_key
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Person, Place
from resync_bot.errors import EngineError
from resync_bot.tws.graph import GraphKeeper
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Engines

_SOMEBODY = {Language.EN: "somebody", Language.PT: "alguém"}
_VISITOR = {Language.EN: "a visitor of the chat page", Language.PT: "um visitante da página de chat"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One command: `key` is the same if its turn is run again. `here` is the place without its thread, encoded."""

    key: str
    person: Person
    place: Place
    language: Language
    now: datetime

    @property
    def here(self) -> str:
        """Where rules send to and silences tell their end: the channel, not a thread of it."""
        return here(self.place)

    @property
    def by(self) -> str:
        """The person as others know them."""
        nameless = _VISITOR if self.person.platform == "web" else _SOMEBODY
        return self.person.name or self.person.email or nameless[self.language]

    @property
    def person_id(self) -> str:
        """The person among all of all platforms."""
        return f"{self.person.platform}/{self.person.id}"

    def new_id(self, number: int) -> str:
        """Of the `number`th thing that this command makes: eight hexadecimal digits, the same if it is run again."""
        return hashlib.sha256(f"{self.key}|{number}".encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Moments:
    """A person's clock: the own zone if it is known, else the engine's. The engine's time may be ahead of ours."""

    zone: tzinfo
    ahead: timedelta
    now: datetime  # ours

    def there(self, moment: datetime) -> datetime:
        """A moment of our time by the engine's clock."""
        return by_engine_clock(moment, self.ahead)

    def ours(self, moment: datetime) -> datetime:
        """A moment by the engine's clock in our time."""
        return moment - self.ahead

    def clock(self, language: Language) -> Clock:
        """To say moments of the engine's clock."""
        return Clock(self.there(self.now), self.zone, language)


@dataclass(frozen=True, slots=True)
class Desk:
    """`standing` are the rules that are not made in chats; `open_platforms` those whose people need not have been told
    of an alert to look after it; `common` names for a platform a place whose messages all its people see, encoded.
    """

    store: AlertStore
    engines: Engines
    now: Callable[[], datetime]
    standing: tuple[Rule, ...] = ()
    open_platforms: frozenset[str] = frozenset()
    common: Mapping[str, str] = field(default_factory=dict)
    graphs: Mapping[str, GraphKeeper] = field(default_factory=dict)
    histories: Mapping[str, RunHistory] = field(default_factory=dict)

    def seen_in(self, place: Place) -> frozenset[str]:
        """The places whose messages people of `place` see, encoded."""
        common = self.common.get(place.platform)
        return frozenset({here(place), *([common] if common else [])})

    async def rules_of(self, place: Place) -> tuple[Rule, ...]:
        """Those that send something there, in the order in which they are numbered."""
        places = self.seen_in(place)
        rules = (*await self.store.rules(), *self.standing)
        return tuple(rule for rule in rules if places.intersection(rule.to))

    async def silences(self) -> tuple[Silence, ...]:
        """Those that last, in the order in which they are numbered."""
        now = self.now()
        return tuple(silence for silence in await self.store.silences() if silence.until > now)

    async def told_in(self, place: Place) -> tuple[AlertGroup, ...]:
        """The alerts that people of `place` know of, open or over, the newest first."""
        groups = await self.store.groups()
        if place.platform in self.open_platforms:
            known = list(groups.values())
        else:
            posted, places = await self.store.posted(), self.seen_in(place)
            known = [
                group for group in groups.values() if any(posted_key(group.id, where) in posted for where in places)
            ]
        return tuple(sorted(known, key=lambda group: group.opened, reverse=True))

    async def moments(self, asked: Asked, engine: str | None = None) -> Moments:
        """The clock of whoever asks; without an answer of the engine, ours."""
        zone = _zone(asked.person.zone)
        try:
            there = await self.engines[engine or self.engines.default].engine()
        except EngineError:
            return Moments(zone or UTC, timedelta(), asked.now)
        ahead = there.now - asked.now
        if abs(ahead) <= UNSURE:
            ahead = timedelta()
        return Moments(zone or _zone(there.zone) or there.now.tzinfo or UTC, ahead, asked.now)


def here(place: Place) -> str:
    """A place without its thread, encoded: what rules name."""
    return Place(place.platform, place.tenant, place.channel).encode()


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
