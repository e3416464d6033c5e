"""Connections to an engine: one for each call at a time, kept for the next, closed when nobody uses them."""

from contextlib import AsyncExitStack

import httpx

from resync_bot.tws.connection import IDLE_SECONDS, Connections


class Line(httpx.AsyncBaseTransport):
    """A connection that tells whether it was closed."""

    def __init__(self) -> None:
        self.is_closed = False

    async def aclose(self) -> None:
        self.is_closed = True


class Opened:
    """The connections that were opened, and the time."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.now = 100.0
        self.connections = Connections(self._open, monotonic=lambda: self.now)

    def _open(self) -> Line:
        self.lines.append(Line())
        return self.lines[-1]

    async def call(self, at_once: int = 1) -> list[httpx.AsyncBaseTransport]:
        async with AsyncExitStack() as stack:
            return [await stack.enter_async_context(self.connections.one()) for _ in range(at_once)]

    @property
    def closed(self) -> list[bool]:
        return [line.is_closed for line in self.lines]


async def test_calls_one_after_another_share_one() -> None:
    opened = Opened()
    for _ in range(3):
        await opened.call()
    assert len(opened.lines) == 1


async def test_calls_at_once_have_one_each() -> None:
    opened = Opened()
    assert len(set(await opened.call(at_once=4))) == 4
    await opened.call(at_once=4)
    assert len(opened.lines) == 4


async def test_what_few_calls_do_not_need_is_closed_after_a_while() -> None:
    opened = Opened()
    await opened.call(at_once=3)
    for _ in range(4):
        opened.now += IDLE_SECONDS / 2
        await opened.call()
    assert sum(opened.closed) == 2
    (used,) = await opened.call()
    assert not [line for line in opened.lines if line is used and line.is_closed]


async def test_a_call_that_fails_gives_its_connection_back() -> None:
    opened = Opened()
    for _ in range(2):
        try:
            async with opened.connections.one():
                raise TimeoutError
        except TimeoutError:
            continue
    assert len(opened.lines) == 1


async def test_all_are_closed_in_the_end() -> None:
    opened = Opened()
    async with opened.connections:
        await opened.call(at_once=3)
    assert opened.closed == [True] * 3
