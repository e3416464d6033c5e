"""What Slack sends: event deliveries, interactions and commands, signed, and delivered again when not acknowledged."""

import hashlib
import hmac
import json
import time
from itertools import count
from urllib.parse import urlencode

import aiohttp

from tests.adapters.slack.standin.state import Json, Message, Workspace

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def signed_headers(body: bytes, *, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    """docs.slack.dev/authentication/verifying-requests-from-slack: v0=HMAC-SHA256 of "v0:timestamp:body"."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


class Deliveries:
    """Makes payloads of the shapes that Slack sends, and posts them to the bot."""

    def __init__(self, space: Workspace, session: aiohttp.ClientSession, url: str = "") -> None:
        self.space = space
        self.url = url
        self._session = session
        self._numbers = count(1)

    # --- payloads ---

    def event(self, event: Json, *, event_id: str = "", **facts: object) -> Json:
        """The outer envelope of an Events API delivery."""
        space = self.space
        return {
            "token": "verification", "team_id": space.team, "context_team_id": space.team,
            "context_enterprise_id": space.enterprise or None, "api_app_id": "A0APP", "event": event,
            "type": "event_callback", "event_id": event_id or f"Ev{next(self._numbers):08d}", "event_time": 1763900000,
            "authorizations": [
                {"enterprise_id": space.enterprise or None, "team_id": space.team, "user_id": space.bot_user,
                 "is_bot": True, "is_enterprise_install": space.is_org_wide}
            ],
            "is_ext_shared_channel": False, "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ", **facts,
        }  # fmt: skip

    def message(self, channel: str, text: str, *, user: str = "U0ANA", thread_ts: str = "", **facts: object) -> Json:
        """A `message` event; the message stands in the workspace from now on."""
        space = self.space
        message = space.add(Message(channel, space.next_ts(), user, text, thread_ts=thread_ts))
        kind = space.channel(channel).kind
        event: Json = {
            "type": "message", "user": user, "ts": message.ts, "client_msg_id": f"c-{message.ts}", "text": text,
            "team": space.team, "channel": channel, "event_ts": message.ts, "channel_type": kind,
        }  # fmt: skip
        if thread_ts:
            root = space.find(channel, thread_ts)
            event |= {"thread_ts": thread_ts, "parent_user_id": root.user if root else user}
        return {**event, **facts}

    def mention(self, channel: str, text: str, *, user: str = "U0ANA", thread_ts: str = "", **facts: object) -> Json:
        """An `app_mention` event; the bot's mention is put before `text`."""
        event = self.message(channel, f"<@{self.space.bot_user}> {text}", user=user, thread_ts=thread_ts, **facts)
        return _as_mention(event)

    def twin(self, event: Json) -> Json:
        """The same post as an `app_mention` event."""
        return _as_mention(event)

    def edited(self, event: Json, text: str) -> Json:
        """Somebody edits the message of `event`."""
        message = {key: event[key] for key in ("user", "ts", "text", "thread_ts") if key in event}
        return {
            "type": "message", "subtype": "message_changed", "channel": event["channel"], "ts": self.space.next_ts(),
            "event_ts": self.space.next_ts(), "channel_type": event.get("channel_type", "channel"), "hidden": True,
            "message": {**message, "type": "message", "text": text, "edited": {"user": event["user"], "ts": "1.0"}},
            "previous_message": {**message, "type": "message"},
        }  # fmt: skip

    def deleted(self, event: Json) -> Json:
        """Somebody deletes the message of `event`."""
        message = {key: event[key] for key in ("user", "ts", "text", "thread_ts") if key in event}
        return {
            "type": "message", "subtype": "message_deleted", "channel": event["channel"], "ts": self.space.next_ts(),
            "event_ts": self.space.next_ts(), "channel_type": event.get("channel_type", "channel"), "hidden": True,
            "deleted_ts": event["ts"], "previous_message": {**message, "type": "message"},
        }  # fmt: skip

    def session_stopped(self, message: Message, *, user: str = "U0ANA", streams: tuple[str, ...] = ()) -> Json:
        """Somebody presses Slack's own stop button in the thread of `message`."""
        return {
            "type": "agent_session_stopped", "channel": message.channel, "thread_ts": message.thread_ts, "user": user,
            "streaming_message_ts": list(streams), "event_ts": self.space.next_ts(),
        }  # fmt: skip

    def press(
        self, message: Message, action: Json, *, user: str = "U0ANA", response_url: str = "", **facts: object
    ) -> Json:
        """A `block_actions` interaction on the bot's `message`; `action` is the element pressed."""
        space = self.space
        team = {"id": space.team, "domain": "standin"}
        return {
            "type": "block_actions", "user": {"id": user, "username": user.lower(), "team_id": space.team},
            "api_app_id": "A0APP", "token": "verification", "team": None if space.is_org_wide else team,
            "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel,
                          "is_ephemeral": False, **({"thread_ts": message.thread_ts} if message.thread_ts else {})},
            "trigger_id": f"{next(self._numbers)}.1.abc",
            "enterprise": {"id": space.enterprise, "name": "Us"} if space.enterprise else None,
            "is_enterprise_install": space.is_org_wide,
            "channel": {"id": message.channel, "name": "ops"}, "message": message.public(with_metadata=True),
            "response_url": response_url,
            "actions": [{"block_id": "b", "type": "button", "action_ts": space.next_ts(), **action}], **facts,
        }  # fmt: skip

    def command(self, channel: str, text: str, *, user: str = "U0ANA", response_url: str = "", **facts: str) -> Json:
        """A slash command."""
        return {
            "token": "verification", "team_id": self.space.team, "team_domain": "standin", "channel_id": channel,
            "channel_name": "ops", "user_id": user, "user_name": user.lower(), "command": "/tws", "text": text,
            "api_app_id": "A0APP", "is_enterprise_install": "false", "response_url": response_url,
            "trigger_id": f"{next(self._numbers)}.2.def", **facts,
        }  # fmt: skip

    # --- deliveries ---

    async def post(self, payload: Json, **headers: str) -> int:
        """Delivers an event once; the status that the bot answered with."""
        body = json.dumps(payload).encode()
        return (await self.raw(body, {"Content-Type": "application/json", **signed_headers(body), **headers}))[0]

    async def say(self, event: Json, **facts: object) -> int:
        """Delivers `event` in an envelope of its own."""
        return await self.post({**self.event(event), **facts})

    async def form(self, fields: Json) -> tuple[int, str]:
        """Delivers a command or an interaction as Slack does: a signed form."""
        body = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **signed_headers(body)}
        return await self.raw(body, headers)

    async def interact(self, payload: Json) -> tuple[int, str]:
        """Delivers an interaction."""
        return await self.form({"payload": json.dumps(payload)})

    async def raw(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Delivers `body` as it is."""
        async with self._session.post(f"{self.url}/slack/events", data=body, headers=headers) as response:
            return response.status, await response.text()


def _as_mention(event: Json) -> Json:
    kept = {key: value for key, value in event.items() if key not in {"channel_type", "parent_user_id"}}
    return {**kept, "type": "app_mention"}
