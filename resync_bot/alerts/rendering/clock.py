"""Moments in an alert's texts: in the engine's zone, and noted, so that a platform can show each reader the own one."""

from datetime import datetime, timedelta, tzinfo

from resync_bot.conversation.language import Language
from resync_bot.conversation.moments import dated

_NEAR = timedelta(hours=12)  # from the moment that the message is about: no date is needed


class Clock:
    """Says moments and remembers which text stands for which. `about` is when what is told happened."""

    def __init__(self, about: datetime, zone: tzinfo | None, language: Language) -> None:
        """`zone` is the engine's; None keeps the moments' own."""
        self._about = about
        self._zone = zone
        self._language = language
        self._said: dict[str, datetime] = {}

    def at(self, moment: datetime) -> str:
        """`02:13`, or `21 Nov 02:13` if it is more than half a day away."""
        local = moment.astimezone(self._zone) if self._zone else moment
        is_near = abs(moment - self._about) < _NEAR
        text = f"{local:%H:%M}" if is_near else dated(local, self._language)
        self._said[text] = moment
        return text

    def local(self, moment: datetime) -> datetime:
        """The moment by the engine's clock."""
        return moment.astimezone(self._zone) if self._zone else moment

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """For `Answer.times`."""
        return tuple(self._said.items())
