"""From a tool's result to the text that people read. Every figure, name and time in it comes from the result."""

from typing import assert_never

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.rendering.asking_back import (
    render_ambiguous,
    render_no_match,
    render_problem,
    render_unknown_engine,
)
from resync_bot.agent.rendering.failure import render_failure
from resync_bot.agent.rendering.forecast import render_forecast
from resync_bot.agent.rendering.history import (
    render_day_comparison,
    render_long_runs,
    render_run_comparison,
    render_run_history,
)
from resync_bot.agent.rendering.impact import render_impact
from resync_bot.agent.rendering.job_lists import render_jobs, render_streams
from resync_bot.agent.rendering.logs import render_job_log
from resync_bot.agent.rendering.messages import render_message
from resync_bot.agent.rendering.objects import (
    render_critical_jobs,
    render_prompts,
    render_resources,
    render_workstations,
)
from resync_bot.agent.rendering.status_reports import render_job, render_overview, render_stream
from resync_bot.agent.rendering.upcoming import render_upcoming
from resync_bot.agent.rendering.waiting import render_waiting
from resync_bot.agent.results import (
    AlertsResult,
    Ambiguous,
    CriticalJobsResult,
    DayComparisonResult,
    FailureResult,
    ForecastResult,
    ImpactResult,
    JobLogResult,
    JobResult,
    JobsResult,
    LongRunsResult,
    MessageResult,
    NoMatch,
    OverviewResult,
    Problem,
    PromptsResult,
    ResourcesResult,
    Result,
    RunComparisonResult,
    RunHistoryResult,
    StreamResult,
    StreamsResult,
    ToolResult,
    UnknownEngine,
    UpcomingResult,
    WaitingResult,
    WorkstationsResult,
)
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code


def render_result(result: ToolResult, language: Language, *, asked: Arguments | None = None) -> str:
    """`result` as Markdown in `language`: the figure or the cause first, tables for lists, never any HTML.

    `asked` are the arguments that the tool was called with, where they are at hand: the headline of a list then says
    which filter was taken, and the table has as many rows as were asked for. Where there are several engines, it
    begins with the one that it speaks of.
    """
    text = _rendered(result, language, asked)
    if isinstance(result, OverviewResult) or not isinstance(result, Result) or not result.engines:
        return text
    return f"{code(result.engine.name)}: {text}"


def _rendered(result: ToolResult, language: Language, asked: Arguments | None) -> str:  # noqa: PLR0911, C901, PLR0912 - one line per kind
    match result:
        case OverviewResult():
            return render_overview(result, language)
        case JobsResult():
            return render_jobs(result, language, asked)
        case StreamsResult():
            return render_streams(result, language, asked)
        case UpcomingResult():
            return render_upcoming(result, language)
        case JobResult():
            return render_job(result, language)
        case StreamResult():
            return render_stream(result, language)
        case WorkstationsResult():
            return render_workstations(result, language, asked)
        case PromptsResult():
            return render_prompts(result, language, asked)
        case ResourcesResult():
            return render_resources(result, language, asked)
        case JobLogResult():
            return render_job_log(result, language, asked)
        case WaitingResult():
            return render_waiting(result, language)
        case FailureResult():
            return render_failure(result, language)
        case ImpactResult():
            return render_impact(result, language)
        case ForecastResult():
            return render_forecast(result, language)
        case CriticalJobsResult():
            return render_critical_jobs(result, language, asked)
        case RunHistoryResult():
            return render_run_history(result, language)
        case RunComparisonResult():
            return render_run_comparison(result, language)
        case LongRunsResult():
            return render_long_runs(result, language)
        case DayComparisonResult():
            return render_day_comparison(result, language)
        case MessageResult():
            return render_message(result, language)
        case AlertsResult():
            return result.text
        case Ambiguous():
            return render_ambiguous(result, language)
        case NoMatch():
            return render_no_match(result, language)
        case UnknownEngine():
            return render_unknown_engine(result, language)
        case Problem():
            return render_problem(result, language)
        case _:
            assert_never(result)
