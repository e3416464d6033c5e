"""Buttons, verdicts, stops, edits and deletions, App Home and prompts; and acknowledgements that wait for nobody."""

from collections.abc import AsyncIterator

import pytest

from resync_bot.conversation.model import Answer, Button, ButtonPress, Buttons, Place, Question, Table, Text
from resync_bot.conversation.ports import Briefing, Refused
from tests.adapters.slack.conftest import Desk, DeskMaker
from tests.adapters.slack.standin import Fault, Message, StandIn
from tests.adapters.slack.standin.checks import block_errors, visible_text
from tests.adapters.slack.standin.state import Json

BRIEFING = Briefing(
    glance=Answer("Plan", (Text("**812** jobs, 2 failed."),)),
    failed=Answer("Failed", (Table(("Job",), (("PAY_POST",),)), Buttons((Button("Show log", "ask", "log"),)))),
    questions=("What failed tonight?", "Why does PAY_CLOSE wait?", "What is late?", "help", "What is running?"),
)


class Waiting:
    """Corrections of a house in which everything still waits."""

    def __init__(self) -> None:
        self.replaced: list[Question] = []
        self.withdrawn: list[str] = []
        self.stopped: list[Place] = []
        self.runs = True

    async def replace(self, question: Question) -> bool:
        self.replaced.append(question)
        return True

    async def withdraw(self, place: Place, message_id: str) -> bool:
        self.withdrawn.append(message_id)
        return True

    async def stop(self, place: Place) -> bool:
        self.stopped.append(place)
        return self.runs


@pytest.fixture
def corrections() -> Waiting:
    return Waiting()


@pytest.fixture
async def desk(open_desk: DeskMaker, corrections: Waiting) -> AsyncIterator[Desk]:
    """A desk with everything."""

    async def briefing() -> Briefing:
        return BRIEFING

    async with open_desk(corrections=corrections, briefing=briefing) as one:
        yield one


async def answered(desk: Desk) -> tuple[Json, Message]:
    """A question and its answer."""
    question = desk.says.mention("C0OPS", "what failed?")
    await desk.says.say(question)
    (answer,) = await desk.answers()
    return question, answer


async def test_a_button_asks_the_next_question_in_the_same_conversation(desk: Desk) -> None:
    question, answer = await answered(desk)
    press = desk.says.press(answer, {"action_id": "resync:0:ask", "value": "why did PAY_POST fail?"}, user="U0BOB")
    assert await desk.says.interact(press) == (200, "")
    (_, reply) = await desk.answers(2)
    assert reply.thread_ts == question["ts"]
    pressed = desk.bot.accepted[1]
    assert isinstance(pressed, ButtonPress)
    assert (pressed.action, pressed.value, pressed.person.id) == ("ask", "why did PAY_POST fail?", "U0BOB")
    assert pressed.place == desk.bot.accepted[0].place


async def test_two_presses_are_two_questions_and_one_press_is_one(desk: Desk) -> None:
    _, answer = await answered(desk)
    press = desk.says.press(answer, {"action_id": "resync:0:ask", "value": "why?"})
    for payload in (press, press, desk.says.press(answer, {"action_id": "resync:0:ask", "value": "why?"})):
        assert (await desk.says.interact(payload))[0] == 200
    assert len(desk.bot.accepted) == 3


async def test_a_verdict_is_handed_in(desk: Desk) -> None:
    _, answer = await answered(desk)
    action = {"type": "feedback_buttons", "action_id": "resync:0:feedback", "value": "up:turn-1"}
    await desk.says.interact(desk.says.press(answer, action))
    pressed = desk.bot.accepted[1]
    assert isinstance(pressed, ButtonPress)
    assert (pressed.action, pressed.value) == ("feedback", "up:turn-1")


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "other_app", "value": "x"},
        {"action_id": "resync:x:ask", "value": "x"},
        {"action_id": "resync:0:", "value": "x"},
        {"action_id": "", "value": "x"},
    ],
)
async def test_buttons_that_are_not_its_own_mean_nothing(desk: Desk, action: Json) -> None:
    _, answer = await answered(desk)
    assert (await desk.says.interact(desk.says.press(answer, action)))[0] == 200
    assert len(desk.bot.accepted) == 1


