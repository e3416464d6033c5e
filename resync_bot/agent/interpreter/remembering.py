"""What an earlier answer was about, told by the tools that were called for it: another model may have worded it."""

from resync_bot.agent.arguments import (
    CompareDays,
    FindCriticalJobs,
    FindJobs,
    FindLongRuns,
    FindPrompts,
    FindResources,
    FindStreams,
    FindWorkstations,
    JobTarget,
    LookUp,
    PlanOverview,
    ReadJobLog,
    SelectJobs,
    SelectStreams,
    StreamTarget,
    WhatWillRun,
)
from resync_bot.agent.interpreter.intents import (
    CompareWithDay,
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListLongRuns,
    ListPrompts,
    ListResources,
    ListStreams,
    ListUpcoming,
    ListWorkstations,
    MeetsDeadline,
    Overview,
    Places,
    SelectJobsBy,
    SelectStreamsBy,
    ShowChanges,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.tools import Call


def intent_behind(call: Call) -> Intent | None:  # noqa: C901, PLR0911, PLR0912 - one line per kind
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
                reasons=asked.reasons,
                return_code=asked.return_code,
                longer_than=asked.longer_than,
                order=asked.order,
                limit=asked.limit,
            )
        case FindStreams() as asked:
            places = Places(None, asked.folder, asked.workstation)
            return ListStreams(asked.statuses, asked.internal_statuses, places, asked.name, asked.late, asked.limit)
        case FindWorkstations() as asked:
            return ListWorkstations(asked.name, asked.only_in_trouble, asked.domain, asked.in_detail)
        case FindPrompts() as asked:
            return ListPrompts(asked.only_open, asked.statuses, asked.name)
        case SelectJobs(selection=selection):
            return SelectJobsBy(selection)
        case SelectStreams(selection=selection):
            return SelectStreamsBy(selection)
        case WhatWillRun():
            return ListUpcoming()
        case FindLongRuns() as asked:
            return ListLongRuns(asked.days_back, asked.limit)
        case CompareDays(days_back=days):
            return CompareWithDay(days)
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


def _about_job(tool: str, target: Target) -> Intent:  # noqa: PLR0911 - one line per tool
    match tool:
        case "why_failed":
            return WhyFailed(target)
        case "why_waiting":
            return WhyWaiting(target)
        case "what_it_blocks":
            return ShowImpact(target)
        case "forecast":
            return MeetsDeadline(target)
        case "run_history":
            return ShowHistory(target)
        case "what_changed":
            return ShowChanges(target)
        case _:
            return ShowStatus(target)
