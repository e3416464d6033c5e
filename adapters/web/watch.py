"""Waiting for events of a conversation without a Redis connection per reader.

One subscription per process hears which conversations have news; readers then fetch them by position. A word that gets
lost (a reconnect) costs time, never an event: readers also look by themselves, more often while nobody listens.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog
from redis.asyncio import Redis

from adapters.web.events import Event
from adapters.web.store import CHANNEL, ConversationStore
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.tasks import beside

LOOK_SECONDS = 15.0  # also the pause after which a silent stream gets a sign of life
HEAR_SECONDS = 5.0
LOOK_SECONDS_UNHEARD = 0.5  # while the subscription is down
_RECONNECT = RetryPolicy(attempts=None, first=0.1, longest=2.0)

log = structlog.get_logger(__name__)


class Watch:
    """A reader at a position of one conversation."""

    def __init__(self, conversation: str, after: str, store: ConversationStore, pause: Callable[[], float]) -> None:
        self.position = after
        self.woken = asyncio.Event()
        self._conversation = conversation
        self._store = store
        self._pause = pause

    async def next(self) -> tuple[Event, ...]:
        """The events since the last call, at once if there are any; empty if nothing came for a while.

        Raises StoreUnavailableError; the position stays, and the call can be repeated.
        """
        events = await self._read()
        if events:
            return events
        with suppress(TimeoutError):  # then look all the same: the word may have got lost
            async with asyncio.timeout(self._pause()):
                await self.woken.wait()
        return await self._read()

    async def _read(self) -> tuple[Event, ...]:
        self.woken.clear()  # before reading: news that come meanwhile wake the next call
        events = await self._store.read(self._conversation, self.position)
        if events:
            self.position = events[-1].id
        return events


class Watches:
    """All readers of this process, and the subscription that wakes them."""

    def __init__(self, redis: Redis, store: ConversationStore) -> None:
        self._redis = redis
        self._store = store
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)
        self.is_over = False
        self._heard = False
        self._outage_noted = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listens until the context is left. Then `is_over`, and readers are woken to see it."""
        self.is_over = False
        try:
            async with beside(self._listen(), name="wake the chat page's readers"):
                yield
        finally:
            self.is_over = True
            self._wake(*self._watches)

    @contextmanager
    def watch(self, conversation: str, after: str) -> Iterator[Watch]:
        """A reader of what comes after the event `after`."""
        watch = Watch(conversation, after, self._store, lambda: LOOK_SECONDS if self._heard else LOOK_SECONDS_UNHEARD)
        self._watches[conversation].add(watch)
        try:
            yield watch
        finally:
            self._watches[conversation].discard(watch)
            if not self._watches[conversation]:
                del self._watches[conversation]

    async def _listen(self) -> None:
        await retry_with_backoff(
            self._hear,
            policy=_RECONNECT,
            retry_on=lambda error: isinstance(error, (*STORE_ERRORS, OSError)),
            on_retry=self._note_outage,
        )

    async def _hear(self) -> None:
        subscription = self._redis.pubsub()
        task = asyncio.current_task()
        try:
            await subscription.subscribe(CHANNEL)
            # Asked each time, because redis-py can lose a cancellation that comes while it sends: it uses
            # asyncio.wait_for, which before Python 3.12 drops one that meets the end of what it waits for.
            while not (task and task.cancelling()):
                message = await subscription.get_message(timeout=HEAR_SECONDS)
                if message is None:
                    continue
                if message["type"] == "subscribe":  # also after a silent reconnect: words may have been missed
                    self._heard, self._outage_noted = True, False
                    self._wake(*self._watches)
                else:
                    name = message["data"]
                    self._wake(name.decode() if isinstance(name, bytes) else name)
        finally:
            self._heard = False
            self._wake(*self._watches)  # to see for themselves
            with suppress(*STORE_ERRORS, OSError):  # its error must not take the place of the one that brought us here
                await subscription.aclose()  # type: ignore[no-untyped-call]  # redis-py

    def _note_outage(self, _attempt: int, error: BaseException, _wait: float) -> None:
        if not self._outage_noted:
            self._outage_noted = True
            log.warning("web_subscription_lost", error=str(error))

    def _wake(self, *conversations: str) -> None:
        for conversation in conversations:
            for watch in self._watches.get(conversation, ()):
                watch.woken.set()
