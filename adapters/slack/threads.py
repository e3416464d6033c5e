"""The threads that the bot is in, in Redis for all replicas: there it answers without being mentioned again.

Under an alert people talk with each other: there it is quiet until somebody mentions it or presses a button.

A channel's id is the same in every workspace that shares it, while an event and a click in it can name different
workspaces (S20): what a thread belongs to is asked by its channel alone.
"""

from typing import Any, NamedTuple

from cachetools import LRUCache
from redis.asyncio import Redis

from resync_bot.conversation.ports import Note
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

QUIET = "quiet"
_KNOWN = 20_000  # threads remembered in this process: one is looked up once


class Home(NamedTuple):
    """Where a thread belongs: the workspace it was begun in, and the conversation, named by root or by command.

    `manner` is `QUIET` where the bot answers only those who mention it.
    """

    team: str
    conversation: str
    manner: str = ""

    def encode(self) -> str:
        """One string; neither part holds a blank."""
        return " ".join(part for part in self if part)


class Threads:
    """Which conversation a thread belongs to."""

    def __init__(self, redis: Redis, *, namespace: str, keep_seconds: int) -> None:
        self._redis = redis
        self._prefix = f"{{{namespace}}}:slack:thread:"  # among the lanes' keys: see `Note`
        self._keep = keep_seconds
        self._known: LRUCache[str, Home] = LRUCache(_KNOWN)

    def to_join(self, channel: str, root: str, home: Home) -> Note | None:
        """What is to be kept with a message that brings the bot into this thread; None if nothing is."""
        name = f"{channel}/{root}"
        if self._known.get(name) == home:
            return None
        return Note(self._prefix + name, home.encode(), self._keep)

    def joined(self, channel: str, root: str, home: Home) -> None:
        """The note was kept."""
        self._known[f"{channel}/{root}"] = home

    async def join(self, channel: str, root: str, home: Home) -> None:
        """From now on the bot is in this thread. Raises StoreUnavailableError."""
        name = f"{channel}/{root}"
        if self._known.get(name) == home:
            return
        try:
            await self._redis.set(self._prefix + name, home.encode(), ex=self._keep)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a thread cannot be remembered: {type(error).__name__}") from error
        self._known[name] = home

    async def open_quietly(self, channel: str, root: str, team: str) -> None:
        """An alert begins a thread, unless the bot was brought into it already. Raises StoreUnavailableError."""
        home = Home(team, root, QUIET)
        try:
            await self._redis.set(self._prefix + f"{channel}/{root}", home.encode(), ex=self._keep, nx=True)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a thread cannot be remembered: {type(error).__name__}") from error

    async def home(self, channel: str, root: str) -> Home | None:
        """Of a thread that the bot is in; None of any other. Raises StoreUnavailableError."""
        name = f"{channel}/{root}"
        known = self._known.get(name)
        if known is not None:
            return known
        try:
            found: Any = await self._redis.get(self._prefix + name)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a thread cannot be looked up: {type(error).__name__}") from error
        if found is None:
            return None
        home = Home(*str(found, "utf-8").split(" ", 2))
        if home.manner != QUIET:  # which another replica may hear the end of
            self._known[name] = home
        return home
