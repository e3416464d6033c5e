"""From a failure in the engine to what a channel sees, with the whole bot, on each platform."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from resync_bot.alerts.store import AlertStore
from resync_bot.runtime.sections import RedisSettings
from tests.alerts.channels import Channel, Shown, serving_channel
from tests.alerts.whole_bot import notify, running_bot, settings
from tests.alerts.world import Family, World

pytestmark = pytest.mark.timeout(120)

SECRET = "s" * 40


@dataclass
class Scene:
    """A channel, an engine, and a bot that is started with `bot`: again and again, on the same store.

    Keyword arguments of `bot` override its settings of alerts.
    """

    channel: Channel
    world: World
    redis: Redis
    bot: Callable[..., AbstractAsyncContextManager[str]]

    @property
    def family(self) -> Family:
        """The first of the world."""
        return self.world.families[0]

    async def alert(self) -> Shown:
        """The first alert, once it is there."""
        await self.channel.until(self.channel.alerts)
        return self.channel.alerts()[0]

    async def shows(self, *words: str) -> Shown:
        """The only alert, once it says all of these words."""

        def says() -> bool:
            alerts = self.channel.alerts()
            return bool(alerts) and all(word in alerts[0].text for word in words)

        await self.channel.until(says)
        (alert,) = self.channel.alerts()
        return alert

    async def notes(self, alert: Shown, word: str) -> None:
        """Returns when a note under the alert has that word; at once where there are no threads."""
        if self.channel.has_threads:
            await self.channel.until(lambda: any(word in note for note in self.channel.notes(alert.id)))


@pytest.fixture(params=["slack", "teams", "web"])
async def scene(request: pytest.FixtureRequest, redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    world = World(roots=2, followers=5, retried=frozenset({2}))
    async with serving_channel(request.param) as channel, world.serving() as engine:

        @asynccontextmanager
        async def bot(**alerts: object) -> AsyncIterator[str]:
            chosen = {"to": (channel.place,), "webhook_secret": SECRET, **alerts}
            async with running_bot(settings(tmp_path, redis_url, engine.url, alerts=chosen, **channel.sections)) as url:
                await channel.meet(url)
                yield url

        yield Scene(channel, world, redis, bot)


async def test_a_failure_and_what_follows_from_it_is_one_message_with_the_cause_and_buttons(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(*scene.family.jobs)
        alert = await scene.alert()
        for told in ("ROOT_01", "CAUSE_01", "FTA_01", "12", "ORA-01653", "5 more", "First failure"):
            assert told in alert.text
        assert alert.buttons[:2] == ("Acknowledge", "Show log")
        assert len(scene.channel.alerts()) == 1


async def test_the_message_is_edited_until_all_is_over(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(*scene.family.jobs)
        await scene.alert()
        scene.world.rerun(scene.family.root)
        await scene.shows("It runs again")
        scene.world.mend(*scene.family.jobs)
        assert "Acknowledge" not in (await scene.shows("Recovered after")).buttons


async def test_a_bot_that_is_restarted_goes_on_with_the_same_message(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(*scene.family.jobs)
        before = await scene.alert()
    async with scene.bot():
        scene.world.mend(*scene.family.jobs)
        after = await scene.shows("Recovered after")
    assert after.id == before.id


async def test_what_failed_while_no_bot_was_there_is_told_by_the_next_one(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(scene.family.followers[0])
        await scene.channel.until(scene.channel.alerts)
    scene.world.fail(scene.world.families[1].root)
    async with scene.bot():
        await scene.channel.until(lambda: len(scene.channel.alerts()) == 2)


async def test_while_the_engine_tries_again_nobody_is_called_and_when_the_last_try_failed_all_are_told(
    scene: Scene,
) -> None:
    root = scene.world.families[1].root
    async with scene.bot():
        scene.world.fail(root)
        alert = await scene.shows("Recovering by itself", "attempt 1 of 2")
        scene.world.fail(root)
        scene.world.fail(root)
        await scene.notes(alert, "last automatic rerun failed too")
        after = await scene.shows("Nobody looks after it yet")
        assert after.id == alert.id


async def test_a_workstation_that_is_not_reached_is_told_until_it_is_back(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(scene.family.root)
        await scene.alert()
        scene.world.link(2, linked=False)
        await scene.channel.until(lambda: len(scene.channel.alerts()) == 2)
        assert "FTA_02" in scene.channel.alerts()[1].text
        scene.world.link(2, linked=True)
        await scene.channel.until(lambda: scene.channel.alerts()[1].edits)
        assert "Back after" in scene.channel.alerts()[1].text


async def test_a_pressed_button_acknowledges_for_all_to_see_and_another_one_takes_it_back(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(scene.family.root)
        alert = await scene.shows("Nobody looks after it yet")
        await scene.channel.press(alert.id, "Acknowledge")
        await scene.channel.until(lambda: "Release" in scene.channel.alerts()[0].buttons)
        await scene.notes(alert, "looks after it")
        await scene.channel.press(alert.id, "Release")
        await scene.shows("Nobody looks after it yet")
        assert scene.channel.alerts()[0].buttons[0] == "Acknowledge"


async def test_what_is_silenced_by_a_button_is_not_told_and_the_rest_is(scene: Scene) -> None:
    async with scene.bot():
        scene.world.fail(scene.family.root)
        alert = await scene.alert()
        await scene.channel.press(alert.id, "Silence 1 h")
        scene.world.mend(scene.family.root)
        await scene.shows("Recovered after")
        scene.world.fail(scene.family.root)
        scene.world.fail(scene.world.families[1].root)
        await scene.channel.until(lambda: any("ROOT_02" in one.text for one in scene.channel.alerts()))
        assert len(scene.channel.alerts()) == 2


async def test_a_notice_of_the_engine_is_enough_where_the_next_look_is_far_away(scene: Scene) -> None:
    async with scene.bot(poll_every=3600.0) as url:
        store = AlertStore(scene.redis, namespace=RedisSettings().namespace)
        while not await store.seen():  # noqa: ASYNC110  # the first look, of which nobody is told
            await asyncio.sleep(0.05)
        scene.world.fail(scene.family.root)
        assert await notify(url, SECRET, scene.family.root) == 202
        await scene.alert()
