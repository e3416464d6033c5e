"""The platform's rules and traps that this adapter keeps to, and the test that shows each of them.

`S` are Slack's own, `C` those of every conversation, as far as Slack has a part in them.
"""

import importlib
import inspect
from pathlib import Path
from typing import Final

import pytest
import structlog

from adapters import slack
from tests.adapters.slack.conftest import Desk
from tests.adapters.slack.standin import Fault

HERE: Final = "tests.adapters.slack"
RULES: Final[dict[str, tuple[str, str]]] = {
    "S1": (
        "Slack is acknowledged within three seconds, whatever is slow",
        "test_interactions.test_nothing_is_acknowledged_late_because_slack_hangs",
    ),
    "S2": (
        "a redelivery can be the only delivery: it is processed",
        "test_conversation.test_a_redelivery_is_processed_not_dropped_s2",
    ),
    "S3": (
        "what was delivered is remembered for 24 hours, as long as Slack delivers late events",
        "tests.conversation.test_inbox.test_deliveries_are_known_for_a_day",
    ),
    "S4": (
        "one post comes as message and as app_mention, and is answered once",
        "test_conversation.test_one_post_as_message_and_as_app_mention_is_answered_once_s4",
    ),
    "S5": (
        "an edit keeps its timestamp; the bot's own edits come back and mean nothing",
        "test_interactions.test_its_own_edits_and_link_previews_change_nothing_s5",
    ),
    "S6": (
        "several connections share the deliveries, and are refreshed without a gap",
        "test_socket.test_a_refresh_leaves_no_gap_s6",
    ),
    "S7": (
        "a stream that Slack ended is rescued by chat.update",
        "test_reply.test_a_stream_that_died_is_rescued_by_an_edit_s7",
    ),
    "S8": (
        "streams need a thread and, in channels, a recipient; some workspaces have none",
        "test_reply.test_an_answer_streams_into_its_thread_s8",
    ),
    "S9": ("text has at most 4 000 characters", "test_rendering.test_slack_takes_whatever_an_answer_holds"),
    "S10": ("blocks keep to Block Kit's limits", "test_rendering.test_slack_takes_whatever_an_answer_holds"),
    "S11": (
        "markdown blocks share one limit in a message: there are none",
        "test_rendering.test_the_markdown_block_is_not_used_whose_length_counts_for_the_whole_message_s11",
    ),
    "S12": (
        "mrkdwn is not Markdown, and models write Slack's links in either order",
        "test_mrkdwn.test_markdown_in_mrkdwn",
    ),
    "S13": ("text stands beside all blocks", "test_reply.test_an_answer_that_is_there_at_once_is_one_post"),
    "S14": ("429 is obeyed on every method", "test_reply.test_slack_that_asks_to_wait_is_obeyed_s14"),
    "S15": (
        "history is read only to find the bot's own message again, never to answer",
        "test_rules.test_history_is_not_read_for_an_answer_s15",
    ),
    "S16": ("channels are never listed", "test_rules.test_nothing_is_listed_s16"),
    "S17": (
        "Slack that holds events back is acknowledged, and said in log and metrics",
        "test_http.test_slack_that_holds_events_back_is_acknowledged_s17",
    ),
    "S18": ("a trigger lives for three seconds: there are no dialogs", "test_rules.test_nothing_is_listed_s16"),
    "S19": (
        "what is for one person alone stands in the thread where it was asked",
        "test_reply.test_a_long_answer_is_cut_and_the_rest_is_one_press_away",
    ),
    "S20": (
        "an event and a click name different workspaces, and an organisation has the app in all of its own",
        "test_conversation.test_a_thread_is_one_conversation_whatever_workspace_a_delivery_names_s20",
    ),
    "S21": (
        "commands do not work in threads: their answer begins one",
        "test_conversation.test_a_command_is_answered_in_the_channel_and_its_thread_goes_on_s21",
    ),
    "S22": (
        "bots, joins and topics are left alone, files are not",
        "test_conversation.test_it_never_answers_itself_another_bot_or_slack_itself_s22",
    ),
    "S23": (
        "agent_view: prompts without a thread; assistant_view: in its thread",
        "test_interactions.test_the_messages_tab_gets_prompts_without_a_thread_s23",
    ),
    "S24": (
        "a mention is the exact id, outside code, addresses and links",
        "test_conversation.test_what_is_not_for_it_is_left_alone",
    ),
    "S25": (
        "stream and answer are one message, also for a successor",
        "test_reply.test_finishing_again_edits_the_same_message_s25",
    ),
    "S26": ("links do not unfurl", "test_reply.test_an_answer_that_is_there_at_once_is_one_post"),
    "C4": ("no task is left unwatched", "test_rules.test_work_behind_an_acknowledgement_ends_with_the_adapter_c4"),
    "C9": ("names are data: none becomes a mention", "test_mrkdwn.test_no_name_becomes_a_mention_a_channel_an_emoji"),
    "C14": (
        "people see no exception's text",
        "tests.conversation.test_conversation.test_a_defect_is_told_in_the_language_of_the_question_and_without_details",
    ),
    "C18": (
        "a channel's pace is a sliding window",
        "tests.conversation.test_pace.test_c18_no_window_is_ever_exceeded",
    ),
    "C19": ("what people wrote is in no log", "test_rules.test_what_people_write_is_in_no_log_c19"),
    "C20": (
        "what may have happened is not done again blindly",
        "test_reply.test_what_cannot_be_looked_up_is_not_posted_twice",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_test(rule: str) -> None:
    module, _, name = RULES[rule][1].rpartition(".")
    found = getattr(importlib.import_module(module if "." in module else f"{HERE}.{module}"), name, None)
    assert inspect.isfunction(found), f"{rule}: no {RULES[rule][1]}"


def test_every_rule_of_slacks_is_here() -> None:
    assert {rule for rule in RULES if rule.startswith("S")} == {f"S{number}" for number in range(1, 27)}


def test_nothing_is_listed_s16() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(slack.__file__).parent.glob("*.py"))
    assert "conversations.list" not in sources
    assert "users.list" not in sources
    assert "views.open" not in sources


async def test_history_is_not_read_for_an_answer_s15(desk: Desk) -> None:
    await desk.says.say(desk.says.mention("C0OPS", "what failed?"))
    await desk.answers()
    assert not [method for method, _ in desk.slack.calls if method.startswith("conversations.")]


async def test_work_behind_an_acknowledgement_ends_with_the_adapter_c4(desk: Desk) -> None:
    """The desk's own end would hang, or warn of a task that was never awaited."""
    desk.slack.fault = lambda _method, _arguments: Fault(hang=True)
    desk.bot.hold()
    assert await desk.says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"}) == 200


async def test_what_people_write_is_in_no_log_c19(desk: Desk) -> None:
    with structlog.testing.capture_logs() as lines:
        await desk.says.say(desk.says.mention("C0OPS", "password=hunter2 failed?"))
        await desk.says.say(desk.says.message("C0OPS", "hunter2 again"))
        await desk.says.post({"event": {"type": "message", "text": "hunter2"}, "type": "event_callback"})
        await desk.answers()
    assert lines
    assert "hunter2" not in str(lines)
