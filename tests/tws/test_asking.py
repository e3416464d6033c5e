"""Reading a large answer leaves others their turn."""

import asyncio

import pytest

from resync_bot.tws.asking import ROWS_AT_ONCE, in_turns


async def test_others_have_their_turn_while_a_large_page_is_read() -> None:
    read: list[int] = []
    seen: set[int] = set()

    def row(number: int) -> int:
        read.append(number)
        return number

    async def other() -> None:
        while len(read) < 4 * ROWS_AT_ONCE:
            seen.add(len(read))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(other())
        whole = tasks.create_task(in_turns(range(4 * ROWS_AT_ONCE), row))
    assert whole.result() == list(range(4 * ROWS_AT_ONCE))
    assert seen >= {ROWS_AT_ONCE, 2 * ROWS_AT_ONCE, 3 * ROWS_AT_ONCE}


def test_a_small_page_is_read_at_once() -> None:
    with pytest.raises(StopIteration) as end:
        in_turns(range(ROWS_AT_ONCE), str).send(None)
    assert len(end.value.value) == ROWS_AT_ONCE
