"""Replies that change the last question: `and on WS3?`, `and yesterday?`, `e os streams?`, `and PAYROLL_POST?`."""

from dataclasses import replace
from typing import Final

from resync_bot.agent.interpreter.about_lists import limit_of, order_of
from resync_bot.agent.interpreter.concepts import STATES, Concept
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    Overview,
    Places,
    ShowLog,
    Target,
    TargetIntent,
)
from resync_bot.agent.interpreter.items import Role, Said, means
from resync_bot.agent.interpreter.mentions import has_wildcard
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.agent.interpreter.thread import Thread, target_of

# All that a reply which only changes the last question may hold besides names, numbers and times.
_CHANGING: Final = frozenset(
    {
        *STATES,
        Concept.FILLER,
        Concept.POLITE,
        Concept.AND,
        Concept.OF,
        Concept.IN,
        Concept.ON,
        Concept.STREAM,
        Concept.STREAMS,
        Concept.JOB,
        Concept.JOBS,
        Concept.WORKSTATION,
        Concept.WORKSTATIONS,
        Concept.FOLDER,
        Concept.CRITICAL,
        Concept.TODAY,
        Concept.NOW,
        Concept.LAST_NIGHT,
        Concept.TONIGHT,
        Concept.SMALL_HOURS,
        Concept.MORNING,
        Concept.YESTERDAY,
        Concept.LAST_HOUR,
        Concept.HOURS,
        Concept.MINUTES,
        Concept.SINCE,
        Concept.UNTIL,
        Concept.BETWEEN,
        Concept.LONGEST,
        Concept.LAST,
        Concept.FIRST,
        Concept.ALL,
        Concept.ONLY,
        Concept.ONE,
        Concept.IT,
        Concept.NOT,
        Concept.SHOW,
    }
)
_SAYS_SOMETHING: Final = (
    Concept.CRITICAL,
    Concept.LATE,
    Concept.STREAMS,
    Concept.JOBS,
    Concept.ALL,
    Concept.LONGEST,
)


def leans(reading: Reading) -> bool:
    """Whether the reply says itself that it goes on: `and ...`, `what about ...`, `e ...`, `only ...`."""
    first = reading.items[0] if reading.items else None
    return means(first, Concept.AND, Concept.ONLY)


def change(reading: Reading, thread: Thread) -> Intent | None:
    """The last question with what the reply changes in it; None if the reply is none of that kind."""
    slots = Slots(reading)
    only_changes = all(not isinstance(item, Said) or item.meaning & _CHANGING for item in reading.items)
    if not reading.items or not only_changes or slots.has_stray_time:
        return None
    match thread.last:
        case ListJobs() | ListStreams() as last:
            return _list(last, slots)
        case last if isinstance(last, TargetIntent):
            return _only_errors(slots) or _another(last, slots) or _in_between(last, slots, thread)
        case last:
            return _other(last, slots)


def _only_errors(slots: Slots) -> Intent | None:
    """`only the errors`, of the log of what was just looked at."""
    reading = slots.reading
    is_that = reading.has(Concept.ONLY) and reading.has(Concept.ERRORS) and not reading.has(Concept.JOBS)
    return ShowLog(errors_only=True) if is_that and not reading.names else None


def _in_between(last: TargetIntent, slots: Slots, thread: Thread) -> Intent | None:
    """A change of the list that was shown before single jobs of it were looked at, else of the place."""
    return _elsewhere(last, slots, thread) if thread.listed is None else _list(thread.listed, slots)


def _other(last: Intent | None, slots: Slots) -> Intent | None:  # noqa: PLR0911 - one line per kind
    match last:
        case Overview():
            return _overview(slots)
        case ListWorkstations():
            name = slots.places.workstation or _one_name(slots)
            return ListWorkstations(name=name) if name else None
        case ListResources():
            name = _one_name(slots)
            return ListResources(name=name) if name else None
        case ListPrompts():
            return ListPrompts(only_open=False) if slots.reading.has(Concept.ALL) else None
        case ListCriticalJobs():
            named = slots.reading.names
            return ListJobs(statuses=slots.statuses, critical=True) if slots.statuses and not named else None
        case ChangeRequest():
            return ChangeRequest(slots.clear_target) if slots.clear_target else None
        case _:
            return None


