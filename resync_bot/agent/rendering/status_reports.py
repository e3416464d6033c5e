"""The plan at a glance, one job, one stream: the status first."""

from datetime import datetime

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.job_lists import job_table
from resync_bot.agent.rendering.naming import status_word, stream_name, stream_path
from resync_bot.agent.rendering.recovery import recovery_text
from resync_bot.agent.rendering.status_words import REASON, STATUS_MANY
from resync_bot.agent.rendering.times import clock
from resync_bot.agent.results import JobResult, OverviewResult, StreamResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, paragraphs, table
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration
from resync_bot.tws.models import Dependency, Engine, Job, JobStream, Reason, Run, Status

_TROUBLE_FIRST = (Status.ERROR, Status.BLOCKED, Status.RUNNING, Status.SUCCESSFUL)


def render_overview(result: OverviewResult, language: Language) -> str:
    """All jobs by status, those in error first, and what needs a person."""
    order = dict.fromkeys((*_TROUBLE_FIRST, *Status))
    counts = [(status, result.by_status[status]) for status in order if result.by_status.get(status)]
    parts = [f"**{count}** {STATUS_MANY[status].in_(language)}" for status, count in counts]
    lead = phrases.OVERVIEW.in_(
        language,
        jobs=phrases.JOBS.in_(language, result.total),
        engine=code(result.engine.name),
        now=clock(result.engine.now, result.engine, language),
        parts=enumeration(parts, language, limit=len(Status)) or "0",
    )
    attention = [
        said.in_(language, count)
        for said, count in (
            (phrases.STREAMS_STUCK, result.streams_stuck),
            (phrases.PROMPTS_OPEN, result.prompts_open),
            (phrases.WORKSTATIONS_IN_TROUBLE, result.workstations_in_trouble),
        )
        if count
    ]
    critical = phrases.CRITICAL_OPEN.in_(language, result.critical_open) if result.critical_open else ""
    if attention:
        needs = phrases.OVERVIEW_ATTENTION.in_(language, parts=enumeration(attention, language))
        return paragraphs(lead, needs, critical)
    well = not result.by_status.get(Status.ERROR)
    return paragraphs(lead, phrases.OVERVIEW_WELL.in_(language) if well else "", critical)


def render_job(result: JobResult, language: Language) -> str:
    """Status, times, what it depends on, its runs where there were several."""
    job, engine = result.job, result.engine
    lead = phrases.JOB_IS.in_(
        language,
        job=code(job.name),
        status=status_word(job.status, language),
        word=escape(job.internal_status),
        rest="".join(f", {fact}" for fact in job_facts(job, engine, language)),
    )
    return paragraphs(
        lead,
        _whereabouts(job, engine, language),
        recovery_text(result.recovery, engine, language),
        _dependencies(job.dependencies, language),
        _runs(job.runs, engine, language) if len(job.runs) > 1 else "",
    )


def job_facts(job: Job, engine: Engine, language: Language) -> list[str]:
    """What matters about a job in its present status, in few words."""
    reason = REASON[job.reason] if job.reason else None
    facts: list[str] = []
    if job.status is Status.RUNNING and job.started:
        facts.append(phrases.SINCE.in_(language, time=clock(job.started, engine, language)))
        if job.elapsed_seconds is not None:
            facts.append(phrases.FOR_NOW.in_(language, duration=duration(job.elapsed_seconds)))
        if job.estimated_seconds:
            facts.append(phrases.USUAL.in_(language, duration=duration(job.estimated_seconds)))
    elif job.ended:
        facts += _how_it_ended(job, job.ended, engine, language)
    elif reason:
        facts.append(reason.in_(language))
    if job.late:
        facts.append(phrases.IS_LATE.in_(language))
    if job.deadline_passed:
        facts.append(phrases.DEADLINE_PASSED.in_(language))
    if job.needs_confirmation and job.status is not Status.SUCCESSFUL:
        facts.append(phrases.NEEDS_CONFIRMATION.in_(language))
    return facts


def _how_it_ended(job: Job, ended: datetime, engine: Engine, language: Language) -> list[str]:
    if job.reason is Reason.SUCC_DO_NOT_RUN:
        return [phrases.NO_OPERATION.in_(language), phrases.ENDED_AT.in_(language, time=clock(ended, engine, language))]
    facts = [phrases.ENDED_AT.in_(language, time=clock(ended, engine, language))]
    if job.return_code is not None:
        facts.insert(0, phrases.WITH_RC.in_(language, rc=job.return_code))
    if job.elapsed_seconds is not None:
        facts.append(phrases.TOOK.in_(language, duration=duration(job.elapsed_seconds)))
    return facts


