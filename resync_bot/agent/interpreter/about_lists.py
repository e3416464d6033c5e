"""Builds intents about many: lists of jobs and streams, and the plan as a whole."""

from typing import Final

from resync_bot.agent.arguments import Span
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import (
    Intent,
    ListJobs,
    ListStreams,
    Overview,
    SelectJobsBy,
    ShowStatus,
    Tonight,
)
from resync_bot.agent.interpreter.items import Name, Number, Role
from resync_bot.agent.interpreter.mentions import has_wildcard, is_any, mention
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import AS_PLACE, MOST_LISTED, OPEN, Slots
from resync_bot.tws.models import Reason, Status
from resync_bot.tws.queries import JobOrder


def jobs(
    slots: Slots,
    *,
    statuses: tuple[Status, ...] | None = None,
    critical: bool | None = None,
    order: JobOrder | None = None,
) -> ListJobs | None:
    """The list that the slots describe; None if anything of the question would be left over."""
    reading = slots.reading
    pattern = next((name for name in reading.names if _is_pattern_of_jobs(name)), None)
    if slots.has_stray_time or not _is_clear(reading, pattern) or _is_negated(slots):
        return None
    if slots.asks_for_the_first and reading.has(Concept.RUNNING, Concept.START):
        return None  # lists of those begin with the last
    wanted = slots.statuses if statuses is None else statuses
    if reading.states and statuses is None:
        wanted = ()  # "jobs that failed with ABEND": conman's word is the more exact one
    when = slots.when
    if when is not None and _has_no_time(slots, wanted):
        night = (Span.LAST_NIGHT,) if reading.has(Concept.REMAINING) else ()  # "what is left of the night"
        if when not in (Span.TODAY, Tonight(), *night):
            return None  # "what was waiting yesterday": only a history knows
        when = None
    return ListJobs(
        statuses=wanted,
        internal_statuses=reading.states,
        places=slots.places,
        name=mention(pattern.text).name if pattern else None,
        when=when,
        critical=critical or reading.has(Concept.CRITICAL) or None,
        late=reading.has(Concept.LATE) or None,
        return_code=slots.return_code,
        longer_than=slots.longer_than,
        order=order or order_of(reading, wanted),
        limit=limit_of(slots),
    )


def by_duration(slots: Slots) -> Intent | None:
    """`top 10 by duration`, `which jobs took longest last night`: whether they still run or not."""
    if _is_about_one(slots):
        return None
    runs = slots.reading.has(Concept.RUNNING)
    return jobs(slots, order=JobOrder.RUNNING_LONGEST if runs else JobOrder.LONGEST)


def by_length(slots: Slots) -> Intent | None:
    """`what runs for more than 1 hour`, `jobs over 30 min`, `has X been running for more than 2 hours`."""
    reading = slots.reading
    if reading.has(*_OF_OTHER_LENGTHS) or not set(slots.statuses) <= {Status.RUNNING, *_ENDED}:
        return None
    if _is_about_one(slots):
        return ShowStatus(slots.clear_target) if slots.clear_target and reading.has(Concept.RUNNING) else None
    return jobs(slots, order=JobOrder.LONGEST)


# What else has a length than a run: a delay, a wait, a prompt that is open.
_OF_OTHER_LENGTHS: Final = (
    Concept.LATE,
    Concept.WHY,
    Concept.PROMPT,
    Concept.WORKSTATION,
    Concept.WORKSTATIONS,
    Concept.STREAMS,
    Concept.DEADLINE,
    Concept.LOG,
    Concept.HISTORY,
    Concept.USUAL,
    Concept.FUTURE,
)
_ENDED: Final = (Status.ERROR, Status.SUCCESSFUL)


# What a job that has not started may wait for, by the word that people use for it.
_REASONS: Final[dict[Concept, tuple[Reason, ...]]] = {
    Concept.PROMPT: (Reason.HOLD_WAITING_FOR_PROMPT,),
    Concept.RESOURCE: (Reason.READY_WAITING_FOR_RESOURCES,),
    Concept.PREDECESSORS: (Reason.HOLD_WAITING_FOR_PREDECESSOR, Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION),
    Concept.FILE: (Reason.HOLD_WAITING_FOR_FILE, Reason.HOLD_WAITING_FOR_INPUT),
    Concept.TIME_TO_START: (Reason.HOLD_WAITING_FOR_TIME,),
    Concept.LIMIT: (Reason.READY_WAITING_FOR_LIMIT,),
    Concept.WORKSTATION: (Reason.READY_WAITING_FOR_AGENT,),
    Concept.CONFIRMATION: (Reason.READY_WAITING_FOR_USER_INTERVENTION,),
}


