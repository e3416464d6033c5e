"""Builds intents about one job or stream: the one that a question names, or the one the conversation is about."""

from collections.abc import Callable

from resync_bot.agent.interpreter.about_lists import jobs, jobs_in_a_state
from resync_bot.agent.interpreter.concepts import NOT_STARTING, STATES, Concept
from resync_bot.agent.interpreter.intents import (
    ExplainMessage,
    Intent,
    Kind,
    MeetsDeadline,
    SelectJobsBy,
    ShowDependencies,
    ShowElsewhere,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.items import Name, Role, Said, means
from resync_bot.agent.interpreter.mentions import has_wildcard
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.tws.messages import MESSAGE_ID
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

# A name alone is looked up only if it is long enough to be one.
_SHORTEST_NAME = 4
_SAY_NOTHING_OF_THEIR_OWN = frozenset(
    {
        Concept.FIND,
        Concept.SHOW,
        Concept.JOB,
        Concept.STREAM,
        Concept.OF,
        Concept.IN,
        Concept.ON,
        Concept.WHAT,
        Concept.THANKS,
    }
)


def the_one(make: Callable[[Target | None], Intent]) -> Callable[[Slots], Intent | None]:
    """An intent about what the question names, or, where it names nothing, what the conversation is about."""

    def build(slots: Slots) -> Intent | None:
        if not slots.reading.names:
            is_about_many = slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.WORKSTATIONS)
            return None if is_about_many else make(None)
        target = slots.clear_target
        return make(target) if target else None

    return build


def log(slots: Slots) -> Intent | None:
    """`show the last 20 lines of the log of X`, `only the errors in its log`."""
    reading = slots.reading
    errors_only = reading.has(Concept.ERRORS, Concept.HAPPENED)
    errors_only = errors_only or (reading.has(Concept.FAILED) and reading.has(Concept.ONLY, Concept.WHY))
    lines = slots.amount if reading.has(Concept.LINES, Concept.LAST) else None
    return the_one(lambda target: ShowLog(target, lines, errors_only))(slots)


def why(slots: Slots) -> Intent | None:
    """`why did X fail`, `why is X waiting`, `why?`."""
    reading = slots.reading
    name = slots.targeted[0] if slots.targeted else None
    if name is not None and not name.sure and " " in name.text and not reading.has(*STATES):
        return None  # "why is the sky blue": two plain words make a name only where the rest is about jobs
    if reading.has(Concept.FAILED, Concept.ERRORS):
        return the_one(WhyFailed)(slots) or jobs_in_a_state(slots)
    if reading.has(*NOT_STARTING) or slots.is_not_started:
        return the_one(WhyWaiting)(slots)
    if slots.target is None and slots.places.folder and not slots.places.stream:
        return jobs(slots, statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST)  # "what is wrong in folder X"
    return the_one(Why)(slots)


def happened(slots: Slots) -> Intent | None:
    """`what happened?`, `what went wrong on FTA1?` ask for failures, `what happened to X` for a cause."""
    if slots.target is not None and not slots.places:
        return the_one(Why)(slots)
    return jobs(slots, statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST)


def blocks(slots: Slots) -> Intent | None:
    """`what does X block` asks behind X, `what blocks X` before it: the order of verb and name decides."""
    if _is_delay(slots):
        return the_one(MeetsDeadline)(slots)
    is_of_it = slots.reading.position(Concept.IT) > slots.reading.position(Concept.BLOCK)
    if is_of_it and slots.targeted is not None:
        return the_one(WhyWaiting)(slots)  # "X has not started, who is blocking it"
    return the_one(ShowImpact if _name_stands_before(slots, Concept.BLOCK) else WhyWaiting)(slots)


def _is_delay(slots: Slots) -> bool:
    """`o X atrasa?` asks of X, `o que o X atrasa?` of what is behind it."""
    last = slots.reading.significant[-1]
    delays = isinstance(last, Said) and last.text.lower() in ("atrasa", "atrasam")
    return delays and _name_stands_before(slots, Concept.BLOCK) and not slots.reading.has(Concept.WHAT)


def blocked_by(slots: Slots) -> Intent | None:
    """`what is X blocked by` asks before X, `what is blocked by X` behind it."""
    return the_one(WhyWaiting if _name_stands_before(slots, Concept.BLOCKED_BY) else ShowImpact)(slots)


