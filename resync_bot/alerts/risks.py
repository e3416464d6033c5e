"""Deadlines of critical jobs that are at risk: which are news, which are over, and what they belong to. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from resync_bot.alerts.model import Ending, Trouble
from resync_bot.alerts.sources.troubles import at_risk
from resync_bot.tws.findings import CriticalJob, Risk


def risks_of(
    name: str, judged: Iterable[CriticalJob], standing: Iterable[Trouble], *, now: datetime
) -> tuple[list[Trouble], dict[str, Ending]]:
    """What is at risk now, each as it was first told, and how the rest of `standing` ended. `now` is the engine's.

    A deadline that was missed stays what it is until its job ends; one that nobody foresaw is told as missed alone.
    """
    known = {one.key: one for one in standing}
    found = {trouble.key: (trouble, one.risk) for one in judged for trouble in (at_risk(name, one, now),)}
    risks = [
        known.get(key, trouble)
        for key, (trouble, risk) in found.items()
        if risk is Risk.HIGH or (risk is Risk.MISSED and key in known)
    ]
    done = {key for key, (_, risk) in found.items() if risk is Risk.DONE}
    over = known.keys() - {one.key for one in risks}
    return risks, {key: Ending.SUCCEEDED if key in done else Ending.IN_TIME for key in over}


def roots_of_risks(risks: Iterable[Trouble], roots: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """A deadline at risk belongs to what holds it up; if that is nothing wrong itself, to the first that it endangers.

    `roots` are those of what is wrong, `known` its keys by the engine's ids.
    """
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for risk in risks:
        obstacle = known.get(risk.obstacle_id)
        if obstacle is not None:
            found[risk.key] = roots.get(obstacle, obstacle)
        else:
            found[risk.key] = first.setdefault(risk.obstacle_id or risk.key, risk.key)
    return found