_ONLY_REASONS: Final = (Concept.FILE, Concept.TIME_TO_START, Concept.CONFIRMATION)


def waiting_for_a_reason(slots: Slots) -> Intent | None:
    """`which jobs wait for a prompt`, `jobs esperando recurso`."""
    reading = slots.reading
    if not reading.has(Concept.JOBS) and not reading.has(*_ONLY_REASONS):
        return None  # "what is waiting for a prompt" asks for the prompt
    reasons = tuple(reason for concept, those in _REASONS.items() if reading.has(concept) for reason in those)
    about_objects = any(name.role in (Role.RESOURCE, Role.PROMPT, Role.BARE, Role.JOB) for name in reading.names)
    if not reasons or about_objects or slots.when is not None or slots.has_stray_time or reading.has(Concept.NOT):
        return None
    if reading.has(Concept.WORKSTATION) and any(name.role is Role.WORKSTATION for name in reading.names):
        return None  # "which jobs are waiting on workstation X"
    return ListJobs(reasons=reasons, places=slots.places, limit=limit_of(slots))


def _has_no_time(slots: Slots, statuses: tuple[Status, ...]) -> bool:
    """Whether jobs in these states have neither an end nor, all of them, a start that a time could be compared with."""
    if slots.reading.has(Concept.LATE) and not statuses:
        return True
    return bool(statuses) and set(statuses) <= set(OPEN) and set(statuses) != {Status.RUNNING}


def order_of(reading: Reading, statuses: tuple[Status, ...]) -> JobOrder:
    """How a list of these jobs is best sorted: what a person wants to see first."""
    if reading.has(Concept.LONGEST):
        return JobOrder.RUNNING_LONGEST
    if set(statuses) == {Status.RUNNING}:
        return JobOrder.STARTED_LAST
    has_ended = bool(statuses) and set(statuses) <= {Status.ERROR, Status.SUCCESSFUL}
    if has_ended and reading.has(Concept.FIRST) and not any(isinstance(item, Number) for item in reading.items):
        return JobOrder.ENDED_FIRST  # "what failed first"; "the first 5" are those of any list
    # Sorted by a time, only those come that have it: of a list with jobs that have not ended it would leave them out.
    may_have_ended = not set(statuses) & set(OPEN) and reading.has(Concept.ENDED, Concept.LAST)
    return JobOrder.ENDED_LAST if has_ended or may_have_ended else JobOrder.NAME


def limit_of(slots: Slots, otherwise: int = 10) -> int:
    """How many are to be listed: `top 5`, `all`."""
    if slots.amount is not None:
        return min(slots.amount, MOST_LISTED)
    if slots.reading.has(Concept.LAST) and slots.reading.has(Concept.JOB) and not slots.reading.has(Concept.JOBS):
        return 1  # "the last job that failed"
    return MOST_LISTED if slots.reading.has(Concept.ALL) else otherwise


def _is_pattern_of_jobs(name: Name) -> bool:
    if is_any(name.text) or name.role not in (Role.BARE, Role.JOB):
        return False
    return has_wildcard(name.text) or name.role is Role.JOB


def _is_clear(reading: Reading, pattern: Name | None) -> bool:
    places = [name.role for name in reading.names if name.role in AS_PLACE and not is_any(name.text)]
    if len(places) != len(set(places)):
        return False  # of two streams, or two folders, only one would be obeyed
    return not any(
        (name.role not in AS_PLACE and name is not pattern and not is_any(name.text))
        or (not name.sure and " " in name.text)
        for name in reading.names
    )


def _is_negated(slots: Slots) -> bool:
    """Whether a "not" stands there that does not belong to "not started" or "not finished"."""
    return slots.reading.has(Concept.NOT) and not (slots.is_not_started or slots.reading.has(Concept.ENDED))


def jobs_in_a_state(slots: Slots) -> Intent | None:
    """`what failed`, `which jobs run on FTA1`. A single job that is named asks for its status instead."""
    if _is_about_one(slots):
        return None
    reading = slots.reading
    is_anything_stopped = reading.has(Concept.STOPPED) and reading.has(Concept.WHAT) and not reading.has(Concept.JOBS)
    if is_anything_stopped or (reading.has(Concept.STUCK) and not slots.statuses):
        return list_of_streams(slots)  # "is anything stopped": what waits for its time is not
    # "what runs on FTA1" names no state, but a place; "which jobs run" names neither.
    return jobs(slots) if slots.has_state or slots.places else None


def all_of_it(slots: Slots) -> Intent | None:
    """`did everything in PAYROLL finish`: how far its streams are, which also tells of what has not."""
    reading = slots.reading
    asks_for_a_list = reading.has(Concept.JOBS, Concept.SHOW, Concept.HOW_MANY, Concept.WHAT, Concept.FUTURE)
    if asks_for_a_list or not slots.places or slots.when is not None or slots.has_stray_time:
        return None
    if any(name.role not in AS_PLACE or not name.sure for name in reading.names):
        return None
    return ListStreams(places=slots.places)


