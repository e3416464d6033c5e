"""From a failure in the engine to what a channel sees, with the whole bot, on each platform."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.alerts.channels import Channel, Shown, serving_channel
from tests.alerts.whole_bot import running_bot, settings
from tests.alerts.world import Family, World

pytestmark = pytest.mark.timeout(120)


@dataclass
class Scene:
    """A channel, an engine, and a bot that is started with `bot`: again and again, on the same store."""

    channel: Channel
    world: World
    bot: Callable[[], AbstractAsyncContextManager[str]]

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
        """Returns when a note under the alert has that word."""
        await self.channel.until(lambda: any(word in note for note in self.channel.notes(alert.id)))


@pytest.fixture(params=["slack", "teams"])
async def scene(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    world = World(roots=2, followers=5, retried=frozenset({2}))
    async with serving_channel(request.param) as channel, world.serving() as engine:
        chosen = settings(tmp_path, redis_url, engine.url, alerts={"to": (channel.place,)}, **channel.sections)

        @asynccontextmanager
        async def bot() -> AsyncIterator[str]:
            async with running_bot(chosen) as url:
                await channel.meet(url)
                yield url

        yield Scene(channel, world, bot)


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
