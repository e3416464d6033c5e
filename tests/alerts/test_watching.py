"""Replicas that watch a simulated engine over HTTP: one at a time, none lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.alerts.model import Origin, Pattern, Rule
from resync_bot.alerts.sources.notices import Notice, NoticeSource
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.store import AlertStore
from resync_bot.alerts.watching import AlertWatcher
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Place
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.tasks import beside
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engines
from resync_bot.tws.graph import GraphKeeper, GraphMetrics
from resync_bot.tws.metrics import TwsMetrics
from tests.alerts.world import World, tws_settings
from tests.conversation.platform import FakePlatform

OPS = Place("fake", "T", "OPS")
RULE = Rule(id="all", origin=Origin.FILE, pattern=Pattern(), to=(OPS.encode(),))


@dataclass
class Site:
    """The engine, the store and the platform that all replicas share."""

    world: World
    server: RunningSimulator
    redis: Redis
    platform: FakePlatform

    @asynccontextmanager
    async def replica(self, *, poll_every: float = 0.2, engine_away_after: float = 60) -> AsyncIterator[asyncio.Event]:
        """One more; it ends in order when the block is left, or when the event is set."""
        metrics, stop = CollectorRegistry(), asyncio.Event()
        async with connect_engines(
            tws_settings(self.server.url), breakers=CircuitBreakerManager(registry=metrics), metrics=TwsMetrics(metrics)
        ) as engines:
            graphs = {name: GraphKeeper(tws, name=name, metrics=GraphMetrics(metrics)) for name, tws in engines.items()}
            outbox = Outbox(
                {"fake": self.platform},
                Pacer(self.redis, namespace="test"),
                metrics=ConversationMetrics(CollectorRegistry()),
            )
            watcher = AlertWatcher(
                engines,
                graphs,
                {},
                store=AlertStore(self.redis, namespace="test"),
                notices=WaitingNotices(self.redis, namespace="test"),
                outbox=outbox,
                settings=AlertsSettings(
                    poll_every=poll_every, group_wait=0.2, digest_at=(), engine_away_after=engine_away_after
                ),
                standing=(RULE,),
                fallback=None,
                metrics=metrics,
                now=lambda: datetime.now(UTC),
                new_id=lambda: uuid4().hex,
            )
            async with beside(watcher.run(stop), name="replica") as running:
                try:
                    yield stop
                finally:
                    stop.set()
                    await asyncio.wait((running,))

    def alerts(self) -> list[str]:
        """What stands in the channel itself."""
        return [one.text for one in self.platform.store.messages() if not one.place.thread]

    async def told(self, *words: str) -> None:
        """Waits until each of these stands in an alert."""
        async with asyncio.timeout(20):
            await self.platform.wait_for(lambda: all(any(word in text for text in self.alerts()) for word in words))


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    """Asks again and again: what is waited for happens in the store or the engine, which tell nobody."""
    async with asyncio.timeout(20):
        while not await is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.fixture
async def site(redis: Redis) -> AsyncIterator[Site]:
    world = World(roots=3, followers=2)
    async with world.serving() as server:
        yield Site(world, server, redis, FakePlatform())


async def test_a_failure_and_its_end_are_one_message(site: Site) -> None:
    async with site.replica():
        site.world.fail(site.world.families[0].root)
        await site.told("`ROOT_01` failed")
        site.world.mend(site.world.families[0].root)
        await site.told("Recovered")
    assert len(site.alerts()) == 1


async def test_what_fails_behind_a_failure_is_told_with_it(site: Site) -> None:
    async with site.replica():
        site.world.fail(*site.world.families[0].jobs)
        await site.told("2 more failed")
    assert len(site.alerts()) == 1


async def test_of_two_replicas_one_watches_and_the_other_goes_on(site: Site) -> None:
    async with site.replica() as first, site.replica():
        site.world.fail(site.world.families[0].root)
        await site.told("`ROOT_01` failed")
        first.set()
        site.world.fail(site.world.families[1].root)
        await site.told("`ROOT_02` failed")
    assert len(site.alerts()) == 2


async def test_what_happened_while_nobody_watched_is_told_afterwards(site: Site) -> None:
    async with site.replica():
        site.world.fail(site.world.families[0].root)
        await site.told("`ROOT_01` failed")
    site.world.mend(site.world.families[0].root)
    site.world.fail(site.world.families[1].root)
    async with site.replica():
        await site.told("Recovered", "`ROOT_02` failed")
    assert len(site.alerts()) == 2


async def test_an_engine_that_does_not_answer_is_told_of_until_it_does(site: Site) -> None:
    """What failed meanwhile is told then; what was open before stays as it was."""
    async with site.replica(engine_away_after=0.3):
        site.world.fail(site.world.families[0].root)
        await site.told("`ROOT_01` failed")
        site.server.faults.add(Fault(status=401), times=None)
        await site.told("does not answer", "refuses the bot's login")
        site.world.fail(site.world.families[1].root)
        site.server.faults.clear()
        await site.told("did not answer", "`ROOT_02` failed")
    failed, away, failed_meanwhile = site.alerts()
    assert "`ROOT_01` failed" in failed
    assert "Recovered" not in failed
    assert "did not answer" in away
    assert "`ROOT_02` failed" in failed_meanwhile


async def test_a_notice_makes_it_look_at_once(site: Site) -> None:
    """The engine would not be looked at again for an hour."""
    async with site.replica(poll_every=3600):
        store = AlertStore(site.redis, namespace="test")
        await until(store.seen)  # its first look
        site.world.fail(site.world.families[0].root)
        [name] = await store.seen()
        notice = Notice(source=NoticeSource.JOB_STATUS_CHANGED, engine=name, received=datetime.now(UTC), job="ROOT_01")
        notices = WaitingNotices(site.redis, namespace="test")
        await notices.append(notice, signature="one", remembered=60)
        await site.told("`ROOT_01` failed")

        async def is_dealt_with() -> bool:
            return not await notices.take(10, wait=0.01)

        await until(is_dealt_with)
    assert len(site.alerts()) == 1


async def test_a_plan_switch_makes_no_alert_of_itself(site: Site) -> None:
    """All workstations stop and start again, and what had failed is carried forward."""
    async with site.replica():
        site.world.fail(site.world.families[0].root)
        await site.told("`ROOT_01` failed")
        carried = site.world.families[1].root
        site.world.simulator.switch_plan()
        [before] = (await AlertStore(site.redis, namespace="test").seen()).values()

        async def is_seen() -> bool:
            [seen] = (await AlertStore(site.redis, namespace="test").seen()).values()
            return seen.switched is not None and seen.run_number != before.run_number

        for _ in range(8):  # the engine answers again after 90 of its seconds, its workstations come back by and by
            site.world.simulator.jump(timedelta(seconds=30))
            await asyncio.sleep(0.3)
        await until(is_seen)
        site.world.fail(carried)
        await site.told("`ROOT_02` failed")
    first, second = site.alerts()
    assert "ROOT_01` failed" in first
    assert "FTA_" not in second.partition("\n")[0]
