"""What a Slack workspace holds: people, channels, messages."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT_TOKEN = "xoxb-standin"


@dataclass(slots=True)
class Message:
    """A message of a channel. `streaming` is "" (none), "on" or "done"; `edits` counts its changes."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    bot_id: str = ""
    streaming: str = ""
    is_in_chunks: bool = False  # a stream's calls all carry `chunks`, or none does
    edits: int = 0
    at: float = 0.0  # the stand-in's clock, in seconds

    def public(self, *, with_metadata: bool) -> Json:
        """As conversations.replies shows it."""
        shown: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "blocks": self.blocks}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.bot_id:
            shown["bot_id"] = self.bot_id
        if self.metadata and with_metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass(slots=True)
class File:
    """An upload. `shares` are the calls that put it into channels."""

    name: str
    length: int
    content: bytes | None = None
    shares: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Channel:
    """`kind` is channel, im or mpim."""

    id: str
    kind: str = "channel"
    is_archived: bool = False
    is_member: bool = True
    messages: list[Message] = field(default_factory=list)


class Workspace:
    """One team in which the bot is installed. Channels come into being when they are first named."""

    def __init__(self, team: str = "T0HOME", *, token: str = BOT_TOKEN, bot_user: str = "U0BOT") -> None:
        self.team = team
        self.token = token
        self.bot_user = bot_user
        self.bot_id = "B0BOT"
        self.enterprise = ""  # the organisation that it belongs to
        self.is_org_wide = False  # whether the app is installed in all of that
        self.is_revoked = False
        self.scopes: tuple[str, ...] = (
            "app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "files:write",
            "groups:history", "im:history", "mpim:history", "users:read",
        )  # fmt: skip
        self.people: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Json] = []
        self.statuses: list[Json] = []
        self.sessions: dict[tuple[str, str], str] = {}  # channel and thread -> the agent session's status
        self.prompts: list[Json] = []
        self.files: dict[str, File] = {}
        self.homes: dict[str, Json] = {}
        self._numbers = count(1)
        self._by_ts: dict[tuple[str, str], Message] = {}
        self._threads: defaultdict[tuple[str, str], list[Message]] = defaultdict(list)

    def channel(self, channel: str) -> Channel:
        """The channel of that id; D... is a direct message, C... a channel."""
        if channel not in self.channels:
            self.channels[channel] = Channel(channel, "im" if channel.startswith("D") else "channel")
        return self.channels[channel]

    def next_ts(self) -> str:
        """A new timestamp, later than all before."""
        return f"1795435200.{next(self._numbers):06d}"

    def add(self, message: Message) -> Message:
        """Keeps it where it belongs."""
        self.channel(message.channel).messages.append(message)
        self._by_ts[message.channel, message.ts] = message
        self._threads[message.channel, message.thread_ts or message.ts].append(message)
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message with that timestamp."""
        return self._by_ts.get((channel, ts))

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Root and replies, oldest first."""
        return self._threads[channel, ts]

    def said(self, channel: str | None = None) -> list[Message]:
        """The bot's own messages, oldest first."""
        channels = [self.channel(channel)] if channel else list(self.channels.values())
        return [message for each in channels for message in each.messages if message.bot_id == self.bot_id]

    def person(self, user: str, **facts: object) -> Json:
        """A member, made when first named."""
        if user not in self.people:
            profile = {"display_name": f"{user.lower()}", "real_name": user.title()}
            self.people[user] = {
                "id": user, "team_id": self.team, "name": user.lower(), "is_bot": False, "is_restricted": False,
                "is_ultra_restricted": False, "is_stranger": False, "deleted": False, "tz": "America/Sao_Paulo",
                "profile": profile,
            }  # fmt: skip
        self.people[user].update(facts)
        return self.people[user]
