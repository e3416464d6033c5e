"""From a selection to what the engine is asked, and to sieves for what it cannot be asked. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final, Generic, TypeVar

from resync_bot.agent.conman.dependencies import DEPENDENCY_WORDS, depends
from resync_bot.agent.conman.selection import Path, Qualifier, Selection
from resync_bot.agent.conman.times import TimeRange, scheduled, time_range
from resync_bot.agent.names import folder_name, folder_pattern, matches, pattern
from resync_bot.tws.models import Engine, Job, JobStream, Status
from resync_bot.tws.queries import JobQuery, StreamQuery

Node = TypeVar("Node", bound=Job | JobStream)
Query = TypeVar("Query", bound=JobQuery | StreamQuery)


class Refusal(Enum):
    """Why a selection cannot be made."""

    STREAM_ID = auto()  # the API finds nothing by the id that conman shows
    QUALIFIER = auto()  # conman has it, the API does not tell what it needs
    UNKNOWN_WORD = auto()  # conman has no such qualifier either
    VALUE = auto()  # no value of this qualifier


class LooksAt(Enum):
    """What a sieve needs to know of an object."""

    LIST = auto()
    DEPENDENCIES = auto()
    DETAILS = auto()


class NotSelectableError(Exception):
    """The selection cannot be made; `word` is what stands in the way."""

    def __init__(self, refusal: Refusal, word: str) -> None:
        super().__init__(f"{refusal.name}: {word}")
        self.refusal = refusal
        self.word = word


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Query, Node]):
    """What is asked of the engine and by what its answer is sifted.

    `reads_dependencies`: the sieves look at dependencies, which lists only hold when asked for. What `of_details` look
    at is in no list: each object has to be read for them.
    """

    query: Query
    sieves: tuple[Callable[[Node], bool], ...] = ()
    reads_dependencies: bool = False
    of_details: tuple[Callable[[Node], bool], ...] = ()

    def sifted(self, sieve: Callable[[Node], bool], looks_at: "LooksAt") -> "Chosen[Query, Node]":
        """The same with one more sieve."""
        if looks_at is LooksAt.DETAILS:
            return replace(self, of_details=(*self.of_details, sieve))
        reads = self.reads_dependencies or looks_at is LooksAt.DEPENDENCIES
        return replace(self, sieves=(*self.sieves, sieve), reads_dependencies=reads)

    def fits(self, node: Node) -> bool:
        """Whether it passes the sieves that lists are enough for."""
        return all(sieve(node) for sieve in self.sieves)

    def fits_in_detail(self, node: Node) -> bool:
        """Whether it passes the others, too."""
        return all(sieve(node) for sieve in self.of_details)


# conman's spellings of states, as the API writes them.
_SPELT: Final = {"CANCEL": "CANCL", "CANCELP": "CANCLP", "FAILED": "FAIL", "FAILD": "FAIL", "ABENDP": "ABENP"}
_PRIORITIES: Final = {"hi": 100, "go": 101}
_TOLD_BY_NOBODY: Final = frozenset({"critnet"})
_OF_JOBS_TIMES: Final[dict[str, tuple[str, Callable[[Job], Any]]]] = {
    "at": ("start_at", lambda job: job.start_at),
    "until": ("latest_start", lambda job: job.latest_start),
    "deadline": ("deadline", lambda job: job.deadline),
    "started": ("started", lambda job: job.started),
    "finished": ("ended", lambda job: job.ended),
}
_OF_STREAMS_TIMES: Final[dict[str, Callable[[JobStream], Any]]] = {
    "at": lambda stream: stream.start_at,
    "until": lambda stream: stream.latest_start,
    "deadline": lambda stream: stream.deadline,
    "started": lambda stream: stream.started,
    "finished": lambda stream: stream.ended,
}
_RECOVERY: Final = {"stop": "STOP", "continue": "CONTINUE", "rerun": "RERUN"}


def jobs_of(selection: Selection, engine: Engine) -> Chosen[JobQuery, Job]:
    """What `sj` selects. Raises NotSelectableError."""
    path, job = selection.path, selection.job
    is_stream = path is not None and (job is not None or selection.workstation is not None or path.folder is not None)
    stream = path.name if path is not None and is_stream else None
    name = job if is_stream else path.name if path else None
    query = JobQuery(
        name=_asked(name),
        stream=_asked(stream),
        folder=_folder(path),
        workstation=_workstation(selection.workstation),
    )
    named: tuple[Callable[[Job], bool], ...] = _digits(name, lambda job: job.name)
    in_stream: tuple[Callable[[Job], bool], ...] = _digits(stream, lambda job: job.stream)
    chosen = Chosen(query, (*named, *in_stream))
    chosen = _instance(chosen, selection, engine)
    for qualifier in selection.qualifiers:
        chosen = _job_qualifier(chosen, qualifier, engine)
    return chosen


def streams_of(selection: Selection, engine: Engine) -> Chosen[StreamQuery, JobStream]:
    """What `ss` selects. Raises NotSelectableError."""
    path = selection.path
    name = path.name if path else None
    chosen: Chosen[StreamQuery, JobStream] = Chosen(
        StreamQuery(name=_asked(name), folder=_folder(path), workstation=_workstation(selection.workstation)),
        _digits(name, lambda stream: stream.name),
    )
    chosen = _instance(chosen, selection, engine)
    for qualifier in selection.qualifiers:
        chosen = _stream_qualifier(chosen, qualifier, engine)
    return chosen


# --- names ---


def _asked(name: str | None) -> str | None:
    """A name as the engine takes it; its `?` stands for conman's `%` too, which a sieve looks after."""
    return None if name is None or set(name) <= {"@", "*"} else pattern(name).replace("%", "?")


