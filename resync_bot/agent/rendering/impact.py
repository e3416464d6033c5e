"""What a job holds up: how many jobs, which streams, which critical jobs and the first deadline."""

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.markdown import code, paragraphs
from resync_bot.agent.rendering.naming import enumeration, job_name
from resync_bot.agent.rendering.times import clock, moment
from resync_bot.agent.results import ImpactResult
from resync_bot.conversation.language import Language


def render_impact(result: ImpactResult, language: Language) -> str:
    """How many jobs, which streams, which critical jobs and the first deadline."""
    impact, engine = result.impact, result.engine
    if not impact.jobs and impact.is_complete:
        return phrases.BLOCKS_NOTHING.in_(language, job=code(impact.job.name))
    jobs = phrases.JOBS.in_(language, impact.jobs)
    count = len(impact.streams)
    streams = phrases.STREAMS.in_(language, count)
    critical = [
        phrases.DUE.in_(language, job=job_name(job, impact.job), time=clock(job.deadline, engine, language))
        if job.deadline
        else job_name(job, impact.job)
        for job in impact.critical
    ]
    behind = [code(name) for name in impact.streams]
    following = [job_name(job, impact.job) for job in impact.next_jobs]
    first = impact.first_deadline
    return paragraphs(
        phrases.BLOCKS.in_(
            language,
            job=code(impact.job.name),
            jobs=jobs if impact.is_complete else phrases.AT_LEAST.in_(language, jobs=jobs),
            rest=phrases.IN_STREAMS.in_(language, streams=streams) if count else "",
        ),
        phrases.BLOCKS_CRITICAL.in_(language, jobs=enumeration(critical, language)) if critical else "",
        phrases.FIRST_DEADLINE.in_(
            language, job=job_name(first, impact.job), time=moment(first.deadline, engine, language)
        )
        if first and first.deadline
        else "",
        phrases.NEXT_JOBS.in_(language, jobs=enumeration(following, language)) if following else "",
        phrases.AFFECTED_STREAMS.in_(language, streams=enumeration(behind, language, limit=10)) if behind else "",
    )
