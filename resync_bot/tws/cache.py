"""A short memory for reads: what was asked a moment ago is not asked again, and what is being asked is asked once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from cachetools import TTLCache

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.deadline import seconds_left
from resync_bot.tws.in_time import in_time

T = TypeVar("T")

ENTRIES = 512


@dataclass(slots=True, eq=False)
class _Load:
    """A read under way and how many wait for it."""

    result: asyncio.Future[Any]
    task: asyncio.Task[None] | None = None
    waiting: int = 0
    ran_out: bool = False  # it failed because the time of whoever began it was up

    def cancel(self) -> None:
        self.result.cancel()
        if self.task:
            self.task.cancel()


class ReadCache:
    """Made by `read_cache`. A caller who goes away does not take the others' load with it, but the last one does.

    A load has the time of whoever began it; those who joined it and have more begin it again when that is up, and
    those who have less wait no longer than that. Failures are not kept.
    """

    def __init__(
        self, tasks: asyncio.TaskGroup, seconds: float, clock: Callable[[], float], count: Callable[[str], None]
    ) -> None:
        self._tasks = tasks
        self._count = count
        self._kept: TTLCache[Hashable, Any] | None = TTLCache(ENTRIES, seconds, clock) if seconds > 0 else None
        self._loading: dict[Hashable, _Load] = {}  # what can be joined
        self._under_way: set[_Load] = set()

    async def get(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        """What is known under `key`, or what `load` gives. Raises what `load` raises, and EngineError (`in_time`)."""
        if self._kept is not None:
            try:
                known: T = self._kept[key]  # `get` would look twice
            except KeyError:
                pass
            else:
                self._count("hit")
                return known
        while (joined := self._loading.get(key)) is not None:
            self._count("joined")
            try:
                return await in_time(partial(self._answer, key, joined))
            except EngineError:
                if not joined.ran_out or seconds_left() == 0:
                    raise
        self._count("miss")
        loading = self._loading[key] = _Load(asyncio.get_running_loop().create_future())
        self._under_way.add(loading)
        loading.task = self._tasks.create_task(self._load(key, load, loading), name="tws read")
        loading.task.add_done_callback(partial(self._ended, key, loading))
        answer: T = await self._answer(key, loading)
        return answer

    def forget(self) -> None:
        """Keeps nothing of what it has, as when ids have changed; reads under way go on for those who wait for them."""
        self._loading.clear()
        if self._kept is not None:
            self._kept.clear()

    def stop(self) -> None:
        """Cancels the loads under way."""
        for loading in tuple(self._under_way):
            loading.cancel()

    async def _answer(self, key: Hashable, loading: _Load) -> Any:
        loading.waiting += 1
        try:
            return await asyncio.shield(loading.result)
        finally:
            loading.waiting -= 1
            if not loading.waiting and not loading.result.done():
                self._abandon(key, loading)

    def _abandon(self, key: Hashable, loading: _Load) -> None:
        """Nobody waits for it any more. Whoever asks the same from now on does not join what is being given up."""
        self._count("abandoned")
        self._close(key, loading)
        loading.cancel()

    def _close(self, key: Hashable, loading: _Load) -> bool:
        """Nobody joins it any more; whether somebody could."""
        if self._loading.get(key) is not loading:
            return False
        del self._loading[key]
        return True

    def _ended(self, key: Hashable, loading: _Load, _: "asyncio.Task[None]") -> None:
        self._under_way.discard(loading)
        self._close(key, loading)
        loading.result.cancel()  # where it was cancelled, and has neither value nor error

    async def _load(self, key: Hashable, load: Callable[[], Awaitable[T]], loading: _Load) -> None:
        result = loading.result
        try:
            value = await load()
        except Exception as error:  # noqa: BLE001  # handed on to everybody who waits
            self._close(key, loading)
            loading.ran_out = _ran_out(error)
            if not result.done():
                result.set_exception(error)
                result.exception()  # nobody may be waiting any more: that is no defect
        else:
            is_current = self._close(key, loading)
            if is_current and self._kept is not None:  # else what it knows may be older than what made us forget
                self._kept[key] = value
            if not result.done():
                result.set_result(value)


def _ran_out(error: Exception) -> bool:
    """Whether a load failed for want of its own time: somebody with more may have an answer."""
    left = seconds_left()
    if left is None or not isinstance(error, EngineError):
        return False
    return error.kind is EngineErrorKind.PLAN_SWITCH or (error.kind is EngineErrorKind.TIMED_OUT and not left)


@asynccontextmanager
async def read_cache(
    seconds: float, *, clock: Callable[[], float] = monotonic, count: Callable[[str], None] = lambda _outcome: None
) -> AsyncIterator[ReadCache]:
    """A cache whose entries live for `seconds`; 0 keeps nothing, but still joins those who ask the same at once."""
    failure: BaseException | None = None
    async with asyncio.TaskGroup() as tasks:
        cache = ReadCache(tasks, seconds, clock, count)
        try:
            yield cache
        except BaseException as error:  # noqa: BLE001  # goes on as itself below: a task group would wrap it
            failure = error
        finally:
            cache.stop()
    if failure is not None:
        raise failure
