"""The one sender: everything that the bot says goes through here to an adapter.

While an answer is being made its status and its text so far are shown: the newest only, never more often than
`interval`, and only in moments that the channel has free. The answer itself reserves the channel's next moment, so that
it never waits behind edits. A platform's Retry-After is obeyed before everything else, by all replicas.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

import structlog

from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Answer, Incoming, Place
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Adapter, MessageRef, ReplyStream
from resync_bot.errors import (
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
    LeaseLostError,
    StoreUnavailableError,
)
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.tasks import BesideAfter

log = structlog.get_logger(__name__)

INTERVAL = 0.1  # seconds between two edits of one answer: as quick as people read along
GRACE = 0.15  # seconds before the first sign of life; an answer that is quicker needs none
PLACEHOLDER = 1.5  # seconds before a sign of life is worth a message, which notifies people
PATIENCE = 600.0  # seconds for which a platform may ask to wait before an answer counts as undeliverable


class Hold(Protocol):
    """The right to speak for a turn; `lease.Lease` is one."""

    async def hold(self) -> None:
        """Raises LeaseLostError if the right is lost."""
        ...

    async def is_stopped(self) -> bool:
        """Whether somebody asked the turn to end."""
        ...

    async def remember(self, ref: MessageRef) -> None:
        """Keeps what was posted for a successor; raises LeaseLostError."""
        ...


class Outbox:
    """Sends through the adapter of each place's platform."""

    def __init__(  # noqa: PLR0913  # three parts, the rest are times and the clock
        self,
        adapters: Mapping[str, Adapter],
        pacer: Pacer,
        *,
        metrics: ConversationMetrics,
        interval: float = INTERVAL,
        grace: float = GRACE,
        placeholder: float = PLACEHOLDER,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`adapters` by platform. Times are in seconds; `sleep` waits for a channel's moment."""
        self._adapters = adapters
        self.pacer = pacer
        self.metrics = metrics
        self.interval = interval
        self.grace = grace
        self.placeholder = placeholder
        self.sleep = sleep
        self.clock = clock

    async def admit(self, place: Place, incoming: Sequence[Incoming]) -> tuple[Incoming | None, ...]:
        """See `Adapter.admit`. Raises DeliveryError if it is never known who somebody is, StoreUnavailableError."""
        adapter = self._adapters.get(place.platform)
        return tuple([await self._admitted(adapter, one) for one in incoming]) if adapter else tuple(incoming)

    async def _admitted(self, adapter: Adapter, incoming: Incoming) -> Incoming | None:
        """Mostly somebody who is known: that waits for nothing, and costs no machinery of retries."""
        try:
            return await adapter.admit(incoming)
        except (DeliveryDelayedError, StoreUnavailableError):
            return await retry_with_backoff(
                lambda: adapter.admit(incoming),
                policy=RetryPolicy(attempts=None, first=0.2, longest=5.0, deadline=PATIENCE),
                retry_on=lambda error: isinstance(error, DeliveryDelayedError | StoreUnavailableError),
                retry_after=lambda error: error.retry_after if isinstance(error, DeliveryDelayedError) else None,
                sleep=self.sleep,
                clock=self.clock,
            )

    def thread_under(self, ref: MessageRef) -> Place | None:
        """See `Adapter.thread_under`; None too if this process has no adapter for the platform."""
        adapter = self._adapters.get(ref.place.platform)
        return adapter.thread_under(ref) if adapter else None

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None, hold: Hold
    ) -> "Reply":
        """The reply of one turn to `incoming`; `resume` is what an earlier attempt posted.

        Raises DeliveryRefusedError if this process has no adapter for the place's platform.
        """
        adapter = self._adapters.get(place.platform)
        if adapter is None:
            raise DeliveryRefusedError(f"no adapter for platform {place.platform!r} runs here")
        stream = adapter.reply(place, turn_id, incoming, resume=resume)
        return Reply(self, adapter, stream, place, turn_id, resume, hold)


