"""Critical jobs: whether they will make their deadlines, all in one forward pass over what is still to run.

The engine's own figures (critical start, confidence) are told beside it; V2 has no call that lists risks. A prompt or
a file takes no time at all, which is told as a potential risk; what waits for a repair has no end that could be known.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from resync_bot.runtime.together import together
from resync_bot.tws.diagnosis.ahead import look_ahead, make_room
from resync_bot.tws.diagnosis.walk import has_ended, well_and_ill
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.graph import ForwardPass, GraphView, PlanGraph
from resync_bot.tws.graph.around import read_again, read_upstream
from resync_bot.tws.graph.forward import NEEDS_REPAIR, Estimate
from resync_bot.tws.graph.plan_graph import ERROR, HAS_ENDED, NONE
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import JobQuery, Tws

MOST_JOBS = 200
MARGIN = timedelta(minutes=15)  # less slack than that is a potential risk


async def critical_jobs(
    tws: Tws, view: GraphView | None = None, history: RunHistory | None = None
) -> tuple[CriticalJob, ...]:
    """All critical jobs of the plan, the most endangered first. Raises EngineError if the engine cannot be asked.

    Without a graph what stands before them is read from the engine, of up to 200 of them; durations are those that
    `history` knows, else the engine's estimates.
    """
    if view is None:
        found = (await tws.jobs(JobQuery(critical=True), limit=MOST_JOBS)).items
        if not found:
            return ()
        graph = await read_upstream(tws, found)
    else:
        graph = view.graph
    if not graph.critical:
        return ()
    async with together() as group:
        asked = group.create_task(tws.engine())
        well = group.create_task(well_and_ill(tws))
    engine, workstations = asked.result(), well.result()
    ahead = await look_ahead(graph, graph.critical, engine, workstations, history)
    stopped = {ahead.of(node).stopped_by for node in graph.critical} - {NONE}
    if view is not None and await read_again(tws, graph, sorted(stopped)[:MOST_JOBS]):
        # a prompt was answered, a file has come
        ahead = await look_ahead(graph, graph.critical, engine, workstations, history)
    await make_room(tws, ahead, graph.critical, engine, history)
    return _judged_all(graph, ahead, graph.critical, engine.now)


def _judged_all(graph: PlanGraph, ahead: ForwardPass, nodes: Iterable[int], now: datetime) -> tuple[CriticalJob, ...]:
    found = [_judged(graph, ahead, node, now) for node in nodes]
    order = list(Risk)
    return tuple(sorted(found, key=lambda one: (order.index(one.risk), one.job.deadline or now, one.job.full_name)))


def _judged(graph: PlanGraph, ahead: ForwardPass, node: int, now: datetime) -> CriticalJob:
    estimate, job = ahead.of(node), graph.job(node)
    is_broken = estimate.stopped_by != NONE and ahead.holds[estimate.stopped_by] in NEEDS_REPAIR
    end = None if is_broken else graph.moment(estimate.end)
    obstacle = _obstacle(graph, ahead, node, estimate, now)
    return CriticalJob(
        job=job,
        risk=_risk(job, end, now, is_uncertain=estimate.stopped_by != NONE or estimate.doubt != NONE),
        estimated_end=end,
        slack_seconds=round((job.deadline - end).total_seconds()) if job.deadline and end else None,
        obstacle=None if obstacle is None else graph.job(obstacle),
    )


def _obstacle(graph: PlanGraph, ahead: ForwardPass, node: int, estimate: Estimate, now: datetime) -> int | None:
    """What the time is lost with: what waits for somebody, else what is unsure, else where the critical path begins."""
    if HAS_ENDED[graph.status[node]] and graph.status[node] != ERROR:
        return None
    for one in (estimate.stopped_by, estimate.doubt):
        if one != NONE:
            return one if graph.is_job(one) else node
    first = ahead.way_to(node)[0]
    return first if first != node or estimate.start > now.timestamp() else None


def _risk(job: Job, end: datetime | None, now: datetime, *, is_uncertain: bool) -> Risk:
    if has_ended(job) and job.status is not Status.ERROR:
        return Risk.DONE
    if job.deadline is not None and job.deadline < now:
        return Risk.MISSED
    if end is None:
        return Risk.HIGH
    if job.deadline is None:
        return Risk.POTENTIAL if is_uncertain else Risk.ON_TRACK
    slack = job.deadline - end
    if slack < timedelta():
        return Risk.HIGH
    return Risk.POTENTIAL if is_uncertain or slack < MARGIN else Risk.ON_TRACK
