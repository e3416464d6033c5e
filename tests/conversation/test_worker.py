"""Workers: sharing, taking over, stopping, and outlasting a store that goes away."""

import asyncio

from redis.asyncio import Redis
from structlog.testing import capture_logs

from resync_bot.conversation.lanes import Claim, Lanes
from resync_bot.conversation.model import Place, State
from resync_bot.conversation.ports import Progress, Turn
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import CHANNEL, NAMESPACE, OTHER, Gate, House, eventually
from tests.redis_server import RedisServer

LANE = "{test}:lane:" + CHANNEL.encode()


class CountingLanes(Lanes):
    """Tells when a lease was renewed so often."""

    renewals = 0

    async def extend(self, claim: Claim) -> bool:
        """See Lanes."""
        is_held = await super().extend(claim)
        self.renewals += 1
        self.renewed.set()
        return is_held

    async def renewed_times(self, count: int) -> None:
        """Returns when it is so."""
        while self.renewals < count:
            self.renewed.clear()
            await self.renewed.wait()

    @property
    def renewed(self) -> asyncio.Event:
        """Set at every renewal."""
        self._renewed: asyncio.Event = getattr(self, "_renewed", None) or asyncio.Event()
        return self._renewed


def held_up(house: House, *, when: str = "slow") -> Gate:
    """The responder waits at the gate with every question that begins with `when`."""
    gate = Gate()

    async def wait(turn: Turn, progress: Progress) -> None:
        if turn.texts[0][1].startswith(when):
            await gate.pass_through()

    house.responder.before = wait
    return gate


async def test_two_workers_share_what_there_is(redis: Redis) -> None:
    work = WorkSettings(concurrency=1)
    ours, theirs = House(redis, work=work), House(redis, work=work)
    gates = [held_up(house) for house in (ours, theirs)]
    async with ours.working(), theirs.working():
        await ours.say("slow one", at=CHANNEL)
        await ours.say("slow two", at=OTHER)
        for gate in gates:
            await gate.reached()
        for gate in gates:
            gate.open()
        await ours.platform.answered(1)
        await theirs.platform.answered(1)
    assert sorted(ours.platform.answers + theirs.platform.answers) == ["slow one", "slow two"]


async def test_a_turn_longer_than_its_lease_is_not_stolen(redis: Redis) -> None:
    work = WorkSettings(lease=0.6)
    ours, theirs = House(redis, work=work), House(redis, work=work)
    gate = held_up(ours)
    lanes = CountingLanes(redis, namespace=NAMESPACE, settings=work, consumer="ours")
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(ours.worker(lanes).run(stop))
        await ours.say("slow")
        await gate.reached()
        async with theirs.working():
            await lanes.renewed_times(8)  # more than two leases
        assert theirs.responder.turns == []
        gate.open()
        assert await ours.platform.answered(1) == ["slow"]
        stop.set()
    assert theirs.platform.answers == []


async def test_who_lost_its_lease_is_stopped_and_writes_nothing_more(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(lease=0.2))
    gate = held_up(house)
    async with house.working():
        await house.say("slow")
        await gate.reached()
        await redis.hset(LANE, mapping={"token": "another", "until": "9999999999999"})

        async def is_idle() -> bool:
            return not house.registry.get_sample_value("resync_lanes_in_work")

        await eventually(is_idle)
    assert house.platform.store.messages() == []
    assert house.registry.get_sample_value("resync_leases_lost_total") == 1
    assert house.ended(State.ANSWERED) == 0
    assert await redis.hget(LANE, "token") == b"another"


async def test_who_lost_its_lease_just_before_the_end_writes_no_history(redis: Redis) -> None:
    house = House(redis)
    gate = held_up(house)
    async with house.working():
        await house.say("slow")
        await gate.reached()
        await redis.hset(LANE, mapping={"token": "another", "until": "9999999999999"})
        gate.open()
        await house.platform.answered(1)
    assert await house.history.read(CHANNEL) == ()
    assert house.ended(State.ANSWERED) == 0


async def test_a_question_that_kills_its_workers_is_given_up_with_a_word(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(attempts=2))
    lanes = house.lanes()
    await lanes.read(1, wait=0.001)
    await house.say("deadly")
    (ticket,) = await lanes.read(1, wait=0.001)
    for attempt in ("one", "two"):
        assert await lanes.take(ticket, attempt)
        await redis.hset(LANE, "until", "0")
    await lanes.hand_back(ticket)
    async with house.working():
        (told,) = await house.platform.answered(1)
        assert told.startswith("I tried several times and could not answer this. (reference ")
        await house.say("harmless")
        await house.platform.answered(2)
    assert [turn.texts[0][1] for turn in house.responder.turns] == ["harmless"]
    assert house.ended(State.FAILED) == 1


async def test_a_question_whose_very_apology_kills_is_dropped(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(attempts=1))
    lanes = house.lanes()
    await lanes.read(1, wait=0.001)
    await house.say("deadly")
    (ticket,) = await lanes.read(1, wait=0.001)
    for attempt in ("one", "two"):
        assert await lanes.take(ticket, attempt)
        await redis.hset(LANE, "until", "0")
    await lanes.hand_back(ticket)
    async with house.working():
        await house.say("harmless")
        assert await house.platform.answered(1) == ["harmless"]
    assert house.ended(State.FAILED) == 1


