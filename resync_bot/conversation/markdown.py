"""Markdown (CommonMark with tables) from texts that nobody here wrote: nothing of them is ever taken for markup."""

import re
import unicodedata
from collections.abc import Sequence

_RUN_OF_BACKTICKS = re.compile(r"`+")
# An underscore between letters is no markup; a pipe is only in a table, where `cell` escapes it.
_SPECIAL = re.compile(r"[\\`*\[\]<>~&]|(?<![^\W_])_|_(?![^\W_])")
_STARTS_A_BLOCK = re.compile(r"^(?=[#+=-])|^(\d+)(?=[.)])")
# Longer texts of the engine (a prompt, a log line in prose) are cut: an answer is short.
_LONGEST_INLINE = 240


def inline(text: str) -> str:
    """`text` on one line, without control and formatting characters, cut to a readable length."""
    # Most texts are names: nothing in them has to be looked at sign by sign.
    visible = text if text.isprintable() else _without_invisible(text)
    one_line = " ".join(visible.split())
    return one_line if len(one_line) <= _LONGEST_INLINE else one_line[: _LONGEST_INLINE - 1].rstrip() + "…"


def _without_invisible(text: str) -> str:
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)


def escape(text: str) -> str:
    """`text` as prose: what Markdown would take for markup is escaped."""
    escaped = _SPECIAL.sub(lambda sign: "\\" + sign[0], inline(text))
    return _STARTS_A_BLOCK.sub(lambda start: (start[1] or "") + "\\", escaped)


def code(text: str) -> str:
    """`text` to the letter inside a line: names, messages of the engine, texts of prompts."""
    content = inline(text) or "?"
    if "`" not in content:
        return f"`{content}`"
    ticks = "`" * (1 + max((len(run) for run in _RUN_OF_BACKTICKS.findall(content)), default=0))
    # CommonMark takes one blank off each end when both ends have one: needed where the content starts with a backtick.
    pad = " " if content[0] == "`" or content[-1] == "`" else ""
    return f"{ticks}{pad}{content}{pad}{ticks}"


def fenced(lines: Sequence[str]) -> str:
    """Lines to the letter as a code block, whose fence is longer than any run of backticks inside."""
    # splitlines would also cut at the separators that str.join never wrote; a carriage return hides what precedes it.
    content = [_without_controls(line) for line in lines]
    runs = (len(run) for line in content for run in _RUN_OF_BACKTICKS.findall(line))
    fence = "`" * max(3, 1 + max(runs, default=0))
    return "\n".join((fence, *content, fence))


def _without_controls(line: str) -> str:
    return "".join(
        sign if sign == "\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else " "
        for sign in line
    )


def cell(markdown: str) -> str:
    """One cell of a table: a pipe in it, also inside code, must not end the cell."""
    return markdown.replace("\n", " ").replace("|", "\\|")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown cells."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def bullets(items: Sequence[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def paragraphs(*parts: str) -> str:
    """Parts with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)
