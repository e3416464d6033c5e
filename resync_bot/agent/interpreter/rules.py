"""The grammar of questions in words: which meanings together make which intent. The first rule that fits decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    Greeting,
    Help,
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    MeetsDeadline,
    NotYet,
    Overview,
    Places,
    ShowDependencies,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    Thanks,
    Topic,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.mentions import has_wildcard, is_any, mention
from resync_bot.agent.interpreter.reading import Name, Number, Reading, Role, Said
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

_STATES: Final = (
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
    Concept.START,
)
_NOT_STARTING: Final = (Concept.WAITING, Concept.HELD, Concept.READY, Concept.BLOCKED, Concept.LATE, Concept.START)
_PLEASANTRIES: Final = {
    Concept.HELLO,
    Concept.THANKS,
    Concept.HELP,
    Concept.FILLER,
    Concept.POLITE,
    Concept.YES,
    Concept.AND,
}
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits a reading that has one of `any_of`, one of `and_of` (if given) and none of `without`.

    `build` may still decline with None: then the next rule is tried.
    """

    name: str
    build: Callable[[Slots], Intent | None]
    any_of: tuple[Concept, ...] = ()
    and_of: tuple[Concept, ...] = ()
    without: tuple[Concept, ...] = ()

    def apply(self, slots: Slots) -> Intent | None:
        """The intent, or None if the rule does not fit."""
        reading = slots.reading
        if self.any_of and not reading.has(*self.any_of):
            return None
        if self.and_of and not reading.has(*self.and_of):
            return None
        if self.without and reading.has(*self.without):
            return None
        return self.build(slots)


def understand_words(reading: Reading) -> Intent | None:
    """The intent of a question in words; None if no rule fits or too much of it is left over."""
    if reading.has(Concept.EXCEPT) and not _is_change(reading):
        return None
    slots = Slots(reading)
    return next(_fitting(slots), None)


def _fitting(slots: Slots) -> Iterator[Intent]:
    for rule in RULES:
        intent = rule.apply(slots)
        if intent is not None:
            yield intent


# --- what needs a job or stream ---


def _clear(slots: Slots) -> Target | None:
    """The thing asked about, if the question holds nothing else that was not understood."""
    if slots.targeted is None:
        return None
    name, target = slots.targeted
    if has_wildcard(target.name) or not slots.is_clear(name):
        return None
    return target


def _about(make: Callable[[Target | None], Intent]) -> Callable[[Slots], Intent | None]:
    """An intent about what the question names, or, where it names nothing, what the conversation is about."""

    def build(slots: Slots) -> Intent | None:
        if not slots.reading.names:
            return None if slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.WORKSTATIONS) else make(None)
        target = _clear(slots)
        return make(target) if target else None

    return build


def _log(slots: Slots) -> Intent | None:
    errors_only = slots.reading.has(Concept.ERRORS, Concept.FAILED) and slots.reading.has(Concept.ERRORS, Concept.ONLY)
    lines = slots.amount if slots.reading.has(Concept.LINES, Concept.LAST) else None
    return _about(lambda target: ShowLog(target, lines, errors_only))(slots)


def _why(slots: Slots) -> Intent | None:
    reading = slots.reading
    name = slots.targeted[0] if slots.targeted else None
    if name is not None and not name.sure and " " in name.text and not reading.has(*_STATES):
        return None  # "why is the sky blue": two plain words make a name only where the rest is about jobs
    if reading.has(*_NOT_STARTING) and not reading.has(Concept.FAILED, Concept.ERRORS):
        return _about(WhyWaiting)(slots)
    if reading.has(Concept.FAILED, Concept.ERRORS):
        return _about(WhyFailed)(slots) or _list_jobs(slots)
    return _about(Why)(slots)


def _happened(slots: Slots) -> Intent | None:
    if slots.target is not None and not slots.places:
        return _about(Why)(slots)
    return _jobs(slots, statuses=(Status.ERROR,))


def _blocks(slots: Slots) -> Intent | None:
    """`what does X block` asks behind X, `what blocks X` before it: the order of verb and name decides."""
    return _about(ShowImpact if _name_stands_before(slots, Concept.BLOCK) else WhyWaiting)(slots)


def _depends(slots: Slots) -> Intent | None:
    return _about(ShowDependencies if _name_stands_before(slots, Concept.DEPEND) else ShowImpact)(slots)


