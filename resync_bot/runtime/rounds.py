"""Heavy steps go one in each round of the event loop: what arrives meanwhile waits for one of them, not for all.

The loop has no priorities. A hundred answers that are ready to go on would all go on in one round, and a request that
arrives in it would wait for them, a millisecond each; platforms that wait for an acknowledgement do not.
"""

import asyncio
from collections import deque
from weakref import WeakKeyDictionary


async def next_round() -> None:
    """Returns in a round of this loop in which no other step has begun, in the order of asking; at once if it is this.

    To be awaited before a step that takes a good part of a millisecond, where nobody waits for it to the millisecond.
    """
    loop = asyncio.get_running_loop()
    rounds = _OF_LOOP.get(loop)
    if rounds is None:
        rounds = _OF_LOOP[loop] = _Rounds()
    await rounds.next(loop)


class _Rounds:
    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_taken = False

    async def next(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_taken:
            self._is_taken = True
            loop.call_soon(self._admit, loop)
            return
        admitted = loop.create_future()
        self._waiting.append(admitted)
        await admitted

    def _admit(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            admitted = self._waiting.popleft()
            if not admitted.done():  # else its task was cancelled
                admitted.set_result(None)
                loop.call_soon(self._admit, loop)  # behind the step that goes on now
                return
        self._is_taken = False


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Rounds] = WeakKeyDictionary()
