"""Lists of jobs and streams: the figure and the filter that was taken, then a table of the first ones."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from resync_bot.agent.arguments import Arguments, FindJobs, FindStreams, SelectJobs, SelectStreams
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import short_reference, stream_name, stream_path
from resync_bot.agent.rendering.status_words import REASON, STATUS_MANY
from resync_bot.agent.rendering.times import clock, day_and_time, interval_ends
from resync_bot.agent.results import Interval, JobsResult, StreamsResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs, table
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import Said, enumeration
from resync_bot.tws.models import Dependency, Engine, Job, JobStream, Status
from resync_bot.tws.queries import JobOrder

# Rows of a table that nobody asked to be longer.
ROWS = 10
_LONGEST_COMMAND: Final = 60
_QUALIFIERS_AND_OPTIONS: Final = re.compile(r"[+~;]\s*([a-z]+)")
# conman's options that this table obeys, or that change nothing about it.
_OPTIONS_SHOWN: Final = frozenset({"deps", "info", "logon", "crit", "props", "short", "noask", "single"})


@dataclass(frozen=True, slots=True)
class _Column:
    """`shown` decides by the listed objects whether the column says anything."""

    head: Said
    value: Callable[[Job], str]
    shown: Callable[[Job], bool] = lambda _: True


def render_jobs(result: JobsResult, language: Language, asked: Arguments | None) -> str:
    """How many there are, under which filter, and the first of them."""
    query = asked if isinstance(asked, FindJobs | SelectJobs) else None
    uniform = _common_status([job.status for job in result.jobs]) if result.total == len(result.jobs) else None
    head = [
        f"**{phrases.JOBS.in_(language, result.total)}**" if result.total else phrases.NO_JOB.in_(language),
        *_filter_words(query, uniform, language),
    ]
    lead = _sentence(head, result.interval, result.engine, language)
    shown = result.jobs[: query.limit if query else ROWS]
    return paragraphs(
        lead,
        job_table(shown, result.engine, language, _words_of(query)),
        more(result.total - len(shown), language),
        *_remarks(query, result.looked_at, result.interval, result.engine, language),
    )


def job_table(jobs: Sequence[Job], engine: Engine, language: Language, words: Collection[str] = ()) -> str:
    """A row for each job, with the columns that say something about these, and those that conman's `words` ask for."""
    if not jobs:
        return ""
    asked = [column for wanted, column in _asked_columns(engine, language) if wanted & set(words)]
    instead = {column.head for column in asked} | ({phrases.RUNNING_FOR} if "longest" in words else set())
    usual = [column for column in _columns(engine, language) if any(map(column.shown, jobs))]
    columns = [*(column for column in usual if column.head not in instead), *asked]
    return table(
        [column.head.in_(language) for column in columns],
        [[column.value(job) if column.shown(job) else "" for column in columns] for job in jobs],
    )


