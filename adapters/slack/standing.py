"""The one message of a turn: whether it stands in Slack, as what, and what is not known of it.

Before the first attempt to make it, that attempt is noted in Redis; whoever finds the note, or does not know how an
attempt ended, looks the message up by its marker before making one (S7, S25).
"""

from collections.abc import Sequence
from typing import Final

import structlog

from adapters.slack import limits
from adapters.slack.api import Json
from adapters.slack.blocks import Rendered
from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.messages import Messages, Target
from adapters.slack.mrkdwn import streamable
from resync_bot.conversation.ports import Mark
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError

log = structlog.get_logger(__name__)

LOOKS_FOR_ANOTHERS: Final = 2  # a worker that lost its lane may have one call under way still
LOOK_AGAIN: Final = 1.0  # seconds: what was on its way to Slack when the connection broke has arrived by then


class Standing:
    """Its methods are calls of Slack and raise as `Messages` does. `way` is how the message came to be, for metrics."""

    def __init__(self, messages: Messages, target: Target, turn_id: str, *, ts: str) -> None:
        """`ts` is the message that a predecessor posted, if it is known; it may have left it an open stream.

        What nobody asked for is never streamed.
        """
        self._messages = messages
        self._target = target
        self._turn = turn_id
        self.ts = ts
        self.way = "edited" if ts else "posted"
        self.is_streaming = False
        self.is_anothers = bool(ts)
        self._is_open = bool(ts) and target.is_asked
        self._has_begun = bool(ts)
        self._is_unsure = False
        self._looks = 1
        self._streamed = ""
        self._is_in_chunks = False

    # --- does it stand? ---

    async def may_begin(self) -> bool:
        """Whether a first message may be made: not if there may be one, which the answer itself finds out."""
        await self._note_attempt()
        return not self._is_unsure

    async def find(self) -> None:
        """Sets `ts` if the message stands. Raises DeliveryDelayedError while it may be on its way."""
        if self.ts:
            return
        await self._note_attempt()
        if not self._is_unsure:
            return
        self.ts = await self._messages.find(self._target, self._turn) or ""
        self._looks -= 1
        if not self.ts and self._looks > 0:
            raise DeliveryDelayedError("an attempt before may still arrive", retry_after=LOOK_AGAIN)
        self._is_unsure, self._is_open = False, bool(self.ts) and self._target.is_asked

    def doubt(self) -> None:
        """How the last call ended is not known."""
        self._is_unsure, self._looks = not self.ts, max(1, self._looks)
        self._is_open, self.is_streaming = self.is_streaming or self._is_open, False

    @property
    def mark(self) -> Mark | None:
        """See ReplyStream."""
        return None if self._has_begun else self

    @property
    def key(self) -> str:
        """See Mark."""
        return self._messages.mark_of(self._turn)

    def kept(self, *, is_first: bool) -> None:
        """See Mark."""
        self._has_begun, self._is_unsure = True, not is_first
        if self._is_unsure:
            self._looks, self.is_anothers = LOOKS_FOR_ANOTHERS, True

    async def _note_attempt(self) -> None:
        """What nobody has noted yet with the moment that it takes, such as progress."""
        if not self._has_begun:
            self.kept(is_first=await self._messages.begin(self._turn))

    # --- a message ---

    async def post(self, message: Rendered) -> None:
        """Makes it."""
        self.ts = await self._messages.post(self._target, message, self._turn)

    async def update(self, message: Rendered) -> None:
        """Puts `message` in its place; a stream is closed first."""
        if self.is_streaming or self._is_open:
            self._is_open, self.is_streaming = True, False
            await self._close()
        await self._messages.update(self._target, self.ts, message, self._turn)

    async def update_progress(self, message: Rendered) -> None:
        """The same on the way to the answer: not while there may be an open stream of which too little is known."""
        if not self._is_open:
            await self.update(message)

    async def remove(self) -> None:
        """Deletes it: the answer is posted anew."""
        await self._messages.delete(self._target, self.ts)
        self.is_gone()

    def is_gone(self) -> None:
        """Somebody deleted it."""
        self.ts, self.way = "", "posted"

    def is_still_streaming(self) -> None:
        """Slack says so: it is closed at the next attempt."""
        self._is_open = True

    # --- a stream ---

    async def start_stream(self, markdown: str, *, above: Sequence[Json] = ()) -> None:
        """Makes it as a stream, with blocks over the text that stand until the end."""
        text = streamable(markdown)[: limits.STREAM_ALL]
        self.ts = await self._messages.start_stream(self._target, text, above=above)
        self.is_streaming, self._streamed, self._is_in_chunks, self.way = True, text, bool(above), "streamed"

    async def append(self, markdown: str, rescue: Rendered) -> None:
        """Adds what is new in `markdown`; `rescue` takes the place of a stream that died."""
        text = streamable(markdown)[: limits.STREAM_ALL]
        rest = text[len(self._streamed) :]
        if not rest or not text.startswith(self._streamed):
            return  # the final form puts it right
        try:
            await self._messages.append(self._target, self.ts, rest, in_chunks=self._is_in_chunks)
        except SlackRefusedError as error:
            log.info("slack_stream_died", code=error.code)
            self.is_streaming, self.way = False, "rescued"
            self._is_open = error.refusal is not Refusal.STREAM_OVER
            await self.update(rescue)
        else:
            self._streamed = text

    async def _close(self) -> None:
        """A stream that is over already is what is wanted; any other failure shows in the edit that follows."""
        try:
            await self._messages.stop_stream(self._target, self.ts, self._turn)
        except (SlackRefusedError, DeliveryUnknownError) as error:
            log.info("slack_stream_not_stopped", error=str(error))
        self._is_open = False
