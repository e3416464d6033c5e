"""An answer cut into pages that fit a phone: the first is shown, the others come with "show more"."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from adapters.teams.limits import CELL, PAGE_CODE_CHARACTERS, PAGE_LINES, PAGE_TEXT
from adapters.teams.rich_text import lead
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

LINE = 70  # characters of running text on a line of a phone, roughly
IMAGE_LINES = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """An answer ready to be drawn: the text of the message, the pages of its card, and the buttons of every page."""

    text: str
    pages: tuple[tuple[Block, ...], ...]
    buttons: Buttons | None


def lay_out(answer: Answer, *, lines: int = PAGE_LINES) -> Layout:
    """Leading texts become the message's text, the rest pages of about `lines` lines; nothing is lost."""
    blocks = list(answer.blocks) or [Text(answer.text)]
    buttons = [button for block in blocks if isinstance(block, Buttons) for button in block.buttons]
    blocks = [block for block in blocks if not isinstance(block, Buttons)]
    text, rest = _leading_text(blocks)
    return Layout(text, tuple(_pages(rest, lines)), Buttons(tuple(buttons)) if buttons else None)


def _leading_text(blocks: list[Block]) -> tuple[str, list[Block]]:
    leading: list[str] = []
    while len(leading) < len(blocks) and isinstance(block := blocks[len(leading)], Text):
        if lead(block.markdown) != block.markdown.rstrip():
            break  # holds a table or code of its own, which only a card shows
        leading.append(block.markdown.strip())
    whole = "\n\n".join(part for part in leading if part)
    text, left = _cut(whole, PAGE_TEXT)
    return text, [*([Text(left)] if left else []), *blocks[len(leading) :]]


def _pages(blocks: list[Block], lines: int) -> Iterator[tuple[Block, ...]]:
    page: list[Block] = []
    used = 0
    for block in blocks:
        for part in _parts(block, lines):
            needed = _lines(part)
            if page and used + needed > lines:
                yield tuple(page)
                page, used = [], 0
            page.append(part)
            used += needed
    if page:
        yield tuple(page)


def _parts(block: Block, lines: int) -> Iterator[Block]:
    """The block in parts of at most `lines` lines, in order."""
    match block:
        case Text():
            left = block.markdown
            while left:
                part, left = _cut(left, lines * LINE)
                yield Text(part)
        case Table():
            size = max(1, lines - 1)
            for start in range(0, max(1, len(block.rows)), size):
                is_last = start + size >= len(block.rows)
                yield replace(block, rows=block.rows[start : start + size], more=block.more if is_last else 0)
        case Fields():
            for start in range(0, len(block.pairs), lines):
                yield Fields(block.pairs[start : start + lines])
        case Code():
            for text in _code_parts(block.text, lines):
                yield replace(block, text=text)
        case Context() | Image() | Divider() | Buttons() | Mentions():
            yield block
        case _:
            assert_never(block)


def _code_parts(text: str, lines: int) -> Iterator[str]:
    part: list[str] = []
    characters = 0
    longest = min(PAGE_CODE_CHARACTERS, lines * 200)
    for line in text.split("\n"):
        for start in range(0, max(1, len(line)), longest):
            piece = line[start : start + longest]
            if part and (len(part) >= lines or characters + len(piece) > longest):
                yield "\n".join(part)
                part, characters = [], 0
            part.append(piece)
            characters += len(piece)
    yield "\n".join(part)


def _lines(block: Block) -> int:  # noqa: PLR0911  # one line per kind
    match block:
        case Text():
            return sum(max(1, math.ceil(len(line) / LINE)) for line in block.markdown.split("\n"))
        case Context():
            return max(1, math.ceil(len(block.markdown) / LINE))
        case Table():
            return 1 + len(block.rows)
        case Fields():
            return sum(1 + min(len(value), CELL * 4) // LINE for _, value in block.pairs)
        case Code():
            return block.text.count("\n") + 1
        case Image():
            return IMAGE_LINES
        case Divider() | Buttons() | Mentions():
            return 0
        case _:
            assert_never(block)


def _cut(text: str, longest: int) -> tuple[str, str]:
    """`text` in two where a paragraph, a line, a sentence or at least a word ends; the first at most `longest`."""
    if len(text) <= longest:
        return text, ""
    for mark in ("\n\n", "\n", ". ", " "):
        end = text.rfind(mark, longest // 3, longest - len(mark) + 1)
        if end > 0:
            end += len(mark)
            return text[:end].rstrip(), text[end:].lstrip("\n")
    return text[:longest], text[longest:]
