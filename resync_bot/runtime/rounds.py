"""Heavy steps go one in each round of the event loop: what arrives meanwhile waits for one of them, not for all.

The loop has no priorities. A hundred answers that are ready to go on would all go on in one round, and a request that
arrives in it would wait for them, a millisecond each; platforms that wait for an acknowledgement do not.
"""

import asyncio
from collections import deque
from weakref import WeakKeyDictionary


async def next_round(*, begins: bool = False) -> None:
    """Returns in a round of this loop in which no other step has begun, in the order of asking; at once if it is this.

    To be awaited before a step that takes a good part of a millisecond, where nobody waits for it to the millisecond.
    One that `begins` something waits until nothing that has begun wants to go on: when there is more than can be done,
    some is done after the other, and not everything a little.
    """
    loop = asyncio.get_running_loop()
    rounds = _OF_LOOP.get(loop)
    if rounds is None:
        rounds = _OF_LOOP[loop] = _Rounds()
    await rounds.next(loop, begins=begins)


def is_busy() -> bool:
    """Whether somebody waits for a round of this loop: there is more to do than can be done at once."""
    rounds = _OF_LOOP.get(asyncio.get_running_loop())
    return rounds is not None and rounds.is_busy


class _Rounds:
    def __init__(self) -> None:
        self._going_on: deque[asyncio.Future[None]] = deque()
        self._beginning: deque[asyncio.Future[None]] = deque()
        self._is_taken = False

    @property
    def is_busy(self) -> bool:
        return bool(self._going_on or self._beginning)

    async def next(self, loop: asyncio.AbstractEventLoop, *, begins: bool) -> None:
        if not self._is_taken:
            self._is_taken = True
            loop.call_soon(self._admit, loop)
            return
        admitted = loop.create_future()
        (self._beginning if begins else self._going_on).append(admitted)
        await admitted

    def _admit(self, loop: asyncio.AbstractEventLoop) -> None:
        while waiting := self._going_on or self._beginning:
            admitted = waiting.popleft()
            if not admitted.done():  # else its task was cancelled
                admitted.set_result(None)
                loop.call_soon(self._admit, loop)  # behind the step that goes on now
                return
        self._is_taken = False


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Rounds] = WeakKeyDictionary()
