"""A stand-in for Slack, the adapter with the small bot behind it, and a server in front."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.slack import factory
from resync_bot.conversation.model import Incoming, Lifecycle
from resync_bot.conversation.ports import Accepted, Adapter, Host, Note, Verdict
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters.slack.standin import Deliveries, Message, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.small_bot import SmallBot

DeskMaker = Callable[..., AbstractAsyncContextManager["Desk"]]


class Bot(SmallBot):
    """A small bot that says when an answer is finished, and notes lifecycle events without a word."""

    def __init__(self) -> None:
        super().__init__()
        self.finished = 0
        self.is_forgetful = False
        self.is_held = False
        self.noted: list[Lifecycle] = []
        self._done = asyncio.Condition()

    async def accept(self, incoming: Incoming, *, note: Note | None = None) -> Verdict:
        """See Intake."""
        if isinstance(incoming, Lifecycle):
            self.noted.append(incoming)
            return Accepted()
        return await super().accept(incoming, note=note)

    async def has_finished(self, number: int) -> None:
        """Returns when that many turns are answered."""
        async with asyncio.timeout(20), self._done:
            await self._done.wait_for(lambda: self.finished >= number)

    async def is_idle(self) -> None:
        """Returns when nothing waits for an answer."""
        async with asyncio.timeout(20), self._done:
            await self._done.wait_for(lambda: not self._waiting and not self._unfinished)

    def hold(self) -> None:
        """Nothing is answered from now on."""
        self.is_held = self.is_forgetful = True

    def forget(self) -> None:
        """What waits is not answered any more."""
        self.is_forgetful = True

    async def _answer(self, adapter: Adapter) -> None:
        if self.is_held:
            await asyncio.Event().wait()
        await super()._answer(adapter)
        async with self._done:
            self.finished += 1
            self._done.notify_all()


@dataclass
class Desk:
    """One running bot that talks to a stand-in."""

    slack: StandIn
    bot: Bot
    adapter: Adapter
    host: Host
    says: Deliveries

    def said(self, channel: str | None = None) -> list[str]:
        """What the bot's messages show, in order."""
        return [seen(message) for message in self.slack.space.said(channel)]

    async def answers(self, number: int = 1) -> list[Message]:
        """Waits until the bot has finished `number` answers; all its messages."""
        await self.bot.has_finished(number)
        return self.slack.space.said()


@pytest.fixture
def bot() -> Bot:
    """The brain behind the desk."""
    return Bot()


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
def open_desk(make_host: Callable[..., Host], bot: Bot, slack: StandIn) -> DeskMaker:
    """A desk with settings of its own."""

    @asynccontextmanager
    async def make(**settings: object) -> AsyncIterator[Desk]:
        given: dict[str, Any] = {
            "bot_token": slack.space.token,
            "signing_secret": SIGNING_SECRET,
            "api_url": f"{slack.url}/api/",
            **settings,
        }
        parts = {name: given.pop(name) for name in ("corrections", "briefing") if name in given}
        house = {"secret_key": given.pop("secret_key")} if "secret_key" in given else {}
        host = replace(make_host(slack=SlackSettings.model_validate(given), **house), **parts)
        adapter = factory(host)
        assert adapter
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            url = await stack.enter_async_context(serving(adapter))
            await stack.enter_async_context(bot.working(adapter))
            desk = Desk(slack, bot, adapter, host, Deliveries(slack.space, session, url))
            yield desk
            if not bot.is_forgetful:
                await bot.is_idle()

    return make


@pytest.fixture
async def desk(open_desk: DeskMaker) -> AsyncIterator[Desk]:
    """A desk as it is out of the box, over HTTP."""
    async with open_desk() as one:
        yield one
