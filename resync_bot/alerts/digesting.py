"""The shift digest on its schedule: each place that gets alerts is told what the next shift has to know."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

import structlog

from resync_bot.alerts.book import Book
from resync_bot.alerts.delivering import Delivery, marker_of
from resync_bot.alerts.model import AlertGroup
from resync_bot.alerts.rendering import digest_answer
from resync_bot.alerts.shift import digest_of, since_of
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Place
from resync_bot.errors import DeliveryError

log = structlog.get_logger(__name__)


def last_change(times: Sequence[time], now: datetime) -> datetime | None:
    """The last change of shifts up to `now`, which is in the zone of `times`; None if there are no shifts."""
    days = (now.date(), now.date() - timedelta(days=1))
    changes = (datetime.combine(day, at, now.tzinfo) for day in days for at in times)
    return max((change for change in changes if change <= now), default=None)


class Digests:
    """Of one lease, with its book."""

    def __init__(
        self,
        book: Book,
        delivery: Delivery,
        *,
        times: Sequence[time],
        now: Callable[[], datetime],
    ) -> None:
        """`times` are those of the engines' clocks."""
        self._book = book
        self._delivery = delivery
        self._times = times
        self._now = now

    def places(self) -> set[str]:
        """The places whose digest is due."""
        return {place for rule in self._book.rules for place in rule.to if self._is_due(place)}

    async def serve(self, place: str, language: Language) -> None:
        """Tells the place's digest, if it is due. Each is told once; a place that is new waits for the next change."""
        if not self._is_due(place):
            return
        now, last = self._now(), self._book.digested.get(place)
        if last is not None:
            for engine in self._book.zones:
                await self._tell(place, engine, language, since_of(last, now=now), now)
        await self._book.put_digested(place, now)

    def _is_due(self, place: str) -> bool:
        zone = next(iter(self._book.zones.values()), None)
        change = last_change(self._times, self._now().astimezone(zone))
        last = self._book.digested.get(place)
        return change is not None and bool(self._book.zones) and (last is None or last < change)

    async def _tell(self, place: str, engine: str, language: Language, since: datetime, now: datetime) -> None:
        digest = digest_of(
            self._known_in(place),
            {one.id: one.acknowledged for one in self._book.groups.values() if one.acknowledged},
            self._book.silences,
            engine=engine,
            now=now,
            since=since,
            deadlines=self._book.deadlines.get(engine),
            ahead=self._book.ahead.get(engine, timedelta()),
        )
        if not (digest.open or digest.resolved or digest.silences or digest.deadlines):
            return
        answer = digest_answer(digest, language=language, zone=self._book.zones.get(engine))
        marker = marker_of(f"digest-{engine}-{since.timestamp():.0f}", place)
        try:
            await self._delivery.send(Place.decode(place), marker, answer)
        except DeliveryError as error:
            log.warning("alert.digest_undeliverable", place=place, error=str(error), hint=error.hint)

    def _known_in(self, place: str) -> list[AlertGroup]:
        posted = self._book.posted
        return [group for group in self._book.groups.values() if place in posted.get(group.id, {})]