def by_return_code(slots: Slots) -> Intent | None:
    """`jobs with rc 8`."""
    return jobs_in_a_state(slots) if slots.return_code is not None else None


def _is_about_one(slots: Slots) -> bool:
    """`did X fail?`, `is X running?`: a name that is no place, and no word for many."""
    reading = slots.reading
    about_many = (Concept.JOBS, Concept.STREAMS, Concept.HOW_MANY, Concept.LONGEST, Concept.ERRORS)
    if slots.targeted is None or reading.has(*about_many):
        return False
    name, target = slots.targeted
    if has_wildcard(target.name):
        return False
    if reading.has(Concept.WHAT) and name.role in (Role.OF, Role.STREAM):
        return False
    return name.role in (Role.BARE, Role.JOB, Role.OF, Role.STREAM)


def longest(slots: Slots) -> Intent | None:
    """`what is running longest`, `how long has X been running`."""
    is_asked_of_one = slots.targeted is not None and slots.targeted[0].sure and slots.targeted[0].role is Role.BARE
    is_of_one = is_asked_of_one and not slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.WHAT)
    if is_of_one or _is_about_one(slots):
        return ShowStatus(slots.clear_target) if slots.clear_target else None
    return jobs(slots, statuses=slots.statuses or (Status.RUNNING,))


def list_of_streams(slots: Slots) -> ListStreams | None:
    """The list of streams that the slots describe; None if anything of the question would be left over."""
    reading = slots.reading
    bare = [name for name in reading.names if name.role is Role.BARE and not is_any(name.text)]
    pattern = bare[0] if len(bare) == 1 and has_wildcard(bare[0].text) else None
    if not _is_clear(reading, pattern) or _is_negated(slots) or slots.when is not None or slots.has_stray_time:
        return None
    stuck = reading.has(Concept.STUCK, Concept.BLOCKED, Concept.STOPPED)
    states = reading.states or (("STUCK",) if stuck else ())
    return ListStreams(
        statuses=() if states else slots.statuses,
        internal_statuses=states,
        places=slots.places,
        name=pattern.text if pattern else None,
        late=reading.has(Concept.LATE) or None,
        limit=limit_of(slots),
    )


def streams_in_a_state(slots: Slots) -> Intent | None:
    """`which streams are stuck`, `streams in folder X`."""
    reading = slots.reading
    if reading.has(Concept.JOB, Concept.JOBS) or any(name.role is Role.STREAM for name in reading.names):
        return None
    if not reading.has(Concept.STREAMS) and _is_about_one(slots):
        return None
    return list_of_streams(slots)


def jobs_of_a_place(slots: Slots) -> Intent | None:
    """`jobs in stream X`, `show the jobs on FTA1`, `show jobs PAY@`."""
    reading = slots.reading
    says_jobs = reading.has(Concept.JOBS) or bool(reading.states)
    narrows = slots.places or slots.when or reading.states or reading.has(Concept.SHOW, Concept.WHAT)
    if says_jobs and narrows:
        return overview_or_jobs(slots)
    is_pattern = any(_is_pattern_of_jobs(name) and has_wildcard(name.text) for name in reading.names)
    return jobs(slots) if is_pattern else None


def by_priority(slots: Slots) -> Intent | None:
    """`jobs with priority 0`."""
    numbers = [item.value for item in slots.reading.items if isinstance(item, Number)]
    places = slots.places
    elsewhere = places.stream or places.workstation or places.unknown
    if len(numbers) != 1 or numbers[0] > _HIGHEST_PRIORITY or elsewhere or slots.when is not None:
        return None
    if any(name.role not in AS_PLACE for name in slots.reading.names):
        return None
    folder = places.folder.rstrip("/") + "/" if places.folder else ""
    return SelectJobsBy(f"@#{folder}@.@+priority={numbers[0]}")


_HIGHEST_PRIORITY: Final = 101


def overview_or_jobs(slots: Slots) -> Intent | None:
    """`how many jobs are there` is the plan at a glance; with a place or a state it is a list and its count."""
    names_something = slots.places or slots.has_state or slots.when or slots.reading.names
    if slots.reading.has(Concept.HOW_MANY) and not names_something:
        return Overview()
    return jobs(slots)


def overview(slots: Slots) -> Intent | None:
    """`how is the plan`."""
    says_more = slots.reading.names or slots.has_stray_time or slots.return_code is not None
    return None if says_more else Overview(slots.when)
