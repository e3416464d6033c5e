"""Work beside a block: it ends with the block, whatever it does about it."""

import asyncio

import pytest

from resync_bot.runtime.tasks import BesideAfter, beside


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


async def test_a_quick_block_costs_no_task() -> None:
    begun = False

    async def work() -> None:
        nonlocal begun
        begun = True

    async with BesideAfter(0.0, work, name="test"):
        pass
    await asyncio.sleep(0)
    assert not begun


async def test_work_begins_beside_a_long_block_and_ends_with_it() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with BesideAfter(0.0, work, name="test"):
        await begun.wait()
        assert not ended.is_set()
    assert ended.is_set()


async def test_who_is_cancelled_at_the_end_of_the_block_leaves_no_work_behind() -> None:
    begun, ending, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    async def block() -> None:
        async with BesideAfter(0.0, work, name="test"):
            await begun.wait()

    blocked = asyncio.create_task(block())
    await ending.wait()
    blocked.cancel()
    await asyncio.wait([blocked])
    assert blocked.cancelled()
    assert ended.is_set()


async def test_what_fails_while_it_is_being_ended_arrives_as_itself() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async with BesideAfter(0.0, work, name="test"):
            await begun.wait()


async def test_the_failure_of_what_began_later_ends_the_block_too() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async with BesideAfter(0.0, work, name="test"):
            await asyncio.Event().wait()


async def test_the_blocks_own_failure_arrives_as_itself() -> None:
    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(KeyError):
        async with BesideAfter(60.0, work, name="test"):
            raise KeyError
