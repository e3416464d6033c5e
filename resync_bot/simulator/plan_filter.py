"""The `plan_filter` parameter: conman's selection syntax, the part of it that names and folders need.

`/folder/workstation#/folder/stream.job`, with the wildcards @ (any characters) and ? (one). Without a folder the root
folder is meant, `/@/` is every folder; what is left out is not restricted (`/MDM_PROD#/` is all on that workstation).
Qualifiers (`+state=abend`, `~priority=0`) are refused: whether the REST API takes them is not known.
Facts from the User's Guide 10.2.5, "Selecting objects in commands", read 2026-11-23.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from resync_bot.errors import ResyncError
from resync_bot.simulator.oql.compilation import wildcard_expression

_TEXT = re.compile(r"[A-Za-z0-9_\-@?/]*")


class PlanFilterError(ResyncError):
    """The selection cannot be read: the API's answer is 400."""


@dataclass(frozen=True, slots=True)
class Path:
    """A pattern for the folder and the name of an object."""

    folder: Callable[[str], object]
    name: Callable[[str], object]

    def matches(self, folder: str, name: str) -> bool:
        """Whether an object of that folder (without a slash at its end) and name is meant."""
        return bool(self.folder(folder) and self.name(name))


@dataclass(frozen=True, slots=True)
class Selection:
    """What a selection restricts; None is no restriction. `text` is how it was written, without the job."""

    text: str
    workstation: Path | None
    path: Path | None
    job: Callable[[str], object] | None


def parse_selection(text: str) -> Selection:
    """Reads `[workstation#]object[.job]`. Raises PlanFilterError."""
    if "+" in text or "~" in text:
        raise PlanFilterError("qualifiers are not supported in plan_filter")
    workstation, hash_sign, rest = text.rpartition("#")
    path, dot, job = rest.partition(".")
    for part in (workstation, path, job):
        if not _TEXT.fullmatch(part):
            raise PlanFilterError(f"{part!r} is not a selection of names and folders")
    if not text or (dot and not job) or (hash_sign and not workstation):
        raise PlanFilterError(f"{text!r} is not a selection")
    return Selection(
        text=f"{workstation}{hash_sign}{path}",
        workstation=_path(workstation) if hash_sign else None,
        path=_path(path),
        job=_like(job) if dot and job != "@" else None,
    )


def _path(text: str) -> Path | None:
    folder, slash, name = text.rpartition("/")
    if not name and folder in ("", "/@"):
        return None
    anywhere = slash and folder.rstrip("/") == "/@"
    return Path(
        folder=(lambda _: True) if anywhere else _like(folder if folder.startswith("/") else f"/{folder}"),
        name=_like(name or "@"),
    )


def _like(pattern: str) -> Callable[[str], object]:
    return re.compile(wildcard_expression(pattern), re.DOTALL).fullmatch
