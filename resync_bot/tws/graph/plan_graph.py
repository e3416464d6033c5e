"""The dependency graph of one plan: a node for each job and each stream, in columns of numbers instead of objects.

A stream joins its jobs: a job waits for what its stream waits for, and what follows a stream waits for all its jobs.
About 200 bytes a job. Everything can be put at any time and in any order: what is mentioned before it is read has a
number already, and what is put again takes the place of what was known.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from resync_bot.tws.graph.identities import Identities, Strings, Words
from resync_bot.tws.models import Dependency, Job, JobStream, Reason, Status

STATUSES: Final = tuple(Status)
REASONS: Final = tuple(Reason)
NUMBER_OF: Final = {status: number for number, status in enumerate(STATUSES)}
_NUMBER_OF_REASON: Final = {reason: number for number, reason in enumerate(REASONS)}
NONE: Final = -1
_NO_REASON: Final = 255
_NO_PRIORITY: Final = 255
_NO_CODE: Final = -(2**31)

UNSEEN, JOB, STREAM = 0, 1, 2

ERROR: Final = NUMBER_OF[Status.ERROR]
RUNNING: Final = NUMBER_OF[Status.RUNNING]
READY: Final = NUMBER_OF[Status.READY]


def _table(*statuses: Status) -> bytes:
    return bytes(status in statuses for status in STATUSES)


# Of a status: whether it will not run any more by itself, and whether those who wait for its success may go.
HAS_ENDED: Final = _table(Status.SUCCESSFUL, Status.ERROR, Status.CANCELED, Status.SUPPRESS)
RELEASES: Final = _table(Status.SUCCESSFUL, Status.CANCELED, Status.SUPPRESS)

# Flags of a job.
CRITICAL, LATE, CANCELED, CONFIRM, OVERDUE = 1, 2, 4, 8, 16

# What an edge accepts: the ends of a conditional dependency, and whether the engine calls it satisfied.
SATISFIED, ON_SUCC, ON_ABEND, ON_FAIL, ON_OTHER, GONE = 1, 2, 4, 8, 16, 32
CONDITIONS: Final = ON_SUCC | ON_ABEND | ON_FAIL | ON_OTHER
_CONDITION = {"SUCC": ON_SUCC, "ABEND": ON_ABEND, "FAIL": ON_FAIL, "ERROR": ON_ABEND | ON_FAIL}
_ENDED_AS = {"SUCC": ON_SUCC, "ABEND": ON_ABEND, "FAIL": ON_FAIL}

_KINDS_OF_EDGES = frozenset({"INTERNAL", "EXTERNAL_JOB", "EXTERNAL_JOBSTREAM"})


class Wait(NamedTuple):
    """What a node needs besides other nodes: a prompt, a file, units of a resource, another network's job."""

    kind: str
    on: str
    target_id: str | None
    satisfied: bool | None
    detail: str | None


