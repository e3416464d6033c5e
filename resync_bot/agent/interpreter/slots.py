"""What a reading fills into an intent: the thing asked about, the place, the time, the states, the amount."""

from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property
from itertools import pairwise
from typing import Final

from resync_bot.agent.arguments import Span
from resync_bot.agent.conman.selection import Instance
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import (
    Ahead,
    Date,
    DaysAgo,
    Kind,
    Places,
    Recent,
    Target,
    Tonight,
    When,
    Window,
)
from resync_bot.agent.interpreter.items import Calendar, Item, Longer, Name, Number, Role, Said, Time, means
from resync_bot.agent.interpreter.mentions import Mention, has_wildcard, is_any, mention
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.tws.models import Status

_NOT_STARTED: Final = (Status.WAITING, Status.READY, Status.HELD, Status.BLOCKED)
OPEN: Final = (*_NOT_STARTED, Status.RUNNING)
_STATUSES: Final[dict[Concept, tuple[Status, ...]]] = {
    Concept.FAILED: (Status.ERROR,),
    Concept.ERRORS: (Status.ERROR,),
    Concept.RUNNING: (Status.RUNNING,),
    Concept.WAITING: (Status.WAITING,),
    Concept.HELD: (Status.HELD,),
    Concept.READY: (Status.READY,),
    Concept.SUCCESSFUL: (Status.SUCCESSFUL,),
    Concept.CANCELED: (Status.CANCELED,),
    Concept.BLOCKED: (Status.BLOCKED,),
    Concept.STOPPED: _NOT_STARTED,
    Concept.REMAINING: OPEN,
}
_SPANS: Final[tuple[tuple[Concept, When], ...]] = (
    (Concept.LAST_HOUR, Span.LAST_HOUR),
    (Concept.LAST_NIGHT, Span.LAST_NIGHT),
    (Concept.TONIGHT, Tonight()),
    (Concept.SMALL_HOURS, Window(time(0), time(6))),
    (Concept.MORNING, Window(time(6), time(12))),
    (Concept.YESTERDAY, Span.YESTERDAY),
    (Concept.TODAY, Span.TODAY),
)
_AS_TARGET: Final = (Role.JOB, Role.BARE, Role.OF, Role.STREAM)
AS_PLACE: Final = (Role.STREAM, Role.WORKSTATION, Role.FOLDER, Role.PLACE, Role.ON, Role.OF)
MOST_LISTED: Final = 50
# A person who writes more than this beside a sure name means more than the name.
_TOLERATED: Final = 3


