"""One lane, script by script: who has it, what is in it, and what is left when a worker is gone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import pytest
from redis.asyncio import Redis

from resync_bot.conversation.lanes import MOST_ARRIVALS, Claim, Lanes, Ticket
from resync_bot.conversation.model import Answer, Exchange, Place, Question
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import LeaseLostError
from resync_bot.runtime.redis import outlast_outage, redis_client
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import ANA, AT, CHANNEL, OTHER, House
from tests.redis_server import RedisServer

LANE = "{test}:lane:" + CHANNEL.encode()
WORK = "{test}:work"
REF = MessageRef(CHANNEL, "message-1")


async def ticket_of(lanes: Lanes) -> Ticket:
    """The one that waits."""
    # The first read of all makes the group and gives nothing.
    (ticket,) = await lanes.read(10, wait=0.001) or await lanes.read(10, wait=0.001)
    return ticket


async def claimed(lanes: Lanes, token: str = "mine") -> Claim:  # noqa: S107
    """The turn that waits."""
    claim = await lanes.take(await ticket_of(lanes), token)
    assert claim
    return claim


async def expire(redis: Redis) -> None:
    """As if the lease had run out."""
    await redis.hset(LANE, "until", "0")


def texts(claim: Claim | None) -> list[str]:
    """What a turn is about."""
    assert claim
    return [arrival.incoming.text for arrival in claim.arrivals if isinstance(arrival.incoming, Question)]


def exchange(claim: Claim) -> Exchange:
    """A turn's own."""
    return Exchange(claim.turn_id, ((ANA, "?"),), Answer.plain("!"), AT)


async def test_many_messages_make_one_ticket(redis: Redis) -> None:
    house = House(redis)
    for text in ("one", "two", "three"):
        await house.say(text)
    assert texts(await claimed(house.lanes())) == ["one", "two", "three"]
    assert await redis.xlen(WORK) == 1


async def test_a_lane_in_hand_is_nobody_elses(redis: Redis) -> None:
    house = House(redis)
    await house.say("one")
    claim = await claimed(house.lanes())
    assert await house.lanes().take(claim.ticket, "another") is None


async def test_a_completed_lane_leaves_nothing_but_its_history(redis: Redis) -> None:
    house = House(redis)
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    assert await lanes.complete(claim, exchange(claim), go_on=True) is None
    assert await redis.keys("*lane*") + await redis.keys("*arrivals*") == []
    assert await redis.xlen(WORK) == 0
    assert (await redis.xpending(WORK, "workers"))["pending"] == 0
    assert [each.turn_id for each in await house.history.read(CHANNEL)] == [claim.turn_id]