def _name_stands_before(slots: Slots, verb: Concept) -> bool:
    reading = slots.reading
    name = slots.targeted[0] if slots.targeted else None
    if name is not None:
        return reading.items.index(name) < reading.position(verb)
    pronoun = reading.position(Concept.IT)
    # Without any name: "what does it block?", "o que bloqueia?" ask behind the thing the conversation is about.
    return pronoun < reading.position(verb)


def _waits_for(slots: Slots) -> Intent | None:
    """`what is X waiting for`: a named job, and the wish to know for what."""
    if slots.target is None and not slots.reading.has(Concept.IT):
        return None
    if slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.HOW_MANY) or (slots.places and slots.targeted is None):
        return None
    name = slots.targeted[0] if slots.targeted else None
    if name is not None and name.role not in (Role.BARE, Role.JOB, Role.STREAM):
        return None
    return _about(WhyWaiting)(slots)


def _deadline(slots: Slots) -> Intent | None:
    if slots.target is not None and not slots.reading.has(Concept.JOBS):
        return _about(MeetsDeadline)(slots)
    if slots.reading.has(Concept.IT):
        return MeetsDeadline()
    return (
        ListCriticalJobs(only_at_risk=slots.reading.has(Concept.AT_RISK, Concept.NOT)) if slots.is_clear(None) else None
    )


def _critical(slots: Slots) -> Intent | None:
    if slots.target is not None and not slots.reading.has(Concept.JOBS) and slots.targeted and slots.targeted[0].sure:
        return _about(ShowStatus)(slots)
    if slots.statuses or slots.reading.states:
        return _jobs(slots, critical=True)
    at_risk = slots.reading.has(Concept.AT_RISK, Concept.LATE)
    return ListCriticalJobs(only_at_risk=at_risk) if not slots.reading.names else None


# --- other objects ---


def _prompts(slots: Slots) -> Intent | None:
    if slots.reading.has(Concept.WAITING) and slots.targeted and slots.targeted[0].sure and _clear(slots):
        return WhyWaiting(_clear(slots))
    sure = [name for name in slots.reading.names if name.role is not Role.PROMPT]
    return None if sure else ListPrompts(only_open=not slots.reading.has(Concept.ALL))


def _resources(slots: Slots) -> Intent | None:
    named = [name for name in slots.reading.names if name.role is Role.RESOURCE]
    others = [name for name in slots.reading.names if name.role is not Role.RESOURCE]
    if not named and len(others) == 1 and slots.reading.has(Concept.WAITING) and others[0].role is Role.BARE:
        return _about(WhyWaiting)(slots)
    if len(named) + len(others) > 1:
        return None
    name = next((name.text for name in (*named, *others)), None)
    if name is not None and (is_any(name) or not slots.is_clear(next(iter((*named, *others))))):
        name = None
    return ListResources(name=name, only_in_use=slots.reading.has(Concept.IN_USE) and name is None)


def _holders(slots: Slots) -> Intent | None:
    return _resources(slots) if len(slots.reading.names) == 1 and slots.reading.names[0].sure else None


def _workstations(slots: Slots) -> Intent | None:
    reading = slots.reading
    if reading.has(Concept.JOBS, Concept.STREAMS, Concept.JOB, Concept.STREAM):
        return None
    names = reading.names
    if len(names) > 1 or (names and not names[0].sure and names[0].role is not Role.WORKSTATION):
        return None
    name = mention(names[0].text).name if names and not is_any(names[0].text) else None
    zero_limit = reading.has(Concept.LIMIT, Concept.FENCE) and any(isinstance(item, Number) for item in reading.items)
    trouble = reading.has(
        Concept.DOWN, Concept.UNLINKED, Concept.STOPPED, Concept.STUCK, Concept.FAILED, Concept.HAPPENED, Concept.ERRORS
    )
    not_linked = reading.has(Concept.NOT) and reading.has(Concept.LINKED, Concept.RUNNING)
    return ListWorkstations(name=name, only_in_trouble=name is None and (trouble or zero_limit or not_linked))


def _workstation_state(slots: Slots) -> Intent | None:
    if (
        not slots.reading.has(Concept.WORKSTATION, Concept.WORKSTATIONS)
        and not slots.reading.names
        and slots.reading.has(Concept.LINKED)
    ):
        return None
    return _workstations(slots)


