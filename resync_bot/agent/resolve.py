"""From a name that somebody typed to the object of the plan that it means.

First the exact name, then the name as a part of others; never a guess between several: who asked is asked back.
"""

import re
from asyncio import Task
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeVar

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import OSA

from resync_bot.agent.arguments import JobTarget, StreamTarget
from resync_bot.agent.names import folder_name, is_pattern, name_parts, part_pattern, pattern
from resync_bot.agent.results import Ambiguous, NoMatch
from resync_bot.runtime.together import together
from resync_bot.tws.models import Job, JobStream, Status, Workstation
from resync_bot.tws.queries import JobQuery, Page, StreamQuery, Tws

T = TypeVar("T", Job, JobStream)

SHOWN = 10  # candidates that are named when a name is ambiguous
SIMILAR_ENOUGH = 70.0  # of rapidfuzz's 100: about one letter wrong in four, or a word missing
MOST_SIMILAR = 5
MOST_MISTAKES = 2  # letters wrong, missing, too many or swapped in a name that is clearly another one misspelt
SHORTEST_CLEAR = 6  # of shorter names, two letters are too much
NAMES_COMPARED = 2000  # names fetched for "did you mean": a plan of 100 000 jobs is not read for a misspelling
_PAGE = 500
_SHORTEST_WORD = 4  # of a name, that says enough to look for others by it
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


def most_similar(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The names that look like `name`, the most similar first; one alone where it differs in a letter or two."""
    names = sorted(set(known))
    mistakes = {one: OSA.distance(name.upper(), one.upper(), score_cutoff=MOST_MISTAKES) for one in names}
    nearest = [one for one, count in mistakes.items() if count <= MOST_MISTAKES]
    fewest = min((mistakes[one] for one in nearest), default=0)
    clear = [one for one in nearest if mistakes[one] == fewest]
    if len(clear) == 1 and len(name) >= SHORTEST_CLEAR:
        return tuple(clear)
    matches = process.extract(
        name,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=SIMILAR_ENOUGH,
        limit=MOST_SIMILAR,
    )
    return tuple(match for match, _score, _index in matches)


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

    async def jobs(name: str | None, offset: int) -> Page[Job]:
        return await tws.jobs(JobQuery(name=name), limit=_PAGE, offset=offset)

    async def streams(name: str | None, offset: int) -> Page[JobStream]:
        return await tws.streams(StreamQuery(name=name), limit=_PAGE, offset=offset)

    async with together() as group:
        engine = group.create_task(tws.engine())
        job_names = group.create_task(_names(jobs, wanted))
        stream_names = group.create_task(_names(streams, wanted)) if asked.streams else None
    known = (*job_names.result(), *(stream_names.result() if stream_names else ()))
    return NoMatch(engine=engine.result(), name=_as_asked(asked), similar=most_similar(wanted, known))


def _as_asked(asked: _Asked) -> str:
    """What was looked for, with the stream and workstation that it was to be in: the name alone may well exist."""
    if "#" in asked.name or "/" in asked.name:
        return asked.name
    workstation = f"{asked.jobs.workstation}#" if asked.jobs.workstation else ""
    stream = f"{asked.jobs.stream}." if asked.jobs.stream and "." not in asked.name else ""
    return f"{workstation}{stream}{asked.name}"


def _alike(name: str) -> list[str]:
    """Patterns of the names that a misspelt one may stand for: one mistake leaves its beginning, its end or a word."""
    words = sorted((word for word in re.split(r"[_@-]+", name) if len(word) >= _SHORTEST_WORD), key=len, reverse=True)
    patterns = [f"{name[:3]}@", f"@{name[-4:]}", *(f"@{word}@" for word in words[:2])]
    return [pattern for pattern in dict.fromkeys(patterns) if len(pattern) > 2]


async def _names(fetch: Callable[[str | None, int], Coroutine[Any, Any, Page[T]]], wanted: str) -> Sequence[str]:
    """Names of the plan to compare with: all of a small plan, of a large one those that are alike."""
    first = await fetch(None, 0)
    if first.total > NAMES_COMPARED:
        async with together() as group:
            pages: list[Task[Page[T]]] = [group.create_task(fetch(pattern, 0)) for pattern in _alike(wanted)]
        return [item.name for page in pages for item in page.result().items]
    names = [item.name for item in first.items]
    while len(names) < first.total:
        page = await fetch(None, len(names))
        if not page.items:
            break
        names += (item.name for item in page.items)
    return names
