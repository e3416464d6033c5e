"""What is told about telling: a silence that is over, and an alert that could not be delivered."""

from collections.abc import Sequence
from datetime import tzinfo

from resync_bot.alerts import orders
from resync_bot.alerts.model import AlertGroup, Pattern, Posted, Severity, Silence
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.blocks import answer_of
from resync_bot.alerts.rendering.board import by_urgency, row_state
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.naming import RESOLVED, SIGN
from resync_bot.alerts.rendering.wrong import what
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, paragraphs
from resync_bot.conversation.model import Answer, Button, Buttons, Context, Place, Text

_LISTED = 15


def recap_answer(silence: Silence, groups: Sequence[AlertGroup], *, language: Language, zone: tzinfo | None) -> Answer:
    """What a silence kept quiet, when it is over: `groups` are those that were not told because of it."""
    clock = Clock(silence.until, zone, language)
    facts = [
        phrases.SILENCE_OF.in_(
            language, by=escape(silence.by), start=clock.at(silence.at), end=clock.at(silence.until)
        ),
        phrases.TICKET.in_(language, ticket=code(silence.ticket)) if silence.ticket else "",
        escape(silence.reason),
    ]
    still = [group for group in groups if group.is_open]
    count = phrases.RECAP_COUNT.in_(language, len(groups), open=len(still))
    blocks = (
        Text(
            f"{phrases.RECAP.in_(language, what=pattern_text(silence.pattern, language))} "
            f"({', '.join(fact for fact in facts if fact)})"
        ),
        Text(paragraphs(count, listed(groups, language)) if groups else phrases.RECAP_NOTHING.in_(language)),
    )
    return answer_of(blocks, clock)


def problem_answer(
    posted: Posted, group: AlertGroup, *, language: Language, zone: tzinfo | None, place: str = ""
) -> Answer:
    """For the fallback channel: what could not be delivered, where and why. `place` is how people call that place."""
    clock = Clock(group.root.since, zone, language)
    where = place or place_text(posted.place)
    why = escape(posted.problem) or phrases.NO_REASON.in_(language)
    attempts = f" ({phrases.ATTEMPTS.in_(language, posted.attempts)})" if posted.attempts else ""
    blocks = (
        Text(
            paragraphs(
                f"{SIGN[group.severity]} "
                + phrases.UNDELIVERED.in_(language, place=code(where), what=what(group.root, language)),
                f"{phrases.UNDELIVERED_WHY.in_(language, problem=why)}{attempts}",
            )
        ),
        Buttons(
            (Button(phrases.ACKNOWLEDGE.in_(language), "ask", orders.acknowledge(group.id, language), "primary"),)
            if group.is_open and group.acknowledged is None
            else ()
        ),
        Context(f"{code(group.id)} · {code(group.engine)} · {clock.at(group.root.since)}"),
    )
    return answer_of(blocks, clock)


def place_text(encoded: str) -> str:
    """A place as its platform names it: `slack C0123ABCD`."""
    try:
        place = Place.decode(encoded)
    except ValueError:
        return encoded
    return " ".join(part for part in (place.platform, place.channel) if part)


def listed(groups: Sequence[AlertGroup], language: Language) -> str:
    """One line each, the worst that is open first."""
    ordered = [*by_urgency([one for one in groups if one.is_open]), *(one for one in groups if not one.is_open)]
    lines = [_line(group, language) for group in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        lines.append(phrases.MORE.in_(language, n=len(ordered) - _LISTED))
    return bullets(lines)


def _line(group: AlertGroup, language: Language) -> str:
    sign = SIGN[group.severity] if group.is_open else RESOLVED
    wrong = what(group.root, language, is_over=not group.is_open)
    return f"{sign} {wrong}: {escape(row_state(group, language))}"


def pattern_text(pattern: Pattern, language: Language) -> str:
    """What a pattern means, in a few words: ``PAY@` on `PROD`, error and worse`."""
    named = [
        said.in_(language, name=code(value))
        for said, value in (
            (phrases.PATTERN_NAME, pattern.name),
            (phrases.PATTERN_JOB, pattern.job),
            (phrases.PATTERN_STREAM, pattern.stream),
            (phrases.PATTERN_FOLDER, pattern.folder),
            (phrases.PATTERN_WORKSTATION, pattern.workstation),
            (phrases.PATTERN_ENGINE, pattern.engine),
        )
        if value is not None
    ]
    parts = [" ".join(named) or phrases.PATTERN_ANYTHING.in_(language)]
    parts += [phrases.KINDS[kind].in_(language) for kind in pattern.kinds]
    if pattern.severity is not Severity.WARNING:
        word = phrases.SEVERITY[pattern.severity].in_(language).lower()
        is_worst = pattern.severity is max(Severity, key=lambda one: one.rank)
        parts.append((phrases.ONLY_SEVERITY if is_worst else phrases.AND_WORSE).in_(language, severity=word))
    if pattern.critical:
        parts.append(phrases.ONLY_CRITICAL.in_(language))
    return ", ".join(parts)