# --- lists ---


def _jobs(slots: Slots, *, statuses: tuple[Status, ...] | None = None, critical: bool | None = None) -> ListJobs | None:
    """The list that the slots describe, if nothing of the question is left over."""
    reading = slots.reading
    named, places = _pattern(slots)
    if slots.has_stray_time or not _is_list_clear(slots, named):
        return None
    if reading.has(Concept.NOT) and not (slots.is_not_started or reading.has(Concept.ENDED)):
        return None
    wanted = slots.statuses if statuses is None else statuses
    if reading.states:
        wanted = tuple(status for status in wanted if status is not Status.ERROR) if statuses is None else wanted
    order, limit = _order(slots), min(slots.amount or 10, _MOST)
    return ListJobs(
        statuses=wanted,
        internal_statuses=reading.states,
        places=places,
        name=named,
        when=slots.when,
        critical=critical or reading.has(Concept.CRITICAL) or None,
        late=reading.has(Concept.LATE) or None,
        order=order,
        limit=_MOST if reading.has(Concept.ALL) and slots.amount is None else limit,
    )


def _pattern(slots: Slots) -> tuple[str | None, Places]:
    """A job name with wildcards, such as in `show jobs PAY@`, and the places."""
    places = slots.places
    name = next((name for name in slots.reading.names if _is_job_pattern(name)), None)
    return (mention(name.text).name if name else None), places


def _is_job_pattern(name: Name) -> bool:
    return (
        name.role in (Role.BARE, Role.JOB)
        and not is_any(name.text)
        and (has_wildcard(name.text) or name.role is Role.JOB)
    )


def _is_list_clear(slots: Slots, named: str | None) -> bool:
    for name in slots.reading.names:
        as_place = name.role in (Role.STREAM, Role.WORKSTATION, Role.FOLDER, Role.PLACE, Role.ON, Role.OF)
        if not as_place and not is_any(name.text) and not (named and _is_job_pattern(name)):
            return False
        if not name.sure and " " in name.text:
            return False
    return True


def _order(slots: Slots) -> JobOrder:
    reading = slots.reading
    if reading.has(Concept.LONGEST):
        return JobOrder.RUNNING_LONGEST
    if Status.RUNNING in slots.statuses:
        return JobOrder.STARTED_LAST
    if (slots.statuses and set(slots.statuses) <= {Status.ERROR, Status.SUCCESSFUL}) or reading.has(
        Concept.ENDED, Concept.LAST
    ):
        return JobOrder.ENDED_LAST
    return JobOrder.NAME


def _list_jobs(slots: Slots) -> Intent | None:
    """A list of jobs in a state. A single job that is named asks for its status instead."""
    if _is_about_one(slots):
        return None
    if slots.reading.has(Concept.STUCK) and not slots.statuses:
        return _list_streams(slots)
    return _jobs(slots)


def _is_about_one(slots: Slots) -> bool:
    """`did X fail?`, `is X running?`: a name that is no place, and no word for many."""
    if slots.targeted is None or slots.reading.has(Concept.JOBS, Concept.STREAMS, Concept.HOW_MANY, Concept.LONGEST):
        return False
    name, target = slots.targeted
    if has_wildcard(target.name):
        return False
    if slots.reading.has(Concept.WHAT) and name.role is Role.OF:
        return False
    return name.role in (Role.BARE, Role.JOB, Role.OF) or (
        name.role is Role.STREAM and not slots.reading.has(Concept.WHAT)
    )


def _longest(slots: Slots) -> Intent | None:
    if slots.target and _is_about_one(slots):
        return _about(ShowStatus)(slots)
    return _jobs(slots, statuses=slots.statuses or (Status.RUNNING,))


def _list_streams(slots: Slots) -> Intent | None:
    reading = slots.reading
    if slots.when is not None or slots.has_stray_time or (reading.has(Concept.NOT) and not slots.is_not_started):
        return None
    names = [name for name in reading.names if name.role is Role.BARE and not is_any(name.text)]
    if any(not has_wildcard(name.text) for name in names) or not _is_list_clear(
        slots, names[0].text if names else None
    ):
        return None
    states = reading.states or (("STUCK",) if reading.has(Concept.STUCK, Concept.BLOCKED, Concept.STOPPED) else ())
    return ListStreams(
        statuses=() if states else slots.statuses,
        internal_statuses=states,
        places=slots.places,
        name=names[0].text if names else None,
        late=reading.has(Concept.LATE) or None,
        limit=_MOST if reading.has(Concept.ALL) and slots.amount is None else min(slots.amount or 10, _MOST),
    )


