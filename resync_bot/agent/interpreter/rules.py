"""The grammar of questions in words: which meanings together make which intent. The first rule that fits decides."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from resync_bot.agent.interpreter.about_lists import (
    all_of_it,
    by_duration,
    by_length,
    by_priority,
    by_return_code,
    jobs_in_a_state,
    jobs_of_a_place,
    longest,
    overview,
    overview_or_jobs,
    streams_in_a_state,
    waiting_for_a_reason,
)
from resync_bot.agent.interpreter.about_objects import (
    a_name,
    at_what_time,
    blocked_by,
    blocks,
    comes_after,
    definition,
    depends,
    elsewhere,
    happened,
    log,
    message,
    recovery,
    status,
    stream_with_limit,
    upstream,
    waits_for,
    why,
)
from resync_bot.agent.interpreter.about_others import (
    change,
    critical,
    help_asked,
    holders,
    is_change,
    pleasantry,
    prompts,
    resources,
    workstation_state,
    workstations,
    workstations_in_trouble,
)
from resync_bot.agent.interpreter.about_times import (
    can_be_ready_by,
    changed,
    compare,
    deadline,
    failed_before,
    future,
    history,
    impact,
    last_run,
    on_a_day,
    starts_in_a_time,
    will_be_late,
    will_end,
)
from resync_bot.agent.interpreter.concepts import NOT_STARTING, STATES, Concept
from resync_bot.agent.interpreter.intents import Intent
from resync_bot.agent.interpreter.items import Said, means
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.tws.messages import MESSAGE_ID


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits a reading that has one of `any_of`, one of `and_of` (if given) and none of `without`.

    `build` may still decline with None: then the next rule is tried.
    """

    name: str
    build: Callable[[Slots], Intent | None]
    any_of: tuple[Concept, ...]
    and_of: tuple[Concept, ...] = ()
    without: tuple[Concept, ...] = ()

    def apply(self, slots: Slots) -> Intent | None:
        """The intent, or None if the rule does not fit."""
        reading = slots.reading
        fits = reading.has(*self.any_of) and (not self.and_of or reading.has(*self.and_of))
        return self.build(slots) if fits and not reading.has(*self.without) else None


_ABOUT_ONE: Final = (
    *STATES,
    Concept.STATUS_WORD,
    Concept.HOW_IS,
    Concept.IT,
    Concept.FIND,
    Concept.SHOW,
    Concept.JOB,
    Concept.STREAM,
)

