"""Replies that pick from what was just shown: `the second one`, `2`, `o do stream Y`, `all of them`."""

from dataclasses import replace
from datetime import time
from typing import Final

from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import Intent, ShowStatus, Target, TargetIntent
from resync_bot.agent.interpreter.items import Number, Said, Time
from resync_bot.agent.interpreter.mentions import Mention, mention
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.tws.models import Job, JobStream

_POSITIONS: Final = (
    (Concept.FIRST, 0),
    (Concept.SECOND, 1),
    (Concept.THIRD, 2),
    (Concept.FOURTH, 3),
    (Concept.FIFTH, 4),
    (Concept.LAST, -1),
)
_MOST_AT_ONCE: Final = 3
# Parts of names shorter than this fit too much.
_SHORTEST_PART: Final = 3
# All that a reply which only picks may hold besides names, numbers and times.
_PICKING: Final = frozenset(
    {
        *(concept for concept, _ in _POSITIONS),
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
        Concept.FAILED,
        Concept.RUNNING,
        Concept.WAITING,
        Concept.HELD,
        Concept.READY,
        Concept.SUCCESSFUL,
        Concept.CANCELED,
        Concept.BLOCKED,
        Concept.SHOW,
        Concept.THANKS,
        Concept.ONLY,
    }
)

Option = Job | JobStream


def position(reading: Reading) -> int | None:
    """Which of a list is meant, from 0: `the second`, `2`, `#3`; -1 is the last. None if none is."""
    for item in reading.items:
        if isinstance(item, Number) and item.value > 0:
            return item.value - 1
        if isinstance(item, Time) and item.text.isdecimal():
            return int(item.text) - 1
    return next((index for concept, index in _POSITIONS if reading.has(concept)), None)


def pick(reading: Reading, thread: Thread) -> tuple[Intent, ...]:
    """What a reply wants that picks from what was just shown; empty if it is no such reply."""
    only_picks = all(not isinstance(item, Said) or item.meaning & _PICKING for item in reading.items)
    if not reading.items or not only_picks:
        return ()
    targets = _of_options(reading, thread) if thread.options else _of_similar(reading, thread)
    if thread.asked_back and isinstance(thread.last, TargetIntent):
        return tuple(replace(thread.last, target=target) for target in targets)
    return tuple(ShowStatus(target) for target in targets)


def _of_options(reading: Reading, thread: Thread) -> tuple[Target, ...]:
    options, asked_back = thread.options, thread.asked_back
    if reading.names:
        # A bare name is a question of its own unless one is open that it answers.
        return _by_names(reading, options) if asked_back else ()
    if reading.has(Concept.ALL) and asked_back:
        return tuple(map(target_of, options[:_MOST_AT_ONCE]))
    times = [item.at for item in reading.items if isinstance(item, Time) and not item.text.isdecimal()]
    if times:
        return _only([option for option in options if _is_scheduled(option, times[0])])
    statuses = Slots(reading).statuses
    if statuses and asked_back:
        return _only([option for option in options if option.status in statuses])
    index = position(reading)
    return (target_of(options[index]),) if index is not None and index < len(options) else ()


def _of_similar(reading: Reading, thread: Thread) -> tuple[Target, ...]:
    named = [similar for similar in thread.similar if similar in {name.text.upper() for name in reading.names}]
    if len(named) == 1:
        return (Target(named[0]),)
    index = position(reading)
    if index is None and reading.has(Concept.YES) and len(thread.similar) == 1:
        index = 0
    if reading.names or not thread.similar or index is None or index >= len(thread.similar):
        return ()
    return (Target(thread.similar[index]),)


def _by_names(reading: Reading, options: tuple[Option, ...]) -> tuple[Target, ...]:
    named = [mention(name.text) for name in reading.names]
    left = [option for option in options if all(_fits(option, parts, whole=False) for parts in named)]
    whole = [option for option in left if all(_fits(option, parts, whole=True) for parts in named)]
    return _only(whole) or _only(left)


def _fits(option: Option, parts: Mention, *, whole: bool) -> bool:
    stream = option.stream if isinstance(option, Job) else option.name
    said = (
        (parts.workstation, option.workstation.rsplit("/", 1)[-1]),
        (parts.stream, stream),
        (parts.folder, option.folder),
    )
    if any(wanted is not None and _plain(wanted) != _plain(own) for wanted, own in said):
        return False
    if parts.instance is not None and not _is_scheduled(
        option, parts.instance.at, day=parts.instance.day, month=parts.instance.month
    ):
        return False
    name = _plain(parts.name or "")
    own = {_plain(each) for each in (option.name, stream, option.workstation, option.folder)}
    own.add(_plain(option.workstation.rsplit("/", 1)[-1]))
    return name in own if whole or len(name) < _SHORTEST_PART else any(name in each for each in own)


def _plain(name: str) -> str:
    return name.strip("/").upper()


def _is_scheduled(option: Option, at: time, *, day: int | None = None, month: int | None = None) -> bool:
    moment = option.scheduled
    if moment is None or (moment.hour, moment.minute) != (at.hour, at.minute):
        return False
    return (day is None or moment.day == day) and (month is None or moment.month == month)


def _only(options: list[Option]) -> tuple[Target, ...]:
    return (target_of(options[0]),) if len(options) == 1 else ()
