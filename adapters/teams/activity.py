"""What Teams sends: an Activity, read leniently, and what it means.

Activity protocol as of 2026-11-23. Fields that are not read here are ignored; what cannot be read is a broken body.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from resync_bot.conversation.model import Person, Place

PLATFORM = "teams"
THREAD_MARK = ";messageid="


class ConversationType(StrEnum):
    """The type decides, never the look of an id: ids of group chats can look like those of direct messages."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


def _text(value: object) -> object:
    return "" if value is None else value


def _mapping(value: object) -> object:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> object:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


Text = Annotated[str, BeforeValidator(_text)]
Mapping = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Mappings = Annotated[list[dict[str, Any]], BeforeValidator(_mappings)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Account(_Part):
    """A person or a bot in a conversation. `id` is theirs for this bot alone, `aad_id` theirs in the directory."""

    id: Text = ""
    name: Text = ""
    aad_id: Text = Field("", alias="aadObjectId")
    role: Text = ""

    @property
    def is_bot(self) -> bool:
        """Whether it is a bot: this one or another."""
        return self.role == "bot" or self.id.startswith("28:")


class Conversation(_Part):
    """Where an activity happened."""

    id: str = Field(min_length=1)
    type: Text = Field("", alias="conversationType")
    tenant: Text = Field("", alias="tenantId")


class Activity(_Part):
    """One delivery of the Bot Connector."""

    type: str = Field(min_length=1)
    id: Text = ""
    name: Text = ""
    action: Text = ""
    timestamp: datetime | None = None
    service_url: Text = Field("", alias="serviceUrl")
    channel_id: Text = Field("", alias="channelId")
    sender: Account = Field(alias="from")
    recipient: Account = Account()
    conversation: Conversation
    channel_data: Mapping = Field(default={}, alias="channelData")
    text: Text = ""
    entities: Mappings = []
    members_added: Mappings = Field(default=[], alias="membersAdded")
    members_removed: Mappings = Field(default=[], alias="membersRemoved")
    value: Any = None
    reply_to: Text = Field("", alias="replyToId")
    zone: Text = Field("", alias="localTimezone")

    @property
    def tenant(self) -> str:
        """The tenant that the conversation belongs to."""
        tenant = self.channel_data.get("tenant")
        named = tenant.get("id") if isinstance(tenant, dict) else None
        return str(named or self.conversation.tenant)

    @property
    def is_personal(self) -> bool:
        """Whether it is a one-to-one chat."""
        return self.conversation.type == ConversationType.PERSONAL

    @property
    def place(self) -> Place:
        """Its conversation, and in a channel the thread that it is part of."""
        channel, _, thread = self.conversation.id.partition(THREAD_MARK)
        if self.conversation.type == ConversationType.CHANNEL and self.type == "invoke":
            thread = thread or self.reply_to  # of a press: the message that holds the button began the thread
        return Place(PLATFORM, self.tenant, channel, thread)

    @property
    def person(self) -> Person:
        """Who sent it, by the directory's id: the other one differs from bot to bot."""
        return Person(PLATFORM, self.sender.aad_id or self.sender.id, name=self.sender.name, zone=self.zone or None)

    @property
    def delivery_id(self) -> str:
        """The same for each delivery of this activity. Its id alone, a moment, is only its conversation's."""
        return f"{self.conversation.id}/{self.id}"

    @property
    def message_id(self) -> str:
        """The message that it is, or that it edits or deletes: those bear its id."""
        return self.delivery_id

    def sent_at(self, now: datetime) -> datetime:
        """When it was sent, in UTC; `now` if it does not say."""
        return self.timestamp.astimezone(UTC) if self.timestamp and self.timestamp.tzinfo else now

    @property
    def is_for_bot(self) -> bool:
        """Whether the bot is meant: always in one-to-one chats, elsewhere where it is mentioned."""
        return self.is_personal or self.mentions_bot

    @property
    def mentions_bot(self) -> bool:
        """Whether an entity, not the text, names the bot: text can be forged."""
        return any(_mentioned_id(entity) == self.recipient.id for entity in self._mentions if self.recipient.id)

    @property
    def question(self) -> str:
        """The text as it was meant: without the bot's own mention, other people's mentions as their names."""
        text = self.text
        for entity in self._mentions:
            written = str(entity.get("text") or "")
            if written:
                is_bot = _mentioned_id(entity) == self.recipient.id
                text = text.replace(written, " " if is_bot else _mentioned_name(entity), 1)
        return " ".join(text.replace("&nbsp;", " ").split(" ")).replace("\u00a0", " ").strip()

    @property
    def _mentions(self) -> list[dict[str, Any]]:
        return [entity for entity in self.entities if entity.get("type") == "mention"]


def is_channel(place: Place) -> bool:
    """Whether it is a channel of a team: their ids alone end so (checked 2026-11-23). For what is decided without the
    conversation's reference; what is sent goes by its type.
    """
    return bool(place.thread) or place.channel.endswith(("@thread.tacv2", "@thread.skype"))


def conversation_id(place: Place) -> str:
    """The id to post to: in a channel with the thread it means, without one for a new thread."""
    return f"{place.channel}{THREAD_MARK}{place.thread}" if place.thread else place.channel


def _mentioned_id(entity: dict[str, Any]) -> str:
    mentioned = entity.get("mentioned")
    return str(mentioned.get("id") or "") if isinstance(mentioned, dict) else ""


def _mentioned_name(entity: dict[str, Any]) -> str:
    mentioned = entity.get("mentioned")
    return str(mentioned.get("name") or "") if isinstance(mentioned, dict) else ""
