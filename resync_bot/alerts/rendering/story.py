"""What happened to an alert, as notes in its thread, or in short where the platform has no threads."""

from collections.abc import Sequence
from datetime import tzinfo

from resync_bot.alerts.model import AlertGroup, Ending, StoryEntry, StoryKind
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.blocks import answer_of
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.naming import short_name
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape
from resync_bot.conversation.model import Answer, Mentions, Text
from resync_bot.conversation.moments import duration

_LATEST = 5  # entries in short
_SAID_ANYWAY = frozenset({StoryKind.OPENED, StoryKind.JOINED})


def story_answer(
    group: AlertGroup,
    entries: Sequence[StoryEntry],
    *,
    language: Language,
    zone: tzinfo | None,
    mention: tuple[str, ...] = (),
) -> Answer:
    """One note in the thread for everything that happened since the last one. `mention`: whom a reminder calls."""
    clock = Clock(group.root.since, zone, language)
    lines = [f"{clock.at(entry.at)} {told(entry, group, language)}" for entry in entries]
    text = bullets(lines) if len(lines) > 1 else "".join(lines)
    return answer_of((Text(text), Mentions(mention)), clock)


def in_short(group: AlertGroup, clock: Clock, language: Language) -> str:
    """The latest entries in one line, the newest last, without what the message says anyway; empty if none."""
    happened = [entry for entry in group.story if entry.kind not in _SAID_ANYWAY]
    if group.resolved is not None:
        happened = [entry for entry in happened if entry.kind not in (StoryKind.RECOVERED, StoryKind.RESOLVED)]
    elif group.acknowledged is not None:
        last = max((one.at for one in happened if one.kind is StoryKind.ACKNOWLEDGED), default=None)
        happened = [one for one in happened if one.kind is not StoryKind.ACKNOWLEDGED or one.at != last]
    if not happened:
        return ""
    lines = [f"{clock.at(entry.at)} {told(entry, group, language)}" for entry in happened[-_LATEST:]]
    if len(happened) > _LATEST:
        lines.insert(0, phrases.EARLIER.in_(language, len(happened) - _LATEST))
    return " · ".join(lines)


def told(entry: StoryEntry, group: AlertGroup, language: Language) -> str:
    """One entry, without its time."""
    subject = code(entry.subject) if entry.subject else short_name(group.root.subject)
    by = escape(entry.by)
    match entry.kind:
        case StoryKind.JOINED:
            joined = phrases.JOINED_NAMED if entry.subject and entry.count == 1 else phrases.JOINED
            return joined.in_(language, entry.count, subject=subject)
        case StoryKind.RECOVERED:
            well = entry.ending in (None, Ending.SUCCEEDED)
            said = phrases.RECOVERED if well else phrases.RECOVERED_OTHERWISE
            ending = "" if entry.ending is None else phrases.ENDED[entry.ending].in_(language)
            return said.in_(language, subject=subject, ending=ending, duration=duration(entry.seconds))
        case StoryKind.RESOLVED:
            ending = phrases.ENDED[entry.ending].in_(language) if entry.ending else phrases.OVER.in_(language)
            if entry.seconds:
                ending = phrases.AFTER.in_(language, ending=ending, duration=duration(entry.seconds))
            return (phrases.RESOLVED_BY if by else phrases.RESOLVED).in_(language, by=by, ending=ending)
        case _:
            return phrases.STORY[entry.kind].in_(language, subject=subject, by=by)
