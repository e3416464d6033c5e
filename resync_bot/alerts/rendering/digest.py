"""A shift's digest."""

from collections.abc import Iterator
from datetime import tzinfo

from resync_bot.alerts import orders
from resync_bot.alerts.digest import Deadline, Digest
from resync_bot.alerts.model import AlertGroup
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.blocks import answer_of
from resync_bot.alerts.rendering.board import by_urgency
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.naming import RESOLVED, SIGN, looked_after_since, short_name
from resync_bot.alerts.rendering.notices import pattern_text
from resync_bot.alerts.rendering.wrong import how_it_ended, what
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, paragraphs
from resync_bot.conversation.model import Answer, Block, Button, Buttons, Context, Text
from resync_bot.conversation.moments import duration

_LISTED = 10
_BUTTONS = 3


def digest_answer(digest: Digest, *, language: Language, zone: tzinfo | None) -> Answer:
    """Open failures, who looks after what, silences that end, deadlines at risk, what was resolved."""
    clock = Clock(digest.now, zone, language)
    still = by_urgency(digest.open)
    free = [group for group in still if group.acknowledged is None]
    blocks: list[Block] = [
        Text(_head(digest, clock, language)),
        Text(_section(phrases.DIGEST_OPEN.in_(language), [_line(one, clock, language) for one in still], language)),
        Text(_deadlines(digest, clock, language)),
        Text(_silences(digest, clock, language)),
        Text(_resolved(digest, clock, language)),
        Buttons(
            tuple(
                Button(
                    f"{phrases.ACKNOWLEDGE.in_(language)}: {group.root.subject.short_name}",
                    "ask",
                    orders.acknowledge(group.id, language),
                )
                for group in free[:_BUTTONS]
            )
        ),
        Context(code(digest.engine)),
    ]
    return answer_of(blocks, clock)


def _head(digest: Digest, clock: Clock, language: Language) -> str:
    sign = SIGN[by_urgency(digest.open)[0].severity] if digest.open else RESOLVED
    head = phrases.DIGEST.in_(language, start=clock.at(digest.since), end=clock.at(digest.now))
    looked_after = sum(1 for group in digest.open if group.acknowledged)
    counts = phrases.DIGEST_COUNTS.in_(
        language, open=len(digest.open), acknowledged=looked_after, resolved=len(digest.resolved)
    )
    calm = phrases.DIGEST_CALM.in_(language)
    if not digest.open and digest.resolved:
        calm = f"{calm} {phrases.DIGEST_WAS.in_(language, len(digest.resolved))}"
    return f"{sign} {head}\n\n{counts if digest.open else calm}"


def _line(group: AlertGroup, clock: Clock, language: Language) -> str:
    acknowledged = group.acknowledged
    who = (
        phrases.LOOKED_AFTER.in_(language, by=escape(acknowledged.by), time=clock.at(looked_after_since(group)))
        if acknowledged
        else f"{phrases.NOBODY_YET.in_(language)}."
    )
    since = phrases.SINCE.in_(language, time=clock.at(group.root.since))
    return f"{SIGN[group.severity]} {what(group.root, language)}, {since}: {who}"


def _deadlines(digest: Digest, clock: Clock, language: Language) -> str:
    if digest.deadlines is None:
        return ""
    until = clock.at(digest.until)
    if not digest.deadlines:
        return phrases.DIGEST_NO_RISK.in_(language, time=until)
    lines = [_due(one, clock, language) for one in sorted(digest.deadlines, key=lambda one: one.deadline)]
    return _section(phrases.DIGEST_DEADLINES.in_(language, time=until), lines, language)


def _due(deadline: Deadline, clock: Clock, language: Language) -> str:
    text = phrases.DIGEST_DUE.in_(language, name=code(deadline.job), time=clock.at(deadline.deadline))
    slack = deadline.slack_seconds
    if slack is None:
        return text
    said = phrases.LATE_BY if slack < 0 else phrases.TIME_LEFT
    return f"{text}, {said.in_(language, duration=duration(slack))}"


def _silences(digest: Digest, clock: Clock, language: Language) -> str:
    lines = [
        phrases.DIGEST_SILENCE.in_(
            language, what=pattern_text(one.pattern, language), time=clock.at(one.until), by=escape(one.by)
        )
        for one in digest.silences
    ]
    return _section(phrases.DIGEST_SILENCES.in_(language), lines, language)


def _resolved(digest: Digest, clock: Clock, language: Language) -> str:
    if not digest.resolved:
        return ""
    head = phrases.DIGEST_RESOLVED.in_(language, len(digest.resolved), time=clock.at(digest.since))
    lines = [
        f"{short_name(group.root.subject)}: {how_it_ended(group, language)}"
        + (f", {escape(group.acknowledged.by)}" if group.acknowledged else "")
        for group in digest.resolved
    ]
    return _section(head, lines, language)


def _section(head: str, lines: list[str], language: Language) -> str:
    return paragraphs(head, bullets(list(_cut(lines, language)))) if lines else ""


def _cut(lines: list[str], language: Language) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield phrases.MORE.in_(language, n=len(lines) - _LISTED)
