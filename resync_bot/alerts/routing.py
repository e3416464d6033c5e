"""Who is told of a group: the places of the rules that mean anything in it. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from resync_bot.alerts.matching import matches, means_engine
from resync_bot.alerts.model import AlertGroup, Origin, Pattern, Route, Rule, Trouble, TroubleKind, severity_of

DEFAULT = "default"


class Routing(StrEnum):
    """Why a place is told, or nobody is."""

    RULE = "rule"
    DEFAULT = "default"  # no rule means it: it goes where everything else goes
    NO_RULE = "no_rule"


def default_rule(to: tuple[str, ...], *, language: str) -> Rule | None:
    """Where everything goes that no other rule means, as encoded places; None if it goes nowhere."""
    return Rule(id=DEFAULT, origin=Origin.DEFAULT, pattern=Pattern(), to=to, language=language) if to else None


def routes(group: AlertGroup, rules: Sequence[Rule]) -> tuple[tuple[Route, ...], Routing]:
    """Where the group goes, each place once, by the first rule that sends it there; and why.

    The default counts only if no other rule means the group. That an engine does not answer concerns all that are told
    anything of it: whatever they wait for, no word of it would come.
    """
    if group.root.kind is TroubleKind.ENGINE_AWAY:
        meant = [rule for rule in rules if means_engine(rule.pattern, group.engine)]
    else:
        meant = [rule for rule in rules if any(means(rule.pattern, group, member.trouble) for member in group.members)]
    own = [rule for rule in meant if rule.origin is not Origin.DEFAULT]
    found: dict[str, Route] = {}
    for rule in meant if group.root.kind is TroubleKind.ENGINE_AWAY else own or meant:
        for place in rule.to:
            found.setdefault(place, Route(place=place, rule=rule))
    why = Routing.RULE if own else Routing.DEFAULT if found else Routing.NO_RULE
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
