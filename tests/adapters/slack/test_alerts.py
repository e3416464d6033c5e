"""Alerts in Slack: a message of its own, edited for one call each, whose thread is a conversation."""

import pytest

from adapters.slack.errors import SlackRefusedError
from resync_bot.conversation.model import Answer, Button, ButtonPress, Buttons, Mentions, Place, Question, Text
from resync_bot.conversation.ports import MessageRef
from tests.adapters.slack.conftest import Desk
from tests.adapters.slack.standin.methods import seen

OPS = "C0OPS"
FAILED = Answer(
    "PAY failed",
    (
        Text("🟠 **Error: `PAY` failed**"),
        Mentions(("U0ANA|Ana", "S0ONCALL", "here", "29:1qwertyuiop|Rui")),
        Buttons((Button("Why?", "ask", "why did PAY fail?"), Button("Acknowledge", "ask", "acknowledge 3f2a9c1d"))),
    ),
)
RECOVERED = Answer("PAY recovered", (Text("🟢 **Recovered**: `PAY` failed"), *FAILED.blocks[1:]))


async def told(
    desk: Desk, answer: Answer = FAILED, *, resume: MessageRef | None = None, alert: str = "a"
) -> MessageRef:
    place = Place("slack", desk.slack.space.team, OPS)
    return await desk.adapter.reply(place, alert, (), resume=resume).finish(answer)


async def test_it_calls_people_when_it_is_posted_and_not_when_it_is_edited(desk: Desk) -> None:
    ref = await told(desk)
    (message,) = desk.slack.space.said()
    assert "<@U0ANA> <!subteam^S0ONCALL> <!here>" in str(message.blocks)
    assert "29:1q" not in str(message.blocks)  # of another platform
    await told(desk, RECOVERED, resume=ref)
    assert not any(call in str(message.blocks) for call in ("U0ANA", "S0ONCALL", "here"))


async def test_an_edit_is_one_call_and_shows_no_signs_of_life(desk: Desk) -> None:
    ref = await told(desk)
    await told(desk, RECOVERED, resume=ref)
    methods = [method for method, _ in desk.slack.calls if method not in ("auth.test", "users.info")]
    assert methods == ["chat.postMessage", "chat.update"]
    assert "feedback" not in str(desk.slack.space.said()[0].blocks)


async def test_people_talk_with_each_other_under_it_until_one_speaks_to_the_bot(desk: Desk) -> None:
    ref = await told(desk)
    await desk.says.say(desk.says.message(OPS, "I look at the database", thread_ts=ref.id))
    await told(desk, RECOVERED, resume=ref)
    await desk.says.say(desk.says.message(OPS, "it is back", thread_ts=ref.id))
    assert desk.bot.accepted == []
    await desk.says.say(desk.says.mention(OPS, "why did it fail?", thread_ts=ref.id))
    await desk.answers()
    await told(desk, FAILED, resume=ref)
    await desk.says.say(desk.says.message(OPS, "and what does it block?", thread_ts=ref.id))
    await desk.answers(2)
    assert {one.place for one in desk.bot.accepted} == {desk.adapter.thread_under(ref)}


async def test_in_a_direct_message_nobody_needs_to_mention_the_bot(desk: Desk) -> None:
    place = Place("slack", desk.slack.space.team, "D0ANA")
    ref = await desk.adapter.reply(place, "alert", (), resume=None).finish(FAILED)
    await desk.says.say(desk.says.message("D0ANA", "why?", thread_ts=ref.id))
    await desk.answers()
    assert desk.bot.accepted[0].place == desk.adapter.thread_under(ref)


async def test_each_alerts_thread_is_a_conversation_of_its_own(desk: Desk) -> None:
    alerts = [await told(desk, alert=name) for name in ("a", "b")]
    for ref in alerts:
        await desk.says.say(desk.says.mention(OPS, "and what does it block?", thread_ts=ref.id))
    await desk.answers(2)
    assert [one.place for one in desk.bot.accepted] == [desk.adapter.thread_under(ref) for ref in alerts]
    assert [message.thread_ts for message in desk.slack.space.said()[2:]] == [ref.id for ref in alerts]


async def test_its_buttons_are_answered_in_its_thread(desk: Desk) -> None:
    ref = await told(desk)
    (alert,) = desk.slack.space.said()
    press = desk.says.press(alert, {"action_id": "resync:0:ask", "value": "why did PAY fail?"}, user="U0BOB")
    assert (await desk.says.interact(press))[0] == 200
    _, answer = await desk.answers()
    assert (answer.thread_ts, seen(answer)) == (ref.id, "You said: why did PAY fail?")
    pressed, place = desk.bot.accepted[0], desk.adapter.thread_under(ref)
    assert isinstance(pressed, ButtonPress)
    assert pressed.place == place

    await desk.says.say(desk.says.message(OPS, "and its log?", thread_ts=ref.id, user="U0BOB"))
    await desk.answers(2)
    asked = desk.bot.accepted[1]
    assert isinstance(asked, Question)
    assert asked.place == place  # the same conversation: it knows what "its" means


async def test_a_note_never_takes_an_answer_that_is_being_written_in_the_thread(desk: Desk) -> None:
    ref = await told(desk)
    thread = desk.adapter.thread_under(ref)
    assert thread
    await desk.says.say(desk.says.mention(OPS, "why?", thread_ts=ref.id))
    await desk.answers()
    asked = desk.bot.accepted[0]
    answer = desk.adapter.reply(thread, "turn-of-ana", (asked,), resume=None)
    await answer.show("The log")  # a stream: it bears no marker yet
    note = Answer.plain("02:16 Ana looks after it")
    first = await desk.adapter.reply(thread, "note", (), resume=None).finish(note)
    again = await desk.adapter.reply(thread, "note", (), resume=None).finish(note)
    await answer.finish(Answer.plain("The log says it"))
    assert first == again
    assert desk.said()[-2:] == ["The log says it", "02:16 Ana looks after it"]


async def test_one_that_somebody_deleted_is_posted_anew(desk: Desk) -> None:
    ref = await told(desk)
    desk.slack.api.call("chat.delete", {"channel": OPS, "ts": ref.id})
    again = await told(desk, RECOVERED, resume=ref)
    assert again != ref
    assert len(desk.said()) == 1


@pytest.mark.parametrize("where", ["archived", "left"])
async def test_a_channel_that_takes_nothing_says_why(desk: Desk, where: str) -> None:
    channel = desk.slack.space.channel(OPS)
    channel.is_archived, channel.is_member = where == "archived", where != "left"
    with pytest.raises(SlackRefusedError) as refused:
        await told(desk)
    assert refused.value.code in ("is_archived", "not_in_channel")
    assert refused.value.hint
