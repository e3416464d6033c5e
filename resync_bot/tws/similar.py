"""Names of the plan that look like one that is not there: for "did you mean"."""

import re
from asyncio import Task
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import OSA

from resync_bot.runtime.together import together
from resync_bot.tws.models import Job, JobStream
from resync_bot.tws.queries import JobQuery, Page, StreamQuery, Tws

T = TypeVar("T", Job, JobStream)

SIMILAR_ENOUGH = 70.0  # of rapidfuzz's 100: about one letter wrong in four, or a word missing
MOST_SIMILAR = 5
MOST_MISTAKES = 2  # letters wrong, missing, too many or swapped in a name that is clearly another one misspelt
SHORTEST_CLEAR = 6  # of shorter names, two letters are too much
NAMES_COMPARED = 2000  # names fetched for "did you mean": a plan of 100 000 jobs is not read for a misspelling
_PAGE = 500
_SHORTEST_WORD = 4  # of a name, that says enough to look for others by it


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


async def similar_names(tws: Tws, wanted: str, *, streams: bool = True) -> tuple[str, ...]:
    """Names of jobs, and of job streams if `streams`, that look like `wanted`. Raises EngineError."""

    async def jobs(name: str | None, offset: int) -> Page[Job]:
        return await tws.jobs(JobQuery(name=name), limit=_PAGE, offset=offset)

    async def job_streams(name: str | None, offset: int) -> Page[JobStream]:
        return await tws.streams(StreamQuery(name=name), limit=_PAGE, offset=offset)

    async with together() as group:
        job_names = group.create_task(_names(jobs, wanted))
        stream_names = group.create_task(_names(job_streams, wanted)) if streams else None
    known = (*job_names.result(), *(stream_names.result() if stream_names else ()))
    return most_similar(wanted, known)


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
