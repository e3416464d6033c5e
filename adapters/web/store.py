"""The conversations, in Redis: per conversation one stream of events that is kept compact.

What a newer event makes pointless (an older status, a shorter text, everything before the answer) is deleted in the
same step that appends it. So whoever reads on from any position gets all that still matters, once, and reading from the
beginning gives the transcript. Every replica can write and read; a published word wakes those who wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from redis.asyncio import Redis

from adapters.web.events import Event, Kind, ProgressData, QuestionData
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

CHANNEL = "web:events"  # every event's conversation is published here
BEGINNING = "0-0"
KEPT_EVENTS = 400  # questions and answers of one conversation: an answer with its evidence is seldom above 20 kB
TURN_SECONDS = 24 * 60 * 60  # within this time a second finish of a turn replaces the first

# KEYS: the conversation's events. ARGV: data, seconds to keep the conversation, events to keep, channel, conversation.
_ASK = """
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'kind', 'question', 'data', ARGV[1], 'answers', '')
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[4], ARGV[5])
"""

# KEYS: the conversation's events, the turn's last events. ARGV: kind, data, answered messages, seconds to keep the
# conversation, seconds to keep the turn, events to keep, channel, conversation. Nil if the event comes too late.
_APPEND = """
local kind = ARGV[1]
if kind ~= 'answer' and redis.call('HEXISTS', KEYS[2], 'answer') == 1 then
  return nil
end
local superseded = {status = {'status'}, delta = {'status', 'delta'}, answer = {'status', 'delta', 'answer'}}
for _, old in ipairs(superseded[kind]) do
  local id = redis.call('HGET', KEYS[2], old)
  if id then
    redis.call('XDEL', KEYS[1], id)
    redis.call('HDEL', KEYS[2], old)
  end
end
local first = redis.call('HGET', KEYS[2], 'first') or ''
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[6], '*', 'kind', kind, 'data', ARGV[2], 'answers', ARGV[3],
  'first', first)
redis.call('HSET', KEYS[2], kind, id)
redis.call('HSETNX', KEYS[2], 'first', id)
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('PUBLISH', ARGV[7], ARGV[8])
return id
"""


class ConversationStore:
    """Reads and appends events. Everything raises StoreUnavailableError if Redis does not answer."""

    def __init__(self, redis: Redis, *, keep_seconds: int) -> None:
        """Conversations are forgotten `keep_seconds` after their last event."""
        self._redis = redis
        self._keep = keep_seconds
        self._ask = redis.register_script(_ASK)
        self._append = redis.register_script(_APPEND)

    async def last_position(self, conversation: str) -> str | None:
        """The id of the newest event; None if nothing was said there, or it is forgotten."""
        with _store_errors():
            newest = await self._redis.xrevrange(_events_key(conversation), count=1)
        return _event(newest[0]).id if newest else None

    async def read(self, conversation: str, after: str = BEGINNING) -> tuple[Event, ...]:
        """The events after the one with the id `after`, oldest first."""
        with _store_errors():
            entries = await self._redis.xrange(_events_key(conversation), min=f"({after}")
        return tuple(_event(entry) for entry in entries or ())

    async def add_question(self, conversation: str, question: QuestionData) -> None:
        """Appends what somebody wrote."""
        args: list[bytes | str | int] = [orjson.dumps(question), self._keep, KEPT_EVENTS, CHANNEL, conversation]
        with _store_errors():
            await self._ask(keys=[_events_key(conversation)], args=args)

    async def add_progress(self, conversation: str, kind: Kind, progress: ProgressData) -> None:
        """Appends a status or a text so far, in place of the one before; does nothing once the turn has its answer."""
        await self._append_event(conversation, progress["turn"], kind, orjson.dumps(progress), ())

    async def add_answer(self, conversation: str, turn: str, data: bytes, answered: tuple[str, ...]) -> None:
        """Appends the answer of a turn in place of all that the turn showed before, an earlier answer included."""
        await self._append_event(conversation, turn, Kind.ANSWER, data, answered)

    async def _append_event(
        self, conversation: str, turn: str, kind: Kind, data: bytes, answered: tuple[str, ...]
    ) -> None:
        keys = [_events_key(conversation), f"web:{{{conversation}}}:turn:{turn}"]
        args = [kind.value, data, " ".join(answered), self._keep, TURN_SECONDS, KEPT_EVENTS, CHANNEL, conversation]
        with _store_errors():
            await self._append(keys=keys, args=args)


def _events_key(conversation: str) -> str:
    return f"web:{{{conversation}}}:events"


def _event(entry: tuple[Any, Any]) -> Event:
    id_, fields = entry
    named = {_text(name): value for name, value in fields.items()}
    data = named["data"]
    return Event(
        id=_text(id_),
        kind=Kind(_text(named["kind"])),
        data=data if isinstance(data, bytes) else data.encode(),
        answers=frozenset(_text(named["answers"]).split()),
        first=_text(named.get("first", b"")) or _text(id_),
    )


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except (*STORE_ERRORS, OSError) as error:
        raise StoreUnavailableError(f"Redis did not answer the chat page: {error}") from error
