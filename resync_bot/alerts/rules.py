"""The rules that a site keeps in a file, `alerts.toml`.

Every mistake stops the start, with one line that names the rule, what is wrong and an example: a rule that was
silently left out would be an alert that nobody gets.
"""

import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from resync_bot.alerts.matching import means_engine
from resync_bot.alerts.model import Origin, Pattern, Rule, Severity, TroubleKind
from resync_bot.conversation.model import Place, is_called_well
from resync_bot.errors import ConfigurationError
from resync_bot.tws.oql import is_possible_name

PLACE_EXAMPLE: Final = "slack/T0123ABCD/C0456EFGH"
RUNBOOK_FIELDS: Final = ("job", "stream", "workstation")

_DURATION = re.compile(r"(\d+)\s*(s|m|min|h|d)?")
_SECONDS = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_EXAMPLES: Final = {
    "to": f'to = ["{PLACE_EXAMPLE}"]',
    "kinds": 'kinds = ["job_failed", "stream_stuck"]',
    "severity": 'severity = "error"',
    "mention_from": 'mention_from = "critical"',
    "critical": "critical = true",
    "mention": 'mention = ["U024BE7LH"]',
    "runbook": 'runbook = "https://wiki.example.org/{stream}/{job}"',
    "language": 'language = "pt"',
    "group_wait": 'group_wait = "10s"',
    "group_interval": 'group_interval = "5m"',
    "repeat_interval": 'repeat_interval = "4h"',
    "storm": "storm = 10",
    "name": 'name = "payroll"',
    "engine": 'engine = "PROD"',
    "folder": 'folder = "/PAYROLL@"',
    "stream": 'stream = "PAYROLL_DAILY"',
    "job": 'job = "PAY@"',
    "workstation": 'workstation = "FTA_PAY?"',
    "object": 'object = "PAY@"',
}


def place_of(text: str) -> Place:
    """The place that `slack/<workspace>/<channel>` or `teams/<tenant>/<conversation>` names: no thread of it.

    Raises ValueError, whose text has an example.
    """
    platform, _, rest = text.strip().partition("/")
    tenant, _, channel = rest.partition("/")
    channel = channel.removesuffix("/")
    if not platform or not channel:
        raise ValueError(f"{text!r} is no place: platform/workspace or tenant/channel, for example {PLACE_EXAMPLE}")
    return Place(platform.lower(), unquote(tenant), unquote(channel))


def load_rules(path: Path, *, engines: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules of the file, in its order. `engines` are those that there are: a rule for none of them is a mistake.

    Raises ConfigurationError with one line per mistake.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name}: cannot be read: {error}") from None
    return read_rules(text, path.name, engines=engines)


def read_rules(text: str, source: str, *, engines: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The same from a text; `source` names it in mistakes."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{source}: is not TOML: {error}") from None
    wrong = [f"{source}: {name}: is not known here; rules begin with [[rule]]" for name in content if name != "rule"]
    tables = content.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError(f"{source}: rule: each rule begins with [[rule]], in double brackets")
    rules: list[Rule] = []
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        label = f"{source}, rule {number}" + (f" ({table['name']})" if isinstance(table.get("name"), str) else "")
        try:
            written = _Written.model_validate(table)
        except ValidationError as error:
            wrong += [f"{label}: {line}" for line in _lines(error)]
            continue
        rule = written.rule(number)
        if rule.id in names:
            wrong.append(f"{label}: name: another rule has this name; give each its own")
        names.add(rule.id)
        if engines and not any(means_engine(rule.pattern, engine) for engine in engines):
            wrong.append(f"{label}: engine: there is no {rule.pattern.engine}; there is {', '.join(engines)}")
        rules.append(rule)
    if wrong:
        raise ConfigurationError("\n".join(wrong))
    return tuple(rules)


def _seconds(value: object) -> object:
    """`10`, `"10s"`, `"5m"`, `"4h"` in seconds."""
    if isinstance(value, bool):
        raise ValueError("must be a length of time")  # noqa: TRY004 - pydantic reports ValueError
    if not isinstance(value, str):
        return value
    found = _DURATION.fullmatch(value.strip().lower())
    if found is None:
        raise ValueError("must be a length of time")
    return int(found[1]) * _SECONDS[found[2]]


