"""Answers a query of jobs by way of the index, exactly as testing every job would."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import chain, compress
from math import inf
from typing import Any, assert_never, cast

from resync_bot.simulator.index.codes import PRESENT, TOLD, marking, state_of
from resync_bot.simulator.index.selected import SelectedJobs
from resync_bot.simulator.index.sets import (
    EVERYTHING,
    NOTHING,
    Marked,
    Places,
    both,
    count,
    each,
    either,
    few_or_marked,
)
from resync_bot.simulator.oql import Field, compile_query
from resync_bot.simulator.oql.compilation import Leaf, check_of, literals_of, sortable
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Membership,
    Operator,
    Pattern,
    Query,
    SortKey,
)
from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.plan_filter import Selection
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import internal_status

_Fields = Mapping[str, Field[Job]]

_NAMES = frozenset({"name", "jobDefinition.key.name"})
_LOOKED_UP = _NAMES | {"id", "jobStreamId", "jobStreamName"}
_OF_STREAMS = frozenset({"folder", "jobStreamName", "jobStreamWorkstation", "jobStreamId", "schedTime"})
_STATUS, _FENCE = "jobruns.compositeStatus.status", "FENCE"
_STARTED, _ENDED = "jobruns.timeInfo.actualStartTime", "jobruns.timeInfo.actualEndTime"

_WILDCARD = re.compile("[@?]")
_READY = marking(lambda code: state_of(code) is RunState.READY)

# An order of the whole plan is made and kept when more than one in so many of its jobs is asked for.
_LARGE_SHARE = 8


class Selecting:
    """Selects jobs of one plan at one moment. `may_display` says of a folder whether its jobs may be seen."""

    def __init__(self, plan: Plan, now: datetime, rights: object, may_display: Callable[[str], bool]) -> None:
        self._plan = plan
        self._index = plan.index.ready()
        self._size = len(self._index.codes)
        self._now = now
        self._visible = self._of_streams(("visible", rights), lambda stream: may_display(stream.folder))

    def by_query(self, query: Query, fields: _Fields) -> SelectedJobs:
        """What a query selects, in the order that it asks for. Raises OqlError."""
        compiled = compile_query(query, fields)
        places: Places = EVERYTHING
        exact = True
        if query.where is not None:
            places, exact = _Narrowing(self._plan, fields, self._now).of(query.where)
        places = both(places, self._visible)
        if not exact and compiled.test is not None:
            test, jobs, now = compiled.test, self._index.jobs, self._now
            places = few_or_marked((place for place in each(places, self._size) if test(jobs[place], now)), self._size)
        return self._selected(places, self._ordered(places, query.order, fields))

    def by_selection(self, selection: Selection, in_place: Callable[[Stream, Selection], bool]) -> SelectedJobs:
        """What a `plan_filter` selects; `in_place` says it of a stream."""
        places = self._of_streams(("selection", selection.text), lambda stream: in_place(stream, selection))
        if selection.job is not None:
            like = selection.job
            named = (place for place in each(places, self._size) if like(self._index.jobs[place].spec.name))
            places = few_or_marked(named, self._size)
        return self._selected(both(places, self._visible), None)

    def _of_streams(self, question: object, chosen: Callable[[Stream], bool]) -> Places:
        def find() -> Places:
            places = self._index.of_streams(lambda span: chosen(span.stream))
            return EVERYTHING if count(places, self._size) == self._size else places

        return self._index.remembered(question, find)

    def _selected(self, places: Places, order: Sequence[int] | None) -> SelectedJobs:
        return SelectedJobs(self._index.jobs, places, self._index.column, order)

    def _ordered(self, places: Places, order: tuple[SortKey, ...], fields: _Fields) -> Sequence[int] | None:
        if not order:
            return None
        if count(places, self._size) * _LARGE_SHARE > self._size and all(fields[key.field].steady for key in order):
            return self._index.remembered(order, lambda: self._sorted(range(self._size), order, fields))
        return self._sorted(each(places, self._size), order, fields)

    def _sorted(self, places: Iterable[int], order: tuple[SortKey, ...], fields: _Fields) -> list[int]:
        listed = list(places)
        for key in reversed(order):
            listed.sort(key=self._key(key.field, fields), reverse=key.descending)
        return listed

    def _key(self, name: str, fields: _Fields) -> Callable[[int], Any]:
        """What places are sorted by, null last: numbers where there are, for those are cheap to compare."""
        index, jobs, now = self._index, self._index.jobs, self._now
        if name in _NAMES or name == "key.name":
            return index.names.ranks.__getitem__
        if name == _STARTED:
            return index.started.__getitem__
        if name == _ENDED:
            return index.ended.__getitem__
        if name == "jobruns.elapsedTime":
            started, ended, seconds = index.started, index.ended, now.timestamp()
            # in whole microseconds, so that what took equally long compares as equal
            return lambda place: (
                inf if started[place] == inf else round((min(ended[place], seconds) - started[place]) * 1e6)
            )
        read = fields[name].read
        return lambda place: sortable(read(jobs[place], now))


class _Narrowing:
    """Finds where in the plan an expression can hold. With the places comes whether it holds at each of them."""

    def __init__(self, plan: Plan, fields: _Fields, now: datetime) -> None:
        self._plan = plan
        self._index = plan.index
        self._size = len(plan.index.codes)
        self._fields = fields
        self._now = now

    def of(self, expression: Expression) -> tuple[Places, bool]:
        match expression:
            case AllOf(parts):
                return self._joined(parts, both)
            case AnyOf(parts):
                return self._joined(parts, either)
            case Comparison() | Membership() | Pattern():
                places = self._leaf(expression)
                return (EVERYTHING, False) if places is None else places
            case _:
                assert_never(expression)

    def _joined(self, parts: tuple[Expression, ...], join: Callable[[Places, Places], Places]) -> tuple[Places, bool]:
        narrowed = [self.of(part) for part in parts]
        return reduce(join, (places for places, _ in narrowed)), all(exact for _, exact in narrowed)

    def _leaf(self, leaf: Leaf) -> tuple[Places, bool] | None:
        name, fields = leaf.field, self._fields
        if name in TOLD:
            return self._by_code(leaf), True
        if name in PRESENT and isinstance(leaf, Comparison):
            return self._by_moment(leaf)
        if not fields[name].steady:
            return None
        found = self._looked_up(leaf)
        return (self._index.remembered(leaf, lambda: self._scanned(leaf)) if found is None else found), True

    def _by_code(self, leaf: Leaf) -> Places:
        holds = self._test(leaf)
        told = TOLD[leaf.field]
        marks = bytearray(self._index.codes.translate(marking(lambda code: holds(told(code)))))
        if leaf.field == _STATUS and holds(RunState.READY) is not holds(_FENCE):
            for place in compress(range(self._size), self._index.codes.translate(_READY)):
                if internal_status(self._index.jobs[place]) == _FENCE:
                    marks[place] = holds(_FENCE)
        return Marked(marks)

    def _by_moment(self, comparison: Comparison) -> tuple[Places, bool] | None:
        """Of jobs with that moment, or that length; which of them it is to be compared with, remains to be tested."""
        name, operator = comparison.field, comparison.operator
        present = PRESENT[name]
        if comparison.value is None:
            wanted = operator is Operator.NOT_EQUAL
            return Marked(self._index.codes.translate(marking(lambda code: present(code) is wanted))), True
        if operator is Operator.NOT_EQUAL:
            return None
        (moment,) = literals_of(comparison, self._fields[name].kind)
        if not isinstance(moment, datetime):
            return Marked(self._index.codes.translate(marking(present))), False
        timeline = self._index.starts if name == _STARTED else self._index.ends
        seconds = moment.timestamp()
        if operator in (Operator.GREATER, Operator.GREATER_OR_EQUAL) and seconds < timeline.first:
            return Marked(self._index.codes.translate(marking(present))), True  # whenever it was
        match operator:
            case Operator.LESS | Operator.LESS_OR_EQUAL:
                places = timeline.between(last=seconds)
            case Operator.GREATER | Operator.GREATER_OR_EQUAL:
                places = timeline.between(first=seconds)
            case Operator.EQUAL:
                places = timeline.between(seconds, seconds)
            case _:
                assert_never(operator)
        return few_or_marked(places, self._size), False

    def _looked_up(self, leaf: Leaf) -> Places | None:
        """The places of a name or an id that the index knows, without looking at anything else."""
        match leaf:
            case Pattern(field, pattern, negated):
                beginning = _WILDCARD.split(pattern, maxsplit=1)[0]
                known = not negated and field in _NAMES and beginning != ""
                return self._beginning(beginning, leaf) if known else None
            case Comparison(operator=operator):
                known = operator is Operator.EQUAL
            case Membership(negated=negated):
                known = not negated
            case _:
                assert_never(leaf)
        if not known or leaf.field not in _LOOKED_UP:
            return None
        wanted = {text for text in literals_of(leaf, self._fields[leaf.field].kind) if isinstance(text, str)}
        return few_or_marked((place for text in wanted for place in self._equal(leaf.field, text)), self._size)

    def _beginning(self, beginning: str, leaf: Pattern) -> Places:
        holds, jobs = self._test(leaf), self._index.jobs
        named = self._index.names.beginning(beginning)
        return few_or_marked((place for place in named if holds(jobs[place].spec.name)), self._size)

    def _equal(self, field: str, text: str) -> Iterable[int]:
        match field:
            case "id":
                job = self._plan.jobs_by_id.get(text)
                return () if job is None else (job.place,)
            case "jobStreamId":
                stream = self._plan.streams_by_id.get(text)
                return () if stream is None else (job.place for job in stream.jobs)
            case "jobStreamName":
                spans = self._index.spans_named.get(text, ())
                return chain.from_iterable(range(span.first, span.last) for span in spans)
            case _:
                return self._index.names.equal(text)

    def _scanned(self, leaf: Leaf) -> Places:
        """The places where it holds of what never changes."""
        holds, read = self._test(leaf), self._fields[leaf.field].read
        index, now = self._index, self._now
        if leaf.field in _OF_STREAMS:
            return index.of_streams(lambda span: holds(read(index.jobs[span.first], now)))
        if leaf.field == "workstation":
            places = (found for key, found in index.on_workstation.items() if holds(key))
            return reduce(either, places, cast(Places, NOTHING))
        return few_or_marked((place for place, job in enumerate(index.jobs) if holds(read(job, now))), self._size)

    def _test(self, leaf: Leaf) -> Callable[[Any], bool]:
        _, check, negated = check_of(leaf, self._fields)
        return lambda value: check(value) is not negated
