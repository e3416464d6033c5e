"""The engine's clock, as its answers show it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic as _monotonic


class EngineClock:
    """Follows the HTTP `Date` header; before the first answer, and if there is none, it is our own clock.

    A simulated engine lives in virtual time, and real ones are seen minutes off: "running for", "late" and "until" are
    only right by the engine's own time.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = _monotonic,
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._seen: tuple[datetime, float] | None = None

    def observe(self, date_header: str | None) -> None:
        """Sets the clock; a header that is missing or no date changes nothing."""
        if date_header is None:
            return
        try:
            seen = parsedate_to_datetime(date_header)
        except ValueError:
            return
        self._seen = (seen if seen.tzinfo else seen.replace(tzinfo=UTC), self._monotonic())

    def now(self) -> datetime:
        """The engine's time now, UTC, to the second."""
        if self._seen is None:
            return self._now()
        seen, at = self._seen
        return (seen + timedelta(seconds=self._monotonic() - at)).astimezone(UTC)


def start_of_day(now: datetime, at: time) -> datetime:
    """When the production day of `now` began: the last time that it was `at` in the zone of `now`."""
    today = datetime.combine(now.date(), at, now.tzinfo)
    return today if today <= now else today - timedelta(days=1)
