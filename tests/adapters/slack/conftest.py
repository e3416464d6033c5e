"""A stand-in for Slack, the adapter with the small bot behind it, and a server in front."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from adapters.slack import factory
from adapters.slack.adapter import SlackAdapter
from resync_bot.conversation.ports import Host
from resync_bot.runtime.settings import SlackSettings
from tests.adapters.slack.standin import Deliveries, Message, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.small_bot import SmallBot


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
        """Waits until the bot has finished `number` answers."""
        await self.slack.until(lambda: len(self.bot.refs) >= number or self._finished(number))
        return self.slack.space.said()

    def _finished(self, number: int) -> bool:
        done = [one for one in self.slack.space.said() if one.metadata and one.streaming != "on"]
        return len(done) >= number


DeskMaker = Callable[..., "AsyncExitStack"]


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    """A Slack with one workspace."""
    async with serving_standin(StandIn()) as standin:
        yield standin


@asynccontextmanager
async def serving(adapter: SlackAdapter) -> AsyncIterator[str]:
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
def open_desk(make_host: Callable[..., Host], bot: SmallBot, slack: StandIn) -> Callable[..., "AsyncIterator[Desk]"]:
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
            await stack.enter_async_context(bot.working(adapter))
            yield Desk(slack, bot, adapter, host, Deliveries(slack.space, session, url))

    return make  # type: ignore[return-value]  # a context manager per call


@pytest.fixture
async def desk(open_desk: Callable[..., AsyncIterator[Desk]]) -> AsyncIterator[Desk]:
    """A desk as it is out of the box, over HTTP."""
    async with open_desk() as one:  # type: ignore[attr-defined]  # see open_desk
        yield one
