"""One payload of every shape that Slack documents for what the app subscribes to, and what becomes of it.

The files follow docs.slack.dev/reference (events, interaction payloads, slash commands, Socket Mode; checked
2026-11-23) and were written by hand: this test shares no maker of payloads with the others.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.scopes import EVENTS
from resync_bot.conversation.model import Answer, ButtonPress, Incoming, Place, Question
from resync_bot.conversation.ports import Briefing
from tests.adapters.slack.conftest import Desk, DeskMaker
from tests.adapters.slack.standin.server import APP_TOKEN
from tests.adapters.slack.test_interactions import Waiting

PAYLOADS = Path(__file__).parent / "payloads"

# File -> the counter of what was received, its outcome, and what was handed in.
EVENTS_API: dict[str, tuple[str, str, str]] = {
    "event.message.channels": ("message", "accepted", "what failed tonight?"),
    "event.message.groups": ("message", "accepted", "what failed tonight?"),
    "event.message.mpim": ("message", "accepted", "what failed tonight?"),
    "event.message.im": ("message", "accepted", "what failed tonight?"),
    "event.message.im.in_thread": ("message", "accepted", "and why?"),
    "event.message.im.in_agent_view": ("message", "accepted", "what is late?"),
    "event.message.not_for_it": ("message", "not_for_bot", ""),
    "event.message.file_share": ("message", "accepted", "why did this happen?"),
    "event.message.thread_broadcast": ("message", "accepted", "is it over?"),
    "event.message.bot_message": ("message", "another_bot", ""),
    "event.message.own": ("message", "own", ""),
    "event.message.channel_join": ("message", "not_written", ""),
    "event.message.message_changed": ("edit", "replaced", ""),
    "event.message.message_changed.own": ("edit", "not_a_question", ""),
    "event.message.message_deleted": ("deletion", "withdrawn", ""),
    "event.app_mention": ("message", "accepted", "what is late?"),
    "event.app_mention.in_thread": ("message", "accepted", "and now?"),
    "event.app_mention.slack_connect": ("message", "slack_connect", ""),
    "event.app_mention.enterprise": ("message", "accepted", "what failed?"),
    "event.app_home_opened.home": ("app_home_opened", "done", ""),
    "event.app_home_opened.messages": ("app_home_opened", "done", ""),
    "event.assistant_thread_started": ("assistant_thread_started", "done", ""),
    "event.assistant_thread_context_changed": ("event", "not_subscribed", ""),
    "event.app_context_changed": ("event", "not_subscribed", ""),
    "event.agent_session_stopped": ("stop", "stopped", ""),
    "event.member_joined_channel": ("event", "not_subscribed", ""),
    "event.tokens_revoked": ("tokens_revoked", "done", "removed"),
    "event.tokens_revoked.users": ("tokens_revoked", "done", ""),
    "event.app_uninstalled": ("app_uninstalled", "done", "removed"),
    "event.reaction_added": ("event", "not_subscribed", ""),
    "app_rate_limited": ("event", "held_back", ""),
}
INTERACTIONS: dict[str, tuple[str, str, str]] = {
    "interaction.block_actions.button": ("button", "accepted", "ask show the log of PAY_POST"),
    "interaction.block_actions.feedback": ("button", "accepted", "feedback up:turn-1"),
    "interaction.block_actions.stop": ("stop", "stopped", ""),
    "interaction.block_actions.enterprise": ("button", "accepted", "ask show the log of PAY_POST"),
    "interaction.block_actions.home": ("button", "unreadable", ""),
    "interaction.view_submission": ("interaction", "not_subscribed", ""),
    "interaction.view_closed": ("interaction", "not_subscribed", ""),
    "interaction.shortcut": ("interaction", "not_subscribed", ""),
    "interaction.message_action": ("interaction", "not_subscribed", ""),
}
COMMANDS: dict[str, tuple[str, str, str]] = {
    "command.tws": ("command", "accepted", "sj @#@.@+state=abend"),
    "command.tws.enterprise": ("command", "accepted", "sj @#@.@+state=abend"),
}
SOCKET: dict[str, tuple[str, str, str]] = {
    "socket.events_api": ("message", "accepted", "what failed tonight?"),
    "socket.events_api.retry": ("message", "accepted", "what is late?"),
    "socket.slash_commands": ("command", "accepted", "sj @#@.@+state=abend"),
    "socket.interactive": ("button", "accepted", "ask show the log of PAY_POST"),
}
OTHERS = {"url_verification", "socket.hello"}
DISCONNECTS = ("warning", "refresh_requested", "link_disabled")


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


async def briefing() -> Briefing:
    return Briefing(Answer.plain("812 jobs"), None, ("What failed tonight?",))


def words(incoming: Incoming) -> str:
    match incoming:
        case Question(text=text):
            return text
        case ButtonPress(action=action, value=value):
            return f"{action} {value}"
        case _:
            return incoming.event


@pytest.fixture
async def desk(open_desk: DeskMaker) -> AsyncIterator[Desk]:
    """A desk that everything can reach, at which nothing is answered."""
    async with open_desk(corrections=Waiting(), briefing=briefing) as one:
        one.slack.space.enterprise = "E0US"
        one.slack.space.person("W0ANA", team_id="T0OTHER", enterprise_user={"enterprise_id": "E0US"})
        one.bot.hold()
        yield one


def became(desk: Desk, expected: tuple[str, str, str]) -> None:
    """Counted once, and handed in as it should be."""
    kind, outcome, said = expected
    labels = {"kind": kind, "outcome": outcome}
    assert desk.host.metrics.get_sample_value("resync_slack_received_total", labels) == 1
    assert " / ".join(words(one) for one in (*desk.bot.accepted, *desk.bot.noted)) == said
    places = {one.place.encode() for one in desk.bot.accepted}
    assert all(Place.decode(place).tenant == "T0HOME" for place in places)


@pytest.mark.parametrize("name", EVENTS_API)
async def test_events(desk: Desk, name: str) -> None:
    assert await desk.says.post(payload(name)) == 200
    became(desk, EVENTS_API[name])


@pytest.mark.parametrize("name", INTERACTIONS)
async def test_interactions(desk: Desk, name: str) -> None:
    assert await desk.says.interact(payload(name)) == (200, "")
    became(desk, INTERACTIONS[name])


@pytest.mark.parametrize("name", COMMANDS)
async def test_commands(desk: Desk, name: str) -> None:
    assert await desk.says.form(payload(name)) == (200, "")
    became(desk, COMMANDS[name])


async def test_the_address_is_verified(desk: Desk) -> None:
    challenge = payload("url_verification")
    assert await desk.says.post(challenge) == 200


@pytest.mark.parametrize("name", SOCKET)
async def test_envelopes(open_desk: DeskMaker, name: str) -> None:
    async with open_desk(signing_secret=None, app_token=APP_TOKEN, corrections=Waiting()) as desk:
        desk.bot.hold()
        desk.slack.hello = payload("socket.hello")
        await desk.slack.until(lambda: desk.slack.sockets)
        envelope = payload(name)
        await desk.slack.sockets[0].send_json(envelope)
        await desk.slack.until(lambda: envelope["envelope_id"] in desk.slack.acknowledged)
        assert desk.slack.acknowledged[envelope["envelope_id"]] == {"envelope_id": envelope["envelope_id"]}
        became(desk, SOCKET[name])


@pytest.mark.parametrize("reason", DISCONNECTS)
async def test_a_connection_that_slack_ends_gets_a_successor(open_desk: DeskMaker, reason: str) -> None:
    async with open_desk(signing_secret=None, app_token=APP_TOKEN) as desk:
        desk.slack.hello = payload("socket.hello")
        await desk.slack.until(lambda: desk.slack.sockets)
        await desk.slack.sockets[0].send_json(payload(f"socket.disconnect.{reason}"))
        await desk.slack.until(lambda: len(desk.slack.sockets) == 2)


def test_every_file_is_used_and_every_subscription_has_one() -> None:
    files = {path.stem for path in PAYLOADS.glob("*.json")}
    disconnects = {f"socket.disconnect.{reason}" for reason in DISCONNECTS}
    assert files == {*EVENTS_API, *INTERACTIONS, *COMMANDS, *SOCKET, *OTHERS, *disconnects}
    for event in EVENTS:
        assert any(name == f"event.{event}" or name.startswith(f"event.{event}.") for name in files), event
