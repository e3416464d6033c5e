"""OQL, the engine's query language: built from fields that are known and values that are escaped, never from text.

Facts (User's Guide 10.2.5, "Using Orchestration Query Language", and the V2 API document, checked 2026-11-23): strings
stand in single quotes, lists in brackets, instants are strings in UTC, LIKE takes @ (any characters) and ? (one). How
a quote inside of a string is written is not documented: it is doubled here, and what no name of HWA can hold never
gets this far (`is_possible_name`).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

WILDCARDS = re.compile(r"[@?]")
# Names begin with a letter and go on with letters, digits, dash and underscore; folders put slashes between them.
# Wider than that, since products and releases differ, but without what could end a string in any language.
_POSSIBLE = re.compile(r"[^\x00-\x1f\x7f'\"\\]{1,1000}")


class Field(StrEnum):
    """The fields that may be asked about."""

    ID = "id"
    NAME = "name"
    FOLDER = "folder"
    WORKSTATION = "workstation"
    STREAM_NAME = "jobStreamName"
    STREAM_ID = "jobStreamId"
    JOB_STATUS = "jobruns.commonStatus"
    JOB_INTERNAL_STATUS = "jobruns.compositeStatus.status"
    JOB_STARTED = "jobruns.timeInfo.actualStartTime"
    JOB_ENDED = "jobruns.timeInfo.actualEndTime"
    JOB_ELAPSED = "jobruns.elapsedTime"
    JOB_CRITICAL = "jobOptions.critical"
    JOB_CONFIRMED = "jobOptions.requiresConfirmation"
    JOB_REPEATS = "jobOptions.every"
    JOB_LOGIN = "jobDefinition.userLogin"
    JOB_RECOVERY = "jobDefinition.recoveryOption"
    PRIORITY = "priority"
    START_AT = "timeRestrictions.startTime"
    LATEST_START = "timeRestrictions.untilTime"
    DEADLINE = "timeRestrictions.deadlineTime"
    SCHEDULED = "schedTime"
    STREAM_STATUS = "commonStatus"
    STREAM_INTERNAL_STATUS = "compositeStatus.status"


def is_possible_name(text: str) -> bool:
    """Whether an object of HWA may have this name, or may match this pattern."""
    return _POSSIBLE.fullmatch(text) is not None


def literal(value: str | bool | datetime) -> str:
    """The text that OQL reads back as `value`. Raises ValueError for a naive datetime."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return f"'{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z'"
    return "'" + value.replace("'", "''") + "'"


def equals(field: Field, value: str | bool) -> str:
    """`field = value`."""
    return f"{field} = {literal(value)}"


def one_of(field: Field, values: Iterable[str]) -> str:
    """`field IN [values]`."""
    return f"{field} IN [{', '.join(literal(value) for value in values)}]"


def like(field: Field, pattern: str) -> str:
    """`field LIKE pattern`: @ and ? are wildcards, also those that came with the value."""
    return f"{field} LIKE {literal(pattern)}"


def matches(field: Field, name: str) -> str:
    """`field` is `name`, or matches it if it has wildcards."""
    return like(field, name) if WILDCARDS.search(name) else equals(field, name)


def from_until(field: Field, start: datetime | None, end: datetime | None) -> list[str]:
    """`start` <= field < `end`, as far as they are given."""
    bounds = [(">=", start), ("<", end)]
    return [f"{field} {operator} {literal(moment)}" for operator, moment in bounds if moment is not None]


def within(field: Field, lowest: int | None, highest: int | None) -> list[str]:
    """`lowest` <= field <= `highest`, as far as they are given."""
    bounds = [(">=", lowest), ("<=", highest)]
    return [f"{field} {operator} {number}" for operator, number in bounds if number is not None]


def any_of(conditions: Sequence[str]) -> str:
    """At least one holds."""
    return conditions[0] if len(conditions) == 1 else f"({' OR '.join(conditions)})"


def query(conditions: Iterable[str], *, order_by: Field | None = None, descending: bool = False) -> str:
    """All hold; sorted. Empty if nothing is asked."""
    text = " AND ".join(conditions)
    if order_by is None:
        return text
    return f"{text} ORDER BY {order_by} {'DESC' if descending else 'ASC'}".lstrip()
