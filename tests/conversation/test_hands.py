"""What is accepted where a hand is free is begun in the same step; nothing overtakes, nothing is held by nobody."""

import asyncio
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from resync_bot.conversation.lanes import Claim, Lanes, Offer, Ticket
from resync_bot.conversation.model import State
from resync_bot.conversation.ports import Accepted, Duplicate, Note, RateLimited
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import LimitSettings, RedisSettings, WorkSettings
from tests.conversation.house import CHANNEL, NAMESPACE, OTHER, House, question

TOKEN = "hand-1"
THREAD = Note(f"{{{NAMESPACE}}}:test:thread", "in it", seconds=60)


@dataclass
class OneHand:
    """Free until something comes of its offer."""

    lanes: Lanes
    settled: list[Claim | Ticket | None] = field(default_factory=list)

    def offer(self) -> Offer | None:
        return None if self.settled else Offer(TOKEN, self.lanes.consumer, self.lanes.lease, begun=0.0)

    def settle(self, offer: Offer, taken: Claim | Ticket | None) -> None:
        assert offer.token == TOKEN
        self.settled.append(taken)


@pytest.fixture
async def house(redis: Redis) -> House:
    return House(redis, limits=LimitSettings(person_burst=3, person_per_minute=1))


@pytest.fixture
async def hand(house: House) -> OneHand:
    lanes = house.lanes("ours")
    assert await lanes.read(1, wait=0.01) == []  # makes the group
    hand = OneHand(lanes)
    house.inbox.hand_to(hand)
    return hand


def claim_of(hand: OneHand) -> Claim:
    (taken,) = hand.settled
    assert isinstance(taken, Claim)
    return taken


async def test_a_free_lane_is_taken_with_its_question(house: House, hand: OneHand) -> None:
    assert await house.say("what failed?") == Accepted()
    claim = claim_of(hand)
    assert (claim.token, claim.attempt, claim.resume, claim.history) == (TOKEN, 1, None, ())
    assert [getattr(arrival.incoming, "text", "") for arrival in claim.arrivals] == ["what failed?"]
    assert await hand.lanes.extend(claim)
    assert await house.lanes("theirs").read(1, wait=0.01) == []  # it is nobody else's


async def test_what_is_taken_so_is_completed_as_ever(house: House, hand: OneHand) -> None:
    await house.say("what failed?")
    await house.say("and why?")
    claim = claim_of(hand)
    following = await hand.lanes.complete(claim, None, go_on=True)
    assert following is not None
    assert [getattr(arrival.incoming, "text", "") for arrival in following.arrivals] == ["and why?"]
    assert await hand.lanes.complete(following, None, go_on=True) is None
    await house.idle()


async def test_one_that_dies_with_it_is_followed(house: House, hand: OneHand) -> None:
    house.work = WorkSettings(lease=0.2)
    hand.lanes.lease = 200
    await house.say("what failed?")
    claim = claim_of(hand)
    async with house.working():
        assert await house.platform.answered(1) == ["what failed?"]
    assert not await hand.lanes.extend(claim)


async def test_what_waits_longer_goes_first(house: House, hand: OneHand, redis: Redis) -> None:
    await House(redis).say("slow one", at=OTHER)
    assert await house.say("what failed?", at=CHANNEL) == Accepted()
    (taken,) = hand.settled
    assert isinstance(taken, Ticket)
    assert taken.place == OTHER
    (ours,) = await hand.lanes.read(2, wait=0.01)
    assert ours.place == CHANNEL


async def test_a_lane_in_work_is_not_taken_again(house: House, hand: OneHand) -> None:
    await house.say("what failed?")
    hand.settled.clear()
    assert await house.say("and why?") == Accepted()
    assert hand.settled == [None]


async def test_what_is_not_accepted_frees_the_hand(house: House, hand: OneHand, redis: Redis) -> None:
    twice = question("what failed?")
    await House(redis).inbox.accept(twice)
    assert await house.inbox.accept(twice) == Duplicate()
    assert hand.settled == [None]
    hand.settled.clear()
    for text in ("one", "two", "three"):
        await House(redis, limits=house.limits).say(text)
    assert isinstance(await house.say("four"), RateLimited)
    assert hand.settled == [None]


async def test_a_lost_reply_is_looked_into(house: House, hand: OneHand) -> None:
    """The worker finds out by its token, when the store is back."""
    await house.say("what failed?")
    again = await hand.lanes.take(Ticket("", CHANNEL), TOKEN)
    assert again is not None
    assert again.attempt == 1
    assert await hand.lanes.take(Ticket("", CHANNEL), "another token") is None
    assert await hand.lanes.take(Ticket("", OTHER), TOKEN) is None


async def test_what_was_looked_into_can_be_handed_back(house: House, hand: OneHand) -> None:
    await house.say("what failed?")
    await hand.lanes.hand_back(Ticket("", OTHER), TOKEN)  # nothing is there
    await hand.lanes.hand_back(Ticket("", CHANNEL), TOKEN)
    (ticket,) = await house.lanes("theirs").read(1, wait=0.01)
    assert ticket.place == CHANNEL


async def test_while_the_store_is_away_the_worker_is_told_what_to_look_for() -> None:
    async with redis_client("redis://127.0.0.1:1", RedisSettings()) as away:
        house = House(away)
        hand = OneHand(house.lanes("ours"))
        house.inbox.hand_to(hand)
        with pytest.raises(StoreUnavailableError):
            await house.say("what failed?")
    assert hand.settled == [Ticket("", CHANNEL)]


async def test_a_worker_that_stops_offers_no_hand(house: House) -> None:
    worker = house.worker()
    assert worker.offer() is None  # it does not run yet
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        await asyncio.sleep(0)
        offer = worker.offer()
        assert offer is not None
        stop.set()
        await asyncio.sleep(0)
        assert worker.offer() is None
        worker.settle(offer, None)
    assert house.ended(State.ANSWERED) == 0


async def test_no_more_is_begun_than_at_once(house: House, redis: Redis) -> None:
    busy = House(redis, work=WorkSettings(concurrency=2))
    worker = busy.worker()
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        await asyncio.sleep(0)
        offers = [worker.offer(), worker.offer()]
        assert worker.offer() is None
        for offer in offers:
            assert offer is not None
            worker.settle(offer, None)
        stop.set()


async def test_a_note_is_kept_with_what_is_accepted_and_with_nothing_else(house: House, redis: Redis) -> None:
    asked = question("what failed?")
    await house.inbox.accept(asked, note=THREAD)
    assert await redis.get(THREAD.key) == b"in it"
    assert 0 < await redis.ttl(THREAD.key) <= THREAD.seconds
    await redis.delete(THREAD.key)
    assert await house.inbox.accept(asked, note=THREAD) == Duplicate()
    assert await redis.get(THREAD.key) is None
