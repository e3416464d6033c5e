"""What an outside event says of one job: a hint to look at that job now. The truth is read from the engine.

Three forms are taken, all JSON objects: the keys of HWA's JobStatusChanged event, ServiceNow's incident and the Common
Incident Data Model of IBM Z ChatOps. Each may have a key `engine` with the name of one of the bot's engines.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from resync_bot.conversation.inbox import printable
from resync_bot.errors import ResyncError
from resync_bot.tws.models import Status

LONGEST_TEXT: Final = 500  # characters of a message that are kept

# Moments that a clock of our time can mean, from 2001 to 2286: ten digits are seconds, thirteen are milliseconds.
_SECONDS_DIGITS, _MILLISECONDS_DIGITS = 10, 13

# The words of the event rules and of the Dynamic Workload Console for a status, where they are not those of the API.
_PUBLIC_WORDS: Final = {
    "BLOCKED": Status.BLOCKED,
    "CANCELLED": Status.CANCELED,
    "SUPPRESSED": Status.SUPPRESS,
    "SUPPRESSED BY CONDITION": Status.SUPPRESS,
    "UNDEFINED": Status.UNDECIDED,
}


class NoticeSource(StrEnum):
    """The form in which a notice came."""

    JOB_STATUS_CHANGED = "job_status_changed"
    SERVICENOW = "servicenow"
    ZCHATOPS = "zchatops"


class MalformedNoticeError(ResyncError):
    """A body is none of the forms: its sender must change it. `str(error)` is one plain reason, meant for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What was said of one job. Names are as the sender wrote them, and empty where it named none."""

    source: NoticeSource
    engine: str  # one of the bot's engines, in its own spelling
    received: datetime
    job: str
    event: str = ""  # JobStatusChanged, JobLate ...
    workstation: str = ""  # where the job runs
    stream_workstation: str = ""
    folder: str = ""  # of the stream
    stream: str = ""
    scheduled: datetime | None = None
    status: Status | None = None
    internal_status: str = ""
    return_code: int | None = None
    job_number: int | None = None
    occurred: datetime | None = None
    text: str = ""  # what a person reads; written by others, so data only


class EngineNames(Protocol):
    """The names of the bot's engines: `resync_bot.tws.queries.Engines`."""

    default: str

    def named(self, name: str) -> str | None:
        """The engine's own spelling of `name`; None if there is no such engine."""


class Form(BaseModel):
    """Base of the bodies: frozen, and deaf to keys that it does not know, because every release adds some."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def reason(error: ValidationError) -> str:
    """The first mistake, in one line: the key, and what is wrong with it. Repeats nothing of the body."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    text = first["msg"].removeprefix("Value error, ")
    return f"{key}: {text}" if key else text


def engine_of(name: str, engines: EngineNames) -> str:
    """The engine that is meant: the default if none is named. Raises MalformedNoticeError if there is none such."""
    if not name:
        return engines.default
    own = engines.named(name)
    if own is None:
        raise MalformedNoticeError("engine: is not the name of one of the bot's engines")
    return own


def shown(*parts: str) -> str:
    """One text of what was written, without what cannot be shown, cut to its first characters."""
    return printable("\n".join(part for part in parts if part)).strip()[:LONGEST_TEXT]


def moment(value: object) -> datetime | None:
    """A time that can be read in one way only: ISO 8601 with its offset, or seconds or milliseconds since 1970.

    None for everything else: how a site writes times depends on its settings, and a hint is of use without them.
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit():
        if len(text) in (_SECONDS_DIGITS, _MILLISECONDS_DIGITS):
            return datetime.fromtimestamp(int(text[:_SECONDS_DIGITS]), UTC)
        return None
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def status_of(word: str) -> Status | None:
    """The status by its public word (`Error`, `Suppressed by condition`) or that of the API; None if none is given."""
    upper = word.strip().upper()
    if not upper:
        return None
    if upper in _PUBLIC_WORDS:
        return _PUBLIC_WORDS[upper]
    return Status(upper) if upper in Status.__members__ else Status.UNKNOWN


def _empty_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Moment = Annotated[datetime | None, BeforeValidator(moment)]
Number = Annotated[int | None, BeforeValidator(_empty_is_none)]
