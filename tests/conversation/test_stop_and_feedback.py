"""A person stops an answer, or says what it was worth."""

import asyncio
from typing import Any

from redis.asyncio import Redis

from resync_bot.conversation.feedback import FeedbackLog
from resync_bot.conversation.keys import Keys
from resync_bot.conversation.model import State
from resync_bot.conversation.ports import Progress, Turn
from resync_bot.conversation.turn import TurnHandler
from tests.conversation.house import CHANNEL, NAMESPACE, OTHER, House, press


class RatedHouse(House):
    """A house that keeps verdicts."""

    def handler(self) -> TurnHandler:
        """See House."""
        handler = super().handler()
        handler._feedback = FeedbackLog(self.redis, namespace=NAMESPACE, metrics=self.registry)
        return handler


async def test_a_running_turn_ends_when_somebody_stops_it(redis: Redis) -> None:
    house = House(redis)
    begun = asyncio.Event()

    async def hang(turn: Turn, progress: Progress) -> None:
        begun.set()
        await asyncio.Event().wait()

    house.responder.before = hang
    async with house.working():
        await house.say("show me everything")
        await begun.wait()
        assert await house.inbox.stop(CHANNEL)
        assert await house.platform.answered(1) == ["Stopped, as you asked."]
        house.responder.before = None
        await house.say("what failed?")
        assert (await house.platform.answered(2))[1] == "what failed?"


async def test_where_nothing_runs_there_is_nothing_to_stop(redis: Redis) -> None:
    house = House(redis)
    await house.say("what failed?")
    assert not await house.inbox.stop(CHANNEL)
    assert not await house.inbox.stop(OTHER)


async def test_a_verdict_is_kept_and_counted_and_not_answered(redis: Redis) -> None:
    house = RatedHouse(redis)
    async with house.working():
        await house.inbox.accept(press("feedback", "up:turn-1"))
        await house.inbox.accept(press("feedback", "down:turn-2"))
        await house.idle()
    assert house.ended(State.NOTED) == 2
    assert house.platform.calls == []
    labels = {"platform": "fake", "verdict": "up"}
    assert house.registry.get_sample_value("resync_feedback_total", labels) == 1
    kept: Any = await redis.xrange(Keys(NAMESPACE).feedback)
    assert [entry[1][b"turn"] for entry in kept] == [b"turn-1", b"turn-2"]


async def test_what_is_no_verdict_is_an_old_button(redis: Redis) -> None:
    house = RatedHouse(redis)
    async with house.working():
        await house.inbox.accept(press("feedback", "sideways:turn-1"))
        await house.idle()
    assert house.ended(State.REFUSED) == 1
