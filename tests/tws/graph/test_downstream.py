"""What is held up downstream: what of it is critical, and which deadline comes first."""

from datetime import timedelta
from typing import Any

from resync_bot.tws.graph import PlanGraph, downstream
from resync_bot.tws.graph.plan_graph import NONE
from resync_bot.tws.models import Dependency, Job, JobStream, Status
from tests.tws.diagnosis.small_plan import NOW, job

FAILED: dict[str, Any] = {"status": Status.ERROR, "internal": "ABEND"}


def stream(name: str, *follows: Dependency, **more: Any) -> JobStream:
    given: dict[str, Any] = {"status": Status.WAITING, "internal_status": "HOLD"} | more
    return JobStream(id=name, name=name, folder="/F", workstation="WS", dependencies=follows, **given)


def after_stream(name: str) -> Dependency:
    return Dependency(kind="EXTERNAL_JOBSTREAM", on=name, target_id=name, satisfied=False)


def graph_of(*nodes: Job | JobStream) -> PlanGraph:
    graph = PlanGraph()
    for node in nodes:
        if isinstance(node, Job):
            graph.put_job(node, dependencies=True)
        else:
            graph.put_stream(node)
    return graph


def test_the_cone_tells_what_is_critical_and_which_deadline_comes_first() -> None:
    graph = graph_of(
        job("A", **FAILED),
        job("B", "A", critical=True),
        job("C", "B", critical=True, deadline=NOW + timedelta(hours=3)),
        job("D", "C", critical=True, deadline=NOW + timedelta(hours=2)),
        stream("T", after_stream("S"), deadline=NOW + timedelta(hours=1)),
        job("E", stream_id="T", stream="T"),
    )
    origin = graph.node("A")
    assert origin is not None
    cone = downstream(graph, origin)
    assert {graph.name(node) for node in cone.jobs} == set("BCDE")
    assert [graph.name(node) for node in cone.critical] == list("DCB")
    assert graph.name(cone.first_deadline) == "T"


def test_a_cone_without_deadlines() -> None:
    graph = graph_of(job("A", **FAILED), job("B", "A"))
    origin = graph.node("A")
    assert origin is not None
    cone = downstream(graph, origin)
    assert (cone.critical, cone.first_deadline) == ([], NONE)
