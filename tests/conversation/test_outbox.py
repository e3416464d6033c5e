"""How answers leave the house: signs of life, edits, the platform's pace, and its refusals."""

import asyncio

import pytest
from redis.asyncio import Redis

from resync_bot.conversation.lanes import Claim, Lanes
from resync_bot.conversation.model import Place, State
from resync_bot.conversation.outbox import PATIENCE
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import MessageRef, Pace, Progress, Turn
from resync_bot.errors import (
    DeliveryDelayedError,
    DeliveryRefusedError,
    DeliveryUnknownError,
)
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import CHANNEL, NAMESPACE, OTHER, Gate, House
from tests.conversation.platform import FakePlatform

ONE_A_SECOND = Pace(((1.0, 1),))


def undelivered(house: House, reason: str) -> float:
    """How many answers were not delivered for this reason."""
    labels = {"platform": "fake", "reason": reason}
    return house.registry.get_sample_value("resync_undelivered_total", labels) or 0


# --- while it is written ---


async def test_people_see_a_sign_of_life_in_their_language(redis: Redis) -> None:
    house = House(redis)

    async def wait_for_it(turn: Turn, progress: Progress) -> None:
        await house.platform.wait_for(lambda: bool(house.platform.statuses))

    house.responder.before = wait_for_it
    async with house.working():
        await house.say("o que falhou?")
        await house.platform.answered(1)
    assert house.platform.statuses == ["verificando"]


