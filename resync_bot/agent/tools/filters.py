"""Whether the names that somebody filters by exist at all.

A list that is empty because its stream or workstation does not exist must not read as "nothing failed there". So before
a zero is told, every name in the question is looked for, as a whole and then as a part of others.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from resync_bot.agent.names import is_pattern, part_pattern, workstation_pattern
from resync_bot.agent.results import NoMatch
from resync_bot.runtime.together import together
from resync_bot.tws.queries import JobQuery, StreamQuery, Tws
from resync_bot.tws.similar import most_similar

_NAMES_COMPARED = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """The names in a question, as patterns of the engine. A folder's ends with the `@` that takes its subfolders."""

    job: str | None = None
    stream: str | None = None
    folder: str | None = None
    workstation: str | None = None


class _UnknownNameError(Exception):
    """A name that nothing in the plan has, not even as a part."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.similar = most_similar(name, known)


async def existing(tws: Tws, filters: Filters) -> Filters | NoMatch:
    """The same filters if all their names exist; a name that exists only as a part of others becomes that pattern.

    NoMatch for a name that does not exist in either way. Patterns stay as they are: whoever writes one knows that it
    may match nothing. Raises EngineError.
    """

    async def count_jobs(name: str) -> int:
        return (await tws.jobs(JobQuery(name=name), limit=1)).total

    async def count_streams(name: str) -> int:
        return (await tws.streams(StreamQuery(name=name), limit=1)).total

    async def count_in_folder(name: str) -> int:
        return (await tws.streams(StreamQuery(folder=name), limit=1)).total

    async def count_workstations(name: str) -> int:
        return len(await tws.workstations(workstation_pattern(name)))

    async def job_names() -> list[str]:
        return [job.name for job in (await tws.jobs(JobQuery(), limit=_NAMES_COMPARED)).items]

    async def stream_names() -> list[str]:
        return [stream.name for stream in (await tws.streams(StreamQuery(), limit=_NAMES_COMPARED)).items]

    async def folder_names() -> list[str]:
        return [stream.folder for stream in (await tws.streams(StreamQuery(), limit=_NAMES_COMPARED)).items]

    async def workstation_names() -> list[str]:
        return [workstation.name for workstation in await tws.workstations()]

    folder = filters.folder.rstrip("@").strip("/") if filters.folder else None
    try:
        async with together() as group:
            known_job = group.create_task(_known(filters.job, count_jobs, job_names))
            known_stream = group.create_task(_known(filters.stream, count_streams, stream_names))
            known_workstation = group.create_task(_known(filters.workstation, count_workstations, workstation_names))
            known_folder = group.create_task(_known(folder, count_in_folder, folder_names, whole=filters.folder))
    except _UnknownNameError as unknown:
        return NoMatch(engine=await tws.engine(), name=unknown.name, similar=unknown.similar)
    return Filters(
        job=known_job.result(),
        stream=known_stream.result(),
        folder=known_folder.result(),
        workstation=known_workstation.result(),
    )


async def _known(
    name: str | None,
    count: Callable[[str], Awaitable[int]],
    names: Callable[[], Awaitable[Iterable[str]]],
    whole: str | None = None,
) -> str | None:
    """The pattern by which `name` is known; `whole` is the one to try first, if it is not the name itself."""
    whole = whole or name
    if not name or whole is None or is_pattern(name) or await count(whole):
        return whole
    part = part_pattern(name)
    if await count(part):
        return part
    raise _UnknownNameError(name, await names())