def depends(slots: Slots) -> Intent | None:
    """`what does X depend on` asks before X, `what depends on X` behind it."""
    return the_one(ShowDependencies if _name_stands_before(slots, Concept.DEPEND) else ShowImpact)(slots)


def waits_for(slots: Slots) -> Intent | None:
    """`what is X waiting for` asks before X, `what waits for X` behind it."""
    name = slots.targeted[0] if slots.targeted else None
    if name is None:
        return the_one(WhyWaiting)(slots) if slots.reading.has(Concept.IT) else None
    is_subject = name.role is Role.BARE and slots.reading.has(Concept.IT)  # "payroll close, what is it waiting for"
    if name.role not in (Role.BARE, Role.JOB, Role.STREAM, Role.OF) or not (name.sure or is_subject):
        return None
    if _name_stands_before(slots, Concept.WAITING):
        return the_one(WhyWaiting)(slots)
    return the_one(ShowImpact)(slots) if _is_waited_for(slots, name) else None


def _is_waited_for(slots: Slots, name: Name) -> bool:
    """`waiting for X`, `esperando o X`, `esperando pelo X`; not `waiting on FTA1`, `waiting in stream X`."""
    items = slots.reading.items
    before = items[max(0, items.index(name) - 2) : items.index(name)]
    return any(isinstance(item, Said) and item.text.lower() in _WAITED_FOR for item in before)


_WAITED_FOR = frozenset(
    {"for", "pelo", "pela", "por", "o", "a", "waiting", "esperando", "aguardando", "esperam", "espera"}
)


def _name_stands_before(slots: Slots, verb: Concept) -> bool:
    reading = slots.reading
    name = slots.targeted[0] if slots.targeted else None
    if name is not None:
        return reading.items.index(name) < reading.position(verb)
    # Without any name: "what does it block?", "o que bloqueia?" ask behind the thing the conversation is about.
    return reading.position(Concept.IT) < reading.position(verb)


def upstream(slots: Slots) -> Intent | None:
    """`predecessors of X`; `any failure upstream of X` asks what holds it up."""
    return the_one(WhyWaiting if slots.reading.has(Concept.FAILED, Concept.ERRORS) else ShowDependencies)(slots)


def comes_after(slots: Slots) -> Intent | None:
    """`what runs after X`: what follows it; `what runs after 4` asks of a time."""
    return the_one(ShowImpact)(slots) if stands_right_before_a_name(slots, Concept.SINCE) else None


def stands_right_before_a_name(slots: Slots, concept: Concept) -> bool:
    """Whether a word with this meaning belongs to the name: `after X`, `antes do job X`."""
    if slots.targeted is None or not slots.targeted[0].sure:
        return False
    items = slots.reading.items
    for item in reversed(items[: items.index(slots.targeted[0])]):
        if means(item, concept):
            return True
        if not means(item, Concept.FILLER, Concept.OF, Concept.JOB, Concept.STREAM):
            return False
    return False


def recovery(slots: Slots) -> Intent | None:
    """`did X retry`, `is X still going to be rerun automatically`: how it is tells of its automatic reruns."""
    if slots.reading.has(Concept.JOBS, Concept.STREAMS) or has_order_first(slots):
        return None
    return the_one(ShowStatus)(slots)


def has_order_first(slots: Slots) -> bool:
    """Whether it begins as an order: `retry X`."""
    first = next(iter(slots.reading.significant), None)
    return isinstance(first, Said) and Concept.CHANGE_IF_FIRST in first.meaning


def elsewhere(slots: Slots) -> Intent | None:
    """`did X fail anywhere else`: how all jobs of that name are."""
    return None if slots.reading.has(Concept.JOBS, Concept.STREAMS) else the_one(ShowElsewhere)(slots)


def message(slots: Slots) -> Intent | None:
    """`what does AWSBHT001E mean`; `which jobs failed with AWSBHT001E` asks for more than is known."""
    ids = [name.text.upper() for name in slots.reading.names if MESSAGE_ID.fullmatch(name.text.upper())]
    is_all = len(ids) == 1 and len([name for name in slots.reading.names if name.sure]) == 1
    asks_for_more = slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.FAILED, Concept.RUNNING)
    return ExplainMessage(ids[0]) if is_all and not asks_for_more else None


def at_what_time(slots: Slots) -> Intent | None:
    """`que horas acabou?` after an answer about one: of that one, not of all that ended."""
    reading = slots.reading
    if reading.names or reading.has(Concept.JOBS, Concept.STREAMS, Concept.WORKSTATIONS, Concept.PLAN):
        return None
    return ShowStatus()


