"""The tools: the only way from a question to the engine."""

from typing import Any

from resync_bot.agent.tools.diagnosis import critical_jobs, what_it_blocks, why_failed, why_waiting
from resync_bot.agent.tools.find import find_jobs, find_streams
from resync_bot.agent.tools.jobs import job_detail, look_up, stream_detail
from resync_bot.agent.tools.logs import read_job_log
from resync_bot.agent.tools.objects import find_prompts, find_resources, find_workstations
from resync_bot.agent.tools.overview import plan_overview
from resync_bot.agent.tools.registry import Tool
from resync_bot.agent.tools.toolbox import Call, Toolbox

__all__ = ["TOOLS", "Call", "Tool", "Toolbox"]

TOOLS: tuple[Tool[Any], ...] = (
    Tool.of(plan_overview),
    Tool.of(find_jobs),
    Tool.of(find_streams),
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
)
