"""A storm: many events, redelivered, while the bot is killed again and again, Redis restarts, and Slack fails.

`STORM_EVENTS` makes it longer. Whatever happens: every question has exactly one answer, in its thread, in order, and no
channel is written to faster than it takes.
"""

import asyncio
import os
import random
from collections import Counter, defaultdict

import aiohttp
import pytest

from tests.adapters.slack.standin import Deliveries, Fault, StandIn, serving_standin
from tests.adapters.slack.standin.methods import POSTING, seen
from tests.adapters.slack.standin.state import Json
from tests.adapters.storm import Bot, killing
from tests.redis_server import RedisServer

EVENTS = int(os.environ.get("STORM_EVENTS", "2000"))
CHANNELS = max(10, EVENTS // 8)
THREADS = 2  # in each channel
REDELIVERED = 0.3
FAILING = 0.05
KILL_SECONDS = 4.0
KILLED_AFTER_POST = 4  # times that it dies between a post and its record
AT_ONCE = 48  # deliveries under way


class Weather:
    """What goes wrong at Slack, and when the bot dies."""

    def __init__(self, bot: Bot, dice: random.Random) -> None:
        self._bot = bot
        self._dice = dice
        self._posts = 0
        self.is_over = False

    def fault(self, method: str, _arguments: Json) -> Fault | None:
        """For the stand-in."""
        if self.is_over:
            return None
        if method in POSTING:
            self._posts += 1
            if self._posts % (EVENTS // 2 // KILLED_AFTER_POST) == 0:
                self._bot.kill()  # the message stands, and nobody has recorded it
                return Fault(cut=True, performed=True)
        if self._dice.random() >= FAILING:
            return None
        return self._dice.choice(
            [
                Fault(status=429, error="ratelimited", retry_after=1),
                Fault(status=500),
                Fault(status=500, performed=True),
                Fault(error="internal_error"),
                Fault(cut=True),
                Fault(cut=True, performed=True),
            ]
        )


async def deliver(says: Deliveries, payload: Json) -> None:
    """As Slack does: again until it is acknowledged."""
    while True:
        try:
            if await says.post(payload) == 200:
                return
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.2)


async def converse(says: Deliveries, thread: list[Json], gate: asyncio.Semaphore, dice: random.Random) -> None:
    """The deliveries of one thread, in order."""
    for payload in thread:
        async with gate:
            await deliver(says, payload)
            if dice.random() < REDELIVERED:
                await deliver(says, payload)


def questions(slack: StandIn, says: Deliveries) -> list[list[Json]]:
    """Every thread's deliveries: a mention, then follow-ups; some come as `message` and as `app_mention`."""
    threads = []
    for number in range(CHANNELS * THREADS):
        channel = f"C0{number % CHANNELS:05d}"
        root = ""
        thread: list[Json] = []
        for step in range(max(1, EVENTS // CHANNELS // THREADS)):
            event = says.message(channel, f"<@U0BOT> q{number}-{step}.", user=f"U0{number % 7}", thread_ts=root)
            root = root or event["ts"]
            thread.append(says.event(event))
            if step % 3 == 0:
                thread.append(says.event(says.twin(event)))
        threads.append(thread)
    return threads


@pytest.mark.timeout(120 + EVENTS / 10)
async def test_storm(redis_server: RedisServer) -> None:
    dice = random.Random(7)
    slack = StandIn()
    slack.keeps_calls = False
    async with serving_standin(slack), aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(3)) as session:
        bot = Bot("tests.adapters.slack.bot_process", redis_server.url, f"{slack.url}/api/")
        weather = Weather(bot, dice)
        slack.fault = weather.fault
        says = Deliveries(slack.space, session, f"http://127.0.0.1:{bot.port}")
        threads = questions(slack, says)
        asked = {_token(payload): payload["event"] for thread in threads for payload in thread}
        async with killing(bot, redis_server, every=KILL_SECONDS):
            gate = asyncio.Semaphore(AT_ONCE)
            async with asyncio.TaskGroup() as group:
                for thread in threads:
                    group.create_task(converse(says, thread, gate, dice))
            async with asyncio.timeout(60 + EVENTS / 20):
                while not _all_answered(slack, asked):  # noqa: ASYNC110  # the stand-in tells nobody of each call: too many
                    await asyncio.sleep(0.2)
        assert len(bot.kills) >= KILLED_AFTER_POST
        _check(slack, asked)


def _token(payload: Json) -> str:
    return str(payload["event"]["text"].split()[-1])


def _answers(slack: StandIn) -> dict[str, list[str]]:
    return {
        message.ts: [word for word in seen(message).split() if word.startswith("q")]
        for message in slack.space.said()
        if message.streaming != "on"
    }


def _all_answered(slack: StandIn, asked: Json) -> bool:
    return {word for words in _answers(slack).values() for word in words} >= set(asked)


def _check(slack: StandIn, asked: dict[str, Json]) -> None:
    count = Counter(word for words in _answers(slack).values() for word in words)
    assert {word: number for word, number in count.items() if number != 1} == {}, "answered more than once"
    assert set(count) == set(asked), "not answered, or never asked"
    order = defaultdict(list)
    for message in slack.space.said():
        words = [word for word in seen(message).split() if word.startswith("q")]
        assert words, f"a message that answers nothing: {message}"
        for word in words:
            assert message.thread_ts == (asked[word].get("thread_ts") or asked[word]["ts"]), "in the wrong thread"
            order[message.thread_ts].append(int(word.strip(".").split("-")[1]))
    assert all(steps == sorted(steps) for steps in order.values()), "out of order"
    for channel, times in slack.api.posts.items():
        for burst in range(1, min(8, len(times))):
            quickest = min(late - early for early, late in zip(times, times[burst:], strict=False))
            # One a second; a request can be overtaken on its way by one second's worth, not by more.
            assert quickest >= burst - 1.2, f"{burst + 1} messages within {quickest:.2f} s in {channel}"
