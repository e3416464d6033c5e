"""A storm: many activities, redelivered, while the bot is killed again and again, Redis restarts, and Teams fails.

`STORM_ACTIVITIES` makes it longer. In chats every question has exactly one answer, whatever happens, in order. In
channels Teams offers no way to find out whether a post arrived: there an answer is repeated if the process that posted
it died before it had recorded that, and never else. No conversation is written to faster than Teams takes.
"""

import asyncio
import os
import random
from collections import defaultdict
from contextlib import suppress

import aiohttp
import pytest
from redis.asyncio import Redis

from resync_bot.runtime.redis import outlast_outage, redis_client
from resync_bot.runtime.sections import RedisSettings
from tests.adapters.storm import Bot, killing
from tests.adapters.teams.connector import TENANT, Fault, Json, Message, Microsoft
from tests.redis_server import RedisServer

ACTIVITIES = int(os.environ.get("STORM_ACTIVITIES", "200"))
CONVERSATIONS = max(10, ACTIVITIES // 5)
REDELIVERED = 0.3
FAILING = 0.05
KILL_SECONDS = 6.0
KILLED_AFTER_POST = 4  # times that it dies between a post and its record
AT_ONCE = 48  # deliveries under way


class Weather:
    """What goes wrong at Teams, and when the bot dies."""

    def __init__(self, bot: Bot, dice: random.Random) -> None:
        self._bot = bot
        self._dice = dice
        self._posts = 0
        self._kills = 0
        self.is_over = False

    def fault(self, method: str, body: Json) -> Fault | None:
        """For the stand-in: any failure in a chat, in a channel those that surely did nothing."""
        is_chat = body.get("conversation", {}).get("conversationType") == "personal"
        if is_chat and body.get("type") == "message":
            self._posts += 1
            if self._kills < KILLED_AFTER_POST and self._posts % (ACTIVITIES // 4 // KILLED_AFTER_POST) == 0:
                self._kills += 1
                self._bot.kill()  # the answer stands, and nobody has recorded it
                return Fault(cut=True, done=True)
        if self._dice.random() >= FAILING:
            return None
        harmless = [Fault(429, headers=(("Retry-After", "1"),)), Fault(412), Fault(502), Fault(504)]
        uncertain = [Fault(500, done=True), Fault(502, done=True), Fault(cut=True), Fault(cut=True, done=True)]
        return self._dice.choice(harmless + uncertain if is_chat or method == "GET" else harmless)


class StormyMicrosoft(Microsoft):
    """Asks the weather before each call, and keeps no record of them: there are too many."""

    def __init__(self) -> None:
        super().__init__()
        self.weather: Weather | None = None
        self.unrecorded: set[str] = set()
        self._noted: set[str] = set()  # whose record may be another's by now: a successor's

    def _fault(self, method: str, body: Json) -> Fault | None:
        self.calls.clear()
        return self.weather.fault(method, body) if self.weather else None

    async def note_unrecorded(self, redis: Redis) -> None:
        """While no process runs: the messages whose post its dead process had not recorded."""

        async def recorded() -> set[str]:
            return {_str(await redis.get(turn)) async for turn in redis.scan_iter("teams:turn:*")}

        known = await outlast_outage(recorded)
        self.unrecorded |= self.messages.keys() - known - self._noted
        self._noted |= self.messages.keys()


async def deliver(session: aiohttp.ClientSession, microsoft: Microsoft, url: str, activity: Json) -> None:
    """As the Bot Connector does: again until it is acknowledged."""
    while True:
        try:
            headers = {"Authorization": f"Bearer {microsoft.sign()}"}
            async with session.post(url, json=activity, headers=headers) as response:
                if response.status == 202:
                    return
                assert response.status in (500, 503), response.status
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.2)


def questions(microsoft: Microsoft) -> list[list[Json]]:
    """Each conversation's activities in order: chats and channels by turns."""
    asked = []
    for number in range(CONVERSATIONS):
        texts = [f"q{number}-{step}." for step in range(ACTIVITIES // CONVERSATIONS)]
        if number % 2:
            where = {"id": f"a:{number}", "conversationType": "personal", "tenantId": TENANT}
            asked.append([microsoft.activity(text, conversation=where) for text in texts])
        else:
            where = {"id": f"19:{number}@thread.tacv2;messageid=1", "conversationType": "channel", "tenantId": TENANT}
            asked.append([{**microsoft.in_channel(text), "conversation": where} for text in texts])
    return asked


@pytest.mark.timeout(180 + ACTIVITIES / 5)
async def test_storm(redis_server: RedisServer) -> None:
    dice = random.Random(7)
    async with (
        StormyMicrosoft().serving() as server,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session,
        redis_client(redis_server.url, RedisSettings()) as redis,
    ):
        assert isinstance(server, StormyMicrosoft)
        bot = Bot(
            "tests.adapters.teams.bot_process",
            redis_server.url,
            server.url,
            died=lambda: server.note_unrecorded(redis),
        )
        server.weather = Weather(bot, dice)
        url = f"http://127.0.0.1:{bot.port}/api/messages"
        conversations = questions(server)
        gate = asyncio.Semaphore(AT_ONCE)

        async def converse(activities: list[Json]) -> None:
            for activity in activities:
                async with gate:
                    await deliver(session, server, url, activity)
                    if dice.random() < REDELIVERED:
                        await deliver(session, server, url, activity)

        async with killing(bot, redis_server, every=KILL_SECONDS):
            async with asyncio.TaskGroup() as group:
                for activities in conversations:
                    group.create_task(converse(activities))
            asked = {_word(one) for activities in conversations for one in activities}
            with suppress(TimeoutError):
                async with asyncio.timeout(120 + ACTIVITIES / 10):
                    while _answered(server) != asked:  # noqa: ASYNC110
                        await asyncio.sleep(0.3)
            assert _answered(server) == asked, f"{len(bot.kills)} kills"
        assert len(bot.kills) >= KILLED_AFTER_POST
        _check(server)


def _str(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def _word(activity: Json) -> str:
    return str(activity["text"]).split()[-1]


def _words(message: Message) -> list[str]:
    """The questions that a finished message answers."""
    if message.stream and message.stream.is_open:
        return []
    return [word for word in message.text.split() if word.startswith("q")]


def _answered(microsoft: Microsoft) -> set[str]:
    return {word for message in microsoft.said() for word in _words(message)}


def _check(microsoft: StormyMicrosoft) -> None:
    told: defaultdict[str, list[Message]] = defaultdict(list)
    order: defaultdict[str, list[int]] = defaultdict(list)
    for message in microsoft.said():
        for word in _words(message):
            number, step = word.strip("q.").split("-")
            assert f"{number}" in message.conversation, "in the wrong conversation"
            if not told[word]:
                order[message.conversation].append(int(step))
            told[word].append(message)
    for word, messages in told.items():
        if messages[0].conversation.startswith("a:"):
            assert len(messages) == 1, f"{word} answered more than once in a chat"
        recorded = [message for message in messages if message.id not in microsoft.unrecorded]
        assert len(recorded) <= 1, f"{word} answered again although its answer was recorded"
    assert all(steps == sorted(steps) for steps in order.values()), "out of order"
    assert microsoft.over_rate == 0, "faster than Teams takes"
