"""How alerts name an object of the plan, and how much it matters."""

from datetime import datetime

from resync_bot.alerts.model import AlertGroup, Severity, StoryKind, Subject
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.conversation.markdown import code, inline

# Seen at a glance also by those who see no colours: the words beside them say the same. The chat page reads them too.
SIGN: dict[Severity, str] = {Severity.WARNING: "🟡", Severity.ERROR: "🟠", Severity.CRITICAL: "🔴"}
RESOLVED = "🟢"


def short_name(subject: Subject) -> str:
    """The object's own name."""
    return code(subject.short_name)


def stream_path(subject: Subject) -> str:
    """`/PAYROLL/PAYROLL_DAILY`; a stream of the root folder has its bare name, as operators write it."""
    folder = subject.folder.rstrip("/")
    return f"{folder}/{subject.stream}" if folder else subject.stream


def looked_after_since(group: AlertGroup) -> datetime:
    """When somebody said so, by the engine's clock if the story tells it."""
    told = (entry.at for entry in reversed(group.story) if entry.kind is StoryKind.ACKNOWLEDGED)
    return next(told, group.acknowledged.at if group.acknowledged else group.opened)


def instance(subject: Subject, clock: Clock) -> str:
    """One instance as conman writes it, `FTA1#/PAYROLL/PAYROLL_DAILY(2230 11/22/26).PAYROLL_POST`: to ask about."""
    if not subject.stream:
        return inline(subject.short_name)
    when = f"({clock.local(subject.scheduled):%H%M %m/%d/%y})" if subject.scheduled else ""
    job = f".{subject.job}" if subject.job else ""
    where = f"{subject.workstation}#" if subject.workstation else ""
    return inline(f"{where}{stream_path(subject)}{when}{job}")
