"""What belongs to which failure: the first failed jobs upstream, and what is held up downstream."""

import random
from datetime import timedelta
from typing import Any

import pytest

from resync_bot.tws.graph import PlanGraph, downstream, failed_roots
from resync_bot.tws.graph.plan_graph import NONE
from resync_bot.tws.models import Dependency, Job, JobStream, Status
from tests.tws.diagnosis.small_plan import NOW, job

FAILED: dict[str, Any] = {"status": Status.ERROR, "internal": "ABEND"}
WELL: dict[str, Any] = {"status": Status.SUCCESSFUL, "internal": "SUCC"}


def stream(name: str, *follows: Dependency, **more: Any) -> JobStream:
    given: dict[str, Any] = {"status": Status.WAITING, "internal_status": "HOLD"} | more
    return JobStream(id=name, name=name, folder="/F", workstation="WS", dependencies=follows, **given)


def after_stream(name: str) -> Dependency:
    return Dependency(kind="EXTERNAL_JOBSTREAM", on=name, target_id=name, satisfied=False)


def after(name: str, detail: str | None = None, *, satisfied: bool = False) -> Dependency:
    return Dependency(kind="EXTERNAL_JOB", on=name, target_id=name, satisfied=satisfied, detail=detail)


def graph_of(*nodes: Job | JobStream) -> PlanGraph:
    graph = PlanGraph()
    for node in nodes:
        if isinstance(node, Job):
            graph.put_job(node, dependencies=True)
        else:
            graph.put_stream(node)
    return graph


def roots(graph: PlanGraph, name: str) -> list[str]:
    node = graph.node(name)
    assert node is not None
    return [graph.name(one) for one in failed_roots(graph, node)]


@pytest.mark.parametrize(
    ("why", "nodes", "origin", "expected"),
    [
        ("nothing failed", [job("A"), job("B", "A")], "B", []),
        ("not itself", [job("A", **FAILED)], "A", []),
        ("waits for it", [job("A", **FAILED), job("B", "A"), job("C", "B")], "C", ["A"]),
        ("failed behind it", [job("A", **FAILED), job("B", "A", **FAILED), job("C", "B", **FAILED)], "C", ["A"]),
        (
            "the nearest first",
            [job("A", **FAILED), job("B", **FAILED), job("C", "A"), job("D", "C", "B")],
            "D",
            list("BA"),
        ),
        ("well again since", [job("A", **FAILED), job("B", "A", **WELL), job("C", "B", **FAILED)], "C", []),
        (
            "runs on the failure of another",
            [job("A", **FAILED), job("B", dependencies=(after("A", "ABEND", satisfied=True),), **FAILED)],
            "B",
            ["A"],
        ),
        (
            "waits for something else than that failure",
            [job("A", **FAILED), job("C"), job("B", "C", dependencies=(after("A", "ABEND"), after("C")))],
            "B",
            [],
        ),
        (
            "through a stream that it follows",
            [stream("T"), job("A", stream_id="T", stream="T", **FAILED), job("B", dependencies=(after_stream("T"),))],
            "B",
            ["A"],
        ),
        (
            "through what its own stream follows",
            [
                stream("T"),
                job("A", stream_id="T", stream="T", **FAILED),
                stream("S", after_stream("T")),
                job("B"),
                job("C", "B"),
            ],
            "C",
            ["A"],
        ),
        ("of a stream", [stream("S"), job("A", **FAILED), job("B", "A", **FAILED), job("C")], "S", ["A"]),
        ("two ways to the same", [job("A", **FAILED), job("B", "A"), job("C", "A"), job("D", "B", "C")], "D", ["A"]),
    ],
)
def test_roots(why: str, nodes: list[Job | JobStream], origin: str, expected: list[str]) -> None:
    assert roots(graph_of(*nodes), origin) == expected, why


def test_a_failed_job_is_a_root_or_has_one() -> None:
    """Whatever the plan: everything that failed belongs to a root that itself belongs to none."""
    draw = random.Random(7)
    for _ in range(60):
        states: list[dict[str, Any]] = [FAILED, FAILED, WELL, {}]
        nodes = []
        for number in range(40):
            before = draw.sample(range(number), min(number, draw.randint(0, 2)))
            nodes.append(job(f"J{number}", *(f"J{one}" for one in before), **draw.choice(states)))
        graph = graph_of(*nodes)
        first = {name for one in nodes if one.status is Status.ERROR and not roots(graph, name := one.name)}
        for one in nodes:
            assert set(roots(graph, one.name)) <= first


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
