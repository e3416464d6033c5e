"""The bot in Microsoft's own local test client, in a real browser, as the README tells to try it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams import factory
from resync_bot.conversation.model import Answer, Button, ButtonPress, Buttons, Place, Table, Text
from resync_bot.conversation.ports import Adapter, ReplyStream
from resync_bot.errors import DeliveryDelayedError
from resync_bot.runtime.settings import Environment
from tests.adapters.conftest import MakeHost
from tests.adapters.teams.conftest import Brain
from tests.adapters.teams.playground import Playground, needs_playground, playground
from tests.adapters.web.browser import needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium, needs_playground, pytest.mark.timeout(180)]

FAILED = Answer(
    "**2 jobs** failed.",
    (
        Text("**2 jobs** failed."),
        Table(("Job", "RC"), (("PAYROLL_POST", "8"), ("PAYROLL_CALC", "12"))),
        Buttons((Button("Why did PAYROLL_POST fail?", "ask", "why did PAYROLL_POST fail?"),)),
    ),
)


async def script(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
    """Knows what failed, and tells a story piece by piece."""
    if questions == ("tell me a story",):
        for text in ("Once upon a time", "Once upon a time a job waited"):
            await patiently_show(reply, text)
        return replace(Answer.plain("Once upon a time a job waited for its file."), model="a model")
    return FAILED if "failed" in questions[-1] else Answer.plain(f"Because of {questions[-1]}")


async def patiently_show(reply: ReplyStream, text: str) -> None:
    """As the outbox does: again when the stream takes its next piece."""
    while True:
        try:
            await reply.show(text)
        except DeliveryDelayedError as delayed:
            await asyncio.sleep(delayed.retry_after)
        else:
            return


@dataclass(frozen=True, slots=True)
class Trial:
    """Both sides of the screen."""

    screen: Playground
    adapter: Adapter
    brain: Brain

    @property
    def places(self) -> list[Place]:
        """Where the bot was asked."""
        return [one.place for one in self.brain.accepted]


@pytest.fixture
async def trial(make_host: MakeHost, bot: Brain) -> AsyncIterator[Trial]:
    adapter = factory(make_host(environment=Environment.DEVELOPMENT))
    assert adapter
    bot.script = script
    app = web.Application()
    app.add_routes(adapter.routes())
    async with (
        bot.working(adapter),
        TestServer(app) as server,
        playground(str(server.make_url("")).rstrip("/")) as screen,
    ):
        yield Trial(screen, adapter, bot)


async def test_a_chat_with_a_card_a_stream_and_a_thumb(trial: Trial) -> None:
    await trial.screen.sees("Hello, I am Resync.")
    await trial.screen.say("what failed?")
    await trial.screen.sees("PAYROLL_CALC")
    await trial.screen.press("Why did PAYROLL_POST fail?")
    await trial.screen.sees("Because of why did PAYROLL_POST fail?")
    await trial.screen.say("tell me a story")
    await trial.screen.sees("Once upon a time a job waited for its file.")
    await trial.screen.like()
    press = trial.brain.accepted[-1]
    assert isinstance(press, ButtonPress)
    assert press.action == "feedback"


async def test_a_mention_in_a_group_chat_and_in_a_channel(trial: Trial) -> None:
    for conversation in ("Group Chat", "General"):
        await trial.screen.open(conversation)
        await trial.screen.sees("Mention me")
        await trial.screen.say("nobody is meant")
        await trial.screen.mention_and_say("what failed?")
        await trial.screen.sees("PAYROLL_CALC")
    assert [place.thread != "" for place in trial.places] == [False, True]
    assert [getattr(one, "text", "") for one in trial.brain.accepted] == ["what failed?"] * 2


async def test_the_bot_speaks_first(trial: Trial) -> None:
    await trial.screen.say("hello")
    await trial.screen.sees("Because of hello")
    alert = trial.adapter.reply(trial.places[0], "an alert", [], resume=None)
    await alert.finish(Answer.plain("PAYROLL_POST ended in ABEND."))
    await trial.screen.sees("PAYROLL_POST ended in ABEND.")
