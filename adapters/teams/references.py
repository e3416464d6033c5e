"""Conversation references: how to write to a conversation, also days later and from another process.

Kept in Redis, one per conversation, refreshed by each activity from there (its service URL can change), and removed
when Teams says that the conversation is gone or the app was removed. They do not expire: a channel that was quiet for
months still wants its alert.
"""

from dataclasses import asdict, dataclass

import orjson
from redis.asyncio import Redis

from adapters.teams.activity import Activity, ConversationType
from adapters.teams.store import store_errors
from resync_bot.conversation.model import Place


@dataclass(frozen=True, slots=True)
class Reference:
    """One conversation as the Bot Connector wants it named. `user_id` is set in one-to-one chats."""

    service_url: str
    conversation_type: str
    tenant: str
    channel: str
    bot_id: str
    bot_name: str
    user_id: str = ""
    user_name: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it is a one-to-one chat: the only kind that takes a stream."""
        return self.conversation_type == ConversationType.PERSONAL


def reference_of(activity: Activity) -> Reference:
    """The reference to the conversation of an activity."""
    personal = activity.is_personal
    return Reference(
        service_url=activity.service_url,
        conversation_type=activity.conversation.type,
        tenant=activity.tenant,
        channel=activity.place.channel,
        bot_id=activity.recipient.id,
        bot_name=activity.recipient.name,
        user_id=activity.sender.id if personal else "",
        user_name=activity.sender.name if personal else "",
    )


class References:
    """The store."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def refresh(self, reference: Reference) -> None:
        """Stores it. Raises StoreUnavailableError."""
        with store_errors():
            await self._redis.set(_key(reference.tenant, reference.channel), orjson.dumps(asdict(reference)))

    async def get(self, place: Place) -> Reference | None:
        """The reference to write to `place`, or None if the bot was never there or is there no longer.

        Raises StoreUnavailableError.
        """
        with store_errors():
            stored = await self._redis.get(_key(place.tenant, place.channel))
        return None if stored is None else Reference(**orjson.loads(stored))

    async def remove(self, place: Place) -> None:
        """Forgets it. Raises StoreUnavailableError."""
        with store_errors():
            await self._redis.delete(_key(place.tenant, place.channel))


def _key(tenant: str, channel: str) -> str:
    return f"teams:reference:{tenant}:{channel}"
