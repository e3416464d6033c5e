"""What an earlier answer was about, told by the tools that were called for it: another model may have worded it."""

from resync_bot.agent.arguments import (
    FindCriticalJobs,
    FindJobs,
    FindPrompts,
    FindResources,
    FindStreams,
    FindWorkstations,
    JobTarget,
    LookUp,
    PlanOverview,
    ReadJobLog,
    StreamTarget,
)
from resync_bot.agent.interpreter.intents import (
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    Overview,
    Places,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.tools import Call


def intent_behind(call: Call) -> Intent | None:  # noqa: C901, PLR0911 - one line per kind
    """The question that this call answers."""
    match call.arguments:
        case PlanOverview():
            return Overview()
        case FindJobs() as asked:
            return ListJobs(
                asked.statuses,
                asked.internal_statuses,
                Places(asked.stream, asked.folder, asked.workstation),
                name=asked.name,
                when=asked.span,
                critical=asked.critical,
                late=asked.late,
                order=asked.order,
                limit=asked.limit,
            )
        case FindStreams() as asked:
            places = Places(None, asked.folder, asked.workstation)
            return ListStreams(asked.statuses, asked.internal_statuses, places, asked.name, asked.late, asked.limit)
        case FindWorkstations(name=name, only_in_trouble=in_trouble):
            return ListWorkstations(name, in_trouble)
        case FindPrompts(only_open=only_open):
            return ListPrompts(only_open)
        case FindResources(name=name, only_in_use=in_use):
            return ListResources(name, in_use)
        case FindCriticalJobs(only_at_risk=at_risk):
            return ListCriticalJobs(at_risk)
        case ReadJobLog() as asked:
            return ShowLog(_target(asked), asked.last_lines, asked.errors_only)
        case JobTarget() as asked:
            return _about_job(call.tool, _target(asked))
        case StreamTarget() as asked:
            return ShowStatus(Target(asked.name, Kind.STREAM, None, asked.folder, asked.workstation))
        case LookUp(name=name):
            return ShowStatus(Target(name))
        case _:
            return None


def _target(asked: JobTarget) -> Target:
    return Target(asked.name, Kind.JOB, asked.stream, asked.folder, asked.workstation, scheduled=asked.scheduled)


def _about_job(tool: str, target: Target) -> Intent:
    match tool:
        case "why_failed":
            return WhyFailed(target)
        case "why_waiting":
            return WhyWaiting(target)
        case "what_it_blocks":
            return ShowImpact(target)
        case _:
            return ShowStatus(target)
