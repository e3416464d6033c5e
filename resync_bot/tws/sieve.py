"""Filters what an API sent by what it could not be asked to filter by."""

import re
from functools import lru_cache

from resync_bot.tws.models import Job, JobStream
from resync_bot.tws.oql import is_possible_name
from resync_bot.tws.queries import JobQuery, StreamQuery


def can_exist(*names: str | None) -> bool:
    """Whether an object with such names can exist at all; if not, there is no need to ask."""
    return all(name is None or is_possible_name(name) for name in names)


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """HWA's wildcards: `@` is any characters, `?` is one."""
    parts = re.split(r"([@?])", name)
    return re.compile("".join({"@": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)


def name_fits(wanted: str | None, name: str) -> bool:
    """Whether `name` is `wanted`, or matches it if it has wildcards; None wants nothing."""
    return wanted is None or _pattern(wanted).fullmatch(name) is not None


def folder_fits(wanted: str | None, folder: str) -> bool:
    """The same for folders, which begin with a slash and do not end with one."""
    return wanted is None or name_fits("/" + wanted.strip("/"), folder)


def workstation_fits(wanted: str | None, workstation: str) -> bool:
    """The same for workstations: a bare name is one in any folder."""
    if wanted is None:
        return True
    bare = wanted.removeprefix("/")
    return name_fits(bare, workstation.removeprefix("/")) or (
        "/" not in bare and name_fits(bare, workstation.rpartition("/")[2])
    )


def job_fits(job: Job, query: JobQuery) -> bool:
    """Whether a job is one of those asked for, by all but its times and its plan."""
    return (
        name_fits(query.name, job.name)
        and name_fits(query.stream, job.stream)
        and folder_fits(query.folder, job.folder)
        and any(workstation_fits(query.workstation, one) for one in (job.workstation, job.stream_workstation or ""))
        and (not query.statuses or job.status in query.statuses)
        and (not query.internal_statuses or job.internal_status in query.internal_statuses)
        and query.critical in {None, job.critical}
        and query.late in {None, job.late}
        and query.stream_id in {None, job.stream_id}
        and (not query.ids or job.id in query.ids)
    )


def stream_fits(stream: JobStream, query: StreamQuery) -> bool:
    """Whether a job stream is one of those asked for, by all but its time."""
    return (
        name_fits(query.name, stream.name)
        and folder_fits(query.folder, stream.folder)
        and workstation_fits(query.workstation, stream.workstation)
        and (not query.statuses or stream.status in query.statuses)
        and (not query.internal_statuses or stream.internal_status in query.internal_statuses)
        and query.late in {None, stream.late}
        and (not query.ids or stream.id in query.ids)
    )
