"""Work that runs beside a block of code and ends with it."""

import asyncio
from asyncio import Task, TaskGroup
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
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


@asynccontextmanager
async def beside_after(
    seconds: float, work: Callable[[], Coroutine[Any, Any, None]], *, name: str
) -> AsyncIterator[None]:
    """As `beside`, for work that is only begun if the block runs longer than `seconds`: a quick block costs no task."""
    try:
        async with TaskGroup() as group:
            begun: list[Task[None]] = []
            timer = asyncio.get_running_loop().call_later(
                seconds, lambda: begun.append(group.create_task(work(), name=name))
            )
            try:
                yield
            finally:
                timer.cancel()
            for task in begun:
                await cancelled(task)
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise
