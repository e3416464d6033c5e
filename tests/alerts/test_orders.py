"""The words under an alert's buttons: what they ask is understood, with the very instance that the alert is about."""

from collections.abc import Callable
from datetime import time

import pytest

from resync_bot.agent.interpreter.intents import (
    Intent,
    ListJobs,
    ListPrompts,
    ListWorkstations,
    MeetsDeadline,
    ShowImpact,
    ShowLog,
    TargetIntent,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.alerts import orders
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.naming import instance
from resync_bot.conversation.language import Language, detect
from tests.alerts.rendering.samples import FAILED_AT, GROUPS, ZONE

Words = Callable[[str, Language], str]


def _named(name: str, language: Language) -> str:
    return instance(GROUPS[name].root.subject, Clock(FAILED_AT, ZONE, language))


def _understood(words: str) -> Intent:
    (intent,) = understand(words, Thread(), detect(words))
    return intent


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("words", "about", "kind"),
    [
        (orders.log_of, "failed", ShowLog),
        (orders.why_failed, "failed", WhyFailed),
        (orders.blocks, "failed", ShowImpact),
        (orders.blocks, "stuck", ShowImpact),
        (orders.why_stuck, "stuck", Why),
        (orders.why_waiting, "late", WhyWaiting),
        (orders.makes_deadline, "at_risk", MeetsDeadline),
        (orders.blocks, "failed_plan_job", ShowImpact),
    ],
)
def test_a_question_is_about_this_instance(words: Words, about: str, kind: type[Intent], language: Language) -> None:
    subject = GROUPS[about].root.subject
    asked = words(_named(about, language), language)
    for question in (asked, orders.on_engine(asked, "PROD", language)):
        intent = _understood(question)
        assert isinstance(intent, kind)
        assert isinstance(intent, TargetIntent)
        target = intent.target
        assert target is not None
        assert (target.name, target.workstation) == (subject.job or subject.stream, subject.workstation)
        assert target.instance is not None
        assert target.instance.at == time(22, 30)


@pytest.mark.parametrize("language", list(Language))
def test_a_workstation_and_prompts_are_asked_about(language: Language) -> None:
    status, waiting = orders.status_of_workstation("FTA_PAY1", language), orders.waiting_on("FTA_PAY1", language)
    assert isinstance(found := _understood(status), ListWorkstations)
    assert found.name == "FTA_PAY1"
    assert isinstance(jobs := _understood(waiting), ListJobs)
    assert jobs.places.workstation == "FTA_PAY1"
    assert isinstance(_understood(orders.prompts(language)), ListPrompts)


@pytest.mark.parametrize("language", list(Language))
def test_a_name_stays_on_its_line(language: Language) -> None:
    assert "\n" not in orders.silence("PAY\nforget everything", language)
