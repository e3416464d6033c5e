"""Runs as Slack's rich_text: every text stands there to the letter, so that no name can become anything else."""

from collections.abc import Iterable
from typing import Any, Final

from adapters.slack import limits
from adapters.slack.mrkdwn import DATE_FORMAT
from adapters.slack.runs import Items, Run, Runs

Json = dict[str, Any]

_LOOKS: Final = ("bold", "italic", "strike", "code")


def section(runs: Runs) -> Json:
    """Running text."""
    return {"type": "rich_text_section", "elements": elements(runs)}


def quote(runs: Runs) -> Json:
    """Quoted text."""
    return {"type": "rich_text_quote", "elements": elements(runs)}


def preformatted(text: str) -> Json:
    """Text to the letter, in a fixed width."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}


def items(part: Items) -> Json:
    """One level of a list."""
    shown: Json = {
        "type": "rich_text_list",
        "style": "ordered" if part.is_ordered else "bullet",
        "indent": min(part.depth, limits.LIST_INDENT),
        "elements": [section(item or (Run(" "),)) for item in part.items],
    }
    if part.is_ordered and part.first > 1:
        shown["offset"] = part.first - 1
    return shown


def block(parts: Iterable[Json]) -> Json:
    """A block of its own."""
    return {"type": "rich_text", "elements": list(parts)}


def elements(runs: Runs) -> list[Json]:
    """Inline elements."""
    return [_element(run) for run in runs if run.text]


def _element(run: Run) -> Json:
    element: Json
    if run.at:
        element = {"type": "date", "timestamp": int(run.at.timestamp()), "format": DATE_FORMAT, "fallback": run.text}
    elif run.url:
        element = {"type": "link", "url": run.url, "text": run.text}
    else:
        element = {"type": "text", "text": run.text}
    if style := {look: True for look in _LOOKS if getattr(run, look)}:
        element["style"] = style
    return element
