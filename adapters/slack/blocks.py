"""An answer in Block Kit, within Slack's limits whatever it holds.

What does not fit into one message goes onto further pages, which "Show more" brings; nothing is lost and nothing is
refused. The buttons of an answer always stand on its first page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, assert_never

from adapters.slack import limits, rich_text
from adapters.slack.actions import FEEDBACK, MORE, STOP, action_id
from adapters.slack.markdown import (
    Grid,
    Heading,
    Items,
    Paragraph,
    Part,
    Quote,
    Rule,
    Run,
    Runs,
    Verbatim,
    parts,
    plain,
    timed,
)
from adapters.slack.mrkdwn import aligned, cut_mrkdwn, fallback, mrkdwn, shortened
from resync_bot.conversation.model import (
    Answer,
    Block,
    Button,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    State,
    Table,
    Text,
)

Json = dict[str, Any]

_RESERVED: Final = 2  # blocks of the first page: "Show more" and the thumbs


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: `text` for notifications, `blocks` for eyes; `pages` says how many there are in all."""

    text: str
    blocks: tuple[Json, ...]
    pages: int = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """One block, how many characters it shows, and where it may stand."""

    block: Json
    size: int
    is_table: bool = False
    begins_page: bool = False


def answer_message(answer: Answer, turn_id: str, *, page: int = 0) -> Rendered:
    """Page `page` of the answer, from 0. Beyond the last one it is the last one."""
    pages = _pages(answer)
    page = min(page, len(pages) - 1)
    blocks = [piece.block for piece in pages[page]]
    if page + 1 < len(pages):
        blocks.append(_actions([_button("Show more", MORE, f"{page + 1}:{turn_id}", 0)]))
    if page == 0:
        buttons = [button for block in answer.blocks if isinstance(block, Buttons) for button in block.buttons]
        if shown := _shown_buttons(buttons):
            blocks.append(_actions(shown))
        if answer.state is State.ANSWERED and (answer.evidence or answer.model):
            blocks.append(_thumbs(turn_id))
    text = fallback(answer.text, limits.TEXT) or "…"
    return Rendered(text, tuple(blocks), len(pages))


def plain_message(answer: Answer) -> Rendered:
    """The answer without any block that Slack could refuse."""
    text = fallback(answer.text, limits.TEXT) or "…"
    return Rendered(text, ())


def progress_message(markdown: str, turn_id: str) -> Rendered:
    """An answer that is still being written, with a way to stop it."""
    pieces = _fitting(_text(markdown))
    stop = _actions([_button("Stop", STOP, turn_id, 0)])
    return Rendered(fallback(markdown, limits.TEXT) or "…", (*(piece.block for piece in pieces), stop))


def content_blocks(answer: Answer, most: int) -> list[Json]:
    """The first `most` blocks of an answer for a surface that has no tables, such as App Home; buttons included."""
    pieces: list[_Piece] = []
    for block in answer.blocks:
        pieces += _code(_table_text(block)) if isinstance(block, Table) else _pieces(block)
    blocks = [piece.block for piece in pieces]
    buttons = [button for block in answer.blocks if isinstance(block, Buttons) for button in block.buttons]
    if shown := _shown_buttons(buttons):
        return [*blocks[: most - 1], _actions(shown)]
    return blocks[:most]


# --- pages ---


def _pages(answer: Answer) -> list[list[_Piece]]:
    pages: list[list[_Piece]] = [[]]
    tables = 0
    for block in answer.blocks:
        pieces = list(_pieces(block))
        if isinstance(block, Table):
            tables += 1
            if tables > limits.TABLES and pieces:  # Slack shows one: the others are text in columns
                pieces = list(_code(_table_text(block)))
        for piece in pieces:
            if pages[-1] and not _fits(pages[-1], piece):
                pages.append([])
            pages[-1].append(piece)
    return pages


def _fits(page: Sequence[_Piece], piece: _Piece) -> bool:
    if piece.begins_page:
        return False
    if piece.is_table:
        return len(page) < limits.BLOCKS - _RESERVED - 1 and not any(each.is_table for each in page)
    size = sum(each.size for each in page if not each.is_table)
    return len(page) < limits.BLOCKS - _RESERVED - 1 and size + piece.size <= limits.ALL_BLOCKS


