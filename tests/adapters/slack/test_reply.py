"""One answer on its way: the ladder from a stream down to one post, and never two copies."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.files import answer_text
from resync_bot.conversation.model import (
    Answer,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    Incoming,
    Person,
    Place,
    Question,
    Table,
    Text,
)
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import MessageRef, ReplyStream
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError
from tests.adapters.slack.conftest import Desk
from tests.adapters.slack.standin import Fault, Message
from tests.adapters.slack.standin.checks import visible_text
from tests.adapters.slack.standin.methods import seen
from tests.adapters.slack.standin.state import Json

ANSWER = Answer(text="Two jobs failed.", blocks=(Text("Two jobs failed."),), model="interpreter")


def question(desk: Desk, channel: str = "C0OPS") -> Question:
    event = desk.says.mention(channel, "what failed?")
    place = Place("slack", desk.slack.space.team, channel, event["ts"])
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return Question("Ev1", f"{channel}:{event['ts']}", Person("slack", "U0ANA"), place, "what failed?", at)


def reply_to(desk: Desk, asked: Incoming, *, turn: str = "turn-a", resume: MessageRef | None = None) -> ReplyStream:
    return desk.adapter.reply(asked.place, turn, (asked,), resume=resume)


async def finish(reply: ReplyStream, answer: Answer = ANSWER, *, most: int = 5) -> MessageRef:
    """As the outbox does it: again when Slack asks to wait, without the waiting."""
    for _ in range(most):
        try:
            return await reply.finish(answer)
        except DeliveryDelayedError:
            continue
    raise AssertionError("delayed for ever")


def only_once(method: str, fault: Fault) -> Callable[[str, Json], Fault | None]:
    """`fault` for the first call of `method`."""
    left = [fault]
    return lambda called, _arguments: left.pop() if called == method and left else None


def the_only_answer(desk: Desk) -> Message:
    (message,) = desk.slack.space.said()
    return message


async def test_an_answer_that_is_there_at_once_is_one_post(desk: Desk) -> None:
    asked = question(desk)
    ref = await finish(reply_to(desk, asked))
    message = the_only_answer(desk)
    assert (ref.place, ref.id, message.thread_ts) == (asked.place, message.ts, asked.place.thread)
    (call,) = desk.slack.called("chat.postMessage")
    assert call["text"] == "Two jobs failed."  # S13
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)  # S26
    assert call["metadata"] == {"event_type": "resync_answer", "event_payload": {"turn": "turn-a"}}


async def test_an_answer_streams_into_its_thread_s8(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    await reply.status("reading the job log of PAY_POST")
    first = await reply.show("Two jobs")
    assert the_only_answer(desk).text == "Two jobs"
    await reply.show("Two jobs failed")
    assert the_only_answer(desk).text == "Two jobs failed"
    last = await finish(reply)
    message = the_only_answer(desk)
    assert first == last
    assert (message.streaming, seen(message), message.edits) == ("done", "Two jobs failed.", 1)
    (start,) = desk.slack.called("chat.startStream")
    assert (start["recipient_team_id"], start["recipient_user_id"]) == ("T0HOME", "U0ANA")
    assert desk.slack.space.statuses[0]["status"] == "reading the job log of PAY_POST"


async def test_finishing_again_edits_the_same_message_s25(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    await reply.show("Two")
    await finish(reply)
    await finish(reply, Answer.plain("Three jobs failed."))
    assert "Three jobs failed." in the_only_answer(desk).text


async def test_a_stream_that_died_is_rescued_by_an_edit_s7(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    ref = await reply.show("Two jobs")
    assert ref
    desk.slack.api.dead_streams.add(ref.id)
    await reply.show("Two jobs failed")
    assert "Two jobs failed" in the_only_answer(desk).text
    await reply.show("Two jobs failed.")
    await finish(reply)
    assert the_only_answer(desk).blocks[0]["type"] == "rich_text"
    assert len(desk.slack.called("chat.postMessage")) == 0


async def test_a_stream_that_dies_before_the_end_is_rescued_too_s7(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    ref = await reply.show("Two jobs")
    assert ref
    desk.slack.api.dead_streams.add(ref.id)
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_a_workspace_without_streams_gets_a_post_that_is_edited_s8(desk: Desk) -> None:
    desk.slack.api.has_streams = False
    reply = reply_to(desk, question(desk))
    await reply.show("Two jobs")
    assert the_only_answer(desk).blocks[-1]["elements"][0]["text"]["text"] == "Stop"
    await reply.show("Two jobs failed")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."
    await finish(reply_to(desk, question(desk), turn="turn-b"))
    assert len(desk.slack.called("chat.startStream")) == 1  # learnt


async def test_a_workspace_without_status_lines_is_not_asked_twice(desk: Desk) -> None:
    desk.slack.api.has_assistant = False
    reply = reply_to(desk, question(desk))
    await reply.status("reading")
    await reply.status("reading on")
    assert len(desk.slack.called("assistant.threads.setStatus")) == 1
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_what_it_does_is_a_message_where_there_are_no_status_lines(desk: Desk) -> None:
    desk.slack.api.has_assistant = desk.slack.api.has_sessions = False
    reply = reply_to(desk, question(desk))
    assert not await reply.status("reading the job log of PAY_POST")
    ref = await reply.placeholder("reading the job log of PAY_POST")
    assert seen(the_only_answer(desk)).startswith("reading the job log of PAY_POST …\nStop")
    assert not await reply.status("reading the job log of PAY_LOAD")
    assert await reply.placeholder("reading the job log of PAY_LOAD") == ref
    assert "PAY_LOAD" in seen(the_only_answer(desk))
    await reply.show("Two jobs")
    assert await finish(reply) == ref
    assert (the_only_answer(desk).text, len(desk.slack.called("chat.postMessage"))) == ("Two jobs failed.", 1)
    assert "Stop" not in seen(the_only_answer(desk))


async def test_the_successor_of_a_killed_worker_finds_its_placeholder(desk: Desk) -> None:
    desk.slack.api.has_assistant = False
    asked = question(desk)
    await reply_to(desk, asked).placeholder("reading")
    await finish(reply_to(desk, asked))
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_a_placeholder_whose_end_is_unknown_is_looked_up_and_never_doubled(desk: Desk) -> None:
    desk.slack.fault = only_once("chat.postMessage", Fault(cut=True, performed=True))
    reply = reply_to(desk, question(desk))
    assert await reply.placeholder("reading") is None
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_where_the_bot_may_not_write_a_placeholder_does_no_harm(desk: Desk) -> None:
    desk.slack.space.channel("C0OPS").is_member = False
    reply = reply_to(desk, question(desk))
    assert await reply.placeholder("reading") is None
    with pytest.raises(SlackRefusedError, match="not_in_channel"):
        await finish(reply)


# --- the stop button ---


def session(desk: Desk, asked: Incoming) -> str:
    """Slack shows its stop button while this is `processing`."""
    return desk.slack.space.sessions.get((asked.place.channel, asked.place.thread), "")


async def test_slacks_stop_button_stands_until_the_answer_is_final(desk: Desk) -> None:
    asked = question(desk)
    reply = reply_to(desk, asked)
    await reply.status("reading")
    await reply.status("reading on")
    assert session(desk, asked) == "processing"
    await reply.show("Two jobs")
    assert "chunks" not in desk.slack.called("chat.startStream")[0]
    await finish(reply)
    await desk.slack.until(lambda: session(desk, asked) == "active")
    assert len(desk.slack.called("agents.sessions.setStatus")) == 2


async def test_the_stop_button_goes_also_where_slack_refuses_the_answer(desk: Desk) -> None:
    asked = question(desk)
    reply = reply_to(desk, asked)
    await reply.status("reading")
    desk.slack.fault = lambda method, _: Fault(error="something_new") if method == "chat.postMessage" else None
    with pytest.raises(SlackRefusedError):
        await finish(reply)
    await desk.slack.until(lambda: session(desk, asked) == "active")


async def test_the_stop_button_goes_though_slack_asks_to_wait_s14(desk: Desk) -> None:
    asked = question(desk)
    reply = reply_to(desk, asked)
    await reply.status("reading")
    desk.slack.fault = only_once("agents.sessions.setStatus", Fault(status=429, error="ratelimited", retry_after=0))
    await finish(reply)
    await desk.slack.until(lambda: session(desk, asked) == "active")


async def test_a_successor_takes_its_predecessors_stop_button_away(desk: Desk) -> None:
    asked = question(desk)
    before = reply_to(desk, asked)
    await before.status("reading")
    await before.show("Two")
    await finish(reply_to(desk, asked))
    await desk.slack.until(lambda: session(desk, asked) == "active")


@pytest.mark.parametrize("lack", ["sessions", "subscription"])
async def test_where_slack_has_no_stop_button_the_stream_bears_one_until_the_end(desk: Desk, lack: str) -> None:
    desk.slack.api.has_sessions = lack != "sessions"
    desk.slack.api.stop_warning = "missing_agent_session_stopped_event_subscription"
    reply = reply_to(desk, question(desk))
    await reply.status("reading")
    await reply.show("Two jobs")
    await reply.show("Two jobs failed")
    message = the_only_answer(desk)
    assert message.text == "Two jobs failed"
    assert message.blocks[0]["elements"][0]["action_id"] == "resync:0:stop"
    await finish(reply)
    assert "stop" not in str(the_only_answer(desk).blocks)
    tried = len(desk.slack.called("agents.sessions.setStatus"))
    await reply_to(desk, question(desk), turn="turn-b").status("reading")
    assert len(desk.slack.called("agents.sessions.setStatus")) == tried  # learnt


async def test_where_a_stream_takes_no_button_it_streams_without(desk: Desk) -> None:
    desk.slack.api.has_sessions = desk.slack.api.takes_blocks_in_streams = False
    reply = reply_to(desk, question(desk))
    await reply.show("Two jobs")
    await reply.show("Two jobs failed")
    assert the_only_answer(desk).text == "Two jobs failed"
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_a_stream_that_slack_stopped_for_the_person_ends_in_the_answer(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    await reply.status("reading")
    ref = await reply.show("Two jobs")
    assert ref
    desk.slack.api.dead_streams.add(ref.id)
    await finish(reply, Answer.plain("Stopped, as you asked."))
    assert the_only_answer(desk).text == "Stopped, as you asked."


async def test_text_that_changes_its_beginning_is_put_right_at_the_end(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    await reply.show("Three jobs")
    await reply.show("Two jobs failed")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.stopStream", "chat.startStream"])
async def test_slack_that_asks_to_wait_is_obeyed_s14(desk: Desk, method: str) -> None:
    desk.slack.fault = only_once(method, Fault(status=429, error="ratelimited", retry_after=7))
    reply = reply_to(desk, question(desk))
    if method != "chat.postMessage":
        try:
            await reply.show("Two jobs")
        except DeliveryDelayedError as error:
            assert (method, error.retry_after) == ("chat.startStream", 7.0)  # noqa: PT017  # one of four goes this way
            await reply.show("Two jobs")
    if method != "chat.startStream":
        with pytest.raises(DeliveryDelayedError) as delayed:
            await reply.finish(ANSWER)
        assert delayed.value.retry_after == 7.0
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


@pytest.mark.parametrize("performed", [True, False])
@pytest.mark.parametrize("how", ["cut", "500", "internal_error"])
async def test_a_post_whose_end_is_unknown_is_looked_up_and_never_doubled(
    desk: Desk, how: str, *, performed: bool
) -> None:
    faults = {
        "cut": Fault(cut=True, performed=performed),
        "500": Fault(status=500, performed=performed),
        "internal_error": Fault(error="internal_error", performed=performed),
    }
    desk.slack.fault = only_once("chat.postMessage", faults[how])
    await finish(reply_to(desk, question(desk)))
    assert the_only_answer(desk).text == "Two jobs failed."


@pytest.mark.parametrize("performed", [True, False])
async def test_a_stream_whose_start_is_unknown_is_found_again(desk: Desk, *, performed: bool) -> None:
    desk.slack.fault = only_once("chat.startStream", Fault(cut=True, performed=performed))
    reply = reply_to(desk, question(desk))
    assert await reply.show("Two jobs") is None
    await reply.show("Two jobs failed")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_an_append_whose_end_is_unknown_does_not_double_text(desk: Desk) -> None:
    desk.slack.fault = only_once("chat.appendStream", Fault(cut=True, performed=True))
    reply = reply_to(desk, question(desk))
    await reply.show("Two jobs")
    await reply.show("Two jobs failed")
    await reply.show("Two jobs failed.")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_the_successor_of_a_killed_worker_finds_what_was_posted(desk: Desk) -> None:
    asked = question(desk)
    desk.slack.space.add(Message("C0OPS", desk.slack.space.next_ts(), "U0BOB", "me too", thread_ts=asked.place.thread))
    await finish(reply_to(desk, asked), Answer.plain("half"))  # and its worker dies before it is recorded
    await finish(reply_to(desk, asked))
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_the_successor_finds_what_was_posted_in_a_moment_that_was_reserved(desk: Desk) -> None:
    asked, pacer = question(desk), Pacer(desk.host.redis, namespace=desk.host.settings.redis.namespace)
    for text in ("half", "Two jobs failed."):
        reply = reply_to(desk, asked)
        await pacer.reserve(asked.place, desk.adapter.pace, mark=reply.mark)
        assert reply.mark is None
        await finish(reply, Answer.plain(text))
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_the_successor_of_a_killed_worker_finds_its_open_stream(desk: Desk) -> None:
    asked = question(desk)
    await reply_to(desk, asked).show("Two jo")  # a stream bears no marker
    await finish(reply_to(desk, asked))
    message = the_only_answer(desk)
    assert (message.text, message.streaming) == ("Two jobs failed.", "done")


async def test_a_successor_edits_what_was_recorded(desk: Desk) -> None:
    asked = question(desk)
    ref = await reply_to(desk, asked).show("Two jo")
    await finish(reply_to(desk, asked, resume=ref))
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_a_successor_does_not_take_another_turns_answer_for_its_own(desk: Desk) -> None:
    asked = question(desk)
    await finish(reply_to(desk, asked, turn="turn-a"))
    reply = reply_to(desk, asked, turn="turn-b")
    await reply.show("One")
    await finish(reply_to(desk, asked, turn="turn-b"), Answer.plain("One more."))
    assert [message.text for message in desk.slack.space.said()] == ["Two jobs failed.", "One more."]


async def test_what_cannot_be_looked_up_is_not_posted_twice(desk: Desk) -> None:
    desk.slack.fault = lambda method, _: (
        Fault(cut=True) if method == "chat.postMessage"
        else Fault(error="missing_scope") if method == "conversations.replies" else None
    )  # fmt: skip
    with pytest.raises(DeliveryUnknownError):
        await finish(reply_to(desk, question(desk)))
    assert len(desk.slack.called("chat.postMessage")) == 1


async def test_a_message_that_somebody_deleted_is_posted_anew(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    ref = await reply.show("Two")
    assert ref
    desk.slack.space.channel("C0OPS").messages.remove(the_only_answer(desk))
    await finish(reply)
    assert the_only_answer(desk).ts != ref.id


async def test_what_went_through_a_response_url_goes_there_once(desk: Desk) -> None:
    desk.slack.space.channel("C0AWAY").is_member = False
    await desk.says.form(desk.says.command("C0AWAY", "what failed?", response_url=f"{desk.slack.url}/hooks/one"))
    await desk.bot.is_idle()
    reply = reply_to(desk, desk.bot.accepted[0])
    assert await finish(reply) == await finish(reply)
    assert len(desk.slack.hooks) == 2  # the desk's own answer, and this one


async def test_where_edits_are_forbidden_the_progress_is_replaced(desk: Desk) -> None:
    desk.slack.api.has_streams = False
    desk.slack.fault = lambda method, _: Fault(error="edit_window_closed") if method == "chat.update" else None
    reply = reply_to(desk, question(desk))
    await reply.show("Two")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_blocks_that_slack_refuses_are_replaced_by_their_text(desk: Desk) -> None:
    desk.slack.fault = lambda _method, arguments: Fault(error="invalid_blocks") if arguments.get("blocks") else None
    await finish(reply_to(desk, question(desk)))
    assert the_only_answer(desk).text == "Two jobs failed."


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("token_revoked", Refusal.TOKEN),
        ("is_archived", Refusal.ARCHIVED),
        ("not_in_channel", Refusal.NOT_IN_CHANNEL),
        ("channel_not_found", Refusal.NOT_IN_CHANNEL),
        ("missing_scope", Refusal.SCOPE),
        ("something_new", Refusal.OTHER),
    ],
)
async def test_what_slack_will_never_take_says_what_to_do(desk: Desk, code: str, refusal: Refusal) -> None:
    desk.slack.fault = lambda method, _: Fault(error=code) if method == "chat.postMessage" else None
    with pytest.raises(SlackRefusedError) as refused:
        await finish(reply_to(desk, question(desk)))
    assert refused.value.refusal is refusal
    assert refused.value.hint
    count = desk.host.metrics.get_sample_value("resync_slack_refusals_total", {"reason": refusal.value})
    assert count == 1


async def test_an_answer_without_a_timestamp_is_not_trusted(desk: Desk) -> None:
    reply = reply_to(desk, question(desk))
    desk.slack.api._methods["chat.startStream"] = lambda _arguments: {}
    assert await reply.show("Two jobs") is None
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


async def test_a_slack_that_hangs_shows_no_status_and_still_gets_the_answer(desk: Desk) -> None:
    desk.slack.fault = lambda method, _: Fault(cut=True) if method.startswith("assistant.") else None
    reply = reply_to(desk, question(desk))
    await reply.status("reading")
    await finish(reply)
    assert the_only_answer(desk).text == "Two jobs failed."


# --- long answers ---

LOG = "\n".join(f"line {number}" for number in range(4000))
LONG = Answer(text="The log of `PAY_POST`.\nAll of it.", blocks=(Text("The log:"), Code(LOG)), model="interpreter")


def button(blocks: list[Json], meaning: str) -> Json | None:
    """The element whose action is `meaning`."""
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return next((element for element in elements if element["action_id"].endswith(meaning)), None)


async def press(desk: Desk, message: Message, element: Json, user: str = "U0ANA") -> None:
    action = {"action_id": element["action_id"], "value": element["value"]}
    payload = desk.says.press(message, action, user=user, response_url=f"{desk.slack.url}/hooks/rest")
    assert (await desk.says.interact(payload))[0] == 200


async def test_a_long_answer_is_cut_and_the_rest_is_one_press_away(desk: Desk) -> None:
    await finish(reply_to(desk, question(desk)), LONG)
    message = the_only_answer(desk)
    seen_lines, more = seen(message), button(message.blocks, "more")
    while more:
        number = len(desk.slack.hooks)
        await press(desk, message, more)
        await desk.slack.until(lambda number=number: len(desk.slack.hooks) > number)  # type: ignore[misc]
        (_, body) = desk.slack.hooks[-1]
        assert (body["response_type"], body["thread_ts"]) == ("ephemeral", message.thread_ts)  # S19
        seen_lines += visible_text(body["blocks"])
        more = button(body["blocks"], "more")
    assert "line 0" in seen_lines
    assert "line 3999" in seen_lines


async def test_the_rest_comes_when_slack_asked_to_wait_s14(desk: Desk) -> None:
    await finish(reply_to(desk, question(desk)), LONG)
    desk.slack.fault = only_once("hook", Fault(status=429, retry_after=0))
    more = button(the_only_answer(desk).blocks, "more")
    assert more
    await press(desk, the_only_answer(desk), more)
    await desk.slack.until(lambda: desk.slack.hooks)


async def test_a_very_long_answer_comes_whole_as_a_file_once(desk: Desk) -> None:
    await finish(reply_to(desk, question(desk)), LONG)
    message = the_only_answer(desk)
    element = button(message.blocks, "file")
    assert element
    await press(desk, message, element)
    await desk.slack.until(lambda: any(file.shares for file in desk.slack.space.files.values()))
    await press(desk, message, element, user="U0BOB")
    (file,) = desk.slack.space.files.values()
    (share,) = file.shares
    assert file.content == f"The log:\n\n{LOG}\n".encode()
    assert (share["channel_id"], share["thread_ts"]) == (message.channel, message.thread_ts)
    assert share["files"][0]["title"] == "The log of PAY_POST."


@pytest.mark.parametrize("error", ["missing_scope", "file_uploads_disabled"])
async def test_where_there_are_no_files_it_is_leafed_through(desk: Desk, error: str) -> None:
    desk.slack.fault = lambda method, _: Fault(error=error) if method.startswith("files.") else None
    await finish(reply_to(desk, question(desk)), LONG)
    message = the_only_answer(desk)
    element = button(message.blocks, "file")
    assert element
    for number in (1, 2):
        await press(desk, message, element)
        await desk.slack.until(lambda number=number: len(desk.slack.hooks) == number)  # type: ignore[misc]
    assert button(desk.slack.hooks[0][1]["blocks"], "more")
    assert len(desk.slack.called("files.getUploadURLExternal")) == 1  # learnt


async def test_a_file_that_failed_can_be_asked_for_again(desk: Desk) -> None:
    desk.slack.fault = only_once("upload", Fault(status=500))
    await finish(reply_to(desk, question(desk)), LONG)
    message = the_only_answer(desk)
    element = button(message.blocks, "file")
    assert element
    await press(desk, message, element)
    await desk.slack.until(lambda: len(desk.slack.hooks) == 1)
    await press(desk, message, element)
    await desk.slack.until(lambda: any(file.shares for file in desk.slack.space.files.values()))


async def test_a_file_waits_as_slack_asks_s14(desk: Desk) -> None:
    desk.slack.fault = only_once("files.completeUploadExternal", Fault(status=429, error="ratelimited", retry_after=0))
    await finish(reply_to(desk, question(desk)), LONG)
    element = button(the_only_answer(desk).blocks, "file")
    assert element
    await press(desk, the_only_answer(desk), element)
    await desk.slack.until(lambda: any(file.shares for file in desk.slack.space.files.values()))


async def test_an_answer_that_is_too_long_ago_says_so(desk: Desk) -> None:
    await finish(reply_to(desk, question(desk)), LONG)
    for action in ("more", "file"):
        value = {"more": "1:long-ago", "file": "long-ago"}[action]
        number = len(desk.slack.hooks)
        await press(desk, the_only_answer(desk), {"action_id": f"resync:0:{action}", "value": value})
        await desk.slack.until(lambda number=number: len(desk.slack.hooks) > number)  # type: ignore[misc]
        assert "ask again" in desk.slack.hooks[-1][1]["text"]


def test_a_file_holds_every_kind_of_block() -> None:
    blocks = (
        Text("Two **jobs**"), Fields((("Job", "`PAY_POST`"),)), Table(("Job", "State"), (("A", "ABEND"),), more=3),
        Code("line 1\nline 2\n"), Image("https://x.org/a.png", "Graph"), Context("*PROD*"), Divider(),
        Buttons((Button("Why", "ask", "why"),)),
    )  # fmt: skip
    assert answer_text(Answer("Two jobs", blocks)).split("\n\n") == [
        "Two **jobs**", "Job: PAY_POST", "Job  State\nA    ABEND\n… and 3 more", "line 1\nline 2",
        "Graph: https://x.org/a.png", "PROD", "-" * 40 + "\n",
    ]  # fmt: skip
