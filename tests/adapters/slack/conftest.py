"""A stand-in for Slack, the adapter with the small bot behind it, and a server in front."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from adapters.slack import factory
from adapters.slack.adapter import SlackAdapter
from resync_bot.conversation.ports import Adapter, Host, MessageRef
from resync_bot.runtime.settings import SlackSettings
from tests.adapters.slack.standin import Deliveries, Message, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.small_bot import SmallBot

DeskMaker = Callable[..., AbstractAsyncContextManager["Desk"]]


class Refs(dict[str, MessageRef]):
    """The answers' messages, and a word whenever there is a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.news = asyncio.Event()

    def __setitem__(self, turn_id: str, ref: MessageRef) -> None:
        super().__setitem__(turn_id, ref)
        self.news.set()


@dataclass
class Desk:
    """One running bot that talks to a stand-in."""

    slack: StandIn
    bot: SmallBot
    adapter: SlackAdapter
    host: Host
    says: Deliveries

    def said(self, channel: str | None = None) -> list[str]:
        """What the bot's messages show, in order."""
        return [seen(message) for message in self.slack.space.said(channel)]

    async def answers(self, number: int = 1) -> list[Message]:
        """Waits until the bot has finished `number` answers; all its messages."""
        refs = self.bot.refs
        assert isinstance(refs, Refs)
        async with asyncio.timeout(20):
            while len(refs) < number:
                refs.news.clear()
                await refs.news.wait()
        return self.slack.space.said()


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    """A Slack with one workspace."""
    async with serving_standin(StandIn()) as standin:
        yield standin


@asynccontextmanager
async def serving(adapter: Adapter) -> AsyncIterator[str]:
    """The adapter's routes on a port of their own."""
    app = web.Application()
    app.add_routes(adapter.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
def open_desk(make_host: Callable[..., Host], bot: SmallBot, slack: StandIn) -> DeskMaker:
    """A desk with settings of its own."""

    @asynccontextmanager
    async def make(**settings: object) -> AsyncIterator[Desk]:
        given = {
            "bot_token": slack.space.token,
            "signing_secret": SIGNING_SECRET,
            "api_url": f"{slack.url}/api/",
            **settings,
        }
        host = make_host(slack=SlackSettings.model_validate(given))
        adapter = factory(host)
        assert adapter
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            url = await stack.enter_async_context(serving(adapter))
            bot.refs = Refs()
            await stack.enter_async_context(bot.working(adapter))
            desk = Desk(slack, bot, adapter, host, Deliveries(slack.space, session, url))
            yield desk
            while sum(map(len, bot.turns)) < len(bot.accepted) or len(bot.refs) < len(bot.turns):
                await desk.answers(len(bot.refs) + 1)  # nothing is left half done

    return make


@pytest.fixture
async def desk(open_desk: DeskMaker) -> AsyncIterator[Desk]:
    """A desk as it is out of the box, over HTTP."""
    async with open_desk() as one:
        yield one
