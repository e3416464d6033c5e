"""What happened when: the starts, or the ends, of the runs of a plan in the order of time."""

from array import array
from bisect import bisect_left, bisect_right
from math import inf


class Timeline:
    """Moments, in seconds since 1970, and at which place of the plan the job is that each belongs to."""

    __slots__ = ("_moments", "_places")

    def __init__(self) -> None:
        self._moments = array("d")
        self._places = array("I")

    @classmethod
    def of(cls, column: "array[float]") -> "Timeline":
        """What has happened already: a moment for each place, infinite for what has not."""
        places = [place for place, moment in enumerate(column) if moment != inf]
        places.sort(key=column.__getitem__)
        made = cls()
        made._places = array("I", places)
        made._moments = array("d", map(column.__getitem__, places))
        return made

    @property
    def first(self) -> float:
        """The earliest of the moments; infinite if there is none."""
        return self._moments[0] if self._moments else inf

    def add(self, moment: float, place: int) -> None:
        """Notes what happens then, which is not before what was noted last."""
        self._moments.append(moment)
        self._places.append(place)

    def between(self, first: float = -inf, last: float = inf) -> "array[int]":
        """The places of what happened from `first` to `last`, both included."""
        return self._places[bisect_left(self._moments, first) : bisect_right(self._moments, last)]
