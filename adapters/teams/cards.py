"""Adaptive Cards (schema 1.5) from the blocks of an answer.

Nothing here has a colour or a width of its own: Teams' light, dark and high-contrast themes and its phones decide.
Elements that some clients lack carry a `fallback`. Checked 2026-11-23 against the schema and Teams' list of supported
elements: CodeBlock is Teams' own; Action.Execute comes back as an invoke, its fallback Action.Submit as a message.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from adapters.teams.limits import BUTTON_LABEL, BUTTON_VALUE, CARD_BUTTONS, CELL, COLUMNS, WIDE_TABLE
from adapters.teams.rich_text import Element, paragraphs, plain_text, rich_text
from resync_bot.conversation.model import (
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

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"
VERB = "resync"
SHOW_MORE = "show_more"

_STYLES = {"default": "default", "primary": "positive", "danger": "destructive"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Which drawing of which card this is: it comes back with a press. `pressed` is the button that is at work."""

    card: str
    number: int = 0
    page: int = 0
    pressed: str = ""
    note: str = ""


def draw(blocks: Sequence[Block], buttons: Buttons | None, drawing: Drawing, *, has_more: bool) -> Element:
    """One page of an answer as a card."""
    body = _body(blocks)
    calls = [call for block in blocks if isinstance(block, Mentions) for call in _calls(block)]
    actions = [_action(button, drawing) for button in (buttons.buttons if buttons else ())[:CARD_BUTTONS]]
    if has_more:
        actions.insert(0, _show_more(drawing))
    if drawing.note:
        body.append(plain_text(drawing.note, size="small", isSubtle=True))
    if actions:
        body.append({"type": "ActionSet", "actions": actions})
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "msteams": {"width": "Full", **({"entities": calls} if calls else {})},
        "body": body,
    }


def attachment(card: Element) -> Element:
    """The card as an attachment of a message."""
    return {"contentType": CONTENT_TYPE, "content": card}


def _body(blocks: Sequence[Block]) -> list[Element]:
    body: list[Element] = []
    separator = False
    for block in blocks:
        if isinstance(block, Divider):
            separator = bool(body)
            continue
        elements = list(_elements(block))
        if elements and separator:
            elements[0]["separator"] = True
            separator = False
        body += elements
    return body


def _elements(block: Block) -> Iterator[Element]:  # noqa: C901, PLR0912  # one case per kind of block
    match block:
        case Text():
            yield from paragraphs(block.markdown)
        case Fields():
            yield from _facts(block.pairs)
        case Table():
            yield from _table(block) if len(block.columns) <= WIDE_TABLE else _rows_as_facts(block)
            if block.more:
                yield plain_text(f"+ {block.more}", size="small", isSubtle=True)
        case Code():
            yield _code(block)
        case Image():
            if block.url.lower().startswith("https://"):
                yield {"type": "Image", "url": block.url, "altText": block.alt, "size": "stretch"}
            else:
                yield plain_text(block.alt)
        case Context():
            yield rich_text(block.markdown, size="small", isSubtle=True)
        case Mentions():
            if calls := _calls(block):
                yield {"type": "TextBlock", "text": " ".join(call["text"] for call in calls), "wrap": True}
        case Divider() | Buttons():
            return
        case _:
            assert_never(block)


def _calls(mentions: Mentions) -> list[Element]:
    """Those whom Teams knows, by the directory's id or the bot's own. A card takes both, a message's text one of them
    (learn.microsoft.com/microsoftteams/platform, cards-format, checked 2026-11-23).
    """
    return [
        {"type": "mention", "text": f"<at>{name or whom}</at>", "mentioned": {"id": whom, "name": name or whom}}
        for whom, name in mentions.named
        if "-" in whom or ":" in whom
    ]


def _facts(pairs: Sequence[tuple[str, str]]) -> Iterator[Element]:
    """Labels and values side by side. Not a FactSet: that reads its values as Markdown, and names must stay names."""
    for index, (label, value) in enumerate(pairs):
        yield {
            "type": "ColumnSet",
            **({"spacing": "small"} if index else {}),
            "columns": [
                {"type": "Column", "width": 1, "items": [plain_text(label, weight="bolder")]},
                {"type": "Column", "width": 2, "items": [rich_text(value)]},
            ],
        }


def _table(table: Table) -> Iterator[Element]:
    widths = [_width(table, column) for column in range(len(table.columns))]
    yield {
        "type": "Table",
        "firstRowAsHeader": True,
        "showGridLines": True,
        "columns": [{"width": width} for width in widths],
        "rows": [
            _row(table.columns, weight="bolder"),
            *(_row(row) for row in table.rows),
        ],
    }


def _row(cells: Sequence[str], **looks: object) -> Element:
    return {
        "type": "TableRow",
        "cells": [{"type": "TableCell", "items": [plain_text(_shown(cell), **looks)]} for cell in cells],
    }


def _rows_as_facts(table: Table) -> Iterator[Element]:
    """Each row as its first value and a line of the others: words say what they are, numbers are labelled."""
    columns = table.columns[:COLUMNS]
    for row in table.rows:
        first, *others = (_shown(value) for value in row[:COLUMNS])
        words = " · ".join(
            value if any(letter.isalpha() for letter in value) else f"{name} {value}"
            for name, value in zip(columns[1:], others, strict=False)
            if value.strip()
        )
        yield {
            "type": "Container",
            "separator": True,
            "items": [
                plain_text(first, weight="bolder"),
                *([{**plain_text(words, size="small"), "spacing": "none"}] if words else []),
            ],
        }


def _code(block: Code) -> Element:
    lines = block.text.split("\n")
    return {
        "type": "CodeBlock",
        "codeSnippet": block.text,
        "language": "PlainText",
        "fallback": {
            "type": "Container",
            "style": "emphasis",
            "items": [
                {**plain_text(line or " ", fontType="monospace", size="small"), "spacing": "none"} for line in lines
            ],
        },
    }


def _action(button: Button, drawing: Drawing) -> Element:
    action = _execute(
        _short(button.label, BUTTON_LABEL), {"a": button.action, "v": button.value[:BUTTON_VALUE]}, drawing
    )
    if button.style != "default":
        action["style"] = action["fallback"]["style"] = _STYLES[button.style]
    if drawing.pressed and drawing.pressed == button.value:
        action["isEnabled"] = action["fallback"]["isEnabled"] = False
    return action


def _show_more(drawing: Drawing) -> Element:
    return _execute("Show more", {"a": SHOW_MORE, "v": str(drawing.page + 1)}, drawing)


def _execute(title: str, data: dict[str, Any], drawing: Drawing) -> Element:
    came_from = {VERB: {**data, "c": drawing.card, "n": drawing.number, "l": title}}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": VERB,
        "data": came_from,
        "fallback": {"type": "Action.Submit", "title": title, "data": came_from},
    }


def _width(table: Table, column: int) -> int:
    longest = max((len(row[column]) for row in table.rows if column < len(row)), default=0)
    return max(6, min(30, max(longest, len(table.columns[column]))))


def _shown(cell: str) -> str:
    return _short(" ".join(cell.split()), CELL) or " "


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
