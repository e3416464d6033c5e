"""A value from elsewhere that is renewed before it grows old, by one request at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from resync_bot.errors import ResyncError
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff

T = TypeVar("T")

_RENEWAL = RetryPolicy(attempts=None, first=10.0, longest=60.0)  # while the old value is still good

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A value with its times on the monotonic clock: it should be renewed at `refresh_at`, is useless at `dead_at`."""

    value: T
    refresh_at: float
    dead_at: float


class Fresh(Generic[T]):
    """Fetches at the first `get`, serves from memory, and renews in the background while `keep` runs."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Kept[T]]],
        *,
        name: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._fetch = fetch
        self._clock = clock
        self._sleep = sleep
        self._kept: Kept[T] | None = None
        self._lock = asyncio.Lock()
        self._fetched = asyncio.Event()

    async def get(self) -> T:
        """The value; waits for a fetch only if there is none, or only a dead one. Raises what the fetch raises."""
        kept = self._kept
        if kept is None or self._clock() >= kept.dead_at:
            kept = await self._renew(kept)
        return kept.value

    async def renew(self) -> T:
        """A value fetched after this call began. Those who wait at the same time share one fetch."""
        return (await self._renew(self._kept)).value

    def expire(self) -> None:
        """Nobody is served the present value again."""
        self._kept = None

    async def keep(self) -> None:
        """Renews the value at its time until cancelled. Begins with the first `get`, so that nothing unused is kept."""
        while True:
            await self._fetched.wait()
            kept = self._kept
            if kept is None:
                self._fetched.clear()
                continue
            await self._sleep(max(0.0, kept.refresh_at - self._clock()))
            if self._kept is kept:
                await retry_with_backoff(
                    lambda kept=kept: self._renew(kept),  # type: ignore[misc]  # the default binds this round's value
                    policy=_RENEWAL,
                    retry_on=lambda error: isinstance(error, ResyncError),
                    on_retry=self._failed,
                    sleep=self._sleep,
                )

    def _failed(self, attempt: int, error: BaseException, wait: float) -> None:
        log.warning("teams.renewal_failed", what=self.name, attempt=attempt, error=str(error), again_in=round(wait, 1))

    async def _renew(self, seen: Kept[T] | None) -> Kept[T]:
        async with self._lock:
            if self._kept is not None and self._kept is not seen:
                return self._kept  # somebody else fetched it while this one waited for the lock
            self._kept = await self._fetch()
            self._fetched.set()
            return self._kept
