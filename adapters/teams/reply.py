"""An answer while it is being written: streamed in one-to-one chats, typing and then one message elsewhere."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog

from adapters.teams.cards import Drawing
from adapters.teams.clicks import Press, press_of
from adapters.teams.desk import STORE_RETRY_SECONDS, Desk
from adapters.teams.errors import GoneError, LockedError, StreamClosedError, StreamReason, TooLargeError
from adapters.teams.limits import TYPING_INTERVAL
from adapters.teams.messages import Pages, paginate, plain_message, typing
from adapters.teams.references import Reference
from adapters.teams.rich_text import lead, message_text, settled
from adapters.teams.store import Posted, PostedMessages
from adapters.teams.stream import Stream
from resync_bot.conversation.model import Answer, Incoming, Place
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import DeliveryDelayedError, DeliveryError, StoreUnavailableError

Json = dict[str, Any]

log = structlog.get_logger(__name__)

_DRAWINGS = 3  # of a card that goes on being edited while it is drawn again


class TeamsReply:
    """See ReplyStream. One message for the answer; each pressed card is drawn again when the answer is there."""

    def __init__(  # noqa: PLR0913  # made by TeamsAdapter alone
        self,
        desk: Desk,
        store: PostedMessages,
        place: Place,
        turn_id: str,
        incoming: Sequence[Incoming],
        *,
        resume: MessageRef | None,
        clock: Callable[[], float],
        stopped: Callable[[Place], Awaitable[None]],
    ) -> None:
        """`stopped` is called when the person pressed Teams' stop button."""
        self._desk = desk
        self._store = store
        self._place = place
        self._turn = turn_id
        self._presses = tuple(press for one in incoming if (press := press_of(one)))
        self._is_asked = bool(incoming)
        self._clock = clock
        self._stopped = stopped
        self._stream = Stream(self._post, clock=clock, opened=self._remember)
        self._message = ""  # the whole message's id, once there is one that is no stream any more
        self._earlier = resume.id if resume else ""
        self._reference: Reference | None = None
        self._typed = float("-inf")

    @property
    def mark(self) -> None:
        """See ReplyStream. Teams finds no message by a mark; where one can be repeated, its stream sees to it."""

    async def status(self, text: str) -> bool:
        """See ReplyStream."""
        try:
            await self._status(text)
        except DeliveryError as error:
            log.info("teams.status_not_shown", kind=type(error).__name__, error=str(error))
        return True

    async def placeholder(self, text: str) -> MessageRef | None:  # noqa: ARG002  # see ReplyStream
        """See ReplyStream. Never needed: every status is seen."""
        return None

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream. Outside one-to-one chats nothing is shown: Teams throttles a post that is edited often."""
        if not (await self._prepared()).is_personal or not self._is_asked:
            return None
        if self._stream.is_nearly_over:
            await self._close_in_time()
        elif self._stream.can_go_on:
            text = message_text(settled(lead(markdown)))
            if text and text != self._stream.shown:
                if wait := self._stream.wait:
                    raise DeliveryDelayedError("a stream takes a piece every so often", retry_after=wait)
                await self._piece(self._stream.show(text))
        return self._ref()

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream. After the person pressed stop it leaves what was shown as it is."""
        await self._prepared()
        if self._stream.closed is StreamReason.STOPPED:
            return MessageRef(self._place, self._stream.id)
        quiet = answer.calling_nobody
        is_post = not (self._message or self._earlier or self._stream.id)
        pages = paginate(answer if is_post else quiet)
        number = 0
        if pages.has_card:
            if not self._is_asked:  # drawn as often as things change: a press of another drawing is another press
                number = await self._kept(self._store.drawn_again(self._turn))
            await self._kept(self._store.keep(self._turn, Posted(quiet, self._place)))
        try:
            await self._deliver(pages, number)
        except TooLargeError:
            log.warning("teams.answer_too_large", turn=self._turn)
            await self._deliver_message(plain_message(pages.layout.text or answer.text[:1000]))
        if self._is_asked:
            await self._kept(self._store.keep_turn_of(self._place, self._message, self._turn))
        for press in self._presses:
            await self._draw_again(press)
        return MessageRef(self._place, self._message)

    # --- signs of life ---

    async def _status(self, text: str) -> None:
        reference = await self._prepared()
        if not self._is_asked:
            return
        if not reference.is_personal:
            if self._clock() - self._typed >= TYPING_INTERVAL:
                self._typed = self._clock()
                await self._desk.post(self._place, reference, typing(), is_patient=False)
        elif self._stream.can_go_on and not self._stream.wait:
            await self._piece(self._stream.inform(text))

    async def _piece(self, piece: Awaitable[None]) -> None:
        try:
            await piece
        except StreamClosedError as error:
            log.info("teams.stream_closed", reason=error.reason, turn=self._turn)
            if error.reason is StreamReason.STOPPED:
                await self._stopped(self._place)

    async def _close_in_time(self) -> None:
        """Ends the stream with what there is, so that the message does not look broken while the answer goes on."""
        if self._stream.shown:
            await self._piece(self._stream.end({"type": "message", "text": self._stream.shown}))

    # --- the answer ---

    async def _deliver(self, pages: Pages, number: int) -> None:
        drawing = Drawing(self._turn, number=number)
        await self._deliver_message(pages.message(drawing, await self._prepared(), is_asked=self._is_asked))

    async def _deliver_message(self, message: Json) -> None:
        if self._message:
            await self._desk.update(self._place, await self._prepared(), self._message, message)
        elif self._stream.id:
            await self._end_stream(message)
        elif self._earlier:
            await self._edit_or_post(self._earlier, message)
        else:
            await self._post_once(message)

    async def _post_once(self, message: Json) -> None:
        """In a chat as the only piece of a stream: the stream's id, kept before, makes the message safe to repeat after
        a crash or a silence of Teams. Elsewhere Teams offers nothing of the kind, and a post is a post.
        """
        if (await self._prepared()).is_personal and self._is_asked and self._stream.can_go_on:
            await self._piece(self._stream.open())
        if self._stream.is_open:
            await self._end_stream(message)
        else:
            self._message = await self._post(message, is_patient=True)
            await self._remember(self._message)

    async def _end_stream(self, message: Json) -> None:
        """The final piece, or an edit of the stream's message if it takes no more pieces."""
        if self._stream.closed is None:
            continues = str(message.get("text", "")).startswith(self._stream.shown)
            final = message if continues else {"type": "message", "text": self._stream.shown}
            try:
                await self._stream.end(final)
            except StreamClosedError as error:
                log.info("teams.stream_closed", reason=error.reason, turn=self._turn)
                if error.reason is StreamReason.STOPPED:
                    await self._stopped(self._place)
                    self._message = self._stream.id
                    return
            else:
                if continues:
                    self._message = self._stream.id
                    return
        await self._edit_or_post(self._stream.id, message)

    async def _edit_or_post(self, earlier: str, message: Json) -> None:
        """Edits what stands there unfinished. If Teams no longer lets it be edited, a new message says it all."""
        try:
            await self._desk.update(self._place, await self._prepared(), earlier, message)
        except (GoneError, LockedError) as error:
            log.warning("teams.earlier_message_not_edited", kind=type(error).__name__, turn=self._turn)
            self._message = await self._post(message, is_patient=True)
        else:
            self._message = earlier

    async def _draw_again(self, press: Press) -> None:
        """Takes the "working" note off the card that was pressed. The answer is there: failing at this is no error.

        An alert's card may have been edited meanwhile: then it is drawn once more, as it is kept now.
        """
        try:
            drawn: Answer | None = None
            for _ in range(_DRAWINGS):
                posted = await self._store.get(press.card)
                if posted is None or posted.answer == drawn:
                    return
                number = await self._store.drawn_again(press.card)
                drawing = Drawing(press.card, number=number, note=f"✓ {press.label}")
                reference = await self._prepared()
                message = paginate(posted.answer).message(drawing, reference, is_asked=False)
                where = replace(self._place, thread=posted.place.thread)
                await self._desk.update(where, reference, press.message, message)
                drawn = posted.answer
        except (DeliveryError, StoreUnavailableError) as error:
            log.info("teams.card_not_drawn_again", kind=type(error).__name__)

    # --- what was there before ---

    async def _prepared(self) -> Reference:
        if self._reference is None:
            reference = await self._desk.reference(self._place)
            posted = await self._kept(self._store.posted_by(self._turn))
            if posted and reference.is_personal and self._is_asked and self._earlier in ("", posted):
                self._stream.resume(posted)
            elif posted and not self._earlier:
                self._earlier = posted
            self._reference = reference
        return self._reference

    async def _remember(self, message: str) -> None:
        """At once: what is posted and not remembered is posted again by a successor."""
        if message:
            await self._kept(self._store.keep_posted_by(self._turn, message))

    async def _post(self, activity: Json, is_patient: bool) -> str:
        return await self._desk.post(self._place, await self._prepared(), activity, is_patient=is_patient)

    async def _kept(self, kept: Awaitable[Any]) -> Any:
        try:
            return await kept
        except StoreUnavailableError as error:
            raise DeliveryDelayedError(str(error), retry_after=STORE_RETRY_SECONDS) from error

    def _ref(self) -> MessageRef | None:
        posted = self._message or self._stream.id
        return MessageRef(self._place, posted) if posted else None
