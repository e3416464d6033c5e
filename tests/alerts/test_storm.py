"""A storm of failures with a dozen causes, while the bot is killed, Redis restarts and the engine is away.

`STORM_FAILURES` makes it larger, `STORM_SECONDS` longer. Whatever happens: each cause is told at most twice in each
channel, besides its board; no channel gets more than its platform takes; nothing is lost, and all is known to be over at
the end.
"""

import asyncio
import json
import os
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
import pytest

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

FAILURES = int(os.environ.get("STORM_FAILURES", "600"))
SECONDS = float(os.environ.get("STORM_SECONDS", "12"))
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

    def __init__(self, world: World, engine: RunningSimulator, bot: Bot, server: RedisServer) -> None:
        self._world = world
        self._engine = engine
        self._bot = bot
        self._server = server
        self.failed: set[str] = set()

    async def rage(self, dice: random.Random) -> None:
        """All fail within the time; the bot dies three times, its store and its engine are away once."""
        causes = sorted((dice.uniform(0, SECONDS * 0.6), number) for number in range(CAUSES))
        due: list[tuple[float, Job]] = []
        for start, number in causes:
            family = self._world.families[number]
            due.append((start, family.root))
            due += [(dice.uniform(start, SECONDS), job) for job in family.followers]
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
            await asyncio.sleep(share * SECONDS - gone)
            gone = share * SECONDS
            self._bot.kill()
            if number == 1:
                await asyncio.to_thread(self._server.restart)

    async def _outage(self) -> None:
        await asyncio.sleep(SECONDS * 0.4)
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


@pytest.mark.timeout(180 + 10 * SECONDS)
async def test_storm(redis_server: RedisServer, tmp_path: Path) -> None:
    world = World(roots=CAUSES, followers=FAILURES // CAUSES - 1)
    slack = StandIn()
    slack.keeps_calls = False
    async with (
        serving_standin(slack),
        Microsoft().serving() as microsoft,
        world.serving() as engine,
        redis_client(redis_server.url, RedisSettings()) as redis,
    ):
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(_settings(tmp_path, slack, microsoft, engine)))
        bot = Bot("tests.alerts.bot_process", redis_server.url, str(path))
        store = AlertStore(redis, namespace=RedisSettings().namespace)
        storm = Storm(world, engine, bot, redis_server)

        def channels() -> list[Channel]:
            in_slack = [_in_slack(slack, channel) for channel in SLACK_CHANNELS]
            return [*in_slack, *(_in_teams(microsoft, channel) for channel in TEAMS_CHANNELS)]

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bot.run())
            await bot.is_ready.wait()
            await _meet(microsoft, f"http://127.0.0.1:{bot.port}")
            await _until(store.seen, bool)
            await storm.rage(random.Random(7))
            await _until(store.groups, lambda groups: _members(groups.values()) >= storm.failed)
            groups = await store.groups()
            places = [f"{group}|{place_of(place).encode()}" for group in groups for place in PLACES]
            await _until(store.posted, lambda posted: posted.keys() >= set(places))
            storm.mend()
            await _until(store.groups, lambda groups: all(group.resolved for group in groups.values()))
            await _until(store.boards, lambda boards: not boards)
            async with asyncio.timeout(60):
                while not all(_is_over(channel) for channel in channels()):  # noqa: ASYNC110  # as in _until
                    await asyncio.sleep(0.3)
            running.cancel()
        groups = await store.groups()
        assert Counter(group.root.subject.job for group in groups.values()) == {
            family.root.name: 1 for family in world.families
        }
        assert _members(groups.values()) == storm.failed
        assert len(bot.kills) > len(KILLED)
        for channel in channels():
            assert max(channel.posts.values(), default=0) <= 2, channel.posts
            assert channel.boards
        _keeps_the_rates(slack, microsoft)


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


async def _until(read: Callable[[], Awaitable[T]], condition: Callable[[T], bool]) -> None:
    """Asks the store, which tells nobody of what another process writes, until it is as it shall be."""
    async with asyncio.timeout(60 + SECONDS):
        while not condition(await outlast_outage(read)):  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.3)


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


def _keeps_the_rates(slack: StandIn, microsoft: Microsoft) -> None:
    for channel, times in slack.api.posts.items():
        for burst in range(1, min(8, len(times))):
            quickest = min(late - early for early, late in zip(times, times[burst:], strict=False))
            # One a second; a request can be overtaken on its way by one second's worth, not by more.
            assert quickest >= burst - 1.2, f"{burst + 1} messages within {quickest:.2f} s in {channel}"
    # A call that was held up on its way for longer than the margin may be told to wait; it is not one after another.
    assert microsoft.over_rate <= len(TEAMS_CHANNELS)