@dataclass(frozen=True)
class Slots:
    """The slots of one reading."""

    reading: Reading

    # --- the thing asked about ---

    @cached_property
    def targeted(self) -> tuple[Name, Target] | None:
        """The job or stream that the question is about, and the name it was taken from."""
        names = [name for name in self.reading.names if name.sure] or [
            name for name in self.reading.names if not name.sure
        ][:1]
        for role in (*_AS_TARGET, Role.PLACE):
            name = next((name for name in names if name.role is role and not is_any(name.text)), None)
            if name is not None:
                return name, self._target(name, names)
        return None

    @property
    def target(self) -> Target | None:
        """The job or stream that the question is about."""
        return self.targeted[1] if self.targeted else None

    @property
    def clear_target(self) -> Target | None:
        """The thing asked about, if the question holds nothing else that was not understood."""
        if self.targeted is None:
            return None
        name, target = self.targeted
        others = [other for other in self.reading.names if not other.sure and other is not name]
        left = sum(len(other.text.split()) for other in others if not _is_qualifier(other))
        is_clear = left <= (_TOLERATED if name.sure else 0)
        return target if is_clear and not has_wildcard(target.name) else None

    def _target(self, name: Name, names: list[Name]) -> Target:
        parts = mention(name.text)
        kind = {Role.JOB: Kind.JOB, Role.STREAM: Kind.STREAM}.get(name.role, Kind.EITHER)
        if parts.stream:
            kind = Kind.JOB
        target = Target(
            name=parts.name or name.text,
            kind=kind,
            stream=parts.stream,
            folder=parts.folder,
            workstation=parts.workstation,
            instance=parts.instance or (Instance(self.schedule_time) if self.schedule_time else None),
        )
        for other in names:
            if other is not name:
                target = _qualified(target, other)
        return target

    # --- the place ---

    @cached_property
    def places(self) -> Places:
        """Where to look, by the names that are not the thing asked about."""
        places = Places()
        for name in self.reading.names:
            if name.role in AS_PLACE:
                places = _placed(places, name)
        return places

    # --- the time ---

    @cached_property
    def when(self) -> When | None:
        """The time that the question names."""
        times = [(index, item) for index, item in enumerate(self.reading.items) if isinstance(item, Time)]
        recent = self._recent()
        if recent:
            return recent
        if times:
            return self._window(times)
        return self.date or next((span for concept, span in _SPANS if self.reading.has(concept)), None)

    @property
    def date(self) -> Date | None:
        """The calendar day that the question names."""
        return next((item.date for item in self.reading.items if isinstance(item, Calendar)), None)

    @property
    def days_back(self) -> int | None:
        """How many production days before the present one: for what is kept by days."""
        if isinstance(self.date, DaysAgo):
            return self.date.days
        return 1 if self.reading.has(Concept.YESTERDAY, Concept.LAST_NIGHT) else None

    def _recent(self) -> Recent | Ahead | None:
        """`the last 3 hours`, `the next 30 minutes`."""
        items = self.reading.items
        for index, item in enumerate(items):
            before = items[index - 1] if index else None
            if not (isinstance(before, Said) and before.meaning & {Concept.LAST, Concept.FUTURE}):
                continue
            minutes = _minutes(item, items[index + 1] if index + 1 < len(items) else None)
            if minutes is not None:
                is_ahead = Concept.LAST not in before.meaning
                return Ahead(min(minutes, _LONGEST_AGO)) if is_ahead else Recent(min(minutes, _LONGEST_AGO))
        return None

    def _window(self, times: list[tuple[int, Time]]) -> Window | None:
        yesterday = self.reading.has(Concept.YESTERDAY)
        first_index, first = times[0]
        if len(times) == 2:
            return Window(first.at, times[1][1].at, yesterday, self.date)
        before = [
            item
            for item in self.reading.items[max(0, first_index - 2) : first_index]
            if isinstance(item, Said) and item.meaning & {Concept.SINCE, Concept.UNTIL}
        ]
        if len(times) > 2 or not before:
            return None
        if Concept.SINCE in before[-1].meaning:
            return Window(since=first.at, yesterday=yesterday, date=self.date)
        return Window(until=first.at, yesterday=yesterday, date=self.date)

    @property
    def by(self) -> time | None:
        """The only time of day that a question about the end of something names: `will X make 06:00`."""
        times = [item.at for item in self.reading.items if isinstance(item, Time)]
        return times[0] if len(times) == 1 and self.schedule_time is None else None

    @cached_property
    def schedule_time(self) -> time | None:
        """`X of 22:15`, `X in the 22:15 run`: the one that is scheduled then."""
        items = self.reading.items
        places = [index for index, item in enumerate(items) if isinstance(item, Time)]
        if len(places) != 1:
            return None
        index = places[0]
        before, behind = items[max(0, index - 1) : index], items[index + 1 : index + 2]
        is_of = any(isinstance(item, Said) and item.text.lower() in _OF_A_TIME for item in before)
        is_run = any(isinstance(item, Said) and item.text.lower() in _RUN_OF_A_TIME for item in behind)
        item = items[index]
        return item.at if (is_of or is_run) and isinstance(item, Time) else None

    @property
    def has_stray_time(self) -> bool:
        """Whether a time of day stands there of which the question does not say what it bounds."""
        return (self.when is None and any(isinstance(item, Time) for item in self.reading.items)) or self._has_length

    @property
    def _has_length(self) -> bool:
        """Whether a length of time stands there that is no span: `jobs over 30 minutes`."""
        if isinstance(self.when, Recent | Ahead):
            return False
        return any(
            isinstance(item, Number) and means(behind, Concept.HOURS, Concept.MINUTES)
            for item, behind in pairwise(self.reading.items)
        )

    # --- states and amounts ---

    @cached_property
    def statuses(self) -> tuple[Status, ...]:
        """The public statuses that the question names."""
        if self.is_not_started:
            return _NOT_STARTED
        if self.reading.has(Concept.REMAINING):
            return OPEN
        is_ended = self.reading.has(Concept.ENDED)
        if is_ended and self.reading.has(Concept.NOT):
            return OPEN
        found = dict.fromkeys(
            status for concept, statuses in _STATUSES.items() if self.reading.has(concept) for status in statuses
        )
        if is_ended and not found:
            return () if self.when else (Status.SUCCESSFUL, Status.ERROR)
        return tuple(found)

    @property
    def is_not_started(self) -> bool:
        """`has not started`, `não rodou`, `is not running`."""
        return self.reading.has(Concept.NOT) and self.reading.has(Concept.START, Concept.RUNNING)

    @property
    def has_state(self) -> bool:
        """Whether the question names a state of jobs or streams."""
        says_state = self.statuses or self.reading.states or self.reading.has(Concept.LATE, Concept.ENDED)
        return bool(says_state) or self.return_code is not None

    @property
    def return_code(self) -> int | None:
        """`rc 8`, `return code 12`."""
        for before, item in pairwise(self.reading.items):
            if isinstance(item, Number) and means(before, Concept.RETURN_CODE):
                return item.value
        return None

    @property
    def longer_than(self) -> int | None:
        """`more than 1 hour`, in minutes."""
        return next((item.minutes for item in self.reading.items if isinstance(item, Longer)), None)

    @property
    def asks_for_the_first(self) -> bool:
        """`the first job that failed`: of a list in the order of time, and no "first 5"."""
        reading = self.reading
        return reading.has(Concept.FIRST) and reading.has(Concept.JOB) and self.amount is None

    @property
    def amount(self) -> int | None:
        """How many are asked for: `top 5`, `last 50 lines`."""
        items = self.reading.items
        for index, item in enumerate(items):
            if not isinstance(item, Number) or not item.value:
                continue
            behind = items[index + 1 : index + 2]
            if any(isinstance(near, Said) and near.meaning & {Concept.HOURS, Concept.MINUTES} for near in behind):
                continue
            around = items[max(0, index - 1) : index] + behind
            if any(isinstance(near, Said) and near.meaning & _COUNTED for near in around):
                return item.value
        return None


