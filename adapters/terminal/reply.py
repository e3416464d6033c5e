"""An answer while it is being written, for the terminal."""

from collections.abc import Sequence

from adapters.terminal.screen import Screen
from adapters.terminal.shown import ShownAnswers
from resync_bot.conversation.model import Answer, ButtonPress, Incoming, Lifecycle, Place, Question
from resync_bot.conversation.ports import MessageRef


class TerminalReply:
    """Shows progress while somebody waits at the prompt, and prints the answer once."""

    def __init__(
        self, screen: Screen, shown: ShownAnswers, place: Place, message: str, incoming: Sequence[Incoming]
    ) -> None:
        self._screen = screen
        self._shown = shown
        self._ref = MessageRef(place, message)
        self._incoming = tuple(incoming)

    @property
    def mark(self) -> None:
        """See ReplyStream. Nothing: showing it again does no harm."""

    async def status(self, text: str) -> bool:
        """See ReplyStream."""
        self._screen.progress(self._messages, status=text)
        return True

    async def placeholder(self, text: str) -> MessageRef | None:  # noqa: ARG002  # see ReplyStream
        """See ReplyStream. Never needed: every status is seen."""
        return None

    async def show(self, markdown: str) -> MessageRef | None:
        """See ReplyStream."""
        self._screen.progress(self._messages, markdown=markdown)
        return self._ref

    async def finish(self, answer: Answer) -> MessageRef:
        """See ReplyStream. Safe to repeat, so that a silent Redis is a delay, never an unknown."""
        is_shown = await self._shown.is_shown(self._ref.id, answer)
        if not is_shown:
            asked = " / ".join(text for one in self._incoming if (text := _text(one)))
            await self._screen.answer(self._messages, answer, asked=asked, is_correction=is_shown is False)
        self._screen.settle(self._messages)
        await self._shown.note(self._ref.id, answer)
        return self._ref

    @property
    def _messages(self) -> tuple[str, ...]:
        return tuple(one.message_id for one in self._incoming)


def _text(incoming: Incoming) -> str:
    match incoming:
        case Question(text=text):
            return text
        case ButtonPress(value=value):
            return value
        case Lifecycle():
            return ""
