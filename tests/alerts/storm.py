"""A storm of failures with a dozen causes over eight channels: what happens, and what was seen of it.

Meanwhile the bot is killed again and again, Redis restarts, and the engine is away for ten minutes of its time.
"""

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp

from resync_bot.alerts.model import AlertGroup
from resync_bot.alerts.rules import place_of
from resync_bot.alerts.store import AlertStore
from resync_bot.runtime.redis import outlast_outage, redis_client
from resync_bot.runtime.sections import RedisSettings
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.plan import Job
from resync_bot.simulator.server import RunningSimulator
from tests.adapters.slack.standin import StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.storm import Bot
from tests.adapters.teams.connector import BOT, TENANT, Microsoft
from tests.alerts.world import ENGINE, World
from tests.redis_server import RedisServer

CAUSES = 12
SLACK_CHANNELS = [f"C0OPS{number}" for number in range(5)]
TEAMS_CHANNELS = [f"19:ops{number}@thread.tacv2" for number in range(2)]
PLACES = [
    *(f"slack/T0HOME/{channel}" for channel in SLACK_CHANNELS),
    *(f"teams/{TENANT}/{channel}" for channel in TEAMS_CHANNELS),
    "web//alerts",
]
OUTAGE = 3.0  # seconds, in which ten minutes of the engine's time pass
KILLED = (0.3, 0.55, 0.8)  # of the storm's time
ROOT = re.compile(r"ROOT_\d\d")
BOARD = re.compile(r"still open")

T = TypeVar("T")


