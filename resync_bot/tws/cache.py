"""A short memory for reads: what was asked a moment ago is not asked again, and what is being asked is asked once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from cachetools import TTLCache

T = TypeVar("T")

ENTRIES = 512


@dataclass(slots=True)
class _Load:
    """A read under way and how many wait for it."""

    result: asyncio.Future[Any]
    task: asyncio.Task[None]
    waiting: int = 0


class ReadCache:
    """Made by `read_cache`. A caller who goes away does not take the others' load with it, but the last one does.

    Failures are not kept.
    """

    def __init__(
        self, tasks: asyncio.TaskGroup, seconds: float, clock: Callable[[], float], count: Callable[[str], None]
    ) -> None:
        self._tasks = tasks
        self._count = count
        self._kept: TTLCache[Hashable, Any] | None = TTLCache(ENTRIES, seconds, clock) if seconds > 0 else None
        self._loading: dict[Hashable, _Load] = {}

    async def get(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        """What is known under `key`, or what `load` gives. Raises what `load` raises."""
        if self._kept is not None:
            try:
                known: T = self._kept[key]  # `get` would look twice
            except KeyError:
                pass
            else:
                self._count("hit")
                return known
        loading = self._loading.get(key)
        if loading is not None:
            self._count("joined")
        else:
            self._count("miss")
            result = asyncio.get_running_loop().create_future()
            task = self._tasks.create_task(self._load(key, load, result), name="tws read")
            loading = self._loading[key] = _Load(result, task)
        loading.waiting += 1
        try:
            answer: T = await asyncio.shield(loading.result)
        finally:
            loading.waiting -= 1
            if not loading.waiting and not loading.result.done():
                self._abandon(key, loading)
        return answer

    def forget(self) -> None:
        """Keeps nothing of what it has, as when ids have changed; reads under way go on."""
        if self._kept is not None:
            self._kept.clear()

    def stop(self) -> None:
        """Cancels the loads under way."""
        for loading in list(self._loading.values()):
            loading.result.cancel()
            loading.task.cancel()

    def _abandon(self, key: Hashable, loading: _Load) -> None:
        """Nobody waits for it any more. Whoever asks the same from now on does not join what is being given up."""
        self._count("abandoned")
        if self._loading.get(key) is loading:
            del self._loading[key]
        loading.result.cancel()
        loading.task.cancel()

    async def _load(self, key: Hashable, load: Callable[[], Awaitable[T]], result: asyncio.Future[T]) -> None:
        try:
            value = await load()
        except Exception as error:  # noqa: BLE001  # handed on to everybody who waits
            if not result.done():
                result.set_exception(error)
                result.exception()  # nobody may be waiting any more: that is no defect
        else:
            if self._kept is not None:
                self._kept[key] = value
            if not result.done():
                result.set_result(value)
        finally:
            loading = self._loading.get(key)
            if loading is not None and loading.result is result:
                del self._loading[key]


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
