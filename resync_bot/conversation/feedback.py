"""What people thought of answers: kept by turn in Redis, and counted."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis

from resync_bot.conversation.keys import Keys
from resync_bot.conversation.model import ButtonPress

FEEDBACK: Final = "feedback"  # the action of a button whose value is "up:<turn id>" or "down:<turn id>"
KEPT: Final = 10_000  # verdicts: enough to learn from, and a bounded store


class FeedbackLog:
    """A stream of verdicts, the newest kept."""

    def __init__(self, redis: Redis, *, namespace: str, metrics: CollectorRegistry) -> None:
        self._redis = redis
        self._key = Keys(namespace).feedback
        self._counted = Counter("resync_feedback", "Verdicts on answers", ("platform", "verdict"), registry=metrics)

    async def keep(self, press: ButtonPress, verdict: str, turn_id: str) -> None:
        """Raises redis.exceptions.RedisError."""
        facts: dict[str | bytes, str | int] = {
            "turn": turn_id,
            "verdict": verdict,
            "person": f"{press.person.platform}/{press.person.id}",
            "place": press.place.encode(),
            "at": press.at.isoformat(),
        }
        await self._redis.xadd(self._key, facts, maxlen=KEPT, approximate=True)  # type: ignore[arg-type]  # invariant dict
        self._counted.labels(press.place.platform, verdict).inc()


def verdict_of(value: str) -> tuple[str, str] | None:
    """The verdict (up or down) and the turn's id; None if `value` is no such thing."""
    verdict, _, turn_id = value.partition(":")
    return (verdict, turn_id) if verdict in ("up", "down") and 0 < len(turn_id) <= 100 else None
