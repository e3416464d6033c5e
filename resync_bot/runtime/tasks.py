"""Work that runs beside a block of code and ends with it."""

import asyncio
from asyncio import Task, TaskGroup, TimerHandle
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

AGAIN = 0.2  # seconds until a cancellation that went unheard is repeated


async def cancelled(task: Task[Any]) -> None:
    """Cancels `task` and waits for its end, however it ends.

    Before Python 3.12 `asyncio.wait_for`, which redis-py sends by, swallows a cancellation that comes together with its
    result (python/cpython#86296): a task that was cancelled once may go on for ever.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=AGAIN)


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None], *, name: str) -> AsyncIterator[Task[None]]:
    """Runs `work` in a task group while the block runs, and cancels it at the end of the block.

    A failure of `work` cancels the block. A single error, of either, arrives as itself and not in a group of one.
    """
    try:
        async with TaskGroup() as group:
            task = group.create_task(work, name=name)
            yield task
            await cancelled(task)
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise


class BesideAfter:
    """As `beside`, for work that is only begun if the block runs longer than `seconds`: a quick block costs no task."""

    def __init__(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]], *, name: str) -> None:
        self._seconds = seconds
        self._work = work
        self._name = name
        self._group = TaskGroup()
        self._timer: TimerHandle | None = None
        self._task: Task[None] | None = None

    async def __aenter__(self) -> None:
        """Sets the timer."""
        await self._group.__aenter__()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._begin)

    def _begin(self) -> None:
        self._task = self._group.create_task(self._work(), name=self._name)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Cancels what was begun, and waits for its end."""
        if self._timer:
            self._timer.cancel()
        while self._task and not self._task.done() and (error is None or isinstance(error, asyncio.CancelledError)):
            try:
                await cancelled(self._task)
            except asyncio.CancelledError as interruption:  # ours, or that of a group whose task failed
                kind, error, traceback = type(interruption), interruption, interruption.__traceback__
        try:
            await self._group.__aexit__(kind, error, traceback)
        except BaseExceptionGroup as errors:
            if len(errors.exceptions) == 1:
                raise errors.exceptions[0] from None
            raise
