"""Work beside a block: it ends with the block, whatever it does about it."""

import asyncio

import pytest

from resync_bot.runtime.tasks import beside


async def test_it_ends_with_the_block() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with beside(work(), name="test") as task:
        await begun.wait()
    assert task.cancelled()


async def test_a_swallowed_cancellation_is_repeated() -> None:
    swallowed = 0

    async def work() -> None:
        nonlocal swallowed
        while swallowed < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
        await asyncio.Event().wait()

    async with beside(work(), name="test") as task:
        await asyncio.sleep(0)
    assert swallowed == 2
    assert task.cancelled()


async def test_its_failure_ends_the_block_and_arrives_as_itself() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async with beside(work(), name="test"):
            await asyncio.Event().wait()
