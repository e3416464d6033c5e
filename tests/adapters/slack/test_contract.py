"""What every adapter promises, kept by Slack's: with and without streams."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from adapters.slack import factory
from resync_bot.conversation.model import Place
from resync_bot.conversation.ports import Adapter, Host
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters.contract import AdapterContract, Heard
from tests.adapters.slack.conftest import Bot, serving
from tests.adapters.slack.standin import Deliveries, Message, StandIn
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.small_bot import SmallBot

CHANNEL = "D0ANA"
OPS = "C0OPS"


class SlackPlatform:
    """One person in one thread of direct messages with the bot."""

    redelivers = True

    def __init__(self, slack: StandIn, make_host: Callable[..., Host]) -> None:
        self._slack = slack
        self._make_host = make_host
        space = slack.space
        self._root = space.add(Message(CHANNEL, space.next_ts(), "U0ANA", "hello")).ts
        self.place = Place("slack", space.team, CHANNEL, self._root)
        self.open_place = Place("slack", space.team, OPS)
        self._says: Deliveries | None = None
        self._bot: Bot | None = None
        self._last: dict[str, Any] = {}

    def adapter(self) -> Adapter:
        api = f"{self._slack.url}/api/"
        given = {"bot_token": self._slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": api}
        adapter = factory(self._make_host(slack=SlackSettings.model_validate(given)))
        assert adapter
        return adapter

    @asynccontextmanager
    async def working(self, bot: SmallBot, adapter: Adapter) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            url = await stack.enter_async_context(serving(adapter))
            await stack.enter_async_context(bot.working(adapter))
            assert isinstance(bot, Bot)
            self._says, self._bot = Deliveries(self._slack.space, session, url), bot
            yield

    async def say(self, text: str, *, again: bool = False) -> Heard:
        assert self._says
        assert self._bot
        if not again:
            self._last = self._says.event(self._says.message(CHANNEL, text, thread_ts=self._root))
        told, bot = len(self._slack.space.ephemerals), self._bot
        may_tell = bool(bot.verdicts)
        acknowledged = await self._deliver()
        if acknowledged and may_tell:
            await self._slack.until(lambda: len(self._slack.space.ephemerals) > told)
        elif acknowledged:
            await bot.is_idle()
        words = [each["text"] for each in self._slack.space.ephemerals[told:]]
        return Heard(acknowledged, " ".join(words))

    async def messages(self) -> list[str]:
        return [seen(message) for message in self._slack.space.said(CHANNEL)]

    async def posts(self) -> list[str]:
        said = self._slack.space.said(OPS)
        assert all(message.thread_ts in ("", said[0].ts) for message in said)
        return [seen(message) for message in said]

    async def _deliver(self) -> bool:
        assert self._says
        return await self._says.post(self._last) == 200


class TestOverHttp(AdapterContract):
    """Events API."""

    @pytest.fixture
    def platform(self, slack: StandIn, make_host: Callable[..., Host]) -> SlackPlatform:
        return SlackPlatform(slack, make_host)


class TestWithoutStreams(AdapterContract):
    """A workspace that lacks streams and status lines."""

    @pytest.fixture
    def platform(self, slack: StandIn, make_host: Callable[..., Host]) -> SlackPlatform:
        slack.api.has_streams = slack.api.has_assistant = False
        return SlackPlatform(slack, make_host)