def _fitting(pieces: Iterable[_Piece]) -> list[_Piece]:
    page: list[_Piece] = []
    for piece in pieces:
        if page and not _fits(page, piece):
            break
        page.append(piece)
    return page


# --- blocks ---


def _pieces(block: Block) -> Iterator[_Piece]:  # noqa: C901  # one case per kind of block
    match block:
        case Text(markdown):
            yield from _text(markdown)
        case Fields(pairs):
            yield from _fields(pairs)
        case Table():
            yield from _table(block)
        case Code(text):
            yield from _code(text)
        case Image(url, alt):
            if url.startswith("https://") and len(url) <= limits.IMAGE_URL:
                alt = shortened(alt, limits.IMAGE_ALT) or "image"
                yield _Piece({"type": "image", "image_url": url, "alt_text": alt}, len(alt))
            elif alt:
                yield from _text(alt)
        case Buttons():
            return  # they stand at the end of the first page
        case Context(markdown):
            if text := cut_mrkdwn(mrkdwn(plain(markdown)), limits.CONTEXT):
                yield _Piece({"type": "context", "elements": [_mrkdwn(text)]}, len(text))
        case Divider():
            yield _Piece({"type": "divider"}, 0)
        case _:
            assert_never(block)


@lru_cache(256)  # the pieces are never changed
def _text(markdown: str) -> tuple[_Piece, ...]:
    return tuple(_text_pieces(markdown))


def _text_pieces(markdown: str) -> Iterator[_Piece]:
    items: list[Items] = []
    for part in parts(markdown):
        if isinstance(part, Items):
            items.append(part)
            continue
        yield from _list(items)
        items = []
        yield from _part(part)
    yield from _list(items)


def _part(part: Part) -> Iterator[_Piece]:
    match part:
        case Paragraph(runs):
            for some in _split(runs, limits.RICH_TEXT):
                yield _Piece(rich_text.block([rich_text.section(some)]), _size(some))
        case Quote(runs):
            for some in _split(runs, limits.RICH_TEXT):
                yield _Piece(rich_text.block([rich_text.quote(some)]), _size(some))
        case Heading(text):
            text = shortened(text, limits.HEADER)
            yield _Piece({"type": "header", "text": _label(text)}, len(text))
        case Items():
            yield from _list([part])
        case Verbatim(text):
            yield from _code(text)
        case Grid(rows):
            shown = [["".join(run.text for run in cell).replace("\n", " ") for cell in row] for row in rows]
            yield from _code(aligned(shown))
        case Rule():
            yield _Piece({"type": "divider"}, 0)
        case _:
            assert_never(part)


def _list(levels: Sequence[Items]) -> Iterator[_Piece]:
    waiting: list[Json] = []
    size = 0
    for level in levels:
        for group in _grouped(level):
            length = sum(_size(item) for item in group.items)
            if waiting and size + length > limits.RICH_TEXT:
                yield _Piece(rich_text.block(waiting), size)
                waiting, size = [], 0
            waiting.append(rich_text.items(group))
            size += length
    if waiting:
        yield _Piece(rich_text.block(waiting), size)


def _grouped(level: Items) -> Iterator[Items]:
    """The level in pieces that fit into one block each."""
    group: list[Runs] = []
    first, size = level.first, 0
    for item in level.items:
        for some in _split(item, limits.RICH_TEXT):
            if group and size + _size(some) > limits.RICH_TEXT:
                yield replace(level, items=tuple(group), first=first)
                first, group, size = first + len(group), [], 0
            group.append(some)
            size += _size(some)
    if group:
        yield replace(level, items=tuple(group), first=first)


def _fields(pairs: Sequence[tuple[str, str]]) -> Iterator[_Piece]:
    for start in range(0, len(pairs), limits.FIELDS):
        texts = [
            cut_mrkdwn(f"*{mrkdwn((Run(label),))}*\n{mrkdwn(plain(value)) or '–'}", limits.FIELD)
            for label, value in pairs[start : start + limits.FIELDS]
        ]
        yield _Piece({"type": "section", "fields": [_mrkdwn(text) for text in texts]}, sum(map(len, texts)))


