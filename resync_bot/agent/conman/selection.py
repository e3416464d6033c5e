"""conman's way of selecting: `WS#/FOLDER/STREAM(0600 11/23).JOB+state=abend;info`, as a grammar.

Syntax: HWA user's guide, "Managing objects in the plan - conman" (selecting job streams and jobs), as known 2026-11-23.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Final

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

# `[(0600 09/24/23),(0AAAAAAAAAAAABQM)]` is how conman prints an instance, `(0600 09/24/23)` how people type it; the id
# of a stream stands in parentheses or braces. What follows a `=` is read by those who know the qualifier.
_GRAMMAR: Final = r"""
    start: selection? qualifier* option*
    selection: [workstation "#"] path [instance] ["." NAME]
    workstation: path
    path: (DOMAIN "!")? ROOT? NAME ("/" NAME)*
    instance: "(" CLOCK [DATE] ["," (ID | STREAM_ID)] ")"
            | "[" "(" CLOCK [DATE] ")" ["," "(" STREAM_ID ")"] "]"
            | "(" STREAM_ID ")"
            | "{" STREAM_ID "}"
    qualifier: SIGN WORD ["=" VALUES]
    option: ";" OPTION
    ROOT: "/"
    NAME: /[\w@?%*-]+/
    DOMAIN: /[\w@?%*-]+(?=!)/
    CLOCK.3: /\d{4}(?=[\s,)])/
    DATE: /\d{1,2}\/\d{1,2}(\/\d{2,4})?/
    ID: /\(?\w+\)?/
    STREAM_ID.2: /\w{16}(?=[)}])/
    SIGN: "+" | "~"
    WORD: /[a-z]+/i
    VALUES: /(?:"[^"]*"|\+\d+[ \t]*days?|[^;+~"])+/i
    OPTION: /[^;+~]+/
    %ignore /[ \t]+/
"""


@dataclass(frozen=True, slots=True)
class Instance:
    """A schedule time as conman writes it, `(0600 11/23)`, on the engine's clock."""

    at: time
    day: int | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A name with its folder; the folder is None where none was written."""

    name: str
    folder: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Qualifier:
    """`+state=abend,fail` or `~priority=0`. `values` are empty where there is no `=`; an empty one is an open end."""

    wanted: bool
    word: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a display command selects. `stream_id` is the engine's own id of a stream where no time goes with it."""

    workstation: Path | None = None
    path: Path | None = None
    instance: Instance | None = None
    stream_id: str | None = None
    job: str | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    options: frozenset[str] = field(default_factory=frozenset)


class _Builder(Transformer[Token, Selection]):
    """From the parse tree to a Selection."""

    def path(self, items: list[Token]) -> Path:
        parts = [str(item) for item in items if item.type == "NAME"]
        rooted = any(item.type == "ROOT" for item in items)
        folder = "/" + "/".join(parts[:-1]) if rooted or len(parts) > 1 else None
        return Path(parts[-1], folder, next((str(item) for item in items if item.type == "DOMAIN"), None))

    def workstation(self, items: list[Path]) -> Path:
        return items[0]

    def instance(self, items: list[Token | None]) -> Instance | str:
        tokens = {item.type: str(item) for item in items if item is not None}
        clock = tokens.get("CLOCK")
        if clock is None:
            return tokens["STREAM_ID"]
        if int(clock[:2]) > 23 or int(clock[2:]) > 59:
            raise ValueError(clock)
        date = tokens.get("DATE")
        month, day, year = ([int(part) for part in date.split("/")] + [0])[:3] if date else (0, 0, 0)
        return Instance(
            at=time(int(clock[:2]), int(clock[2:])),
            day=day or None,
            month=month or None,
            year=(year + 2000 if year < 100 else year) if year else None,
        )

    def qualifier(self, items: list[Token | None]) -> Qualifier:
        sign, word, values = items
        listed = tuple(value.strip().strip('"') for value in values.split(",")) if values else ()
        if values and not any(listed):
            raise ValueError(values)
        return Qualifier(str(sign) == "+", str(word).lower(), listed)

    def option(self, items: list[Token]) -> str:
        return str(items[0]).strip().lower()

    def selection(self, items: list[Path | Instance | Token | str | None]) -> Selection:
        workstation, path, instance, job = items
        return Selection(
            workstation=workstation if isinstance(workstation, Path) else None,
            path=path if isinstance(path, Path) else None,
            instance=instance if isinstance(instance, Instance) else None,
            stream_id=instance if isinstance(instance, str) else None,
            job=str(job) if job else None,
        )

    def start(self, items: list[Selection | Qualifier | str]) -> Selection:
        selected = next((item for item in items if isinstance(item, Selection)), Selection())
        return Selection(
            selected.workstation,
            selected.path,
            selected.instance,
            selected.stream_id,
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
