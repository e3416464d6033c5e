"""The forward pass beside what the simulated nights later came to, and beside plans that can be worked out by hand."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.plan import Stream
from resync_bot.simulator.states import RunState
from resync_bot.tws.findings import CauseKind, DoubtKind
from resync_bot.tws.graph import ForwardPass, PlanGraph
from resync_bot.tws.graph.forward import DEVIATION, MARGIN, Estimate, deviation
from resync_bot.tws.graph.plan_graph import NONE, RELEASES
from resync_bot.tws.history.durations import Lasting
from resync_bot.tws.models import Dependency, Job, JobStream, Reason, Status, Workstation
from tests.tws.diagnosis.small_plan import NOW, job
from tests.tws.graph.night import night

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HORIZON_HOURS = 6


def went_as_usual(true: TrueJob, seen: dict[TrueJob, bool]) -> bool:
    """Whether neither the job nor anything that it waited for failed, was repeated, or took half as long again."""
    if true in seen:
        return seen[true]
    seen[true] = True
    estimated = true.estimated
    is_usual = (
        len(true.runs) == 1
        and true.state is RunState.SUCC
        and (true.run.planned <= estimated * 1.5 or true.run.ended_at is None)
    )
    before = [one.predecessor for node in (true, true.stream) for one in node.predecessors]
    jobs = [one for node in before for one in (node.jobs if isinstance(node, Stream) else [node])]
    seen[true] = is_usual and all(went_as_usual(one, seen) for one in jobs)
    return seen[true]


@pytest.mark.parametrize("hour", [20, 23, 2, 4])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_goes_as_usual_ends_within_the_margin_nine_times_in_ten(hour: int, seed: int) -> None:
    async with night(datetime(2026, 11, 23, hour, tzinfo=SAO_PAULO), seed) as it:
        view = await it.view()
        graph, now = view.graph, view.as_of.timestamp()
        ahead = ForwardPass(graph, now)
        estimates = {
            graph.identity(node): ahead.of(node)
            for node in range(len(graph))
            if graph.is_job(node) and not RELEASES[graph.status[node]]
        }
        it.later(hours=HORIZON_HOURS)
        seen: dict[TrueJob, bool] = {}
        late: list[float] = []  # in margins
        for true in it.server.simulator.plan.jobs:
            estimate = estimates.get(true.id)
            if estimate is None or true.run.ended_at is None or not went_as_usual(true, seen):
                continue
            ended = true.run.ended_at.timestamp()
            if estimate.stopped_by != NONE:
                stop = ahead.holds[estimate.stopped_by]
                assert ended > estimate.end - MARGIN * deviation(estimate) - 60, f"{true.key}: {stop} was no hold"
            elif estimate.doubt == NONE:
                late.append((ended - estimate.end) / max(60.0, MARGIN * deviation(estimate)))
        assert len(late) > 40
        within = sum(abs(one) <= 1 for one in late) / len(late)
        assert within >= 0.85, f"{within:.0%} of {len(late)}"
        assert abs(median(late)) < 0.5


def graph_of(*jobs: Job, streams: tuple[JobStream, ...] = ()) -> PlanGraph:
    graph = PlanGraph()
    for stream in streams:
        graph.put_stream(stream)
    for one in jobs:
        graph.put_job(one, dependencies=True)
    return graph


def estimated(graph: PlanGraph, name: str, **more: Any) -> tuple[Estimate, ForwardPass]:
    ahead = ForwardPass(graph, NOW.timestamp(), **more)
    node = graph.node(name)
    assert node is not None
    return ahead.of(node), ahead


def minutes(name: str, *follows: str, usual: int = 10, **more: Any) -> Job:
    return job(name, *follows, estimated_seconds=usual * 60, **more)


def ends_after(graph: PlanGraph, name: str, **more: Any) -> float:
    """Minutes from now."""
    return (estimated(graph, name, **more)[0].end - NOW.timestamp()) / 60


def names(graph: PlanGraph, nodes: list[int]) -> list[str]:
    return [graph.name(node) for node in nodes]


def test_the_longest_way_decides_and_is_told() -> None:
    graph = graph_of(minutes("A", "B", "C"), minutes("B", usual=5), minutes("C", "D"), minutes("D", usual=20))
    estimate, ahead = estimated(graph, "A")
    assert estimate.end == NOW.timestamp() + 40 * 60
    assert names(graph, ahead.way_to(graph.node("A") or 0)) == ["D", "C", "A"]
    assert deviation(estimate) == pytest.approx(DEVIATION * 60 * (20**2 + 10**2 + 10**2) ** 0.5)


def test_what_follows_a_stream_waits_for_its_last_job_and_what_is_in_one_for_what_it_follows() -> None:
    follows = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/T", target_id="T", satisfied=False)
    stream = JobStream(id="S", name="S", status=Status.WAITING, internal_status="HOLD", dependencies=(follows,))
    others = JobStream(id="T", name="T", status=Status.WAITING, internal_status="HOLD")
    graph = graph_of(
        minutes("A"),
        minutes("X", usual=7, stream_id="T", stream="T"),
        minutes("Y", "X", usual=30, stream_id="T", stream="T"),
        streams=(stream, others),
    )
    assert ends_after(graph, "A") == 47
    assert ends_after(graph, "S") == 47
    assert names(graph, estimated(graph, "A")[1].way_to(graph.node("A") or 0)) == ["X", "Y", "A"]


def test_times_are_waited_for() -> None:
    graph = graph_of(minutes("A", "B"), minutes("B", start_at=NOW + timedelta(hours=1)))
    assert ends_after(graph, "A") == 80


def test_what_runs_takes_the_rest_of_its_time_and_a_little_more_when_that_is_over() -> None:
    def running(minutes_ago: int) -> Job:
        return minutes("B", status=Status.RUNNING, internal="EXEC", started=NOW - timedelta(minutes=minutes_ago))

    assert ends_after(graph_of(minutes("A", "B"), running(4)), "A") == 16
    estimate, ahead = estimated(graph_of(minutes("A", "B"), running(15)), "A")
    assert estimate.end == NOW.timestamp() + 12 * 60
    assert list(ahead.doubts.values()) == [DoubtKind.RUNS_LONG]


def with_past(graph: PlanGraph, name: str, **usual: Lasting) -> tuple[Estimate, ForwardPass]:
    """The same as `estimated`, where the last runs of some jobs are remembered."""
    ahead = ForwardPass(graph, NOW.timestamp())
    for one, lasting in usual.items():
        ahead.usual[graph.node(one) or 0] = lasting
    return ahead.of(graph.node(name) or 0), ahead


def test_remembered_runs_count_more_than_the_estimate() -> None:
    graph = graph_of(minutes("A", "B", "C"), minutes("B", usual=5), minutes("C", usual=20))
    estimate, ahead = with_past(graph, "A", A=Lasting(1200, 60, 7), B=Lasting(15_720, 786, 7))
    assert estimate.end == NOW.timestamp() + 15_720 + 1200
    assert names(graph, ahead.way_to(graph.node("A") or 0)) == ["B", "A"]
    assert deviation(estimate) == pytest.approx((786**2 + 60**2) ** 0.5)


def test_a_job_without_an_estimate_has_a_usual_duration_if_it_is_remembered() -> None:
    graph = graph_of(job("A", "B"), job("B", status=Status.RUNNING, internal="EXEC", started=NOW))
    assert set(with_past(graph, "A")[1].doubts.values()) == {DoubtKind.NO_ESTIMATE}
    assert with_past(graph, "A", A=Lasting(600, 30, 5), B=Lasting(600, 30, 5))[1].doubts == {}


@pytest.mark.parametrize(
    ("elapsed", "left", "is_long"),
    [(0, 600, False), (599, 1, False), (600, 32, False), (660, 32, False), (661, 32, True), (90_000, 32, True)],
)
def test_what_runs_is_long_beyond_what_its_runs_vary_by(elapsed: int, left: int, *, is_long: bool) -> None:
    started = NOW - timedelta(seconds=elapsed)
    graph = graph_of(minutes("A", usual=1, status=Status.RUNNING, internal="EXEC", started=started))
    estimate, ahead = with_past(graph, "A", A=Lasting(600, 40, 7))
    assert estimate.end == NOW.timestamp() + left
    assert (list(ahead.doubts.values()) == [DoubtKind.RUNS_LONG]) is is_long


async def test_what_is_explored_is_what_the_pass_then_meets_and_who_holds_what_it_waits_for() -> None:
    needs = (Dependency(kind="RESOURCE", on="WS#/F/R", satisfied=False, detail="1"),)
    graph = graph_of(
        minutes("A", "B", "C"),
        minutes("B", status=Status.SUCCESSFUL, internal="SUCC", ended=NOW),
        minutes("C", "D", status=Status.READY, reason=Reason.READY_WAITING_FOR_RESOURCES, dependencies=needs),
        minutes("H", status=Status.RUNNING, internal="EXEC", started=NOW, dependencies=needs),
        minutes("X", status=Status.RUNNING, internal="EXEC", started=NOW),
        minutes("BEHIND", "A"),
    )
    ahead = ForwardPass(graph, NOW.timestamp())
    assert sorted(names(graph, await ahead.explore([graph.node("A") or 0]))) == ["A", "C", "H"]


async def test_the_graph_names_jobs_as_the_history_does() -> None:
    async with night() as it:
        graph = (await it.view()).graph
        jobs = [node for node in range(len(graph)) if graph.is_job(node)]
        assert [graph.full_name(node) for node in jobs] == [graph.job(node).full_name for node in jobs]
    lonely = graph_of(job("A", stream="", stream_id=""))
    assert lonely.full_name(0) == lonely.job(0).full_name


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        (minutes("B", status=Status.ERROR, internal="ABEND"), CauseKind.PREDECESSOR_FAILED),
        (minutes("B", status=Status.HELD), CauseKind.HELD),
        (minutes("B", priority=0), CauseKind.PRIORITY_ZERO),
        (minutes("B", internal="PEND"), CauseKind.CONFIRMATION),
        (minutes("B", status=Status.READY, internal="FENCE"), CauseKind.WORKSTATION_FENCE),
        (minutes("B", status=Status.READY, reason=Reason.READY_WAITING_FOR_AGENT), CauseKind.WORKSTATION_DOWN),
        (minutes("B", reason=Reason.HOLD_WAITING_FOR_INPUT), CauseKind.INPUT),
        (
            minutes("B", dependencies=(Dependency(kind="PROMPT", on="P", target_id="p", satisfied=False),)),
            CauseKind.PROMPT,
        ),
        (minutes("B", dependencies=(Dependency(kind="FILE", on="/f", satisfied=False),)), CauseKind.FILE),
        (minutes("B", dependencies=(Dependency(kind="INTERNETWORK", on="N::X", satisfied=False),)), CauseKind.UNKNOWN),
    ],
)
def test_what_waits_for_somebody_has_no_end_but_one_that_it_cannot_be_before(held: Job, kind: CauseKind) -> None:
    graph = graph_of(minutes("A", "B"), held)
    estimate, ahead = estimated(graph, "A")
    assert estimate.end == NOW.timestamp() + 20 * 60
    assert graph.name(estimate.stopped_by) == "B"
    assert ahead.holds[estimate.stopped_by] is kind


def test_a_repair_is_worse_than_a_prompt() -> None:
    prompt = Dependency(kind="PROMPT", on="P", target_id="p", satisfied=False)
    graph = graph_of(
        minutes("A", "B", "C"),
        minutes("B", dependencies=(prompt,)),
        minutes("C", status=Status.ERROR, internal="ABEND"),
    )
    assert graph.name(estimated(graph, "A")[0].stopped_by) == "C"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"linked": False}, CauseKind.WORKSTATION_DOWN),
        ({"limit": 0}, CauseKind.WORKSTATION_LIMIT),
        ({"fence": 10}, CauseKind.WORKSTATION_FENCE),
        ({"limit": 1, "fence": 9}, None),
    ],
)
def test_a_workstation_holds_what_is_to_run_there_later(change: dict[str, Any], kind: CauseKind | None) -> None:
    given: dict[str, Any] = {"id": "w", "name": "WS", "kind": "FTA", "linked": True, "running": True} | change
    graph = graph_of(minutes("A", priority=10))
    _, ahead = estimated(graph, "A", workstations={"WS": Workstation(**given)})
    assert next(iter(ahead.holds.values()), None) is kind


def test_who_waits_for_units_waits_for_those_who_have_them() -> None:
    needs = (Dependency(kind="RESOURCE", on="WS#/F/R", satisfied=False, detail="1"),)
    started = NOW - timedelta(minutes=3)
    graph = graph_of(
        minutes(
            "A",
            status=Status.READY,
            internal="READY",
            reason=Reason.READY_WAITING_FOR_RESOURCES,
            dependencies=needs,
        ),
        minutes("B", status=Status.RUNNING, internal="EXEC", started=started, dependencies=needs),
    )
    estimate, ahead = estimated(graph, "A")
    assert estimate.end == NOW.timestamp() + 17 * 60
    assert ahead.doubts[estimate.doubt] is DoubtKind.RESOURCE


def test_those_who_wait_for_each_other_are_found_out() -> None:
    estimate, ahead = estimated(graph_of(minutes("A", "B"), minutes("B", "C"), minutes("C", "B")), "A")
    assert ahead.holds[estimate.stopped_by] is CauseKind.PREDECESSOR_WAITING


def test_a_very_long_chain_is_no_trouble() -> None:
    graph = PlanGraph(expected=20_000)
    for number in range(20_000):
        graph.put_job(minutes(str(number), *([str(number + 1)] if number < 19_999 else [])), dependencies=True)
    assert ends_after(graph, "0") == 200_000
