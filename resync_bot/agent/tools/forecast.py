"""The tool that looks ahead: when something ends, and whether that is in time."""

from resync_bot.agent.arguments import Forecast
from resync_bot.agent.resolve import resolve_job
from resync_bot.agent.results import Ambiguous, ForecastResult, NoMatch
from resync_bot.agent.tools.jobs import FAILED, NOT_STARTED
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws import diagnosis
from resync_bot.tws.models import Job, JobStream, Status

_NOT_THROUGH = (*FAILED, Status.RUNNING, *NOT_STARTED)


async def forecast(inquiry: Inquiry, arguments: Forecast) -> ForecastResult | Ambiguous | NoMatch:
    """Says when a job or a job stream ends and whether it makes a time: expected end, slack, how sure that is and
    whether it rests on remembered runs or on the engine's estimates, the critical path, what runs longer than usual,
    what somebody has to do first. Without `by` its own deadline is taken.

    Use it for "when will X end", "will X make it", "will X be done by 06:00", "how long until X is through".
    """
    tws = inquiry.tws
    found = await resolve_job(tws, arguments, preferred=_NOT_THROUGH)
    if not isinstance(found, Job | JobStream):
        return found
    async with together() as group:
        engine = group.create_task(tws.engine())
        due = arguments.by
        if due is not None and due.tzinfo is None:  # said as the engine's clock shows it
            due = due.replace(tzinfo=(await engine).now.tzinfo)
        found_out = await diagnosis.forecast(tws, found, await inquiry.view(), inquiry.history, due=due)
    return ForecastResult(engine=engine.result(), forecast=found_out)
