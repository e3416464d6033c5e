"""Alerts: from a failure in the engine to the posted message, found by looking and told by the webhook; a storm.

The bot is a process of its own with its shipped times: a look every 15 s, 5 s in which what belongs to a failure may
come. Failures come one every few seconds, so that they meet every moment between two looks.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from resync_bot.alerts.store import AlertStore
from resync_bot.runtime.embedded_redis import embedded_redis
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings
from tests.adapters.slack.standin import StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.storm import Bot
from tests.alerts.storm import CAUSES, PLACES, Seen, storm
from tests.alerts.whole_bot import notify
from tests.alerts.world import ENGINE, World
from tests.redis_server import RedisServer

Row = tuple[str, str, str]

FAILURES = 20
EVERY = 3.1  # seconds from one failure to the next: no multiple of it is that of a look
STORM_FAILURES, STORM_SECONDS = 5_000, 60.0
SECRET = "s" * 40
CHANNEL = "C0OPS"


@dataclass(frozen=True, slots=True)
class Delay:
    """In seconds."""

    p50: float
    p95: float


async def alerts() -> list[Row]:
    """The figures of alerting."""
    looked, told = await _delay(by_webhook=False), await _delay(by_webhook=True)
    raged = await _storm()
    what = f"storm: {len(raged.failed)} failures, {CAUSES} causes, {STORM_SECONDS:.0f} s, {len(PLACES)} channels"
    return [
        ("alerts: failure to posted message, found by looking, p50 and p95", _range(looked), ""),
        ("alerts: the same, told by the webhook", _range(told), ""),
        (f"{what}, {raged.kills} times kill -9", f"{len(raged.groups)} alerts, {raged.messages} messages", ""),
        ("storm: messages of one cause in one channel, besides boards", f"at most {raged.most_posts}", "at most 2"),
        ("storm: failures that are in no alert", f"{len(raged.failed - raged.members)}", "0"),
        ("storm: last failure until every channel knew each cause", f"{raged.told_after:.0f} s", ""),
    ]


async def _delay(*, by_webhook: bool) -> Delay:
    world = World(roots=FAILURES, followers=2)
    slack = StandIn()
    async with serving_standin(slack), world.serving() as engine:
        settings = {
            "tws": ENGINE | {"host": engine.url},
            "slack": {"bot_token": slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": f"{slack.url}/api/"},
            "alerts": {"to": [f"slack/T0HOME/{CHANNEL}"], "webhook_secret": SECRET, "storm": 10 * FAILURES},
        }
        async with _bot(settings) as url:
            failed: dict[str, float] = {}
            for family in world.families:
                world.fail(*family.jobs)
                failed[family.root.name] = time.monotonic()
                if by_webhook:
                    assert await notify(url, SECRET, family.root) == 202
                await asyncio.sleep(EVERY)
            await slack.until(lambda: len(slack.space.said(CHANNEL)) >= FAILURES, timeout=120)
        told = {root: message.at for message in slack.space.said(CHANNEL) for root in failed if root in seen(message)}
    took = quantiles((told[root] - failed[root] for root in failed), n=20, method="inclusive")
    return Delay(p50=took[9], p95=took[18])


@asynccontextmanager
async def _bot(settings: dict[str, object]) -> AsyncIterator[str]:
    """The bot in its process, once it has looked at the engine for the first time; its address."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "settings.json"
        path.write_text(json.dumps({**settings, "data_directory": directory}))
        async with (
            embedded_redis(Path(directory) / "redis") as address,
            redis_client(address, RedisSettings()) as redis,
            asyncio.TaskGroup() as tasks,
        ):
            bot = Bot("tests.alerts.bot_process", address, str(path))
            running = tasks.create_task(bot.run())
            await bot.is_ready.wait()
            store = AlertStore(redis, namespace=RedisSettings().namespace)
            while not await store.seen():  # noqa: ASYNC110  # another process writes it
                await asyncio.sleep(0.1)
            yield f"http://127.0.0.1:{bot.port}"
            running.cancel()


async def _storm() -> Seen:
    with TemporaryDirectory() as data, TemporaryDirectory() as directory:
        server = RedisServer(Path(data))
        server.start()
        try:
            return await storm(server, Path(directory), failures=STORM_FAILURES, seconds=STORM_SECONDS)
        finally:
            server.stop()


def _range(delay: Delay) -> str:
    return f"{delay.p50:.1f} and {delay.p95:.1f} s"
