"""Tells whoever is asking for a person that an engine is being waited for, while it is.

A context variable, so that a turn hears of the waits of the reads that it started, whoever made them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from resync_bot.errors import EngineErrorKind

Tell = Callable[[EngineErrorKind], None]

_TELL: ContextVar[Tell | None] = ContextVar("tell_of_waits", default=None)


@contextmanager
def told_to(tell: Tell) -> Iterator[None]:
    """Inside the block `tell` hears why an engine is waited for, each time that a wait begins."""
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


def tell_of(kind: EngineErrorKind) -> None:
    """A wait begins because of `kind`."""
    if tell := _TELL.get():
        tell(kind)