def stream_with_limit(slots: Slots) -> Intent | None:
    """`limit of stream X`."""
    is_stream = slots.target is not None and slots.target.kind is Kind.STREAM
    return the_one(ShowStatus)(slots) if is_stream else None


def definition(slots: Slots) -> Intent | None:
    """`which script does X run`, `recovery option of X`: what conman's `;info` shows."""
    target = slots.clear_target
    if target is None or slots.targeted is None or slots.reading.has(Concept.JOBS, Concept.STREAMS):
        return None
    if not slots.targeted[0].sure or slots.targeted[0].text.startswith("/"):
        return None
    folder = f"{target.folder.rstrip('/')}/" if target.folder else ""
    return SelectJobsBy(f"@#{folder}{target.stream or '@'}.{target.name};info")


def status(slots: Slots) -> Intent | None:
    """`status of X`, `is X running?`, `how is it?`."""
    reading = slots.reading
    is_about_many = reading.has(Concept.JOBS, Concept.STREAMS) or slots.asks_for_the_first
    if is_about_many or (slots.targeted is not None and not is_meant(slots.targeted[0], slots)):
        return None
    if any(means(item, *_ASKS_MORE) and not means(item, *_TELLS_OF_STATUS) for item in reading.items):
        return None  # how it is would be no answer
    if slots.clear_target is not None:
        return WhyWaiting(slots.clear_target) if _is_not_starting(slots) else ShowStatus(slots.clear_target)
    if reading.names:
        return None
    says_status = reading.has(Concept.STATUS_WORD) and not reading.has(Concept.PLAN, Concept.HOW_IS)
    return ShowStatus() if reading.has(Concept.IT) or says_status else None


# Words of questions that are none of how something is; and words that may stand in one of those.
_ASKS_MORE = (
    Concept.SINCE,
    Concept.UNTIL,
    Concept.BETWEEN,
    Concept.LINES,
    Concept.COMPARE,
    Concept.IMPACT,
    Concept.PREDECESSORS,
    Concept.HISTORY,
    Concept.USUAL,
    Concept.DEADLINE,
    Concept.TOMORROW,
    Concept.ELSEWHERE,
    Concept.BY_DURATION,
    Concept.FILE,
)
_TELLS_OF_STATUS = (*STATES, Concept.STATUS_WORD, Concept.HOW_IS, Concept.FILLER, Concept.POLITE)


def _is_not_starting(slots: Slots) -> bool:
    """`X not starting`, `o X não rodou ainda`: nobody says so who does not want to know why."""
    return slots.is_not_started and not slots.reading.has(Concept.STATUS_WORD, Concept.HOW_IS)


def is_meant(name: Name, slots: Slots) -> bool:
    """Whether a plain word is a name here: `status of payroll`, `find payroll`, not `tell me a joke`."""
    if name.sure:
        return True
    about_many = (Concept.WHAT, Concept.HOW_MANY, Concept.PLAN, Concept.ERRORS)
    if name.role is Role.BARE and slots.reading.has(*about_many) and not slots.reading.has(Concept.FIND):
        return False  # "Ana, what failed": who is spoken to is no job
    about_one = (*STATES, Concept.STATUS_WORD, Concept.HOW_IS, Concept.FIND, Concept.JOB, Concept.STREAM)
    return name.role is not Role.PLACE and (name.role is Role.OF or slots.reading.has(*about_one))


def a_name(slots: Slots) -> Intent | None:
    """A name and nothing else that means anything: how it is; a pattern: the jobs that match."""
    reading = slots.reading
    if slots.clear_target is None or slots.targeted is None:
        pattern = reading.names[0] if len(reading.names) == 1 else None
        return jobs(slots) if pattern and pattern.sure and has_wildcard(pattern.text) else None
    means_more = any(
        isinstance(item, Said) and item.meaning.isdisjoint(_SAY_NOTHING_OF_THEIR_OWN) for item in reading.significant
    )
    name = slots.targeted[0]
    says_more = any(not other.sure for other in reading.names if other is not name)
    doubtful = not name.sure and (len(reading.items) > 1 or " " in name.text or len(name.text) < _SHORTEST_NAME)
    return None if means_more or says_more or doubtful else ShowStatus(slots.clear_target)