def _streams(slots: Slots) -> Intent | None:
    if slots.reading.has(Concept.JOB, Concept.JOBS) or any(name.role is Role.STREAM for name in slots.reading.names):
        return None
    if not slots.reading.has(Concept.STREAMS) and _is_about_one(slots):
        return None
    return _list_streams(slots)


def _listed(slots: Slots) -> Intent | None:
    """`jobs in stream X`, `show the jobs on FTA1`, `how many jobs ...`."""
    if slots.places or slots.when or slots.reading.states or slots.reading.has(Concept.SHOW, Concept.WHAT):
        if slots.reading.has(Concept.JOBS) or slots.statuses or slots.reading.states:
            return _list_or_overview(slots)
    named, _ = _pattern(slots)
    return _jobs(slots) if named and slots.reading.has(Concept.JOBS, Concept.SHOW) else None


def _list_or_overview(slots: Slots) -> Intent | None:
    if slots.reading.has(Concept.HOW_MANY) and not (
        slots.places or slots.has_state or slots.when or slots.reading.names
    ):
        return Overview()
    return _jobs(slots)


def _overview(slots: Slots) -> Intent | None:
    return Overview(slots.when) if not slots.reading.names and not slots.has_stray_time else None


# --- single objects ---


def _status(slots: Slots) -> Intent | None:
    if slots.targeted is not None and slots.targeted[0].role is Role.PLACE and not slots.targeted[0].sure:
        return None
    target = _clear(slots)
    if target is not None:
        return ShowStatus(target)
    if slots.reading.names:
        return None
    if slots.reading.has(Concept.IT) or (
        slots.reading.has(Concept.STATUS_WORD) and not slots.reading.has(Concept.PLAN, Concept.HOW_IS)
    ):
        return ShowStatus()
    return None


