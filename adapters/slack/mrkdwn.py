"""Runs in Slack's own markup, mrkdwn, and Markdown made safe to be streamed.

Nothing that is a name may become a mention, a channel or an emoji: `<`, `>` and `&` are escaped as
docs.slack.dev/messaging/formatting-message-text asks (checked 2026-11-23), the rest is broken by a word joiner
(U+2060), which nobody sees.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final, assert_never

from adapters.slack.markdown import parts
from adapters.slack.runs import Grid, Heading, Items, Paragraph, Part, Quote, Rule, Run, Runs, Verbatim

JOINER: Final = "\u2060"
DATE_FORMAT: Final = "{date_short_pretty} {time}"

_EMOJI: Final = re.compile(r"(?<!\d):(?=[\w+'-]+:)")
_EVERYBODY: Final = re.compile(r"@(?=here\b|channel\b|everyone\b)")
_MARKUP: Final = re.compile(r"(?<!\w)([*_~`])(?=\S)")
_EVERYONE: Final = frozenset({"here", "channel", "everyone"})
_OWN_ID: Final = re.compile(r"[UWS][A-Z0-9]+")
_LIVE: Final = re.compile(r"<(?=[@#!])|@(?=[hce])|(?<!\d):(?=[\w+'-])")  # what could come alive in Markdown


def escaped(text: str) -> str:
    """Text that mrkdwn shows to the letter, apart from its own markup characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Text that mrkdwn shows to the letter."""
    text = _EVERYBODY.sub("@" + JOINER, _EMOJI.sub(":" + JOINER, text))
    return escaped(_MARKUP.sub(r"\1" + JOINER, text))


def mrkdwn(runs: Iterable[Run]) -> str:
    """Runs in mrkdwn."""
    return "".join(_run(run) for run in runs)


def shortened(text: str, most: int) -> str:
    """`text`, cut to `most` characters with an ellipsis if it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut_mrkdwn(text: str, most: int) -> str:
    """Cuts mrkdwn without leaving half an entity or half a link."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    kept = re.sub(r"&[a-z]{0,3}$", "", kept)
    opened = kept.rfind("<")
    if opened > kept.rfind(">"):
        kept = kept[:opened]
    return kept.rstrip() + "…"


@lru_cache(256)
def fallback(markdown: str, most: int) -> str:
    """A whole answer as mrkdwn: for notifications and screen readers, and where blocks are not taken."""
    return cut_mrkdwn("\n\n".join(text for part in parts(markdown) if (text := _part(part))), most)


def streamable(markdown: str) -> str:
    """Markdown for a stream: no mention and no emoji can come alive in it.

    Of a longer version of the same text this is the beginning again, so that the rest can be appended: what is not
    decided yet, such as an opening `<` at the end, is held back.
    """
    return _LIVE.sub(lambda found: found.group() + JOINER, markdown.rstrip("<@:"))


def date(at: datetime, text: str) -> str:
    """A time that each reader sees in the own zone; `text` is for clients that cannot."""
    return f"<!date^{int(at.timestamp())}^{DATE_FORMAT}|{escaped(text)}>"


def called(whom: str) -> str:
    """A person, a group or the channel, called by it; empty for an id of another platform."""
    if whom.lower() in _EVERYONE:
        return f"<!{whom.lower()}>"
    if not _OWN_ID.fullmatch(whom):
        return ""
    return f"<!subteam^{whom}>" if whom[0] == "S" else f"<@{whom}>"


def _run(run: Run) -> str:
    if run.at:
        return date(run.at, run.text)
    if run.code:
        text = run.text.replace("`", "'")
        shown = f"```{escaped(text)}```" if "\n" in text else f"`{escaped(text)}`"
    else:
        shown = literal(run.text)
    if run.url:
        shown = f"<{escaped(run.url).replace('|', '%7C')}|{shown}>"
    for mark, wanted in (("~", run.strike), ("_", run.italic), ("*", run.bold)):
        if wanted and run.text.strip() == run.text:
            shown = f"{mark}{shown}{mark}"
    return shown


def _part(part: Part) -> str:  # noqa: PLR0911  # one case per kind of part
    match part:
        case Paragraph(runs):
            return mrkdwn(runs)
        case Heading(text):
            return f"*{literal(text)}*"
        case Quote(runs):
            return "\n".join(f"> {line}" for line in mrkdwn(runs).split("\n"))
        case Items():
            indent = "    " * part.depth
            marks = (f"{part.first + i}." if part.is_ordered else "•" for i in range(len(part.items)))
            return "\n".join(f"{indent}{mark} {mrkdwn(item)}" for mark, item in zip(marks, part.items, strict=True))
        case Verbatim(text):
            return f"```{escaped(text)}```"
        case Grid(rows):
            return f"```{escaped(aligned([[_plain(cell) for cell in row] for row in rows]))}```"
        case Rule():
            return "———"
        case _:
            assert_never(part)


def aligned(rows: list[list[str]]) -> str:
    """A table as text in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _plain(runs: Runs) -> str:
    return "".join(run.text for run in runs).replace("\n", " ")
