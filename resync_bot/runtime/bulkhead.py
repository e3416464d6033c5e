"""A bulkhead: so many at once and no more, so that one slow dependency does not take the whole bot with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from resync_bot.errors import ResyncError


class BulkheadFullError(ResyncError):
    """Nobody left in time: the call was not made."""

    told = "Too many questions at once; please ask again in a moment."


class Bulkhead:
    """Safe for concurrent use. Those who wait enter in the order in which they came."""

    def __init__(
        self, most: int, *, patience: float, observe: Callable[[int, int], None] = lambda _inside, _waiting: None
    ) -> None:
        """At most `most` inside; others wait `patience` seconds. `observe` is told how many are inside and waiting."""
        self._places = asyncio.Semaphore(most)
        self._patience = patience
        self._observe = observe
        self._inside = self._waiting = 0

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Inside for the block. Raises BulkheadFullError if it is full for too long."""
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        self._inside += 1
        self._observe(self._inside, self._waiting)
        try:
            yield
        finally:
            self._inside -= 1
            self._places.release()
            self._observe(self._inside, self._waiting)

    async def _wait(self) -> None:
        self._waiting += 1
        self._observe(self._inside, self._waiting)
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            raise BulkheadFullError(f"full for {self._patience:g} s") from None
        finally:
            self._waiting -= 1