def _code(text: str) -> Iterator[_Piece]:
    for some in _split_lines(text.rstrip("\n"), limits.RICH_TEXT):
        yield _Piece(rich_text.block([rich_text.preformatted(some)]), len(some))


def _table(table: Table) -> Iterator[_Piece]:
    """Real tables, each with the header; what one cannot take stands in the next, on a page of its own."""
    if not table.columns:
        return
    columns = table.columns[: limits.TABLE_COLUMNS]
    header = [_cell(Run(name, bold=True)) for name in columns]
    size = header_size = sum(map(_cell_size, columns))
    rows: list[list[Json]] = []
    begins_page = False
    for row in table.rows:
        length = sum(map(_cell_size, row[: len(columns)]))
        if rows and (len(rows) + 1 >= limits.TABLE_ROWS or size + length > limits.TABLE):
            yield _Piece({"type": "table", "rows": [header, *rows]}, size, is_table=True, begins_page=begins_page)
            rows, size, begins_page = [], header_size, True
        rows.append([_cell(*timed(shortened(text, limits.CELL))) for text in row[: len(columns)]])
        size += length
    yield _Piece({"type": "table", "rows": [header, *rows]}, size, is_table=True, begins_page=begins_page)
    if table.more:
        note = f"… and {table.more} more"
        yield _Piece({"type": "context", "elements": [_mrkdwn(note)]}, len(note))


def _table_text(table: Table) -> str:
    rows = [list(table.columns), *(list(row) for row in table.rows)]
    lines = aligned([[cell.replace("\n", " ") for cell in row] for row in rows]) if table.columns else ""
    return f"{lines}\n… and {table.more} more" if table.more else lines


def _cell(*runs: Run) -> Json:
    if len(runs) == 1 and replace(runs[0], text="") == Run(""):
        return {"type": "raw_text", "text": runs[0].text}
    if not runs or not any(run.text for run in runs):
        return {"type": "raw_text", "text": " "}
    return rich_text.block([rich_text.section(runs)])


def _cell_size(text: str) -> int:
    return max(1, min(len(text), limits.CELL))


# --- elements ---


def _shown_buttons(buttons: Sequence[Button]) -> list[Json]:
    usable = [button for button in buttons if button.label and 0 < len(button.value) <= limits.BUTTON_VALUE]
    return [
        _button(button.label, button.action, button.value, number, style=button.style)
        for number, button in enumerate(usable[: limits.BUTTONS])
    ]


def _button(label: str, action: str, value: str, number: int, *, style: str = "default") -> Json:
    button: Json = {
        "type": "button",
        "text": _label(shortened(label, limits.BUTTON_LABEL)),
        "action_id": action_id(action, number),
        "value": value,
    }
    if style != "default":
        button["style"] = style
    return button


def _thumbs(turn_id: str) -> Json:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": action_id(FEEDBACK),
                "positive_button": {"text": _label("Helpful"), "value": f"up:{turn_id}"},
                "negative_button": {"text": _label("Not helpful"), "value": f"down:{turn_id}"},
            }
        ],
    }


def _actions(elements: list[Json]) -> Json:
    return {"type": "actions", "elements": elements}


def _label(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


# --- cutting ---


def _size(runs: Runs) -> int:
    return sum(len(run.text) for run in runs)


def _split(runs: Runs, most: int) -> Iterator[Runs]:
    """Pieces of at most `most` characters, cut after a line or a word where there is one."""
    piece: list[Run] = []
    left = most
    for run in runs:
        text = run.text
        while len(text) > left:
            end = _end(text, left)
            if end == 0 and piece:
                yield tuple(piece)
                piece, left = [], most
                continue
            end = end or left
            yield (*piece, replace(run, text=text[:end], at=None))
            piece, left, text = [], most, text[end:]
        if text:
            piece.append(replace(run, text=text))
            left -= len(text)
    if piece:
        yield tuple(piece)


def _end(text: str, most: int) -> int:
    for separator in ("\n", " "):
        at = text.rfind(separator, 0, most)
        if at > 0:
            return at + 1
    return 0


def _split_lines(text: str, most: int) -> Iterator[str]:
    for some in _split((Run(text),), most) if text else ():
        yield "".join(run.text for run in some).rstrip("\n") or " "
