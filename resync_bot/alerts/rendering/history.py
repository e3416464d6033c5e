"""How often a job fails, and how that usually ends."""

from collections.abc import Iterator

from resync_bot.alerts.model import Findings
from resync_bot.alerts.rendering import phrases
from resync_bot.conversation.language import Language
from resync_bot.conversation.moments import duration

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def how_it_usually_ends(findings: Findings, language: Language) -> Iterator[str]:
    """`3rd failure this week.` and `Of 5 earlier times 4 were over within a day, usually after 12 min.`"""
    if findings.failures_this_week > 1:
        yield phrases.NTH_THIS_WEEK.in_(language, nth=ordinal(findings.failures_this_week, language))
    elif findings.failures_this_week == 1:
        said = phrases.FIRST_THIS_WEEK if findings.episodes else phrases.FIRST_FAILURE
        yield said.in_(language)
    if findings.healed and findings.healed_after_seconds is not None:
        after = duration(findings.healed_after_seconds)
        if findings.healed == findings.episodes > 1:
            yield phrases.ALWAYS.in_(language, n=findings.episodes, duration=after)
        else:
            yield phrases.USUALLY.in_(language, findings.episodes, healed=findings.healed, duration=after)
    elif findings.episodes and not findings.healed:
        yield phrases.USUALLY_NOT.in_(language, findings.episodes)


def ordinal(number: int, language: Language) -> str:
    """`3rd`, `3ª`: of a failure, which is feminine in Portuguese."""
    if language is Language.PT:
        return f"{number}ª"
    return f"{number}{'th' if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, 'th')}"
