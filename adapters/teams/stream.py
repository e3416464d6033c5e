"""Teams' streaming protocol: one message that grows while it is written, in one-to-one chats.

Checked 2026-11-23: informative lines first, then texts that each begin with the one before; sequence numbers from 1,
one call at a time, none on the final message; at most one piece a second; two minutes at the longest; a 403 tells that
the person pressed stop, that the time is over or that the text is not a continuation.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.teams.errors import StreamClosedError, StreamReason
from adapters.teams.limits import STREAM_CLOSE_SECONDS, STREAM_INTERVAL
from adapters.teams.messages import stream_end, stream_piece
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError

REPEAT_SECONDS = 0.5

Json = dict[str, Any]
Post = Callable[[Json, bool], Awaitable[str]]


class Stream:
    """One stream. `post` sends an activity, patiently or not, and returns its id; `clock` is monotonic."""

    def __init__(self, post: Post, *, clock: Callable[[], float], opened: Callable[[str], Awaitable[None]]) -> None:
        self._post = post
        self._clock = clock
        self._opened = opened
        self._began = 0.0
        self._last = float("-inf")
        self._sequence = 0
        self.id = ""
        self.shown = ""
        self.closed: StreamReason | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes pieces."""
        return bool(self.id) and self.closed is None

    @property
    def wait(self) -> float:
        """Seconds until it takes another piece."""
        return max(0.0, self._last + STREAM_INTERVAL - self._clock())

    @property
    def is_nearly_over(self) -> bool:
        """Whether Teams will soon close it by itself."""
        return self.is_open and self._clock() - self._began >= STREAM_CLOSE_SECONDS

    def resume(self, stream: str) -> None:
        """Takes over a stream that a predecessor opened: it can only be ended, its sequence is not known."""
        self.id = stream
        self._sequence = -1

    @property
    def can_go_on(self) -> bool:
        """Whether pieces can be sent: not after an end, and not in a predecessor's stream."""
        return self.closed is None and self._sequence >= 0

    async def open(self) -> None:
        """Opens it without a word, for a message that is to be there exactly once. Raises DeliveryError."""
        if self.can_go_on and not self.id:
            await self._send(stream_piece("…", "informative", stream="", sequence=1), is_patient=True)

    async def inform(self, text: str) -> None:
        """A line on what is being done; ignored once text was shown, when Teams takes none. Raises DeliveryError."""
        if self.can_go_on and not self.shown:
            await self._send(stream_piece(text, "informative", stream=self.id, sequence=self._sequence + 1))

    async def show(self, text: str) -> None:
        """The text so far; ignored unless it continues what was shown. Raises DeliveryError."""
        if self.can_go_on and text != self.shown and text.startswith(self.shown):
            await self._send(stream_piece(text, "streaming", stream=self.id, sequence=self._sequence + 1))
            self.shown = text

    async def end(self, message: Json) -> None:
        """The final message, instead of all that was shown. Raises DeliveryError; StreamClosedError if too late."""
        await self._guarded(stream_end(message, self.id), is_patient=True)
        self.closed = StreamReason.FINISHED

    async def _send(self, piece: Json, *, is_patient: bool = False) -> None:
        self._last = self._clock()
        posted = await self._guarded(piece, is_patient=is_patient)
        self._sequence += 1
        if not self.id:
            self.id = posted
            self._began = self._last
            await self._opened(posted)

    async def _guarded(self, activity: Json, *, is_patient: bool) -> str:
        try:
            return await self._post(activity, is_patient)
        except StreamClosedError as error:
            self.closed = error.reason
            raise
        except DeliveryUnknownError as error:
            # Harmless to repeat: a stream opened in vain is soon gone, and of an end that arrived Teams tells.
            raise DeliveryDelayedError(str(error), retry_after=REPEAT_SECONDS) from error
