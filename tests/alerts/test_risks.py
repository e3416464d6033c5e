"""Deadlines at risk: which are news, which are over, and what they belong to."""

from datetime import timedelta

import pytest

from resync_bot.alerts.model import Ending, TroubleKind
from resync_bot.alerts.risks import risks_of, roots_of_risks
from resync_bot.alerts.sources.troubles import at_risk
from resync_bot.tws.findings import CriticalJob, Risk
from tests.alerts.rendering.samples import ENGINE
from tests.tws.diagnosis.small_plan import NOW, job

CLOSE, SEND, CALC = job("CLOSE"), job("SEND"), job("CALC")


def judged(risk: Risk, minutes: int = -22) -> CriticalJob:
    return CriticalJob(job=CLOSE, risk=risk, slack_seconds=minutes * 60, obstacle=CALC)


STANDING = at_risk(ENGINE, judged(Risk.HIGH), NOW)


@pytest.mark.parametrize(
    ("risk", "was_told", "is_at_risk", "ending"),
    [
        (Risk.HIGH, False, True, None),
        (Risk.HIGH, True, True, None),
        (Risk.POTENTIAL, False, False, None),
        (Risk.POTENTIAL, True, False, Ending.IN_TIME),
        (Risk.ON_TRACK, True, False, Ending.IN_TIME),
        (Risk.MISSED, False, False, None),
        (Risk.MISSED, True, True, None),
        (Risk.DONE, True, False, Ending.SUCCEEDED),
    ],
)
def test_what_becomes_of_a_risk(risk: Risk, was_told: bool, is_at_risk: bool, ending: Ending | None) -> None:
    standing = [STANDING] if was_told else []
    risks, endings = risks_of(ENGINE, [judged(risk)], standing, now=NOW)
    assert [one.kind for one in risks] == [TroubleKind.DEADLINE_AT_RISK] * is_at_risk
    assert endings == ({STANDING.key: ending} if ending else {})


def test_a_risk_stays_as_it_was_first_told() -> None:
    """Its slack changes with every forecast: the message is not edited for that."""
    [risk], _ = risks_of(ENGINE, [judged(Risk.HIGH, -40)], [STANDING], now=NOW + timedelta(hours=1))
    assert risk == STANDING


def test_a_risk_names_what_holds_it_up() -> None:
    assert (STANDING.text, STANDING.obstacle_id, STANDING.slack_seconds) == (CALC.full_name, CALC.id, -22 * 60)


CLOSE_AT_RISK = STANDING
SEND_AT_RISK = at_risk(ENGINE, CriticalJob(job=SEND, risk=Risk.HIGH, obstacle=CALC), NOW)


@pytest.mark.parametrize(
    ("why", "roots", "known", "expected"),
    [
        ("the failure that holds them up", {"calc": "calc"}, {CALC.id: "calc"}, "calc"),
        ("its own root", {"calc": "first"}, {CALC.id: "calc"}, "first"),
        ("nothing that is wrong: the first of them", {}, {}, CLOSE_AT_RISK.key),
    ],
)
def test_what_risks_belong_to(why: str, roots: dict[str, str], known: dict[str, str], expected: str) -> None:
    found = roots_of_risks([CLOSE_AT_RISK, SEND_AT_RISK], roots, known)
    assert found == {CLOSE_AT_RISK.key: expected, SEND_AT_RISK.key: expected}, why
