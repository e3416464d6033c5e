"""What a query selected: a sequence of jobs that makes only those that are looked at."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress, islice
from typing import overload

from resync_bot.simulator.index.codes import CODES, common_of
from resync_bot.simulator.index.sets import Everything, Few, Marked, Places, count, each
from resync_bot.simulator.plan import Job

# What jobs can be grouped by: a number for each job, and the word of each number.
Column = tuple["array[int] | bytearray", Callable[[int], str]]


class SelectedJobs(Sequence[Job]):
    """Jobs in the order of the plan, or in `order`, which lists the places of at least all of them."""

    def __init__(
        self,
        jobs: Sequence[Job],
        places: Places,
        columns: Callable[[str], Column],
        order: Sequence[int] | None = None,
    ) -> None:
        self._jobs = jobs
        self._places = places
        self._columns = columns
        self._order = order
        self._count = count(places, len(jobs))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Job: ...
    @overload
    def __getitem__(self, index: slice) -> list[Job]: ...
    def __getitem__(self, index: int | slice) -> Job | list[Job]:
        if isinstance(index, int):
            return self[index : index + 1 or None][0] if -self._count <= index < self._count else self._missing(index)
        first, last, step = index.indices(self._count)
        if step != 1:
            return list(self)[index]
        return [self._jobs[place] for place in self._window(first, last)]

    def __iter__(self) -> Iterator[Job]:
        return (self._jobs[place] for place in self._all())

    def count_by(self, names: Sequence[str]) -> Mapping[str, int]:
        """How many there are of each group, by the words of the groupings `names` joined by commas."""
        if list(names) == ["status"]:
            return self._count_by_status()
        columns = [self._columns(name) for name in names]
        if isinstance(self._places, Everything):
            keys = zip(*(column for column, _ in columns), strict=True)
        elif isinstance(self._places, Marked):
            marks = self._places.marks
            keys = zip(*(compress(column, marks) for column, _ in columns), strict=True)
        else:
            listed = self._places.places
            keys = zip(*(map(column.__getitem__, listed) for column, _ in columns), strict=True)
        counted: Counter[str] = Counter()
        for numbers, many in Counter(keys).items():
            words = (word(number) for number, (_, word) in zip(numbers, columns, strict=True))
            counted[",".join(words)] += many
        return counted

    def _count_by_status(self) -> Mapping[str, int]:
        column, _ = self._columns("status")
        codes: bytes | bytearray
        if isinstance(self._places, Everything) and isinstance(column, bytearray):
            codes = column
        else:
            codes = bytes(
                compress(column, self._places.marks)
                if isinstance(self._places, Marked)
                else map(column.__getitem__, each(self._places, len(self._jobs)))
            )
        counted: Counter[str] = Counter()
        for code in CODES:
            many = codes.count(code)
            if many:
                counted[common_of(code).value] += many
        return counted

    def _window(self, first: int, last: int) -> Sequence[int] | Iterator[int]:
        if self._order is None and isinstance(self._places, Everything):
            return range(first, last)
        if self._order is None and isinstance(self._places, Few):
            return self._places.places[first:last]
        if self._order is not None and len(self._order) == self._count:
            return self._order[first:last]
        return islice(self._all(), first, last)

    def _all(self) -> Iterator[int]:
        order, places = self._order, self._places
        if order is None:
            return each(places, len(self._jobs))
        if len(order) == self._count:
            return iter(order)
        if isinstance(places, Marked):
            return compress(order, map(places.marks.__getitem__, order))
        inside = frozenset(each(places, len(self._jobs)))
        return (place for place in order if place in inside)

    def _missing(self, index: int) -> Job:
        raise IndexError(index)
