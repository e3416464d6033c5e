"""The dependency graph of one plan: filled with jobs and streams as they are read, told back as jobs.

Everything can be put at any time and in any order: what is mentioned before it is read has a number already, and what
is put again takes the place of what was known.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final

from resync_bot.tws.graph.columns import (
    CANCELED,
    CONFIRM,
    CRITICAL,
    ERROR,
    GONE,
    HAS_ENDED,
    JOB,
    LATE,
    NO_CODE,
    NO_PRIORITY,
    NO_REASON,
    NONE,
    NUMBER_OF,
    NUMBER_OF_REASON,
    ON_ABEND,
    ON_FAIL,
    ON_OTHER,
    ON_SUCC,
    OVERDUE,
    READY,
    RELEASES,
    RUNNING,
    SATISFIED,
    STATUSES,
    STREAM,
    UNSEEN,
    Columns,
    StoredWait,
    Wait,
)
from resync_bot.tws.graph.standing import Standing
from resync_bot.tws.graph.telling import job_at
from resync_bot.tws.models import Dependency, Job, JobStream

__all__ = [
    "CRITICAL",
    "ERROR",
    "GONE",
    "HAS_ENDED",
    "JOB",
    "NONE",
    "NUMBER_OF",
    "READY",
    "RELEASES",
    "RUNNING",
    "STATUSES",
    "STREAM",
    "UNSEEN",
    "PlanGraph",
    "Wait",
]

_CONDITION: Final = {"SUCC": ON_SUCC, "ABEND": ON_ABEND, "FAIL": ON_FAIL, "ERROR": ON_ABEND | ON_FAIL}
_KINDS_OF_EDGES: Final = frozenset({"INTERNAL", "EXTERNAL_JOB", "EXTERNAL_JOBSTREAM"})


class PlanGraph(Columns):
    """Not safe for threads. Numbers of nodes hold as long as the graph; times come out in `zone`."""

    def __init__(self, zone: tzinfo | None = UTC, *, expected: int = 0) -> None:
        """`expected` is how many jobs and streams are likely to come."""
        super().__init__(zone, expected=expected)
        self._changed: set[int] | None = None  # None: nobody asks
        self.unread: set[int] = set()  # jobs that came or failed, whose dependencies and followers are to be read yet

    def job(self, node: int) -> Job:
        """The facts of a job as they are known here: with dependencies, without runs and definition."""
        return job_at(self, node)

    def put_job(self, job: Job, *, dependencies: bool) -> int:
        """Takes a job as it is now; `dependencies` tells whether it was read with them. The number of its node."""
        node = self._number(job.id)
        if self.kind[node] == UNSEEN:
            self.kind[node] = JOB
            self.jobs += 1
            self._join(node, self._number(job.stream_id) if job.stream_id else NONE)
            before = None
        else:
            before = self.standing(node)
            self._uncount(node)
        self._names.replace(node, job.name.encode())
        self._workstation[node] = self._words.number(job.workstation)
        self._folder[node] = self._words.number(job.folder)
        stream = self.stream_of[node]
        if stream != NONE and self.kind[stream] == UNSEEN:  # told by its job until it is read itself
            self._names.replace(stream, job.stream.encode())
            self._folder[stream] = self._words.number(job.folder)
            self._workstation[stream] = self._words.number(job.stream_workstation or job.workstation)
        self.status[node] = NUMBER_OF[job.status]
        self._internal[node] = self._status_word(job.internal_status)
        self.reason[node] = NO_REASON if job.reason is None else NUMBER_OF_REASON[job.reason]
        self.priority[node] = NO_PRIORITY if job.priority is None else max(0, min(job.priority, 254))
        self._code[node] = NO_CODE if job.return_code is None else max(NO_CODE + 1, min(job.return_code, 2**31 - 1))
        self.flags[node] = (
            CRITICAL * job.critical
            | LATE * job.late
            | CANCELED * job.canceled
            | CONFIRM * job.needs_confirmation
            | OVERDUE * job.deadline_passed
        )
        self.started[node] = _seconds(job.started)
        self.ended[node] = _seconds(job.ended)
        self.start_at[node] = _seconds(job.start_at)
        self.latest_start[node] = _seconds(job.latest_start)
        self.deadline[node] = _seconds(job.deadline)
        self.scheduled[node] = _seconds(job.scheduled)
        self.estimated[node] = job.estimated_seconds or 0
        self._count(node)
        self._note(node, before)
        if dependencies:
            self._put_dependencies(node, job.dependencies)
        return node

    def put_stream(self, stream: JobStream, *, dependencies: bool = True) -> int:
        """The same for a stream."""
        node = self._number(stream.id)
        if self.kind[node] == UNSEEN:
            self.kind[node] = STREAM
            self.streams += 1
            before = None
        else:
            before = self.standing(node)
        self._names.replace(node, stream.name.encode())
        self._workstation[node] = self._words.number(stream.workstation)
        self._folder[node] = self._words.number(stream.folder)
        self.status[node] = NUMBER_OF[stream.status]
        self._internal[node] = self._status_word(stream.internal_status)
        self.reason[node] = NO_REASON
        self.priority[node] = NO_PRIORITY if stream.priority is None else max(0, min(stream.priority, 254))
        self.started[node] = _seconds(stream.started)
        self.ended[node] = _seconds(stream.ended)
        self.start_at[node] = _seconds(stream.start_at)
        self.deadline[node] = _seconds(stream.deadline)
        self.scheduled[node] = _seconds(stream.scheduled)
        if stream.limit is not None:
            self.limits[node] = stream.limit
        self._note(node, before)
        if dependencies:
            self._put_dependencies(node, stream.dependencies)
        return node

    def follow(self) -> None:
        """Keeps in mind from now on what becomes another, and forgets what did before."""
        self._changed = set()

    def changed(self) -> Collection[int]:
        """The nodes that stand otherwise than when `follow` was called last, or have stood otherwise since."""
        return self._changed or ()

    def _note(self, node: int, before: Standing | None) -> None:
        if self._changed is not None and before != self.standing(node):
            self._changed.add(node)

    def _number(self, identity: str) -> int:
        node = self._ids.add(identity)
        if node == len(self.kind):
            for column in self._unread:
                column.append(0)
            for link in self._links:
                link.append(NONE)
            self._names.append(b"")
        return node

    def _status_word(self, word: str) -> int:
        return min(self._status_words.number(word), 255)

    def _join(self, node: int, stream: int) -> None:
        self.stream_of[node] = stream
        if stream != NONE:
            self.next_member[node] = self.first_member[stream]
            self.first_member[stream] = node

    def _count(self, node: int) -> None:
        status, stream = self.status[node], self.stream_of[node]
        self.counts[status] += 1
        if stream != NONE:
            self.open_members[stream] += not RELEASES[status]
        if status == RUNNING:
            self.running.add(node)
        if self.flags[node] & CRITICAL:
            self.critical.add(node)

    def _uncount(self, node: int) -> None:
        status, stream = self.status[node], self.stream_of[node]
        self.counts[status] -= 1
        if stream != NONE:
            self.open_members[stream] -= not RELEASES[status]
        self.running.discard(node)
        self.critical.discard(node)

    def _put_dependencies(self, node: int, dependencies: Iterable[Dependency]) -> None:
        known = {self.target[edge]: edge for edge in self.waiting_edges(node)}
        others: list[StoredWait] = []
        for one in dependencies:
            if one.kind not in _KINDS_OF_EDGES or not one.target_id:
                if one.kind != "JOIN":  # its members follow it
                    others.append(self._wait(one))
                continue
            target = self._number(one.target_id)
            edge = known.pop(target, None)
            if edge is None:
                edge = self._link(node, target)
            self.accepts[edge] = SATISFIED * (one.satisfied is True) | _conditions(one.detail)
        for edge in known.values():
            self.accepts[edge] = GONE | SATISFIED
        if others:
            self._waits[node] = tuple(others)
        else:
            self._waits.pop(node, None)

    def _wait(self, one: Dependency) -> StoredWait:
        wait = (one.kind, one.on, one.target_id, one.satisfied, one.detail)
        return self._shared.setdefault(wait, wait)

    def _link(self, waiter: int, target: int) -> int:
        edge = len(self.target)
        self.waiter.append(waiter)
        self.target.append(target)
        self.accepts.append(0)
        self.next_waiting.append(self.first_waiting[waiter])
        self.next_follower.append(self.first_follower[target])
        self.first_waiting[waiter] = edge
        self.first_follower[target] = edge
        return edge


def _seconds(moment: datetime | None) -> int:
    return max(0, int(moment.timestamp())) if moment else 0


def _conditions(detail: str | None) -> int:
    """The bits of `SUCC, ABEND`: what is not an end that the graph knows is left to the engine's word."""
    bits = 0
    for word in (detail or "").split(", ") if detail else ():
        bits |= _CONDITION.get(word, ON_OTHER)
    return bits
