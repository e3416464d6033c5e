"""Names in questions as HWA writes them: `WS#/FOLDER/STREAM(0600 11/23).JOB` and every part of that."""

import re
from dataclasses import dataclass
from datetime import time

from resync_bot.agent.conman.selection import Instance

_FULL = re.compile(
    r"(?:(?P<workstation>[^#\s]+)#)?"
    r"(?P<folder>/(?:[^/.#(]+/)*)?"
    r"(?P<first>[^/.#(]+)?"
    r"(?:\((?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\s(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{2,4}))?)?\))?"
    r"(?:\.(?P<job>[^/.#(]+))?"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name taken apart. `stream` is set only where a job's name follows it; `name` is the last part."""

    name: str | None
    stream: str | None = None
    folder: str | None = None
    workstation: str | None = None
    instance: Instance | None = None
    is_path: bool = False  # it began with a slash: it may also name a folder


def mention(text: str) -> Mention:
    """`text` taken apart; a text of any other form is a name as it stands. `@` alone is no name: it is any."""
    match = _FULL.fullmatch(text)
    if match is None:
        return Mention(text)
    first, job = match["first"], match["job"]
    folder = "/" + match["folder"].strip("/") if match["folder"] else None
    return Mention(
        name=job or first,
        stream=first if job else None,
        folder=folder,
        workstation=match["workstation"].rsplit("/", 1)[-1] if match["workstation"] else None,
        instance=_instance(match),
        is_path=bool(match["folder"]) and match["workstation"] is None and not job,
    )


def _instance(match: re.Match[str]) -> Instance | None:
    if not match["hour"]:
        return None
    year = int(match["year"]) if match["year"] else None
    return Instance(
        at=time(int(match["hour"]), int(match["minute"])),
        month=int(match["month"]) if match["month"] else None,
        day=int(match["day"]) if match["day"] else None,
        year=year + 2000 if year is not None and year < 100 else year,
    )


def is_any(name: str | None) -> bool:
    """Whether a name of a selection leaves it open: nothing, or wildcards for all."""
    return not name or set(name) <= {"@", "*"}


def has_wildcard(name: str) -> bool:
    """Whether a name stands for several."""
    return any(sign in name for sign in "@*?%")
