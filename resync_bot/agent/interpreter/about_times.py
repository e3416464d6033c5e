"""Builds intents about when: deadlines, what is ahead, what was before and how that compares."""

from resync_bot.agent.interpreter.about_lists import limit_of
from resync_bot.agent.interpreter.about_objects import is_meant, the_one
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import (
    CompareJobs,
    CompareWithDay,
    Day,
    Intent,
    ListCriticalJobs,
    ListLongRuns,
    ListUpcoming,
    MeetsDeadline,
    NotYet,
    SelectJobsBy,
    ShowChanges,
    ShowHistory,
    ShowImpact,
    ShowStatus,
    Topic,
    Weekday,
)
from resync_bot.agent.interpreter.items import Calendar, Role, Time
from resync_bot.agent.interpreter.mentions import has_wildcard
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import AS_PLACE, Slots


def deadline(slots: Slots) -> Intent | None:
    """`will X make its deadline`, `which jobs will miss their deadline`."""
    if slots.target is not None and not slots.reading.has(Concept.JOBS):
        return the_one(lambda target: MeetsDeadline(target, slots.by))(slots)
    if slots.reading.has(Concept.IT) and not slots.reading.has(Concept.JOBS, Concept.CRITICAL):
        return MeetsDeadline(by=slots.by)
    if slots.reading.names:
        return None
    if slots.by is not None and slots.reading.has(Concept.JOBS):
        return SelectJobsBy(f"@#@.@+deadline=,{slots.by:%H%M}")  # "jobs with a deadline before 06:00"
    return ListCriticalJobs(only_at_risk=slots.reading.has(Concept.AT_RISK, Concept.NOT))


def impact(slots: Slots) -> Intent | None:
    """`what comes after X`; of a time it is what is planned."""
    if not slots.reading.names and slots.when is not None:
        return future(slots)
    return the_one(ShowImpact)(slots)


def will_be_late(slots: Slots) -> Intent | None:
    """`will X be late`, `is X late`, `o X vai atrasar`: looked ahead, which tells of its deadline."""
    reading = slots.reading
    is_place = slots.targeted is not None and slots.targeted[0].role is Role.PLACE
    if slots.clear_target is None or is_place or reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
        return None
    return MeetsDeadline(slots.clear_target, slots.by)


def will_end(slots: Slots) -> Intent | None:
    """`when will X end`, `will X be done by 06:00`, `will X make 06:00`: looked ahead."""
    reading = slots.reading
    asks = reading.has(Concept.ENDED, Concept.DEADLINE) or slots.by is not None
    asks = asks and (slots.by is not None or reading.has(Concept.FUTURE))
    if not asks or reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHY, Concept.LOG):
        return None
    if slots.target is None:
        return MeetsDeadline(by=slots.by) if reading.has(Concept.IT) and not reading.names else None
    return the_one(lambda target: MeetsDeadline(target, slots.by))(slots)


def on_a_day(slots: Slots) -> Intent | None:
    """`status of X on 21/11`: how it is now would be no answer; its runs are."""
    reading = slots.reading
    if slots.date is None or slots.targeted is None or reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
        return None
    name = slots.targeted[0]
    is_one = name.sure and name.role in (Role.BARE, Role.JOB, Role.OF)
    return ShowHistory(slots.clear_target) if is_one and slots.clear_target else None


