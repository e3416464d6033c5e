"""A storm: many activities, redelivered, while the bot is killed again and again, Redis restarts, and Teams fails.

`STORM_ACTIVITIES` makes it longer. In chats every question has exactly one answer, whatever happens, in order. In
channels Teams offers no way to find out whether a post arrived: there a kill between a post and its record can repeat
an answer, and nothing else can. No conversation is written to faster than Teams takes.
"""

import asyncio
import os
import random
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.adapters.teams.connector import TENANT, Fault, Json, Message, Microsoft
from tests.redis_server import RedisServer

ACTIVITIES = int(os.environ.get("STORM_ACTIVITIES", "200"))
CONVERSATIONS = max(10, ACTIVITIES // 5)
REDELIVERED = 0.3
FAILING = 0.05
KILL_SECONDS = 6.0
KILLED_AFTER_POST = 4  # times that it dies between a post and its record
IN_FLIGHT = 0.5  # seconds between a post and its record, at most, on a busy machine
AT_ONCE = 48  # deliveries under way


class Bot:
    """The process: killed at will, and started again at once."""

    def __init__(self, redis: str, microsoft: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._arguments = (redis, str(self.port), microsoft)
        self._process: Process | None = None
        self.is_ready = asyncio.Event()
        self.kills: list[float] = []

    async def run(self) -> None:
        """Starts it whenever it is not there."""
        try:
            while True:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.adapters.teams.bot_process", *self._arguments, stdout=PIPE
                )
                assert self._process.stdout
                if await self._process.stdout.readline():
                    self.is_ready.set()
                await self._process.wait()
        finally:
            self.kill()
            if self._process:
                await self._process.wait()

    def kill(self) -> None:
        """SIGKILL, at whatever line it is."""
        if self._process and self._process.returncode is None:
            self.is_ready.clear()
            self._process.kill()
            self.kills.append(time.monotonic())


class Weather:
    """What goes wrong at Teams, and when the bot dies."""

    def __init__(self, bot: Bot, dice: random.Random) -> None:
        self._bot = bot
        self._dice = dice
        self._posts = 0
        self.is_over = False

    def fault(self, method: str, body: Json) -> Fault | None:
        """For the stand-in: any failure in a chat, in a channel those that surely did nothing."""
        is_chat = body.get("conversation", {}).get("conversationType") == "personal"
        if is_chat and body.get("type") == "message":
            self._posts += 1
            if self._posts % (ACTIVITIES // 4 // KILLED_AFTER_POST) == 0:
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
        self.posted_in_channels: list[float] = []

    def _fault(self, method: str, body: Json) -> Fault | None:
        self.calls.clear()
        if method == "POST" and body["conversation"].get("conversationType") == "channel" and body["type"] == "message":
            self.posted_in_channels.append(time.monotonic())
        return self.weather.fault(method, body) if self.weather else None


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


@asynccontextmanager
async def killing(bot: Bot, server: RedisServer) -> AsyncIterator[None]:
    """Kills the bot every few seconds, and the store once."""

    async def kill() -> None:
        for number in range(1000):
            await bot.is_ready.wait()
            await asyncio.sleep(KILL_SECONDS)
            bot.kill()
            if number == 1:
                await asyncio.to_thread(server.restart)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(bot.run())
        killer = group.create_task(kill())
        try:
            yield
        finally:
            killer.cancel()
            running.cancel()


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
    ):
        assert isinstance(server, StormyMicrosoft)
        bot = Bot(redis_server.url, server.url)
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

        async with killing(bot, redis_server):
            async with asyncio.TaskGroup() as group:
                for activities in conversations:
                    group.create_task(converse(activities))
            async with asyncio.timeout(120 + ACTIVITIES / 10):
                while _answered(server) != {_word(one) for activities in conversations for one in activities}:  # noqa: ASYNC110
                    await asyncio.sleep(0.3)
        assert len(bot.kills) >= KILLED_AFTER_POST
        _check(server, bot.kills)


def _word(activity: Json) -> str:
    return str(activity["text"]).split()[-1]


def _words(message: Message) -> list[str]:
    """The questions that a finished message answers."""
    if message.stream and message.stream.is_open:
        return []
    return [word for word in message.text.split() if word.startswith("q")]


def _answered(microsoft: Microsoft) -> set[str]:
    return {word for message in microsoft.said() for word in _words(message)}


def _check(microsoft: StormyMicrosoft, kills: list[float]) -> None:
    chats, channels = Counter[str](), Counter[str]()
    order: defaultdict[str, list[int]] = defaultdict(list)
    for message in microsoft.said():
        place = chats if message.conversation.startswith("a:") else channels
        for word in _words(message):
            place[word] += 1
            number, step = word.strip("q.").split("-")
            assert f"{number}" in message.conversation, "in the wrong conversation"
            if place[word] == 1:
                order[message.conversation].append(int(step))
    assert {word: times for word, times in chats.items() if times != 1} == {}, "answered more than once in a chat"
    repeated = sum(times - 1 for times in channels.values())
    in_flight = sum(any(0 <= kill - at < IN_FLIGHT for kill in kills) for at in microsoft.posted_in_channels)
    assert repeated <= in_flight, f"{repeated} answers repeated in channels, {in_flight} were on their way at a kill"
    assert all(steps == sorted(steps) for steps in order.values()), "out of order"
    assert microsoft.over_rate == 0, "faster than Teams takes"
