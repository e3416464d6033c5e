"""Markdown as Teams shows it: as the text of a message, and as the elements of an Adaptive Card.

A message's text takes a subset (checked 2026-11-23: no headings and no lists on phones, no tables anywhere). In a card
every text becomes a RichTextBlock, whose runs are shown to the letter: no name can ever become markup there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Element = dict[str, Any]

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_BULLET = re.compile(r"^(\s*)[-*+](?:\s+|$)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+\S")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_CODE_SPAN = re.compile(r"(`+)(?:.*?)(?<!`)\1(?!`)")
_BLOCK_OF_ITS_OWN = re.compile(r"^ {0,3}(\||```|~~~|!\[)")
_UNSURE_START = re.compile(r"^[\s#|`~!*+\-_<]|^\d{1,9}[.)]?\s*$")
LONGEST_OPENING = 80  # characters after which a bracket is taken for text and not for the start of a link
_SAFE_LINK = re.compile(r"^(https?|mailto):", re.IGNORECASE)


# --- the text of a message ---


def message_text(markdown: str) -> str:
    """Markdown in the subset that a message shows alike on every device. Line by line, so that a text that grows by
    whole lines stays a growing prefix. Items of lists stand on their own: phones run lines of one paragraph together.
    """
    shown: list[str] = []
    for line in markdown.split("\n"):
        if _ITEM.match(line) and shown and shown[-1]:
            shown.append("")
        shown.append(_message_line(line))
    return "\n".join(shown).strip()


def lead(markdown: str) -> str:
    """The part of an answer before its first table, code block or picture: what a stream can show."""
    lines = []
    for line in markdown.split("\n"):
        if _BLOCK_OF_ITS_OWN.match(line):
            break
        lines.append(line)
    return "\n".join(lines).rstrip()


def settled(markdown: str) -> str:
    """What of an unfinished text will not be read differently when it goes on: all but a last line that may yet become
    a heading, a list or a table, and not the inside of a code span or a link that is still open.
    """
    whole, _, last = markdown.rpartition("\n")
    for mark in ("`", "[", "<", "&"):
        is_open = last.count(mark) % 2 if mark == "`" else mark in last[-LONGEST_OPENING:]
        if is_open:
            last = last[: last.rfind(mark)]
    if not last or _UNSURE_START.match(last):
        return whole
    return f"{whole}\n{last}"


def _message_line(line: str) -> str:
    if heading := _HEADING.match(line):
        words = (heading[1] or "").replace("**", "")
        return f"**{_without_html(words)}**" if words else ""
    if _RULE.match(line):
        return ""
    return _without_html(_BULLET.sub(lambda bullet: f"{bullet[1]}• ", line))


def _without_html(line: str) -> str:
    """Angle brackets as text, but to the letter inside code spans, where they are text already."""
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(line):
        parts += [_escaped(line[end : span.start()]), span[0]]
        end = span.end()
    return "".join((*parts, _escaped(line[end:])))


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;")


# --- elements of a card ---


@dataclass(frozen=True, slots=True)
class _Style:
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""


def runs(markdown: str, **looks: object) -> list[Element]:
    """The text runs of one line or paragraph; `looks` are properties of each run (`size`, `isSubtle`)."""
    tokens = _PARSER.parseInline(markdown)
    return [run for token in tokens for run in _runs(token.children or [], looks)] or [_run("", _Style(), looks)]


def rich_text(markdown: str, **looks: object) -> Element:
    """One paragraph."""
    return {"type": "RichTextBlock", "inlines": runs(markdown, **looks)}


def plain_text(text: str, **looks: object) -> Element:
    """One paragraph of a text in which nothing is markup."""
    return {"type": "RichTextBlock", "inlines": [_run(text, _Style(), looks)]}


def paragraphs(markdown: str) -> list[Element]:
    """The paragraphs, headings and list items of a text, each an element."""
    elements: list[Element] = []
    bullets: list[int | None] = []  # the next number of each open ordered list, None for a bulleted one
    starts_item = is_heading = False
    for token in _PARSER.parse(markdown):
        match token.type:
            case "bullet_list_open":
                bullets.append(None)
            case "ordered_list_open":
                bullets.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                bullets.pop()
            case "list_item_open":
                starts_item = True
            case "heading_open" | "heading_close":
                is_heading = token.type == "heading_open"
            case "inline":
                looks: dict[str, object] = {"size": "medium", "weight": "bolder"} if is_heading else {}
                inlines = list(_runs(token.children or [], looks))
                if starts_item:
                    inlines.insert(0, _run(_mark(bullets), _Style(), {}))
                    starts_item = False
                elements += _spaced(inlines, "medium" if is_heading else "small" if bullets else "")
            case "fence" | "code_block":
                elements += [plain_text(line, fontType="monospace") for line in token.content.rstrip("\n").split("\n")]
            case _:
                pass
    return elements


def _spaced(inlines: list[Element], spacing: str) -> list[Element]:
    """The element of these runs; none without any, as of an empty heading."""
    space = {"spacing": spacing} if spacing else {}
    return [{"type": "RichTextBlock", **space, "inlines": inlines}] if inlines else []


def _mark(bullets: list[int | None]) -> str:
    indent = "\u2003" * (len(bullets) - 1)
    number = bullets[-1] if bullets else None
    if number is None:
        return f"{indent}• "
    bullets[-1] = number + 1
    return f"{indent}{number}. "


def _runs(tokens: Sequence[Token], looks: dict[str, object]) -> Iterator[Element]:
    style = _Style()
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting == 1)
            case "em_open" | "em_close":
                style = replace(style, italic=token.nesting == 1)
            case "s_open" | "s_close":
                style = replace(style, struck=token.nesting == 1)
            case "link_open":
                address = str(token.attrGet("href") or "")
                style = replace(style, link=address if _SAFE_LINK.match(address) else "")
            case "link_close":
                style = replace(style, link="")
            case "code_inline":
                yield _run(token.content, replace(style, code=True), looks)
            case "softbreak" | "hardbreak":
                yield _run("\n" if token.type == "hardbreak" else " ", style, looks)
            case _ if token.content:
                yield _run(token.content, style, looks)
            case _:
                pass


def _run(text: str, style: _Style, looks: dict[str, object]) -> Element:
    run: Element = {"type": "TextRun", "text": text, **looks}
    if style.bold:
        run["weight"] = "bolder"
    if style.italic:
        run["italic"] = True
    if style.struck:
        run["strikethrough"] = True
    if style.code:
        run["fontType"] = "monospace"
    if style.link:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": style.link}
    return run
