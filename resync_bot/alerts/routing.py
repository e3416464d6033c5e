"""Who is told of a group: the places of the rules that mean anything in it. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from resync_bot.alerts.model import AlertGroup, Origin, Pattern, Route, Rule, Trouble, severity_of
from resync_bot.alerts.matching import matches
from resync_bot.runtime.alerts_settings import AlertsSettings


class Routing(StrEnum):
    """Why a place is told, or nobody is."""

    RULE = "rule"
    DEFAULT = "default"  # no rule means it: it goes where everything else goes
    NO_RULE = "no_rule"


def routes(group: AlertGroup, rules: Sequence[Rule], settings: AlertsSettings) -> tuple[tuple[Route, ...], Routing]:
    """Where the group goes, each place once, by the first rule that sends it there; and why."""
    meant = [rule for rule in rules if any(means(rule.pattern, group, member.trouble) for member in group.members)]
    if meant:
        why = Routing.RULE
    elif settings.to:
        meant = [
            Rule(id="default", origin=Origin.DEFAULT, pattern=Pattern(), to=settings.to, language=settings.language)
        ]
        why = Routing.DEFAULT
    else:
        why = Routing.NO_RULE
    found: dict[str, Route] = {}
    for rule in meant:
        for place in rule.to:
            found.setdefault(place, Route(place=place, rule=rule))
    return tuple(found.values()), why


def means(pattern: Pattern, group: AlertGroup, trouble: Trouble) -> bool:
    """Whether a trouble of the group is one that the pattern is about."""
    return matches(
        pattern,
        trouble.subject,
        kind=trouble.kind,
        severity=severity_of(group, trouble),
        critical=trouble.critical,
        runs_on=trouble.runs_on,
    )
