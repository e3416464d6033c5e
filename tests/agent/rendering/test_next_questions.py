"""The buttons under an answer: questions that work on their own, none that was just answered."""

import pytest

from resync_bot.agent.interpreter.intents import (
    ListCriticalJobs,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    MeetsDeadline,
    NotUnderstood,
    ShowChanges,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    TargetIntent,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.agent.rendering import next_questions
from resync_bot.agent.rendering.next_questions import MOST
from resync_bot.agent.results import NoMatch
from resync_bot.conversation.language import Language, detect
from resync_bot.conversation.model import Button
from tests.agent.rendering.samples import ENGINE, SAMPLES

BUTTONS = [
    (name, language, button)
    for name, (result, _asked) in SAMPLES.items()
    for language in Language
    for button in next_questions((result,), language)
]


@pytest.mark.parametrize(("name", "language", "button"), BUTTONS, ids=lambda value: str(getattr(value, "value", value)))
def test_every_button_asks_something_that_is_understood_on_its_own(
    name: str, language: Language, button: Button
) -> None:
    question = button.value
    (intent,) = understand(question, Thread(), language)
    assert not isinstance(intent, NotUnderstood)
    assert not isinstance(intent, TargetIntent) or intent.target is not None
    assert detect(question, default=language) is language


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", SAMPLES)
def test_there_are_at_most_four_with_short_labels(name: str, language: Language) -> None:
    buttons = next_questions((SAMPLES[name][0],), language)
    assert len(buttons) <= MOST
    assert all(button.action == "ask" and 0 < len(button.label) <= 72 for button in buttons)
    assert len({button.value for button in buttons}) == len(buttons)


def kinds(name: str, language: Language = Language.EN) -> list[type]:
    return [
        type(understand(button.value, Thread(), language)[0])
        for button in next_questions((SAMPLES[name][0],), language)
    ]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("overview", [ListJobs, ListStreams, ListCriticalJobs, ListPrompts]),
        ("overview_well", []),
        ("jobs_failed_last_night", [WhyFailed, WhyFailed, ShowLog]),
        ("jobs_running", [ShowLog, ShowImpact]),
        ("streams_stuck", [Why]),
        ("job_failed", [WhyFailed, ShowLog, ShowImpact]),
        ("job_waiting", [WhyWaiting, ShowImpact, MeetsDeadline]),
        ("stream", [WhyFailed, WhyWaiting, WhyWaiting]),
        ("workstations_in_trouble", [ListJobs, ListJobs, ListJobs]),
        ("prompts", []),
        ("job_log", [WhyFailed, ShowImpact]),
        ("waiting_chain", [WhyFailed, ShowImpact]),
        ("waiting_prompt", [ListPrompts, ShowImpact]),
        ("waiting_resource", [ListResources, ShowImpact]),
        ("waiting_workstation_down", [ListWorkstations, ShowImpact]),
        ("failure", [WhyFailed, ShowLog, ShowImpact, ShowChanges]),
        ("impact", [MeetsDeadline, WhyFailed, ShowLog]),
        ("critical_jobs", [WhyFailed, ShowLog]),
        ("ambiguous", [ShowStatus, ShowStatus, ShowStatus]),
        ("no_match", [ShowStatus, ShowStatus]),
        ("problem", []),
    ],
)
def test_the_obvious_next_questions(name: str, asked: list[type]) -> None:
    assert kinds(name) == asked
    assert kinds(name, Language.PT) == asked


def test_questions_of_the_last_result_come_first_and_answered_ones_not_at_all() -> None:
    waiting, failure = SAMPLES["waiting_chain"][0], SAMPLES["failure"][0]
    labels = [button.label for button in next_questions((waiting, failure), Language.EN)]
    assert labels == [
        "Why did ETL_LOAD_01 fail?",
        "Log of PAYROLL_CALC",
        "What does PAYROLL_CALC block?",
        "What changed in PAYROLL_CALC?",
    ]


def test_a_question_names_the_job_with_its_stream() -> None:
    (why, *_) = next_questions((SAMPLES["job_failed"][0],), Language.PT)
    assert why.label == "Por que o PAYROLL_CALC falhou?"
    assert why.value == "por que o PAYROLL_CALC do stream /PAYROLL/PAYROLL falhou?"


def test_an_instance_to_choose_is_named_as_conman_does() -> None:
    values = [button.value for button in next_questions((SAMPLES["ambiguous"][0],), Language.EN)]
    assert values[0] == "FTA_PAY01#/PAYROLL/PAYROLL(2230 11/22/26)"
    assert values[2] == "FTA_PAY01#/PAYROLL/PAYROLL(2230 11/22/26).PAYROLL_CALC"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        ("why_failed", WhyFailed),
        ("why_waiting", WhyWaiting),
        ("read_job_log", ShowLog),
        ("what_it_blocks", ShowImpact),
        ("forecast", MeetsDeadline),
        ("run_history", ShowHistory),
        ("what_changed", ShowChanges),
        ("stream_detail", ShowStatus),
        ("find_workstations", ListWorkstations),
        ("find_resources", ListResources),
        ("look_up", ShowStatus),
    ],
)
def test_a_misspelt_name_is_asked_about_again_by_its_right_one(tool: str, asked: type, language: Language) -> None:
    missed = NoMatch(engine=ENGINE, name="PAYROL_CALC", similar=("PAYROLL_CALC",), tool=tool)
    (button,) = next_questions((missed,), language)
    assert button.label == "PAYROLL_CALC"
    assert type(understand(button.value, Thread(), language)[0]) is asked