def future(slots: Slots) -> Intent | None:
    """`when will X start` is answered by how X is, `what will run next` by what is planned."""
    reading = slots.reading
    if reading.has(Concept.LATE) and not reading.names:
        return ListCriticalJobs(only_at_risk=True)
    is_about_one = slots.targeted is not None and is_meant(slots.targeted[0], slots)
    if is_about_one and not reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
        return the_one(ShowStatus)(slots)
    if reading.has(Concept.IT) and not reading.has(Concept.JOBS, Concept.STREAMS):
        return ShowStatus()
    if any(name.role not in AS_PLACE for name in reading.names) or slots.has_stray_time:
        return None
    about_runs = (
        Concept.WHAT,
        Concept.START,
        Concept.RUNNING,
        Concept.JOBS,
        Concept.STREAMS,
        Concept.JOB,
        Concept.ENDED,
    )
    if not reading.has(*about_runs) and slots.when is None:
        return None
    is_beyond = reading.has(Concept.TOMORROW) or slots.date is not None
    return NotYet(Topic.FUTURE) if is_beyond else ListUpcoming(slots.when, slots.places)


def history(slots: Slots) -> Intent | None:
    """`history of X`, `how often does X fail`, `how long does X usually take`, `which ran longer than usual`."""
    reading = slots.reading
    if slots.target is not None and not reading.has(Concept.JOBS):
        return the_one(ShowHistory)(slots)
    if reading.has(Concept.USUAL) and (reading.has(Concept.LONGEST, Concept.LATE) or reading.has(Concept.BY_DURATION)):
        return None if reading.names else ListLongRuns(slots.days_back or 0, limit_of(slots))
    if reading.has(Concept.IT) and not reading.has(Concept.JOBS, Concept.STREAMS):
        return ShowHistory()
    return NotYet(Topic.HISTORY)


def failed_before(slots: Slots) -> Intent | None:
    """`has X failed before`: its earlier runs; `did X fail before 02:00` asks of a time."""
    has_time = any(isinstance(item, Time | Calendar) for item in slots.reading.items)
    if has_time or slots.clear_target is None or slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
        return None
    return ShowHistory(slots.clear_target)


def last_run(slots: Slots) -> Intent | None:
    """`when did X last run`, `when was the last failure of X`."""
    reading = slots.reading
    if reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT, Concept.LINES) or slots.amount is not None:
        return None
    if slots.targeted is None:
        return ShowHistory() if reading.has(Concept.IT) else None
    name = slots.targeted[0]
    return the_one(ShowHistory)(slots) if name.sure and name.role in (Role.BARE, Role.JOB, Role.OF) else None


def changed(slots: Slots) -> Intent | None:
    """`what changed in X`, `what is different this time` of one job; `what changed since yesterday` of the day."""
    reading = slots.reading
    if slots.target is not None and not reading.has(Concept.JOBS):
        return the_one(ShowChanges)(slots)
    if reading.names:
        return None
    if reading.has(Concept.IT, Concept.LAST):
        return ShowChanges()
    return CompareWithDay(slots.days_back or 1)


def compare(slots: Slots) -> Intent | None:
    """`compare with yesterday`, `compare X with its last good run`."""
    reading = slots.reading
    if slots.target is not None:
        return the_one(ShowChanges)(slots)
    if reading.names or isinstance(slots.date, Day | Weekday):
        return None
    if reading.has(Concept.LAST) and not reading.has(Concept.YESTERDAY, Concept.LAST_NIGHT):
        return ShowChanges()
    return CompareWithDay(slots.days_back or (7 if reading.has(Concept.HISTORY) else 1))


def compare_jobs(reading: Reading) -> CompareJobs | None:
    """`compare A and B`, `A vs B`: beside each other."""
    names = [name for name in reading.names if name.sure]
    are_things = all(name.role in (Role.BARE, Role.JOB, Role.OF) for name in names)
    are_streams = all(name.role is Role.STREAM for name in names)
    is_all = len(names) == len(reading.names) and not any(has_wildcard(name.text) for name in names)
    if not reading.has(Concept.COMPARE) or not 1 < len(names) <= _MOST_COMPARED or not is_all:
        return None
    if not (are_things or are_streams) or Slots(reading).when is not None:
        return None
    targets = [Slots(Reading((name,), reading.language)).target for name in names]
    return CompareJobs(tuple(target for target in targets if target is not None))


_MOST_COMPARED = 3
