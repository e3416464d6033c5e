"""An answer while it is being written, for the chat page."""

from collections.abc import Sequence

import structlog

from adapters.web.events import Kind, answer_data
from adapters.web.store import ConversationStore
from resync_bot.conversation.model import Answer, Incoming, Place
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import DeliveryDelayedError, StoreUnavailableError

STORE_RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class WebReply:
    """Writes into the conversation's events. The turn's id is the message's id: every call edits one message."""

    def __init__(self, store: ConversationStore, place: Place, turn_id: str, incoming: Sequence[Incoming]) -> None:
        self._store = store
        self._conversation = place.channel
        self._turn = turn_id
        self._incoming = tuple(incoming)
        self._ref = MessageRef(place, turn_id)

    @property
    def mark(self) -> None:
        """See ReplyStream. Nothing: every call edits one message."""

    async def status(self, text: str) -> bool:
        """See ReplyStream."""
        await self._progress(Kind.STATUS, text)
        return True

    async def placeholder(self, text: str) -> MessageRef | None:  # noqa: ARG002  # see ReplyStream
        """See ReplyStream. Never needed: every status is seen."""
        return None

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        await self._progress(Kind.DELTA, markdown)
        return self._ref

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream. Safe to repeat, so that a silent Redis is a delay, never an unknown."""
        data = answer_data(answer, turn=self._turn, incoming=self._incoming)
        answered = tuple(one.message_id for one in self._incoming)
        try:
            await self._store.add_answer(self._conversation, self._turn, data, answered)
        except StoreUnavailableError as error:
            raise DeliveryDelayedError(str(error), retry_after=STORE_RETRY_SECONDS) from error
        return self._ref

    async def _progress(self, kind: Kind, text: str) -> None:
        try:
            await self._store.add_progress(self._conversation, kind, {"turn": self._turn, "text": text})
        except StoreUnavailableError as error:
            log.info("web_progress_not_shown", kind=kind, error=str(error))
