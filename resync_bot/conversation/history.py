"""What was said in a place, oldest first: what "and on WS3?" and "why?" refer to."""

import zlib
from collections.abc import Iterable
from dataclasses import replace

import orjson
import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis

from resync_bot.conversation.keys import Keys
from resync_bot.conversation.model import Evidence, Exchange, Place

log = structlog.get_logger(__name__)

# Packing costs more than everything else that is done to keep a short exchange, and saves little.
SMALLEST_PACKED = 4 * 1024  # bytes of JSON
# Evidence is what makes an exchange large: a page of jobs is some ten kilobytes of JSON, and shrinks to a tenth.
LARGEST_EXCHANGE = 64 * 1024  # bytes as stored; beyond it the results of the tools are left out
_PACKED = b"\x78"  # the first byte of a zlib stream; JSON begins with a brace

_exchange: TypeAdapter[Exchange] = TypeAdapter(Exchange)


class History:
    """The exchanges of each place. They are added where a turn is completed, in the same step (`lanes`)."""

    def __init__(self, redis: Redis, *, namespace: str) -> None:
        self._redis = redis
        self._keys = Keys(namespace)

    async def read(self, place: Place) -> tuple[Exchange, ...]:
        """Oldest first. Raises redis.exceptions.RedisError."""
        stored = await self._redis.lrange(self._keys.history(place), 0, -1)
        return stored_exchanges(each for each in stored if isinstance(each, bytes))

    async def forget(self, place: Place) -> None:
        """Removes all exchanges of a place. Raises redis.exceptions.RedisError."""
        await self._redis.delete(self._keys.history(place))


def stored_exchanges(stored: Iterable[bytes]) -> tuple[Exchange, ...]:
    """Those of `stored` that this version of the bot can read, in the same order."""
    return tuple(exchange for each in stored if (exchange := _readable(each)))


def exchange_bytes(exchange: Exchange) -> bytes:
    """The stored form of an Exchange, at most LARGEST_EXCHANGE bytes unless its texts alone are larger."""
    packed = _packed(exchange)
    if len(packed) > LARGEST_EXCHANGE:
        evidence = tuple(Evidence(each.tool, each.arguments, {}) for each in exchange.answer.evidence)
        packed = _packed(replace(exchange, answer=replace(exchange.answer, evidence=evidence)))
    return packed


def exchange_from_bytes(stored: bytes) -> Exchange:
    """Raises ValueError if `stored` is not the stored form of an Exchange."""
    try:
        return _exchange.validate_json(zlib.decompress(stored) if stored.startswith(_PACKED) else stored)
    except zlib.error as error:
        raise ValueError("not a stored exchange") from error


def _packed(exchange: Exchange) -> bytes:
    plain = orjson.dumps(exchange)
    if len(plain) < SMALLEST_PACKED:
        return plain
    packed = zlib.compress(plain, level=1)
    return packed if len(packed) < len(plain) else plain


def _readable(stored: bytes) -> Exchange | None:
    try:
        return exchange_from_bytes(stored)
    except ValueError as error:
        log.warning("exchange_unreadable", error=type(error).__name__)
        return None
