"""One answer on its way to Slack: a ladder from the best way down to one that always works.

    a stream (startStream, appendStream, stopStream), its final form put in place by chat.update
    -> died: rescued by chat.update, with the whole text
    -> none here: a post that is edited
    -> no edit either: the progress is deleted, and the answer posted
    -> not in the channel, but asked by a command: its response URL

A placeholder, where there are no status lines, is the first form of the post that is edited. There is one message per
turn, whatever happens: see `standing`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

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
from adapters.slack.notices import Notices
from adapters.slack.pages import Pages
from adapters.slack.signs import Signs
from adapters.slack.standing import LOOK_AGAIN, Standing
from adapters.slack.threads import Home, Threads
from resync_bot.conversation.model import Answer, Mentions, Place
from resync_bot.conversation.ports import Mark, MessageRef
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError, StoreUnavailableError

log = structlog.get_logger(__name__)

_RESPONDED = "responded"  # through a command's response URL: not a message that can be edited


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
        self._place = place
        self._turn = turn_id
        self._target = target
        self._earlier = resume.id if resume else ""
        self._standing = Standing(shared.messages, target, turn_id, ts=self._earlier)
        self._is_mute = False  # progress was refused: the answer itself shall say why
        self._status = ""
        self._is_status_seen = False
        self._has_stop = False  # Slack shows its own stop button
        self._is_responded = False

    @property
    def mark(self) -> Mark | None:
        """See ReplyStream."""
        return self._standing.mark

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
        if not self._standing.is_streaming:
            await self._progress(self._show_message(placeholder_message(text, self._turn)))
        return self._ref()

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        if markdown.strip():
            await self._progress(self._show_text(markdown))
        return self._ref()

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream."""
        message = answer_message(answer.calling_nobody, self._turn)
        try:
            if message.pages > 1:
                await self._shared.pages.keep(self._turn, answer)
            way = await self._deliver(message, answer)
        except LookupRefusedError:
            self._take_stop_away()
            raise
        except DeliveryUnknownError as error:
            self._standing.doubt()
            raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
        except StoreUnavailableError as error:
            raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
        except SlackRefusedError as error:
            self._take_stop_away()
            await self._shared.messages.note_refusal(self._target, error, self._shared.now())
            raise
        self._take_stop_away()
        self._shared.metrics.rungs(way).inc()
        if way == _RESPONDED:
            return MessageRef(self._place, self._target.command)
        await self._remember_thread()
        return MessageRef(self._place, self._standing.ts)

    def _take_stop_away(self) -> None:
        if self._target.is_asked and (self._has_stop or self._standing.is_anothers):
            self._has_stop = self._standing.is_anothers = False
            self._shared.signs.take_stop_away(self._target)

    def _ref(self) -> MessageRef | None:
        return MessageRef(self._place, self._standing.ts) if self._standing.ts else None

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
            self._standing.doubt()

    async def _show_text(self, markdown: str) -> None:
        message = progress_message(markdown, self._turn)
        if self._is_mute:
            return
        if self._standing.is_streaming:
            await self._standing.append(markdown, rescue=message)
        elif self._standing.ts or not await self._began_stream(markdown):
            await self._show_message(message)

    async def _show_message(self, message: Rendered) -> None:
        if self._is_mute:
            return
        if self._standing.ts:
            await self._standing.update_progress(message)
        elif await self._standing.may_begin():
            await self._standing.post(message)
            self._standing.way = "edited"

    async def _began_stream(self, markdown: str) -> bool:
        target, abilities = self._target, self._shared.abilities
        if not target.root or not abilities.has(target.team, Ability.STREAMS) or not await self._standing.may_begin():
            return False
        try:
            await self._start_stream(markdown)
        except SlackRefusedError as error:
            if not abilities.learn(target.team, Ability.STREAMS, error):
                raise
            return False
        return True

    async def _start_stream(self, markdown: str) -> None:
        """With the bot's own button, where Slack has none."""
        team, abilities = self._target.team, self._shared.abilities
        if not self._has_stop and abilities.has(team, Ability.STOP_IN_STREAM):
            try:
                await self._standing.start_stream(markdown, above=(stop_row(self._turn),))
            except SlackRefusedError as error:
                if error.refusal is not Refusal.PAYLOAD:
                    raise
                abilities.lacks(team, Ability.STOP_IN_STREAM, error.code)
            else:
                return
        await self._standing.start_stream(markdown)

    # --- the answer ---

    async def _deliver(self, message: Rendered, answer: Answer) -> str:
        """In which way it was delivered."""
        standing = self._standing
        if self._is_responded:
            return _RESPONDED
        await standing.find()
        if standing.ts:
            await self._put_in_place(message, answer)
        if standing.ts:
            return standing.way
        try:
            await self._post(message, answer)
        except SlackRefusedError as error:
            if error.refusal is not Refusal.NOT_IN_CHANNEL or not self._target.command:
                raise
            await self._respond(message, error)
            self._is_responded = True
            return _RESPONDED
        return standing.way

    async def _put_in_place(self, message: Rendered, answer: Answer) -> None:
        standing = self._standing
        try:
            await standing.update(message)
        except SlackRefusedError as error:
            match error.refusal:
                case Refusal.PAYLOAD:
                    log.exception("slack_blocks_refused")
                    await standing.update(plain_message(answer))
                case Refusal.STREAM_OPEN:
                    standing.is_still_streaming()
                    raise DeliveryDelayedError(str(error), retry_after=LOOK_AGAIN) from error
                case Refusal.MESSAGE_GONE:
                    standing.is_gone()
                case Refusal.NOT_EDITABLE:
                    await standing.remove()
                case _:
                    raise

    async def _post(self, message: Rendered, answer: Answer) -> None:
        calls = any(isinstance(block, Mentions) for block in answer.blocks)
        try:
            await self._standing.post(answer_message(answer, self._turn) if calls else message)
        except SlackRefusedError as error:
            if error.refusal is not Refusal.PAYLOAD:
                raise
            log.exception("slack_blocks_refused")
            await self._standing.post(plain_message(answer))

    async def _respond(self, message: Rendered, refused: SlackRefusedError) -> None:
        url = await self._shared.notices.response_url(self._target.command)
        if not url:
            raise refused
        await self._shared.messages.respond(url, message)

    async def _remember_thread(self) -> None:
        """A thread under the bot's own answer belongs to the conversation that the answer ends, and under what nobody
        asked for to one of its own, which begins when somebody speaks to the bot there.
        """
        target, threads, ts = self._target, self._shared.threads, self._standing.ts
        if target.root:
            return
        try:
            if target.is_asked:
                await threads.join(target.channel, ts, Home(target.team, self._place.thread))
            elif ts != self._earlier:
                await threads.open_quietly(target.channel, ts, target.team)
        except StoreUnavailableError as error:
            log.warning("slack_thread_not_remembered", error=str(error))
