"""Where the turn that is being answered takes place, for the tools that an agent may use while it answers.

An agent's tools know engines and no places; what is open or silent "here" depends on the place. A context variable
is seen by all tasks that the turn starts, and by no other turn.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from resync_bot.conversation.model import Person, Place

_ASKED: ContextVar[tuple[Place, Person] | None] = ContextVar("asked", default=None)


@contextmanager
def asked_in(place: Place, texts: Sequence[tuple[Person, str]]) -> Iterator[None]:
    """Within it, `present` tells of this turn: its place, and who spoke last."""
    token = _ASKED.set((place, texts[-1][0]) if texts else None)
    try:
        yield
    finally:
        _ASKED.reset(token)


def present() -> tuple[Place, Person] | None:
    """The place and the person; None outside of a turn."""
    return _ASKED.get()
