"""Builds all other intents: workstations, prompts, resources, critical jobs, changes, pleasantries, limits."""

from typing import Final

from resync_bot.agent.interpreter.about_lists import jobs
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    Greeting,
    Help,
    Intent,
    ListCriticalJobs,
    ListPrompts,
    ListResources,
    ListWorkstations,
    ShowStatus,
    Thanks,
    WhyWaiting,
)
from resync_bot.agent.interpreter.items import Number, Role, Said
from resync_bot.agent.interpreter.mentions import is_any, mention
from resync_bot.agent.interpreter.reading import Reading
from resync_bot.agent.interpreter.slots import Slots

_PLEASANTRIES: Final = frozenset(
    {
        Concept.HELLO,
        Concept.THANKS,
        Concept.HELP,
        Concept.FILLER,
        Concept.POLITE,
        Concept.YES,
        Concept.AND,
    }
)
_TROUBLE: Final = (
    Concept.DOWN,
    Concept.UNLINKED,
    Concept.STOPPED,
    Concept.STUCK,
    Concept.FAILED,
    Concept.HAPPENED,
    Concept.ERRORS,
)


def critical(slots: Slots) -> Intent | None:
    """`critical jobs`, `which critical jobs failed`, `is X critical`."""
    reading = slots.reading
    if slots.targeted is not None and slots.targeted[0].sure and not reading.has(Concept.JOBS):
        return ShowStatus(slots.clear_target) if slots.clear_target else None
    if slots.statuses or reading.states:
        return jobs(slots, critical=True)
    if reading.has(Concept.IT) and not reading.has(Concept.JOBS):
        return ShowStatus()
    return (
        None
        if reading.names
        else ListCriticalJobs(only_at_risk=reading.has(Concept.AT_RISK, Concept.LATE, Concept.DOWN, Concept.HAPPENED))
    )


def prompts(slots: Slots) -> Intent | None:
    """`open prompts`; `which prompt is X waiting for` asks why X waits."""
    reading = slots.reading
    if reading.has(Concept.WAITING, Concept.WHY) and slots.targeted and slots.targeted[0].sure:
        return WhyWaiting(slots.clear_target) if slots.clear_target else None
    others = [name for name in reading.names if name.role is not Role.PROMPT]
    return (
        None
        if others
        else ListPrompts(only_open=reading.has(Concept.OPEN, Concept.WAITING) or not reading.has(Concept.ALL))
    )


def resources(slots: Slots) -> Intent | None:
    """`resources in use`, `who holds resource X`; `is X waiting for a resource` asks why X waits."""
    reading = slots.reading
    named = sorted(reading.names, key=lambda name: name.role is not Role.RESOURCE)
    if len(named) > 1 or any(not name.sure and name.role is not Role.RESOURCE for name in named):
        return None
    if not named or is_any(named[0].text):
        return ListResources(only_in_use=reading.has(Concept.IN_USE))
    if named[0].role is Role.BARE and reading.has(Concept.WAITING):
        return WhyWaiting(slots.clear_target) if slots.clear_target else None
    return ListResources(name=mention(named[0].text).name)


def holders(slots: Slots) -> Intent | None:
    """`who holds X`."""
    names = slots.reading.names
    if len(names) == 1 and not names[0].sure and " " not in names[0].text:
        return ListResources(name=names[0].text)
    return resources(slots) if names else None


def workstations(slots: Slots) -> Intent | None:
    """`which workstations are down`, `limit of FTA1`."""
    reading = slots.reading
    if reading.has(Concept.JOBS, Concept.STREAMS, Concept.JOB, Concept.STREAM) or len(reading.names) > 1:
        return None
    named = reading.names[0] if reading.names else None
    if named is not None and not named.sure and named.role is not Role.WORKSTATION:
        return None
    if named is not None and named.role in (Role.BARE, Role.JOB) and reading.has(Concept.START, Concept.RUNNING):
        if slots.clear_target is None:
            return None
        # "X does not start, fence?"; "on which machine does X run"
        return WhyWaiting(slots.clear_target) if slots.is_not_started else ShowStatus(slots.clear_target)
    if named is not None and not is_any(named.text):
        return ListWorkstations(name=mention(named.text).name)
    has_number = any(isinstance(item, Number) for item in reading.items)
    blocked_by_setting = reading.has(Concept.LIMIT, Concept.FENCE) and has_number
    not_linked = reading.has(Concept.NOT) and reading.has(Concept.LINKED, Concept.RUNNING)
    return ListWorkstations(only_in_trouble=reading.has(*_TROUBLE) or blocked_by_setting or not_linked)


def workstations_in_trouble(slots: Slots) -> Intent | None:
    """`which workstations have problems`; `what failed on workstation X` asks for jobs."""
    return None if slots.reading.names else workstations(slots)


def workstation_state(slots: Slots) -> Intent | None:
    """`is FTA1 linked`, `what is down`."""
    reading = slots.reading
    says_object = reading.has(Concept.WORKSTATION, Concept.WORKSTATIONS) or bool(reading.names)
    return workstations(slots) if says_object or reading.has(Concept.DOWN, Concept.UNLINKED) else None


def is_change(reading: Reading) -> bool:
    """Whether the question is a wish to change the plan."""
    if reading.has(Concept.CHANGE):
        return not reading.has(Concept.WHY)
    first = next(iter(reading.significant), None)
    if reading.has(Concept.PROMPT) and reading.has(Concept.WHAT):
        return False  # "do I have to answer any prompt?"
    asks = (
        Concept.STATUS_WORD,
        Concept.LOG,
        Concept.WHY,
        Concept.HOW_MANY,
        Concept.LONGEST,
        Concept.DEADLINE,
    )
    return (
        isinstance(first, Said)
        and Concept.CHANGE_IF_FIRST in first.meaning
        and len(reading.significant) > 1
        and not reading.has(*asks)
    )


def change(slots: Slots) -> Intent | None:
    """`rerun X`, `reply yes to prompt 5`."""
    return ChangeRequest(slots.clear_target) if is_change(slots.reading) else None


def pleasantry(slots: Slots) -> Intent | None:
    """A greeting, thanks or a call for help, and nothing else."""
    reading = slots.reading
    if any(not isinstance(item, Said) or item.meaning.isdisjoint(_PLEASANTRIES) for item in reading.items):
        return None
    if reading.has(Concept.HELP):
        return Help()
    if reading.has(Concept.HELLO):
        return Greeting()
    return Thanks()


def help_asked(slots: Slots) -> Intent | None:
    """`help me with the commands`."""
    return Help() if not slots.reading.names else None
