"""When a place is told: after a group's first seconds, then at once what people do, the rest not too often. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from resync_bot.alerts.model import AlertGroup, Posted, Rule, StoryEntry, StoryKind
from resync_bot.runtime.alerts_settings import AlertsSettings

DEBOUNCE: Final = timedelta(seconds=5)  # between two edits, except after what a person did
BACKOFF_FIRST: Final = timedelta(seconds=30)  # after a message that could not be delivered, doubled each time
BACKOFF_LONGEST: Final = timedelta(minutes=30)

# What a person did is shown at once.
_BY_PEOPLE: Final = frozenset({StoryKind.ACKNOWLEDGED, StoryKind.RELEASED, StoryKind.SILENCED})
# What the thread is told, and of these what cannot wait for the interval. The rest is in the message alone.
_TOLD: Final = frozenset(
    {
        StoryKind.FAILED_AGAIN,
        StoryKind.ESCALATED,
        StoryKind.ACKNOWLEDGED,
        StoryKind.RELEASED,
        StoryKind.RESOLVED,
    }
)
_TOLD_AT_ONCE: Final = frozenset({StoryKind.ESCALATED, StoryKind.ACKNOWLEDGED, StoryKind.RELEASED, StoryKind.RESOLVED})


class Timing(StrEnum):
    """Why nothing is sent now."""

    GROUP_WAIT = "group_wait"  # what belongs to it may still come
    HEALED = "healed"  # it was over before anybody had to be told
    STANDS = "stands"  # the message says all that there is to say
    DEBOUNCED = "debounced"  # it was edited just now
    BACKING_OFF = "backing_off"  # the last attempts failed


@dataclass(frozen=True, slots=True)
class Times:
    """A rule's times, or the settings'."""

    wait: timedelta
    interval: timedelta
    repeat: timedelta

    @classmethod
    def of(cls, rule: Rule, settings: AlertsSettings) -> "Times":
        """A rule's own come first."""

        def chosen(own: float | None, general: float) -> timedelta:
            return timedelta(seconds=general if own is None else own)

        return cls(
            chosen(rule.group_wait, settings.group_wait),
            chosen(rule.group_interval, settings.group_interval),
            chosen(rule.repeat_interval, settings.repeat_interval),
        )


def may_post(group: AlertGroup, posted: Posted | None, times: Times, *, now: datetime) -> Timing | None:
    """Why the first message is not sent now; None if it is."""
    if not group.is_open:
        return Timing.HEALED
    if now < group.opened + times.wait:
        return Timing.GROUP_WAIT
    return _backing_off(posted, now)


def may_edit(group: AlertGroup, posted: Posted, shown: str, *, now: datetime) -> Timing | None:
    """Why the message is not edited now; None if it is. `shown` is a digest of what it is to say."""
    if posted.shown == shown:
        return Timing.STANDS
    if (why := _backing_off(posted, now)) is not None:
        return why
    by_person = any(entry.kind in _BY_PEOPLE for entry in group.story[posted.told :])
    is_soon = posted.at is not None and now < posted.at + DEBOUNCE
    return Timing.DEBOUNCED if is_soon and not by_person and group.is_open else None


def to_note(group: AlertGroup, posted: Posted, times: Times, *, now: datetime) -> Sequence[StoryEntry]:
    """What the thread is told now, in one message; empty if nothing is."""
    fresh = [entry for entry in group.story[posted.told :] if entry.kind in _TOLD]
    if not fresh or _backing_off(posted, now) is not None:
        return ()
    is_due = posted.noted is None or now >= posted.noted + times.interval
    return fresh if is_due or any(entry.kind in _TOLD_AT_ONCE for entry in fresh) else ()


def is_reminder_due(group: AlertGroup, posted: Posted, times: Times, *, now: datetime) -> bool:
    """Whether nobody looks after it for so long that people are called again."""
    last = posted.reminded or posted.first
    return group.is_open and group.acknowledged is None and last is not None and now >= last + times.repeat


def _backing_off(posted: Posted | None, now: datetime) -> Timing | None:
    if posted is None or not posted.attempts or posted.at is None:
        return None
    wait = min(BACKOFF_FIRST * 2 ** min(posted.attempts - 1, 10), BACKOFF_LONGEST)
    return Timing.BACKING_OFF if now < posted.at + wait else None