def _named(slots: Slots) -> Intent | None:
    """A name and nothing else that means anything."""
    target = _clear(slots)
    if target is None or slots.targeted is None:
        name = next(iter(slots.reading.names), None)
        if name is not None and name.sure and has_wildcard(name.text) and len(slots.reading.names) == 1:
            return _jobs(slots)
        return None
    meaningful = [
        item
        for item in slots.reading.significant
        if isinstance(item, Said)
        and item.meaning.isdisjoint(
            {
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
    ]
    name = slots.targeted[0]
    if meaningful or (not name.sure and (" " in name.text or len(name.text) < 4 or len(slots.reading.items) > 2)):
        return None
    return ShowStatus(target)


# --- changes, pleasantries, limits ---


def _is_change(reading: Reading) -> bool:
    if reading.has(Concept.CHANGE):
        return not reading.has(Concept.WHY)
    first = next(iter(reading.significant), None)
    return (
        isinstance(first, Said)
        and Concept.CHANGE_IF_FIRST in first.meaning
        and not reading.has(Concept.STATUS_WORD, Concept.LOG, Concept.WHY, Concept.HOW_MANY, Concept.LONGEST)
        and len(reading.significant) > 1
    )


def _change(slots: Slots) -> Intent | None:
    return ChangeRequest(_clear(slots)) if _is_change(slots.reading) else None


def _pleasantry(slots: Slots) -> Intent | None:
    reading = slots.reading
    if reading.names or any(not isinstance(item, Said) for item in reading.items):
        return None
    if any(isinstance(item, Said) and item.meaning.isdisjoint(_PLEASANTRIES) for item in reading.items):
        return None
    if reading.has(Concept.HELP):
        return Help()
    if reading.has(Concept.HELLO):
        return Greeting()
    return Thanks() if reading.has(Concept.THANKS) else None


def _help(slots: Slots) -> Intent | None:
    return Help() if not slots.reading.names else None


def _future(slots: Slots) -> Intent | None:
    if slots.target is not None and not slots.reading.has(Concept.JOBS, Concept.STREAMS):
        return _about(ShowStatus)(slots)
    if slots.reading.has(Concept.IT):
        return ShowStatus()
    return (
        NotYet(Topic.FUTURE)
        if slots.reading.has(Concept.START, Concept.RUNNING, Concept.JOBS, Concept.STREAMS, Concept.JOB, Concept.ENDED)
        else None
    )


def _history(_: Slots) -> Intent | None:
    return NotYet(Topic.HISTORY)


def _kind_is_stream(slots: Slots) -> bool:
    return slots.target is not None and slots.target.kind is Kind.STREAM


def _limit_of_stream(slots: Slots) -> Intent | None:
    return _about(ShowStatus)(slots) if _kind_is_stream(slots) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule("pleasantry", _pleasantry, (Concept.HELLO, Concept.THANKS, Concept.HELP)),
    Rule("change", _change, (Concept.CHANGE, Concept.CHANGE_IF_FIRST)),
    Rule("help", _help, (Concept.HELP,)),
    Rule("deadline", _deadline, (Concept.DEADLINE, Concept.AT_RISK), without=(Concept.WHY,)),
    Rule("history", _history, (Concept.HISTORY,)),
    Rule("log", _log, (Concept.LOG,)),
    Rule("errors of the log", _log, (Concept.ERRORS,), (Concept.LINES,)),
    Rule("critical", _critical, (Concept.CRITICAL,), without=(Concept.WHY,)),
    Rule("prompts", _prompts, (Concept.PROMPT,)),
    Rule("resources", _resources, (Concept.RESOURCE,), without=(Concept.WHY,)),
    Rule(
        "who holds it",
        _holders,
        (Concept.IN_USE,),
        without=(Concept.JOB, Concept.JOBS, Concept.STREAM, Concept.STREAMS),
    ),
    Rule("impact", _about(ShowImpact), (Concept.IMPACT,)),
    Rule("dependencies", _about(ShowDependencies), (Concept.PREDECESSORS,)),
    Rule("depends", _depends, (Concept.DEPEND,)),
    Rule("blocks", _blocks, (Concept.BLOCK,), without=(Concept.WHY,)),
    Rule("limit of a stream", _limit_of_stream, (Concept.LIMIT,)),
    Rule("limits and fences", _workstations, (Concept.LIMIT, Concept.FENCE)),
    Rule("workstations in a state", _workstation_state, (Concept.DOWN, Concept.UNLINKED, Concept.LINKED)),
    Rule("why", _why, (Concept.WHY,)),
    Rule("what it waits for", _waits_for, (Concept.WAITING,), (Concept.WHAT, Concept.OF)),
    Rule("what happened", _happened, (Concept.HAPPENED,), without=(Concept.WORKSTATION, Concept.WORKSTATIONS)),
    Rule(
        "workstations",
        _workstations,
        (Concept.WORKSTATIONS, Concept.WORKSTATION),
        without=(Concept.FAILED, Concept.RUNNING, Concept.WAITING, Concept.LATE),
    ),
    Rule(
        "workstations in trouble",
        _workstations,
        (Concept.WORKSTATIONS,),
        (Concept.FAILED, Concept.HAPPENED),
        (Concept.JOBS, Concept.JOB, Concept.STREAMS),
    ),
    Rule("future", _future, (Concept.FUTURE,)),
    Rule("longest", _longest, (Concept.LONGEST,)),
    Rule("streams", _streams, (Concept.STREAMS, Concept.STREAM)),
    Rule("jobs in a state", _list_jobs, _STATES),
    Rule("jobs in conman's state", lambda slots: None if not slots.reading.states else _list_jobs(slots)),
    Rule("jobs of a place", _listed, (Concept.JOBS, Concept.JOB, Concept.SHOW)),
    Rule("how many", _list_or_overview, (Concept.HOW_MANY,)),
    Rule("by status", _overview, (Concept.BY_STATUS,)),
    Rule(
        "status",
        _status,
        (
            *_STATES,
            Concept.STATUS_WORD,
            Concept.HOW_IS,
            Concept.IT,
            Concept.CRITICAL,
            Concept.SHOW,
            Concept.JOB,
            Concept.STREAM,
        ),
    ),
    Rule("overview", _overview, (Concept.PLAN, Concept.HOW_IS, Concept.STATUS_WORD)),
    Rule("a name", _named),
)
