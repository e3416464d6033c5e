"""Markdown as an answer holds it, read into parts: markdown-it-py reads CommonMark with tables and strikethrough."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.slack.runs import (
    Grid,
    Heading,
    Items,
    Paragraph,
    Part,
    Quote,
    Rule,
    Run,
    Runs,
    Times,
    Verbatim,
)
from adapters.slack.times import timed, with_moments

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


# A link as Slack writes it, in either order: models do so though they are asked for Markdown (S12).
_SLACK_LINK: Final = re.compile(r"<(?:([^<>|\n]+)\|(https?://[^<>|\s]+)|(https?://[^<>|\s]+)\|([^<>|\n]+))>")


@lru_cache(256)  # an answer's text and its first block are mostly the same, and so is much that the bot says
def parts(markdown: str, times: Times = ()) -> tuple[Part, ...]:
    """The text's parts in order."""
    root = SyntaxTreeNode(_PARSER.parse(markdown))
    found = (part for node in root.children for part in _parts(node, depth=0))
    return tuple(with_moments(part, times) for part in found) if times else tuple(found)


def plain(markdown: str, times: Times = ()) -> Runs:
    """A short text as runs, its parts joined by line feeds."""
    runs: list[Run] = []
    for part in parts(markdown, times):
        if runs:
            runs.append(Run("\n"))
        runs += _runs_of(part)
    return tuple(runs)


def _parts(node: SyntaxTreeNode, depth: int) -> Iterator[Part]:  # noqa: C901, PLR0912  # one case per kind of node
    match node.type:
        case "paragraph":
            if runs := _inline(node):
                yield Paragraph(runs)
        case "heading":
            if text := "".join(run.text for run in _inline(node)).strip():
                yield Heading(text)
        case "blockquote":
            runs = _joined([_runs_of(part) for child in node.children for part in _parts(child, depth)])
            if runs:
                yield Quote(runs)
        case "bullet_list" | "ordered_list":
            yield from _list(node, depth)
        case "fence" | "code_block":
            if text := node.content.rstrip("\n"):
                yield Verbatim(text)
        case "table":
            yield _grid(node)
        case "hr":
            yield Rule()
        case _:
            for child in node.children:
                yield from _parts(child, depth)


def _list(node: SyntaxTreeNode, depth: int) -> Iterator[Part]:
    is_ordered = node.type == "ordered_list"
    number = int(str(node.attrs.get("start", 1)))
    waiting: list[Runs] = []

    def collected() -> Iterator[Part]:
        nonlocal waiting, number
        if waiting:
            yield Items(is_ordered, depth, tuple(waiting), number)
            number += len(waiting)
            waiting = []

    for item in node.children:
        text: list[Runs] = []
        inner: list[Part] = []
        for child in item.children:
            for part in _parts(child, depth + 1):
                if isinstance(part, Paragraph | Heading | Quote) and not inner:
                    text.append(_runs_of(part))
                else:
                    inner.append(part)
        if text:
            waiting.append(_joined(text))
        if inner:
            yield from collected()
            yield from inner
    yield from collected()


def _grid(node: SyntaxTreeNode) -> Grid:
    rows = [row for section in node.children for row in section.children]
    return Grid(tuple(tuple(_inline(cell) for cell in row.children) for row in rows))


def _runs_of(part: Part) -> Runs:
    match part:
        case Paragraph(runs) | Quote(runs):
            return runs
        case Heading(text):
            return (Run(text, bold=True),)
        case Verbatim(text):
            return (Run(text, code=True),)
        case Items():
            return _joined([(Run("• "), *item) for item in part.items])
        case Grid(rows):
            return _joined([_joined(list(row), " | ") for row in rows])
        case Rule():
            return ()


def _joined(many: Sequence[Runs], separator: str = "\n") -> Runs:
    runs: list[Run] = []
    for each in many:
        if runs and each:
            runs.append(Run(separator))
        runs += each
    return tuple(runs)


def _inline(node: SyntaxTreeNode) -> Runs:
    runs = [run for child in node.children for run in _looks(child, Run(""))]
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].look == run.look:
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return tuple(each for run in merged for part in _with_links(run) for each in _with_times(part))


def _with_links(run: Run) -> Iterator[Run]:
    if run.code or run.url or "|" not in run.text:
        yield run
        return
    end = 0
    for found in _SLACK_LINK.finditer(run.text):
        if before := run.text[end : found.start()]:
            yield replace(run, text=before)
        yield replace(run, text=found[1] or found[4], url=_safe(found[2] or found[3]))
        end = found.end()
    if after := run.text[end:]:
        yield replace(run, text=after)


def _with_times(run: Run) -> Runs:
    if run.code or run.url:
        return (run,)
    return tuple(replace(run, text=each.text, at=each.at) for each in timed(run.text))


def _looks(node: SyntaxTreeNode, look: Run) -> Iterator[Run]:  # noqa: C901  # one case per kind of node
    match node.type:
        case "text" | "text_special":
            if node.content:
                yield _run(node.content, look)
            return
        case "code_inline":
            yield replace(look, text=node.content, code=True)
            return
        case "softbreak" | "hardbreak":
            yield _run("\n", look)
            return
        case "image":
            yield replace(look, text=node.content or "image", url=_safe(str(node.attrs.get("src", ""))))
            return
        case "strong":
            look = replace(look, bold=True)
        case "em":
            look = replace(look, italic=True)
        case "s":
            look = replace(look, strike=True)
        case "link" if node.markup == "autolink" and "|" in (text := node.children[0].content):
            yield _run(f"<{text}>", look)  # `<url|label>` looks like an address to Markdown
            return
        case "link":
            look = replace(look, url=_safe(str(node.attrs.get("href", ""))))
        case _:
            pass  # what has no look of its own passes on its parent's
    for child in node.children:
        yield from _looks(child, look)


def _run(text: str, look: Run) -> Run:
    return Run(text, look.bold, look.italic, look.strike, look.code, look.url)  # a third of what replace takes


def _safe(url: str) -> str:
    """Only addresses that a person would open; a link to anything else is its text."""
    return url if re.match(r"(https?|mailto):", url, re.IGNORECASE) and len(url) <= 2000 else ""
