"""Alerts in Teams: proactive posts, in channels each a thread of its own."""

from dataclasses import replace

import pytest

from adapters.teams.activity import Activity
from adapters.teams.errors import BlockedError, UninstalledError
from resync_bot.conversation.model import Answer, Button, Buttons, Mentions, Place, Text
from resync_bot.conversation.ports import MessageRef
from tests.adapters.teams.conftest import Bot, button
from tests.adapters.teams.connector import Json, Microsoft

ANA, RUI = "0f9a1b2c-1111-2222-3333-444455556666", "29:1qwertyuiop"
FAILED = Answer(
    "PAY failed",
    (
        Text("🟠 **Error: `PAY` failed**"),
        Mentions((f"{ANA}|Ana Lima", RUI, "U0SLACK", "here")),
        Buttons((Button("Why?", "ask", "why did PAY fail?"), Button("Acknowledge", "ask", "acknowledge 3f2a9c1d"))),
    ),
)
RECOVERED = replace(FAILED, text="PAY recovered", blocks=(Text("🟢 **Recovered**: `PAY` failed"), *FAILED.blocks[1:]))


async def known(bot: Bot, hello: Json) -> Place:
    """Where the bot was spoken to once: it has a reference to write to."""
    await bot.ask(hello)
    bot.microsoft.messages.clear()
    bot.brain.accepted.clear()
    return replace(Activity.model_validate(hello).place, thread="")


async def told(bot: Bot, place: Place, answer: Answer = FAILED, *, resume: MessageRef | None = None) -> MessageRef:
    return await bot.adapter.reply(place, "alert", (), resume=resume).finish(answer)


async def test_it_calls_people_when_it_is_posted_and_not_when_it_is_edited(teams: Bot, microsoft: Microsoft) -> None:
    place = await known(teams, microsoft.in_channel())
    ref = await told(teams, place)
    message = microsoft.messages[ref.id]
    entities = message.card["msteams"]["entities"]
    assert [(one["text"], one["mentioned"]["id"]) for one in entities] == [
        ("<at>Ana Lima</at>", ANA),
        (f"<at>{RUI}</at>", RUI),
    ]
    assert all(one["text"] in str(message.card["body"]) for one in entities)
    await told(teams, place, RECOVERED, resume=ref)
    assert "entities" not in message.card["msteams"]
    assert "<at>" not in str(message.activity)


async def test_a_channels_alert_begins_a_thread_and_its_notes_go_there(teams: Bot, microsoft: Microsoft) -> None:
    place = await known(teams, microsoft.in_channel())
    ref = await told(teams, place)
    thread = teams.adapter.thread_under(ref)
    assert thread
    await teams.adapter.reply(thread, "note", (), resume=None).finish(Answer.plain("Ana looks after it"))
    assert [one.conversation for one in microsoft.said()] == [place.channel, f"{place.channel};messageid={ref.id}"]


async def test_a_person_gets_it_without_a_stream_and_without_suggestions(teams: Bot, microsoft: Microsoft) -> None:
    place = await known(teams, microsoft.activity())
    ref = await told(teams, place)
    (message,) = microsoft.said()
    assert message.stream is None
    assert "suggestedActions" not in message.activity
    assert "channelData" not in message.activity  # no thumbs
    assert button(message.card, "Acknowledge")
    assert teams.adapter.thread_under(ref) is None


async def test_its_buttons_are_answered_in_its_thread_and_it_stays_what_it_has_become(
    teams: Bot, microsoft: Microsoft
) -> None:
    place = await known(teams, microsoft.in_channel())
    ref = await told(teams, place)
    shown = await teams.press(ref.id, "Why?")
    assert shown["type"] == "application/vnd.microsoft.card.adaptive"
    await told(teams, place, RECOVERED, resume=ref)
    await teams.brain.is_idle()
    assert "Recovered" in microsoft.messages[ref.id].text
    answer = microsoft.said()[-1]
    assert (answer.text, answer.conversation) == (
        "You said: why did PAY fail?",
        f"{place.channel};messageid={ref.id}",
    )
    assert teams.brain.accepted[0].place == teams.adapter.thread_under(ref)


async def test_the_same_button_works_again_when_the_alert_was_edited(teams: Bot, microsoft: Microsoft) -> None:
    place = await known(teams, microsoft.in_channel())
    ref = await told(teams, place)
    for answer in (RECOVERED, FAILED):
        await teams.press(ref.id, "Acknowledge")
        await teams.brain.is_idle()
        await told(teams, place, answer, resume=ref)
    await teams.press(ref.id, "Acknowledge")
    await teams.brain.is_idle()
    assert len({one.message_id for one in teams.brain.accepted}) == 3


async def test_where_the_bot_is_not_it_says_so(teams: Bot, microsoft: Microsoft) -> None:
    place = await known(teams, microsoft.activity())
    microsoft.blocked.add(place.channel)
    with pytest.raises(BlockedError):
        await told(teams, place)
    with pytest.raises(UninstalledError, match="no conversation reference"):
        await told(teams, place)
