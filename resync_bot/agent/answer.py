"""From the Markdown of an answer to blocks that every platform can show. Total: any text gives valid blocks. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from resync_bot.conversation.model import Block, Code, Divider, Table, Text

_BLOCKS_OF_THEIR_OWN = frozenset({"table_open", "hr", "fence", "code_block"})
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_MORE = re.compile(
    r"[\s*_(…]*(?:\.\.\.)?[\s*_]*(?:(?:and|plus|e|com) )?[*_]*(?:"
    r"(?:mais|outr[oa]s) [*_]*(?P<after>\d{1,7})[*_]*"  # mais 37
    r"|(?P<before>\d{1,7})[*_]* (?:more|others|mais|outr[oa]s)[*_]*"  # 37 more
    r")(?: [^\W\d_]+){0,3}[\s*_).…]*",
    re.IGNORECASE,
)


@lru_cache(128)  # reading Markdown takes half a millisecond, and much that the bot says it says again
def blocks_of(markdown: str) -> tuple[Block, ...]:
    """Tables, code and rules as blocks of their own, all else as Text in the order of the answer.

    A paragraph after a table that only says "37 more" becomes that table's count. HTML stays text. Empty if there is
    nothing to show.
    """
    markdown = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    blocks: list[Block] = []
    for part in _parts(_PARSER.parse(markdown), markdown.split("\n")):
        last = blocks[-1] if blocks else None
        if isinstance(part, Text) and isinstance(last, Table) and (rest := _more(part.markdown)):
            blocks[-1] = Table(last.columns, last.rows, more=rest)
        else:
            blocks.append(part)
    return tuple(blocks)


def _parts(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Block]:
    """Blocks of the top level. What lies between tables, code and rules stays the Markdown that it was."""
    text_from = 0
    for position, token in enumerate(tokens):
        if token.level or token.map is None or token.type not in _BLOCKS_OF_THEIR_OWN:
            continue
        start, end = token.map
        yield from _text(lines[text_from:start])
        match token.type:
            case "table_open":
                yield _table(tokens, position)
            case "hr":
                yield Divider()
            case _:
                yield Code(token.content.rstrip("\n"), language=token.info.strip().split(" ")[0])
        text_from = end
    yield from _text(lines[text_from:])


def _text(lines: Sequence[str]) -> Iterator[Text]:
    markdown = "\n".join(lines).strip("\n").rstrip()
    if markdown.strip():
        yield Text(markdown)


def _table(tokens: Sequence[Token], position: int) -> Table:
    rows: list[list[str]] = []
    for token in tokens[position:]:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    columns, *rest = (tuple(row) for row in rows)
    # A line right below a table belongs to it: "37 more" without an empty line before is a row of one cell.
    more = _more(rest[-1][0]) if rest and not any(rest[-1][1:]) else 0
    return Table(columns, tuple(rest[:-1] if more else rest), more)


def _more(text: str) -> int:
    """37 for a text that only says "37 more", else 0."""
    found = _MORE.fullmatch(text)
    return int(found["after"] or found["before"]) if found else 0


def _plain(inline: Token) -> str:
    """The text of a cell without its markup."""
    return "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content for child in inline.children or ()
    ).strip()
