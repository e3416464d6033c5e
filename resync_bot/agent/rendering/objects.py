"""Workstations, prompts, resources and critical jobs as tables."""

from resync_bot.agent.arguments import Arguments, FindCriticalJobs, FindPrompts, FindResources, FindWorkstations
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.job_lists import ROWS, more
from resync_bot.agent.rendering.naming import same_object, short_reference, status_word
from resync_bot.agent.rendering.status_words import PROMPT_STATUS, RISK
from resync_bot.agent.rendering.times import clock, moment
from resync_bot.agent.results import CriticalJobsResult, PromptsResult, ResourcesResult, WorkstationsResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs, table
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.models import Engine, Prompt, Resource, Workstation

# A plan has few workstations, and "which is down?" is answered badly by a list that is cut.
_ROWS_OF_WORKSTATIONS = 20


def render_workstations(result: WorkstationsResult, language: Language, asked: Arguments | None) -> str:
    """Link, agent, limit and fence of each."""
    trouble_only = isinstance(asked, FindWorkstations) and asked.only_in_trouble
    everything = phrases.WORKSTATIONS.in_(language, result.total)
    if not result.workstations:
        if result.total or trouble_only:
            return phrases.ALL_WORKSTATIONS_WELL.in_(language, all=everything)
        return phrases.NO_WORKSTATION.in_(language)
    count = len(result.workstations)
    if trouble_only or count < result.total:
        selected = phrases.OF_TOTAL.in_(language, n=count, total=everything)
        lead = f"**{selected}** {phrases.IN_TROUBLE.in_(language) if trouble_only else ''}".rstrip() + ":"
    else:
        lead = f"**{everything}**:"
    heads = [phrases.WORKSTATION, phrases.KIND, phrases.LINK, phrases.AGENT, phrases.LIMIT, phrases.FENCE]
    in_detail = isinstance(asked, FindWorkstations) and asked.in_detail
    if in_detail:
        heads += [phrases.DOMAIN, phrases.SYSTEM, phrases.VERSION, phrases.HOST]
    shown = result.workstations[:_ROWS_OF_WORKSTATIONS]
    return paragraphs(
        lead,
        table(
            [head.in_(language) for head in heads],
            [_workstation(each, language, in_detail=in_detail) for each in shown],
        ),
        more(count - len(shown), language),
    )


def _workstation(workstation: Workstation, language: Language, *, in_detail: bool) -> list[str]:
    limit = phrases.NO_LIMIT.in_(language) if workstation.limit is None else str(workstation.limit)
    return [
        code(workstation.name),
        escape(workstation.kind),
        (phrases.LINKED if workstation.linked else phrases.UNLINKED).in_(language),
        (phrases.UP if workstation.running else phrases.DOWN).in_(language),
        f"**{limit}**" if workstation.limit == 0 else limit,
        f"**{workstation.fence}**" if workstation.fence else str(workstation.fence),
        *(
            code(text) if text else ""
            for text in (workstation.domain, workstation.os, workstation.version, workstation.host)
            if in_detail
        ),
    ]


def render_prompts(result: PromptsResult, language: Language, asked: Arguments | None) -> str:
    """What is asked, since when, and what it holds."""
    open_only = not isinstance(asked, FindPrompts) or (asked.only_open and not asked.statuses)
    if not result.prompts:
        return (phrases.NO_OPEN_PROMPT if open_only and asked else phrases.NO_PROMPT).in_(language)
    all_open = all(prompt.status == "ASKED" for prompt in result.prompts) and open_only
    shown = result.prompts[:ROWS]
    heads = [phrases.PROMPT, phrases.QUESTION, phrases.STATUS, phrases.ASKED, phrases.FOR]
    return paragraphs(
        f"**{(phrases.OPEN_PROMPTS if all_open else phrases.PROMPTS).in_(language, result.total)}**:",
        table([head.in_(language) for head in heads], [_prompt(each, result.engine, language) for each in shown]),
        more(result.total - len(shown), language),
    )


def _prompt(prompt: Prompt, engine: Engine, language: Language) -> list[str]:
    name = prompt.name or (str(prompt.number) if prompt.number is not None else "")
    known = PROMPT_STATUS.get(prompt.status)
    held = short_reference(prompt.job or prompt.stream or "")
    return [
        code(name) if name else "",
        code(prompt.text),
        known.in_(language) if known else escape(prompt.status),
        clock(prompt.asked, engine, language) if prompt.asked else "",
        code(held) if held else "",
    ]


