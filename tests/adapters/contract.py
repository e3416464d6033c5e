"""What every adapter promises. A platform's tests subclass `AdapterContract` and bring what stands for the platform."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import pytest

from resync_bot.alerts.rendering import alert_answer
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Incoming, Person, Place, Question
from resync_bot.conversation.ports import Adapter, MessageRef, RateLimited, Refused
from resync_bot.errors import StoreUnavailableError
from tests.adapters.night import FAILED, HOSTILE_ANSWER, WHOLE_LOG
from tests.adapters.small_bot import SmallBot
from tests.alerts.rendering.samples import GROUPS, ZONE

ALERT = alert_answer(GROUPS["with_members"], language=Language.EN, zone=ZONE, mention=("here",))
RECOVERED = alert_answer(GROUPS["recovered"], language=Language.EN, zone=ZONE)


@dataclass(frozen=True, slots=True)
class Heard:
    """How a platform takes the bot's reaction to a delivery."""

    acknowledged: bool  # False: it will deliver again, or the person knows to send it again
    told: str = ""  # what the person is told at once, besides any answer


class Platform(Protocol):
    """A messaging platform, or what stands in for it, with one person in one conversation of it."""

    place: Place
    open_place: Place  # where a message of its own can stand
    redelivers: bool  # whether a delivery can come twice

    def adapter(self) -> Adapter:
        """A new instance, as another process of the bot would make it."""
        ...

    def working(self, bot: SmallBot, adapter: Adapter) -> AbstractAsyncContextManager[None]:
        """`adapter` in service: its routes are reachable, and `bot` answers what comes in."""
        ...

    async def say(self, text: str, *, again: bool = False) -> Heard:
        """The person writes; `again` delivers what was written last once more. Returns when the bot has reacted."""
        ...

    async def messages(self) -> list[str]:
        """The texts of the bot's messages in the conversation, oldest first, as they stand now."""
        ...

    async def posts(self) -> list[str]:
        """The texts of the bot's messages in `open_place`, in or outside threads, oldest first."""
        ...


