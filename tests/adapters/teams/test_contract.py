"""What every adapter promises, kept by Teams': in a chat with streams, and in a channel without."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis

from adapters.teams.activity import Activity
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.references import References, reference_of
from resync_bot.conversation.model import Place
from resync_bot.conversation.ports import Adapter, Host
from tests.adapters.contract import AdapterContract, Heard
from tests.adapters.small_bot import SmallBot
from tests.adapters.teams.conftest import Brain
from tests.adapters.teams.connector import Json, Message, Microsoft


class TeamsPlatform:
    """One person in one conversation with the bot, whose clock runs fast enough for every piece of a stream."""

    redelivers = True

    def __init__(
        self, microsoft: Microsoft, make_host: Callable[..., Host], write: Callable[..., Json], bot: Brain
    ) -> None:
        self.microsoft = microsoft
        self.hello = Activity.model_validate(write("hello"))
        self.place: Place = self.hello.place
        self.open_place = replace(self.place, thread="")
        self._make_host = make_host
        self._write = write
        self._bot = bot
        self._last: Json = {}
        self._client: TestClient[web.Request, web.Application] | None = None

    def adapter(self) -> Adapter:
        seconds = count(0, 2)
        return TeamsAdapter(self._make_host(teams=self.microsoft.settings), clock=lambda: float(next(seconds)))

    @asynccontextmanager
    async def working(self, bot: SmallBot, adapter: Adapter) -> AsyncIterator[None]:
        app = web.Application()
        app.add_routes(adapter.routes())
        async with bot.working(adapter), TestClient(TestServer(app)) as self._client:
            yield

    async def say(self, text: str, *, again: bool = False) -> Heard:
        assert self._client
        if not again:
            self._last = self._write(text)
        before, may_tell = len(self.microsoft.said()), bool(self._bot.verdicts)
        headers = {"Authorization": f"Bearer {self.microsoft.sign()}"}
        response = await self._client.post("/api/messages", json=self._last, headers=headers)
        if response.status != 202:
            return Heard(acknowledged=False, told=await response.text())
        if not may_tell:
            await self._bot.is_idle()
            return Heard(acknowledged=True)
        await self.microsoft.until(lambda: len(self.microsoft.said()) > before)
        return Heard(acknowledged=True, told=self.microsoft.said()[-1].text)

    async def messages(self) -> list[str]:
        return [_seen(message) for message in self.microsoft.said()]

    async def posts(self) -> list[str]:
        said = self.microsoft.said()
        assert all(
            one.conversation in (self.open_place.channel, f"{self.open_place.channel};messageid={said[0].id}")
            for one in said
        )
        return [_seen(message) for message in said]


def _seen(message: Message) -> str:
    return message.text or str(message.activity.get("summary", ""))


@pytest.fixture(params=["chat", "channel"])
async def platform(
    request: pytest.FixtureRequest, microsoft: Microsoft, make_host: Callable[..., Host], redis: Redis, bot: Brain
) -> TeamsPlatform:
    write = microsoft.activity if request.param == "chat" else microsoft.in_channel
    platform = TeamsPlatform(microsoft, make_host, write, bot)
    await References(redis).refresh(reference_of(platform.hello))
    return platform


class TestContract(AdapterContract):
    """See AdapterContract."""
