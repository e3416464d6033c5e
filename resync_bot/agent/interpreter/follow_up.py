"""Questions that lean on the conversation: `the second one`, `and on WS3?`, `and yesterday?`, `do stream Y`."""

from dataclasses import replace
from datetime import time
from typing import Final

from resync_bot.agent.interpreter.concepts import Concept
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
    ShowStatus,
    Target,
    TargetIntent,
)
from resync_bot.agent.interpreter.mentions import has_wildcard, mention
from resync_bot.agent.interpreter.reading import Item, Number, Reading, Said, Time
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.tws.models import Job, JobStream, Status
from resync_bot.tws.queries import JobOrder

_POSITIONS: Final = (
    (Concept.FIRST, 0),
    (Concept.SECOND, 1),
    (Concept.THIRD, 2),
    (Concept.FOURTH, 3),
    (Concept.FIFTH, 4),
    (Concept.LAST, -1),
)
_MOST_AT_ONCE: Final = 3
# What a reply that only picks may hold besides names, numbers and times.
_PICKING: Final = frozenset(
    {
        Concept.FIRST,
        Concept.SECOND,
        Concept.THIRD,
        Concept.FOURTH,
        Concept.FIFTH,
        Concept.LAST,
        Concept.ONE,
        Concept.LIST_NUMBER,
        Concept.ALL,
        Concept.YES,
        Concept.FILLER,
        Concept.POLITE,
        Concept.IT,
        Concept.OF,
        Concept.IN,
        Concept.ON,
        Concept.STREAM,
        Concept.JOB,
        Concept.WORKSTATION,
        Concept.FOLDER,
        Concept.AND,
        Concept.WHAT,
        Concept.FAILED,
        Concept.RUNNING,
        Concept.WAITING,
        Concept.HELD,
        Concept.READY,
        Concept.SUCCESSFUL,
        Concept.SHOW,
        Concept.THANKS,
        Concept.ONLY,
    }
)
# What a reply that changes the last question may hold.
_CHANGING: Final = frozenset(
    {
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
        Concept.FAILED,
        Concept.ERRORS,
        Concept.RUNNING,
        Concept.WAITING,
        Concept.HELD,
        Concept.READY,
        Concept.SUCCESSFUL,
        Concept.ENDED,
        Concept.CANCELED,
        Concept.STUCK,
        Concept.BLOCKED,
        Concept.STOPPED,
        Concept.LATE,
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
        Concept.START,
        Concept.SHOW,
    }
)


def starts_with_and(reading: Reading) -> bool:
    """`and ...`, `what about ...`, `e ...`."""
    first = reading.items[0] if reading.items else None
    return isinstance(first, Said) and Concept.AND in first.meaning


# --- picking ---


def position(reading: Reading) -> int | None:
    """Which of a list is meant: `the second`, `2`, `#3`; -1 is the last. None if none is."""
    for item in reading.items:
        if isinstance(item, Number) and item.value > 0:
            return item.value - 1
        if isinstance(item, Time) and item.text.isdecimal():
            return int(item.text) - 1
    return next((index for concept, index in _POSITIONS if reading.has(concept)), None)


def pick(reading: Reading, thread: Thread) -> tuple[Target, ...]:
    """The objects that a reply picks from those just shown; empty if it is no such reply."""
    if not reading.items or not all(_may(item, _PICKING) for item in reading.items):
        return ()
    if thread.similar and not thread.options:
        return _similar(reading, thread)
    options = thread.options
    if not options:
        return ()
    named = [name.text for name in reading.names]
    if named:
        return _by_names(named, thread)
    if reading.has(Concept.ALL):
        return tuple(map(target_of, options[:_MOST_AT_ONCE]))
    times = [item.at for item in reading.items if isinstance(item, Time) and not item.text.isdecimal()]
    if times:
        return _only([option for option in options if _is_scheduled(option, times[0])])
    statuses = Slots(reading).statuses
    if statuses and thread.asked_back:
        return _only([option for option in options if option.status in statuses])
    index = position(reading)
    if index is None or index >= len(options):
        return ()
    return (target_of(options[index]),)


def _may(item: Item, allowed: frozenset[Concept]) -> bool:
    return not isinstance(item, Said) or bool(item.meaning & allowed)


def _only(options: list[Job | JobStream]) -> tuple[Target, ...]:
    return (target_of(options[0]),) if len(options) == 1 else ()


def _is_scheduled(option: Job | JobStream, at: time) -> bool:
    return option.scheduled is not None and option.scheduled.time().replace(second=0, microsecond=0) == at


def _similar(reading: Reading, thread: Thread) -> tuple[Target, ...]:
    named = [name.text.upper() for name in reading.names]
    if named:
        return ()
    index = position(reading)
    if index is None and reading.has(Concept.YES) and len(thread.similar) == 1:
        index = 0
    if index is None or index >= len(thread.similar):
        return ()
    return (Target(thread.similar[index]),)


def _by_names(named: list[str], thread: Thread) -> tuple[Target, ...]:
    """The one option that all names fit; only where a question back is open, since a bare name is a question too."""
    if not thread.asked_back:
        return ()
    left = [option for option in thread.options if all(_fits(option, name) for name in named)]
    whole = [option for option in left if all(_fits(option, name, whole=True) for name in named)]
    return _only(whole) or _only(left)


