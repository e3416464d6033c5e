"""Conversations in one-to-one chats, group chats and channels."""

from resync_bot.conversation.model import Answer, Button, Buttons, Question, Table, Text
from resync_bot.conversation.ports import RateLimited, Refused, ReplyStream
from resync_bot.errors import StoreUnavailableError
from tests.adapters.teams.conftest import Bot, Changes, Start
from tests.adapters.teams.connector import BOT, TENANT


async def test_a_question_in_a_chat_is_answered_there(teams: Bot) -> None:
    response = await teams.deliver(teams.microsoft.activity("what failed?"))
    assert response.status == 202
    await teams.brain.is_idle()
    [said] = teams.microsoft.said("a:ann")
    assert said.text == "You said: what failed?"


async def test_the_person_is_known_by_directory_id_with_mail_address_and_zone(teams: Bot) -> None:
    await teams.ask(teams.microsoft.activity())
    [question] = teams.brain.accepted
    assert isinstance(question, Question)
    assert (question.person.id, question.person.name) == ("aad-ann", "Ann")
    assert (question.person.email, question.person.zone) == ("ann@example.org", "America/Sao_Paulo")
    assert question.place.tenant == TENANT


async def test_t15_a_mention_in_a_channel_is_answered_in_its_thread(teams: Bot) -> None:
    """T15: a channel's conversation id holds the thread's root; posting with it lands in that thread."""
    await teams.ask(teams.microsoft.in_channel("what failed?", thread="1700"))
    [said] = teams.microsoft.said()
    assert said.conversation == "19:ops@thread.tacv2;messageid=1700"
    assert said.text == "You said: what failed?"


