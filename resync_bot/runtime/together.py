"""Several questions at once, whose first error arrives as itself."""

from asyncio import TaskGroup
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def together() -> AsyncIterator[TaskGroup]:
    """A task group for calls that are needed together: one that fails cancels the others and is raised alone.

    What the others would have said no longer matters then, and callers catch errors, not groups of them.
    """
    try:
        async with TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
