"""Which failures have one cause: the earliest of those that stand before a failure in the plan."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.graph.failure_roots import failure_roots
from resync_bot.tws.models import Job, Status
from tests.tws.diagnosis.small_plan import NOW, job
from tests.tws.graph.test_downstream import after_stream, graph_of, stream


def failed(name: str, *follows: str, minute: int, **more: Any) -> Job:
    """A job that failed at that minute of the night."""
    ended = NOW + timedelta(minutes=minute)
    return job(name, *follows, status=Status.ERROR, internal="ABEND", ended=ended, **more)


@pytest.mark.parametrize(
    ("why", "nodes", "of", "expected"),
    [
        ("alone", [failed("A", minute=1)], "A", {"A": "A"}),
        ("behind it", [failed("A", minute=1), failed("B", "A", minute=2)], "AB", {"A": "A", "B": "A"}),
        (
            "far behind it, over jobs that are well",
            [failed("A", minute=1), job("B", "A", status=Status.SUCCESSFUL), failed("C", "B", minute=3)],
            "AC",
            {"A": "A", "C": "A"},
        ),
        (
            "failed before what it follows did",
            [failed("A", minute=5), failed("B", "A", minute=2)],
            "AB",
            {"A": "A", "B": "B"},
        ),
        ("side by side", [failed("A", minute=1), failed("B", minute=2)], "AB", {"A": "A", "B": "B"}),
        (
            "of two before it, the first to fail",
            [failed("A", minute=4), failed("B", minute=3), failed("C", "A", "B", minute=5)],
            "ABC",
            {"A": "A", "B": "B", "C": "B"},
        ),
        (
            "through a stream as a whole",
            [
                failed("A", minute=1, stream_id="S"),
                stream("S"),
                stream("T", after_stream("S")),
                failed("B", minute=2, stream_id="T"),
            ],
            "AB",
            {"A": "A", "B": "A"},
        ),
        ("what has not ended comes last", [job("A"), failed("B", "A", minute=1)], "AB", {"A": "A", "B": "B"}),
        (
            "late in a chain: the first of it",
            [job("C", "B"), job("B", "A"), job("A")],
            "ABC",
            dict.fromkeys("ABC", "A"),
        ),
        ("a stuck stream before its jobs", [job("A", stream_id="S"), stream("S")], "AS", {"A": "S", "S": "S"}),
    ],
)
def test_roots(why: str, nodes: list[Any], of: str, expected: dict[str, str]) -> None:
    graph = graph_of(*nodes)
    numbers = {name: graph.node(name) for name in of}
    found = failure_roots(graph, [one for one in numbers.values() if one is not None])
    names = {number: name for name, number in numbers.items()}
    assert {names[one]: names[root] for one, root in found.items()} == expected, why


@given(
    edges=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
    ended=st.lists(st.one_of(st.none(), st.integers(1, 50)), min_size=12, max_size=12),
)
def test_every_failure_has_one_root_that_is_its_own(edges: list[tuple[int, int]], ended: list[int | None]) -> None:
    """Whatever the plan looks like: each has a root, and a root is its own."""
    follows: dict[int, set[int]] = {number: set() for number in range(12)}
    for before, behind in edges:
        if before != behind:
            follows[behind].add(before)
    graph = graph_of(
        *(
            failed(f"J{number}", *(f"J{one}" for one in sorted(follows[number])), minute=minute)
            if minute is not None
            else job(f"J{number}", *(f"J{one}" for one in sorted(follows[number])))
            for number, minute in enumerate(ended)
        )
    )
    nodes = [graph.node(f"J{number}") for number in range(12)]
    found = failure_roots(graph, [node for node in nodes if node is not None])
    assert set(found) == set(nodes)
    for root in found.values():
        assert found[root] == root
