"""Reads a job back out of the columns of a graph."""

from resync_bot.tws.graph.columns import (
    CANCELED,
    CONFIRM,
    CRITICAL,
    ENDED_AS,
    GONE,
    JOB,
    LATE,
    NONE,
    OVERDUE,
    STATUSES,
    Columns,
)
from resync_bot.tws.models import Dependency, Job


def job_at(graph: Columns, node: int) -> Job:
    """The facts of a job as they are known here: with dependencies, without runs and definition."""
    stream, flags = graph.stream_of[node], graph.flags[node]
    dependencies = _dependencies(graph, node)
    return Job(
        id=graph.identity(node),
        stream_id=graph.identity(stream) if stream != NONE else "",
        name=graph.name(node),
        folder=graph.folder(node),
        workstation=graph.workstation(node),
        stream=graph.name(stream) if stream != NONE else "",
        stream_workstation=graph.stream_workstation(node),
        scheduled=graph.moment(graph.scheduled[node]),
        status=STATUSES[graph.status[node]],
        internal_status=graph.internal_status(node),
        reason=graph.reason_of(node),
        canceled=bool(flags & CANCELED),
        priority=graph.priority_of(node),
        return_code=graph.return_code(node),
        started=graph.moment(graph.started[node]),
        ended=graph.moment(graph.ended[node]),
        estimated_seconds=graph.estimated[node] or None,
        start_at=graph.moment(graph.start_at[node]),
        latest_start=graph.moment(graph.latest_start[node]),
        deadline=graph.moment(graph.deadline[node]),
        late=bool(flags & LATE),
        deadline_passed=bool(flags & OVERDUE),
        critical=bool(flags & CRITICAL),
        needs_confirmation=bool(flags & CONFIRM),
        unresolved_dependencies=sum(one.satisfied is not True for one in dependencies),
        dependencies=dependencies,
    )


def _dependencies(graph: Columns, node: int) -> tuple[Dependency, ...]:
    found = [_dependency(graph, edge) for edge in graph.waiting_edges(node) if not graph.accepts[edge] & GONE]
    found += [Dependency(**one._asdict()) for one in graph.waits_of(node)]
    return tuple(found)


def _dependency(graph: Columns, edge: int) -> Dependency:
    target, own = graph.target[edge], graph.stream_of[graph.waiter[edge]]
    if graph.kind[target] == JOB:
        stream = graph.stream_of[target]
        kind = "INTERNAL" if stream == own else "EXTERNAL_JOB"
        on = graph.name(target) if stream == own else f"{graph.stream_name(stream)}.{graph.name(target)}"
    else:
        kind, on = "EXTERNAL_JOBSTREAM", graph.stream_name(target)
    words = [word for word, bit in ENDED_AS.items() if graph.accepts[edge] & bit]
    return Dependency(
        kind=kind,
        on=on,
        target_id=graph.identity(target),
        satisfied=not graph.is_open(edge),
        detail=", ".join(words) or None,
    )
