"""When a job or a stream ends, and whether that is in time: the forward pass in the words of findings."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from resync_bot.errors import EngineError
from resync_bot.runtime.together import together
from resync_bot.tws.diagnosis.ahead import look_ahead, make_room
from resync_bot.tws.diagnosis.walk import NOT_THERE, well_and_ill
from resync_bot.tws.findings import Cause, CauseKind, Doubt, DoubtKind, Forecast, Lasts, Overdue, Step, Verdict
from resync_bot.tws.graph import ForwardPass, GraphView, PlanGraph
from resync_bot.tws.graph.around import read_again, read_upstream
from resync_bot.tws.graph.forward import NEEDS_REPAIR, deviation, margin
from resync_bot.tws.graph.plan_graph import HAS_ENDED, NONE, RELEASES
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Job, JobStream, Prompt, Workstation
from resync_bot.tws.queries import JobQuery, Tws

MOST_STEPS = 12  # of the critical path that are told: those that take longest
MOST_CONDITIONS = 6
MOST_DOUBTS = 6
MOST_READ_AGAIN = 50  # of what waits for somebody: since it was read the prompt may have been answered


async def forecast(
    tws: Tws,
    target: Job | JobStream,
    view: GraphView | None = None,
    history: RunHistory | None = None,
    *,
    due: datetime | None = None,
) -> Forecast:
    """When `target` ends, whether by `due` (its own deadline if none is given), what it depends on, how sure that is.

    Without a graph what stands before it is read from the engine; without a `history` that knows a job, it takes as
    long as the engine estimates. Raises EngineError if the engine cannot be asked, with NOT_FOUND if the target is
    gone.
    """
    async with together() as group:
        asked = group.create_task(_read(tws, target))
        asked_engine = group.create_task(tws.engine())
        well = group.create_task(well_and_ill(tws))
    whole, engine, workstations = asked.result(), asked_engine.result(), well.result()
    graph = view.graph if view is not None and view.graph.node(whole.id) is not None else None
    if graph is None:
        graph = await read_upstream(tws, [whole] if isinstance(whole, Job) else await _members(tws, whole))
    node = graph.put_job(whole, dependencies=True) if isinstance(whole, Job) else graph.put_stream(whole)
    ahead = await look_ahead(graph, [node], engine, workstations, history)
    if view is not None and graph is view.graph and await read_again(tws, graph, _held(ahead, node)[:MOST_READ_AGAIN]):
        # a prompt was answered, a file has come
        ahead = await look_ahead(graph, [node], engine, workstations, history)
    await make_room(tws, ahead, [node], engine, history)
    found = _forecast(graph, ahead, node, engine.now, due or whole.deadline)
    if view is not None and graph is view.graph:
        found = found.model_copy(update={"as_of": view.as_of})
    held = _held(ahead, node)
    conditions = await _conditions(tws, graph, ahead, held[:MOST_CONDITIONS], workstations)
    of = {"job": whole} if isinstance(whole, Job) else {"stream": whole}
    return found.model_copy(update={**of, "conditions": conditions, "conditions_in_all": len(held)})


async def _read(tws: Tws, target: Job | JobStream) -> Job | JobStream:
    return await (tws.job(target.id) if isinstance(target, Job) else tws.stream(target.id))


def _held(ahead: ForwardPass, node: int) -> list[int]:
    """Everything before `node` that waits for somebody, repairs first."""
    held = [one for one in ahead.all_before(node) if one in ahead.holds]
    return sorted(held, key=lambda one: ahead.holds[one] not in NEEDS_REPAIR)


async def _members(tws: Tws, stream: JobStream) -> list[Job]:
    return [job async for page in tws.job_pages(JobQuery(stream_id=stream.id)) for job in page.items]


def _forecast(graph: PlanGraph, ahead: ForwardPass, node: int, now: datetime, due: datetime | None) -> Forecast:
    estimate = ahead.of(node)
    if _is_through(graph, node):
        ended = graph.moment(graph.ended[node] or estimate.end) or now
        verdict = Verdict.NO_TIME if due is None else Verdict.ENDED_IN_TIME if ended <= due else Verdict.ENDED_LATE
        return Forecast(verdict=verdict, due=due, ended=ended, slack_seconds=_slack(due, ended))
    end = graph.moment(estimate.end) or now
    within = round(margin(deviation(estimate)))
    way = ahead.way_to(node)
    before = ahead.all_before(node)
    # What runs longer than usual ends, as far as anybody knows, at any time from now on: like what waits for somebody.
    overdue = next((one for one in way if ahead.doubts.get(one) is DoubtKind.RUNS_LONG), NONE)
    is_sure = estimate.stopped_by == NONE and overdue == NONE
    to_end = [one for one in before if graph.is_job(one) and not RELEASES[graph.status[one]]]
    doubts = [one for one in before if one in ahead.doubts and not HAS_ENDED[graph.status[one]]]
    return Forecast(
        verdict=_verdict(end, due, now, timedelta(seconds=within), is_sure=is_sure),
        due=due,
        expected_end=end if is_sure else None,
        not_before=None if is_sure else end,
        margin_seconds=within,
        slack_seconds=_slack(due, end),
        jobs_before=sum(one != node for one in to_end),
        path=_steps(ahead, way),
        path_length=len(way),
        open_jobs=len(to_end),
        remembered=sum(one in ahead.usual for one in to_end),
        overdue=None if overdue == NONE else _overdue(ahead, overdue, now),
        doubts=tuple(Doubt(kind=ahead.doubts[one], job=graph.job(one)) for one in doubts[:MOST_DOUBTS]),
    )


def _is_through(graph: PlanGraph, node: int) -> bool:
    return bool(RELEASES[graph.status[node]]) if graph.is_job(node) else not graph.is_unfinished(node)


def _slack(due: datetime | None, end: datetime) -> int | None:
    return None if due is None else round((due - end).total_seconds())


def _verdict(end: datetime, due: datetime | None, now: datetime, margin: timedelta, *, is_sure: bool) -> Verdict:
    if due is None:
        return Verdict.NO_TIME
    if due <= now:
        return Verdict.MISSED
    slack = due - end
    if slack < -margin:
        return Verdict.LATE
    if not is_sure:
        return Verdict.UNKNOWN
    return Verdict.IN_TIME if slack > margin else Verdict.TIGHT


def _steps(ahead: ForwardPass, way: Sequence[int]) -> tuple[Step, ...]:
    longest = sorted(way, key=lambda node: ahead.of(node).start - ahead.of(node).end)[:MOST_STEPS]
    return tuple(step_of(ahead, node) for node in way if node in longest)


def step_of(ahead: ForwardPass, node: int) -> Step:
    """When a job starts and ends by a pass that has reached it, and what that rests on."""
    graph, estimate = ahead.graph, ahead.of(node)
    starts, ends = (datetime.fromtimestamp(one, graph.zone) for one in (estimate.start, estimate.end))
    lasts = None if RELEASES[graph.status[node]] else _lasts(ahead, node)
    return Step(job=graph.job(node), starts=starts, ends=ends, lasts=lasts)


def _lasts(ahead: ForwardPass, node: int) -> Lasts:
    seconds, deviation_seconds, runs, season = ahead.lasting(node)
    return Lasts(usual_seconds=seconds, deviation_seconds=deviation_seconds, runs=runs, season=season)


def _overdue(ahead: ForwardPass, node: int, now: datetime) -> Overdue:
    elapsed = round(now.timestamp() - ahead.of(node).start)
    return Overdue(job=ahead.graph.job(node), elapsed_seconds=elapsed, lasts=_lasts(ahead, node))


async def _conditions(
    tws: Tws,
    graph: PlanGraph,
    ahead: ForwardPass,
    nodes: Sequence[int],
    workstations: Mapping[str, Workstation],
) -> tuple[Cause, ...]:
    """What has to be done first, each with the job that waits for it, or failed."""
    asks = any(ahead.holds[node] is CauseKind.PROMPT for node in nodes)
    prompts = await _prompts(tws) if asks else {}
    found = []
    for node in nodes:
        job = _job_of(graph, node)
        if job is None:
            continue
        kind = ahead.holds[node]
        waits = [wait for wait in graph.waits_of(node) if wait.satisfied is not True]
        prompt = next((wait for wait in waits if wait.kind == "PROMPT"), None) if kind is CauseKind.PROMPT else None
        file = next((wait.on for wait in waits if wait.kind == "FILE"), None) if kind is CauseKind.FILE else None
        known = prompts.get(prompt.target_id or "") if prompt else None
        if prompt and known is None:
            known = Prompt(id=prompt.target_id or "", name=prompt.on, text=prompt.detail or "", status="UNKNOWN")
        about = kind in {CauseKind.WORKSTATION_DOWN, CauseKind.WORKSTATION_FENCE, CauseKind.WORKSTATION_LIMIT}
        workstation = workstations.get(job.workstation) if about else None
        found.append(Cause(kind=kind, job=job, prompt=known, file=file, workstation=workstation))
    return tuple(found)


def _job_of(graph: PlanGraph, node: int) -> Job | None:
    """The job itself; of a stream that waits as a whole, one that is not through; of what is unseen, who waits."""
    if graph.is_job(node):
        return graph.job(node)
    member = next((one for one in graph.members(node) if not HAS_ENDED[graph.status[one]]), None)
    if member is None:
        waiting = (graph.waiter[edge] for edge in graph.follower_edges(node))
        member = next((one for one in waiting if graph.is_job(one)), None)
    return None if member is None else graph.job(member)


async def _prompts(tws: Tws) -> dict[str, Prompt]:
    try:
        return {prompt.id: prompt for prompt in await tws.prompts()}
    except EngineError as error:
        if error.kind not in NOT_THERE:
            raise
        return {}
