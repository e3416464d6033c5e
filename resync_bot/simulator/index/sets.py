"""Sets of jobs by their place in the plan: all, a few that are listed, or many that are marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Everything:
    """All jobs of the plan."""


@dataclass(frozen=True, slots=True)
class Few:
    """These, in the order of the plan and each once."""

    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class Marked:
    """One byte for each job of the plan: 1 for those that are in, 0 for the others."""

    marks: bytes | bytearray


Places: TypeAlias = Everything | Few | Marked

EVERYTHING = Everything()
NOTHING = Few(())

# A list of more than one in so many of the plan takes longer to work with than marks do.
_SHARE = 16


def few_or_marked(places: Iterable[int], size: int) -> Few | Marked:
    """A set of `places`, in any order, of a plan of `size` jobs."""
    listed = sorted(set(places))
    if len(listed) * _SHARE < size:
        return Few(listed)
    marks = bytearray(size)
    for place in listed:
        marks[place] = 1
    return Marked(marks)


def of_ranges(ranges: Sequence[tuple[int, int]], size: int) -> Few | Marked:
    """The set of all places of `ranges` (first, and one after the last), which come in order and do not overlap."""
    if sum(last - first for first, last in ranges) * _SHARE < size:
        return Few([place for first, last in ranges for place in range(first, last)])
    marks = bytearray(size)
    for first, last in ranges:
        marks[first:last] = b"\1" * (last - first)
    return Marked(marks)


def both(one: Places, other: Places) -> Places:
    """What is in both."""
    match one, other:
        case (Everything(), rest) | (rest, Everything()):
            return rest
        case Marked(marks), Marked(others):
            joined = int.from_bytes(marks, "little") & int.from_bytes(others, "little")
            return Marked(joined.to_bytes(len(marks), "little"))
        case (Few(places), Marked(marks)) | (Marked(marks), Few(places)):
            return Few([place for place in places if marks[place]])
        case Few(places), Few(others):
            inside = frozenset(others)
            return Few([place for place in places if place in inside])
        case _:
            raise TypeError(one, other)


def either(one: Places, other: Places) -> Places:
    """What is in one of them or in both."""
    match one, other:
        case (Everything(), _) | (_, Everything()):
            return EVERYTHING
        case Marked(marks), Marked(others):
            joined = int.from_bytes(marks, "little") | int.from_bytes(others, "little")
            return Marked(joined.to_bytes(len(marks), "little"))
        case (Few(places), Marked(marks)) | (Marked(marks), Few(places)):
            more = bytearray(marks)
            for place in places:
                more[place] = 1
            return Marked(more)
        case Few(places), Few(others):
            return Few(sorted({*places, *others}))
        case _:
            raise TypeError(one, other)


def count(places: Places, size: int) -> int:
    """How many there are."""
    match places:
        case Everything():
            return size
        case Few(listed):
            return len(listed)
        case Marked(marks):
            return marks.count(1)


def each(places: Places, size: int) -> Iterator[int]:
    """All of them in the order of the plan."""
    match places:
        case Everything():
            return iter(range(size))
        case Few(listed):
            return iter(listed)
        case Marked(marks):
            return compress(range(size), marks)