async def test_where_nothing_else_is_seen_a_message_says_what_the_bot_does_and_becomes_the_answer(redis: Redis) -> None:
    house = House(redis)
    house.platform.has_status_lines = False

    async def work(turn: Turn, progress: Progress) -> None:
        await house.platform.wait_for(lambda: "placeholder" in house.platform.calls)
        progress.text("Three")
        await house.platform.wait_for(lambda: "show" in house.platform.calls)
        progress.status("reading on")
        await house.platform.wait_for(lambda: "reading on" in house.platform.statuses)

    house.responder.before = work
    async with house.working():
        await house.say("?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions == ["looking into it", "Three", "?"]


async def test_an_answer_that_is_there_soon_needs_no_such_message(redis: Redis) -> None:
    house = House(redis, placeholder=3600.0)
    house.platform.has_status_lines = False

    async def work(turn: Turn, progress: Progress) -> None:
        await house.platform.wait_for(lambda: bool(house.platform.statuses))
        progress.text("Three")
        await house.platform.wait_for(lambda: "show" in house.platform.calls)

    house.responder.before = work
    async with house.working():
        await house.say("?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions == ["Three", "?"]


async def test_text_is_shown_as_it_grows_and_becomes_the_answer(redis: Redis) -> None:
    house = House(redis)

    async def write(turn: Turn, progress: Progress) -> None:
        for shown, text in enumerate(("Three", "Three jobs", "Three jobs abended"), start=1):
            progress.text(text)
            await house.platform.wait_for(lambda shown=shown: house.platform.calls.count("show") == shown)  # type: ignore[misc]

    house.responder.before = write
    async with house.working():
        await house.say("which jobs abended?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions == ["Three", "Three jobs", "Three jobs abended", "which jobs abended?"]


async def test_writing_never_waits_for_the_platform_and_the_newest_text_wins(redis: Redis) -> None:
    house = House(redis)
    slow = Gate()
    house.platform.hooks["show"] = slow.pass_through

    async def write(turn: Turn, progress: Progress) -> None:
        progress.text("first")
        await slow.reached()
        for number in range(1000):
            progress.text(f"{number}")
        slow.open()
        await house.platform.wait_for(lambda: house.platform.calls.count("show") == 2)

    house.responder.before = write
    async with house.working():
        await house.say("?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions == ["first", "999", "?"]


async def test_the_answer_waits_for_a_post_under_way_and_edits_it(redis: Redis) -> None:
    house = House(redis)
    slow = Gate()
    house.platform.hooks["show"] = slow.pass_through

    async def write(turn: Turn, progress: Progress) -> None:
        progress.text("first")
        await slow.reached()
        asyncio.get_running_loop().call_later(0.05, slow.open)  # after the answer is there

    house.responder.before = write
    async with house.working():
        await house.say("?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions == ["first", "?"]


async def test_what_was_posted_is_remembered_before_the_answer(redis: Redis) -> None:
    house = House(redis)
    remembered: list[MessageRef] = []

    class NotingLanes(Lanes):
        async def remember(self, claim: Claim, ref: MessageRef) -> bool:
            assert "finish" not in house.platform.calls
            remembered.append(ref)
            return await super().remember(claim, ref)

    async def write(turn: Turn, progress: Progress) -> None:
        for shown, text in enumerate(("one", "two"), start=1):
            progress.text(text)
            await house.platform.wait_for(lambda shown=shown: house.platform.calls.count("show") == shown)  # type: ignore[misc]

    house.responder.before = write
    stop = asyncio.Event()
    lanes = NotingLanes(redis, namespace=NAMESPACE, settings=house.work, consumer="noting")
    async with asyncio.TaskGroup() as group:
        group.create_task(house.worker(lanes).run(stop))
        await house.say("?")
        await house.platform.answered(1)
        stop.set()
    assert remembered == [MessageRef(CHANNEL, "message-0")]


async def test_progress_that_fails_does_not_cost_the_answer(redis: Redis) -> None:
    house = House(redis)
    house.platform.faults.append(DeliveryRefusedError("edits are not allowed here"))

    async def write(turn: Turn, progress: Progress) -> None:
        progress.text("first")
        await house.platform.wait_for(lambda: "fault" in house.platform.calls)
        progress.text("second")

    house.responder.before = write
    async with house.working():
        await house.say("?")
        assert await house.platform.answered(1) == ["?"]
    assert house.ended(State.ANSWERED) == 1


# --- the pace ---


async def test_answers_to_one_channel_keep_its_pace(redis: Redis) -> None:
    house = House(redis, platform=FakePlatform(pace=ONE_A_SECOND))
    async with house.working():
        for number in range(4):
            await house.say("?", at=Place("fake", "T1", "operations", f"thread-{number}"))
        await house.platform.answered(4)
    waits = sorted(house.sleeps)
    assert len(waits) == 3
    for position, wait in enumerate(waits, start=1):
        assert position - 0.9 < wait <= position


async def test_channels_do_not_wait_for_each_other(redis: Redis) -> None:
    house = House(redis, platform=FakePlatform(pace=ONE_A_SECOND))
    async with house.working():
        for number in range(4):
            await house.say("?", at=Place("fake", "T1", f"channel-{number}"))
        await house.platform.answered(4)
    assert house.sleeps == []


async def test_edits_take_only_free_moments_and_never_hold_up_an_answer(redis: Redis) -> None:
    house = House(redis, platform=FakePlatform(pace=Pace(((2000.0, 2),))))

    async def write(turn: Turn, progress: Progress) -> None:
        progress.text("one")
        await house.platform.wait_for(lambda: "show" in house.platform.calls)
        progress.text("two")
        progress.text("three")

    house.responder.before = write
    async with house.working():
        await house.say("?")
        await house.platform.answered(1)
    (message,) = house.platform.store.messages()
    assert message.versions in (["one", "?"], ["one", "three", "?"])
    assert len(house.sleeps) == len(message.versions) - 2


@pytest.mark.parametrize("pace", [Pace(), ONE_A_SECOND])
async def test_retry_after_is_obeyed(redis: Redis, pace: Pace) -> None:
    house = House(redis, platform=FakePlatform(pace=pace))
    house.platform.faults.append(DeliveryDelayedError("429", retry_after=30))
    async with house.working():
        await house.say("?")
        assert await house.platform.answered(1) == ["?"]
    (wait,) = house.sleeps
    assert 29 < wait <= 30
    assert house.ended(State.ANSWERED) == 1


async def test_retry_after_holds_for_every_replica(redis: Redis) -> None:
    first, second = (Pacer(redis, namespace=NAMESPACE) for _ in range(2))
    await first.delay(CHANNEL, ONE_A_SECOND, 30)
    assert 29 < await second.try_now(OTHER, ONE_A_SECOND) <= 30
    assert 29 < await second.reserve(CHANNEL, ONE_A_SECOND) <= 30
    assert 30 < await second.reserve(CHANNEL, ONE_A_SECOND) <= 31


async def test_retry_after_keeps_away_a_burst_as_well(redis: Redis) -> None:
    pacer = Pacer(redis, namespace=NAMESPACE)
    pace = Pace(((30.0, 3),))
    await pacer.delay(CHANNEL, pace, 30)
    assert 29 < await pacer.try_now(CHANNEL, pace) <= 30


async def test_a_shorter_retry_after_does_not_undo_a_longer_one(redis: Redis) -> None:
    pacer = Pacer(redis, namespace=NAMESPACE)
    await pacer.delay(CHANNEL, ONE_A_SECOND, 30)
    await pacer.delay(CHANNEL, ONE_A_SECOND, 1)
    assert 29 < await pacer.try_now(CHANNEL, ONE_A_SECOND) <= 30


async def test_trying_takes_nothing_that_is_not_free(redis: Redis) -> None:
    pacer = Pacer(redis, namespace=NAMESPACE)
    assert await pacer.try_now(CHANNEL, ONE_A_SECOND) == 0
    waits = [await pacer.try_now(CHANNEL, ONE_A_SECOND) for _ in range(5)]
    assert all(0 < wait <= 1 for wait in waits)


async def test_a_burst_is_allowed_at_once(redis: Redis) -> None:
    pacer = Pacer(redis, namespace=NAMESPACE)
    pace = Pace(((1.0, 3),))
    waits = [await pacer.reserve(CHANNEL, pace) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 1


async def test_edits_wait_while_the_store_is_away(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere") / "socket"
    async with redis_client(f"unix://{nowhere}", RedisSettings(timeout=0.1)) as redis:
        assert await Pacer(redis, namespace=NAMESPACE).try_now(CHANNEL, ONE_A_SECOND) > 0


class Noted:
    """A Mark that remembers what it was told."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.firsts: list[bool] = []

    def kept(self, *, is_first: bool) -> None:
        """See Mark."""
        self.firsts.append(is_first)


@pytest.mark.parametrize("pace", [ONE_A_SECOND, Pace()])
async def test_the_attempt_to_make_a_message_is_noted_with_its_moment(redis: Redis, pace: Pace) -> None:
    house = House(redis, platform=FakePlatform(pace=pace))
    house.platform.mark = mark = Noted(f"{{{NAMESPACE}}}:mark")

    async def is_noted() -> None:
        assert await redis.ttl(mark.key) > 0

    house.platform.hooks["finish"] = is_noted
    async with house.working():
        await house.say("?")
        assert await house.platform.answered(1) == ["?"]
    assert mark.firsts == [True]


async def test_who_comes_after_an_attempt_is_told(redis: Redis) -> None:
    pacer, mark = Pacer(redis, namespace=NAMESPACE), Noted(f"{{{NAMESPACE}}}:mark")
    await pacer.reserve(CHANNEL, ONE_A_SECOND, mark=mark)
    await pacer.reserve(OTHER, ONE_A_SECOND, mark=mark)
    assert mark.firsts == [True, False]


# --- what a platform will not take ---


@pytest.mark.parametrize(
    "fault",
    [
        DeliveryRefusedError("channel is archived"),
        DeliveryUnknownError("no reply in time"),
        DeliveryDelayedError("429", retry_after=PATIENCE + 1),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_an_undeliverable_answer_is_counted_and_not_remembered(redis: Redis, fault: Exception) -> None:
    house = House(redis)
    house.platform.faults.append(fault)
    async with house.working():
        await house.say("lost")
        await house.idle()
        await house.say("found")
        assert await house.platform.answered(1) == ["found"]
    assert house.ended(State.UNDELIVERABLE) == 1
    assert undelivered(house, type(fault).__name__) == 1
    assert [exchange.answer.text for exchange in await house.history.read(CHANNEL)] == ["found"]
    assert house.sleeps == []


async def test_an_adapter_that_fails_in_an_unforeseen_way_is_tried_again(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(lease=0.2))
    house.platform.faults.append(KeyError("not running yet"))
    async with house.working():
        await house.say("what failed?")
        assert await house.platform.answered(1) == ["what failed?"]
    assert house.ended(State.ANSWERED) == 1


async def test_an_adapter_with_a_defect_costs_only_its_own_answer(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(attempts=1))
    house.platform.faults.append(KeyError("ts"))
    async with house.working():
        await house.say("lost")
        await house.idle()
        await house.say("found")
        assert await house.platform.answered(1) == ["found"]
    assert house.ended(State.UNDELIVERABLE) == 1


async def test_a_place_whose_platform_does_not_run_here_is_undeliverable(redis: Redis) -> None:
    house = House(redis)
    nowhere = Place("pigeon", "T1", "roof")
    async with house.working():
        await house.say("?", at=nowhere)
        await house.idle()
    labels = {"platform": "pigeon", "state": "UNDELIVERABLE"}
    assert house.registry.get_sample_value("resync_incoming_total", labels) == 1


async def test_an_adapter_is_told_what_it_answers(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
    ((incoming,),) = house.platform.incoming
    assert incoming.message_id.startswith("message-")
