"""Heavy steps go one in each round of the event loop: what arrives meanwhile waits for one of them, not for all.

The loop has no priorities. A hundred answers that are ready to go on would all go on in one round, and a request that
arrives in it would wait for them, a millisecond each. What a platform waits for goes before them all: it takes several
rounds itself, since it waits for the store, and would pay for a heavy step in each of them.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

# Seconds for which those who go first can hold up a step: about what a store takes that answers at once, so that nobody
# is idle while it does not.
LONGEST_HOLD = 0.001
BUSY = 5  # steps that wait: each takes a millisecond or so, and nobody is idle for the next few


async def next_round(*, begins: bool = False) -> None:
    """Returns in a round of this loop in which no other step has begun, in the order of asking; at once if it is this.

    To be awaited before a step that takes a good part of a millisecond, where nobody waits for it to the millisecond.
    One that `begins` something waits until nothing that has begun wants to go on: when there is more than can be done,
    some is done after the other, and not everything a little.
    """
    loop = asyncio.get_running_loop()
    await _rounds_of(loop).next(loop, begins=begins)


@contextmanager
def going_first() -> Iterator[None]:
    """While anybody is within, no step gets its round: for what takes little and is waited for to the millisecond."""
    loop = asyncio.get_running_loop()
    rounds = _rounds_of(loop)
    rounds.in_front += 1
    try:
        yield
    finally:
        rounds.in_front -= 1
        rounds.let_go(loop)


def is_busy() -> bool:
    """Whether so many wait for a round of this loop that it has enough to do for some milliseconds."""
    rounds = _OF_LOOP.get(asyncio.get_running_loop())
    return rounds is not None and rounds.is_busy


class _Rounds:
    def __init__(self) -> None:
        self._going_on: deque[asyncio.Future[None]] = deque()
        self._beginning: deque[asyncio.Future[None]] = deque()
        self._is_taken = False
        self._held: asyncio.Handle | None = None  # while the next step is held up
        self.in_front = 0

    @property
    def is_busy(self) -> bool:
        return len(self._going_on) + len(self._beginning) >= BUSY

    async def next(self, loop: asyncio.AbstractEventLoop, *, begins: bool) -> None:
        if not self._is_taken and not self.in_front:
            self._is_taken = True
            loop.call_soon(self._admit, loop)
            return
        admitted = loop.create_future()
        (self._beginning if begins else self._going_on).append(admitted)
        if not self._is_taken:
            self._is_taken = True
            self._admit(loop)
        await admitted

    def let_go(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._held and not self.in_front:
            self._held.cancel()
            self._held = loop.call_soon(self._go_on, loop)  # behind what the one that went first does now

    def _admit(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.in_front:
            self._held = loop.call_later(LONGEST_HOLD, self._go_on, loop)
        else:
            self._go_on(loop)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._held = None
        while waiting := self._going_on or self._beginning:
            admitted = waiting.popleft()
            if not admitted.done():  # else its task was cancelled
                admitted.set_result(None)
                loop.call_soon(self._admit, loop)  # behind the step that goes on now
                return
        self._is_taken = False


def _rounds_of(loop: asyncio.AbstractEventLoop) -> _Rounds:
    rounds = _OF_LOOP.get(loop)
    if rounds is None:
        rounds = _OF_LOOP[loop] = _Rounds()
    return rounds


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Rounds] = WeakKeyDictionary()