def _one_name(slots: Slots) -> str | None:
    names = slots.reading.names
    return names[0].text if len(names) == 1 else None


def _overview(slots: Slots) -> Intent | None:
    if slots.statuses or slots.reading.states or slots.places:
        return ListJobs(
            statuses=slots.statuses,
            internal_statuses=slots.reading.states,
            places=slots.places,
            when=slots.when,
            order=order_of(slots.reading, slots.statuses),
        )
    return Overview(slots.when) if slots.when else None


def _list(last: ListJobs | ListStreams, slots: Slots) -> Intent | None:
    """The list with another place, time, state or amount."""
    reading = slots.reading
    jobs = last if isinstance(last, ListJobs) else _as_jobs(last)
    places, pattern = slots.places, None
    bare = [name for name in reading.names if name.role in (Role.BARE, Role.JOB)]
    if len(bare) > 1 or (bare and places):
        return None
    if bare and has_wildcard(bare[0].text):
        pattern = bare[0].text
    elif bare:
        places = Places(unknown=bare[0].text)
    states, statuses = reading.states, slots.statuses
    if not any((places, pattern, states, statuses, slots.when, slots.amount, reading.has(*_SAYS_SOMETHING))):
        return None
    changed = replace(
        jobs,
        statuses=statuses or (() if states else jobs.statuses),
        internal_statuses=states or (() if statuses else jobs.internal_statuses),
        places=places or jobs.places,
        name=pattern or jobs.name,
        when=slots.when or jobs.when,
        critical=reading.has(Concept.CRITICAL) or jobs.critical,
        late=reading.has(Concept.LATE) or jobs.late,
        order=order_of(reading, statuses) if statuses or reading.has(Concept.LONGEST) else jobs.order,
        limit=limit_of(slots, otherwise=jobs.limit),
    )
    wants_streams = reading.has(Concept.STREAMS) or isinstance(last, ListStreams)
    return _as_streams(changed, reading) if wants_streams and not reading.has(Concept.JOBS) else changed


def _as_jobs(last: ListStreams) -> ListJobs:
    return ListJobs(last.statuses, last.internal_statuses, last.places, late=last.late, limit=last.limit)


def _as_streams(jobs: ListJobs, reading: Reading) -> ListStreams:
    stuck = reading.has(Concept.STUCK)
    return ListStreams(
        statuses=() if stuck else jobs.statuses,
        internal_statuses=("STUCK",) if stuck else jobs.internal_statuses,
        places=jobs.places,
        name=jobs.name,
        late=jobs.late,
        limit=jobs.limit,
    )


def _another(last: TargetIntent, slots: Slots) -> Intent | None:
    """The same question about another job or stream."""
    if slots.when is not None or slots.targeted is None or slots.clear_target is None:
        return None
    name = slots.targeted[0]
    is_place = name.role is Role.STREAM and last.target is not None and last.target.kind is Kind.JOB
    if is_place or name.role not in (Role.BARE, Role.JOB, Role.STREAM, Role.OF):
        return None
    return replace(last, target=slots.clear_target)


def _elsewhere(last: TargetIntent, slots: Slots, thread: Thread) -> Intent | None:
    """The same name in another place: what tied it to its old place goes."""
    base = target_of(thread.focus) if thread.focus else last.target
    places = slots.places
    if base is None or not places or slots.when is not None:
        return None
    moved = Target(
        base.name,
        Kind.JOB if places.stream else base.kind,
        stream=places.stream,
        folder=places.folder,
        workstation=places.workstation,
        place=places.unknown,
    )
    return replace(last, target=moved)
