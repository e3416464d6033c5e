"""Each block of an answer in Block Kit: pieces that fit into one block each, and know how much they show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, assert_never

from adapters.slack import limits, rich_text
from adapters.slack.cutting import length_of, split, split_lines
from adapters.slack.elements import label, mrkdwn_text
from adapters.slack.markdown import parts, plain
from adapters.slack.mrkdwn import aligned, called, cut_mrkdwn, mrkdwn, shortened
from adapters.slack.runs import Grid, Heading, Items, Paragraph, Part, Quote, Rule, Run, Runs, Times, Verbatim
from adapters.slack.times import timed
from resync_bot.conversation.model import Block, Buttons, Code, Context, Divider, Fields, Image, Mentions, Table, Text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One block, how many characters it shows, and where it may stand."""

    block: Json
    size: int
    is_table: bool = False
    begins_page: bool = False


def pieces_of(block: Block, times: Times = ()) -> Iterator[Piece]:  # noqa: C901, PLR0912  # one case per kind of block
    """A block's pieces; those of buttons stand at the end of the first page, and are none here."""
    match block:
        case Text(markdown):
            yield from text_pieces(markdown, times)
        case Fields(pairs):
            yield from _fields(pairs, times)
        case Table():
            yield from _table(block, times)
        case Code(text):
            yield from code_pieces(text)
        case Image(url, alt):
            if url.startswith("https://") and len(url) <= limits.IMAGE_URL:
                alt = shortened(alt, limits.IMAGE_ALT) or "image"
                yield Piece({"type": "image", "image_url": url, "alt_text": alt}, len(alt))
            elif alt:
                yield from text_pieces(alt)
        case Buttons():
            return  # they stand at the end of the first page
        case Context(markdown):
            if text := cut_mrkdwn(mrkdwn(plain(markdown, times)), limits.CONTEXT):
                yield Piece({"type": "context", "elements": [mrkdwn_text(text)]}, len(text))
        case Divider():
            yield Piece({"type": "divider"}, 0)
        case Mentions():
            if text := " ".join(call for whom, _ in block.named if (call := called(whom))):
                yield Piece({"type": "section", "text": mrkdwn_text(text)}, len(text))
        case _:
            assert_never(block)


@lru_cache(256)  # the pieces are never changed
def text_pieces(markdown: str, times: Times = ()) -> tuple[Piece, ...]:
    """Markdown."""
    return tuple(_text_parts(markdown, times))


def _text_parts(markdown: str, times: Times) -> Iterator[Piece]:
    items: list[Items] = []
    for part in parts(markdown, times):
        if isinstance(part, Items):
            items.append(part)
            continue
        yield from _list(items)
        items = []
        yield from _part(part)
    yield from _list(items)


def _part(part: Part) -> Iterator[Piece]:
    match part:
        case Paragraph(runs):
            for some in split(runs, limits.RICH_TEXT):
                yield Piece(rich_text.block([rich_text.section(some)]), length_of(some))
        case Quote(runs):
            for some in split(runs, limits.RICH_TEXT):
                yield Piece(rich_text.block([rich_text.quote(some)]), length_of(some))
        case Heading(text):
            text = shortened(text, limits.HEADER)
            yield Piece({"type": "header", "text": label(text)}, len(text))
        case Items():
            yield from _list([part])
        case Verbatim(text):
            yield from code_pieces(text)
        case Grid(rows):
            shown = [["".join(run.text for run in cell).replace("\n", " ") for cell in row] for row in rows]
            yield from code_pieces(aligned(shown))
        case Rule():
            yield Piece({"type": "divider"}, 0)
        case _:
            assert_never(part)


def _list(levels: Sequence[Items]) -> Iterator[Piece]:
    waiting: list[Json] = []
    size = 0
    for level in levels:
        for group in _grouped(level):
            length = sum(length_of(item) for item in group.items)
            if waiting and size + length > limits.RICH_TEXT:
                yield Piece(rich_text.block(waiting), size)
                waiting, size = [], 0
            waiting.append(rich_text.items(group))
            size += length
    if waiting:
        yield Piece(rich_text.block(waiting), size)


def _grouped(level: Items) -> Iterator[Items]:
    """The level in pieces that fit into one block each."""
    group: list[Runs] = []
    first, size = level.first, 0
    for item in level.items:
        for some in split(item, limits.RICH_TEXT):
            if group and size + length_of(some) > limits.RICH_TEXT:
                yield replace(level, items=tuple(group), first=first)
                first, group, size = first + len(group), [], 0
            group.append(some)
            size += length_of(some)
    if group:
        yield replace(level, items=tuple(group), first=first)


def _fields(pairs: Sequence[tuple[str, str]], times: Times) -> Iterator[Piece]:
    for start in range(0, len(pairs), limits.FIELDS):
        texts = [
            cut_mrkdwn(f"*{mrkdwn((Run(label),))}*\n{mrkdwn(plain(value, times)) or '–'}", limits.FIELD)
            for label, value in pairs[start : start + limits.FIELDS]
        ]
        yield Piece({"type": "section", "fields": [mrkdwn_text(text) for text in texts]}, sum(map(len, texts)))


def code_pieces(text: str) -> Iterator[Piece]:
    """Text to the letter."""
    for some in split_lines(text.rstrip("\n"), limits.RICH_TEXT):
        yield Piece(rich_text.block([rich_text.preformatted(some)]), len(some))


def _table(table: Table, times: Times) -> Iterator[Piece]:
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
            yield Piece({"type": "table", "rows": [header, *rows]}, size, is_table=True, begins_page=begins_page)
            rows, size, begins_page = [], header_size, True
        rows.append([_cell(*timed(shortened(text, limits.CELL), times)) for text in row[: len(columns)]])
        size += length
    yield Piece({"type": "table", "rows": [header, *rows]}, size, is_table=True, begins_page=begins_page)
    yield from _more(table)


def row_pieces(table: Table, times: Times = ()) -> Iterator[Piece]:
    """A table as a list of its rows, where Slack takes no table: on the Home tab, or a second one in a message."""
    if not table.columns:
        return
    for header in split((Run(" · ".join(name or "–" for name in table.columns), bold=True),), limits.RICH_TEXT):
        yield Piece(rich_text.block([rich_text.section(header)]), length_of(header))
    rows = tuple(_row(row, times) for row in table.rows)
    yield from _list([Items(is_ordered=False, depth=0, items=rows)])
    yield from _more(table)


def _row(cells: Sequence[str], times: Times) -> Runs:
    shown = [timed(shortened(cell.replace("\n", " "), limits.CELL) or "–", times) for cell in cells]
    return tuple(run for number, cell in enumerate(shown) for run in ((Run(" · "), *cell) if number else cell))


def _more(table: Table) -> Iterator[Piece]:
    if table.more:
        note = f"… and {table.more} more"
        yield Piece({"type": "context", "elements": [mrkdwn_text(note)]}, len(note))


def table_text(table: Table) -> str:
    """A table as text in columns."""
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
