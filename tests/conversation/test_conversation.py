"""What people see: the way from a message to its answer."""

import asyncio
from dataclasses import replace

from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, Button, Buttons, Incoming, State
from resync_bot.conversation.ports import Accepted, Duplicate, Progress, Turn
from resync_bot.errors import (
    DeliveryDelayedError,
    DeliveryRefusedError,
    EngineError,
    EngineErrorKind,
    StoreUnavailableError,
)
from resync_bot.runtime.sections import WorkSettings
from tests.conversation.house import ANA, BEN, CHANNEL, OTHER, Gate, House, installed, press, question


async def test_a_question_gets_its_answer(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        assert await house.say("what failed?") == Accepted()
        assert await house.platform.answered(1) == ["what failed?"]
    assert house.ended(State.ANSWERED) == 1


async def test_a_question_finds_what_was_said_before(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
        await house.say("why?", by=BEN)
        await house.platform.answered(2)
    first, second = house.responder.turns
    assert first.history == ()
    assert [(exchange.questions, exchange.answer.text) for exchange in second.history] == [
        (((ANA, "what failed?"),), "what failed?")
    ]


async def test_places_do_not_hear_each_other(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("what failed?", at=CHANNEL)
        await house.platform.answered(1)
        await house.say("why?", at=OTHER)
        await house.platform.answered(2)
    assert house.responder.turns[1].history == ()


async def test_what_arrives_during_a_turn_is_answered_together_in_the_next(redis: Redis) -> None:
    house = House(redis)
    gate = Gate()

    async def wait(turn: Turn, progress: Progress) -> None:
        await gate.pass_through()

    house.responder.before = wait
    async with house.working():
        await house.say("what failed?")
        await gate.reached()
        await house.say("and on WS3?")
        await house.say("why?", by=BEN)
        gate.open()
        assert await house.platform.answered(2) == ["what failed?", "and on WS3? + why?"]
    assert house.responder.turns[1].texts == ((ANA, "and on WS3?"), (BEN, "why?"))
    assert house.ended(State.ANSWERED) == 3


async def test_one_slow_place_does_not_hold_up_another(redis: Redis) -> None:
    house = House(redis)
    gate = Gate()

    async def wait(turn: Turn, progress: Progress) -> None:
        if turn.place == CHANNEL:
            await gate.pass_through()

    house.responder.before = wait
    async with house.working():
        await house.say("slow", at=CHANNEL)
        await gate.reached()
        await house.say("quick", at=OTHER)
        assert await house.platform.answered(1) == ["quick"]
        gate.open()
        assert await house.platform.answered(2) == ["quick", "slow"]


async def test_no_more_lanes_at_once_than_agreed(redis: Redis) -> None:
    house = House(redis, work=WorkSettings(concurrency=1))
    gate = Gate()

    async def wait(turn: Turn, progress: Progress) -> None:
        await gate.pass_through()

    house.responder.before = wait
    async with house.working():
        await house.say("first", at=CHANNEL)
        await gate.reached()
        await house.say("second", at=OTHER)
        assert len(house.responder.turns) == 1
        gate.open()
        await house.platform.answered(2)


async def test_the_same_message_twice_is_answered_once(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        assert await house.inbox.accept(question(number=1)) == Accepted()
        assert await house.inbox.accept(question(number=1)) == Duplicate()
        await house.say("another", at=OTHER)
        await house.platform.answered(2)
    assert sorted(house.platform.answers) == ["another", "what failed?"]
    assert house.ended(State.DUPLICATE) == 1


async def test_a_button_asks_its_question(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.inbox.accept(press("ask", "show the log of PAY_POST"))
        assert await house.platform.answered(1) == ["show the log of PAY_POST"]
    assert house.responder.turns[0].texts == ((ANA, "show the log of PAY_POST"),)


async def test_an_unknown_button_is_told_so(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.inbox.accept(press("delete_everything", "x"))
        assert await house.platform.answered(1) == ["That button does nothing any more."]
    assert house.responder.turns == []
    assert house.ended(State.REFUSED) == 1


async def test_a_button_that_asks_nothing_readable_is_told_so(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.inbox.accept(press("ask", "\x00\x01\x02"))
        assert await house.platform.answered(1) == ["That button does nothing any more."]


async def test_an_installation_is_noted_and_not_answered(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.inbox.accept(installed())
        await house.say("what failed?")
        await house.platform.answered(1)
    assert len(house.platform.store.messages()) == 1
    assert house.ended(State.NOTED) == 1


async def test_forget_clears_the_place(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
        await house.say("Esquece!")
        assert (await house.platform.answered(2))[-1] == "Esquecido: começamos do zero aqui."
        await house.say("why?")
        await house.platform.answered(3)
    assert house.responder.turns[-1].history == ()
    assert house.ended(State.ANSWERED) == 3


async def test_what_was_asked_before_forget_is_answered_and_forgotten(redis: Redis) -> None:
    house = House(redis)
    await house.say("what failed?")
    await house.say("forget")
    async with house.working():
        assert await house.platform.answered(1) == ["what failed?"]
    assert await house.history.read(CHANNEL) == ()
    assert house.ended(State.ANSWERED) == 2


async def test_what_is_asked_after_forget_starts_afresh(redis: Redis) -> None:
    house = House(redis)
    async with house.working():
        await house.say("old")
        await house.platform.answered(1)
    await house.say("forget")
    await house.say("what failed?")
    async with house.working():
        await house.platform.answered(2)
    assert house.responder.turns[-1].history == ()
    assert [exchange.answer.text for exchange in await house.history.read(CHANNEL)] == ["what failed?"]


async def test_an_engine_that_is_down_is_told_in_one_sentence(redis: Redis) -> None:
    house = House(redis)

    async def fail(turn: Turn, progress: Progress) -> None:
        raise EngineError("connect to 10.1.2.3:31116 refused", kind=EngineErrorKind.UNREACHABLE)

    house.responder.before = fail
    async with house.working():
        await house.say("what failed?")
        (told,) = await house.platform.answered(1)
    reference = house.responder.turns[0].id[:8]
    assert told == f"The scheduling engine did not answer my question. (reference {reference})"
    assert house.ended(State.FAILED) == 1


async def test_a_defect_is_told_in_the_language_of_the_question_and_without_details(redis: Redis) -> None:
    house = House(redis)

    async def fail(turn: Turn, progress: Progress) -> None:
        raise KeyError("secret-password")

    house.responder.before = fail
    async with house.working():
        await house.say("o que falhou hoje?")
        (told,) = await house.platform.answered(1)
    assert told == f"Algo deu errado do meu lado. (referência {house.responder.turns[0].id[:8]})"


async def test_an_answer_that_says_it_is_none_counts_as_failed(redis: Redis) -> None:
    house = House(redis)
    house.responder.answer = replace(Answer.plain("The engine does not answer."), state=State.FAILED)
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
    assert house.ended(State.FAILED) == 1
    assert await house.history.read(CHANNEL) == ()


async def test_a_failed_turn_is_not_part_of_the_history(redis: Redis) -> None:
    house = House(redis)

    async def fail(turn: Turn, progress: Progress) -> None:
        raise KeyError("x")

    house.responder.before = fail
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
    assert await house.history.read(CHANNEL) == ()


async def test_a_responder_that_hangs_is_stopped(redis: Redis) -> None:
    house = House(redis, longest_turn=0.01)

    async def hang(turn: Turn, progress: Progress) -> None:
        await asyncio.Event().wait()

    house.responder.before = hang
    async with house.working():
        await house.say("what failed?")
        (told,) = await house.platform.answered(1)
    assert told.startswith("This took too long, so I stopped.")


async def test_the_whole_answer_is_remembered(redis: Redis) -> None:
    house = House(redis)
    answer = Answer(text="x", blocks=(Buttons((Button("Why?", "ask", "why did PAY_POST fail?"),)),))
    house.responder.answer = answer
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
    (exchange,) = await house.history.read(CHANNEL)
    assert exchange.answer == answer


# --- people whom the platform has yet to name ---


async def test_who_somebody_is_is_asked_before_anything_is_answered(redis: Redis) -> None:
    house = House(redis)

    async def name(incoming: Incoming) -> Incoming:
        return replace(incoming, person=replace(incoming.person, name="Ana Maria", zone="Europe/Lisbon"))

    house.platform.admitting = name
    async with house.working():
        await house.say("what failed?")
        await house.platform.answered(1)
    ((person, _),) = house.responder.turns[0].texts
    assert (person.name, person.zone) == ("Ana Maria", "Europe/Lisbon")


async def test_somebody_who_is_not_answered_here_gets_nothing_and_stays_out_of_the_others_turn(redis: Redis) -> None:
    house = House(redis)

    async def without_ben(incoming: Incoming) -> Incoming | None:
        return None if incoming.person == BEN else incoming

    house.platform.admitting = without_ben
    await house.say("what failed?", by=ANA)
    await house.say("forget", by=BEN)
    async with house.working():
        assert await house.platform.answered(1) == ["what failed?"]
        await house.idle()
    assert [text for _, text in house.responder.turns[0].texts] == ["what failed?"]
    assert (house.ended(State.ANSWERED), house.ended(State.REFUSED)) == (1, 1)
    assert [len(incoming) for incoming in house.platform.incoming] == [1]


async def test_a_turn_of_nobody_who_is_answered_posts_nothing(redis: Redis) -> None:
    house = House(redis)

    async def nobody(_incoming: Incoming) -> None:
        return None

    house.platform.admitting = nobody
    async with house.working():
        await house.say("what failed?")
        await house.idle()
    assert (house.platform.calls, house.responder.turns, house.ended(State.REFUSED)) == ([], [], 1)


async def test_a_platform_that_does_not_say_at_once_who_it_is_is_asked_again(redis: Redis) -> None:
    house = House(redis)
    faults: list[Exception] = [DeliveryDelayedError("busy", retry_after=3.0), StoreUnavailableError("away")]

    async def slowly(incoming: Incoming) -> Incoming:
        if faults:
            raise faults.pop(0)
        return incoming

    house.platform.admitting = slowly
    async with house.working():
        await house.say("what failed?")
        assert await house.platform.answered(1) == ["what failed?"]


async def test_who_will_never_be_known_is_not_answered(redis: Redis) -> None:
    house = House(redis)

    async def never(_incoming: Incoming) -> Incoming:
        raise DeliveryRefusedError("missing_scope")

    house.platform.admitting = never
    async with house.working():
        await house.say("what failed?")
        await house.idle()
    assert (house.responder.turns, house.ended(State.UNDELIVERABLE)) == ([], 1)
