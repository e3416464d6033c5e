"""How a question about one certain job or stream is answered: which tool, and what its first result asks for."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final, assert_never

from resync_bot.agent.arguments import (
    FindJobs,
    FindResources,
    FindStreams,
    FindWorkstations,
    Forecast,
    JobTarget,
    LookUp,
    PlanOverview,
    ReadJobLog,
    StreamTarget,
)
from resync_bot.agent.conman.selection import Instance
from resync_bot.agent.conman.times import scheduled
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.intents import (
    Kind,
    MeetsDeadline,
    Places,
    ShowChanges,
    ShowDependencies,
    ShowElsewhere,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    TargetIntent,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.places import Unclear, find_place
from resync_bot.agent.interpreter.script import Part, Shown, ask, known_name, needed_name
from resync_bot.agent.interpreter.thread import target_of
from resync_bot.agent.results import (
    Ambiguous,
    FailureResult,
    NoMatch,
    Problem,
    ResourcesResult,
    Result,
    StreamResult,
    StreamsResult,
    ToolResult,
    WaitingResult,
    WorkstationsResult,
)
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Status

_WAITS: Final = frozenset({Status.WAITING, Status.READY, Status.HELD, Status.BLOCKED, Status.UNDECIDED})

_MOST_OF_A_NAME: Final = 20

Results = Generator[tuple[Call, ...], tuple[ToolResult, ...], "Answered"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one target came to."""

    parts: tuple[Part, ...]
    results: tuple[ToolResult, ...]

    @classmethod
    def by(cls, *shown: Shown) -> "Answered":
        """By results that are shown."""
        return cls(shown, tuple(part.result for part in shown))


def answer_about(intent: TargetIntent, target: Target, language: Language) -> Results:  # noqa: C901, PLR0911 - one line per kind
    known = yield from _located(target, language)
    if isinstance(known, Answered):
        return known
    match intent:
        case ShowStatus() | ShowDependencies():
            return (yield from _status(known))
        case WhyFailed():
            return (yield from _why(known, "why_failed"))
        case WhyWaiting():
            return (yield from _why(known, "why_waiting"))
        case Why():
            return (yield from _why(known, "why_failed"))
        case ShowLog():
            return (yield from _log(known, intent, language))
        case ShowImpact():
            return (yield from _impact(known))
        case MeetsDeadline(by=by):
            return (yield from _forecast(known, by))
        case ShowHistory():
            return Answered.by((yield from _call("run_history", known)))
        case ShowChanges():
            return Answered.by((yield from _call("what_changed", known)))
        case ShowElsewhere():
            arguments = FindJobs(name=needed_name(known.target.name), limit=_MOST_OF_A_NAME)
            return Answered.by(Shown((yield from ask("find_jobs", arguments)), arguments))
        case _:
            assert_never(intent)


# --- which object ---


@dataclass(frozen=True, slots=True)
class _Known:
    """A target whose place and time are known."""

    target: Target
    scheduled: datetime | None = None

    @property
    def job(self) -> JobTarget:
        target = self.target
        return JobTarget(
            name=needed_name(target.name),
            stream=known_name(target.stream),
            folder=known_name(target.folder),
            workstation=known_name(target.workstation),
            scheduled=self.scheduled,
        )

    @property
    def stream(self) -> StreamTarget:
        target = self.target
        return StreamTarget(
            name=needed_name(target.name),
            folder=known_name(target.folder),
            workstation=known_name(target.workstation),
            scheduled=self.scheduled,
        )


def _located(
    target: Target, language: Language
) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], "_Known | Answered"]:
    when = target.scheduled
    if target.instance is not None:
        overview = yield from ask("plan_overview", PlanOverview())
        if not isinstance(overview, Result):
            return Answered.by(Shown(overview))
        when = scheduled(target.instance, overview.engine)
    if target.place is None:
        return _Known(target, when)
    place = yield from find_place(target.place, language)
    if isinstance(place, Unclear):
        return Answered(place.parts, ())
    return _Known(_at(target, place), when)


def _at(target: Target, place: Places) -> Target:
    return replace(
        target,
        place=None,
        kind=Kind.JOB if place.stream else target.kind,
        stream=place.stream or target.stream,
        folder=place.folder or target.folder,
        workstation=place.workstation or target.workstation,
    )


# --- what about it ---


def _call(tool: str, known: _Known) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], Shown]:
    result = yield from ask(tool, known.job)
    return Shown(result, known.job)


def _status(known: _Known) -> Results:
    target = known.target
    if target.kind is Kind.STREAM:
        result = yield from ask("stream_detail", known.stream)
    elif target.kind is Kind.JOB or target.stream:
        result = yield from ask("job_detail", known.job)
    elif target.folder or target.workstation or known.scheduled:
        result = yield from ask("stream_detail", known.stream)
        if isinstance(result, NoMatch) and target.folder and target.kind is Kind.EITHER:
            return (yield from _folder(target, result))
    else:
        result = yield from ask("look_up", LookUp(name=needed_name(target.name)))
        if isinstance(result, NoMatch):
            return (yield from _resource(target.name, Shown(result)))
    return Answered.by(Shown(result))


