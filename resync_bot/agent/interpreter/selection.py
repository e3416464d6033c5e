"""conman's way of selecting: `WS#/FOLDER/STREAM(0600 11/23).JOB+state=abend;info`, as a grammar.

Syntax: HWA user's guide, "Managing objects in the plan - conman" (selecting job streams and jobs), as known 2026-11-23.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Final

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from resync_bot.agent.interpreter.intents import Instance

_GRAMMAR: Final = r"""
    start: selection? qualifier* option*
    selection: [workstation "#"] path [instance] ["." NAME]
    workstation: path
    path: (DOMAIN "!")? ROOT? NAME ("/" NAME)*
    instance: "(" CLOCK [DATE] ["," ID] ")"
    qualifier: SIGN WORD ["=" VALUE ("," VALUE)*]
    option: ";" OPTION
    ROOT: "/"
    NAME: /[\w@?%*-]+/
    DOMAIN: /[\w@?%*-]+(?=!)/
    CLOCK: /\d{4}/
    DATE: /\d{1,2}\/\d{1,2}(\/\d{2,4})?/
    ID: /\(?\w+\)?/
    SIGN: "+" | "~"
    WORD: /[a-z]+/i
    VALUE: /[\w@?%\/.:-]+/
    OPTION: /[^;+~]+/
    %ignore /[ \t]+/
"""


@dataclass(frozen=True, slots=True)
class Path:
    """A name with its folder; the folder is None where none was written."""

    name: str
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Qualifier:
    """`+state=abend,fail` or `~priority=0`."""

    wanted: bool
    word: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a display command selects."""

    workstation: Path | None = None
    path: Path | None = None
    instance: Instance | None = None
    job: str | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    options: frozenset[str] = field(default_factory=frozenset)


class _Builder(Transformer[Token, Selection]):
    """From the parse tree to a Selection."""

    def path(self, items: list[Token]) -> Path:
        parts = [str(item) for item in items if item.type == "NAME"]
        rooted = any(item.type == "ROOT" for item in items)
        folder = "/" + "/".join(parts[:-1]) if rooted or len(parts) > 1 else None
        return Path(parts[-1], folder)

    def workstation(self, items: list[Path]) -> Path:
        return items[0]

    def instance(self, items: list[Token | None]) -> Instance:
        clock = str(items[0])
        if int(clock[:2]) > 23 or int(clock[2:]) > 59:
            raise ValueError(clock)
        month, day, year = ([int(part) for part in str(items[1]).split("/")] + [0])[:3] if items[1] else (0, 0, 0)
        return Instance(
            at=time(int(clock[:2]), int(clock[2:])),
            day=day or None,
            month=month or None,
            year=(year + 2000 if year < 100 else year) if year else None,
        )

    def qualifier(self, items: list[Token | None]) -> Qualifier:
        sign, word, *values = items
        return Qualifier(str(sign) == "+", str(word).lower(), tuple(str(value) for value in values if value))

    def option(self, items: list[Token]) -> str:
        return str(items[0]).strip().lower()

    def selection(self, items: list[Path | Instance | Token | None]) -> Selection:
        workstation, path, instance, job = items
        return Selection(
            workstation=workstation if isinstance(workstation, Path) else None,
            path=path if isinstance(path, Path) else None,
            instance=instance if isinstance(instance, Instance) else None,
            job=str(job) if job else None,
        )

    def start(self, items: list[Selection | Qualifier | str]) -> Selection:
        selected = next((item for item in items if isinstance(item, Selection)), Selection())
        return Selection(
            selected.workstation,
            selected.path,
            selected.instance,
            selected.job,
            qualifiers=tuple(item for item in items if isinstance(item, Qualifier)),
            options=frozenset(item for item in items if isinstance(item, str)),
        )


_parser: Final = Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


def parse(command: str) -> Selection:
    """What a display command selects, without its verb. Raises ValueError if conman would not take it either."""
    try:
        return _Builder().transform(_parser.parse(command))
    except LarkError as error:
        raise ValueError(command) from error
