"""What is wrong, in one line: the headline of an alert and of everything that speaks of it."""

from typing import assert_never

from resync_bot.alerts.model import AlertGroup, Ending, Trouble, TroubleKind
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.naming import RESOLVED, SIGN, short_name
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import escape
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import Said

_WORKSTATION = {"stopped": phrases.STOPPED, "unlinked": phrases.UNLINKED}


def what(trouble: Trouble, language: Language, *, is_over: bool = False) -> str:
    """``PAYROLL_POST` failed, return code 12`; of what is over, what was wrong."""
    said = _said(trouble)
    said = phrases.WAS.get(said, said) if is_over else said
    late = duration(trouble.slack_seconds) if trouble.slack_seconds is not None else ""
    text = said.in_(language, name=short_name(trouble.subject), duration=late)
    if trouble.return_code is not None and trouble.kind is TroubleKind.JOB_FAILED:
        return f"{text}, {phrases.WITH_RC.in_(language, rc=trouble.return_code)}"
    if trouble.kind is TroubleKind.JOB_FAILED and trouble.status and not _never_started(trouble):
        return f"{text} ({escape(trouble.status)})"
    return text


def headline(group: AlertGroup, language: Language) -> str:
    """With its sign; of what is over, how it ended."""
    wrong = what(group.root, language, is_over=not group.is_open)
    if group.resolved is not None:
        return f"{RESOLVED} **{capital(how_it_ended(group, language))}**: {wrong}"
    severity = group.severity
    word = phrases.SEVERITY[severity].in_(language)
    critical = f" ({phrases.CRITICAL_JOB.in_(language)})" if group.root.critical else ""
    return f"{SIGN[severity]} **{word}: {wrong}**{critical}"


def how_it_ended(group: AlertGroup, language: Language) -> str:
    """`recovered after 14 min`; of what is still open, how its root ended if it did."""
    root = group.members[0]
    ending = phrases.ENDED[root.ending].in_(language) if root.ending else phrases.OVER.in_(language)
    end = group.ended or root.ended
    if end is None or root.ending is Ending.RUNNING:
        return ending
    return phrases.AFTER.in_(language, ending=ending, duration=duration(int((end - group.root.since).total_seconds())))


def capital(text: str) -> str:
    """With a capital at its beginning, also inside of bold."""
    start = 2 if text.startswith("**") else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _said(trouble: Trouble) -> Said:  # noqa: PLR0911  # one for each kind
    match trouble.kind:
        case TroubleKind.JOB_FAILED:
            return phrases.COULD_NOT_START if _never_started(trouble) else phrases.FAILED
        case TroubleKind.STREAM_STUCK:
            return phrases.STUCK
        case TroubleKind.PROMPT_WAITING:
            return phrases.PROMPT
        case TroubleKind.JOB_LATE:
            return phrases.LATE
        case TroubleKind.DEADLINE_MISSED:
            return phrases.MISSED
        case TroubleKind.DEADLINE_AT_RISK:
            return phrases.AT_RISK if trouble.slack_seconds is None else phrases.AT_RISK_BY
        case TroubleKind.WORKSTATION_DOWN:
            return _WORKSTATION.get(trouble.text.strip().lower(), phrases.DOWN)
        case TroubleKind.ENGINE_AWAY:
            return phrases.ENGINE_AWAY
        case _:
            assert_never(trouble.kind)


def _never_started(trouble: Trouble) -> bool:
    """FAIL is HWA's word for a job that its agent could not launch (hwa-api, section 2.4)."""
    return trouble.status == "FAIL" and trouble.return_code is None
