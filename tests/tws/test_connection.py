"""Connections to an engine: one for each call at a time, kept for the next, closed when nobody uses them."""

import asyncio
import sys
from contextlib import AsyncExitStack

import httpx
import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.connection import IDLE_SECONDS, Connections
from tests.tws.conftest import settings

STEPS_OF_A_CALL = 40  # of the event loop, at least


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


@pytest.mark.parametrize(
    ("end", "is_closed"),
    [
        (EngineError("get job: 404", kind=EngineErrorKind.NOT_FOUND), False),
        (TimeoutError(), True),
        (httpx.ReadError("cut"), True),
        (asyncio.CancelledError(), True),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_only_an_answer_gives_a_connection_back(end: BaseException, is_closed: bool) -> None:
    opened = Opened()
    with pytest.raises(type(end)):
        async with opened.connections.one():
            raise end
    await opened.call()
    assert opened.closed == ([True, False] if is_closed else [False])


@pytest.mark.parametrize("is_connected", [False, True])
async def test_whenever_a_question_is_given_up_the_next_one_is_answered(
    server: RunningSimulator, is_connected: bool
) -> None:
    """As it is when somebody presses stop, or when another question of the same group has failed."""
    for steps in range(STEPS_OF_A_CALL):
        async with connect_engine(settings(server.url, connect_timeout=1.0)) as tws:
            if is_connected:
                await tws.engine()
            asked = asyncio.create_task(tws.engine())
            for _ in range(steps):
                await asyncio.sleep(0)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            assert (await tws.engine()).version


async def test_all_are_closed_in_the_end() -> None:
    opened = Opened()
    async with opened.connections:
        await opened.call(at_once=3)
    assert opened.closed == [True] * 3


FIRST_REQUEST = """
import asyncio, sys
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.tws.connecting import connect_engine

async def ask(url):
    async with connect_engine(EngineSettings(host=url, user="demo", password="demo")) as tws:
        before = set(sys.modules)
        await tws.engine()
        print(*sorted(set(sys.modules) - before))

asyncio.run(ask(sys.argv[1]))
"""


async def test_the_first_question_does_not_wait_for_imports(server: RunningSimulator) -> None:
    """In a process of its own: here all of them have long been imported."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FIRST_REQUEST, server.url, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    assert told.decode().splitlines()[-1].split() == []
