"""From a name that somebody typed to the object of the plan that it means.

First the exact name, then the name as a part of others; never a guess between several: who asked is asked back.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from resync_bot.agent.arguments import JobTarget, StreamTarget
from resync_bot.agent.names import folder_name, is_pattern, name_parts, part_pattern, pattern
from resync_bot.agent.results import Ambiguous, NoMatch
from resync_bot.runtime.together import together
from resync_bot.tws.models import Job, JobStream, Status, Workstation
from resync_bot.tws.queries import JobQuery, Page, StreamQuery, Tws
from resync_bot.tws.similar import similar_names

SHOWN = 10  # candidates that are named when a name is ambiguous
_INSTANCES = 50  # how many of a name are looked through for the one that is scheduled at a given time
_NO_JOBS: Page[Job] = Page(0, ())
_NO_STREAMS: Page[JobStream] = Page(0, ())


class _Meant(Enum):
    """What is meant where a name fits jobs and job streams alike."""

    JOB = auto()
    STREAM = auto()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A target as queries. `streams` is None where the name can only be a job's."""

    name: str
    pattern: str
    jobs: JobQuery
    streams: StreamQuery | None
    scheduled: datetime | None

    @property
    def by_part(self) -> "_Asked":
        part = part_pattern(self.pattern)
        streams = replace(self.streams, name=part) if self.streams else None
        return replace(self, jobs=replace(self.jobs, name=part), streams=streams)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a name fits: the first of each kind."""

    jobs: Page[Job]
    streams: Page[JobStream]

    @property
    def total(self) -> int:
        return self.jobs.total + self.streams.total

    def as_meant(self, meant: _Meant) -> "_Found":
        if meant is _Meant.JOB and self.jobs.total:
            return _Found(self.jobs, _NO_STREAMS)
        if meant is _Meant.STREAM and self.streams.total:
            return _Found(_NO_JOBS, self.streams)
        return self


async def resolve_job(
    tws: Tws, target: JobTarget, *, preferred: tuple[Status, ...] = ()
) -> Job | JobStream | Ambiguous | NoMatch:
    """The job that `target` names, or the job stream if there is no such job. Without runs and dependencies.

    Where several fit, those with a `preferred` status are meant if there are any: of "why did PAYROLL fail" those
    that failed. Raises EngineError.
    """
    asked = _asked(target, target.stream)
    found = (await _find(tws, asked)).as_meant(_Meant.JOB)
    if not found.total and not is_pattern(asked.pattern):
        asked = asked.by_part
        found = await _find(tws, asked)
    if found.jobs.total > 1 and preferred:
        chosen = replace(asked, jobs=replace(asked.jobs, statuses=preferred), streams=None)
        found_chosen = await _find(tws, chosen)
        found = found_chosen if found_chosen.total else found
    return await _one_or_ask(tws, asked, found)


async def resolve_stream(tws: Tws, target: StreamTarget) -> Job | JobStream | Ambiguous | NoMatch:
    """The job stream that `target` names, or the job if there is no such stream. Without dependencies.

    Raises EngineError.
    """
    asked = _asked(target, None)
    found = (await _find(tws, asked)).as_meant(_Meant.STREAM)
    if not found.total and not is_pattern(asked.pattern):
        asked = asked.by_part
        found = (await _find(tws, asked)).as_meant(_Meant.STREAM)
    return await _one_or_ask(tws, asked, found)


async def look_up_name(tws: Tws, name: str) -> Job | JobStream | Workstation | Ambiguous | NoMatch:
    """The job, job stream or workstation of that name. Raises EngineError."""
    asked = _asked(JobTarget(name=name), None)
    found = await _find(tws, asked)
    if not found.total and not is_pattern(asked.pattern):
        workstations = await tws.workstations(asked.pattern) if asked.streams else ()
        if len(workstations) == 1:
            return workstations[0]
        asked = asked.by_part
        found = await _find(tws, asked)
    return await _one_or_ask(tws, asked, found)


def _asked(target: JobTarget | StreamTarget, stream: str | None) -> _Asked:
    parts = name_parts(target.name)
    of_stream = name_parts(stream) if stream else None  # may be written with its folder: /PAYROLL/PAYROLL_DAILY
    stream = of_stream.name if of_stream else parts.stream
    folder = folder_name(target.folder) if target.folder else parts.folder or (of_stream.folder if of_stream else None)
    workstation = pattern(target.workstation) if target.workstation else parts.workstation
    return _Asked(
        target.name,
        parts.name,
        JobQuery(name=parts.name, stream=stream, folder=folder, workstation=workstation),
        StreamQuery(name=parts.name, folder=folder, workstation=workstation) if stream is None else None,
        target.scheduled or parts.scheduled,
    )


async def _find(tws: Tws, asked: _Asked) -> _Found:
    limit = _INSTANCES if asked.scheduled else SHOWN
    async with together() as group:
        jobs = group.create_task(tws.jobs(asked.jobs, limit=limit))
        streams = group.create_task(tws.streams(asked.streams, limit=limit)) if asked.streams else None
    found = _Found(jobs.result(), streams.result() if streams else _NO_STREAMS)
    if asked.scheduled is None:
        return found
    jobs_then = tuple(job for job in found.jobs.items if _is_at(job.scheduled, asked.scheduled))
    streams_then = tuple(stream for stream in found.streams.items if _is_at(stream.scheduled, asked.scheduled))
    return _Found(Page(len(jobs_then), jobs_then), Page(len(streams_then), streams_then))


def _is_at(scheduled: datetime | None, wanted: datetime) -> bool:
    if scheduled is None:
        return False
    if wanted.tzinfo is None:  # said as the engine's clock shows it
        wanted = wanted.replace(tzinfo=scheduled.tzinfo)
    return abs((scheduled - wanted).total_seconds()) < 60


async def _one_or_ask(tws: Tws, asked: _Asked, found: _Found) -> Job | JobStream | Ambiguous | NoMatch:
    if not found.total:
        return await _no_match(tws, asked)
    if found.total == 1:
        return found.jobs.items[0] if found.jobs.items else found.streams.items[0]
    return Ambiguous(
        engine=await tws.engine(),
        name=asked.name,
        total=found.total,
        jobs=found.jobs.items[:SHOWN],
        streams=found.streams.items[:SHOWN],
    )


async def _no_match(tws: Tws, asked: _Asked) -> NoMatch:
    wanted = name_parts(asked.name).name.strip("@")
    async with together() as group:
        engine = group.create_task(tws.engine())
        similar = group.create_task(similar_names(tws, wanted, streams=asked.streams is not None))
    return NoMatch(engine=engine.result(), name=_as_asked(asked), similar=similar.result())


def _as_asked(asked: _Asked) -> str:
    """What was looked for, with the stream and workstation that it was to be in: the name alone may well exist."""
    if "#" in asked.name or "/" in asked.name:
        return asked.name
    workstation = f"{asked.jobs.workstation}#" if asked.jobs.workstation else ""
    stream = f"{asked.jobs.stream}." if asked.jobs.stream and "." not in asked.name else ""
    return f"{workstation}{stream}{asked.name}"
