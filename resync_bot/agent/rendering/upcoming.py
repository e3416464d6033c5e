"""What is to start in a span of time: by the forecast where there is one, and by what is planned."""

from resync_bot.agent.rendering import forecast_words, phrases
from resync_bot.agent.rendering.job_lists import job_table, more, stream_table
from resync_bot.agent.rendering.naming import stream_path
from resync_bot.agent.rendering.times import clock, interval_ends
from resync_bot.agent.results import UpcomingResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs, table


def render_upcoming(result: UpcomingResult, language: Language) -> str:
    """What is planned to start, and that plans depend on more than the clock."""
    engine = result.engine
    start, end = interval_ends(result.interval, engine, language)
    said = phrases.BETWEEN if result.interval.end is not None else phrases.SINCE_THEN
    span = said.in_(language, start=start, end=end, zone=escape(engine.zone))
    expected = _expected_starts(result, span, language)
    if not result.total:
        return paragraphs(expected, phrases.PLANNED_NOTHING.in_(language, span=span))
    lead = phrases.PLANNED.in_(
        language,
        streams=phrases.STREAMS.in_(language, result.streams_total),
        jobs=phrases.JOBS.in_(language, result.jobs_total),
        span=span,
    )
    return paragraphs(
        expected,
        lead,
        stream_table(result.streams, engine, language),
        more(result.streams_total - len(result.streams), language),
        job_table(result.jobs, engine, language, {"at"}),
        more(result.jobs_total - len(result.jobs), language),
        phrases.PLANNED_ONLY.in_(language) if result.expected_in_all is None else "",
    )


def _expected_starts(result: UpcomingResult, span: str, language: Language) -> str:
    """What the forecast says of the same span."""
    if result.expected_in_all is None:
        return ""
    engine = result.engine
    heads = (
        phrases.JOB,
        phrases.STREAM,
        phrases.WORKSTATION,
        phrases.STATUS,
        forecast_words.STARTS,
        forecast_words.ENDS,
    )
    rows = [
        [
            code(step.job.name),
            code(stream_path(step.job.folder, step.job.stream)),
            code(step.job.workstation),
            escape(step.job.internal_status),
            clock(step.starts, engine, language),
            clock(step.ends, engine, language),
        ]
        for step in result.expected
    ]
    jobs = phrases.JOBS.in_(language, result.expected_in_all)
    return paragraphs(
        phrases.EXPECTED.in_(language, jobs=jobs, span=span),
        table([head.in_(language) for head in heads], rows) if rows else "",
        more(result.expected_in_all - len(rows), language),
    )
