"""How operators write names, and what to ask the engine for them. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

_WILDCARDS = frozenset("@?%*")
# [workstation#][/folder/][stream.]name
_FULL_NAME = re.compile(
    r"(?:(?P<workstation>[^#\s]+)\#)?(?P<folder>/(?:[^/.#]+/)*)?(?:(?P<stream>[^/.#]+)\.)?(?P<name>[^/.#]+)"
)
# The instance of a stream, as conman writes it: PAYROLL_DAILY(2230 11/22/26) or PAYROLL_DAILY[(...),(0AAA...)]
_INSTANCE = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_SCHEDULED = re.compile(
    r"\b(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d) (?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d\d|\d{4})\b"
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart; None where it says nothing about that part. `scheduled` is as the engine's clock shows it."""

    name: str
    stream: str | None = None
    folder: str | None = None
    workstation: str | None = None
    scheduled: datetime | None = None


def name_parts(text: str) -> NameParts:
    """`FTA1#/PAYROLL/DAILY(2230 11/22/26).POST` taken apart. A text that is no such name is a name as it stands."""
    bare = _INSTANCE.sub("", text).strip().strip("`'\"").strip()
    whole = _FULL_NAME.fullmatch(bare)
    if whole is None:
        return NameParts(pattern(bare or text))
    stream, folder, workstation = whole.group("stream", "folder", "workstation")
    return NameParts(
        pattern(whole["name"]),
        stream=pattern(stream) if stream else None,
        folder=folder_name(folder) if folder else None,
        workstation=pattern(workstation) if workstation else None,
        scheduled=_scheduled(text),
    )


def _scheduled(text: str) -> datetime | None:
    found = _SCHEDULED.search(text)
    if found is None:
        return None
    hour, minute, month, day, year = (int(part) for part in found.group("hour", "minute", "month", "day", "year"))
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute)  # noqa: DTZ001 - the engine's zone
    except ValueError:
        return None


def pattern(text: str) -> str:
    """What the engine compares with: its names are in capitals, `*` is what people type for its `@`.

    Blanks between words stand for whatever joins them in the name ("payroll post" is `PAYROLL@POST`).
    """
    return re.sub(r"\s+", "@", text.strip().upper().replace("*", "@"))


def workstation_pattern(text: str) -> str:
    """A workstation's own name: `/FINANCE/FTA_PAY01` is FTA_PAY01 in the folder /FINANCE."""
    return pattern(text).rsplit("/", 1)[-1]


def is_pattern(text: str) -> bool:
    """Whether it has wildcards, so that it already asks for several names."""
    return any(character in _WILDCARDS for character in text)


def part_pattern(text: str) -> str:
    """All names that have `text` in them."""
    return f"@{text.strip('@')}@"


def folder_name(text: str) -> str:
    """A folder as the engine names it: in capitals, from the root on, without a slash at the end."""
    return "/" + text.strip().upper().replace("*", "@").strip("/")


def folder_pattern(text: str) -> str:
    """The folder and all that are below it, unless it says otherwise by a wildcard of its own."""
    name = folder_name(text)
    return name if is_pattern(name) else f"{name}@"


def matches(wanted: str, name: str) -> bool:
    """Whether `name` is the one, or one of those, that the pattern `wanted` asks for; case does not count."""
    expression = "".join({"@": ".*", "*": ".*", "?": "."}.get(sign) or re.escape(sign) for sign in wanted)
    return re.fullmatch(expression, name, re.IGNORECASE | re.DOTALL) is not None