class Storm:
    """What happens, and what was seen of it."""

    def __init__(self, world: World, engine: RunningSimulator, bot: Bot, server: RedisServer, seconds: float) -> None:
        self._seconds = seconds
        self._world = world
        self._engine = engine
        self._bot = bot
        self._server = server
        self.failed: set[str] = set()
        self.kills = 0

    async def rage(self, dice: random.Random) -> None:
        """All fail within the time; the bot dies three times, its store and its engine are away once."""
        causes = sorted((dice.uniform(0, self._seconds * 0.6), number) for number in range(CAUSES))
        due: list[tuple[float, Job]] = []
        for start, number in causes:
            family = self._world.families[number]
            due.append((start, family.root))
            due += [(dice.uniform(start, self._seconds), job) for job in family.followers]
        due.sort(key=lambda one: one[0])
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._kill())
            tasks.create_task(self._outage())
            for moment, job in due:
                if (wait := began + moment - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                self._world.fail(job)
                self.failed.add(job.name)

    async def _kill(self) -> None:
        gone = 0.0
        for number, share in enumerate(KILLED):
            await asyncio.sleep(share * self._seconds - gone)
            gone = share * self._seconds
            self._bot.kill()
            self.kills += 1
            if number == 1:
                await asyncio.to_thread(self._server.restart)

    async def _outage(self) -> None:
        await asyncio.sleep(self._seconds * 0.4)
        order = self._engine.faults.add(Fault(status=503), times=None)
        await asyncio.sleep(OUTAGE)
        self._world.simulator.jump(timedelta(minutes=10))
        self._engine.faults.cancel(order)

    def mend(self) -> None:
        """All is repaired."""
        for family in self._world.families:
            self._world.mend(*family.jobs)


@dataclass
class Channel:
    """What stands in a channel: alerts by their causes, how many messages there are of each cause, and boards."""

    alerts: dict[str, list[str]]
    posts: Counter[str]
    boards: list[str]


@dataclass
class Seen:
    """What was seen. `told_after` is in seconds, from the last failure until every channel knew each cause."""

    failed: set[str]
    causes: set[str]
    groups: list[AlertGroup]
    channels: list[Channel]
    kills: int
    told_after: float
    slack: StandIn
    microsoft: Microsoft

    @property
    def members(self) -> set[str]:
        """The jobs that belong to a group."""
        return _members(self.groups)

    @property
    def messages(self) -> int:
        """All that were posted about causes, their boards included."""
        return sum(channel.posts.total() + len(channel.boards) for channel in self.channels)

    @property
    def most_posts(self) -> int:
        """About one cause in one channel."""
        return max(max(channel.posts.values(), default=0) for channel in self.channels)


async def storm(server: RedisServer, directory: Path, *, failures: int, seconds: float) -> Seen:
    """Returns when everybody was told that all is over. Raises TimeoutError if that is not so in time."""
    world = World(roots=CAUSES, followers=failures // CAUSES - 1)
    slack = StandIn()
    slack.keeps_calls = False
    async with (
        serving_standin(slack),
        Microsoft().serving() as microsoft,
        world.serving() as engine,
        redis_client(server.url, RedisSettings()) as redis,
    ):
        path = directory / "settings.json"
        path.write_text(json.dumps(_settings(directory, slack, microsoft, engine)))
        bot = Bot("tests.alerts.bot_process", server.url, str(path))
        store = AlertStore(redis, namespace=RedisSettings().namespace)
        weather = Storm(world, engine, bot, server, seconds)

        async def until(read: Callable[[], Awaitable[T]], condition: Callable[[T], bool]) -> None:
            """Asks the store, which tells nobody of what another process writes, until it is as it shall be."""
            async with asyncio.timeout(60 + 3 * seconds):
                while not condition(await outlast_outage(read)):  # noqa: ASYNC110  # see above
                    await asyncio.sleep(0.3)

        async def channels() -> list[Channel]:
            in_slack = [_in_slack(slack, channel) for channel in SLACK_CHANNELS]
            return [*in_slack, *(_in_teams(microsoft, channel) for channel in TEAMS_CHANNELS)]

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bot.run())
            await bot.is_ready.wait()
            await _meet(microsoft, f"http://127.0.0.1:{bot.port}")
            await until(store.seen, bool)
            await weather.rage(random.Random(7))
            raged = time.monotonic()
            await until(store.groups, lambda groups: _members(groups.values()) >= weather.failed)
            known = [f"{group}|{place_of(place).encode()}" for group in await store.groups() for place in PLACES]
            await until(store.posted, lambda posted: posted.keys() >= set(known))
            told = time.monotonic()
            weather.mend()
            await until(store.groups, lambda groups: all(group.resolved for group in groups.values()))
            await until(store.boards, lambda boards: not boards)
            await until(channels, lambda shown: all(map(_is_over, shown)))
            running.cancel()
        return Seen(
            failed=weather.failed,
            causes={family.root.name for family in world.families},
            groups=list((await store.groups()).values()),
            channels=await channels(),
            kills=weather.kills,
            told_after=told - raged,
            slack=slack,
            microsoft=microsoft,
        )


def _settings(directory: Path, slack: StandIn, microsoft: Microsoft, engine: RunningSimulator) -> dict[str, object]:
    return {
        "data_directory": str(directory),
        "tws": ENGINE | {"host": engine.url},
        "slack": {"bot_token": slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": f"{slack.url}/api/"},
        "teams": microsoft.settings,
        "alerts": {"to": PLACES, "poll_every": 1.0, "group_wait": 1.0, "storm": 6},
    }


async def _meet(microsoft: Microsoft, url: str) -> None:
    """The bot is added to the channels of Teams."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {microsoft.sign()}"}) as session:
        for channel in TEAMS_CHANNELS:
            where = {"id": channel, "conversationType": "channel", "tenantId": TENANT, "isGroup": True}
            added = microsoft.activity("", type="conversationUpdate", membersAdded=[{"id": BOT}], conversation=where)
            async with session.post(f"{url}/api/messages", json=added) as response:
                assert response.status == 202


def _members(groups: Iterable[AlertGroup]) -> set[str]:
    return {member.trouble.subject.job for group in groups for member in group.members} - {""}


# --- what people see ---


def _in_slack(slack: StandIn, channel: str) -> Channel:
    said = slack.space.said(channel)
    return _channel([(one.ts, one.thread_ts, seen(one)) for one in said])


def _in_teams(microsoft: Microsoft, channel: str) -> Channel:
    said = [one for one in microsoft.said() if one.conversation.startswith(channel)]
    shown = [(one.id, one.conversation, one.text + json.dumps(one.card)) for one in said]
    return _channel(
        [(key, where.partition(";messageid=")[2], text) for key, where, text in shown if "I am Resync" not in text]
    )


def _channel(messages: list[tuple[str, str, str]]) -> Channel:
    """Of id, thread and text each."""
    boards = [text for _, thread, text in messages if not thread and BOARD.search(text)]
    causes = {key: ROOT.findall(text)[0] for key, thread, text in messages if not thread and not BOARD.search(text)}
    alerts: dict[str, list[str]] = {}
    for key, _, text in messages:
        if key in causes:
            alerts.setdefault(causes[key], []).append(text)
    posts = Counter(causes[thread or key] for key, thread, _ in messages if (thread or key) in causes)
    return Channel(alerts, posts, boards)


def _is_over(channel: Channel) -> bool:
    """Everything that stands there says so."""
    alerts = [text for texts in channel.alerts.values() for text in texts]
    return all("Recovered" in text for text in alerts) and all("0 still open" in text for text in channel.boards)
