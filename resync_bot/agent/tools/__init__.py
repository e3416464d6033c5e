"""The tools: the only way from a question to the engine."""

from typing import Any

from resync_bot.agent.tools.diagnosis import critical_jobs, what_it_blocks, why_failed, why_waiting
from resync_bot.agent.tools.find import find_jobs, find_streams
from resync_bot.agent.tools.forecast import forecast
from resync_bot.agent.tools.history import compare_days, long_runs, run_history, what_changed
from resync_bot.agent.tools.jobs import job_detail, look_up, stream_detail
from resync_bot.agent.tools.logs import read_job_log
from resync_bot.agent.tools.messages import explain_message
from resync_bot.agent.tools.objects import find_prompts, find_resources, find_workstations
from resync_bot.agent.tools.overview import plan_overview
from resync_bot.agent.tools.registry import Tool
from resync_bot.agent.tools.selections import select_jobs, select_streams
from resync_bot.agent.tools.toolbox import Call, Toolbox
from resync_bot.agent.tools.upcoming import what_will_run

__all__ = ["TOOLS", "Call", "Tool", "Toolbox"]

TOOLS: tuple[Tool[Any], ...] = (
    Tool.of(plan_overview),
    Tool.of(find_jobs),
    Tool.of(find_streams),
    Tool.of(select_jobs),
    Tool.of(select_streams),
    Tool.of(what_will_run),
    Tool.of(look_up),
    Tool.of(job_detail),
    Tool.of(stream_detail),
    Tool.of(read_job_log),
    Tool.of(why_waiting),
    Tool.of(why_failed),
    Tool.of(what_it_blocks),
    Tool.of(find_workstations),
    Tool.of(find_prompts),
    Tool.of(find_resources),
    Tool.of(critical_jobs),
    Tool.of(forecast),
    Tool.of(run_history),
    Tool.of(what_changed),
    Tool.of(long_runs),
    Tool.of(compare_days),
    Tool.of(explain_message),
)
