"""How long an engine that is up has had no answer about its plan. A switch takes minutes; what lasts longer is none."""

import time
from collections.abc import Callable


class PlanAbsence:
    """Of one engine, whichever of its hosts was asked. Times are in seconds of a monotonic clock."""

    def __init__(self, longest: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`longest` is how long a switch may take."""
        self._longest = longest
        self._monotonic = monotonic
        self._since: float | None = None
        self._met = 0.0

    def meet(self) -> bool:
        """There was no answer just now: tells whether that has been so for longer than a switch takes.

        After a time as long in which nobody asked it is not known whether there was an answer in between.
        """
        now = self._monotonic()
        if self._since is None or now - self._met > self._longest:
            self._since = now
        self._met = now
        return self.is_lasting

    def end(self) -> None:
        """There was an answer."""
        self._since = None

    @property
    def is_lasting(self) -> bool:
        """Whether it has lasted for longer than a switch takes, as far as anybody asked."""
        return self._since is not None and self._met - self._since > self._longest
