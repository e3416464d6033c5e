"""Which states allow which change, so that nobody is offered, or asks an engine for, what it will refuse.

After the User's Guide 10.2.5 (conman commands; table 91 for confirm), checked 2026-11-23. Pure.
"""

from enum import StrEnum
from typing import assert_never

from resync_bot.tws.actions.model import (
    GO,
    MOST_SUCCESSORS,
    Action,
    Cancel,
    Confirm,
    Hold,
    Kill,
    Release,
    ReplyToPrompt,
    Rerun,
    SetFence,
    SetLimit,
    SetPriority,
    SetResourceQuantity,
    SubmitCommand,
    SubmitJob,
    SubmitStream,
    Switch,
    SwitchWorkstation,
)
from resync_bot.tws.models import Job, JobStream, Prompt, Resource, Status, Workstation

MOST_UNITS = 1024
ENDED = frozenset({"SUCC", "ABEND", "FAIL", "CANCL", "SUPPR"})
NOT_LAUNCHED = frozenset({"HOLD", "READY", "SCHED", "FENCE", "ADD", "WAIT", "WAITD", "PEND", "SUSP", "STUCK"})
LAUNCHED = frozenset({"EXEC", "SUCCP", "ABENP", "INTRO", "BOUND"})
RERUN_FROM = frozenset({"SUCC", "ABEND", "FAIL"})
RERUN_STOPPED_BY = frozenset({"WAIT", "INTRO", "EXEC", "EXTRN", "ABENP", "SUCCP", "READY", "PEND"})

# Internal status before, the same after a confirmation of success and of failure; what is missing has no effect.
CONFIRMED = {
    "EXEC": ("SUCC", "ABEND"),
    "ABENP": ("SUCCP", None),
    "PEND": ("SUCC", "ABEND"),
    "DONE": ("SUCC", "ABEND"),
    "ABEND": ("SUCC", None),
    "SUPPR": ("SUCC", None),
    "ERROR": ("SUCC", "ABEND"),
}


class Illegal(StrEnum):
    """Why a change is not possible now; counted, and worded for people elsewhere."""

    NOT_ENDED = "not_ended"  # a rerun of what still runs or waits
    NEVER_RAN = "never_ran"
    ALREADY_ENDED = "already_ended"
    ALREADY_CANCELED = "already_canceled"
    NOT_RUNNING = "not_running"  # a kill
    NOT_HELD = "not_held"  # nothing to release
    NO_EFFECT = "no_effect"  # it is so already
    NOT_TO_BE_CONFIRMED = "not_to_be_confirmed"
    SUCCESSOR_BUSY = "successor_busy"  # a successor that would rerun too is under way
    TOO_MANY_SUCCESSORS = "too_many_successors"
    ALREADY_ANSWERED = "already_answered"
    OUT_OF_RANGE = "out_of_range"


Subject = Job | JobStream | Prompt | Resource | Workstation


