"""Blocks as an answer whose text says the same, for notifications, screen readers and terminals."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from resync_bot.alerts.rendering.clock import Clock
from resync_bot.conversation.markdown import escape, fenced, paragraphs, table
from resync_bot.conversation.model import (
    Answer,
    Block,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    Mentions,
    Table,
    Text,
)


def answer_of(blocks: Sequence[Block], clock: Clock) -> Answer:
    """The answer; what is empty in `blocks` is left out."""
    shown = tuple(block for block in blocks if not _is_empty(block))
    text = paragraphs(*(text for block in shown for text in _texts(block)))
    return Answer(text=text, blocks=shown, times=clock.times)


def _is_empty(block: Block) -> bool:
    match block:
        case Text(markdown) | Context(markdown):
            return not markdown
        case Code(text):
            return not text
        case Buttons(row):
            return not row
        case Mentions(people):
            return not people
        case _:
            return False


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Text(markdown) | Context(markdown):
            yield markdown
        case Code(text):
            yield fenced(text.split("\n"))
        case Fields(pairs):
            yield "\n".join(f"{label}: {value}" for label, value in pairs)
        case Table(columns, rows):
            yield table(columns, [[escape(cell) for cell in row] for row in rows])
        case Mentions() | Buttons() | Divider() | Image():
            return
        case _:
            assert_never(block)