def render_resources(result: ResourcesResult, language: Language, asked: Arguments | None) -> str:
    """Units in use and free, and who holds them."""
    if not result.resources:
        in_use = isinstance(asked, FindResources) and asked.only_in_use and asked.name is None
        return (phrases.NO_RESOURCE_IN_USE if in_use else phrases.NO_RESOURCE).in_(language)
    count = len(result.resources)
    everything = phrases.RESOURCES.in_(language, result.total)
    only_in_use = isinstance(asked, FindResources) and asked.only_in_use
    lead = phrases.IN_USE_OF.in_(language, n=count, all=everything) if only_in_use else f"**{everything}**:"
    shown = result.resources[:ROWS]
    heads = (phrases.RESOURCE, phrases.WORKSTATION, phrases.IN_USE, phrases.AVAILABLE, phrases.HOLDERS)
    return paragraphs(
        lead,
        table([head.in_(language) for head in heads], [_resource(each, language) for each in shown]),
        more(count - len(shown), language),
    )


def _resource(resource: Resource, language: Language) -> list[str]:
    holders = [
        phrases.HOLDER.in_(
            language, job=code(short_reference(holder.job or holder.stream or "?")), quantity=holder.quantity
        )
        for holder in resource.holders
    ]
    return [
        code(resource.name),
        code(resource.workstation) if resource.workstation else "",
        phrases.UNITS.in_(language, in_use=resource.in_use, quantity=resource.quantity),
        str(resource.available),
        enumeration(holders, language, limit=4),
    ]


def render_critical_jobs(result: CriticalJobsResult, language: Language, asked: Arguments | None) -> str:
    """Deadline, estimated end, slack and what stands in the way."""
    at_risk = isinstance(asked, FindCriticalJobs) and asked.only_at_risk
    everything = phrases.CRITICAL_JOBS.in_(language, result.total)
    if not result.jobs:
        if result.total or at_risk:
            return phrases.NO_CRITICAL_AT_RISK.in_(language, all=everything)
        return phrases.NO_CRITICAL.in_(language)
    if len(result.jobs) == 1 and not at_risk:
        return _one_critical(result.jobs[0], result.engine, language)
    shown = result.jobs[:ROWS]
    at_risk_of = phrases.CRITICAL_AT_RISK_OF.in_(language, n=len(result.jobs), all=everything)
    lead = at_risk_of if at_risk else f"**{everything}**:"
    heads = (
        phrases.JOB,
        phrases.RISK,
        phrases.STATUS,
        phrases.DEADLINE,
        phrases.ESTIMATED_END,
        phrases.SLACK,
        phrases.OBSTACLE,
    )
    return paragraphs(
        lead,
        table([head.in_(language) for head in heads], [_critical(each, result.engine, language) for each in shown]),
        more(len(result.jobs) - len(shown), language),
    )


def _one_critical(critical: CriticalJob, engine: Engine, language: Language) -> str:
    """Whether it will make its deadline, as a sentence."""
    job = critical.job
    time = clock(job.deadline, engine, language) if job.deadline else ""
    lead = phrases.RISK_OF_MISSING[critical.risk].in_(
        language,
        job=code(f"{job.stream}.{job.name}" if job.stream else job.name),
        deadline=phrases.DEADLINE_AT.in_(language, time=time) if time else "",
    )
    if critical.estimated_end is not None and critical.risk is not Risk.DONE:
        lead += ": " + phrases.EXPECTED_AT.in_(language, time=moment(critical.estimated_end, engine, language))
        if critical.slack_seconds is not None:
            slack = phrases.SLACK_OVER if critical.slack_seconds < 0 else phrases.SLACK_OF
            lead += ", " + slack.in_(language, duration=duration(critical.slack_seconds))
    status = phrases.STATUS_NOW.in_(
        language, status=status_word(job.status, language), word=escape(job.internal_status)
    )
    obstacle = critical.obstacle
    in_the_way = ""
    if obstacle is not None and not same_object(obstacle, job):
        name = code(f"{obstacle.stream}.{obstacle.name}" if obstacle.stream else obstacle.name)
        in_the_way = phrases.IN_THE_WAY.in_(language, job=name, word=escape(obstacle.internal_status))
    return paragraphs(f"{lead}.", f"{status} {in_the_way}".rstrip())


def _critical(critical: CriticalJob, engine: Engine, language: Language) -> list[str]:
    job = critical.job
    slack = ""
    if critical.slack_seconds is not None:
        slack = duration(critical.slack_seconds)
        if critical.slack_seconds < 0:
            slack = phrases.SLACK_LATE.in_(language, duration=slack)
    obstacle = critical.obstacle
    return [
        code(f"{job.stream}.{job.name}" if job.stream else job.name),
        RISK[critical.risk].in_(language),
        escape(job.internal_status),
        clock(job.deadline, engine, language) if job.deadline else "",
        clock(critical.estimated_end, engine, language) if critical.estimated_end else "",
        slack,
        f"{code(obstacle.name)} {escape(obstacle.internal_status)}"
        if obstacle is not None and not same_object(obstacle, job)
        else "",
    ]
