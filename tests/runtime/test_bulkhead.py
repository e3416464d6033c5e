"""The bulkhead: so many at once, the others wait their turn, but not for ever."""

import asyncio

import pytest

from resync_bot.runtime.bulkhead import Bulkhead, BulkheadFullError
from resync_bot.runtime.deadline import seconds_left, within


async def test_so_many_at_once_and_the_others_in_their_order() -> None:
    seen: list[tuple[int, int]] = []
    order: list[int] = []
    full, leave = asyncio.Event(), asyncio.Event()

    def observe(inside: int, waiting: int) -> None:
        seen.append((inside, waiting))
        if (inside, waiting) == (2, 3):
            full.set()

    bulkhead = Bulkhead(2, patience=60, observe=observe)

    async def visit(number: int) -> None:
        async with bulkhead.entered():
            order.append(number)
            await leave.wait()

    visits = [asyncio.ensure_future(visit(number)) for number in range(5)]
    await full.wait()
    assert order == [0, 1]
    leave.set()
    await asyncio.gather(*visits)
    assert order == [0, 1, 2, 3, 4]
    assert max(inside for inside, _ in seen) == 2
    assert seen[-1] == (0, 0)


async def test_who_waits_too_long_is_sent_away_and_leaves_no_trace() -> None:
    bulkhead = Bulkhead(1, patience=0.01)
    async with bulkhead.entered():
        with pytest.raises(BulkheadFullError):
            async with bulkhead.entered():
                pass
    async with bulkhead.entered():
        pass


async def test_who_goes_away_while_waiting_leaves_the_place_to_others() -> None:
    bulkhead = Bulkhead(1, patience=60)

    async def visit() -> None:
        async with bulkhead.entered():
            pass

    async with bulkhead.entered():
        gone, stays = asyncio.ensure_future(visit()), asyncio.ensure_future(visit())
        await asyncio.sleep(0)
        gone.cancel()
    await stays
    assert gone.cancelled()


async def test_the_nearer_deadline_counts_also_in_tasks() -> None:
    assert seconds_left() is None
    with within(100):
        with within(1000):
            assert (seconds_left() or 0) <= 100
        with within(1):
            left = await asyncio.create_task(_left())
            assert left is not None
            assert left <= 1
    assert seconds_left() is None
    with within(-1):
        assert seconds_left() == 0


async def _left() -> float | None:
    return seconds_left()
