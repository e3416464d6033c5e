"""`more than 1 hour`: lengths of runs in questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.interpreter.intents import (
    Intent,
    ListJobs,
    NotUnderstood,
    Places,
    Recent,
    ShowStatus,
    Target,
)
from resync_bot.agent.interpreter.lengths import longer_than
from resync_bot.agent.interpreter.text import words
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.conversation.language import detect
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

RUNNING = (Status.RUNNING,)


def meaning_of(question: str) -> tuple[Intent, ...]:
    return understand(question, Thread(), detect(question))


@pytest.mark.parametrize(
    ("question", "minutes"),
    [
        ("what has been running for more than 1 hour", 60),
        ("whats running more than an hour", 60),
        ("anything running for over 90 min?", 90),
        ("which jobs are running longer than 1h30", 90),
        ("running for at least half an hour", 30),
        ("o que está rodando há mais de 2 horas", 120),
        ("jobs rodando ha mais de uma hora e meia", 90),
        ("o que roda há mais de meia hora e está rodando", 30),
    ],
)
def test_what_runs_for_longer(question: str, minutes: int) -> None:
    assert meaning_of(question) == (ListJobs(statuses=RUNNING, longer_than=minutes, order=JobOrder.LONGEST),)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("jobs over 30 min", ListJobs(longer_than=30, order=JobOrder.LONGEST)),
        ("jobs that took more than 45 minutes", ListJobs(longer_than=45, order=JobOrder.LONGEST)),
        ("jobs que demoraram mais de 1 hora", ListJobs(longer_than=60, order=JobOrder.LONGEST)),
        (
            "jobs in folder /CARDS that ran for more than 20 min",
            ListJobs(places=Places(folder="/CARDS"), longer_than=20, order=JobOrder.LONGEST),
        ),
        (
            "what failed after more than 10 minutes",
            ListJobs(statuses=(Status.ERROR,), longer_than=10, order=JobOrder.LONGEST),
        ),
        (
            "jobs that took more than 1 hour in the last 3 hours",
            ListJobs(when=Recent(180), longer_than=60, order=JobOrder.LONGEST),
        ),
        ("has RISK_VAR been running for more than 2 hours?", ShowStatus(Target("RISK_VAR"))),
    ],
)
def test_jobs_by_their_length(question: str, wanted: Intent) -> None:
    assert meaning_of(question) == (wanted,)


@pytest.mark.parametrize(
    "question",
    [
        "which jobs are more than 1 hour late",
        "prompts open for more than 2 hours",
        "which workstations are down for more than 10 minutes",
        "jobs waiting for more than 1 hour",
        "jobs que falharam mais de 2 vezes",
        "why does PAYROLL_CALC take more than 1 hour",
    ],
)
def test_other_lengths_are_not_taken_for_that_of_a_run(question: str) -> None:
    (intent,) = meaning_of(question)
    assert isinstance(intent, NotUnderstood)


@given(hours=st.integers(0, 40), minutes=st.integers(1, 59))
def test_hours_and_minutes_make_minutes(hours: int, minutes: int) -> None:
    for text in (
        f"more than {hours}h{minutes:02}",
        f"over {hours} hours and {minutes} minutes",
        f"mais de {hours}h{minutes:02}m",
    ):
        found = longer_than(words(text))
        assert found is not None, text
        assert found[1].minutes == 60 * hours + minutes
        assert found[0] == len(words(text))


@given(st.text(max_size=40))
def test_any_text_is_a_length_or_none(text: str) -> None:
    found = longer_than(words(text))
    assert found is None or found[1].minutes >= 0