def _folder(path: Path | None) -> str | None:
    if path is None or path.folder is None or set(path.folder) <= set("/@*"):
        return None
    return folder_pattern(path.folder)


def _workstation(path: Path | None) -> str | None:
    if path is None or set(path.name) <= {"@", "*"}:
        return None
    folder = "" if path.folder is None or set(path.folder) <= set("/@*") else folder_name(path.folder)
    return f"{folder}/{pattern(path.name)}" if folder else pattern(path.name).replace("%", "?")


def _digits(name: str | None, read: Callable[[Node], str]) -> tuple[Callable[[Node], bool], ...]:
    if name is None or "%" not in name:
        return ()
    parts = {"@": ".*", "*": ".*", "?": "[A-Za-z0-9]", "%": "[0-9]"}
    expression = re.compile("".join(parts.get(sign) or re.escape(sign) for sign in name), re.IGNORECASE)
    return (lambda node: expression.fullmatch(read(node)) is not None,)


def _instance(chosen: Chosen[Query, Node], selection: Selection, engine: Engine) -> Chosen[Query, Node]:
    if selection.stream_id is not None or "schedid" in selection.options:
        raise NotSelectableError(Refusal.STREAM_ID, selection.stream_id or ";schedid")
    if selection.instance is None:
        return chosen
    when = scheduled(selection.instance, engine)
    return _sifted(
        chosen, lambda node: node.scheduled is not None and abs((node.scheduled - when).total_seconds()) < 60
    )


def _sifted(
    chosen: Chosen[Query, Node],
    sieve: Callable[[Node], bool],
    *,
    wanted: bool = True,
    looks_at: LooksAt = LooksAt.LIST,
) -> Chosen[Query, Node]:
    def unwanted(node: Node) -> bool:
        return not sieve(node)

    return chosen.sifted(sieve if wanted else unwanted, looks_at)


# --- qualifiers ---


def _job_qualifier(  # noqa: C901, PLR0911, PLR0912 - one line per word
    chosen: Chosen[JobQuery, Job], qualifier: Qualifier, engine: Engine
) -> Chosen[JobQuery, Job]:
    word, wanted, values = qualifier.word, qualifier.wanted, qualifier.values
    if word in _OF_JOBS_TIMES:
        field, read = _OF_JOBS_TIMES[word]
        times = _times(qualifier, engine)
        if not wanted:
            return _sifted(chosen, lambda job: not times.holds(read(job)))
        return _asking(chosen, **{f"{field}_from": times.start, f"{field}_until": times.end})
    match word:
        case "state":
            return _job_states(chosen, qualifier)
        case "priority":
            low, high = _numbers(qualifier)
            if not wanted:
                return _sifted(chosen, lambda job: not _within(job.priority, low, high))
            return _asking(chosen, priority_from=low, priority_until=high)
        case "critical" if not values:
            return _asking(chosen, critical=wanted)
        case "confirmed" if not values:
            return _asking(chosen, needs_confirmation=wanted)
        case "every" if not values:
            return _asking(chosen, repeats=wanted)
        case "logon" if len(values) == 1:
            login = values[0]
            if not wanted:
                return _sifted(chosen, lambda job: not matches(login, job.login or ""), looks_at=LooksAt.DETAILS)
            return _asking(chosen, login=login.replace("*", "@"))
        case "recovery":
            option = _RECOVERY.get(values[0].lower()) if len(values) == 1 else None
            if option is None:
                raise NotSelectableError(Refusal.VALUE, _written(qualifier))
            if not wanted:
                return _sifted(chosen, lambda job: job.recovery_option != option, looks_at=LooksAt.DETAILS)
            return _asking(chosen, recovery_option=option)
        case "scriptname" if values:
            script = ",".join(values)
            return _sifted(
                chosen, lambda job: matches(script, job.command or ""), wanted=wanted, looks_at=LooksAt.DETAILS
            )
        case _ if word in DEPENDENCY_WORDS:
            return _sifted(chosen, depends(word, values), wanted=wanted, looks_at=LooksAt.DEPENDENCIES)
        case _:
            raise _not_told(qualifier, _JOB_WORDS)


