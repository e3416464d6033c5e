"""Which answers this terminal has shown, also before a restart, so that none is printed twice."""

from hashlib import sha256

from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, answer_json
from resync_bot.errors import DeliveryDelayedError
from resync_bot.runtime.redis import STORE_ERRORS

KEPT_SECONDS = 24 * 60 * 60
RETRY_SECONDS = 1.0


class ShownAnswers:
    """The digest of the answer shown for each turn. Raises DeliveryDelayedError if Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def is_shown(self, message: str, answer: Answer) -> bool | None:
        """Whether the answer of `message` is this one; None if none was shown yet."""
        try:
            shown = await self._redis.get(_key(message))
        except (*STORE_ERRORS, OSError) as error:
            raise DeliveryDelayedError(str(error), retry_after=RETRY_SECONDS) from error
        return None if shown is None else shown == _digest(answer)

    async def note(self, message: str, answer: Answer) -> None:
        """Keeps that `answer` is on the screen."""
        try:
            await self._redis.set(_key(message), _digest(answer), ex=KEPT_SECONDS)
        except (*STORE_ERRORS, OSError) as error:
            raise DeliveryDelayedError(str(error), retry_after=RETRY_SECONDS) from error


def _key(message: str) -> str:
    return f"terminal:shown:{message}"


def _digest(answer: Answer) -> bytes:
    return sha256(answer_json(answer)).digest()
