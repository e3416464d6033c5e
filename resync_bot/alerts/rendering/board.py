"""A storm's board: one message in place of one for each root cause."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from resync_bot.alerts import orders
from resync_bot.alerts.model import AlertGroup, Ending
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.alert import held_up
from resync_bot.alerts.rendering.blocks import answer_of
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.naming import RESOLVED, SIGN, short_name
from resync_bot.alerts.rendering.wrong import how_it_ended
from resync_bot.alerts.storms import CALM
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, inline, paragraphs
from resync_bot.conversation.model import Answer, Block, Button, Buttons, Context, Table, Text
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration

_ROWS = 15  # as many as can be taken in at a glance
_ACKNOWLEDGED = 3  # buttons: the worst that nobody looks after
_NAMED = 6


def board_answer(
    groups: Sequence[AlertGroup],
    *,
    language: Language,
    zone: tzinfo | None,
    since: datetime,
    is_over: bool,
    calm: timedelta = CALM,
) -> Answer:
    """What stands in the channel while `groups` would be too many messages.

    `is_over`: new alerts come one by one again, and the board follows those on it until they are over. It ends after
    `calm` without a new one.
    """
    clock = Clock(since, zone, language)
    still = sorted((group for group in groups if group.is_open), key=_urgency)
    over = [group for group in groups if not group.is_open]
    rows = tuple(_row(group, language) for group in still[:_ROWS])
    table = Table(_columns(language), rows, more=len(still) - len(rows))
    blocks: list[Block] = [
        Text(_head(groups, still, clock, language, since=since, is_over=is_over)),
        *([table] if rows else []),
        Text(_recovered(over, language)),
        Buttons(tuple(_buttons(still, language))),
        Context(_when_it_leaves(still, language, calm=calm, is_over=is_over)),
    ]
    return answer_of(blocks, clock)


def row_state(group: AlertGroup, language: Language) -> str:
    """How a group stands, in a word or two, as plain text."""
    if not group.is_open:
        return how_it_ended(group, language)
    if group.is_recovering:
        return phrases.STATE_RECOVERING.in_(language)
    if group.members[0].ending is Ending.RUNNING:
        return phrases.STATE_RERUNNING.in_(language)
    return inline(group.acknowledged.by) if group.acknowledged else phrases.STATE_OPEN.in_(language)


def by_urgency(groups: Sequence[AlertGroup]) -> list[AlertGroup]:
    """The worst first; of those alike, what holds up most, then the oldest."""
    return sorted(groups, key=_urgency)


def _urgency(group: AlertGroup) -> tuple[int, int, datetime]:
    impact = group.findings.impact if group.findings else None
    return -group.severity.rank, -max(impact.jobs if impact else 0, len(group.members)), group.root.since


def _head(
    groups: Sequence[AlertGroup],
    still: Sequence[AlertGroup],
    clock: Clock,
    language: Language,
    *,
    since: datetime,
    is_over: bool,
) -> str:
    causes = phrases.CAUSES.in_(language, len(groups))
    failures = phrases.FAILURES.in_(language, sum(member.failures for group in groups for member in group.members))
    told = phrases.OPEN_NOW.in_(language, causes=causes, failures=failures, open=len(still))
    said = phrases.STORM_OVER if is_over else phrases.STORM
    sign = SIGN[still[0].severity] if still else RESOLVED
    return f"{sign} {said.in_(language, time=clock.at(since), causes=told)}"


def _columns(language: Language) -> tuple[str, ...]:
    heads = (phrases.BOARD_CAUSE, phrases.BOARD_WHAT, phrases.BOARD_PROBLEMS, phrases.BOARD_HOLDS, phrases.BOARD_STATE)
    return tuple(head.in_(language) for head in heads)


def _row(group: AlertGroup, language: Language) -> tuple[str, ...]:
    impact = group.findings.impact if group.findings else None
    still = sum(1 for _ in group.open_members)
    count = str(still) if still == len(group.members) else f"{still}/{len(group.members)}"
    return (
        f"{SIGN[group.severity]} {inline(group.root.subject.short_name)}",
        phrases.KIND[group.root.kind].in_(language),
        count,
        held_up(impact, language) if impact and impact.jobs else "–",
        row_state(group, language),
    )


def _recovered(over: Sequence[AlertGroup], language: Language) -> str:
    if not over:
        return ""
    newest = sorted(over, key=lambda group: group.ended or group.changed, reverse=True)
    names = enumeration([short_name(group.root.subject) for group in newest], language, limit=_NAMED)
    return phrases.BOARD_RECOVERED.in_(language, len(over), names=names)


def _buttons(still: Sequence[AlertGroup], language: Language) -> list[Button]:
    free = [group for group in still if group.acknowledged is None]
    return [
        Button(
            f"{phrases.ACKNOWLEDGE.in_(language)}: {inline(group.root.subject.short_name)}",
            "ask",
            orders.acknowledge(group.id, language),
        )
        for group in free[:_ACKNOWLEDGED]
    ]


def _when_it_leaves(still: Sequence[AlertGroup], language: Language, *, calm: timedelta, is_over: bool) -> str:
    if not is_over:
        return phrases.BOARD_LEAVES.in_(language, calm=duration(int(calm.total_seconds())))
    done = "" if still else phrases.BOARD_DONE.in_(language)
    ids = " · ".join(code(group.id) for group in still[:_NAMED])
    return paragraphs(done or phrases.BOARD_LEFT.in_(language), ids).replace("\n\n", " ")