def _stream_qualifier(
    chosen: Chosen[StreamQuery, JobStream], qualifier: Qualifier, engine: Engine
) -> Chosen[StreamQuery, JobStream]:
    word, wanted, values = qualifier.word, qualifier.wanted, qualifier.values
    if word in _OF_STREAMS_TIMES:
        read, times = _OF_STREAMS_TIMES[word], _times(qualifier, engine)
        return _sifted(chosen, lambda stream: times.holds(read(stream)), wanted=wanted)
    match word:
        case "state":
            states = _states(qualifier)
            if not wanted:
                return _sifted(chosen, lambda stream: stream.internal_status not in states)
            return _asking(chosen, internal_statuses=states)
        case "priority" | "limit":
            low, high = _numbers(qualifier)
            number: Callable[[JobStream], int | None] = (
                (lambda stream: stream.priority) if word == "priority" else (lambda stream: stream.limit)
            )
            return _sifted(chosen, lambda stream: _within(number(stream), low, high), wanted=wanted)
        case "carriedforward" if not values:
            return _sifted(chosen, lambda stream: stream.carried_forward, wanted=wanted)
        case _ if word in DEPENDENCY_WORDS:
            return _sifted(chosen, depends(word, values), wanted=wanted, looks_at=LooksAt.DEPENDENCIES)
        case _:
            raise _not_told(qualifier, _STREAM_WORDS)


def _asking(chosen: Chosen[Query, Node], **asked: Any) -> Chosen[Query, Node]:
    return replace(chosen, query=replace(chosen.query, **asked))


def _job_states(chosen: Chosen[JobQuery, Job], qualifier: Qualifier) -> Chosen[JobQuery, Job]:
    states = _states(qualifier)
    if not qualifier.wanted:
        keeps_canceled = "CANCL" not in states
        return _sifted(chosen, lambda job: job.internal_status not in states and (keeps_canceled or not job.canceled))
    if states == ("CANCL",):
        return _asking(chosen, statuses=(Status.CANCELED,))  # the API keeps the state that it was canceled in
    return _asking(chosen, internal_statuses=states)


def _states(qualifier: Qualifier) -> tuple[str, ...]:
    states = tuple(_SPELT.get(value.upper(), value.upper()) for value in qualifier.values)
    if not states or not all(state.replace("_", "").isalpha() for state in states):
        raise NotSelectableError(Refusal.VALUE, _written(qualifier))
    return states


def _times(qualifier: Qualifier, engine: Engine) -> TimeRange:
    try:
        return time_range(qualifier.values, engine)
    except ValueError:
        raise NotSelectableError(Refusal.VALUE, _written(qualifier)) from None


def _numbers(qualifier: Qualifier) -> tuple[int | None, int | None]:
    """`10` is exactly that, `10,20` a range with both ends, `10,` and `,20` open ones."""
    try:
        numbers = [_number(value) for value in qualifier.values]
    except ValueError:
        numbers = []
    match numbers:
        case [one] if one is not None:
            return one, one
        case [low, high]:
            return low, high
        case _:
            raise NotSelectableError(Refusal.VALUE, _written(qualifier))


def _number(value: str) -> int | None:
    known = _PRIORITIES.get(value.lower())
    return known if known is not None else int(value) if value else None


def _within(number: int | None, low: int | None, high: int | None) -> bool:
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


_STREAM_WORDS: Final = frozenset(
    {*_OF_STREAMS_TIMES, *DEPENDENCY_WORDS, "state", "priority", "limit", "carriedforward", "carryforward"}
)
_JOB_WORDS: Final = frozenset(
    {
        *_OF_JOBS_TIMES, *DEPENDENCY_WORDS, "state", "priority", "critical", "confirmed", "every", "logon", "recovery",
        "scriptname", "critnet",
    }
)  # fmt: skip


def _not_told(qualifier: Qualifier, known: frozenset[str]) -> NotSelectableError:
    refusal = Refusal.QUALIFIER if qualifier.word in known else Refusal.UNKNOWN_WORD
    return NotSelectableError(refusal, _written(qualifier))


def _written(qualifier: Qualifier) -> str:
    sign, values = "+" if qualifier.wanted else "~", ",".join(qualifier.values)
    return f"{sign}{qualifier.word}={values}" if values else f"{sign}{qualifier.word}"
