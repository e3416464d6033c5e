"""Clicks on cards, verdicts on answers, installing and removing (T4, T5, T17, T20)."""

from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.teams import invokes
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.errors import UninstalledError
from resync_bot.conversation.model import Answer, Button, ButtonPress, Buttons, Table, Text
from resync_bot.conversation.ports import Briefing, RateLimited, Refused, ReplyStream
from resync_bot.errors import ResyncError, StoreUnavailableError
from tests.adapters.conftest import MakeHost
from tests.adapters.small_bot import Script
from tests.adapters.teams.conftest import Bot, Brain, button
from tests.adapters.teams.connector import BOT, Fault, Json, Message, Microsoft

WHY = Button("Why?", "ask", "why did PAY fail?")
CARD = Answer("2 jobs", (Table(("Job",), (("PAY",),)), Buttons((WHY, Button("Log", "ask", "log of PAY")))))
LONG = Answer("many", (Text("Many."), Table(("Job",), tuple((f"JOB_{n}",) for n in range(70)))))


def answers(answer: Answer) -> Script:
    """A brain that knows one question, and refers to all others."""

    async def script(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        return answer if questions == ("what failed?",) else Answer.plain(f"Because of {questions[0]}")

    return script


@pytest.fixture
async def card(teams: Bot) -> Message:
    """A card that stands in the chat."""
    teams.brain.script = answers(CARD)
    await teams.ask(teams.microsoft.activity())
    [message] = teams.microsoft.said()
    return message


def titles(card: Json) -> list[str]:
    return [action["title"] for element in card["body"] for action in element.get("actions", ())]


def notes(card: Json) -> list[str]:
    return [element["inlines"][0]["text"] for element in card["body"] if element["type"] == "RichTextBlock"]


def cells(card: Json) -> list[str]:
    return [
        row["cells"][0]["items"][0]["inlines"][0]["text"]
        for element in card["body"]
        if element["type"] == "Table"
        for row in element["rows"]
    ]


async def test_t5_a_click_is_answered_at_once_with_the_card_at_work(teams: Bot, card: Message) -> None:
    """T5: an invoke is answered at once; the work comes after."""
    answer = await teams.press(card.id, "Why?")
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert notes(answer["value"]) == ["⏳ Why?"]
    pressed = next(
        action
        for element in answer["value"]["body"]
        for action in element.get("actions", ())
        if action["title"] == "Why?"
    )
    assert pressed["isEnabled"] is False


async def test_t5_a_click_is_answered_in_time_also_when_microsoft_is_slow(
    teams: Bot, card: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T5: an invoke unanswered for some seconds shows people "Something went wrong"."""
    monkeypatch.setattr(invokes, "INVOKE_SECONDS", 0.05)
    teams.microsoft.faults.append(Fault(hang=True, applies=lambda method, _: method == "GET"))
    click = teams.click(card.id, button(card.card, "Why?")) | {"from": {"id": "29:bob", "aadObjectId": "aad-bob"}}
    response = await teams.deliver(click)
    assert (await response.json())["value"] == "That takes too long just now; please press it again."


async def test_when_the_answer_is_there_the_card_says_so_and_can_be_pressed_again(teams: Bot, card: Message) -> None:
    await teams.press(card.id, "Why?")
    await teams.microsoft.until(lambda: card.edits == 1)
    assert [one.text for one in teams.microsoft.said()][1:] == ["Because of why did PAY fail?"]
    assert notes(card.card) == ["✓ Why?"]
    await teams.press(card.id, "Why?")
    await teams.microsoft.until(lambda: card.edits == 2)
    assert len(teams.microsoft.said()) == 3


async def test_t4_a_click_delivered_again_under_another_id_is_one_click(teams: Bot, card: Message) -> None:
    """T4: a submit can be sent again under another id."""
    data = button(card.card, "Why?")
    for _ in range(3):
        response = await teams.deliver(teams.click(card.id, data))
        assert response.status == 200
    await teams.microsoft.until(lambda: card.edits == 1)
    assert len([one for one in teams.brain.accepted if isinstance(one, ButtonPress)]) == 1


async def test_two_people_may_press_the_same_button(teams: Bot, card: Message) -> None:
    data = button(card.card, "Why?")
    for who in ("ann", "bob"):
        click = teams.click(card.id, data) | {"from": {"id": f"29:{who}", "name": who, "aadObjectId": f"aad-{who}"}}
        await teams.deliver(click)
    await teams.microsoft.until(lambda: card.edits >= 1)
    presses = [one for one in teams.brain.accepted if isinstance(one, ButtonPress)]
    assert {press.person.id for press in presses} == {"aad-ann", "aad-bob"}


async def test_t17_a_client_that_only_knows_submit_gets_the_same(teams: Bot, card: Message) -> None:
    """T17: Action.Execute carries an Action.Submit for older clients."""
    data = button(card.card, "Why?")
    execute = card.card["body"][-1]["actions"][0]
    assert execute["fallback"] == {"type": "Action.Submit", "title": "Why?", "data": data}
    await teams.ask(teams.microsoft.activity("", value=data, replyToId=card.id))
    assert [one.text for one in teams.microsoft.said()][1:] == ["Because of why did PAY fail?"]


async def test_t20_numbers_may_come_back_as_numbers_or_texts_or_nonsense(teams: Bot, card: Message) -> None:
    """T2: keys and tokens are fetched once, asynchronously, whoever waits for them."""
    data = button(card.card, "Why?")
    numbers: tuple[object, ...] = (0.0, "0", None, "NaN", [], -1, 10**40)
    for number in numbers:
        click = teams.click(card.id, {"resync": {**data["resync"], "n": number}})
        assert (await teams.deliver(click)).status == 200


@pytest.mark.parametrize(
    "data",
    [None, {}, {"resync": {}}, {"resync": "x"}, {"resync": {"a": "ask"}}, {"other": {"a": "ask", "c": "x", "v": "y"}}],
)
async def test_a_click_on_nothing_of_ours_is_refused(teams: Bot, card: Message, data: Json) -> None:
    response = await teams.deliver(teams.click(card.id, data))
    assert response.status == 200
    assert (await response.json())["type"] == "application/vnd.microsoft.error"
    assert not [one for one in teams.brain.accepted if isinstance(one, ButtonPress)]


async def test_a_click_that_is_not_durable_comes_again(teams: Bot, card: Message) -> None:
    teams.brain.verdicts.append(StoreUnavailableError("away"))
    response = await teams.deliver(teams.click(card.id, button(card.card, "Why?")))
    assert response.status == 503


async def test_a_click_too_many_and_a_refused_one_are_told_below_the_card(teams: Bot, card: Message) -> None:
    teams.brain.verdicts += [RateLimited(3, tell=False), Refused("Not that.")]
    first, second = await teams.press(card.id, "Why?"), await teams.press(card.id, "Why?")
    assert first["value"] == "That is too many questions at once; please try again in 3 s."
    assert second["value"] == "Not that."


async def test_guests_click_in_vain(teams: Bot, card: Message) -> None:
    teams.microsoft.members["29:eve"] = {"userRole": "guest"}
    click = teams.click(card.id, button(card.card, "Why?"))
    response = await teams.deliver(click | {"from": {"id": "29:eve", "aadObjectId": "aad-eve"}})
    assert (await response.json())["statusCode"] == 403


# --- further pages ---


async def test_show_more_turns_the_page_in_place(teams: Bot) -> None:
    teams.brain.script = answers(LONG)
    await teams.ask(teams.microsoft.activity())
    [message] = teams.microsoft.said()
    assert cells(message.card) == ["Job", *(f"JOB_{n}" for n in range(29))]
    second = (await teams.press(message.id, "Show more"))["value"]
    assert cells(second) == ["Job", *(f"JOB_{n}" for n in range(29, 58))]
    third = await teams.deliver(teams.click(message.id, button(second, "Show more")))
    last = (await third.json())["value"]
    assert cells(last) == ["Job", *(f"JOB_{n}" for n in range(58, 70))]
    assert not titles(last)


async def test_show_more_from_a_client_that_only_knows_submit_is_a_message(teams: Bot) -> None:
    teams.brain.script = answers(LONG)
    await teams.ask(teams.microsoft.activity())
    [message] = teams.microsoft.said()
    data = button(message.card, "Show more")
    await teams.ask(teams.microsoft.activity("", value=data, replyToId=message.id))
    assert cells(teams.microsoft.said()[-1].card)[1] == "JOB_29"


async def test_a_card_that_is_too_old_says_so(teams: Bot, card: Message) -> None:
    data = {"resync": {"a": "show_more", "v": "1", "c": "forgotten", "n": 0}}
    response = await teams.deliver(teams.click(card.id, data))
    assert (await response.json())["value"] == "That card is too old for me; please ask again."
    await teams.ask(teams.microsoft.activity("", value=data, replyToId=card.id))


@pytest.mark.parametrize("page", ["-1", "x", "99999999", ""])
async def test_pages_that_do_not_exist_are_refused(teams: Bot, card: Message, page: str) -> None:
    data = button(card.card, "Why?")["resync"] | {"a": "show_more", "v": page}
    response = await teams.deliver(teams.click(card.id, {"resync": data}))
    assert (await response.json())["type"] == "application/vnd.microsoft.activity.message"


# --- verdicts ---


@pytest.mark.parametrize(("reaction", "value"), [("like", "up"), ("dislike", "down")])
async def test_a_verdict_names_the_turn(teams: Bot, card: Message, reaction: str, value: str) -> None:
    verdict = teams.microsoft.activity(
        "",
        type="invoke",
        name="message/submitAction",
        replyToId=card.id,
        value={"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": "{}"}},
    )
    assert (await teams.deliver(verdict)).status == 200
    press = teams.brain.accepted[-1]
    assert isinstance(press, ButtonPress)
    assert (press.action, press.value) == ("feedback", f"{value}:turn-1")


async def test_a_verdict_that_names_no_message_is_one_on_the_newest(teams: Bot, card: Message) -> None:
    value = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": "{}"}}
    verdict = teams.microsoft.activity("", type="invoke", name="message/submitAction", value=value)
    await teams.deliver(verdict)
    press = teams.brain.accepted[-1]
    assert isinstance(press, ButtonPress)
    assert press.value == "up:turn-1"


@pytest.mark.parametrize("value", [None, {}, {"actionName": "x"}, {"actionName": "feedback", "actionValue": 5}])
async def test_what_is_no_verdict_is_none(teams: Bot, card: Message, value: object) -> None:
    verdict = teams.microsoft.activity("", type="invoke", name="message/submitAction", replyToId=card.id, value=value)
    assert (await teams.deliver(verdict)).status == 200
    assert not isinstance(teams.brain.accepted[-1], ButtonPress)


async def test_other_invokes_are_not_implemented(teams: Bot) -> None:
    other = teams.microsoft.activity("", type="invoke", name="composeExtension/query")
    assert (await teams.deliver(other)).status == 501


# --- installed and removed ---


async def test_an_installation_is_welcomed_once_with_working_examples(teams: Bot) -> None:
    added = teams.microsoft.activity("", type="installationUpdate", action="add")
    told = teams.microsoft.activity("", type="conversationUpdate", membersAdded=[{"id": BOT}])
    for activity in (added, told):
        assert (await teams.deliver(activity)).status == 202
    await teams.microsoft.until(lambda: bool(teams.microsoft.said()))
    [welcome] = teams.microsoft.said()
    assert "I am Resync" in welcome.text
    assert titles(welcome.card)[0] == "What failed last night?"
    await teams.press(welcome.id, "What failed last night?")
    await teams.microsoft.until(lambda: len(teams.microsoft.said()) == 2)


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_welcome_begins_with_what_fits_the_present_plan_if_that_can_be_read(
    make_host: MakeHost, microsoft: Microsoft, bot: Brain, is_there: bool
) -> None:
    async def brief() -> Briefing:
        if not is_there:
            raise ResyncError("the engine is away")
        return Briefing(Answer.plain("612 jobs"), None, ("why did PAY in stream /FIN/PAYROLL fail?", "what is stuck?"))

    adapter = TeamsAdapter(replace(make_host(teams=microsoft.settings), briefing=brief))
    app = web.Application()
    app.add_routes(adapter.routes())
    async with bot.working(adapter), TestClient(TestServer(app)) as client:
        added = microsoft.activity("", type="installationUpdate", action="add")
        await client.post("/api/messages", json=added, headers={"Authorization": f"Bearer {microsoft.sign()}"})
        await microsoft.until(lambda: bool(microsoft.said()))
    offered = ["Why did PAY fail?"] * is_there + ["What failed last night?", "How is the plan?", "What is late?"]
    assert titles(microsoft.said()[0].card) == [*offered[:3], "What else can I ask?"]


async def test_other_members_come_and_go_unnoticed(teams: Bot) -> None:
    told = teams.microsoft.activity("", type="conversationUpdate", membersAdded=[{"id": "29:bob"}])
    assert (await teams.deliver(told)).status == 202
    assert not teams.microsoft.said()


async def test_a_removal_is_noted_and_the_reference_forgotten(teams: Bot, card: Message) -> None:
    removed = teams.microsoft.activity("", type="installationUpdate", action="remove")
    assert (await teams.deliver(removed)).status == 202
    stream = teams.adapter.reply(teams.brain.accepted[0].place, "t", [], resume=None)
    with pytest.raises(UninstalledError):
        await stream.finish(CARD)
    assert [noted.event for noted in teams.brain.noted] == ["removed"]
