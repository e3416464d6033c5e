"""Work for an engine, cut short at the deadline of the question that it belongs to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from resync_bot.errors import EngineErrorKind
from resync_bot.runtime.deadline import seconds_left
from resync_bot.tws.problems import problem

T = TypeVar("T")


async def in_time(call: Callable[[], Awaitable[T]]) -> T:
    """What `call` gives. Raises EngineError of kind TIMED_OUT if time is up first, which says nothing of the engine."""
    left = seconds_left()
    if left is None:
        return await call()
    limit = asyncio.timeout(left)
    try:
        async with limit:
            return await call()
    except TimeoutError:
        if not limit.expired():
            raise
        raise problem(EngineErrorKind.TIMED_OUT, "the time for the whole question was up") from None
