"""What the adapter keeps in Redis about its own messages, and how Redis' errors come out.

Of each answer that has buttons or further pages the answer itself, so that its card can be drawn again when a button is
pressed; of each message the turn that wrote it, so that a verdict finds it; of each turn its message, so that a
successor goes on in the same one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from pydantic import ValidationError
from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, Place, answer_from_json, answer_json
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

DAY = 24 * 3600
KEEP_ANSWER = 14 * DAY  # a button pressed later than this says that the answer is too old
KEEP_TURN = DAY
_NEWEST = ""  # in place of a message's id: the local test client names none in a verdict
WELCOME_QUIET = 600  # seconds: Teams tells of one installation in several activities


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns Redis' errors into StoreUnavailableError."""
    try:
        yield
    except STORE_ERRORS as error:
        raise StoreUnavailableError(f"teams: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer that was posted: in which place, and how often its card was drawn since."""

    answer: Answer
    place: Place
    drawing: int = 0


class PostedMessages:
    """The store of what the bot posted. All methods raise StoreUnavailableError."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, card: str, posted: Posted) -> None:
        """Keeps an answer under the id of its card; the drawings go on being counted."""
        with store_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(_card(card), "answer", answer_json(posted.answer))
                pipe.hset(_card(card), "place", posted.place.encode())
                pipe.hsetnx(_card(card), "drawing", str(posted.drawing))
                pipe.expire(_card(card), KEEP_ANSWER)
                await pipe.execute()

    async def get(self, card: str) -> Posted | None:
        """The answer of a card, or None if it is too old or none of ours."""
        with store_errors():
            stored: dict[bytes | str, bytes | str] = await self._redis.hgetall(_card(card))
        fields = {_str(name): value for name, value in stored.items()}
        if not fields:
            return None
        try:
            answer = answer_from_json(fields["answer"])
        except ValidationError:
            return None  # kept by another version of the bot
        return Posted(answer, Place.decode(_str(fields["place"])), int(fields["drawing"]))

    async def drawn_again(self, card: str) -> int:
        """Counts another drawing of a card: presses of the drawing before are the same press no more."""
        with store_errors():
            return int(await self._redis.hincrby(_card(card), "drawing", 1))

    async def keep_turn_of(self, place: Place, message: str, turn: str) -> None:
        """Remembers which turn wrote a message, and that it is the newest there."""
        with store_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for name in (message, _NEWEST):
                    pipe.set(_message(place, name), turn, ex=KEEP_ANSWER)
                await pipe.execute()

    async def turn_of(self, place: Place, message: str) -> str | None:
        """The turn that wrote a message; for an empty one, the newest."""
        with store_errors():
            turn = await self._redis.get(_message(place, message))
        return None if turn is None else _str(turn)

    async def keep_posted_by(self, turn: str, message: str) -> None:
        """Remembers the message, or the stream, that a turn began."""
        with store_errors():
            await self._redis.set(_turn(turn), message, ex=KEEP_TURN)

    async def posted_by(self, turn: str) -> str | None:
        """The message, or the stream, that this turn began, perhaps in a process that is gone."""
        with store_errors():
            message = await self._redis.get(_turn(turn))
        return None if message is None else _str(message)

    async def claim_welcome(self, place: Place) -> bool:
        """Whether the welcome to `place` is still to be said; true once per installation."""
        with store_errors():
            return bool(await self._redis.set(_welcome(place), 1, nx=True, ex=WELCOME_QUIET))

    async def release_welcome(self, place: Place) -> None:
        """The app was removed: the next installation is welcomed."""
        with store_errors():
            await self._redis.delete(_welcome(place))

    async def keep_member(self, tenant: str, person: str, member: dict[str, object], *, seconds: int) -> None:
        """Remembers what Teams told of a person."""
        with store_errors():
            await self._redis.set(_member(tenant, person), orjson.dumps(member), ex=seconds)

    async def member(self, tenant: str, person: str) -> dict[str, object] | None:
        """What Teams told of a person not long ago."""
        with store_errors():
            stored = await self._redis.get(_member(tenant, person))
        return None if stored is None else dict(orjson.loads(stored))


def _card(card: str) -> str:
    return f"teams:card:{card}"


def _message(place: Place, message: str) -> str:
    return f"teams:message:{place.tenant}:{place.channel}:{message}"


def _turn(turn: str) -> str:
    return f"teams:turn:{turn}"


def _welcome(place: Place) -> str:
    return f"teams:welcome:{place.tenant}:{place.channel}"


def _member(tenant: str, person: str) -> str:
    return f"teams:member:{tenant}:{person}"


def _str(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
