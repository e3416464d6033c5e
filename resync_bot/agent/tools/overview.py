"""The tool that shows the plan at a glance."""

from resync_bot.agent.arguments import PlanOverview
from resync_bot.agent.results import OverviewResult
from resync_bot.agent.tools.objects import OPEN_PROMPTS, is_in_trouble
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobQuery, StreamQuery

# Whether they make their deadlines takes a look at all that they wait for: that is the tool critical_jobs.
_ENDED = (Status.SUCCESSFUL, Status.CANCELED, Status.SUPPRESS)
_CRITICAL_OPEN = JobQuery(
    critical=True, statuses=tuple(status for status in Status if status not in (*_ENDED, Status.UNKNOWN))
)
_STUCK = StreamQuery(internal_statuses=("STUCK",))


async def plan_overview(inquiry: Inquiry, _arguments: PlanOverview) -> OverviewResult:
    """The whole plan in figures: jobs by status, stuck job streams, critical jobs not finished, open prompts,
    workstations in trouble.

    Use it for "how is the plan", "how many jobs failed, run or wait in all", "what needs attention", a shift summary.
    """
    tws = inquiry.tws
    async with together() as group:
        engine = group.create_task(tws.engine())
        by_status = group.create_task(tws.count_jobs_by_status())
        stuck = group.create_task(tws.streams(_STUCK, limit=1))
        critical = group.create_task(tws.jobs(_CRITICAL_OPEN, limit=1))
        prompts = group.create_task(tws.prompts(OPEN_PROMPTS))
        workstations = group.create_task(tws.workstations())
    return OverviewResult(
        engine=engine.result(),
        total=sum(by_status.result().values()),
        by_status=by_status.result(),
        streams_stuck=stuck.result().total,
        critical_open=critical.result().total,
        prompts_open=len(prompts.result()),
        workstations_in_trouble=sum(is_in_trouble(one) for one in workstations.result()),
    )