def _whereabouts(job: Job, engine: Engine, language: Language) -> str:
    facts = [
        phrases.JOB_OF.in_(
            language, stream=code(stream_path(job.folder, job.stream)), workstation=code(job.workstation)
        )
    ]
    times = (
        (phrases.SCHEDULED, job.scheduled),
        (phrases.NOT_BEFORE, job.start_at if job.started is None else None),
        (phrases.LATEST_START, job.latest_start if job.started is None else None),
        (phrases.DEADLINE, job.deadline),
    )
    facts += [f"{said.in_(language)} {clock(time, engine, language)}" for said, time in times if time]
    if job.critical:
        facts.append(phrases.IS_CRITICAL.in_(language))
    return " · ".join(facts)


def _dependencies(dependencies: tuple[Dependency, ...], language: Language) -> str:
    if not dependencies:
        return ""
    items = []
    for dependency in dependencies[:10]:
        known = dependency.satisfied is not None
        met = phrases.SATISFIED if dependency.satisfied else phrases.UNSATISFIED
        state = f": {met.in_(language)}" if known else ""
        detail = f" ({code(dependency.detail)})" if dependency.detail else ""
        items.append(f"{code(dependency.on)}{state}{detail}")
    if len(dependencies) > len(items):
        items.append(phrases.MORE.in_(language, n=len(dependencies) - len(items)))
    return f"{phrases.DEPENDS_ON.in_(language)}\n\n{bullets(items)}"


def _runs(runs: tuple[Run, ...], engine: Engine, language: Language) -> str:
    heads = (phrases.RUN, phrases.JOB, phrases.STATUS, phrases.RETURN_CODE, phrases.STARTED, phrases.DURATION)
    rows = [
        [
            str(number),
            (code(run.job_name) + " " if run.job_name else "") + escape(run.kind),
            escape(run.internal_status),
            "" if run.return_code is None else str(run.return_code),
            clock(run.started, engine, language) if run.started else "",
            "" if run.elapsed_seconds is None else duration(run.elapsed_seconds),
        ]
        for number, run in enumerate(runs, start=1)
    ]
    return table([head.in_(language) for head in heads], rows[-10:])


def render_stream(result: StreamResult, language: Language) -> str:
    """Status, progress and the jobs that stand in the way."""
    stream, engine = result.stream, result.engine
    lead = phrases.STREAM_IS.in_(
        language,
        stream=stream_name(stream),
        status=status_word(stream.status, language),
        word=escape(stream.internal_status),
        rest="".join(f", {fact}" for fact in _stream_facts(stream, language)),
    )
    trouble = result.jobs_in_trouble
    listed = job_table(trouble[:10], engine, language)
    return paragraphs(
        lead,
        _stream_times(stream, engine, language),
        _dependencies(stream.dependencies, language),
        phrases.JOBS_IN_TROUBLE.in_(language) if trouble else "",
        listed,
        phrases.MORE.in_(language, n=len(trouble) - 10) if len(trouble) > 10 else "",
    )


def _stream_facts(stream: JobStream, language: Language) -> list[str]:
    facts = [phrases.JOB_COUNTS.in_(language, done=stream.successful, jobs=stream.jobs)]
    counts = (
        (phrases.IN_ERROR_COUNT, stream.abended + stream.failed),
        (phrases.RUNNING_COUNT, stream.running),
    )
    facts += [said.in_(language, n=count) for said, count in counts if count]
    if stream.late:
        facts.append(phrases.IS_LATE.in_(language))
    if stream.carried_forward:
        facts.append(phrases.CARRIED_FORWARD.in_(language))
    return facts


def _stream_times(stream: JobStream, engine: Engine, language: Language) -> str:
    times = (
        (phrases.SCHEDULED, stream.scheduled),
        (phrases.NOT_BEFORE, stream.start_at if stream.started is None else None),
        (phrases.STARTED, stream.started),
        (phrases.ENDED, stream.ended),
        (phrases.DEADLINE, stream.deadline),
    )
    facts = [f"{said.in_(language)} {clock(time, engine, language)}" for said, time in times if time]
    workstation = f"{phrases.WORKSTATION.in_(language)} {code(stream.workstation)}"
    return " · ".join([workstation, *facts])
