"""Work that runs beside a block of code and ends with it."""

from asyncio import Task, TaskGroup
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None], *, name: str) -> AsyncIterator[Task[None]]:
    """Runs `work` in a task group while the block runs, and cancels it at the end of the block.

    A failure of `work` cancels the block. A single error, of either, arrives as itself and not in a group of one.
    """
    try:
        async with TaskGroup() as group:
            task = group.create_task(work, name=name)
            yield task
            task.cancel()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise
