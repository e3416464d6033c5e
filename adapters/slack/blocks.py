"""An answer in Block Kit, within Slack's limits whatever it holds.

What does not fit into one message goes onto further pages, which "Show more" brings, and where they are many into a
file; nothing is lost and nothing is refused. The buttons of an answer always stand on its first page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack import limits
from adapters.slack.actions import FILE, MORE, STOP
from adapters.slack.elements import actions, button_element, mrkdwn_text, shown_buttons, thumbs
from adapters.slack.mrkdwn import fallback, literal, shortened
from adapters.slack.pieces import Piece, pieces_of, row_pieces, text_pieces
from resync_bot.conversation.model import Answer, Buttons, State, Table

Json = dict[str, Any]

_RESERVED: Final = 2  # blocks of the first page: "Show more" and the thumbs


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: `text` for notifications, `blocks` for eyes; `pages` says how many there are in all."""

    text: str
    blocks: tuple[Json, ...]
    pages: int = 1


def answer_message(answer: Answer, turn_id: str, *, page: int = 0) -> Rendered:
    """Page `page` of the answer, from 0. Beyond the last one it is the last one."""
    pages = _pages(answer)
    page = min(page, len(pages) - 1)
    blocks = [piece.block for piece in pages[page]]
    if page + 1 < len(pages):
        rest = [button_element("Show more", MORE, f"{page + 1}:{turn_id}", 0)]
        if len(pages) > limits.LEAFED:
            rest.append(button_element("Whole answer as a file", FILE, turn_id, 1))
        blocks.append(actions(rest))
    if page == 0:
        buttons = [one for block in answer.blocks if isinstance(block, Buttons) for one in block.buttons]
        if shown := shown_buttons(buttons):
            blocks.append(actions(shown))
        if answer.state is State.ANSWERED and (answer.evidence or answer.model):
            blocks.append(thumbs(turn_id))
    text = fallback(answer.text, limits.TEXT) or "…"
    return Rendered(text, tuple(blocks), len(pages))


def plain_message(answer: Answer) -> Rendered:
    """The answer without any block that Slack could refuse."""
    text = fallback(answer.text, limits.TEXT) or "…"
    return Rendered(text, ())


def progress_message(markdown: str, turn_id: str) -> Rendered:
    """An answer that is still being written, with a way to stop it."""
    pieces = _fitting(text_pieces(markdown))
    return Rendered(fallback(markdown, limits.TEXT) or "…", (*(piece.block for piece in pieces), stop_row(turn_id)))


def placeholder_message(status: str, turn_id: str) -> Rendered:
    """What the bot does, where Slack has no status lines for it: the answer takes its place."""
    text = literal(f"{shortened(status, limits.STATUS_MESSAGE)} …")
    return Rendered(text, ({"type": "context", "elements": [mrkdwn_text(text)]}, stop_row(turn_id)))


def stop_row(turn_id: str) -> Json:
    """A way to stop an answer that is being written."""
    return actions([button_element("Stop", STOP, turn_id, 0)])


def content_blocks(answer: Answer, most: int) -> list[Json]:
    """The first `most` blocks of an answer for a surface that has no tables, such as App Home; buttons included."""
    pieces: list[Piece] = []
    for block in answer.blocks:
        pieces += row_pieces(block, answer.times) if isinstance(block, Table) else pieces_of(block, answer.times)
    blocks = [piece.block for piece in pieces]
    buttons = [one for block in answer.blocks if isinstance(block, Buttons) for one in block.buttons]
    if shown := shown_buttons(buttons):
        return [*blocks[: most - 1], actions(shown)]
    return blocks[:most]


# --- pages ---


def _pages(answer: Answer) -> list[list[Piece]]:
    pages: list[list[Piece]] = [[]]
    tables = 0
    for block in answer.blocks:
        pieces = list(pieces_of(block, answer.times))
        if isinstance(block, Table):
            tables += 1
            if tables > limits.TABLES and pieces:  # Slack takes one: the others are lists
                pieces = list(row_pieces(block, answer.times))
        for piece in pieces:
            if pages[-1] and not _fits(pages[-1], piece):
                pages.append([])
            pages[-1].append(piece)
    return pages


def _fits(page: Sequence[Piece], piece: Piece) -> bool:
    if piece.begins_page:
        return False
    if piece.is_table:
        return len(page) < limits.BLOCKS - _RESERVED - 1 and not any(each.is_table for each in page)
    size = sum(each.size for each in page if not each.is_table)
    return len(page) < limits.BLOCKS - _RESERVED - 1 and size + piece.size <= limits.ALL_BLOCKS


def _fitting(pieces: Iterable[Piece]) -> list[Piece]:
    page: list[Piece] = []
    for piece in pieces:
        if page and not _fits(page, piece):
            break
        page.append(piece)
    return page
