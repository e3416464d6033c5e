"""Virtual time: real time, stretched, stopped or jumped over."""

from collections.abc import Callable
from datetime import datetime, timedelta


class VirtualClock:
    """Stands at `start` when it is made and runs `speed` virtual seconds per second of `monotonic`; 0 is frozen."""

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float]) -> None:
        self.start = start
        self.speed = speed
        self._monotonic = monotonic
        self._from = start
        self._since = monotonic()

    def now(self) -> datetime:
        """The virtual time; never goes back."""
        return self._from + timedelta(seconds=(self._monotonic() - self._since) * self.speed)

    def set_speed(self, speed: float) -> None:
        """Runs at another speed from now on."""
        self._go_on_from(self.now())
        self.speed = speed

    def jump(self, to: datetime) -> None:
        """Goes on from `to`, which must not lie before now. Raises ValueError."""
        if to < self.now():
            raise ValueError(f"virtual time cannot go back to {to.isoformat()}")
        self._go_on_from(to)

    def _go_on_from(self, moment: datetime) -> None:
        self._from, self._since = moment, self._monotonic()
