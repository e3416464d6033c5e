"""How long the work at hand may still take: set where it begins, read where it leaves the process.

A context variable, so that everything a turn starts (tasks too) knows it without being told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_ENDS: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What the block starts has to end in `seconds` from now, or sooner if an outer block says so."""
    ends, outer = monotonic() + seconds, _ENDS.get()
    token = _ENDS.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ENDS.reset(token)


def seconds_left() -> float | None:
    """Until the deadline, never negative; None if there is none."""
    ends = _ENDS.get()
    return None if ends is None else max(0.0, ends - monotonic())
