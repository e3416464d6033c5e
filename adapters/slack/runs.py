"""Text as parts, and in them runs: pieces that look the same.

Nothing here knows of Markdown, from which `markdown` reads it, nor of Slack's spellings, in which `rich_text` and
`mrkdwn` write it down.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one look. `at` is set if the text is a time."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str = ""
    at: datetime | None = None

    @property
    def look(self) -> tuple[object, ...]:
        """Everything but the text."""
        return self.bold, self.italic, self.strike, self.code, self.url, self.at


Runs = tuple[Run, ...]
Times = tuple[tuple[str, datetime], ...]  # texts that are moments, see Answer


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its markup is of no interest."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    """One level of a list: consecutive items of the same kind and depth."""

    is_ordered: bool
    depth: int
    items: tuple[Runs, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Code."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row holds the names of the columns."""

    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between parts."""


Part = Paragraph | Heading | Quote | Items | Verbatim | Grid | Rule