async def test_a_guest_who_presses_gets_nothing(desk: Desk, corrections: Waiting) -> None:
    desk.slack.space.person("U0EVE", is_restricted=True)
    _, answer = await answered(desk)
    for _ in range(2):  # as somebody unknown, and known
        await desk.says.interact(desk.says.press(answer, {"action_id": "resync:0:ask", "value": "x"}, user="U0EVE"))
        await desk.bot.is_idle()
    await desk.says.interact(desk.says.press(answer, {"action_id": "resync:0:stop", "value": "turn-1"}, user="U0EVE"))
    assert (len(desk.bot.answered), corrections.stopped) == (1, [])


@pytest.mark.parametrize("kind", ["view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"])
async def test_interactions_that_the_app_does_not_declare_are_acknowledged(desk: Desk, kind: str) -> None:
    payload = {"type": kind, "user": {"id": "U0ANA"}, "team": {"id": "T0HOME"}, "trigger_id": "1.2.x"}
    assert (await desk.says.interact(payload))[0] == 200


async def test_the_stop_button_stops_the_running_answer(desk: Desk, corrections: Waiting) -> None:
    question, answer = await answered(desk)
    await desk.says.interact(desk.says.press(answer, {"action_id": "resync:0:stop", "value": "turn-1"}))
    assert corrections.stopped == [Place("slack", "T0HOME", "C0OPS", question["ts"])]


async def test_slacks_own_stop_button_stops_it(desk: Desk, corrections: Waiting) -> None:
    question, answer = await answered(desk)
    desk.slack.space.person("U0EVE", is_restricted=True)
    assert await desk.says.say(desk.says.session_stopped(answer, user="U0EVE")) == 200
    assert (corrections.stopped, desk.slack.space.sessions) == ([], {})
    assert await desk.says.say(desk.says.session_stopped(answer, user="U0BOB", streams=(answer.ts,))) == 200
    assert corrections.stopped == [Place("slack", "T0HOME", "C0OPS", question["ts"])]


async def test_a_stop_button_that_was_left_behind_is_taken_away(desk: Desk, corrections: Waiting) -> None:
    _, answer = await answered(desk)
    corrections.runs = False
    await desk.says.say(desk.says.session_stopped(answer))
    thread = (answer.channel, answer.thread_ts)
    await desk.slack.until(lambda: desk.slack.space.sessions.get(thread) == "active")


@pytest.mark.parametrize("word", ["stop", "Stop!", "<@U0BOT> stop", "pare", "cancel"])
async def test_the_word_stop_stops_it_too(desk: Desk, corrections: Waiting, word: str) -> None:
    question, _ = await answered(desk)
    await desk.says.say(desk.says.message("C0OPS", word, thread_ts=question["ts"]))
    assert len(corrections.stopped) == 1
    assert len(desk.bot.accepted) == 1


async def test_where_nothing_runs_stop_is_a_question(desk: Desk, corrections: Waiting) -> None:
    corrections.runs = False
    await desk.says.say(desk.says.message("D0ANA", "stop"))
    await desk.answers()
    assert [one.text for one in desk.bot.accepted if isinstance(one, Question)] == ["stop"]


async def test_an_edited_question_takes_its_own_place_s5(desk: Desk, corrections: Waiting) -> None:
    question = desk.says.mention("C0OPS", "what faild?")
    await desk.says.say(question)
    await desk.says.say(desk.says.edited(question, "<@U0BOT> what failed?"))
    (replaced,) = corrections.replaced
    first = desk.bot.accepted[0]
    assert (replaced.text, replaced.message_id, replaced.place) == ("what failed?", first.message_id, first.place)
    assert len(desk.bot.accepted) == 1


