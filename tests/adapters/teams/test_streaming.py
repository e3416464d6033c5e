"""The streaming protocol in one-to-one chats (T8, T21), as people see it and as Teams checks it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from resync_bot.conversation.model import Answer, Button, Buttons, Incoming, Place, Question, Table, Text
from resync_bot.conversation.ports import MessageRef, ReplyStream
from resync_bot.errors import DeliveryDelayedError
from tests.adapters.teams.conftest import Bot, Changes, Start
from tests.adapters.teams.connector import TENANT, Fault, Message, Microsoft

CHAT = Place("teams", TENANT, "a:ann")


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def tick(self, seconds: float = 2.0) -> None:
        self.seconds += seconds


@pytest.fixture
def clock(microsoft: Microsoft) -> Clock:
    clock = Clock()
    microsoft.clock = clock
    return clock


@pytest.fixture
async def chat(clock: Clock, teams: Bot) -> Bot:
    """A bot that was written to once, so that it knows the conversation."""
    await teams.ask(teams.microsoft.activity("hello"))
    teams.microsoft.messages.clear()
    teams.microsoft.calls.clear()
    clock.tick(60)
    return teams


def reply(bot: Bot, turn: str = "turn", *, resume: MessageRef | None = None) -> ReplyStream:
    asked: Sequence[Incoming] = [one for one in bot.brain.accepted if isinstance(one, Question)]
    return bot.adapter.reply(CHAT, turn, asked, resume=resume)


def only(microsoft: Microsoft) -> Message:
    [message] = microsoft.said()
    return message


def entities(microsoft: Microsoft) -> list[object]:
    return [call.body["entities"][0] for call in microsoft.calls if call.body and call.body.get("entities")]


ANSWER = Answer(
    "3 jobs failed.\n\n| Job |",
    (Text("3 jobs failed."), Table(("Job",), (("PAY",),)), Buttons((Button("Why?", "ask", "why did PAY fail?"),))),
    model="a model",
)


async def test_status_then_growing_text_then_the_whole(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    await stream.status("reading the plan")
    clock.tick()
    ref = await stream.show("3 jobs")
    clock.tick()
    await stream.show("3 jobs failed.")
    clock.tick()
    assert await stream.finish(ANSWER) == ref
    message = only(chat.microsoft)
    assert entities(chat.microsoft) == [
        {"type": "streaminfo", "streamType": "informative", "streamSequence": 1},
        {"type": "streaminfo", "streamType": "streaming", "streamSequence": 2, "streamId": message.id},
        {"type": "streaminfo", "streamType": "streaming", "streamSequence": 3, "streamId": message.id},
        {"type": "streaminfo", "streamType": "final", "streamId": message.id},
    ]
    assert message.text == "3 jobs failed."
    assert message.card["body"][0]["type"] == "Table"


async def test_t21_label_feedback_and_follow_ups_come_with_the_final_message(chat: Bot, clock: Clock) -> None:
    """T2: keys and tokens are fetched once, asynchronously, whoever waits for them."""
    stream = reply(chat)
    await stream.status("reading the plan")
    clock.tick()
    await stream.finish(ANSWER)
    final = only(chat.microsoft).activity
    assert final["entities"][1]["additionalType"] == ["AIGeneratedContent"]
    assert final["channelData"]["feedbackLoop"] == {"type": "default"}
    assert final["suggestedActions"]["actions"][0]["value"] == "why did PAY fail?"
    assert "streamSequence" not in final["entities"][0]


async def test_the_text_is_shown_no_faster_than_teams_takes_it(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    await stream.show("3 jobs")
    with pytest.raises(DeliveryDelayedError) as delayed:
        await stream.show("3 jobs failed")
    assert 0 < delayed.value.retry_after <= 1.5
    await stream.status("ignored: no time and no place for it")
    assert len(chat.microsoft.calls) == 1


async def test_what_may_still_become_something_else_is_not_shown_yet(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    await stream.show("Three jobs failed.\n\n# Hea")
    assert only(chat.microsoft).text == "Three jobs failed."
    clock.tick()
    await stream.show("Three jobs failed.\n\n# Head\n\nSo `PA")
    assert only(chat.microsoft).text == "Three jobs failed.\n\n**Head**\n\nSo"


async def test_a_text_that_is_no_continuation_replaces_what_was_shown_in_the_same_message(
    chat: Bot, clock: Clock
) -> None:
    stream = reply(chat)
    await stream.show("3 jobs failed")
    clock.tick()
    await stream.show("4 jobs failed")
    clock.tick()
    await stream.finish(Answer.plain("4 jobs failed."))
    assert only(chat.microsoft).text == "4 jobs failed."
    assert [call.method for call in chat.microsoft.calls] == ["POST", "POST", "PUT"]


async def test_before_two_minutes_the_stream_is_closed_and_the_answer_edits_its_message(
    chat: Bot, clock: Clock
) -> None:
    stream = reply(chat)
    await stream.show("3 jobs")
    clock.tick(106)
    await stream.show("3 jobs failed")
    assert only(chat.microsoft).activity["type"] == "message"
    clock.tick(60)
    await stream.finish(Answer.plain("3 jobs failed."))
    assert only(chat.microsoft).text == "3 jobs failed."
    assert only(chat.microsoft).edits == 1


async def test_after_two_minutes_of_silence_the_same_message_is_edited(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    ref = await stream.show("3 jobs")
    clock.tick(130)
    assert await stream.finish(Answer.plain("3 jobs failed.")) == ref
    assert only(chat.microsoft).text == "3 jobs failed."


async def test_the_stop_button_is_obeyed(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    ref = await stream.show("3 jobs")
    chat.microsoft.stop(only(chat.microsoft).id)
    clock.tick()
    await stream.show("3 jobs failed")
    clock.tick()
    calls = len(chat.microsoft.calls)
    assert await stream.finish(Answer.plain("3 jobs failed.")) == ref
    assert only(chat.microsoft).text == "3 jobs"
    assert len(chat.microsoft.calls) == calls


async def test_the_stop_button_stops_the_turn_too(start: Start, clock: Clock) -> None:
    changes = Changes()
    async with start(corrections=changes) as teams:
        await teams.ask(teams.microsoft.activity())
        teams.microsoft.messages.clear()
        clock.tick(60)
        stream = reply(teams)
        await stream.show("3 jobs")
        teams.microsoft.stop(only(teams.microsoft).id)
        clock.tick()
        await stream.show("3 jobs failed")
    assert changes.stopped == [CHAT]


async def test_the_stop_button_in_the_last_moment_is_obeyed(chat: Bot, clock: Clock) -> None:
    stream = reply(chat)
    await stream.show("3 jobs")
    chat.microsoft.stop(only(chat.microsoft).id)
    await stream.finish(Answer.plain("3 jobs failed."))
    assert only(chat.microsoft).text == "3 jobs"


async def test_a_successor_ends_the_stream_that_its_predecessor_opened(chat: Bot, clock: Clock) -> None:
    await reply(chat).status("reading the plan")
    clock.tick()
    await reply(chat).finish(ANSWER)
    assert only(chat.microsoft).text == "3 jobs failed."
    assert entities(chat.microsoft)[-1] == {
        "type": "streaminfo",
        "streamType": "final",
        "streamId": only(chat.microsoft).id,
    }


async def test_a_successor_edits_what_its_predecessor_had_finished(chat: Bot, clock: Clock) -> None:
    first = reply(chat)
    await first.status("reading the plan")
    ref = await first.finish(ANSWER)
    await reply(chat, resume=ref).finish(Answer.plain("4 jobs failed."))
    assert only(chat.microsoft).text == "4 jobs failed."


async def test_finishing_again_edits_the_message(chat: Bot) -> None:
    stream = reply(chat)
    first = await stream.finish(Answer.plain("one"))
    assert await stream.finish(Answer.plain("two")) == first
    assert only(chat.microsoft).text == "two"


async def test_t9_a_chat_that_takes_no_stream_gets_one_message(chat: Bot, clock: Clock) -> None:
    """T9: where streaming is refused, the answer is one message."""
    chat.microsoft.faults.append(Fault(403, "ContentStreamNotAllowed", "Content stream is not allowed"))
    stream = reply(chat)
    await stream.show("3 jobs")
    clock.tick()
    await stream.show("3 jobs failed")
    await stream.finish(ANSWER)
    assert only(chat.microsoft).text == "3 jobs failed."
    assert entities(chat.microsoft)[-1] != "final"


async def test_a_status_that_cannot_be_shown_is_no_error(chat: Bot) -> None:
    chat.microsoft.faults.append(Fault(500))
    await reply(chat).status("reading the plan")


async def test_a_long_status_is_cut_to_what_teams_takes(chat: Bot) -> None:
    await reply(chat).status("ã" * 3000)
    assert len(only(chat.microsoft).text) == 500


async def test_t22_a_message_that_can_no_longer_be_edited_is_said_anew(chat: Bot, clock: Clock) -> None:
    """T2: keys and tokens are fetched once, asynchronously, whoever waits for them."""
    stream = reply(chat)
    await stream.show("3 jobs")
    clock.tick(130)
    chat.microsoft.faults.append(Fault(403, "ServiceError", applies=lambda method, _: method == "PUT"))
    await stream.finish(Answer.plain("3 jobs failed."))
    assert [one.text for one in chat.microsoft.said()] == ["3 jobs", "3 jobs failed."]


async def test_nothing_is_streamed_that_nobody_asked_for(chat: Bot) -> None:
    stream = chat.adapter.reply(CHAT, "alert", [], resume=None)
    await stream.status("working")
    assert await stream.show("PAY failed") is None
    await stream.finish(Answer.plain("PAY failed."))
    assert only(chat.microsoft).text == "PAY failed."


@pytest.mark.usefixtures("clock")
async def test_the_labels_of_answers_without_a_model_do_not_claim_one(start: Start) -> None:
    async with start() as teams:
        await teams.ask(teams.microsoft.activity())
        kinds = [entity["type"] for entity in only(teams.microsoft).activity["entities"]]
        assert kinds == ["streaminfo"]