async def test_t12_the_mention_is_stripped_by_entity_and_not_by_text(teams: Bot) -> None:
    """T12: the bot's mention is found by its entity; the text can be forged."""
    activity = teams.microsoft.in_channel("show <at>Bob</at> what <at>Resync</at> means")
    activity["entities"].append(
        {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:bob", "name": "Bob"}}
    )
    await teams.ask(activity)
    [question] = teams.brain.accepted
    assert isinstance(question, Question)
    assert question.text == "show Bob what <at>Resync</at> means"


async def test_t12_a_message_without_text_is_no_error(teams: Bot) -> None:
    """T12: the text of a message may be missing."""
    activity = teams.microsoft.activity() | {"text": None, "entities": None, "attachments": None}
    await teams.ask(activity)
    [question] = teams.brain.accepted
    assert isinstance(question, Question)
    assert question.text == "help"


async def test_t11_a_message_that_does_not_mention_the_bot_is_not_for_it(teams: Bot) -> None:
    """T11: in channels only messages that mention the bot are meant for it."""
    activity = teams.microsoft.in_channel("<at>Resync</at> forged") | {"entities": []}
    assert (await teams.deliver(activity)).status == 202
    assert not teams.brain.accepted


async def test_t19_the_conversation_type_decides_not_its_id(teams: Bot) -> None:
    """T19: ids of group chats can look like those of direct messages."""
    group = {"id": "a:looks-like-a-chat", "conversationType": "groupChat", "tenantId": TENANT}
    assert (await teams.deliver(teams.microsoft.activity(conversation=group))).status == 202
    assert not teams.brain.accepted


async def test_bots_are_not_answered(teams: Bot) -> None:
    for sender in ({"id": BOT}, {"id": "28:other"}, {"id": "29:x", "role": "bot"}):
        assert (await teams.deliver(teams.microsoft.activity() | {"from": sender})).status == 202
    assert not teams.brain.accepted


async def test_t4_a_redelivered_activity_is_answered_once(teams: Bot) -> None:
    """T4: what is acknowledged late is sent again, with another timestamp."""
    activity = teams.microsoft.activity()
    await teams.ask(activity)
    again = await teams.deliver(activity | {"timestamp": "2026-11-23T12:00:15Z"})
    assert again.status == 202
    await teams.ask(teams.microsoft.activity("next"))
    assert [said.text for said in teams.microsoft.said()] == ["You said: what failed?", "You said: next"]


async def test_t4_ids_are_moments_so_two_conversations_may_have_the_same_one(teams: Bot) -> None:
    """T4: an activity's id is a moment; deduplicating by it alone would lose a question."""
    first = teams.microsoft.activity("one")
    await teams.ask(first)
    await teams.ask({**teams.microsoft.in_channel("two"), "id": first["id"]})
    assert len(teams.brain.accepted) == 2


async def test_what_is_not_durable_is_not_acknowledged(teams: Bot) -> None:
    teams.brain.verdicts.append(StoreUnavailableError("away"))
    activity = teams.microsoft.activity()
    assert (await teams.deliver(activity)).status == 503
    await teams.ask(activity)
    assert len(teams.brain.accepted) == 1


async def test_who_asks_too_much_is_told_once_in_the_language_of_the_question(teams: Bot) -> None:
    teams.brain.verdicts += [RateLimited(7.2, tell=True), RateLimited(7.2, tell=False)]
    await teams.ask(teams.microsoft.activity("quais jobs falharam?"))
    assert (await teams.deliver(teams.microsoft.activity("quais jobs falharam?"))).status == 202
    [said] = teams.microsoft.said()
    assert said.text == "São perguntas demais de uma vez; por favor tente de novo em 8 s."


async def test_what_cannot_be_answered_is_said_in_one_sentence(teams: Bot) -> None:
    teams.brain.verdicts.append(Refused("That is too long for me."))
    await teams.ask(teams.microsoft.activity())
    assert [said.text for said in teams.microsoft.said()] == ["That is too long for me."]


async def test_elsewhere_than_in_a_chat_it_types_and_then_says_one_message(teams: Bot) -> None:
    async def slow(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("reading the plan")
        assert await reply.show("Three jobs") is None
        return Answer.plain("Three jobs failed.")

    teams.brain.script = slow
    await teams.ask(teams.microsoft.in_channel())
    posted = [call.body["type"] for call in teams.microsoft.calls if call.body]
    assert posted == ["typing", "message"]


async def test_t10_a_growing_answer_is_not_posted_and_edited(teams: Bot) -> None:
    """T10: streaming by post and edit meets 429; in channels an answer is said once."""

    async def growing(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        for words in range(1, 20):
            await reply.show("word " * words)
        return Answer.plain("word " * 20)

    teams.brain.script = growing
    await teams.ask(teams.microsoft.in_channel())
    assert [call.method for call in teams.microsoft.calls if call.method != "GET"] == ["POST"]


async def test_t24_a_person_is_the_same_in_every_conversation_whatever_role_is_claimed(teams: Bot) -> None:
    """T24: Teams has no groups and roles for bots; a person is their directory id, and nothing more is believed."""
    await teams.ask(teams.microsoft.activity())
    claimed = {"id": "29:ann-in-the-channel", "name": "Ann", "aadObjectId": "aad-ann", "role": "owner"}
    await teams.ask(teams.microsoft.in_channel() | {"from": claimed})
    first, second = (one.person for one in teams.brain.accepted)
    assert (first.platform, first.id) == (second.platform, second.id) == ("teams", "aad-ann")


async def test_a_notification_says_what_a_card_holds(teams: Bot) -> None:
    async def table(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return Answer("**2 jobs** failed\n\n| a |", (Table(("Job",), (("PAY_POST",),)),))

    teams.brain.script = table
    await teams.ask(teams.microsoft.activity())
    [said] = teams.microsoft.said()
    assert said.activity["summary"] == "2 jobs failed"
    assert not said.text


async def test_follow_ups_are_suggested_in_chats_and_buttons_elsewhere(teams: Bot) -> None:
    async def with_button(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return Answer("x", (Text("PAY failed."), Buttons((Button("Why?", "ask", "why did PAY fail?"),))))

    teams.brain.script = with_button
    await teams.ask(teams.microsoft.activity())
    await teams.ask(teams.microsoft.in_channel())
    chat, channel = teams.microsoft.said()
    assert chat.activity["suggestedActions"]["actions"] == [
        {"type": "imBack", "title": "Why?", "value": "why did PAY fail?"}
    ]
    assert not chat.card
    assert channel.card["body"][-1]["actions"][0]["title"] == "Why?"
    assert "suggestedActions" not in channel.activity


async def test_an_edited_question_replaces_the_waiting_one_and_a_deleted_one_is_withdrawn(start: Start) -> None:
    corrections = Changes()
    async with start(corrections=corrections) as teams:
        asked = teams.microsoft.activity("what faild?")
        await teams.ask(asked)
        edited = {**asked, "type": "messageUpdate", "text": "what failed?", "channelData": {"tenant": {"id": TENANT}}}
        deleted = {**asked, "type": "messageDelete", "text": ""}
        for activity in (edited, deleted):
            assert (await teams.deliver(activity)).status == 202
    [question] = corrections.replaced
    assert (question.text, question.message_id) == ("what failed?", teams.brain.accepted[0].message_id)
    assert corrections.withdrawn == [question.message_id]