async def test_its_own_edits_and_link_previews_change_nothing_s5(desk: Desk, corrections: Waiting) -> None:
    question, answer = await answered(desk)
    own = desk.says.edited({**question, "user": "U0BOT", "ts": answer.ts}, "edited")
    own["message"]["bot_id"] = "B0BOT"
    await desk.says.say(own)
    await desk.says.say(desk.says.edited(question, question["text"]))
    assert corrections.replaced == []


async def test_a_deleted_question_is_withdrawn(desk: Desk, corrections: Waiting) -> None:
    question = desk.says.mention("C0OPS", "what failed?")
    await desk.says.say(question)
    await desk.says.say(desk.says.deleted(question))
    assert corrections.withdrawn == [desk.bot.accepted[0].message_id]


async def test_the_home_tab_shows_the_plan(desk: Desk) -> None:
    await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"})
    await desk.slack.until(lambda: desk.slack.space.homes)
    view = desk.slack.space.homes["U0ANA"]
    assert block_errors(view["blocks"], "home") == []
    text = visible_text(view["blocks"])
    assert all(part in text for part in ("812", "PAY_POST", "Why does PAY_CLOSE wait?", "/tws"))


async def test_the_messages_tab_gets_prompts_without_a_thread_s23(desk: Desk) -> None:
    await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "messages"})
    await desk.slack.until(lambda: desk.slack.space.prompts)
    (prompts,) = desk.slack.space.prompts
    assert "thread_ts" not in prompts
    assert [each["message"] for each in prompts["prompts"]] == list(BRIEFING.questions[:4])


async def test_the_older_assistant_view_gets_them_in_its_thread_s23(desk: Desk) -> None:
    thread = {"user_id": "U0ANA", "channel_id": "D0ANA", "thread_ts": "1795435200.000001", "context": {}}
    await desk.says.say({"type": "assistant_thread_started", "assistant_thread": thread})
    await desk.slack.until(lambda: desk.slack.space.prompts)
    assert desk.slack.space.prompts[0]["thread_ts"] == "1795435200.000001"


@pytest.mark.parametrize("tab", ["home", "messages"])
async def test_home_and_prompts_come_when_slack_asked_to_wait_s14(desk: Desk, tab: str) -> None:
    left = [Fault(status=429, error="ratelimited", retry_after=0)]
    methods = ("views.publish", "assistant.threads.setSuggestedPrompts")
    desk.slack.fault = lambda method, _: left.pop() if left and method in methods else None
    await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": tab})
    await desk.slack.until(lambda: desk.slack.space.homes or desk.slack.space.prompts)
    assert left == []


async def test_a_notice_comes_when_slack_asked_to_wait_s14(desk: Desk) -> None:
    desk.bot.verdicts.append(Refused("That is too long for me."))
    left = [Fault(status=429, error="ratelimited", retry_after=0)]
    desk.slack.fault = lambda method, _: left.pop() if left and method == "chat.postEphemeral" else None
    await desk.says.say(desk.says.message("D0ANA", "x" * 10_000))
    await desk.slack.until(lambda: desk.slack.space.ephemerals)


async def test_a_guest_gets_no_home(desk: Desk) -> None:
    desk.slack.space.person("U0EVE", is_ultra_restricted=True)
    await desk.says.say({"type": "app_home_opened", "user": "U0EVE", "channel": "D0EVE", "tab": "home"})
    await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"})
    await desk.slack.until(lambda: desk.slack.space.homes)
    assert set(desk.slack.space.homes) == {"U0ANA"}


async def test_nothing_is_acknowledged_late_because_slack_hangs(desk: Desk, slack: StandIn) -> None:
    await answered(desk)  # who asks is known
    slack.fault = lambda _method, _arguments: Fault(hang=True)
    assert (await desk.says.form(desk.says.command("C0OPS", "what failed?")))[0] == 200
    press = desk.says.press(slack.space.said()[0], {"action_id": "resync:0:ask", "value": "why?"})
    assert (await desk.says.interact(press))[0] == 200
    assert await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"}) == 200
    assert len(desk.bot.accepted) == 3
    slack.fault = lambda _method, _arguments: None
    desk.bot.forget()