async def test_a_defect_of_the_house_leaves_the_turn_to_another_attempt(redis: Redis) -> None:
    """What the handler does not expect does not stop the worker."""
    house = House(redis, work=WorkSettings(lease=0.2))

    class BrokenOnce(Lanes):
        broken = False

        async def complete(self, *arguments: object, **options: object) -> Claim | None:
            if not self.broken:
                self.broken = True
                raise KeyError("a defect")
            return await super().complete(*arguments, **options)  # type: ignore[arg-type]  # passed on as they came

    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        lanes = BrokenOnce(redis, namespace=NAMESPACE, settings=house.work, consumer="broken")
        group.create_task(house.worker(lanes).run(stop))
        await house.say("what failed?")
        await house.platform.wait_for(lambda: house.platform.calls.count("finish") == 2)
        stop.set()
    assert house.platform.answers == ["what failed?"]
    assert house.ended(State.ANSWERED) == 1


# --- stopping ---


async def test_a_worker_that_stops_finishes_what_it_began(redis: Redis) -> None:
    house = House(redis)
    gate = held_up(house)
    async with house.working() as stop:
        await house.say("slow")
        await gate.reached()
        stop.set()
        await house.say("later")
        gate.open()
    assert house.platform.answers == ["slow"]
    successor = House(redis)
    async with successor.working():
        assert await successor.platform.answered(1) == ["later"]


async def test_what_is_not_finished_in_time_goes_to_another_at_once(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(drain=0.01, lease=3600))
    gate = held_up(house)

    async def show_something(turn: Turn, progress: Progress) -> None:
        progress.text("looking")
        await gate.pass_through()

    house.responder.before = show_something
    async with house.working() as stop:
        await house.say("slow")
        await house.platform.wait_for(lambda: "show" in house.platform.calls)

        async def is_remembered() -> bool:
            return bool(await redis.hget(LANE, "ref"))

        await eventually(is_remembered)
        stop.set()
    successor = House(redis, platform=house.platform, work=WorkSettings(lease=3600))
    async with successor.working():
        assert await successor.platform.answered(1) == ["slow"]
    (message,) = house.platform.store.messages()
    assert message.versions == ["looking", "slow"]
    assert successor.registry.get_sample_value("resync_turn_takeovers_total") == 0


async def test_a_worker_that_stops_leaves_the_group(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("one")
        await house.platform.answered(1)
    assert await redis.xinfo_consumers("{test}:work", "workers") == []


async def test_a_worker_stops_while_the_store_is_away(redis_server: RedisServer) -> None:
    async with redis_client(redis_server.url, RedisSettings(timeout=0.5)) as redis:
        house = House(redis, work=WorkSettings(drain=0.1))
        async with house.working() as stop:
            await house.say("one")
            await house.platform.answered(1)
            redis_server.kill()
            stop.set()


# --- a store that comes and goes ---


async def test_a_worker_goes_on_when_the_store_is_back(redis_server: RedisServer) -> None:
    async with redis_client(redis_server.url, RedisSettings(timeout=0.5)) as redis:
        house = House(redis)
        gate = held_up(house)
        async with house.working():
            await house.say("slow")
            await gate.reached()
            await asyncio.to_thread(redis_server.kill)
            gate.open()
            await house.platform.answered(1)
            await asyncio.to_thread(redis_server.start)
            await redis.ping()
            await house.say("another", at=OTHER)
            await house.platform.answered(2)
        assert house.platform.answers == ["slow", "another"]
        assert len(await house.history.read(CHANNEL)) == 1


async def test_a_worker_goes_on_after_the_store_was_emptied(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("one")
        await house.platform.answered(1)
        await redis.flushall()
        await redis.script_flush()
        await house.say("two", at=OTHER)
        assert await house.platform.answered(2) == ["one", "two"]


async def test_waiting_for_work_is_not_an_outage(redis_url: str) -> None:
    async with redis_client(redis_url, RedisSettings(timeout=0.1)) as redis:
        house = House(redis)
        with capture_logs() as logs:
            async with house.working():
                await asyncio.sleep(1.2)  # longer than a read waits; nothing happens that one could wait for
                await house.say("one")
                await house.platform.answered(1)
    assert "redis_away" not in [line["event"] for line in logs]


async def test_many_places_at_once_each_in_order(redis: Redis) -> None:
    house = House(redis)
    places = [Place("fake", "T1", f"channel-{number}") for number in range(50)]
    async with house.working() as stop:
        for number in range(5):
            for place in places:
                await house.say(f"{number}", at=place)
        await house.idle()
        stop.set()
    for place in places:
        said = [message.text for message in house.platform.store.messages() if message.place == place]
        assert [text for each in said for text in each.split(" + ")] == ["0", "1", "2", "3", "4"]
    assert house.ended(State.ANSWERED) == 250
