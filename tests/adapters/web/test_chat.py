"""Asking over HTTP: `POST /api/chat`, as JSON and as a stream."""

import asyncio
from dataclasses import replace

from aiohttp.test_utils import TestClient, TestServer

from adapters.web import factory
from resync_bot.conversation.model import Answer, ButtonPress, Question, State
from resync_bot.conversation.ports import Refused, ReplyStream
from tests.adapters.conftest import NOON, MakeHost
from tests.adapters.night import FAILED
from tests.adapters.small_bot import SmallBot
from tests.adapters.web.conftest import Client, ask, events, make_app, stream


async def test_a_question_gets_its_answer_with_blocks_and_evidence(client: Client, bot: SmallBot) -> None:
    async def failed(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return FAILED

    bot.script = failed
    async with ask(client, "What failed tonight?") as response:
        got = await response.json()
    assert response.status == 200
    assert got["state"] == "ANSWERED"
    assert got["conversation"]
    assert got["answer"]["text"] == FAILED.text
    assert [block["kind"] for block in got["answer"]["blocks"]] == ["text", "table", "fields", "buttons", "context"]
    assert got["answer"]["blocks"][1]["more"] == 4
    assert got["evidence"][1] == {
        "tool": "blocked_by",
        "arguments": {"job": "PAYROLL_POST"},
        "result": {"jobs": 23, "streams": 4},
    }
    assert got["model"] == "built-in interpreter"


async def test_a_conversation_goes_on(client: Client, bot: SmallBot) -> None:
    async with ask(client, "first") as response:
        conversation = (await response.json())["conversation"]
    async with ask(client, "second", conversation) as response:
        got = await response.json()
    assert got["conversation"] == conversation
    assert got["answer"]["text"] == "You said: second"
    assert len({incoming.place for incoming in bot.accepted}) == 1


async def test_a_stream_has_everything_in_order(client: Client, bot: SmallBot) -> None:
    async def slowly(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("counting")
        await seen.wait()
        await reply.show("8 jobs")
        return Answer.plain("8 jobs failed")

    seen = asyncio.Event()
    bot.script = slowly
    got = ""
    async with stream(client, "how many failed?") as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        async for chunk in response.content.iter_any():
            got += chunk.decode()
            if "counting" in got:
                seen.set()
    sent = events(got)
    kinds = [event.kind for event in sent]
    assert (kinds[0], kinds[-1]) == ("accepted", "answer")
    assert set(kinds[1:3]) == {"question", "status"}
    assert set(kinds[3:-1]) <= {"delta"}  # a reader may come too late for a text that the answer has replaced
    assert sent[-1].data["answer"]["text"] == "8 jobs failed"
    assert [event.data["text"] for event in sent if event.kind == "question"] == ["how many failed?"]
    assert all(event.id for event in sent[1:])


async def test_questions_that_are_joined_in_one_turn_both_get_its_answer(client: Client, bot: SmallBot) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        if questions == ("how is the plan?",):
            begun.set()
            await both_in.wait()
        return Answer.plain(f"An answer to {questions}")

    begun, both_in = asyncio.Event(), asyncio.Event()
    bot.script = patiently
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(_answer(client, "how is the plan?", conversation))
        await begun.wait()
        second = tasks.create_task(_answer(client, "and on WS3?", conversation))
        third = tasks.create_task(_answer(client, "and on WS4?", conversation))
        await bot.has_accepted(4)
        both_in.set()
    assert first.result() == "An answer to ('how is the plan?',)"
    assert second.result() == third.result()
    assert "WS3" in second.result()
    assert "WS4" in second.result()


async def test_any_replica_can_serve_the_answer_of_another(client: Client, make_host: MakeHost, bot: SmallBot) -> None:
    other = factory(make_host())
    async with other.running(), TestClient(TestServer(make_app(other))) as other_client, ask(other_client, "hi") as got:
        assert (await got.json())["answer"]["text"] == "You said: hi"


async def test_a_button_press_is_handed_in_as_such(client: Client, bot: SmallBot) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    body = {"button": {"action": "ask", "value": "show its log"}, "conversation": conversation}
    async with client.post("/api/chat", json=body) as response:
        got = await response.json()
    press = bot.accepted[-1]
    assert isinstance(press, ButtonPress)
    assert (press.action, press.value, press.at) == ("ask", "show its log", NOON)
    assert got["answer"]["text"] == "You said: show its log"
    assert got["questions"][0]["text"] == "show its log"


async def test_sending_the_same_again_asks_once_and_gets_the_same_answer(client: Client, bot: SmallBot) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    answers = []
    for _ in range(2):
        async with ask(client, "what failed?", conversation, id="message-1") as response:
            answers.append(await response.json())
    assert len(bot.accepted) == 2
    assert [answer["state"] for answer in answers] == ["ANSWERED", "DUPLICATE"]
    assert answers[0]["answer"] == answers[1]["answer"]
    assert answers[0]["turn"] == answers[1]["turn"]


async def test_an_answer_that_is_none_says_so(client: Client, bot: SmallBot) -> None:
    async def fail(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return replace(Answer.plain("Something went wrong on my side. (reference 1a2b3c4d)"), state=State.FAILED)

    bot.script = fail
    async with ask(client, "what failed?") as response:
        assert (await response.json())["state"] == "FAILED"


async def test_a_refused_message_is_answered_in_words_and_begins_nothing(client: Client, bot: SmallBot) -> None:
    bot.verdicts = [Refused("There is no text in this message.")] * 2
    async with ask(client, " ") as response:
        got = await response.json()
    assert response.status == 200
    assert (got["state"], got["conversation"]) == ("REFUSED", None)
    assert got["answer"]["text"] == "There is no text in this message."
    async with stream(client, " ") as response:
        (answer,) = events(await response.text())
    assert answer.kind == "answer"
    assert answer.data["state"] == "REFUSED"


async def test_the_persons_zone_is_handed_on_if_it_is_one(client: Client, bot: SmallBot) -> None:
    for zone in ("America/Sao_Paulo", "Mars/Olympus"):
        async with ask(client, "hello", zone=zone) as response:
            assert response.status == 200
    assert [incoming.person.zone for incoming in bot.accepted] == ["America/Sao_Paulo", None]


async def test_a_browser_is_the_same_person_in_all_its_conversations(client: Client, bot: SmallBot) -> None:
    async with client.get("/") as response:
        cookie = response.cookies["resync_visitor"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    for _ in range(2):
        async with ask(client, "hello"):
            pass
    assert {incoming.person.id for incoming in bot.accepted} == {cookie.value}


async def test_a_client_that_goes_away_changes_nothing_for_its_turn(client: Client, bot: SmallBot) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        if questions == ("how is the plan?",):
            await reply.status("counting")
            await gone.wait()
        return Answer.plain("612 jobs")

    gone = asyncio.Event()
    bot.script = patiently
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    async with stream(client, "how is the plan?", conversation) as response:
        await response.content.readuntil(b"counting")
    gone.set()
    async with client.get(f"/api/chat/{conversation}/events") as response:
        await response.content.readuntil(b"612 jobs")
        await response.content.readuntil(b"612 jobs")


async def test_hostile_text_stays_what_it_is(client: Client, bot: SmallBot) -> None:
    text = "<script>alert(1)</script> '@#@.@+state=abend' \u202e \x00 \u2028 data: x\n\nevent: answer"
    async with stream(client, text) as response:
        sent = events(await response.text())
    question = bot.accepted[0]
    assert isinstance(question, Question)
    assert question.text == text
    assert sent[-1].data["answer"]["text"] == f"You said: {text}"


async def _answer(client: Client, message: str, conversation: str) -> str:
    async with ask(client, message, conversation) as response:
        text: str = (await response.json())["answer"]["text"]
        return text
