"""A short memory for reads: what was asked a moment ago is not asked again, and what is being asked is asked once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

from cachetools import TTLCache

T = TypeVar("T")

ENTRIES = 512
_NOTHING = object()


class ReadCache:
    """Made by `read_cache`. A caller who goes away does not take the others' load with it; failures are not kept."""

    def __init__(
        self, tasks: asyncio.TaskGroup, seconds: float, clock: Callable[[], float], count: Callable[[str], None]
    ) -> None:
        self._tasks = tasks
        self._count = count
        self._kept: TTLCache[Hashable, Any] | None = TTLCache(ENTRIES, seconds, clock) if seconds > 0 else None
        self._loading: dict[Hashable, tuple[asyncio.Future[Any], asyncio.Task[None]]] = {}

    async def get(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        """What is known under `key`, or what `load` gives. Raises what `load` raises."""
        if self._kept is not None and (kept := self._kept.get(key, _NOTHING)) is not _NOTHING:
            self._count("hit")
            known: T = kept
            return known
        if key in self._loading:
            self._count("joined")
            result, _ = self._loading[key]
        else:
            self._count("miss")
            result = asyncio.get_running_loop().create_future()
            task = self._tasks.create_task(self._load(key, load, result), name="tws read")
            self._loading[key] = (result, task)
        answer: T = await asyncio.shield(result)
        return answer

    def stop(self) -> None:
        """Cancels the loads under way."""
        for result, task in list(self._loading.values()):
            result.cancel()
            task.cancel()

    async def _load(self, key: Hashable, load: Callable[[], Awaitable[T]], result: asyncio.Future[T]) -> None:
        try:
            value = await load()
        except Exception as error:  # noqa: BLE001  # handed on to everybody who waits
            result.set_exception(error)
            result.exception()  # nobody may be waiting any more: that is no defect
        else:
            if self._kept is not None:
                self._kept[key] = value
            result.set_result(value)
        finally:
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
