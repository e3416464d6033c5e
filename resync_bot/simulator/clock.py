"""Virtual time: real time, stretched."""

from collections.abc import Callable
from datetime import datetime, timedelta


class VirtualClock:
    """Stands at `start` when it is made and runs `speed` virtual seconds per second of `monotonic`; 0 is frozen."""

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float]) -> None:
        self.start = start
        self.speed = speed
        self._monotonic = monotonic
        self._since = monotonic()

    def now(self) -> datetime:
        """The virtual time; never goes back."""
        return self.start + timedelta(seconds=(self._monotonic() - self._since) * self.speed)