RULES: Final[tuple[Rule, ...]] = (
    Rule("pleasantry", pleasantry, (Concept.HELLO, Concept.THANKS, Concept.HELP)),
    Rule("recovery", recovery, (Concept.RECOVERS,), without=(Concept.CHANGE,)),
    Rule("change", change, (Concept.CHANGE, Concept.CHANGE_IF_FIRST)),
    Rule("help", help_asked, (Concept.HELP,)),
    Rule("on a day", on_a_day, (Concept.ANYTHING,), without=(Concept.COMPARE, Concept.CHANGED, Concept.FUTURE)),
    Rule("deadline", deadline, (Concept.DEADLINE, Concept.AT_RISK), without=(Concept.WHY,)),
    Rule("changed", changed, (Concept.CHANGED,)),
    Rule("compare", compare, (Concept.COMPARE,)),
    Rule("history", history, (Concept.HISTORY, Concept.USUAL, Concept.HOW_OFTEN)),
    Rule(
        "failed before", failed_before, (Concept.FAILED,), (Concept.UNTIL,), (Concept.WHY, Concept.LOG, Concept.IMPACT)
    ),
    Rule("elsewhere", elsewhere, (Concept.ELSEWHERE,)),
    Rule("log", log, (Concept.LOG,)),
    Rule("by priority", by_priority, (Concept.PRIORITY,), (Concept.JOBS,), (Concept.WHY,)),
    Rule("definition", definition, (Concept.DEFINITION,), without=(Concept.WHY,)),
    Rule("lines of the log", log, (Concept.LINES,)),
    Rule("only the errors", log, (Concept.ONLY,), (Concept.ERRORS,), (Concept.JOBS, Concept.STREAMS)),
    Rule(
        "last run",
        last_run,
        (Concept.LAST,),
        (Concept.START, Concept.FAILED, Concept.SUCCESSFUL, Concept.ENDED, Concept.RUNNING),
    ),
    Rule(
        "waiting for a reason",
        waiting_for_a_reason,
        (*NOT_STARTING, Concept.STOPPED, Concept.STUCK, Concept.BLOCKED_BY),
        (Concept.JOBS, Concept.WHAT),
        (Concept.WHY,),
    ),
    Rule("critical", critical, (Concept.CRITICAL,), without=(Concept.WHY,)),
    Rule("prompts", prompts, (Concept.PROMPT,)),
    Rule("resources", resources, (Concept.RESOURCE,), without=(Concept.WHY,)),
    Rule("who holds it", holders, (Concept.IN_USE,), without=(Concept.JOB, Concept.JOBS, Concept.STREAMS)),
    Rule("impact", impact, (Concept.IMPACT,)),
    Rule(
        "comes after",
        comes_after,
        (Concept.SINCE,),
        (Concept.START, Concept.RUNNING, Concept.WHAT),
        (Concept.LOG, Concept.LINES, Concept.WHY),
    ),
    Rule("dependencies", upstream, (Concept.PREDECESSORS,)),
    Rule("depends", depends, (Concept.DEPEND,)),
    Rule("blocked by", blocked_by, (Concept.BLOCKED_BY,), without=(Concept.WHY,)),
    Rule("blocks", blocks, (Concept.BLOCK,), without=(Concept.WHY,)),
    Rule("all of it", all_of_it, (Concept.ENDED, Concept.SUCCESSFUL), (Concept.PLAN, Concept.ALL), (Concept.WHY,)),
    Rule("limit of a stream", stream_with_limit, (Concept.LIMIT,)),
    Rule("limits and fences", workstations, (Concept.LIMIT, Concept.FENCE)),
    Rule("workstations in a state", workstation_state, (Concept.DOWN, Concept.UNLINKED, Concept.LINKED)),
    Rule("why", why, (Concept.WHY,)),
    Rule("what it waits for", waits_for, (Concept.WAITING,), (Concept.WHAT, Concept.OF, Concept.IT)),
    Rule("what happened", happened, (Concept.HAPPENED,), without=(Concept.WORKSTATION, Concept.WORKSTATIONS)),
    Rule(
        "workstations",
        workstations,
        (Concept.WORKSTATIONS, Concept.WORKSTATION),
        without=(Concept.FAILED, Concept.RUNNING, Concept.WAITING, Concept.LATE),
    ),
    Rule(
        "workstations in trouble",
        workstations_in_trouble,
        (Concept.WORKSTATION, Concept.WORKSTATIONS),
        (Concept.FAILED, Concept.ERRORS, Concept.HAPPENED),
    ),
    Rule("will be late", will_be_late, (Concept.LATE,), without=(Concept.WHY,)),
    Rule("will end", will_end, (Concept.FUTURE,)),
    Rule("ends by", will_end, (Concept.ENDED,), (Concept.UNTIL,)),
    Rule("future", future, (Concept.FUTURE, Concept.TOMORROW)),
    Rule("by duration", by_duration, (Concept.BY_DURATION,)),
    Rule("longest", longest, (Concept.LONGEST,)),
    Rule("at what time", at_what_time, (Concept.WHAT_TIME,), STATES),
    Rule("starts in a time", starts_in_a_time, (Concept.START,), without=(Concept.WHY, Concept.NOT)),
    Rule("streams", streams_in_a_state, (Concept.STREAMS, Concept.STREAM)),
    Rule("by return code", by_return_code, (Concept.RETURN_CODE,)),
    Rule("jobs in a state", jobs_in_a_state, (*STATES, Concept.CONMAN_STATE)),
    Rule("jobs of a place", jobs_of_a_place, (Concept.JOBS, Concept.JOB, Concept.SHOW)),
    Rule("how many", overview_or_jobs, (Concept.HOW_MANY,)),
    Rule("by status", overview, (Concept.BY_STATUS,)),
    Rule("status", status, _ABOUT_ONE),
    Rule("overview", overview, (Concept.PLAN, Concept.HOW_IS, Concept.STATUS_WORD)),
    Rule("can be ready by", can_be_ready_by, (Concept.ANYTHING,), without=(Concept.WHY, Concept.JOBS, Concept.STREAMS)),
    Rule("a name", a_name, (Concept.ANYTHING,)),
)


def _has_exception(reading: Reading) -> bool:
    """Whether a part is taken out by words that no rule obeys. An "if" is none where it asks what would follow."""
    taken_out = [item for item in reading.items if means(item, Concept.EXCEPT)]
    if reading.has(Concept.IMPACT):
        taken_out = [item for item in taken_out if isinstance(item, Said) and item.text.lower() not in ("if", "se")]
    return bool(taken_out)


@lru_cache(maxsize=256)  # each step of a turn reads the question again
def understand_words(reading: Reading) -> Intent | None:
    """The intent of a question in words; None if no rule fits or too much of it is left over."""
    if _has_exception(reading) and not is_change(reading):
        return None
    slots = Slots(reading)
    if slots.longer_than is not None:
        return by_length(slots)  # a length that any other rule would leave out
    if any(MESSAGE_ID.fullmatch(name.text.upper()) for name in reading.names):
        return message(slots)
    return next((intent for rule in RULES if (intent := rule.apply(slots)) is not None), None)
