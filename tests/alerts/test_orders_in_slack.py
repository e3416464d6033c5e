"""People in a Slack channel order what they want to be told, with the whole bot and an engine in which things fail."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from resync_bot.alerts.model import Outcome
from resync_bot.alerts.store import AlertStore
from tests.adapters.slack.standin import Deliveries, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.alerts.whole_bot import running_bot, settings
from tests.alerts.world import World

pytestmark = pytest.mark.timeout(120)

OPS = "C0OPS"


@dataclass
class Scene:
    """A channel with people and the bot, and an engine."""

    slack: StandIn
    people: Deliveries
    world: World
    store: AlertStore

    async def says(self, text: str, answered: str) -> str:
        """Ana mentions the bot; its answer, which has the words `answered`."""
        event = self.people.mention(OPS, text)
        assert await self.people.say(event) == 200
        return await self.shown(lambda texts: [one for one in texts if answered in one], under=event["ts"])

    async def shown(self, which: Callable[[list[str]], list[str]], *, under: str = "") -> str:
        """The first text in the channel, or in the thread `under` a message, that `which` picks, once it is there."""

        def texts() -> list[str]:
            said = self.slack.space.said(OPS)
            return [seen(one) for one in said if (one.thread_ts or "") in ({under} if under else {"", one.ts})]

        await self.slack.until(lambda: bool(which(texts())), timeout=20)
        return which(texts())[0]

    async def decided(self, name: str, outcome: Outcome) -> None:
        """Returns when that was recorded for an object."""
        async with asyncio.timeout(20):
            while True:
                if outcome in {told.outcome for told in await self.store.told(name)}:
                    return
                await asyncio.sleep(0.1)


@pytest.fixture
async def scene(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    world = World(roots=2, followers=2)
    async with aiohttp.ClientSession() as session, serving_standin(StandIn()) as slack, world.serving() as engine:
        keys = {"bot_token": slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": f"{slack.url}/api/"}
        chosen = settings(tmp_path, redis_url, engine.url, alerts={}, slack=keys)
        async with running_bot(chosen) as url:
            store = AlertStore(redis, namespace=chosen.redis.namespace)
            yield Scene(slack, Deliveries(slack.space, session, url), world, store)


async def test_from_an_order_to_the_alert_and_who_looks_after_it(scene: Scene) -> None:
    first, second = (family.root for family in scene.world.families)
    scene.world.fail(second)
    await scene.decided("ROOT_02", Outcome.SENT)  # on the chat page: no rule means it
    said = await scene.says("alert me here about ROOT_*", "From now on")
    assert "it means 2 jobs" in said
    assert "1 alert about it is open and comes here now" in said
    await scene.shown(lambda texts: [one for one in texts if "ROOT_02" in one and "Nobody looks after it" in one])

    scene.world.fail(first)
    await scene.shown(lambda texts: [one for one in texts if "ROOT_01" in one and "Nobody looks after it" in one])
    await scene.says("ack ROOT_01", "looks after it")
    await scene.shown(lambda texts: [one for one in texts if "ROOT_01" in one and "looks after it since" in one])


async def test_what_is_silenced_is_not_told_and_why_is(scene: Scene) -> None:
    first, second = (family.root for family in scene.world.families)
    await scene.says("me avise aqui sobre ROOT_*", "A partir de agora")
    await scene.says("silence ROOT_02 for 1 hour because CHG123", "Silent until")

    scene.world.fail(second)
    await scene.decided("ROOT_02", Outcome.SILENCED)
    why = await scene.says("why was I not told about ROOT_02?", "What became of")
    assert "not told here: silenced by" in why
    assert "because CHG123" in why

    scene.world.fail(first)
    await scene.shown(lambda texts: [one for one in texts if "ROOT_01" in one])
    await scene.says("CHG123 is closed", "The silence is over")
    await scene.shown(lambda texts: [one for one in texts if "ROOT_02" in one and "CHG123" in one])
    await scene.shown(lambda texts: [one for one in texts if "ROOT_02" in one and "CHG123" not in one])
