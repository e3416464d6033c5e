"""The threads that the bot is in, in Redis for all replicas: there it answers without being mentioned again."""

from typing import Any

from cachetools import LRUCache
from redis.asyncio import Redis
from redis.exceptions import RedisError

from resync_bot.errors import StoreUnavailableError

_KNOWN = 20_000  # threads remembered in this process: one is looked up once


class Threads:
    """Which conversation a thread belongs to: the one named by its root, or the one that a command began."""

    def __init__(self, redis: Redis, *, namespace: str, keep_seconds: int) -> None:
        self._redis = redis
        self._prefix = f"slack:{namespace}:thread:"
        self._keep = keep_seconds
        self._known: LRUCache[str, str] = LRUCache(_KNOWN)

    async def join(self, team: str, channel: str, root: str, conversation: str) -> None:
        """From now on the bot is in this thread. Raises StoreUnavailableError."""
        name = f"{team}/{channel}/{root}"
        if self._known.get(name) == conversation:
            return
        try:
            await self._redis.set(self._prefix + name, conversation, ex=self._keep)
        except RedisError as error:
            raise StoreUnavailableError(f"a thread cannot be remembered: {type(error).__name__}") from error
        self._known[name] = conversation

    async def conversation(self, team: str, channel: str, root: str) -> str | None:
        """The conversation of a thread that the bot is in; None of any other. Raises StoreUnavailableError."""
        name = f"{team}/{channel}/{root}"
        known = self._known.get(name)
        if known is not None:
            return known
        try:
            found: Any = await self._redis.get(self._prefix + name)
        except RedisError as error:
            raise StoreUnavailableError(f"a thread cannot be looked up: {type(error).__name__}") from error
        if found is None:
            return None
        self._known[name] = str(found, "utf-8")
        return self._known[name]
