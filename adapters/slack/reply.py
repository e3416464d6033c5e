"""One answer on its way to Slack: a ladder from the best way down to one that always works.

    a stream (startStream, appendStream, stopStream), its final form put in place by chat.update
    -> died: rescued by chat.update, with the whole text
    -> none here: a post that is edited
    -> no edit either: the progress is deleted, and the answer posted
    -> not in the channel, but asked by a command: its response URL

A placeholder, where there are no status lines, is the first form of the post that is edited.
There is one message per turn. Before the first attempt to make it, that attempt is noted in Redis; whoever finds the
note, or does not know how an attempt ended, looks the message up by its marker before making one (S7, S25).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from adapters.slack import limits
from adapters.slack.abilities import Abilities, Ability
from adapters.slack.blocks import (
    Rendered,
    answer_message,
    placeholder_message,
    plain_message,
    progress_message,
    stop_row,
)
from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.messages import LookupRefusedError, Messages, Target
from adapters.slack.metrics import SlackMetrics
from adapters.slack.mrkdwn import streamable
from adapters.slack.notices import Notices
from adapters.slack.pages import Pages
from adapters.slack.signs import Signs
from adapters.slack.threads import Home, Threads
from resync_bot.conversation.model import Answer, Place
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError, StoreUnavailableError

log = structlog.get_logger(__name__)

LOOKS_FOR_ANOTHERS = 2  # a worker that lost its lane may have one call under way still
LOOK_AGAIN = 1.0  # seconds: what was on its way to Slack when the connection broke has arrived by then


@dataclass(frozen=True, slots=True)
class Replies:
    """What all replies share."""

    messages: Messages
    threads: Threads
    notices: Notices
    pages: Pages
    abilities: Abilities
    signs: Signs
    metrics: SlackMetrics
    now: Callable[[], datetime]


class SlackReply:
    """See `ports.ReplyStream`."""

    def __init__(self, shared: Replies, place: Place, turn_id: str, target: Target, resume: MessageRef | None) -> None:
        self._shared = shared
        self._messages = shared.messages
        self._place = place
        self._turn = turn_id
        self._target = target
        self._ts = resume.id if resume else ""
        self._is_open = resume is not None  # a predecessor may have left a stream open
        self._is_streaming = False
        self._streamed = ""
        self._has_begun = resume is not None
        self._is_unsure = False
        self._looks = 1
        self._is_mute = False  # progress was refused: the answer itself shall say why
        self._way = "edited" if resume else "posted"
        self._status = ""
        self._is_status_seen = False
        self._has_stop = False  # Slack shows its own stop button
        self._is_anothers = resume is not None  # begun by a predecessor, who may have left a stop button
        self._is_in_chunks = False

    async def status(self, text: str) -> bool:
        """See ReplyStream."""
        if text == self._status:
            return self._is_status_seen
        is_first, self._status = not self._status, text
        self._is_status_seen = await self._shared.signs.status(self._target, text)
        if is_first:
            self._has_stop = await self._shared.signs.offer_stop(self._target)
        return self._is_status_seen

    async def placeholder(self, text: str) -> MessageRef | None:
        """See ReplyStream."""
        if not self._is_streaming:
            await self._progress(self._show_message(placeholder_message(text, self._turn)))
        return self._ref()

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        if markdown.strip():
            await self._progress(self._show_text(markdown))
        return self._ref()

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream."""
        message = answer_message(answer, self._turn)
        try:
            if message.pages > 1:
                await self._shared.pages.keep(self._turn, answer)
            await self._deliver(message, answer)
        except LookupRefusedError:
            raise
        except DeliveryUnknownError as error:
            self._is_unsure, self._looks = True, max(1, self._looks)
            raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
        except StoreUnavailableError as error:
            raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
        except SlackRefusedError as error:
            self._take_stop_away()
            await self._messages.note_refusal(self._target, error, self._shared.now())
            raise
        self._take_stop_away()
        self._shared.metrics.rungs.labels(self._way).inc()
        await self._remember_thread()
        return MessageRef(self._place, self._ts)

    # --- progress ---

    async def _progress(self, shown: Awaitable[None]) -> None:
        """Shows something on the way to the answer. Raises DeliveryDelayedError."""
        try:
            await shown
        except SlackRefusedError as error:
            log.info("slack_progress_refused", code=error.code, method=error.method)
            self._is_mute = True
        except DeliveryUnknownError as error:
            log.info("slack_progress_unknown", error=str(error))
            self._is_unsure = not self._ts
            self._is_open, self._is_streaming = self._is_streaming or self._is_open, False

    async def _show_text(self, markdown: str) -> None:
        if self._is_streaming and not self._is_mute:
            await self._append(markdown)
        elif self._ts or not await self._began_stream(markdown):
            await self._show_message(progress_message(markdown, self._turn))

    async def _show_message(self, message: Rendered) -> None:
        if self._is_mute:
            return
        if self._ts:
            if not self._is_open:
                await self._messages.update(self._target, self._ts, message, self._turn)
        elif await self._may_begin():
            self._ts = await self._messages.post(self._target, message, self._turn)
            self._way = "edited"

    async def _may_begin(self) -> bool:
        """Whether a first message may be made: not if there may be one, which the answer itself finds out."""
        if not self._is_unsure:
            await self._note_attempt()
        return not self._is_unsure

    async def _began_stream(self, markdown: str) -> bool:
        target, abilities = self._target, self._shared.abilities
        if self._is_mute or not target.root or not abilities.has(target.team, Ability.STREAMS):
            return False
        if not await self._may_begin():
            return False
        text = streamable(markdown)[: limits.STREAM_ALL]
        try:
            self._ts = await self._start_stream(text)
        except SlackRefusedError as error:
            if not abilities.learn(target.team, Ability.STREAMS, error):
                raise
            return False
        self._is_streaming, self._streamed, self._way = True, text, "streamed"
        return True

    async def _start_stream(self, text: str) -> str:
        """With the bot's own button, where Slack has none."""
        target, abilities = self._target, self._shared.abilities
        if not self._has_stop and abilities.has(target.team, Ability.STOP_IN_STREAM):
            try:
                ts = await self._messages.start_stream(target, text, above=(stop_row(self._turn),))
            except SlackRefusedError as error:
                if error.refusal is not Refusal.PAYLOAD:
                    raise
                abilities.lacks(target.team, Ability.STOP_IN_STREAM, error.code)
            else:
                self._is_in_chunks = True
                return ts
        return await self._messages.start_stream(target, text)

    async def _append(self, markdown: str) -> None:
        text = streamable(markdown)[: limits.STREAM_ALL]
        rest = text[len(self._streamed) :]
        if not rest or not text.startswith(self._streamed):
            return  # the final form puts it right
        try:
            await self._messages.append(self._target, self._ts, rest, in_chunks=self._is_in_chunks)
        except SlackRefusedError as error:
            log.info("slack_stream_died", code=error.code)
            self._is_streaming, self._way = False, "rescued"
            self._is_open = error.refusal is not Refusal.STREAM_OVER
            await self._close_stream()
            await self._messages.update(self._target, self._ts, progress_message(markdown, self._turn), self._turn)
        else:
            self._streamed = text

    def _take_stop_away(self) -> None:
        if self._has_stop or self._is_anothers:
            self._has_stop = self._is_anothers = False
            self._shared.signs.take_stop_away(self._target)

    # --- the answer ---

    async def _deliver(self, message: Rendered, answer: Answer) -> None:
        if not self._ts:
            await self._note_attempt()
        if not self._ts and self._is_unsure:
            await self._look_up()
        if self._ts:
            await self._put_in_place(message, answer)
        if not self._ts:
            await self._post(message, answer)

    async def _note_attempt(self) -> None:
        if self._has_begun:
            return
        self._is_unsure = not await self._messages.begin(self._turn)
        self._has_begun = True
        if self._is_unsure:
            self._looks, self._is_anothers = LOOKS_FOR_ANOTHERS, True

    async def _look_up(self) -> None:
        """Finds what an attempt before may have posted; raises DeliveryDelayedError while it may be on its way."""
        self._ts = await self._messages.find(self._target, self._turn) or ""
        self._looks -= 1
        if not self._ts and self._looks > 0:
            raise DeliveryDelayedError("an attempt before may still arrive", retry_after=LOOK_AGAIN)
        self._is_unsure, self._is_open = False, bool(self._ts)

    async def _put_in_place(self, message: Rendered, answer: Answer) -> None:
        if self._is_streaming or self._is_open:
            self._is_open, self._is_streaming = True, False
            await self._close_stream()
        try:
            await self._edit(message)
        except SlackRefusedError as error:
            match error.refusal:
                case Refusal.PAYLOAD:
                    log.exception("slack_blocks_refused")
                    await self._edit(plain_message(answer))
                case Refusal.STREAM_OPEN:
                    self._is_open = True
                    raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
                case Refusal.MESSAGE_GONE:
                    self._ts, self._way = "", "posted"
                case Refusal.NOT_EDITABLE:
                    await self._messages.delete(self._target, self._ts)
                    self._ts, self._way = "", "posted"
                case _:
                    raise

    async def _edit(self, message: Rendered) -> None:
        await self._messages.update(self._target, self._ts, message, self._turn)

    async def _close_stream(self) -> None:
        """A stream that is over already is what is wanted; any other failure shows in the edit that follows."""
        if self._is_open:
            try:
                await self._messages.stop_stream(self._target, self._ts, self._turn)
            except (SlackRefusedError, DeliveryUnknownError) as error:
                log.info("slack_stream_not_stopped", error=str(error))
            self._is_open = False

    async def _post(self, message: Rendered, answer: Answer) -> None:
        try:
            self._ts = await self._messages.post(self._target, message, self._turn)
        except SlackRefusedError as error:
            match error.refusal:
                case Refusal.PAYLOAD:
                    log.exception("slack_blocks_refused")
                    self._ts = await self._messages.post(self._target, plain_message(answer), self._turn)
                case Refusal.NOT_IN_CHANNEL if self._target.command:
                    await self._respond(message, error)
                case _:
                    raise

    async def _respond(self, message: Rendered, refused: SlackRefusedError) -> None:
        url = await self._shared.notices.response_url(self._target.command)
        if not url:
            raise refused
        await self._messages.respond(url, message)
        self._ts, self._way = self._target.command, "responded"

    async def _remember_thread(self) -> None:
        """A thread under the bot's own answer belongs to the conversation that the answer ends."""
        target, place = self._target, self._place
        if target.root or self._way == "responded":
            return
        try:
            await self._shared.threads.join(target.channel, self._ts, Home(target.team, place.thread))
        except StoreUnavailableError as error:
            log.warning("slack_thread_not_remembered", error=str(error))

    def _ref(self) -> MessageRef | None:
        return MessageRef(self._place, self._ts) if self._ts else None