class Reply:
    """One answer on its way, shown while its context is open. Implements `ports.Progress`; `finish` ends it."""

    def __init__(  # made by Outbox alone
        self,
        outbox: Outbox,
        adapter: Adapter,
        stream: ReplyStream,
        place: Place,
        turn_id: str,
        resume: MessageRef | None,
        hold: Hold,
    ) -> None:
        self._outbox = outbox
        self._adapter = adapter
        self._stream = stream
        self._place = place
        self._posted = resume
        self._hold = hold
        self._status: str | None = None
        self._text: str | None = None
        self._has_text = False  # some of the answer was shown
        self._unseen: str | None = None  # a status that the platform could only show as a message
        self._placeholder_at = outbox.clock() + outbox.placeholder
        self._not_before = -math.inf
        self._news = asyncio.Event()
        self._closing = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._progress = BesideAfter(outbox.grace, self._show_progress, name=f"progress of turn {turn_id}")

    async def __aenter__(self) -> Self:
        """Begins to show progress, if the answer is not there soon."""
        await self._progress.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raises LeaseLostError if showing progress did."""
        self.close()
        await self._progress.__aexit__(kind, error, traceback)

    def status(self, text: str) -> None:
        """See `ports.Progress`. Not paced: an adapter whose platform counts signs of life thins them out itself."""
        self._status = text
        self._news.set()

    def text(self, markdown: str) -> None:
        """See `ports.Progress`."""
        self._text = markdown
        self._news.set()

    async def finish(self, answer: Answer) -> MessageRef:
        """Delivers the answer in place of everything shown, and returns where it stands.

        Raises DeliveryError if the platform will not take it or may not have taken it, LeaseLostError if the turn is
        another worker's.
        """
        outbox = self._outbox
        started = outbox.clock()
        self.close()
        # A call to the platform that is under way is not cut short: it may be posting the very message to be edited.
        await self._quiet.wait()
        try:
            ref = await self._deliver(answer)
        except DeliveryError as error:
            outbox.metrics.undelivered.labels(self._place.platform, type(error).__name__).inc()
            raise
        outbox.metrics.delivery(self._place.platform).observe(outbox.clock() - started)
        return ref

    def close(self) -> None:
        """No more progress is shown; what is under way is not stopped."""
        self._closing.set()
        self._news.set()

    async def _show_progress(self) -> None:
        """Shows what is newest until `finish` is called. Raises LeaseLostError."""
        if self._closing.is_set():
            return
        self._quiet.clear()
        try:
            pause = 0.0
            while not await self._closes_within(pause):
                await self._news.wait()
                self._news.clear()
                pause = max(self._outbox.interval, await self._show_newest())
        except LeaseLostError:
            raise
        except Exception:
            # Progress alone is not worth the turn: the answer that follows tells whether the platform is there at all.
            log.exception("progress_ended", platform=self._place.platform)
        finally:
            self._quiet.set()

    async def _deliver(self, answer: Answer) -> MessageRef:
        """Sends until the platform takes it; the waiting that it asks for is in `_send`."""
        return await retry_with_backoff(
            lambda: self._send(answer),
            policy=RetryPolicy(attempts=None, first=0, longest=0, deadline=PATIENCE),
            retry_on=_is_worth_waiting,
            clock=self._outbox.clock,
        )

    async def _send(self, answer: Answer) -> MessageRef:
        outbox = self._outbox
        await self._hold.hold()
        reserved = await outbox.pacer.reserve(self._place, self._adapter.pace, mark=self._stream.mark)
        wait = max(reserved, self._not_before - outbox.clock())
        if wait > 0:
            await outbox.sleep(wait)
            await self._hold.hold()
        try:
            return await self._stream.finish(answer)
        except DeliveryDelayedError as error:
            await self._obey(error)
            raise

    async def _obey(self, error: DeliveryDelayedError) -> None:
        self._not_before = self._outbox.clock() + error.retry_after
        await self._outbox.pacer.delay(self._place, self._adapter.pace, error.retry_after)

    async def _show_newest(self) -> float:
        """Returns the seconds to wait at least before the next time."""
        if self._closing.is_set():
            return 0.0
        try:
            if self._status is not None:
                status, self._status = self._status, None
                is_seen = await self._stream.status(status)
                self._unseen = None if is_seen or self._has_text else status
            if self._text is not None:
                return await self._show_text()
            return await self._show_placeholder() if self._unseen is not None else 0.0
        except DeliveryDelayedError as error:
            await self._obey(error)
            self._news.set()
            return error.retry_after

    async def _show_text(self) -> float:
        if wait := await self._wait_for_moment():
            return wait
        if self._text is None:
            return 0.0
        text, self._text, self._unseen, self._has_text = self._text, None, None, True
        try:
            await self._keep(await self._stream.show(text))
        except DeliveryDelayedError:
            self._keep_unless_superseded(text)
            raise
        return 0.0

    async def _show_placeholder(self) -> float:
        if self._outbox.clock() < self._placeholder_at:
            self._news.set()  # the text may come before: looked at again after the next interval
            return 0.0
        if wait := await self._wait_for_moment():
            return wait
        if self._unseen is not None:
            await self._keep(await self._stream.placeholder(self._unseen))
            self._unseen = None
        return 0.0

    async def _wait_for_moment(self) -> float:
        """Zero if the channel is free now, and then it is taken."""
        await self._hold.hold()
        wait = await self._outbox.pacer.try_now(self._place, self._adapter.pace)
        if wait:
            self._news.set()
        return wait

    async def _keep(self, ref: MessageRef | None) -> None:
        if ref is not None and ref != self._posted:
            await self._hold.remember(ref)
            self._posted = ref

    def _keep_unless_superseded(self, text: str) -> None:
        if self._text is None:
            self._text = text

    async def _closes_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        return self._closing.is_set()


def _is_worth_waiting(error: BaseException) -> bool:
    return isinstance(error, DeliveryDelayedError) and error.retry_after <= PATIENCE