def _asked_columns(engine: Engine, language: Language) -> tuple[tuple[frozenset[str], _Column], ...]:
    """Columns that nobody wants unless a selection of conman speaks of them, by its words."""

    def at(moment: datetime | None) -> str:
        return clock(moment, engine, language) if moment else ""

    return (
        (
            frozenset({"priority"}),
            _Column(phrases.PRIORITY, lambda job: _number(job.priority)),
        ),
        (frozenset({"logon", "info", "props"}), _Column(phrases.LOGIN, lambda job: _short(job.login))),
        (frozenset({"info", "props", "scriptname"}), _Column(phrases.COMMAND, lambda job: _short(job.command))),
        (frozenset({"info", "recovery"}), _Column(phrases.RECOVERY, lambda job: escape(job.recovery_option or ""))),
        (frozenset({"at"}), _Column(phrases.NOT_BEFORE, lambda job: at(job.start_at))),
        (frozenset({"until"}), _Column(phrases.LATEST_START, lambda job: at(job.latest_start))),
        (frozenset({"deadline"}), _Column(phrases.DEADLINE, lambda job: at(job.deadline))),
        (frozenset({"started"}), _Column(phrases.STARTED, lambda job: at(job.started))),
        (frozenset({"longest"}), _Column(phrases.TAKES, lambda job: duration(job.elapsed_seconds or 0))),
        (
            frozenset({"longest"}),
            _Column(phrases.USUALLY, lambda job: duration(job.estimated_seconds) if job.estimated_seconds else ""),
        ),
        (
            frozenset({"deps", "follows", "needs", "opens", "prompt"}),
            _Column(phrases.DEPENDENCIES, lambda job: _dependencies(job.dependencies, language)),
        ),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _short(command: str | None) -> str:
    if not command:
        return ""
    return code(command if len(command) <= _LONGEST_COMMAND else command[: _LONGEST_COMMAND - 1] + "…")


def _dependencies(dependencies: Sequence[Dependency], language: Language) -> str:
    """Those that are not met first."""
    ordered = sorted(dependencies, key=lambda one: one.satisfied is True)
    named = [
        f"{code(short_reference(one.on))} {(phrases.SATISFIED if one.satisfied else phrases.UNSATISFIED).in_(language)}"
        for one in ordered
    ]
    return enumeration(named, language, limit=3)


def _words_of(query: FindJobs | FindStreams | SelectJobs | SelectStreams | None) -> frozenset[str]:
    """The qualifiers and options of a selection, and the order that a list was asked for in."""
    match query:
        case SelectJobs(selection=text) | SelectStreams(selection=text):
            return frozenset(_QUALIFIERS_AND_OPTIONS.findall(text.lower()))
        case FindJobs() if query.order is JobOrder.LONGEST or query.longer_than is not None:
            return frozenset({"longest"})
        case _:
            return frozenset()


def _remarks(
    query: FindJobs | FindStreams | SelectJobs | SelectStreams | None,
    looked_at: int | None,
    interval: Interval | None,
    engine: Engine,
    language: Language,
) -> list[str]:
    """What is to be known of a list besides: what was not looked at, not obeyed, or is not in the plan any more."""
    remarks = []
    if looked_at is not None:
        remarks.append(phrases.AT_LEAST_OF.in_(language, n=looked_at))
    if isinstance(query, SelectJobs | SelectStreams):
        without = [code(f";{option}") for option in _options_of(query.selection) if option not in _OPTIONS_SHOWN]
        if without:
            remarks.append(phrases.NOTHING_TO_SHOW.in_(language, options=enumeration(without, language)))
    if interval is not None and interval.start < engine.production_day_start:
        start = day_and_time(engine.production_day_start, engine, language)
        remarks.append(phrases.ONLY_PRESENT_PLAN.in_(language, start=start))
    return remarks


def _options_of(selection: str) -> list[str]:
    return [option.strip().lower() for option in selection.split(";")[1:] if option.strip()]


def _columns(engine: Engine, language: Language) -> tuple[_Column, ...]:
    def is_running(job: Job) -> bool:
        return job.status is Status.RUNNING

    def reason(job: Job) -> str:
        said = REASON[job.reason] if job.reason else None
        return said.in_(language) if said else ""

    return (
        _Column(phrases.JOB, lambda job: code(job.name)),
        _Column(phrases.STREAM, lambda job: code(stream_path(job.folder, job.stream))),
        _Column(phrases.WORKSTATION, lambda job: code(job.workstation)),
        _Column(phrases.STATUS, lambda job: escape(job.internal_status)),
        _Column(phrases.RETURN_CODE, lambda job: str(job.return_code), lambda job: bool(job.return_code)),
        _Column(
            phrases.STARTED,
            lambda job: clock(job.started, engine, language) if job.started else "",
            lambda job: is_running(job) and job.started is not None,
        ),
        _Column(
            phrases.RUNNING_FOR,
            lambda job: duration(job.elapsed_seconds or 0),
            lambda job: is_running(job) and job.elapsed_seconds is not None,
        ),
        _Column(
            phrases.USUALLY,
            lambda job: duration(job.estimated_seconds or 0),
            lambda job: is_running(job) and bool(job.estimated_seconds),
        ),
        _Column(
            phrases.ENDED,
            lambda job: clock(job.ended, engine, language) if job.ended else "",
            lambda job: not is_running(job) and job.ended is not None,
        ),
        _Column(phrases.REASON, reason, lambda job: not job.ended and bool(reason(job))),
        _Column(
            phrases.NOT_BEFORE,
            lambda job: clock(job.start_at, engine, language) if job.start_at else "",
            lambda job: job.started is None and job.start_at is not None and job.start_at > engine.now,
        ),
        _Column(
            phrases.DEADLINE,
            lambda job: clock(job.deadline, engine, language) if job.deadline else "",
            lambda job: job.deadline is not None and (job.critical or job.late or job.deadline_passed),
        ),
    )


def render_streams(result: StreamsResult, language: Language, asked: Arguments | None) -> str:
    """How many there are, under which filter, and the first of them with their progress."""
    query = asked if isinstance(asked, FindStreams | SelectStreams) else None
    uniform = _common_status([each.status for each in result.streams]) if result.total == len(result.streams) else None
    head = [
        f"**{phrases.STREAMS.in_(language, result.total)}**" if result.total else phrases.NO_STREAM.in_(language),
        *_filter_words(query, uniform, language),
    ]
    shown = result.streams[: query.limit if query else ROWS]
    return paragraphs(
        _sentence(head, None, result.engine, language),
        stream_table(shown, result.engine, language, _words_of(query)),
        more(result.total - len(shown), language),
        *_remarks(query, result.looked_at, None, result.engine, language),
    )


def stream_table(streams: Sequence[JobStream], engine: Engine, language: Language, words: Collection[str] = ()) -> str:
    """A row for each stream, and the columns that conman's `words` ask for."""
    if not streams:
        return ""
    heads = [
        phrases.STREAM, phrases.WORKSTATION, phrases.STATUS, phrases.PROGRESS, phrases.IN_ERROR, phrases.SCHEDULED
    ]  # fmt: skip
    asked: list[tuple[Said, Callable[[JobStream], str]]] = []
    if "priority" in words:
        asked.append((phrases.PRIORITY, lambda stream: _number(stream.priority)))
    if "limit" in words:
        asked.append((phrases.LIMIT, lambda stream: _number(stream.limit)))
    if {"deps", "follows", "needs", "opens", "prompt"} & set(words):
        asked.append((phrases.DEPENDENCIES, lambda stream: _dependencies(stream.dependencies, language)))
    heads += [head for head, _ in asked]
    rows = [
        [
            stream_name(stream),
            code(stream.workstation),
            escape(stream.internal_status),
            phrases.OF_TOTAL.in_(language, n=stream.successful, total=stream.jobs),
            str(stream.abended + stream.failed),
            clock(stream.scheduled, engine, language) if stream.scheduled else "",
            *(value(stream) for _, value in asked),
        ]
        for stream in streams
    ]
    return table([head.in_(language) for head in heads], rows)


def more(count: int, language: Language) -> str:
    """`37 more`, or nothing."""
    return phrases.MORE.in_(language, n=count) if count > 0 else ""


def _common_status(statuses: Sequence[Status]) -> Status | None:
    return statuses[0] if len(set(statuses)) == 1 else None


def _filter_words(
    query: FindJobs | FindStreams | SelectJobs | SelectStreams | None, uniform: Status | None, language: Language
) -> list[str]:
    if query is None:
        return [STATUS_MANY[uniform].in_(language)] if uniform else []
    if isinstance(query, SelectJobs | SelectStreams):
        return [phrases.MATCHING.in_(language, selection=code(query.selection))] if query.selection.strip() else []
    states, either = [], phrases.OR.in_(language)
    if query.statuses:
        statuses = [STATUS_MANY[one].in_(language) for one in query.statuses]
        states.append(enumeration(statuses, language, word=either, limit=len(Status)))
    if query.internal_statuses:
        internal = enumeration([code(word) for word in query.internal_statuses], language, word=either, limit=8)
        states.append(phrases.IN_STATUS.in_(language, status=internal))
    if query.late:
        states.append(phrases.LATE.in_(language))
    if isinstance(query, FindJobs) and query.critical:
        states.append(phrases.CRITICAL.in_(language))
    if isinstance(query, FindJobs) and query.return_code is not None:
        states.append(phrases.WITH_RC.in_(language, rc=query.return_code))
    if isinstance(query, FindJobs) and query.longer_than is not None:
        states.append(phrases.LONGER_THAN.in_(language, length=duration(query.longer_than * 60)))
    if isinstance(query, FindJobs) and query.reasons:
        reasons = [said.in_(language) for reason in query.reasons if (said := REASON[reason])]
        because = enumeration(reasons, language, word=either, limit=len(reasons))
        states.append(phrases.FOR_A_REASON.in_(language, reasons=because))
    places = (
        (phrases.NAMED, query.name),
        (phrases.IN_STREAM, query.stream if isinstance(query, FindJobs) else None),
        (phrases.IN_FOLDER, query.folder),
        (phrases.ON_WORKSTATION, query.workstation),
    )
    named = [said.in_(language, name=code(name)) for said, name in places if name]
    return [*([", ".join(states)] if states else []), *named]


def _sentence(words: Sequence[str], interval: Interval | None, engine: Engine, language: Language) -> str:
    text = " ".join(words)
    if interval is not None:
        start, end = interval_ends(interval, engine, language)
        text += ", " + phrases.BETWEEN.in_(language, start=start, end=end, zone=escape(engine.zone))
    return f"{text}."
