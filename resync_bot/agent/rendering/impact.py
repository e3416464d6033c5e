"""What a job holds up: how many jobs, which streams, which critical jobs and the first deadline."""

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import job_name
from resync_bot.agent.rendering.times import clock, moment
from resync_bot.agent.results import ImpactResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, paragraphs
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration
from resync_bot.tws.findings import Impact
from resync_bot.tws.models import Engine


def render_impact(result: ImpactResult, language: Language) -> str:
    """How many jobs, which streams, which critical jobs and the first deadline."""
    impact, engine = result.impact, result.engine
    if not impact.jobs and impact.is_complete:
        nothing = phrases.BLOCKS_NOTHING.in_(language, job=code(impact.job.name))
        return paragraphs(nothing, _first_deadline(impact, engine, language))
    jobs = phrases.JOBS.in_(language, impact.jobs)
    count = max(impact.streams_in_all, len(impact.streams))
    streams = phrases.STREAMS.in_(language, count)
    critical = [
        phrases.DUE.in_(language, job=job_name(job, impact.job), time=clock(job.deadline, engine, language))
        if job.deadline
        else job_name(job, impact.job)
        for job in impact.critical
    ]
    behind = [code(name) for name in impact.streams]
    following = [job_name(job, impact.job) for job in impact.next_jobs]
    return paragraphs(
        phrases.BLOCKS.in_(
            language,
            job=code(impact.job.name),
            jobs=jobs if impact.is_complete else phrases.AT_LEAST.in_(language, jobs=jobs),
            rest=phrases.IN_STREAMS.in_(language, streams=streams) if count else "",
        ),
        phrases.BLOCKS_CRITICAL.in_(language, jobs=_of_all(critical, impact.critical_in_all, language, 6))
        if critical
        else "",
        _first_deadline(impact, engine, language),
        phrases.NEXT_JOBS.in_(language, jobs=_of_all(following, impact.next_jobs_in_all, language, 6))
        if following
        else "",
        phrases.AFFECTED_STREAMS.in_(language, streams=_of_all(behind, count, language, 10)) if behind else "",
    )


def _of_all(items: list[str], count: int, language: Language, limit: int) -> str:
    """The first of them and how many more there are, also beyond those that the result tells."""
    shown = items[:limit]
    more = max(count, len(items)) - len(shown)
    if more > 0:
        shown.append(phrases.MORE.in_(language, n=more))
    return enumeration(shown, language, limit=limit + 1)


def _first_deadline(impact: Impact, engine: Engine, language: Language) -> str:
    first, end, slack = impact.first_deadline, impact.first_deadline_end, impact.first_deadline_slack_seconds
    if impact.first_deadline_at is None:
        return ""
    name = phrases.STREAM_NAMED.in_(language, name=code(impact.first_deadline_stream or "?"))
    said = phrases.FIRST_DEADLINE.in_(
        language,
        job=job_name(first, impact.job) if first else name,
        time=moment(impact.first_deadline_at, engine, language),
    )
    if end is None or slack is None:
        return said
    still = phrases.STILL_IN_TIME if slack >= 0 else phrases.TOO_LATE_ALREADY
    return f"{said} {still.in_(language, end=moment(end, engine, language), slack=duration(slack))}"
