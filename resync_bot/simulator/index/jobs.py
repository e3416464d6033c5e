"""The index of the jobs of a plan, kept up by whoever changes how a job stands."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from math import inf
from typing import Any, TypeVar, cast

from resync_bot.simulator.index.codes import code_of, common_of
from resync_bot.simulator.index.names import Names
from resync_bot.simulator.index.selected import Column
from resync_bot.simulator.index.sets import Few, Marked, few_or_marked, of_ranges
from resync_bot.simulator.index.timeline import Timeline
from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.status import standing

_Answer = TypeVar("_Answer")

# So many results of tests of what never changes are kept, each a byte for every job.
_REMEMBERED = 48


@dataclass(frozen=True, slots=True)
class Span:
    """Jobs of one stream side by side in the plan: from the place `first` up to, and without, `last`."""

    first: int
    last: int
    stream: Stream


class JobIndex:
    """Knows at which place of the plan the jobs are that have this or that. Call `note` when a job has changed.

    Nothing is kept up before `ready` is called for the first time: who never asks, does not pay.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._is_ready = False
        self.jobs: Sequence[Job] = plan.jobs
        self.codes = bytearray()
        self.started, self.ended = array("d"), array("d")  # of the last run of each job; infinite is not yet
        self.starts, self.ends = Timeline(), Timeline()
        self.spans: list[Span] = []
        self._remembered: dict[object, Any] = {}

    def ready(self) -> "JobIndex":
        """The index, which knows the plan as it stands."""
        if not self._is_ready:
            self._is_ready = True
            for stream, jobs in groupby(self._plan.jobs, key=lambda job: job.stream):
                self._enter(stream, list(jobs))
            self.starts, self.ends = Timeline.of(self.started), Timeline.of(self.ended)
        return self

    def enter(self, jobs: Sequence[Job]) -> None:
        """Takes in jobs of one stream that were put at the end of the plan."""
        jobs[0].stream.standing = None
        if self._is_ready:
            self._enter(jobs[0].stream, jobs)

    def _enter(self, stream: Stream, jobs: Sequence[Job]) -> None:
        first = len(self.codes)
        for place, job in enumerate(jobs, first):
            job.place = place
        self.codes += bytes(map(code_of, jobs))
        self.started.extend([_seconds(job.run.started_at) for job in jobs])
        self.ended.extend([_seconds(job.run.ended_at) for job in jobs])
        self.spans.append(Span(first, len(self.codes), stream))
        self.forget()

    def note(self, job: Job) -> None:
        """Follows a change of the job: its state, its last run, its priority, whether it is canceled."""
        if not self._is_ready:
            return
        place, run = job.place, job.run
        self.codes[place] = code_of(job)
        if run.started_at is not None or self.started[place] != inf:
            self._note_moment(run.started_at, place, self.started, self.starts)
        if run.ended_at is not None or self.ended[place] != inf:
            self._note_moment(run.ended_at, place, self.ended, self.ends)

    def _note_moment(self, moment: datetime | None, place: int, column: "array[float]", timeline: Timeline) -> None:
        seconds = _seconds(moment)
        if seconds != column[place]:
            column[place] = seconds
            if moment is not None:
                timeline.add(seconds, place)

    def prepare(self) -> None:
        """Makes what the first queries would otherwise have to wait for."""
        _ = self.names, self.on_workstation, self.spans_named, self._columns
        for stream in self._plan.streams:
            standing(stream)

    @cached_property
    def names(self) -> Names:
        """The jobs by name."""
        return Names(self.jobs)

    @cached_property
    def on_workstation(self) -> dict[str, Few | Marked]:
        """The jobs of each workstation."""
        places: dict[str, array[int]] = {}
        for place, job in enumerate(self.jobs):
            places.setdefault(job.workstation.key, array("I")).append(place)
        return {key: few_or_marked(listed, len(self.jobs)) for key, listed in places.items()}

    @cached_property
    def spans_named(self) -> dict[str, list[Span]]:
        """The spans of the streams of each name."""
        found: dict[str, list[Span]] = {}
        for span in self.spans:
            found.setdefault(span.stream.name, []).append(span)
        return found

    def of_streams(self, chosen: Callable[[Span], bool]) -> Few | Marked:
        """The jobs of the streams that are chosen."""
        return self.of_spans(filter(chosen, self.spans))

    def of_spans(self, spans: Iterable[Span]) -> Few | Marked:
        """The jobs of those spans."""
        return of_ranges([(span.first, span.last) for span in spans], len(self.codes))

    def remembered(self, question: object, answer: Callable[[], _Answer]) -> _Answer:
        """`answer()`, or what it was when the same question, about what never changes, was asked before."""
        known = self._remembered.get(question)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            known = self._remembered[question] = answer()
        return cast(_Answer, known)  # the same question has always the same type of answer

    def column(self, grouping: str) -> Column:
        """What jobs can be grouped by: status, workstation or folder. Raises KeyError."""
        if grouping == "status":
            return self.codes, common_of
        return self._columns[grouping]

    @cached_property
    def _columns(self) -> dict[str, Column]:
        words: dict[str, int] = {}
        workstations, folders = array("I"), array("I")
        for job in self.jobs:
            workstations.append(words.setdefault(job.workstation.key, len(words)))
            folders.append(words.setdefault(job.stream.folder, len(words)))
        numbered = list(words)
        return {"workstation": (workstations, numbered.__getitem__), "folder": (folders, numbered.__getitem__)}

    def forget(self) -> None:
        """Lets go of what was made for queries: the plan has become another."""
        self._remembered.clear()
        for made in ("names", "on_workstation", "spans_named", "_columns"):
            self.__dict__.pop(made, None)


def _seconds(moment: datetime | None) -> float:
    return inf if moment is None else moment.timestamp()
