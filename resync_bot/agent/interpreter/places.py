"""What a place is of which a question does not say it: `na ETL` may be a workstation, a folder or a stream."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from resync_bot.agent.arguments import FindStreams, FindWorkstations
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.intents import Places
from resync_bot.agent.interpreter.script import Shown, needed_name
from resync_bot.agent.results import Problem, Result, StreamsResult, ToolResult, WorkstationsResult
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code
from resync_bot.conversation.said import enumeration

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unclear:
    """The name is no place, or part of the names of several: what to say."""

    parts: tuple[str | Shown, ...]
    unknown: str | None = None  # the name, if nothing that it could be a place of is known


def find_place(name: str, language: Language) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], Places | Unclear]:
    """The place that `name` is: exactly a workstation, a folder or a stream, else the only one it is a part of."""
    bare = needed_name(name.strip("/"))
    workstations, in_folder, named = yield (
        Call("find_workstations", FindWorkstations(name=bare)),
        Call("find_streams", FindStreams(folder=bare, limit=_SHOWN)),
        Call("find_streams", FindStreams(name=bare, limit=_SHOWN)),
    )
    problem = next((result for result in (workstations, in_folder, named) if isinstance(result, Problem)), None)
    if problem is not None:
        return Unclear((Shown(problem),))
    candidates = _Candidates(
        [each.name for each in workstations.workstations] if isinstance(workstations, WorkstationsResult) else [],
        list(dict.fromkeys(each.folder for each in in_folder.streams)) if isinstance(in_folder, StreamsResult) else [],
        list(dict.fromkeys(each.name for each in named.streams)) if isinstance(named, StreamsResult) else [],
    )
    engines = workstations.engines if isinstance(workstations, Result) else ()
    return candidates.exactly(bare.upper()) or candidates.the_only_one or candidates.asked_back(bare, engines, language)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What a name may be, also as a part of other names."""

    workstations: list[str]
    folders: list[str]
    streams: list[str]

    def exactly(self, name: str) -> Places | None:
        """A workstation, a folder or a stream of that very name. A folder stands before the stream in it."""
        if name in map(str.upper, self.workstations):
            return Places(workstation=name)
        folder = next((folder for folder in self.folders if name in folder.upper().split("/")), None)
        if folder is not None:
            return Places(folder=_up_to(folder, name))
        return Places(stream=name) if name in map(str.upper, self.streams) else None

    @property
    def the_only_one(self) -> Places | None:
        """The only name that it is a part of."""
        if len(self.workstations) + len(self.folders) + len(self.streams) != 1:
            return None
        return Places(
            workstation=next(iter(self.workstations), None),
            folder=next(iter(self.folders), None),
            stream=next(iter(self.streams), None),
        )

    def asked_back(self, name: str, engines: Sequence[str], language: Language) -> Unclear:
        """What to say where it is none or several; where there are several engines, it may have been meant for one."""
        known = [
            *(replies.WORKSTATION.in_(language, name=code(each)) for each in self.workstations),
            *(replies.FOLDER.in_(language, name=code(each)) for each in self.folders),
            *(replies.STREAM.in_(language, name=code(each)) for each in self.streams),
        ]
        if not known:
            text = replies.PLACE_UNKNOWN.in_(language, name=code(name))
            if engines:
                names_of_engines = enumeration([code(each) for each in engines], language, limit=len(engines))
                text += " " + replies.ENGINES_ARE.in_(language, names=names_of_engines)
            return Unclear((text,), unknown=name)
        names = enumeration(known, language)
        return Unclear((replies.PLACE_AMBIGUOUS.in_(language, name=code(name), names=names),))


def _up_to(folder: str, segment: str) -> str:
    """`/BANK/ETL` of `/BANK/ETL/DAILY`."""
    parts = folder.split("/")
    return "/".join(parts[: [part.upper() for part in parts].index(segment) + 1])
