"""The names of all jobs in the order of the alphabet: equal ones, and those with one beginning, lie side by side."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from resync_bot.simulator.plan import Job

# Greater than any character that a name can have.
_LAST = "\U0010ffff"


class Names:
    """Made of the jobs of a plan as they stand in it."""

    __slots__ = ("_jobs", "order", "ranks")

    def __init__(self, jobs: Sequence[Job]) -> None:
        names = [job.spec.name for job in jobs]
        self._jobs = jobs
        self.order = array("I", sorted(range(len(names)), key=names.__getitem__))
        self.ranks = array("I", bytes(4 * len(names)))  # equal names have equal ranks
        rank, before = 0, ""
        for position, place in enumerate(self.order):
            if names[place] != before:
                rank, before = position, names[place]
            self.ranks[place] = rank

    def equal(self, name: str) -> Sequence[int]:
        """The places of the jobs of that name."""
        return self.order[
            bisect_left(self.order, name, key=self._name) : bisect_right(self.order, name, key=self._name)
        ]

    def beginning(self, beginning: str) -> Sequence[int]:
        """The places of the jobs whose names begin so, by name."""
        first = bisect_left(self.order, beginning, key=self._name)
        return self.order[first : bisect_right(self.order, beginning + _LAST, lo=first, key=self._name)]

    def _name(self, place: int) -> str:
        return self._jobs[place].spec.name
