"""What holds a node of the graph by itself until a person, or the world outside, does something about it."""

from collections.abc import Mapping
from typing import Final

from resync_bot.tws.findings import CauseKind
from resync_bot.tws.graph import plan_graph
from resync_bot.tws.graph.plan_graph import ERROR, HAS_ENDED, NONE, NUMBER_OF, READY, RUNNING, PlanGraph
from resync_bot.tws.models import Reason, Status, Workstation

_KIND_OF_STATUS: Final[Mapping[int, CauseKind]] = {
    NUMBER_OF[Status.HELD]: CauseKind.HELD,
    NUMBER_OF[Status.UNDECIDED]: CauseKind.UNKNOWN,
}
WAITS_FOR_A_PERSON: Final = frozenset({"PEND", "SUSP"})  # confirmation; a reply to a message of the operating system

_KIND_OF_REASON: Final[Mapping[Reason, CauseKind]] = {
    Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION: CauseKind.PREDECESSOR_CONDITION,
    Reason.HOLD_WAITING_FOR_PROMPT: CauseKind.PROMPT,
    Reason.HOLD_WAITING_FOR_FILE: CauseKind.FILE,
    Reason.HOLD_WAITING_FOR_INPUT: CauseKind.INPUT,
    Reason.HOLD_PRIORITY_ZERO: CauseKind.PRIORITY_ZERO,
    Reason.READY_SUPPRESSED: CauseKind.SUPPRESSED,
    Reason.READY_WAITING_FOR_AGENT: CauseKind.WORKSTATION_DOWN,
    Reason.READY_WAITING_FOR_USER_INTERVENTION: CauseKind.CONFIRMATION,
}
# What the engine says of a job although its stream as a whole waits for it: the stream is told then.
_OFTEN_OF_THE_STREAM: Final = frozenset({Reason.HOLD_WAITING_FOR_PROMPT, Reason.HOLD_WAITING_FOR_FILE})
_KIND_OF_WAIT: Final[Mapping[str, CauseKind]] = {
    "PROMPT": CauseKind.PROMPT,
    "FILE": CauseKind.FILE,
}


def hold_of(graph: PlanGraph, node: int, workstations: Mapping[str, Workstation]) -> CauseKind | None:
    """Why a job, or the begin of a stream, has no time of its own: none before somebody acts. None if it has.

    `workstations` by their names as jobs have them; one that is not in there is taken to be well.
    """
    match graph.kind[node]:
        case plan_graph.JOB:
            return _of_job(graph, node, workstations)
        case plan_graph.STREAM:
            return _of_waits(graph, node)
        case _:
            return CauseKind.UNKNOWN  # gone, or out of sight


def _of_job(graph: PlanGraph, node: int, workstations: Mapping[str, Workstation]) -> CauseKind | None:
    status = graph.status[node]
    if status == ERROR:
        return CauseKind.PREDECESSOR_FAILED
    if HAS_ENDED[status] or status == RUNNING:
        return None
    return (
        _of_status(graph, node, status)
        or _of_waits(graph, node)
        or _of_workstation(graph, node, workstations.get(graph.workstation(node)))
    )


def _of_status(graph: PlanGraph, node: int, status: int) -> CauseKind | None:
    if graph.internal_status(node) in WAITS_FOR_A_PERSON:
        return CauseKind.CONFIRMATION
    if graph.priority_of(node) == 0:
        return CauseKind.PRIORITY_ZERO
    if status in _KIND_OF_STATUS:
        return _KIND_OF_STATUS[status]
    reason = graph.reason_of(node)
    if reason in _OFTEN_OF_THE_STREAM and graph.stream_of[node] != NONE and _of_waits(graph, graph.stream_of[node]):
        return None
    return _KIND_OF_REASON.get(reason) if reason else None


def _of_waits(graph: PlanGraph, node: int) -> CauseKind | None:
    for wait in graph.waits_of(node):
        if wait.satisfied is not True and wait.kind != "RESOURCE":
            return _KIND_OF_WAIT.get(wait.kind, CauseKind.UNKNOWN)
    return None


def _of_workstation(graph: PlanGraph, node: int, workstation: Workstation | None) -> CauseKind | None:
    if graph.internal_status(node) == "FENCE":
        return CauseKind.WORKSTATION_FENCE
    if workstation is None or (graph.status[node] == READY and graph.internal_status(node) == "INTRO"):
        return None
    if not (workstation.linked and workstation.running):
        return CauseKind.WORKSTATION_DOWN
    priority = graph.priority_of(node)
    if priority is not None and 0 < workstation.fence >= priority:
        return CauseKind.WORKSTATION_FENCE
    return CauseKind.WORKSTATION_LIMIT if workstation.limit == 0 else None
