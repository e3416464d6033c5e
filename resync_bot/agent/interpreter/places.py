"""What a place is of which a question does not say it: `na ETL` may be a workstation, a folder or a stream."""

from collections.abc import Generator
from dataclasses import dataclass

from resync_bot.agent.arguments import FindStreams, FindWorkstations
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.intents import Places
from resync_bot.agent.interpreter.script import Shown
from resync_bot.agent.language import Language
from resync_bot.agent.rendering.markdown import code
from resync_bot.agent.rendering.naming import enumeration
from resync_bot.agent.results import Problem, StreamsResult, ToolResult, WorkstationsResult
from resync_bot.agent.tools import Call

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unclear:
    """The name is no place, or part of the names of several: what to say."""

    parts: tuple[str | Shown, ...]


def find_place(name: str, language: Language) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], Places | Unclear]:
    """The place that `name` is: exactly a workstation, a folder or a stream, else the only one it is a part of."""
    bare = name.strip("/")
    workstations, in_folder, named = yield (
        Call("find_workstations", FindWorkstations(name=bare)),
        Call("find_streams", FindStreams(folder=bare, limit=_SHOWN)),
        Call("find_streams", FindStreams(name=bare, limit=_SHOWN)),
    )
    problem = next((result for result in (workstations, in_folder, named) if isinstance(result, Problem)), None)
    if problem is not None:
        return Unclear((Shown(problem),))
    wanted = bare.upper()
    cpus = [each.name for each in workstations.workstations] if isinstance(workstations, WorkstationsResult) else []
    folders = (
        list(dict.fromkeys(each.folder for each in in_folder.streams)) if isinstance(in_folder, StreamsResult) else []
    )
    streams = list(dict.fromkeys(each.name for each in named.streams)) if isinstance(named, StreamsResult) else []
    if wanted in map(str.upper, cpus):
        return Places(workstation=wanted)
    exact = next((folder for folder in folders if wanted in folder.upper().split("/")), None)
    if exact is not None:
        return Places(folder=_up_to(exact, wanted))
    if wanted in map(str.upper, streams):
        return Places(stream=wanted)
    if len(cpus) + len(folders) + len(streams) == 1:
        return Places(
            workstation=cpus[0] if cpus else None,
            folder=folders[0] if folders else None,
            stream=streams[0] if streams else None,
        )
    candidates = [
        *(replies.WORKSTATION.in_(language, name=code(each)) for each in cpus),
        *(replies.FOLDER.in_(language, name=code(each)) for each in folders),
        *(replies.STREAM.in_(language, name=code(each)) for each in streams),
    ]
    if candidates:
        names = enumeration(candidates, language)
        return Unclear((replies.PLACE_AMBIGUOUS.in_(language, name=code(bare), names=names),))
    return Unclear((replies.PLACE_UNKNOWN.in_(language, name=code(bare)),))


def _up_to(folder: str, segment: str) -> str:
    """`/BANK/ETL` of `/BANK/ETL/DAILY`."""
    parts = folder.split("/")
    return "/".join(parts[: [part.upper() for part in parts].index(segment) + 1])