class PlanGraph:
    """Not safe for threads. Numbers of nodes hold as long as the graph; times come out in `zone`."""

    def __init__(self, zone: tzinfo | None = UTC, *, expected: int = 0) -> None:
        """`expected` is how many jobs and streams are likely to come."""
        self.zone = zone or UTC
        self.jobs = 0
        self.streams = 0
        self.running: set[int] = set()
        self.critical: set[int] = set()
        self.counts: Counter[int] = Counter()  # jobs by number of their status
        self._ids = Identities(expected)
        self._words = Words()
        self._status_words = Words()
        # -- one entry a node
        self.kind = bytearray()
        self.status = bytearray()
        self.stream_of = array("i")
        self.first_member = array("i")
        self.first_waiting = array("i")  # edge: what this one waits for
        self.first_follower = array("i")  # edge: who waits for this one
        self.next_member = array("i")
        self.open_members = array("I")  # of a stream: jobs that do not release those behind it
        self.started = array("I")
        self.ended = array("I")
        self.start_at = array("I")
        self.latest_start = array("I")
        self.deadline = array("I")
        self.scheduled = array("I")
        self.estimated = array("I")
        self.flags = bytearray()
        self.priority = bytearray()
        self.reason = bytearray()
        self._internal = bytearray()
        self._code = array("i")
        self._workstation = array("I")
        self._folder = array("I")
        self._names = Strings()
        self._unread: tuple[bytearray | array[int], ...] = (
            *(self.kind, self.status, self.flags, self.priority, self.reason, self._internal),
            *(self.open_members, self.started, self.ended, self.start_at, self.latest_start, self.deadline),
            *(self.scheduled, self.estimated, self._code, self._workstation, self._folder),
        )
        self._links = (self.stream_of, self.first_member, self.first_waiting, self.first_follower, self.next_member)
        # -- one entry an edge
        self.waiter = array("i")
        self.target = array("i")
        self.next_waiting = array("i")  # edge: what else the same waiter waits for
        self.next_follower = array("i")  # edge: who else waits for the same target
        self.accepts = bytearray()
        # -- of the few that have it
        self.waits: dict[int, tuple[Wait, ...]] = {}
        self.limits: dict[int, int] = {}  # of streams
        self._shared: dict[Wait, Wait] = {}

    def __len__(self) -> int:
        """Nodes."""
        return len(self.kind)

    @property
    def edges(self) -> int:
        """Dependencies between nodes."""
        return len(self.target)

    def node(self, identity: str) -> int | None:
        """The number of a job or stream that was read; None for one that was not."""
        found = self._ids.find(identity)
        return None if found is None or self.kind[found] == UNSEEN else found

    def identity(self, node: int) -> str:
        """The engine's id."""
        return self._ids.text(node)

    # -- writing

    def put_job(self, job: Job, *, dependencies: bool) -> int:
        """Takes a job as it is now; `dependencies` tells whether it was read with them. The number of its node."""
        node = self._number(job.id)
        if self.kind[node] == UNSEEN:
            self.kind[node] = JOB
            self.jobs += 1
            self._join(node, self._number(job.stream_id) if job.stream_id else NONE)
        else:
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
        self.reason[node] = _NO_REASON if job.reason is None else _NUMBER_OF_REASON[job.reason]
        self.priority[node] = _NO_PRIORITY if job.priority is None else max(0, min(job.priority, 254))
        self._code[node] = _NO_CODE if job.return_code is None else max(_NO_CODE + 1, min(job.return_code, 2**31 - 1))
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
        if dependencies:
            self._put_dependencies(node, job.dependencies)
        return node

    def put_stream(self, stream: JobStream) -> int:
        """Takes a stream, read with its dependencies. The number of its node."""
        node = self._number(stream.id)
        if self.kind[node] == UNSEEN:
            self.kind[node] = STREAM
            self.streams += 1
        self._names.replace(node, stream.name.encode())
        self._workstation[node] = self._words.number(stream.workstation)
        self._folder[node] = self._words.number(stream.folder)
        self.status[node] = NUMBER_OF[stream.status]
        self._internal[node] = self._status_word(stream.internal_status)
        self.reason[node] = _NO_REASON
        self.priority[node] = _NO_PRIORITY if stream.priority is None else max(0, min(stream.priority, 254))
        self.started[node] = _seconds(stream.started)
        self.ended[node] = _seconds(stream.ended)
        self.start_at[node] = _seconds(stream.start_at)
        self.deadline[node] = _seconds(stream.deadline)
        self.scheduled[node] = _seconds(stream.scheduled)
        if stream.limit is not None:
            self.limits[node] = stream.limit
        self._put_dependencies(node, stream.dependencies)
        return node

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
        others: list[Wait] = []
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
            self.waits[node] = tuple(others)
        else:
            self.waits.pop(node, None)

    def _wait(self, one: Dependency) -> Wait:
        wait = Wait(one.kind, one.on, one.target_id, one.satisfied, one.detail)
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

    # -- walking

    def is_job(self, node: int) -> bool:
        """Whether it is a job that was read."""
        return self.kind[node] == JOB

    def with_status(self, statuses: Iterable[Status]) -> list[int]:
        """The jobs that have one of these statuses: a pass over one column, at the speed of the buffer."""
        found: list[int] = []
        for status in statuses:
            wanted = NUMBER_OF[status]
            node = self.status.find(wanted)
            while node != NONE:
                if self.kind[node] == JOB:
                    found.append(node)
                node = self.status.find(wanted, node + 1)
        return found

    def waiting_edges(self, node: int) -> Iterator[int]:
        """The edges to what `node` itself waits for, open or not."""
        edge = self.first_waiting[node]
        while edge != NONE:
            yield edge
            edge = self.next_waiting[edge]

    def follower_edges(self, node: int) -> Iterator[int]:
        """The edges from those who wait for `node` itself, open or not."""
        edge = self.first_follower[node]
        while edge != NONE:
            yield edge
            edge = self.next_follower[edge]

    def members(self, stream: int) -> Iterator[int]:
        """The jobs of a stream."""
        node = self.first_member[stream]
        while node != NONE:
            yield node
            node = self.next_member[node]

    def is_open(self, edge: int) -> bool:
        """Whether its target still holds its waiter back: by the engine's word, and by what has become of it since."""
        accepted = self.accepts[edge]
        if accepted & SATISFIED:
            return False
        target = self.target[edge]
        if self.kind[target] == STREAM or self.first_member[target] != NONE:
            return self.is_unfinished(target)
        if accepted & CONDITIONS:
            return not accepted & _ENDED_AS.get(self.internal_status(target), 0)
        return not RELEASES[self.status[target]]

    def is_unfinished(self, stream: int) -> bool:
        """Whether what follows the stream has to wait for it."""
        if self.first_member[stream] != NONE:
            return self.open_members[stream] > 0
        return not RELEASES[self.status[stream]]

    # -- reading

    def name(self, node: int) -> str:
        """Of a job or stream."""
        return self._names[node].decode()

    def internal_status(self, node: int) -> str:
        """HWA's own word."""
        return self._status_words[self._internal[node]] if self.kind[node] != UNSEEN else ""

    def reason_of(self, node: int) -> Reason | None:
        """Why a job has its status."""
        number = self.reason[node]
        return None if number == _NO_REASON else REASONS[number]

    def workstation(self, node: int) -> str:
        """Where a job runs, or a stream belongs."""
        return self._words[self._workstation[node]]

    def priority_of(self, node: int) -> int | None:
        """Of a job or stream."""
        number = self.priority[node]
        return None if number == _NO_PRIORITY else number

    def moment(self, seconds: float) -> datetime | None:
        """A time of a column; None for 0."""
        return datetime.fromtimestamp(seconds, self.zone) if seconds else None

    def stream_workstation(self, node: int) -> str | None:
        """Of a job's stream, where that is another than the job's."""
        stream = self.stream_of[node]
        if stream == NONE or self._workstation[stream] == self._workstation[node]:
            return None
        return self.workstation(stream)

    def job(self, node: int) -> Job:
        """The facts of a job as they are known here: with dependencies, without runs and definition."""
        stream, flags, code = self.stream_of[node], self.flags[node], self._code[node]
        dependencies = self._dependencies(node)
        return Job(
            id=self.identity(node),
            stream_id=self.identity(stream) if stream != NONE else "",
            name=self.name(node),
            folder=self._words[self._folder[node]],
            workstation=self.workstation(node),
            stream=self.name(stream) if stream != NONE else "",
            stream_workstation=self.stream_workstation(node),
            scheduled=self.moment(self.scheduled[node]),
            status=STATUSES[self.status[node]],
            internal_status=self.internal_status(node),
            reason=self.reason_of(node),
            canceled=bool(flags & CANCELED),
            priority=self.priority_of(node),
            return_code=None if code == _NO_CODE else code,
            started=self.moment(self.started[node]),
            ended=self.moment(self.ended[node]),
            estimated_seconds=self.estimated[node] or None,
            start_at=self.moment(self.start_at[node]),
            latest_start=self.moment(self.latest_start[node]),
            deadline=self.moment(self.deadline[node]),
            late=bool(flags & LATE),
            deadline_passed=bool(flags & OVERDUE),
            critical=bool(flags & CRITICAL),
            needs_confirmation=bool(flags & CONFIRM),
            unresolved_dependencies=sum(one.satisfied is not True for one in dependencies),
            dependencies=dependencies,
        )

    def stream_name(self, stream: int) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
        return f"{self.workstation(stream)}#{self._words[self._folder[stream]].rstrip('/')}/{self.name(stream)}"

    def _dependencies(self, node: int) -> tuple[Dependency, ...]:
        found = [self._dependency(edge) for edge in self.waiting_edges(node) if not self.accepts[edge] & GONE]
        found += [Dependency(**one._asdict()) for one in self.waits.get(node, ())]
        return tuple(found)

    def _dependency(self, edge: int) -> Dependency:
        target, own = self.target[edge], self.stream_of[self.waiter[edge]]
        if self.kind[target] == JOB:
            stream = self.stream_of[target]
            kind = "INTERNAL" if stream == own else "EXTERNAL_JOB"
            on = self.name(target) if stream == own else f"{self.stream_name(stream)}.{self.name(target)}"
        else:
            kind, on = "EXTERNAL_JOBSTREAM", self.stream_name(target)
        words = [word for word, bit in _ENDED_AS.items() if self.accepts[edge] & bit]
        return Dependency(
            kind=kind,
            on=on,
            target_id=self.identity(target),
            satisfied=not self.is_open(edge),
            detail=", ".join(words) or None,
        )


def _seconds(moment: datetime | None) -> int:
    return max(0, int(moment.timestamp())) if moment else 0


def _conditions(detail: str | None) -> int:
    """The bits of `SUCC, ABEND`: what is not an end that the graph knows is left to the engine's word."""
    bits = 0
    for word in (detail or "").split(", ") if detail else ():
        bits |= _CONDITION.get(word, ON_OTHER)
    return bits