async def test_a_taken_over_turn_is_the_same_turn(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes(), house.lanes()
    await house.say("one")
    claim = await claimed(first)
    assert await first.remember(claim, REF)
    await house.say("two")
    await expire(redis)
    successor = await second.take(claim.ticket, "another")
    assert successor
    assert (successor.turn_id, successor.attempt, successor.resume) == (claim.turn_id, 2, REF)
    assert texts(successor) == ["one"]
    following = await second.complete(successor, exchange(successor), go_on=True)
    assert following
    assert texts(following) == ["two"]
    assert (following.attempt, following.resume) == (1, None)
    assert following.turn_id != claim.turn_id


async def test_who_lost_the_lane_changes_nothing(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes(), house.lanes()
    await house.say("one")
    claim = await claimed(first)
    await expire(redis)
    assert await second.take(claim.ticket, "another")
    before = await redis.hgetall(LANE)
    assert not await first.extend(claim)
    assert not await first.remember(claim, REF)
    with pytest.raises(LeaseLostError):
        await first.complete(claim, exchange(claim), go_on=True)
    await first.hand_back(claim.ticket, claim.token)
    assert await redis.hgetall(LANE) == before
    assert await house.history.read(CHANNEL) == ()


async def test_a_lease_that_ran_out_is_still_good_while_nobody_took_it(redis: Redis) -> None:
    house = House(redis)
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    await expire(redis)
    assert await lanes.extend(claim)
    assert await house.lanes().take(claim.ticket, "another") is None


async def test_taking_again_with_the_same_token_is_the_same_attempt(redis: Redis) -> None:
    """As after a reply that got lost."""
    house = House(redis)
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    again = await lanes.take(claim.ticket, claim.token)
    assert again
    assert (again.turn_id, again.attempt) == (claim.turn_id, 1)


async def test_completing_again_is_done_once(redis: Redis) -> None:
    """As after a reply that got lost."""
    house = House(redis)
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    await house.say("two")
    following = await lanes.complete(claim, exchange(claim), go_on=True)
    again = await lanes.complete(claim, exchange(claim), go_on=True)
    assert following
    assert again
    assert (texts(again), again.turn_id, again.attempt) == (["two"], following.turn_id, 1)
    assert len(await house.history.read(CHANNEL)) == 1


async def test_a_turn_is_bounded_and_the_rest_is_the_next_one(redis: Redis) -> None:
    house = House(redis)
    lanes = house.lanes()
    everything = [f"{number}" for number in range(MOST_ARRIVALS + 3)]
    for text in everything:
        await house.say(text)
    claim = await claimed(lanes)
    following = await lanes.complete(claim, None, go_on=True)
    assert texts(claim) + texts(following) == everything
    assert len(texts(claim)) == MOST_ARRIVALS


async def test_a_ticket_of_a_silent_worker_is_anothers(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(lease=0.001))
    await house.say("one")
    claim = await claimed(house.lanes("gone"))
    await redis.xclaim(WORK, "workers", "gone", 0, [claim.ticket.id], idle=1000)
    assert await house.lanes("other").reclaim(10) == [claim.ticket]


async def test_a_silent_workers_ticket_is_found_behind_many_that_are_in_work(redis: Redis) -> None:
    house = House(redis)
    await house.lanes().read(1, wait=0.001)
    for number in range(40):
        await house.say("one", at=Place("fake", "T1", f"channel-{number}"))
    *_, last = await house.lanes("busy").read(40, wait=0.001)
    await redis.xclaim(WORK, "workers", "gone", 0, [last.id], idle=20_000)
    other = house.lanes("other")
    assert [await other.reclaim(1) for _ in range(4)] == [[], [], [], [last]]


async def test_a_renewed_ticket_is_not_reclaimed(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(lease=15))
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    await redis.xclaim(WORK, "workers", "gone", 0, [claim.ticket.id], idle=20_000)
    assert await lanes.extend(claim)
    assert await house.lanes("other").reclaim(10) == []
    (pending,) = await redis.xpending_range(WORK, "workers", "-", "+", 10)
    assert int(pending["time_since_delivered"]) < 15_000


async def test_a_lane_handed_back_is_free_at_once_and_the_attempt_is_not_counted(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes(), house.lanes()
    await house.say("one")
    claim = await claimed(first)
    await first.remember(claim, REF)
    await first.hand_back(claim.ticket, claim.token)
    (ticket,) = await second.read(10, wait=0.001)
    successor = await second.take(ticket, "another")
    assert successor
    assert (successor.turn_id, successor.attempt, successor.resume) == (claim.turn_id, 1, REF)
    assert await redis.xlen(WORK) == 1


async def test_a_stopping_worker_gives_the_next_turn_away(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes(), house.lanes()
    await house.say("one")
    claim = await claimed(first)
    await house.say("two")
    assert await first.complete(claim, None, go_on=False) is None
    (ticket,) = await second.read(10, wait=0.001)
    assert texts(await second.take(ticket, "another")) == ["two"]


async def test_who_leaves_hands_back_what_it_never_began(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes("first"), house.lanes("second")
    await house.say("one")
    await house.say("two", at=OTHER)
    await first.read(1, wait=0.001)
    assert len(await first.read(10, wait=0.001)) == 2
    await first.leave()
    assert len(await second.read(10, wait=0.001)) == 2
    assert [each["name"] for each in await redis.xinfo_consumers(WORK, "workers")] == [b"second"]


async def test_leaving_does_not_touch_a_lane_that_another_has(redis: Redis) -> None:
    house = House(redis)
    first, second = house.lanes("first"), house.lanes("second")
    await house.say("one")
    ticket = await ticket_of(first)
    claim = await second.take(ticket, "another")
    await first.leave()
    assert claim
    assert await second.extend(claim)
    assert await second.complete(claim, None, go_on=True) is None


async def test_an_old_ticket_is_thrown_away(redis: Redis) -> None:
    house = House(redis)
    lanes = house.lanes()
    await house.say("one")
    ticket = await ticket_of(lanes)
    claim = await lanes.take(ticket, "token")
    assert claim
    await lanes.complete(claim, None, go_on=True)
    assert await lanes.take(ticket, "again") is None
    await house.say("two")
    assert await lanes.take(ticket, "again") is None
    assert texts(await claimed(lanes)) == ["two"]


async def test_nothing_is_left_asleep_when_a_message_comes_just_at_the_end(redis: Redis) -> None:
    house = House(redis)
    lanes = house.lanes()
    await lanes.read(1, wait=0.001)
    released = 0
    for number in range(200):
        await house.say(f"first {number}")
        claim = await claimed(lanes, f"token {number}")
        async with asyncio.TaskGroup() as both:
            if number % 2:
                both.create_task(house.say(f"second {number}"))
            completing = both.create_task(lanes.complete(claim, None, go_on=True))
            if not number % 2:
                both.create_task(house.say(f"second {number}"))
        following = completing.result()
        if following is None:
            released += 1
            following = await claimed(lanes, f"another token {number}")
        assert texts(following) == [f"second {number}"]
        assert await lanes.complete(following, None, go_on=True) is None
    assert 0 < released < 200  # it came before the end, and after it


async def test_what_cannot_be_read_does_not_block_its_lane(redis: Redis) -> None:
    house = House(redis)
    await house.say("one")
    await redis.rpush("{test}:arrivals:" + CHANNEL.encode(), b'id 0 {"kind":"from a newer version"}')
    await house.say("two")
    assert texts(await claimed(house.lanes())) == ["one", "two"]


async def test_a_message_waits_for_as_long_as_it_waited(redis: Redis) -> None:
    house = House(redis)
    await house.say("one")
    (arrival,) = (await claimed(house.lanes())).arrivals
    assert 0 <= arrival.waited < 60


async def test_only_the_newest_exchanges_are_kept_and_not_for_ever(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(history=2, history_days=1))
    lanes = house.lanes()
    turns = []
    for text in ("one", "two", "three"):
        await house.say(text)
        claim = await claimed(lanes)
        turns.append(claim.turn_id)
        await lanes.complete(claim, exchange(claim), go_on=True)
    assert [each.turn_id for each in await house.history.read(CHANNEL)] == turns[1:]
    assert 86_000 < await redis.ttl("{test}:history:" + CHANNEL.encode()) <= 86_400


async def test_with_a_history_of_none_none_is_kept(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(history=0))
    lanes = house.lanes()
    await house.say("one")
    claim = await claimed(lanes)
    await lanes.complete(claim, exchange(claim), go_on=True)
    assert await house.history.read(CHANNEL) == ()


async def test_it_all_works_on_a_cluster(cluster: Redis) -> None:
    """Where a script may only touch keys of one slot, and only such as it declares."""
    house = House(cluster)
    async with house.working():
        await house.say("one")
        await house.platform.answered(1)
        await house.say("two", at=OTHER)
        await house.platform.answered(2)
        await house.say("forget")
        await house.platform.answered(3)
    assert len(await house.history.read(OTHER)) == 1
    assert await house.history.read(CHANNEL) == ()


@pytest.fixture
async def cluster() -> AsyncIterator[Redis]:
    """A cluster of one node."""
    with TemporaryDirectory(prefix="redis-") as directory, socket() as one, socket() as two:
        for each in (one, two):
            each.bind(("127.0.0.1", 0))
        port, bus = one.getsockname()[1], two.getsockname()[1]
        one.close()
        two.close()
        options = f"cluster-enabled yes\nbind 127.0.0.1\nport {port}\ncluster-port {bus}\n"
        server = RedisServer(Path(directory), options=options)
        server.start()
        async with redis_client(server.url, RedisSettings()) as redis:
            await redis.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)  # type: ignore[no-untyped-call]
            await outlast_outage(lambda: redis.set("is", "up"))
            yield redis
        server.stop()