def _folder(target: Target, otherwise: NoMatch) -> Results:
    """A path that names no stream may name a folder: `/PAYROLL`."""
    path = f"{(target.folder or '').rstrip('/')}/{target.name}"
    arguments = FindStreams(folder=needed_name(path))
    streams = yield from ask("find_streams", arguments)
    found = isinstance(streams, StreamsResult) and streams.total
    return Answered.by(Shown(streams, arguments) if found else Shown(otherwise))


def _job_of_stream(known: _Known) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], "_Known | Answered"]:
    """Of a name that is said to be a stream's: the job of that stream which needs a look."""
    result = yield from ask("stream_detail", known.stream)
    if not isinstance(result, StreamResult):
        return Answered.by(Shown(result))
    failed = [job for job in result.jobs_in_trouble if job.status is Status.ERROR]
    others = [job for job in result.jobs_in_trouble if job.status in _WAITS]
    chosen = next(iter(failed or sorted(others, key=lambda job: (job.status is not Status.READY, job.name))), None)
    if chosen is None:
        return Answered.by(Shown(result))
    target = target_of(chosen)
    return _Known(target, target.scheduled)


def _why(known: _Known, first: str) -> Results:
    """The cause by the tool that fits how the job is, whichever was asked for."""
    if known.target.kind is Kind.STREAM:
        of_stream = yield from _job_of_stream(known)
        if isinstance(of_stream, Answered):
            return of_stream
        known = of_stream
    shown = yield from _call(first, known)
    if isinstance(shown.result, NoMatch) and known.target == Target(known.target.name):
        return (yield from _resource(known.target.name, shown))
    other = _other_tool(shown.result, first)
    if other is None:
        return Answered.by(shown)
    exact = _exact(shown.result) or known
    explained = yield from _call(other, exact)
    if isinstance(explained.result, Problem | NoMatch | Ambiguous):
        return Answered.by(shown)
    return Answered.by(explained)


def _resource(name: str, otherwise: Shown) -> Results:
    """`who is holding TAPES`, `why does FTA1 not run jobs`: it may be about a resource, or a workstation."""
    arguments = FindResources(name=needed_name(name))
    resources = yield from ask("find_resources", arguments)
    if isinstance(resources, ResourcesResult) and resources.resources:
        return Answered.by(Shown(resources, arguments))
    of_workstation = FindWorkstations(name=needed_name(name))
    workstations = yield from ask("find_workstations", of_workstation)
    found = isinstance(workstations, WorkstationsResult) and workstations.workstations
    return Answered.by(Shown(workstations, of_workstation) if found else otherwise)


def _other_tool(result: ToolResult, asked: str) -> str | None:
    match result:
        case FailureResult(failure=failure) if not failure.has_failed:
            is_held_back = failure.job.status in _WAITS or failure.job.status is Status.SUPPRESS
            return "why_waiting" if is_held_back and asked == "why_failed" else None
        case WaitingResult(waiting=waiting) if not waiting.is_waiting:
            return "why_failed" if waiting.job.status is Status.ERROR and asked == "why_waiting" else None
        case StreamResult():
            return "why_waiting" if asked == "why_failed" else "why_failed"
        case _:
            return None


def _exact(result: ToolResult) -> _Known | None:
    match result:
        case FailureResult(failure=failure):
            target = target_of(failure.job)
        case WaitingResult(waiting=waiting):
            target = target_of(waiting.job)
        case _:
            return None
    return _Known(target, target.scheduled)


def _log(known: _Known, intent: ShowLog, language: Language) -> Results:
    if known.target.kind is Kind.STREAM:
        of_stream = yield from _job_of_stream(known)
        if isinstance(of_stream, Answered):
            return Answered((replies.STREAM_HAS_NO_LOG.in_(language), *of_stream.parts), of_stream.results)
        known = of_stream
    arguments = ReadJobLog(**dict(known.job), errors_only=intent.errors_only)
    if intent.last_lines is not None:
        arguments = arguments.model_copy(update={"last_lines": max(1, min(intent.last_lines, 200))})
    result = yield from ask("read_job_log", arguments)
    if isinstance(result, StreamResult):
        return Answered((replies.STREAM_HAS_NO_LOG.in_(language), Shown(result)), (result,))
    return Answered.by(Shown(result, arguments))


def _impact(known: _Known) -> Results:
    if known.target.kind is Kind.STREAM:
        of_stream = yield from _job_of_stream(known)
        if isinstance(of_stream, Answered):
            return of_stream
        known = of_stream
    shown = yield from _call("what_it_blocks", known)
    if isinstance(shown.result, NoMatch) and known.target == Target(known.target.name):
        return (yield from _resource(known.target.name, shown))  # "is anything waiting for TAPES"
    return Answered.by(shown)


def _forecast(known: _Known, by: time | None) -> Results:
    arguments = Forecast(**dict(known.job))
    if by is not None:
        overview = yield from ask("plan_overview", PlanOverview())
        if not isinstance(overview, Result):
            return Answered.by(Shown(overview))
        arguments = arguments.model_copy(update={"by": scheduled(Instance(by), overview.engine)})
    result = yield from ask("forecast", arguments)
    return Answered.by(Shown(result, arguments))
