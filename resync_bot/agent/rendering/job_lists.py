"""Lists of jobs and streams: the figure and the filter that was taken, then a table of the first ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from resync_bot.agent.arguments import Arguments, FindJobs, FindStreams
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.markdown import code, escape, paragraphs, table
from resync_bot.agent.rendering.naming import enumeration, stream_name, stream_path
from resync_bot.agent.rendering.status_words import REASON, STATUS_MANY
from resync_bot.agent.rendering.times import clock, duration, interval_ends
from resync_bot.agent.rendering.wording import Said
from resync_bot.agent.results import Interval, JobsResult, StreamsResult
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Engine, Job, JobStream, Status

# Rows of a table that nobody asked to be longer.
ROWS = 10


@dataclass(frozen=True, slots=True)
class _Column:
    """`shown` decides by the listed objects whether the column says anything."""

    head: Said
    value: Callable[[Job], str]
    shown: Callable[[Job], bool] = lambda _: True


def render_jobs(result: JobsResult, language: Language, asked: Arguments | None) -> str:
    """How many there are, under which filter, and the first of them."""
    query = asked if isinstance(asked, FindJobs) else None
    uniform = _common_status([job.status for job in result.jobs]) if result.total == len(result.jobs) else None
    head = [
        f"**{phrases.JOBS.in_(language, result.total)}**" if result.total else phrases.NO_JOB.in_(language),
        *_filter_words(query, uniform, language),
    ]
    lead = _sentence(head, result.interval, result.engine, language)
    shown = result.jobs[: query.limit if query else ROWS]
    return paragraphs(lead, job_table(shown, result.engine, language), more(result.total - len(shown), language))


def job_table(jobs: Sequence[Job], engine: Engine, language: Language) -> str:
    """A row for each job, with the columns that say something about these."""
    if not jobs:
        return ""
    columns = [column for column in _columns(engine, language) if any(map(column.shown, jobs))]
    return table(
        [column.head.in_(language) for column in columns],
        [[column.value(job) if column.shown(job) else "" for column in columns] for job in jobs],
    )


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
    query = asked if isinstance(asked, FindStreams) else None
    uniform = _common_status([each.status for each in result.streams]) if result.total == len(result.streams) else None
    head = [
        f"**{phrases.STREAMS.in_(language, result.total)}**" if result.total else phrases.NO_STREAM.in_(language),
        *_filter_words(query, uniform, language),
    ]
    shown = result.streams[: query.limit if query else ROWS]
    return paragraphs(
        _sentence(head, None, result.engine, language),
        stream_table(shown, result.engine, language),
        more(result.total - len(shown), language),
    )


def stream_table(streams: Sequence[JobStream], engine: Engine, language: Language) -> str:
    """A row for each stream."""
    if not streams:
        return ""
    heads = (
        phrases.STREAM, phrases.WORKSTATION, phrases.STATUS, phrases.PROGRESS, phrases.IN_ERROR, phrases.SCHEDULED
    )  # fmt: skip
    rows = [
        [
            stream_name(stream),
            code(stream.workstation),
            escape(stream.internal_status),
            phrases.OF_TOTAL.in_(language, n=stream.successful, total=stream.jobs),
            str(stream.abended + stream.failed),
            clock(stream.scheduled, engine, language) if stream.scheduled else "",
        ]
        for stream in streams
    ]
    return table([head.in_(language) for head in heads], rows)


def more(count: int, language: Language) -> str:
    """`37 more`, or nothing."""
    return phrases.MORE.in_(language, n=count) if count > 0 else ""


def _common_status(statuses: Sequence[Status]) -> Status | None:
    return statuses[0] if len(set(statuses)) == 1 else None


def _filter_words(query: FindJobs | FindStreams | None, uniform: Status | None, language: Language) -> list[str]:
    if query is None:
        return [STATUS_MANY[uniform].in_(language)] if uniform else []
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
