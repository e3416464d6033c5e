"""The columns of a plan's graph: a node for each job and each stream, in numbers instead of objects; and walking them.

A stream joins its jobs: a job waits for what its stream waits for, and what follows a stream waits for all its jobs.
About 200 bytes a job.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple, TypeAlias

from resync_bot.tws.graph.identities import Identities, Strings, Words
from resync_bot.tws.graph.standing import Standing
from resync_bot.tws.models import Reason, Status

STATUSES: Final = tuple(Status)
REASONS: Final = tuple(Reason)
NUMBER_OF: Final = {status: number for number, status in enumerate(STATUSES)}
NUMBER_OF_REASON: Final = {reason: number for number, reason in enumerate(REASONS)}
NONE: Final = -1
NO_REASON: Final = 255
NO_PRIORITY: Final = 255
NO_CODE: Final = -(2**31)

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
ENDED_AS: Final = {"SUCC": ON_SUCC, "ABEND": ON_ABEND, "FAIL": ON_FAIL}


class Wait(NamedTuple):
    """What a node needs besides other nodes: a prompt, a file, units of a resource, another network's job."""

    kind: str
    on: str
    target_id: str | None
    satisfied: bool | None
    detail: str | None


# A wait as it is kept: a bare tuple of texts is nothing that the collector of garbage looks at again, a named one is.
# In a plan of half a million jobs there were 75 000 of them, which it looked at with the event loop at rest.
StoredWait: TypeAlias = tuple[str, str, str | None, bool | None, str | None]


class Columns:
    """What `PlanGraph` fills. Numbers of nodes hold as long as the graph; times come out in `zone`."""

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
        self._waits: dict[int, tuple[StoredWait, ...]] = {}
        self.limits: dict[int, int] = {}  # of streams
        self._shared: dict[StoredWait, StoredWait] = {}

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

    def waits_of(self, node: int) -> tuple[Wait, ...]:
        """What `node` itself needs besides other nodes."""
        stored = self._waits.get(node)
        return tuple(map(Wait._make, stored)) if stored else ()

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
            return not accepted & ENDED_AS.get(self.internal_status(target), 0)
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

    def standing(self, node: int) -> Standing:
        """How a job or stream that was read stands."""
        return Standing(self.status[node], self._internal[node], self.started[node], self.ended[node])

    def internal_status(self, node: int) -> str:
        """HWA's own word."""
        return self._status_words[self._internal[node]] if self.kind[node] != UNSEEN else ""

    def reason_of(self, node: int) -> Reason | None:
        """Why a job has its status."""
        number = self.reason[node]
        return None if number == NO_REASON else REASONS[number]

    def workstation(self, node: int) -> str:
        """Where a job runs, or a stream belongs."""
        return self._words[self._workstation[node]]

    def folder(self, node: int) -> str:
        """Of a job or stream."""
        return self._words[self._folder[node]]

    def return_code(self, node: int) -> int | None:
        """Of the last run of a job, if it has one."""
        code = self._code[node]
        return None if code == NO_CODE else code

    def priority_of(self, node: int) -> int | None:
        """Of a job or stream."""
        number = self.priority[node]
        return None if number == NO_PRIORITY else number

    def moment(self, seconds: float) -> datetime | None:
        """A time of a column; None for 0."""
        return datetime.fromtimestamp(seconds, self.zone) if seconds else None

    def stream_workstation(self, node: int) -> str | None:
        """Of a job's stream, where that is another than the job's."""
        stream = self.stream_of[node]
        if stream == NONE or self._workstation[stream] == self._workstation[node]:
            return None
        return self.workstation(stream)

    def full_name(self, job: int) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST`."""
        stream = self.stream_of[job]
        workstation = self.workstation(job if stream == NONE else stream)
        name = "" if stream == NONE else self.name(stream)
        return f"{workstation}#{self.folder(job).rstrip('/')}/{name}.{self.name(job)}"

    def stream_name(self, stream: int) -> str:
        """As operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
        return f"{self.workstation(stream)}#{self.folder(stream).rstrip('/')}/{self.name(stream)}"
