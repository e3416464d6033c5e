"""Builds intents about when: deadlines, what is ahead, what was before and how that compares."""

from resync_bot.agent.interpreter.about_lists import jobs, limit_of
from resync_bot.agent.interpreter.about_objects import is_meant, stands_right_before_a_name, the_one
from resync_bot.agent.interpreter.concepts import STATES, Concept
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
    WhyWaiting,
    Window,
)
from resync_bot.agent.interpreter.items import Calendar, Role, Said, Time
from resync_bot.agent.interpreter.mentions import has_wildcard
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import AS_PLACE, Slots
from resync_bot.agent.interpreter.text import fold


def deadline(slots: Slots) -> Intent | None:
    """`will X make its deadline`, `which jobs will miss their deadline`."""
    if slots.target is not None and not slots.reading.has(Concept.JOBS):
        return the_one(lambda target: MeetsDeadline(target, slots.by))(slots)
    if slots.reading.has(Concept.IT) and not slots.reading.has(Concept.JOBS, Concept.CRITICAL):
        return MeetsDeadline(by=slots.by)
    if not slots.reading.names and _asks_when_it_ends(slots):
        return MeetsDeadline(by=slots.by)
    if slots.reading.names:
        return None
    if slots.by is not None and slots.reading.has(Concept.JOBS):
        return SelectJobsBy(f"@#@.@+deadline=,{slots.by:%H%M}")  # "jobs with a deadline before 06:00"
    return ListCriticalJobs(only_at_risk=slots.reading.has(Concept.AT_RISK, Concept.NOT))


def _asks_when_it_ends(slots: Slots) -> bool:
    """`and when does it end`, `e quando acaba?`: of what the conversation is about; `deadlines` asks for a list."""
    reading = slots.reading
    many = (Concept.JOBS, Concept.STREAMS, Concept.CRITICAL, Concept.AT_RISK, Concept.PLAN, Concept.WHAT, Concept.ALL)
    if reading.has(*many):
        return False
    said = _texts_of(slots, Concept.DEADLINE)
    return bool(said) and not any(text in _DEADLINES for text in said)


def _texts_of(slots: Slots, concept: Concept) -> list[str]:
    """How a meaning was said."""
    items = slots.reading.items
    return [item.text.lower() for item in items if isinstance(item, Said) and concept in item.meaning]


_DEADLINES = frozenset({"deadline", "deadlines", "sla", "slas", "prazo", "prazos"})


def starts_in_a_time(slots: Slots) -> Intent | None:
    """`jobs that start between 02:30 and 03:00`, `o que roda depois das 4`: ahead; `started` asks of what was."""
    reading = slots.reading
    is_ahead = not _TO_START.isdisjoint(map(fold, _texts_of(slots, Concept.START)))
    if not is_ahead or not isinstance(slots.when, Window) or slots.when.yesterday or slots.when.date is not None:
        return None
    if any(name.role not in AS_PLACE for name in reading.names) or slots.statuses or reading.states:
        return None
    return ListUpcoming(slots.when, slots.places)


_TO_START = frozenset(
    {
        *("start", "starts", "starting", "begin", "launch", "launching", "run", "runs"),
        *("inicia", "iniciam", "comeca", "comecam", "roda", "rodam", "executa", "entra", "dispara", "parte", "sobe"),
    }
)


def can_be_ready_by(slots: Slots) -> Intent | None:
    """`can X still hit 7am`, `o X entrega até 6:45`: a name, a time, and no other question that is known."""
    reading = slots.reading
    if slots.by is None or slots.targeted is None or slots.clear_target is None:
        return None
    name = slots.targeted[0]
    words = {item.text.lower() for item in reading.items if isinstance(item, Said)}
    is_ahead = reading.has(Concept.UNTIL, Concept.FUTURE) or not words.isdisjoint(_WILL_IT)
    is_other = reading.has(*STATES, Concept.LOG, Concept.HISTORY, Concept.SINCE, Concept.BETWEEN, Concept.YESTERDAY)
    is_one = name.sure and name.role in (Role.BARE, Role.JOB, Role.OF, Role.STREAM)
    return MeetsDeadline(slots.clear_target, slots.by) if is_one and is_ahead and not is_other else None


_WILL_IT = frozenset({"can", "could", "will", "still", "by", "consegue", "pode", "ainda"})


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
    """`status of X on 21/11`, `how was X yesterday`: how it is now would be no answer; its runs are."""
    reading = slots.reading
    is_past = slots.date is not None or reading.has(Concept.YESTERDAY)
    if not is_past or slots.targeted is None or reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
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
    if reading.has(Concept.WHY) and reading.has(Concept.FAILED):
        return None  # "why does X always fail"
    is_named = slots.targeted is not None and (slots.targeted[0].sure or not reading.has(Concept.IT))
    if is_named and not reading.has(Concept.JOBS):
        return the_one(ShowHistory)(slots)
    if reading.has(Concept.USUAL) and (reading.has(Concept.LONGEST, Concept.LATE) or reading.has(Concept.BY_DURATION)):
        return None if reading.names else ListLongRuns(slots.days_back or 0, limit_of(slots))
    if reading.has(Concept.IT) and not reading.has(Concept.JOBS, Concept.STREAMS):
        return ShowHistory()
    return NotYet(Topic.HISTORY)


def failed_before(slots: Slots) -> Intent | None:
    """`has X failed before`: its earlier runs; `did X fail before 02:00` asks of a time."""
    if stands_right_before_a_name(slots, Concept.UNTIL) and slots.clear_target is not None:
        return WhyWaiting(slots.clear_target)  # "was there a failure before X"
    has_time = any(isinstance(item, Time | Calendar) for item in slots.reading.items)
    if has_time or slots.clear_target is None or slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT):
        return None
    return ShowHistory(slots.clear_target)


def last_run(slots: Slots) -> Intent | None:
    """`when did X last run`, `when was the last failure of X`."""
    reading = slots.reading
    if reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT, Concept.LINES):
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
    if reading.has(Concept.FAILED, Concept.ERRORS) and slots.when is None and slots.days_back is None:
        return jobs(slots)  # "compare failures on PROD and UAT"
    if reading.has(Concept.LAST) and not reading.has(Concept.YESTERDAY, Concept.LAST_NIGHT):
        return ShowChanges()
    return CompareWithDay(slots.days_back or (7 if reading.has(Concept.HISTORY) else 1))


def compare_jobs(reading: Reading) -> CompareJobs | None:
    """`compare A and B`, `A vs B`: beside each other."""
    if not reading.has(Concept.COMPARE):
        return None
    names = [name for name in reading.names if name.sure]
    are_things = all(name.role in (Role.BARE, Role.JOB, Role.OF) for name in names)
    are_streams = all(name.role is Role.STREAM for name in names)
    is_all = len(names) == len(reading.names) and not any(has_wildcard(name.text) for name in names)
    if not 1 < len(names) <= _MOST_COMPARED or not is_all:
        return None
    if not (are_things or are_streams) or Slots(reading).when is not None:
        return None
    targets = [Slots(Reading((name,), reading.language)).target for name in names]
    return CompareJobs(tuple(target for target in targets if target is not None))


_MOST_COMPARED = 3
