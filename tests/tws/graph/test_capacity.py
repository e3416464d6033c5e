"""Waiting for places: plans that can be worked out by hand, and a night whose limits are made tight."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.simulator.states import RunState
from resync_bot.tws.diagnosis.walk import well_and_ill
from resync_bot.tws.findings import DoubtKind
from resync_bot.tws.graph import ForwardPass, PlanGraph
from resync_bot.tws.graph.capacity import resources_before, wait_for_places
from resync_bot.tws.graph.plan_graph import NONE
from resync_bot.tws.models import Dependency, Job, JobStream, Status, Workstation
from tests.tws.diagnosis.small_plan import NOW, job
from tests.tws.graph.night import night

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def minutes(name: str, *follows: str, usual: int = 10, **more: Any) -> Job:
    return job(name, *follows, estimated_seconds=usual * 60, **more)


def running(name: str, *, since: int, usual: int = 10, **more: Any) -> Job:
    started = NOW - timedelta(minutes=since)
    return minutes(name, usual=usual, status=Status.RUNNING, internal="EXEC", started=started, **more)


def graph_of(*jobs: Job, streams: tuple[JobStream, ...] = ()) -> PlanGraph:
    graph = PlanGraph()
    for stream in streams:
        graph.put_stream(stream)
    for one in jobs:
        graph.put_job(one, dependencies=True)
    return graph


def needing(units: int, resource: str = "WS#/R") -> tuple[Dependency, ...]:
    return (Dependency(kind="RESOURCE", on=resource, satisfied=False, detail=str(units)),)


async def knows_nothing(jobs: Iterable[int]) -> None:
    """As where there is no history."""


async def ends(
    graph: PlanGraph, *names: str, limit: int | None = None, **quantities: int
) -> tuple[list[float], ForwardPass]:
    """When they end, in minutes from now, with so many places on WS and units of resources."""
    workstation = Workstation(name="WS", kind="FTA", linked=True, running=True, limit=limit)
    ahead = ForwardPass(graph, NOW.timestamp(), {"WS": workstation})
    nodes = [node for name in names if (node := graph.node(name)) is not None]
    await ahead.reach(nodes)
    await wait_for_places(ahead, nodes, {"WS#/R": quantities.get("units", 0)}, knows_nothing)
    return [(ahead.of(node).end - NOW.timestamp()) / 60 for node in nodes], ahead


async def test_one_place_makes_a_queue_of_what_could_run_side_by_side() -> None:
    graph = graph_of(minutes("Z", "A", "B", "C"), minutes("A"), minutes("B"), minutes("C"))
    assert (await ends(graph, "Z", limit=None))[0] == [20]
    assert (await ends(graph, "Z", limit=3))[0] == [20]
    assert (await ends(graph, "Z", limit=2))[0] == [30]
    found, ahead = await ends(graph, "Z", limit=1)
    assert found == [40]
    way = [graph.name(node) for node in ahead.way_to(graph.node("Z") or 0)]
    assert len(way) == 4  # those before it in the queue are on its way
    assert list(ahead.doubts.values()) == [DoubtKind.LIMIT, DoubtKind.LIMIT]


async def test_the_higher_priority_goes_first() -> None:
    graph = graph_of(minutes("A", priority=10), minutes("B", priority=50), minutes("C", priority=30))
    assert (await ends(graph, "A", "B", "C", limit=1))[0] == [30, 10, 20]
    high = graph_of(minutes("A", priority=10), minutes("B", priority=101))
    assert (await ends(high, "A", "B", limit=1))[0] == [10, 10]  # go does not ask for a place


async def test_what_runs_holds_its_place_until_it_ends_and_what_is_ready_stands_before() -> None:
    graph = graph_of(
        minutes("A"),
        running("R", since=4),
        minutes("Q", usual=5, status=Status.READY, internal="READY", priority=20),
    )
    assert (await ends(graph, "A", limit=1))[0] == [6 + 5 + 10]
    assert (await ends(graph, "A", limit=2))[0] == [5 + 10]
    assert (await ends(graph, "A", limit=3))[0] == [10]


async def test_units_of_a_resource_are_waited_for() -> None:
    graph = graph_of(
        minutes("A", dependencies=needing(2)),
        minutes("B", usual=20, dependencies=needing(2), priority=50),
        minutes("C", usual=7, dependencies=needing(1), priority=5),
    )
    found, ahead = await ends(graph, "A", "B", "C", units=3)
    assert found == [30, 20, 7]  # C fits beside B, A does not
    assert list(ahead.doubts.values()) == [DoubtKind.RESOURCE]
    assert resources_before(graph, ahead.inputs_of_all([graph.node("A") or 0])) == {"WS#/R"}
    assert (await ends(graph, "A", units=0))[0] == [10]  # nobody knows how many there are


async def test_the_limit_of_a_stream_is_one_too() -> None:
    stream = JobStream(id="S", name="S", status=Status.WAITING, internal_status="HOLD", limit=1)
    graph = graph_of(minutes("A"), minutes("B"), streams=(stream,))
    assert sorted((await ends(graph, "A", "B"))[0]) == [10, 20]


async def test_those_who_wait_for_each_other_keep_what_the_plain_pass_says() -> None:
    graph = graph_of(minutes("A", "B"), minutes("B", "A"), minutes("C"), minutes("D"))
    found, _ = await ends(graph, "A", "C", "D", limit=1)
    assert sorted(found[1:]) == [10, 20]


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 99)), min_size=1, max_size=12),
    st.integers(1, 5),
)
async def test_no_more_run_at_once_than_there_are_places(jobs: list[tuple[int, int]], limit: int) -> None:
    names = [f"J{number}" for number in range(len(jobs))]
    follows = [[f"J{number // 2}"] if number % 3 else [] for number in range(len(jobs))]
    follows[0] = []
    graph = graph_of(
        *(
            minutes(name, *(one for one in before if one != name), usual=usual, priority=priority)
            for name, before, (usual, priority) in zip(names, follows, jobs, strict=True)
        )
    )
    _, ahead = await ends(graph, *names, limit=limit)
    estimates = [ahead.of(node) for name in names if (node := graph.node(name)) is not None]
    for moment in {estimate.start for estimate in estimates}:
        assert sum(estimate.start <= moment < estimate.end for estimate in estimates) <= limit
    for estimate, before in zip(estimates, follows, strict=True):
        for one in before:
            other = graph.node(one)
            assert other is None or ahead.of(other) == estimate or estimate.start >= ahead.of(other).end


@pytest.mark.parametrize("limit", [1, 2])
async def test_beside_what_a_night_with_few_places_comes_to(limit: int) -> None:
    """Where the plain pass is hours too early."""
    async with night(datetime(2026, 11, 22, 19, 20, tzinfo=SAO_PAULO), seed=2) as it:
        simulator = it.server.simulator
        simulator.orders.operations.set_limit(simulator.plan.workstation("AGT_BRANCH01"), limit)
        view = await it.view()
        waiting = {
            node: true
            for true in simulator.plan.jobs
            if true.workstation.name == "AGT_BRANCH01" and true.state in {RunState.HOLD, RunState.READY}
            if (node := view.graph.node(true.id)) is not None and true.stream.name != "BRANCH_OPEN"
        }
        plain = ForwardPass(view.graph, view.as_of.timestamp(), await well_and_ill(it.tws))
        await plain.reach(waiting)
        ahead = ForwardPass(view.graph, view.as_of.timestamp(), await well_and_ill(it.tws))
        await ahead.reach(waiting)
        await wait_for_places(ahead, waiting, {}, knows_nothing)
        it.later(hours=14)
        simulator.moment()
        usual = [
            (node, true.run.ended_at.timestamp())
            for node, true in waiting.items()
            if true.run.ended_at is not None and true.state is RunState.SUCC and ahead.of(node).stopped_by == NONE
        ]
        assert len(usual) > 15
        without, with_places = (
            median(abs(ended - one.of(node).end) for node, ended in usual) / 60 for one in (plain, ahead)
        )
        assert without > 40  # minutes
        assert with_places < without / 2
