from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web import factory
from resync_bot.conversation.model import Place
from resync_bot.conversation.ports import Adapter
from tests.adapters.conftest import MakeHost
from tests.adapters.contract import AdapterContract, Heard
from tests.adapters.small_bot import SmallBot


class WebPlatform:
    """A browser and the conversation that it is in, which began before."""

    redelivers = True

    def __init__(self, make_host: MakeHost) -> None:
        self._make_host = make_host
        self._client: TestClient[web.Request, web.Application] | None = None
        self._conversation: str | None = None
        self._sent = 0

    place = Place("web", "", "conversation-1")
    open_place = Place("web", "", "alerts")

    def adapter(self) -> Adapter:
        return factory(self._make_host())

    @asynccontextmanager
    async def working(self, bot: SmallBot, adapter: Adapter) -> AsyncIterator[None]:
        app = web.Application()
        app.add_routes(adapter.routes())
        async with bot.working(adapter), TestClient(TestServer(app)) as self._client:
            yield

    async def say(self, text: str, *, again: bool = False) -> Heard:
        assert self._client
        self._sent += not again
        body = {"message": text, "conversation": self._conversation, "id": f"message-{self._sent}"}
        async with self._client.post("/api/chat", json=body) as response:
            got = await response.json()
        if response.status == 200:
            self._conversation = got["conversation"]
            return Heard(True, got["answer"]["text"] if got["state"] == "REFUSED" else "")
        return Heard(response.status == 429, got["error"])

    async def messages(self) -> list[str]:
        return await self._read(self._conversation or self.place.channel)

    async def posts(self) -> list[str]:
        return await self._read(self.open_place.channel)

    async def _read(self, conversation: str) -> list[str]:
        """From another replica, as a browser that comes later would read them."""
        adapter = self.adapter()
        app = web.Application()
        app.add_routes(adapter.routes())
        async with TestClient(TestServer(app)) as client, client.get(f"/api/chat/{conversation}") as response:
            entries = (await response.json())["entries"]
        return [entry["answer"]["text"] for entry in entries if entry["kind"] == "answer"]


class TestWeb(AdapterContract):
    @pytest.fixture
    def platform(self, make_host: MakeHost) -> WebPlatform:
        return WebPlatform(make_host)
