"""One answer on its way to Slack: a ladder from the best way down to one that always works.

    a stream (startStream, appendStream, stopStream), its final form put in place by chat.update
    -> died: rescued by chat.update, with the whole text
    -> none here: a post that is edited
    -> no edit either: the progress is deleted, and the answer posted
    -> not in the channel, but asked by a command: its response URL

There is one message per turn. Before the first attempt to make it, that attempt is noted in Redis; whoever finds the
note, or does not know how an attempt ended, looks the message up by its marker before making one (S7, S25).
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.slack import limits
from adapters.slack.abilities import Abilities, Ability
from adapters.slack.blocks import Rendered, answer_message, plain_message, progress_message
from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.messages import LookupRefusedError, Messages, Target
from adapters.slack.metrics import SlackMetrics
from adapters.slack.mrkdwn import streamable
from adapters.slack.notices import Notices
from adapters.slack.pages import Pages
from adapters.slack.threads import Threads
from resync_bot.conversation.model import Answer, Place
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError, ResyncError, StoreUnavailableError

log = structlog.get_logger(__name__)

LOOKS_FOR_ANOTHERS = 2  # a worker that lost its lane may have one call under way still
LOOK_AGAIN = 1.0  # seconds: what was on its way to Slack when the connection broke has arrived by then


class Replies:
    """What all replies share."""

    def __init__(  # made in one place
        self,
        messages: Messages,
        threads: Threads,
        notices: Notices,
        pages: Pages,
        abilities: Abilities,
        metrics: SlackMetrics,
        now: Callable[[], datetime],
    ) -> None:
        self.now = now
        self.messages = messages
        self.threads = threads
        self.notices = notices
        self.pages = pages
        self.abilities = abilities
        self.metrics = metrics


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

    async def status(self, text: str) -> None:
        """See ReplyStream."""
        target = self._target
        if not target.root or text == self._status or not self._shared.abilities.has(target.team, Ability.STATUS):
            return
        self._status = text
        try:
            await self._messages.status(target, text)
        except SlackRefusedError as error:
            self._shared.abilities.learn(target.team, Ability.STATUS, error)
        except ResyncError as error:
            log.info("slack_status_not_shown", error=str(error))

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        if self._is_mute or not markdown.strip():
            return self._ref()
        try:
            if not self._ts and not self._is_unsure:
                await self._begin_progress(markdown)
            elif self._is_streaming:
                await self._append(markdown)
            elif self._ts and not self._is_open:
                await self._messages.update(self._target, self._ts, progress_message(markdown, self._turn), self._turn)
        except SlackRefusedError as error:
            log.info("slack_progress_refused", code=error.code, method=error.method)
            self._is_mute = True
        except DeliveryUnknownError as error:
            log.info("slack_progress_unknown", error=str(error))
            self._is_unsure = not self._ts
            self._is_open, self._is_streaming = self._is_streaming or self._is_open, False
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
            await self._messages.note_refusal(self._target, error, self._shared.now())
            raise
        self._shared.metrics.rungs.labels(self._way).inc()
        await self._remember_thread()
        return MessageRef(self._place, self._ts)

    # --- progress ---

    async def _begin_progress(self, markdown: str) -> None:
        await self._note_attempt()
        if self._is_unsure:
            return  # the answer itself finds out what is there
        target = self._target
        if target.root and self._shared.abilities.has(target.team, Ability.STREAMS):
            text = streamable(markdown)[: limits.STREAM_ALL]
            try:
                self._ts = await self._messages.start_stream(target, text)
            except SlackRefusedError as error:
                if not self._shared.abilities.learn(target.team, Ability.STREAMS, error):
                    raise
            else:
                self._is_streaming, self._streamed, self._way = True, text, "streamed"
                return
        self._ts = await self._messages.post(target, progress_message(markdown, self._turn), self._turn)
        self._way = "edited"

    async def _append(self, markdown: str) -> None:
        text = streamable(markdown)[: limits.STREAM_ALL]
        rest = text[len(self._streamed) :]
        if not rest or not text.startswith(self._streamed):
            return  # the final form puts it right
        try:
            await self._messages.append(self._target, self._ts, rest)
        except SlackRefusedError as error:
            log.info("slack_stream_died", code=error.code)
            self._is_streaming, self._way = False, "rescued"
            self._is_open = error.refusal is not Refusal.STREAM_OVER
            await self._close_stream()
            await self._messages.update(self._target, self._ts, progress_message(markdown, self._turn), self._turn)
        else:
            self._streamed = text

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
            self._looks = LOOKS_FOR_ANOTHERS

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
            await self._shared.threads.join(target.team, target.channel, self._ts, place.thread)
        except StoreUnavailableError as error:
            log.warning("slack_thread_not_remembered", error=str(error))

    def _ref(self) -> MessageRef | None:
        return MessageRef(self._place, self._ts) if self._ts else None