_OF_A_TIME: Final = frozenset({"of", "das", "da", "de", "do"})
_RUN_OF_A_TIME: Final = frozenset({"run", "instance", "one", "execucao", "execução", "instancia", "instância"})
# A plan holds a day and what was carried forward; a month reaches further than any of it.
_LONGEST_AGO: Final = 31 * 24 * 60

_COUNTED: Final = frozenset(
    {
        Concept.FIRST,
        Concept.LAST,
        Concept.LINES,
        Concept.JOBS,
        Concept.STREAMS,
        Concept.FAILED,
        Concept.ERRORS,
        Concept.SHOW,
    }
)


def _minutes(amount: Item, unit: Item | None) -> int | None:
    if isinstance(amount, Time) and amount.text.endswith(("h", "H")) and amount.text[:-1].isdecimal():
        return int(amount.text[:-1]) * 60
    if means(amount, Concept.HOURS):
        return 60  # "the next hour"
    if not isinstance(amount, Number):
        return None
    return amount.value * 60 if means(unit, Concept.HOURS) else amount.value if means(unit, Concept.MINUTES) else None


def _is_qualifier(name: Name) -> bool:
    return name.role in (Role.STREAM, Role.WORKSTATION, Role.FOLDER)


def _qualified(target: Target, name: Name) -> Target:  # noqa: PLR0911 - one line per role
    """`target` with what another name of the question says of it: its stream, workstation, folder or place."""
    parts = mention(name.text)
    match name.role:
        case Role.STREAM:
            if target.kind is Kind.STREAM:
                return target
            folder = parts.folder or target.folder
            return replace(target, kind=Kind.JOB, stream=parts.name, folder=folder)
        case Role.WORKSTATION:
            return replace(target, workstation=parts.name)
        case Role.FOLDER:
            return replace(target, folder=name.text)
        case Role.ON | Role.PLACE | Role.OF:
            if parts.is_path:
                return replace(target, folder=name.text)
            if parts.workstation:
                return replace(target, stream=parts.stream or parts.name, workstation=parts.workstation)
            return replace(target, place=name.text)
        case _:
            return target


def _placed(places: Places, name: Name) -> Places:  # noqa: PLR0911 - one line per role
    parts: Mention = mention(name.text)
    if is_any(parts.name) and not (parts.stream or parts.workstation or parts.folder):
        return places
    match name.role:
        case Role.WORKSTATION:
            return replace(places, workstation=parts.name)
        case Role.FOLDER:
            return replace(places, folder=name.text)
        case Role.STREAM:
            return _in_stream(places, parts, parts.name)
        case _:
            if parts.stream or parts.workstation:
                # WS#STREAM, WS#STREAM.@
                return _in_stream(places, parts, parts.stream or parts.name)
            if parts.is_path:
                return replace(places, folder=name.text)
            return replace(places, unknown=name.text)


def _in_stream(places: Places, parts: Mention, stream: str | None) -> Places:
    return replace(
        places,
        stream=None if is_any(stream) else stream,
        folder=None if is_any(parts.folder) else parts.folder,
        workstation=None if is_any(parts.workstation) else parts.workstation,
    )
