"""What a home page shows to somebody who has not asked yet: the plan at a glance, what failed, what to ask."""

from resync_bot.agent.answer import blocks_of
from resync_bot.agent.arguments import FindJobs, PlanOverview
from resync_bot.agent.moments import moments_in
from resync_bot.agent.rendering import next_questions, render_result
from resync_bot.agent.results import JobsResult, Result, ToolResult
from resync_bot.agent.tools import Call, Toolbox
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer
from resync_bot.conversation.ports import Briefing
from resync_bot.runtime.together import together
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

_GLANCE = Call("plan_overview", PlanOverview())
_FAILED = Call("find_jobs", FindJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST))


async def brief(toolbox: Toolbox, language: Language = Language.EN) -> Briefing:
    """Two look-ups, rendered plainly. An engine that does not answer is told in place of the figures."""
    async with together() as group:
        glance = group.create_task(toolbox.run(_GLANCE, language))
        failed = group.create_task(toolbox.run(_FAILED, language))
    results = (glance.result(), failed.result())
    has_failed = isinstance(results[1], JobsResult) and results[1].total > 0
    return Briefing(
        glance=_plain(results[0], language),
        failed=_plain(results[1], language) if has_failed else None,
        questions=tuple(button.value for button in next_questions(results, language)),
    )


def _plain(result: ToolResult, language: Language) -> Answer:
    text = render_result(result, language)
    found = [(result.engine, result.model_dump_json())] if isinstance(result, Result) else []
    return Answer(text, blocks_of(text), times=moments_in((text,), found, language))
