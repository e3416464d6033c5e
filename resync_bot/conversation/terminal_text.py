"""An answer as a terminal shows it: one rich renderable, the same for the chat prompt and for `resync-bot ask`."""

import re
from collections.abc import Iterator
from typing import assert_never

from markdown_it import MarkdownIt
from rich import box
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text as RichText

from resync_bot.conversation.inbox import printable
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
    Mentions,
    Table,
    Text,
)

_FIGURE = re.compile(r"[-+]?\d[\d.,: ]*\s?(%|[kMGT]?B|ms|s|min|h|d)?|(\d+\s?(d|h|min|m|s)\s?)+|[-–—]?")
_TONES = {
    "green": {"SUCC", "SUCCESSFUL"},
    "red": {"ABEND", "ERROR", "FAIL", "STUCK", "UNLINKED", "DOWN"},
    "blue": {"EXEC", "RUNNING", "EXECUTING"},
    "yellow": {"HELD", "BLOCKED", "SUSP", "UNDECIDED"},
}
_TONE_OF = {status: tone for tone, statuses in _TONES.items() for status in statuses}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def terminal_text(answer: Answer, *, numbered: bool = False) -> RenderableType:
    """The blocks of `answer`, one below the other, and in small print what it rests on.

    `numbered` gives its buttons the numbers under which `buttons` lists them, for a prompt that takes one as a press;
    otherwise they are shown as what could be asked next. No text can send an escape sequence to the terminal.
    """
    blocks = answer.blocks or (Text(answer.text),)
    parts: list[RenderableType] = []
    first_number = 1
    for block in blocks:
        parts.append(_render(block, first_number if numbered else None))
        first_number += len(block.buttons) if isinstance(block, Buttons) else 0
    if source := _source(answer):
        parts.append(RichText(source, style="dim"))
    return Group(*_spaced(parts))


def terminal_markdown(markdown: str) -> RenderableType:
    """An answer while it is being written."""
    return _markdown(markdown)


def buttons(answer: Answer) -> tuple[Button, ...]:
    """All buttons of `answer`, in the order of their numbers."""
    return tuple(button for block in answer.blocks if isinstance(block, Buttons) for button in block.buttons)


def _render(block: Block, first_number: int | None) -> RenderableType:  # noqa: PLR0911  # one for each kind
    match block:
        case Text(markdown):
            return _markdown(markdown)
        case Fields(pairs):
            return _fields(pairs)
        case Table():
            return _table(block)
        case Code(text):
            return Padding(RichText(printable(text), overflow="fold"), (0, 0, 0, 2))
        case Image(url, alt):
            return RichText(f"{printable(alt)}: {printable(url)}")
        case Buttons(row):
            return _buttons(row, first_number)
        case Context(markdown):
            return RichText(printable(_plain(markdown)), style="dim")
        case Divider():
            return Rule(style="dim")
        case Mentions():
            return RichText("@ " + ", ".join(name or whom for whom, name in block.named), style="bold")
        case _:
            assert_never(block)


def _markdown(markdown: str) -> Markdown:
    rendered = Markdown("", hyperlinks=False)
    # Not by rich's own parser, which drops everything that looks like HTML.
    rendered.parsed = _MARKDOWN.parse(printable(markdown))
    return rendered


def _fields(pairs: tuple[tuple[str, str], ...]) -> RichTable:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(max_width=30, overflow="fold")
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(RichText(printable(label), style="dim"), RichText(printable(_plain(value))))
    return grid


def _table(table: Table) -> RichTable:
    caption = f"{table.more} more" if table.more else None
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, caption=caption, caption_justify="left")
    for number, name in enumerate(table.columns):
        texts = [row[number].strip() for row in table.rows]
        is_figures = any(texts) and all(_FIGURE.fullmatch(text) for text in texts)
        shown.add_column(RichText(printable(name)), justify="right" if is_figures else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(RichText(printable(cell), style=_TONE_OF.get(cell.strip().upper(), "")) for cell in row))
    return shown


def _buttons(row: tuple[Button, ...], first_number: int | None) -> RenderableType:
    if first_number is None:
        questions = [printable(button.value) for button in row if button.action == "ask"]
        return RichText("Ask next: " + " · ".join(questions), style="cyan") if questions else RichText()
    labels = [f"[{number}] {printable(button.label)}" for number, button in enumerate(row, first_number)]
    return RichText("  ".join(labels), style="cyan")


def _source(answer: Answer) -> str:
    tools = list(dict.fromkeys(evidence.tool for evidence in answer.evidence))
    return printable(" · ".join(part for part in (", ".join(tools), answer.model) if part))


def _plain(markdown: str) -> str:
    """A short Markdown text without its marks."""
    inline = _MARKDOWN.parseInline(markdown)
    return "".join(
        token.content or (" " if token.type.endswith("break") else "") for top in inline for token in top.children or []
    )


def _spaced(parts: list[RenderableType]) -> Iterator[RenderableType]:
    for number, part in enumerate(parts):
        if number:
            yield RichText()
        yield part
