"""Coming back to a conversation: after a lost connection, a reload, or while Redis was away."""

import asyncio

import pytest

from adapters.web.adapter import WebAdapter
from resync_bot.conversation.model import Answer, Place, Question
from resync_bot.conversation.ports import ReplyStream
from tests.adapters.small_bot import SmallBot
from tests.adapters.web.conftest import Client, ask, next_event, stream


async def test_reading_on_gives_what_was_missed_once(client: Client, bot: SmallBot) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("counting")
        await go_on.wait()
        await reply.show("612")
        return Answer.plain("612 jobs")

    go_on = asyncio.Event()
    bot.script = patiently
    async with stream(client, "how is the plan?") as response:
        conversation = (await next_event(response)).data["conversation"]
        first, status = await next_event(response), await next_event(response)
    assert {first.kind, status.kind} == {"question", "status"}
    go_on.set()
    path = f"/api/chat/{conversation}/events"
    assert status.id
    async with client.get(path, headers={"Last-Event-ID": status.id}) as response:
        event = await next_event(response)
        while event.kind == "delta":
            event = await next_event(response)
        assert event.kind == "answer"
        answer = event
    async with client.get(f"{path}?after={status.id}") as response:
        assert await next_event(response) == answer


async def test_a_new_reader_sees_only_what_still_matters(client: Client, bot: SmallBot) -> None:
    async def chatty(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        for number in range(50):
            await reply.status(f"step {number}")
            await reply.show("word " * number)
        return Answer.plain("done")

    bot.script = chatty
    async with ask(client, "go") as response:
        conversation = (await response.json())["conversation"]
    async with client.get(f"/api/chat/{conversation}/events") as response:
        assert [(await next_event(response)).kind for _ in range(2)] == ["question", "answer"]


async def test_a_transcript_has_each_question_before_its_answer(client: Client) -> None:
    async with ask(client, "first") as response:
        conversation = (await response.json())["conversation"]
    async with ask(client, "second", conversation):
        pass
    async with client.get(f"/api/chat/{conversation}") as response:
        got = await response.json()
    said = [entry.get("text") or entry["answer"]["text"] for entry in got["entries"]]
    assert said == ["first", "You said: first", "second", "You said: second"]
    assert got["working"] is None
    async with client.get(f"/api/chat/{conversation}/events", headers={"Last-Event-ID": got["position"]}) as response:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(next_event(response), 0.05)


async def test_a_transcript_tells_what_is_being_done(client: Client, bot: SmallBot) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("counting")
        await go_on.wait()
        return Answer.plain("612 jobs")

    go_on = asyncio.Event()
    bot.script = patiently
    async with stream(client, "how is the plan?") as response:
        conversation = (await next_event(response)).data["conversation"]
        await next_event(response)
        await next_event(response)
        async with client.get(f"/api/chat/{conversation}") as other:
            got = await other.json()
        go_on.set()
    assert got["working"] == {"kind": "status", "turn": "turn-1", "text": "counting"}
    assert [entry["kind"] for entry in got["entries"]] == ["question"]


async def test_an_answer_brings_its_question_along_if_that_was_not_recorded(
    client: Client, adapter: WebAdapter, bot: SmallBot
) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    said = bot.accepted[0]
    unrecorded = Question("d", f"{conversation}.m", said.person, Place("web", "", conversation), "lost?", said.at)
    await adapter.reply(unrecorded.place, "turn-9", (unrecorded,), resume=None).finish(Answer.plain("found"))
    async with client.get(f"/api/chat/{conversation}") as response:
        entries = (await response.json())["entries"]
    assert [entry["kind"] for entry in entries] == ["question", "answer", "question", "answer"]
    assert entries[2]["text"] == "lost?"


async def test_a_straggler_cannot_speak_after_the_answer(client: Client, adapter: WebAdapter, bot: SmallBot) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    straggler = adapter.reply(Place("web", "", conversation), "turn-1", tuple(bot.accepted), resume=None)
    await straggler.status("still counting")
    await straggler.show("You sai")
    async with client.get(f"/api/chat/{conversation}") as response:
        got = await response.json()
    assert got["working"] is None
    assert [entry["kind"] for entry in got["entries"]] == ["question", "answer"]


@pytest.mark.parametrize("position", ["x", "1", "1-", "-1", "1-2-3", "9" * 30 + "-0", "+", "$"])
async def test_a_position_must_be_one_of_ours(client: Client, position: str) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    headers = {"Last-Event-ID": position}
    async with client.get(f"/api/chat/{conversation}/events", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"]


@pytest.mark.parametrize("conversation", ["unknown-conversation", "..%2f..%2fetc", "x" * 500, "%7Bx%7D", "%00"])
@pytest.mark.parametrize("rest", ["", "/events"])
async def test_an_unknown_conversation_is_not_found(client: Client, conversation: str, rest: str) -> None:
    async with client.get(f"/api/chat/{conversation}{rest}") as response:
        assert response.status == 404


async def test_old_events_give_way_in_a_very_long_conversation(
    client: Client, adapter: WebAdapter, bot: SmallBot
) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    place = Place("web", "", conversation)
    for number in range(1200):
        await adapter.reply(place, f"turn-{number + 2}", (), resume=None).finish(Answer.plain(f"answer {number}"))
    async with client.get(f"/api/chat/{conversation}") as response:
        entries = (await response.json())["entries"]
    assert 400 <= len(entries) < 800
    assert entries[-1]["answer"]["text"] == "answer 1199"
