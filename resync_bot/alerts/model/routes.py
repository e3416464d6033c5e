"""Who is told what: rules, silences, and where they lead."""

from datetime import datetime
from enum import StrEnum

from resync_bot.alerts.model.troubles import Severity, TroubleKind, Value


class Pattern(Value):
    """Which troubles are meant. Names take HWA's wildcards `@` (any characters) and `?` (one); `*` is `@` too.

    None means any. `/PAYROLL@` as a folder takes its subfolders too. `name` is what operators call it, whatever it is:
    a job's own name or its stream's, a prompt's, a workstation's that is down.
    """

    engine: str | None = None
    name: str | None = None
    folder: str | None = None
    stream: str | None = None
    job: str | None = None
    workstation: str | None = None
    kinds: tuple[TroubleKind, ...] = ()  # none named: all
    severity: Severity = Severity.WARNING  # and worse
    critical: bool = False  # only critical jobs, and what endangers one


class Origin(StrEnum):
    """Who made a rule."""

    FILE = "file"
    CHAT = "chat"
    DEFAULT = "default"  # the settings' `to`


class Rule(Value):
    """Whose alerts go where. `to` and `mention` hold encoded Places and people in their platform's own ids."""

    id: str
    origin: Origin
    pattern: Pattern
    to: tuple[str, ...]
    name: str = ""
    mention: tuple[str, ...] = ()  # who is called by an alert of `mention_from` and worse
    mention_from: Severity = Severity.CRITICAL
    runbook: str = ""  # a link; {job}, {stream}, {workstation} are filled in
    language: str = "en"
    group_wait: float | None = None  # seconds; None: the settings'
    group_interval: float | None = None
    repeat_interval: float | None = None
    storm: int | None = None
    by: str = ""
    at: datetime | None = None


class Silence(Value):
    """Nothing is told about what matches, until a time, or until somebody says that a change ticket is closed."""

    id: str
    pattern: Pattern
    until: datetime  # always: a ticket that is never closed must not keep silent for ever
    by: str
    at: datetime
    place: str  # encoded: where it was ordered, and where its recap goes
    ticket: str = ""
    reason: str = ""
    language: str = "en"


class Route(Value):
    """One place where a group is told, and by which rule."""

    place: str
    rule: Rule
