"""Notices between the webhook that took them and the poller that looks at their jobs: a Redis Stream of bounded length.

Every replica appends; the one that polls takes. What was taken stays until it is done, so that a notice outlives the
replica that was at work on it. It is one hint among others: when more wait than `MOST_KEPT`, the oldest are dropped,
because the poller finds what they told of by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from resync_bot.alerts.sources.notices import Notice
from resync_bot.conversation.scripts import Scripts
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

log = structlog.get_logger(__name__)

MOST_KEPT: Final = 10_000  # twice the storm that the pipeline is made for

# Of all senders together, over all replicas: 5 000 failures in a minute come through, an endless loop does not.
PER_SECOND: Final = 200
BURST: Final = 2_000

_NOTICE: Final = TypeAdapter(Notice)


class Taking(StrEnum):
    """What became of a notice that was handed in."""

    ACCEPTED = "accepted"
    REPLAYED = "replayed"
    RATE_LIMITED = "rate_limited"


@dataclass(frozen=True, slots=True)
class Taken:
    """`retry_after` is in seconds; `dropped` counts the old notices that made room for this one."""

    taking: Taking
    retry_after: float = 0.0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice and its place in the line."""

    id: str
    notice: Notice


class WaitingNotices:
    """The notices of all replicas. Its keys share a slot of a Cluster."""

    def __init__(self, redis: Redis, *, namespace: str) -> None:
        self._redis = redis
        self._tag = f"{{{namespace}:alerts}}"
        self._notices = f"{self._tag}:notices"
        self._append = Scripts(redis).load("notice", after=("time", "gcra"), package=__package__)

    async def append(self, notice: Notice, *, signature: str, remembered: int) -> Taken:
        """Keeps a notice, durably when this returns, unless its `signature` came in the last `remembered` seconds.

        Raises StoreUnavailableError: it is not known whether it is kept, and the same may be handed in again.
        """
        keys = (f"{self._tag}:signature:{signature}", f"{self._tag}:webhook-rate", self._notices)
        stored = _NOTICE.dump_json(notice, exclude_defaults=True)
        try:
            reply = await self._append(keys, (stored, remembered, 1_000_000 // PER_SECOND, BURST, MOST_KEPT))
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"not known to be kept: {type(error).__name__}") from error
        match reply:
            case [b"ACCEPTED", dropped]:
                return Taken(Taking.ACCEPTED, dropped=int(dropped))
            case [b"REPLAYED"]:
                return Taken(Taking.REPLAYED)
            case [b"LIMITED", wait]:
                return Taken(Taking.RATE_LIMITED, retry_after=int(wait) / 1_000_000)
            case _:
                raise AssertionError(f"notice.lua answered {reply!r}")

    async def take(self, most: int, *, wait: float) -> list[WaitingNotice]:
        """The oldest notices that are not done, at most `most`; waits up to `wait` seconds for the first.

        `wait` must be less than the client's timeout. The same are given again until they are done: one replica at a
        time may take. Raises redis.exceptions.RedisError.
        """
        reply: Any = await self._redis.xread({self._notices: "0"}, count=most, block=max(1, round(wait * 1000)))
        taken, unreadable = [], []
        for entry, fields in _entries(reply):
            try:
                taken.append(WaitingNotice(entry, _NOTICE.validate_json(fields[b"notice"])))
            except ValidationError:  # written by another version of the bot
                unreadable.append(entry)
        if unreadable:
            log.warning("notices_unreadable", count=len(unreadable))
            await self.done(unreadable)
        return taken

    async def done(self, ids: list[str]) -> None:
        """Takes notices out of the line. Raises redis.exceptions.RedisError."""
        if ids:
            await self._redis.xdel(self._notices, *ids)


def _entries(reply: Mapping[bytes, Any]) -> list[tuple[str, Mapping[bytes, bytes]]]:
    return [
        (entry.decode(), fields) for batches in reply.values() for batch in batches for entry, fields in batch if fields
    ]
