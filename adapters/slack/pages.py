"""Long answers, kept so that "Show more" can bring the rest."""

from typing import Final

from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, answer_from_json, answer_json
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

_KEEP_SECONDS: Final = 7 * 24 * 60 * 60


class Pages:
    """Whole answers by turn."""

    def __init__(self, redis: Redis, *, namespace: str) -> None:
        self._redis = redis
        self._prefix = f"slack:{namespace}:answer:"

    async def keep(self, turn_id: str, answer: Answer) -> None:
        """Raises StoreUnavailableError."""
        try:
            await self._redis.set(self._prefix + turn_id, answer_json(answer), ex=_KEEP_SECONDS)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"an answer cannot be kept: {type(error).__name__}") from error

    async def answer(self, turn_id: str) -> Answer | None:
        """None if it is too long ago. Raises StoreUnavailableError."""
        try:
            kept = await self._redis.get(self._prefix + turn_id)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"an answer cannot be read: {type(error).__name__}") from error
        return answer_from_json(kept) if kept else None