def illegal(action: Action, subject: Subject | None = None, successors: tuple[Job, ...] = ()) -> Illegal | None:  # noqa: C901, PLR0911, PLR0912  # one line per kind
    """Why `action` cannot be done to `subject` as it is now; None if it can.

    `subject` is what the action is about (nothing for submits); `successors` are the jobs that run again with it. The
    engine has the last word: what is legal here may have changed when it arrives there.
    """
    match action, subject:
        case Rerun(definition=definition), Job() as job:
            return _rerun(job, successors, from_another=definition is not None)
        case Cancel(pending=pending), (Job() | JobStream()) as node:
            return Illegal.NO_EFFECT if pending and is_pending(node) else _cancel(node)
        case Hold(), (Job() | JobStream()) as node:
            return _hold(node)
        case Release(dependencies=False), (Job() | JobStream()) as node:
            return None if node.priority == 0 or node.status is Status.HELD else Illegal.NOT_HELD
        case Release(), (Job() | JobStream()) as node:
            return None if node.internal_status == "HOLD" else Illegal.NOT_HELD
        case Confirm(succeeded=succeeded), Job() as job:
            return None if confirmed(job.internal_status, succeeded=succeeded) else Illegal.NOT_TO_BE_CONFIRMED
        case Kill(), Job() as job:
            return None if job.internal_status in {"EXEC", "INTRO"} else Illegal.NOT_RUNNING
        case SetPriority(priority=priority), Job() as job:
            return _priority(priority, job)
        case ReplyToPrompt(), Prompt() as prompt:
            return Illegal.ALREADY_ANSWERED if prompt.status.startswith("ANSWERED") else None
        case SetResourceQuantity(quantity=quantity), Resource() as resource:
            return _number(quantity, MOST_UNITS, resource.quantity)
        case SetLimit(limit=limit), Workstation() as workstation:
            return _number(limit, MOST_UNITS, workstation.limit)
        case SetFence(fence=fence), Workstation() as workstation:
            return _number(fence, GO, workstation.fence)
        case SwitchWorkstation(switch=switch), Workstation() as workstation:
            return Illegal.NO_EFFECT if is_switched(workstation, switch) else None
        case ((SubmitStream() | SubmitJob() | SubmitCommand()), None):
            return None
        case _:
            raise TypeError(f"{type(action).__name__} is not done to {type(subject).__name__}")


def confirmed(internal_status: str, *, succeeded: bool) -> str | None:
    """The status that a confirmation leads to; None if it has no effect or is not supported."""
    outcomes = CONFIRMED.get(internal_status, (None, None))
    return outcomes[0] if succeeded else outcomes[1]


def is_pending(node: Job | JobStream) -> bool:
    """Whether it is to be canceled as soon as nothing else holds it: a flag, or a status of its own (User's Guide)."""
    return node.cancel_pending or node.internal_status == "CANCLP"


def _rerun(job: Job, successors: tuple[Job, ...], *, from_another: bool) -> Illegal | None:
    ended = RERUN_FROM | {"SUPPR"} if from_another else RERUN_FROM
    if job.internal_status not in ended and not (job.canceled and job.started):
        return Illegal.NEVER_RAN if job.started is None else Illegal.NOT_ENDED
    if len(successors) > MOST_SUCCESSORS:
        return Illegal.TOO_MANY_SUCCESSORS
    if any(one.internal_status in RERUN_STOPPED_BY for one in successors):
        return Illegal.SUCCESSOR_BUSY
    return None


def _cancel(node: Job | JobStream) -> Illegal | None:
    if node.status is Status.CANCELED:
        return Illegal.ALREADY_CANCELED
    return Illegal.ALREADY_ENDED if node.internal_status in ENDED else None


def _hold(node: Job | JobStream) -> Illegal | None:
    if node.status is Status.HELD or node.priority == 0:
        return Illegal.NO_EFFECT
    if node.internal_status in ENDED:
        return Illegal.ALREADY_ENDED
    return None if node.internal_status in NOT_LAUNCHED or isinstance(node, JobStream) else Illegal.NO_EFFECT


def _priority(priority: int, job: Job) -> Illegal | None:
    if job.internal_status in ENDED:
        return Illegal.ALREADY_ENDED
    if job.internal_status in LAUNCHED:
        return Illegal.NO_EFFECT
    return _number(priority, GO, job.priority)


def _number(wanted: int, most: int, now: int | None) -> Illegal | None:
    if not 0 <= wanted <= most:
        return Illegal.OUT_OF_RANGE
    return Illegal.NO_EFFECT if wanted == now else None


def is_switched(workstation: Workstation, switch: Switch) -> bool:
    """Whether it is as `switch` would make it."""
    match switch:
        case Switch.LINK:
            return workstation.linked
        case Switch.UNLINK:
            return not workstation.linked
        case Switch.START:
            return workstation.running
        case Switch.STOP:
            return not workstation.running
        case _:
            assert_never(switch)