Duration = Annotated[float, BeforeValidator(_seconds)]


class _Written(BaseModel):
    """A rule as it is written in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", max_length=60)
    engine: str | None = None
    object: str | None = None
    folder: str | None = None
    stream: str | None = None
    job: str | None = None
    workstation: str | None = None
    kinds: tuple[TroubleKind, ...] = ()
    severity: Severity = Severity.WARNING
    critical: bool = False
    to: tuple[str, ...] = Field(min_length=1)
    mention: tuple[str, ...] = ()
    mention_from: Severity = Severity.CRITICAL
    runbook: str = ""
    language: str = Field("en", pattern="^(en|pt)$")
    group_wait: Duration | None = Field(None, ge=0)
    group_interval: Duration | None = Field(None, gt=0)
    repeat_interval: Duration | None = Field(None, gt=0)
    storm: int | None = Field(None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list_too(cls, values: Any) -> Any:
        """`to = "slack/..."` is what people write for a single one."""
        if not isinstance(values, dict):
            return values
        lists = ("to", "kinds", "mention")
        return values | {name: [values[name]] for name in lists if isinstance(values.get(name), str)}

    @field_validator("engine", "object", "folder", "stream", "job", "workstation")
    @classmethod
    def _can_exist(cls, name: str | None) -> str | None:
        if name is not None and not is_possible_name(name.replace("*", "@").strip("/") or "@"):
            raise ValueError(f"{name!r} can be no name of the plan")
        return name

    @field_validator("to")
    @classmethod
    def _are_places(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place_of(place).encode() for place in places))

    @field_validator("mention")
    @classmethod
    def _can_be_called(cls, people: tuple[str, ...]) -> tuple[str, ...]:
        for person in people:
            if not is_called_well(person):
                raise ValueError(f"{person!r} is nobody's id; an id, not a name")
        return people

    @field_validator("runbook")
    @classmethod
    def _is_a_link(cls, link: str) -> str:
        if not link:
            return link
        try:
            fields = [name for _, name, form, conversion in Formatter().parse(link) if name is not None]
            is_plain = not any(form or conversion for _, _, form, conversion in Formatter().parse(link))
            parts = urlsplit(link)
        except ValueError:
            raise ValueError("is no link") from None
        if parts.scheme not in {"http", "https"} or not parts.netloc or not is_plain:
            raise ValueError("is no link")
        if unknown := [name for name in fields if name not in RUNBOOK_FIELDS]:
            raise ValueError(f"{{{unknown[0]}}} is not known; there are {', '.join(RUNBOOK_FIELDS)}")
        return link

    def rule(self, number: int) -> Rule:
        """As alerting knows it."""
        return Rule(
            id=f"file:{self.name or number}",
            origin=Origin.FILE,
            pattern=Pattern(
                engine=self.engine,
                name=self.object,
                folder=self.folder,
                stream=self.stream,
                job=self.job,
                workstation=self.workstation,
                kinds=self.kinds,
                severity=self.severity,
                critical=self.critical,
            ),
            to=self.to,
            name=self.name,
            mention=self.mention,
            mention_from=self.mention_from,
            runbook=self.runbook,
            language=self.language,
            group_wait=self.group_wait,
            group_interval=self.group_interval,
            repeat_interval=self.repeat_interval,
            storm=self.storm,
        )


def _lines(error: ValidationError) -> list[str]:
    return [_line(mistake) for mistake in error.errors(include_url=False, include_context=False, include_input=False)]


def _line(mistake: ErrorDetails) -> str:
    name = str(mistake["loc"][0]) if mistake["loc"] else "rule"
    if mistake["type"] == "extra_forbidden":
        similar = get_close_matches(name, _Written.model_fields, 1)
        return f"{name}: is not known" + (f"; did you mean {similar[0]}?" if similar else f"; {_known()}")
    if mistake["type"] == "missing":
        return f"{name}: is missing, for example {_EXAMPLES[name]}"
    text = mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] == "string_pattern_mismatch":
        text = "must be en or pt"
    example = _EXAMPLES.get(name, "")
    return f"{name}: {text[:1].lower()}{text[1:]}" + (f", for example {example}" if example else "")


def _known() -> str:
    return f"there are {', '.join(_Written.model_fields)}"