class AdapterContract:
    """Needs a fixture `platform`."""

    @pytest.fixture
    def question(self, platform: Platform) -> Question:
        """What the turns below answer."""
        return _question(platform.place)

    @pytest.fixture
    async def adapter(self, platform: Platform) -> AsyncIterator[Adapter]:
        """An adapter at work."""
        adapter = platform.adapter()
        async with adapter.running():
            yield adapter

    def test_it_bears_the_name_of_its_places(self, platform: Platform) -> None:
        assert platform.adapter().platform == platform.place.platform

    def test_its_pace_lets_something_through(self, platform: Platform) -> None:
        for seconds, calls in platform.adapter().pace.windows:
            assert seconds > 0
            assert calls >= 1

    async def test_an_answer_is_one_message(self, platform: Platform, adapter: Adapter, question: Question) -> None:
        ref = await adapter.reply(platform.place, "turn", (question,), resume=None).finish(Answer.plain("8 jobs"))
        assert ref.place == platform.place
        await _reads(platform, "8 jobs")

    async def test_progress_gives_way_to_the_answer(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        reply = adapter.reply(platform.place, "turn", (question,), resume=None)
        await reply.status("reading the job log")
        await reply.show("The log")
        await reply.show("The log says")
        await reply.finish(Answer.plain("The log says: disk full"))
        await _reads(platform, "The log says: disk full")

    async def test_a_sign_of_life_that_is_a_message_becomes_the_answer(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        reply = adapter.reply(platform.place, "turn", (question,), resume=None)
        if not await reply.status("reading the job log"):
            assert await reply.placeholder("reading the job log")
            await _reads(platform, "reading the job log")
        await reply.show("The log")
        await reply.finish(Answer.plain("The log says: disk full"))
        await _reads(platform, "The log says: disk full")

    async def test_whom_it_admits_stays_who_it_is(self, adapter: Adapter, question: Question) -> None:
        admitted = await adapter.admit(question)
        assert isinstance(admitted, Question)
        assert (admitted.message_id, admitted.text, admitted.person.id) == ("message-1", "what failed?", "ana")

    async def test_a_text_so_far_and_its_answer_are_the_same_message(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        reply = adapter.reply(platform.place, "turn", (question,), resume=None)
        shown = await reply.show("The log says")
        assert shown in (None, await reply.finish(Answer.plain("The log says: disk full")))

    async def test_finishing_twice_shows_one_message(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        reply = adapter.reply(platform.place, "turn", (question,), resume=None)
        first = await reply.finish(Answer.plain("8 jobs failed"))
        assert await reply.finish(Answer.plain("8 jobs failed")) == first
        await _reads(platform, "8 jobs failed")

    async def test_a_newer_answer_takes_the_place_of_the_first(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        reply = adapter.reply(platform.place, "turn", (question,), resume=None)
        await reply.finish(Answer.plain("8 jobs failed"))
        await reply.finish(Answer.plain("9 jobs failed"))
        await _reads(platform, "9 jobs failed")

    @pytest.mark.parametrize("was_finished", [False, True])
    async def test_a_successor_goes_on_with_the_message_of_its_predecessor(
        self, platform: Platform, question: Question, was_finished: bool
    ) -> None:
        before = platform.adapter()
        async with before.running():
            reply = before.reply(platform.place, "turn", (question,), resume=None)
            ref: MessageRef | None = await reply.show("Looking")
            if was_finished:
                ref = await reply.finish(Answer.plain("8 jobs failed"))
        after = platform.adapter()
        async with after.running():
            await after.reply(platform.place, "turn", (question,), resume=ref).finish(Answer.plain("9 jobs failed"))
        await _reads(platform, "9 jobs failed")

    async def test_two_turns_are_two_messages_in_order(
        self, platform: Platform, adapter: Adapter, question: Question
    ) -> None:
        for turn, text in (("turn-1", "the first answer"), ("turn-2", "the second answer")):
            await adapter.reply(platform.place, turn, (question,), resume=None).finish(Answer.plain(text))
        await _reads(platform, "the first answer", "the second answer")

    @pytest.mark.parametrize("answer", [FAILED, WHOLE_LOG, HOSTILE_ANSWER], ids=["table", "log", "hostile"])
    async def test_every_kind_of_block_can_be_shown(
        self, platform: Platform, adapter: Adapter, question: Question, answer: Answer
    ) -> None:
        await adapter.reply(platform.place, "turn", (question,), resume=None).finish(answer)
        assert len(await platform.messages()) == 1

    async def test_what_somebody_writes_is_handed_in_and_answered(self, platform: Platform, bot: SmallBot) -> None:
        async with platform.working(bot, platform.adapter()):
            heard = await platform.say("what failed tonight?")
        assert heard == Heard(acknowledged=True)
        incoming = _only(bot)
        assert isinstance(incoming, Question)
        assert incoming.text == "what failed tonight?"
        assert incoming.place.platform == incoming.person.platform == platform.place.platform
        assert incoming.person.id
        assert incoming.message_id
        assert Place.decode(incoming.place.encode()) == incoming.place
        await _reads(platform, "You said: what failed tonight?")

    async def test_messages_have_ids_of_their_own(self, platform: Platform, bot: SmallBot) -> None:
        async with platform.working(bot, platform.adapter()):
            await platform.say("what failed?")
            await platform.say("what failed?")
        assert len({incoming.message_id for incoming in bot.accepted}) == 2
        assert len({incoming.delivery_id for incoming in bot.accepted}) == 2
        assert len({incoming.place for incoming in bot.accepted}) == 1

    async def test_a_second_delivery_is_acknowledged_and_answered_once(self, platform: Platform, bot: SmallBot) -> None:
        if not platform.redelivers:
            pytest.skip("this platform delivers once")
        async with platform.working(bot, platform.adapter()):
            await platform.say("what failed?")
            heard = await platform.say("what failed?", again=True)
        assert heard.acknowledged
        assert len(bot.accepted) == 1
        await _reads(platform, "You said: what failed?")

    async def test_somebody_too_quick_is_told_when_to_come_again(self, platform: Platform, bot: SmallBot) -> None:
        bot.verdicts = [RateLimited(retry_after=11.2, tell=True)]
        async with platform.working(bot, platform.adapter()):
            heard = await platform.say("what failed?")
        assert "12" in heard.told
        assert not bot.accepted

    async def test_a_refused_message_is_explained(self, platform: Platform, bot: SmallBot) -> None:
        bot.verdicts = [Refused("There is no text in this message.")]
        async with platform.working(bot, platform.adapter()):
            heard = await platform.say("...")
        assert heard == Heard(acknowledged=True, told="There is no text in this message.")

    async def test_what_is_not_known_to_be_safe_is_not_acknowledged(self, platform: Platform, bot: SmallBot) -> None:
        bot.verdicts = [StoreUnavailableError("Redis is away")]
        async with platform.working(bot, platform.adapter()):
            heard = await platform.say("what failed?")
        assert not heard.acknowledged
        assert "Redis" not in heard.told

    # --- what nobody asked for ---

    async def test_an_alert_is_posted_and_edited(self, platform: Platform, adapter: Adapter) -> None:
        place = platform.open_place
        ref = await adapter.reply(place, "alert", (), resume=None).finish(ALERT)
        assert ref.place == place
        assert await adapter.reply(place, "alert", (), resume=ref).finish(RECOVERED) == ref
        (post,) = await platform.posts()
        assert "Recovered" in post
        assert "PAYROLL_POST" in post

    async def test_an_alert_gets_notes_in_its_thread(self, platform: Platform, adapter: Adapter) -> None:
        ref = await adapter.reply(platform.open_place, "alert", (), resume=None).finish(ALERT)
        thread = adapter.thread_under(ref)
        if thread is None:
            pytest.skip("no threads here")
        assert Place.decode(thread.encode()) == thread
        for number, text in enumerate(("Ana looks after it", "it runs again")):
            note = await adapter.reply(thread, f"alert-note-{number}", (), resume=None).finish(Answer.plain(text))
            assert note.place == thread
            assert note != ref
            assert adapter.thread_under(note) == thread
        alert, *notes = await platform.posts()
        assert "PAYROLL_POST" in alert
        assert [text in note for text, note in zip(("Ana", "runs again"), notes, strict=True)] == [True, True]

    async def test_an_alert_survives_a_crash_between_post_and_record(self, platform: Platform) -> None:
        before, after, place = platform.adapter(), platform.adapter(), platform.open_place
        async with before.running():
            lost = await before.reply(place, "alert", (), resume=None).finish(ALERT)
            thread = before.thread_under(lost)
            if thread is not None:
                await before.reply(thread, "note", (), resume=None).finish(Answer.plain("Ana looks after it"))
        async with after.running():
            assert await after.reply(place, "alert", (), resume=None).finish(RECOVERED) == lost
            if thread is not None:
                await after.reply(thread, "note", (), resume=None).finish(Answer.plain("Ana looks after it"))
        posts = await platform.posts()
        assert len(posts) == (1 if thread is None else 2)
        assert "Recovered" in posts[0]

    async def test_two_alerts_are_two_messages(self, platform: Platform, adapter: Adapter) -> None:
        for alert in ("alert-1", "alert-2"):
            await adapter.reply(platform.open_place, alert, (), resume=None).finish(ALERT)
        assert len(await platform.posts()) == 2


def _question(place: Place) -> Question:
    return Question(
        delivery_id="delivery-1",
        message_id="message-1",
        person=Person(place.platform, "ana", "Ana"),
        place=place,
        text="what failed?",
        at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )


async def _reads(platform: Platform, *texts: str) -> None:
    shown = await platform.messages()
    assert len(shown) == len(texts), shown
    for message, text in zip(shown, texts, strict=True):
        assert text in message


def _only(bot: SmallBot) -> Incoming:
    assert len(bot.accepted) == 1
    return bot.accepted[0]