def _fits(option: Job | JobStream, text: str, *, whole: bool = False) -> bool:
    parts = mention(text)
    if parts.instance is not None and not _is_scheduled(option, parts.instance.at):
        return False
    if parts.instance is not None and parts.instance.day and option.scheduled:
        if (option.scheduled.month, option.scheduled.day) != (parts.instance.month, parts.instance.day):
            return False
    stream = option.stream if isinstance(option, Job) else option.name
    wanted = [
        (parts.workstation, option.workstation),
        (parts.stream, stream),
        (parts.folder, option.folder),
    ]
    if any(want and want.strip("/").upper() != (have or "").strip("/").upper() for want, have in wanted):
        return False
    name = (parts.name or "").upper()
    own = {option.name.upper(), stream.upper(), option.workstation.upper(), option.folder.strip("/").upper()}
    return name in own if whole or len(name) < 3 else any(name in each for each in own)


# --- changing the last question ---


def change(reading: Reading, thread: Thread) -> Intent | None:  # noqa: PLR0911 - one line per kind of question
    """The last question with what the reply changes in it; None if the reply is none of that kind."""
    if thread.last is None or not reading.items or not all(_may(item, _CHANGING) for item in reading.items):
        return None
    slots = Slots(reading)
    match thread.last:
        case ListJobs() as last:
            return _list(last, slots)
        case ListStreams() as last:
            return _list(ListJobs(last.statuses, last.internal_statuses, last.places), slots, streams=True)
        case Overview():
            return _overview(slots)
        case ListWorkstations():
            name = slots.places.workstation or slots.places.unknown or _bare_name(slots)
            return ListWorkstations(name=name) if name else None
        case ListResources():
            name = slots.places.unknown or _bare_name(slots)
            return ListResources(name=name) if name else None
        case ListPrompts():
            return ListPrompts(only_open=False) if reading.has(Concept.ALL) else None
        case ListCriticalJobs():
            statuses = slots.statuses
            return ListJobs(statuses=statuses, critical=True) if statuses and not reading.names else None
        case ChangeRequest():
            return ChangeRequest(slots.target) if slots.target else None
        case last if isinstance(last, TargetIntent):
            return _retarget(last, slots, thread)
        case _:
            return None


def _bare_name(slots: Slots) -> str | None:
    names = slots.reading.names
    return names[0].text if len(names) == 1 else None


def _list(last: ListJobs, slots: Slots, *, streams: bool = False) -> Intent | None:
    reading = slots.reading
    places = slots.places
    bare = [name for name in reading.names if name.role.name in ("BARE", "JOB")]
    name = last.name
    if bare and not places:
        if len(bare) > 1 or slots.has_stray_time:
            return None
        if has_wildcard(bare[0].text):
            name = bare[0].text
        else:
            places = Places(unknown=bare[0].text)
    states, when = reading.states, slots.when
    statuses = slots.statuses
    says_something = (
        places,
        states,
        statuses,
        when,
        name != last.name,
        reading.has(Concept.CRITICAL, Concept.LATE, Concept.STREAMS, Concept.JOBS, Concept.ALL, Concept.LONGEST),
        slots.amount,
    )
    if not any(says_something) or slots.has_stray_time:
        return None
    changed = replace(
        last,
        statuses=statuses or (() if states else last.statuses),
        internal_statuses=states or (() if statuses else last.internal_statuses),
        places=places or last.places,
        name=name,
        when=when or last.when,
        critical=True if reading.has(Concept.CRITICAL) else last.critical,
        late=True if reading.has(Concept.LATE) else last.late,
        order=JobOrder.RUNNING_LONGEST if reading.has(Concept.LONGEST) else last.order,
        limit=50 if reading.has(Concept.ALL) else min(slots.amount or last.limit, 50),
    )
    if (streams or reading.has(Concept.STREAMS)) and not reading.has(Concept.JOBS):
        stuck = reading.has(Concept.STUCK)
        return ListStreams(
            statuses=() if stuck else changed.statuses,
            internal_statuses=("STUCK",) if stuck else changed.internal_statuses,
            places=changed.places,
            late=changed.late,
            limit=changed.limit,
        )
    return changed


def _overview(slots: Slots) -> Intent | None:
    if slots.statuses or slots.reading.states:
        return ListJobs(
            statuses=slots.statuses, internal_statuses=slots.reading.states, places=slots.places, when=slots.when
        )
    if slots.places:
        return ListJobs(places=slots.places)
    return Overview(slots.when) if slots.when else None


def _retarget(last: TargetIntent, slots: Slots, thread: Thread) -> Intent | None:
    named = slots.targeted
    if slots.when is not None or slots.has_stray_time:
        return None
    if named is not None and named[0].role.name in ("BARE", "JOB", "STREAM", "OF"):
        name, target = named
        if has_wildcard(target.name) or not slots.is_clear(name):
            return None
        is_bare_place = name.role.name == "STREAM" and last.target is not None and last.target.kind is Kind.JOB
        if not is_bare_place:
            return replace(last, target=target)
    base = target_of(thread.focus) if thread.focus else last.target
    places = slots.places
    if base is None or not places:
        return None
    # The same name elsewhere: what tied it to its old place goes.
    moved = Target(base.name, base.kind, stream=places.stream, folder=places.folder, workstation=places.workstation)
    return replace(last, target=replace(moved, place=places.unknown))


def picked_intents(targets: tuple[Target, ...], thread: Thread) -> tuple[Intent, ...]:
    """What is to be answered about the picked objects: the question that was open, else how they are."""
    last = thread.last
    if thread.asked_back and isinstance(last, TargetIntent):
        return tuple(replace(last, target=target) for target in targets)
    return tuple(ShowStatus(target) for target in targets)


_FAILED: Final = (Status.ERROR,)
