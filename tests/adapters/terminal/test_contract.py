from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.terminal.adapter import TerminalAdapter
from adapters.terminal.chat import GREETING
from resync_bot.conversation.model import Place
from resync_bot.conversation.ports import Adapter
from resync_bot.errors import StoreUnavailableError
from tests.adapters.conftest import MakeHost
from tests.adapters.contract import AdapterContract, Heard
from tests.adapters.paper import Paper
from tests.adapters.small_bot import SmallBot


class TerminalPlatform:
    """A person at a keyboard, before one screen that outlives the bot's processes."""

    place = open_place = Place("terminal", "host", "ana", "session")
    redelivers = False

    def __init__(self, make_host: MakeHost, keys: PipeInput) -> None:
        self._make_host = make_host
        self._keys = keys
        self._paper = Paper()

    def adapter(self) -> Adapter:
        return TerminalAdapter(
            self._make_host(), console=self._paper, keys=self._keys, display=DummyOutput(), leave=lambda: None
        )

    @asynccontextmanager
    async def working(self, bot: SmallBot, adapter: Adapter) -> AsyncIterator[None]:
        async with bot.working(adapter):
            await self._paper.until(lambda text: GREETING in text)
            yield

    async def say(self, text: str, *, again: bool = False) -> Heard:
        before, answers = len(self._paper.text), len(self._paper.answers)
        self._keys.send_text(text + "\r")
        await self._paper.until(lambda now: any(line and line[0] != "(" for line in now[before:].splitlines()))
        told = "" if len(self._paper.answers) > answers else self._paper.text[before:].strip()
        return Heard(acknowledged=told != StoreUnavailableError.told, told=told)

    async def messages(self) -> list[str]:
        return self._paper.answers

    async def posts(self) -> list[str]:
        return self._paper.answers


class TestTerminal(AdapterContract):
    @pytest.fixture
    def platform(self, make_host: MakeHost) -> Iterator[TerminalPlatform]:
        with create_pipe_input() as keys:
            yield TerminalPlatform(make_host, keys)
