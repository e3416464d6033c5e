"""How it is seen that a change has happened. An engine answers at once and applies it later (User's Guide 10.2.5,
conman; seen to take seconds): until then its plan shows the old state. Pure."""

from resync_bot.tws.actions.legal import Subject, confirmed, is_pending, is_switched
from resync_bot.tws.actions.model import (
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
    SwitchWorkstation,
)
from resync_bot.tws.models import Job, JobStream, Prompt, Resource, Status, Workstation


def has_happened(action: Action, before: Subject, now: Subject) -> bool:  # noqa: C901, PLR0911, PLR0912  # one line per kind
    """Whether `now`, read after the change was sent, shows it. `before` is the same object, read before that.

    Submits have no object before: whoever submitted looks whether the new one is in the plan.
    """
    match action, before, now:
        case Rerun(), Job(), Job():
            return len(now.runs) > len(before.runs) or now.job_number != before.job_number
        case Cancel(pending=pending), (Job() | JobStream()), (Job() | JobStream()):
            return now.status is Status.CANCELED or (pending and is_pending(now))
        case Hold(), (Job() | JobStream()), (Job() | JobStream()):
            return now.priority == 0 or now.status is Status.HELD
        case Release(dependencies=False), (Job() | JobStream()), (Job() | JobStream()):
            return now.priority != 0 and now.status is not Status.HELD
        case Release(), (Job() | JobStream()), (Job() | JobStream()):
            return now.internal_status != "HOLD"
        case Confirm(succeeded=succeeded), Job(), Job():
            return now.internal_status == confirmed(before.internal_status, succeeded=succeeded)
        case Kill(), Job(), Job():
            return now.internal_status == "ABEND"
        case SetPriority(priority=priority), Job(), Job():
            return now.priority == priority
        case ReplyToPrompt(yes=yes), Prompt(), Prompt():
            return now.status == ("ANSWERED_YES" if yes else "ANSWERED_NO")
        case SetResourceQuantity(quantity=quantity), Resource(), Resource():
            return now.quantity == quantity
        case SetLimit(limit=limit), Workstation(), Workstation():
            return now.limit == limit
        case SetFence(fence=fence), Workstation(), Workstation():
            return now.fence == fence
        case SwitchWorkstation(switch=switch), Workstation(), Workstation():
            return is_switched(now, switch)
        case _:
            raise TypeError(f"{type(action).__name__} is not seen at {type(now).__name__}")
