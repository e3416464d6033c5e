"""What channels see, to the letter, in both languages: every kind of trouble, every state, and all beside alerts.

`UPDATE_GOLDEN=1 pytest tests/alerts/rendering` writes the files.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from resync_bot.alerts.digest import Deadline, Digest
from resync_bot.alerts.model import Pattern, Posted, Severity, Silence, StoryKind, TroubleKind
from resync_bot.alerts.rendering import alert_answer, board_answer, digest_answer, problem_answer, recap_answer
from resync_bot.alerts.rendering.story import story_answer
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Buttons, Mentions, Place
from tests.alerts.rendering.samples import ENGINE, FAILED_AT, GROUPS, STORY, ZONE, after, many

GOLDEN = Path(__file__).parent / "golden"
RUNBOOK = "https://wiki.example.com/runbooks/{stream}/{job}?on={workstation}"
SILENCE = Silence(
    id="5111e1ce",
    pattern=Pattern(name="ETL_@", engine=ENGINE, severity=Severity.ERROR, kinds=(TroubleKind.JOB_FAILED,)),
    until=after(240),
    by="Rui",
    at=after(-60),
    place="slack/T/C/",
    ticket="CHG123",
    reason="new release",
)
PLACE = Place("slack", "T1", "C0OPS").encode()


def _digest(language: Language, *, is_calm: bool) -> Answer:
    groups = many(0 if is_calm else 14)
    digest = Digest(
        engine=ENGINE,
        since=after(-8 * 60),
        now=after(60),
        until=after(9 * 60),
        open=tuple(one for one in groups if one.is_open),
        resolved=tuple(one for one in groups if not one.is_open) or (GROUPS["recovered"], GROUPS["resolved_by"]),
        silences=() if is_calm else (SILENCE,),
        deadlines=()
        if is_calm
        else (
            Deadline(job="PAYROLL_CLOSE", deadline=after(227), slack_seconds=-22 * 60),
            Deadline(job="BANK_FILE", deadline=after(120), slack_seconds=300),
            Deadline(job="GL_CLOSE", deadline=after(300)),
        ),
    )
    return digest_answer(digest, language=language, zone=ZONE)


def _board(language: Language, count: int, *, is_over: bool) -> Answer:
    return board_answer(many(count), language=language, zone=ZONE, since=FAILED_AT, is_over=is_over)


OTHERS: dict[str, Callable[[Language], Answer]] = {
    "alert_without_thread": lambda language: alert_answer(
        GROUPS["failed"].model_copy(update={"story": STORY}),
        language=language,
        zone=ZONE,
        has_thread=False,
        names_engine=True,
        runbook=RUNBOOK,
        mention=("U0ANA|Ana Lima", "here"),
    ),
    "story": lambda language: story_answer(GROUPS["failed"], STORY, language=language, zone=ZONE),
    "story_reminder": lambda language: story_answer(
        GROUPS["failed"],
        [one for one in STORY if one.kind is StoryKind.REMINDED],
        language=language,
        zone=ZONE,
        mention=("U0ANA",),
    ),
    "board": lambda language: _board(language, 22, is_over=False),
    "board_over": lambda language: _board(language, 3, is_over=True),
    "board_done": lambda language: board_answer(
        many(4)[3:], language=language, zone=ZONE, since=FAILED_AT, is_over=True
    ),
    "recap": lambda language: recap_answer(SILENCE, many(6), language=language, zone=ZONE),
    "recap_nothing": lambda language: recap_answer(SILENCE, (), language=language, zone=ZONE),
    "problem": lambda language: problem_answer(
        Posted(place=PLACE, attempts=3, problem="The channel is archived."),
        GROUPS["failed"],
        language=language,
        zone=ZONE,
    ),
    "digest": lambda language: _digest(language, is_calm=False),
    "digest_calm": lambda language: _digest(language, is_calm=True),
}


def _shown(answer: Answer) -> str:
    """The answer's text, whom it calls, and its buttons with what they ask."""
    lines = [answer.text, ""]
    for block in answer.blocks:
        if isinstance(block, Mentions):
            lines.append(f"calls: {', '.join(block.people)}")
        if isinstance(block, Buttons):
            lines += [f"[{button.label}] {button.value}" for button in block.buttons]
    lines += [f"{text} = {moment:%Y-%m-%d %H:%M:%S}Z" for text, moment in answer.times]
    return "\n".join(lines).rstrip() + "\n"


def _is_golden(name: str, language: Language, answer: Answer) -> bool:
    golden, text = GOLDEN / f"{name}.{language}.md", _shown(answer)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    return text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", GROUPS)
def test_an_alert_reads_as_it_should(name: str, language: Language) -> None:
    assert _is_golden(f"alert_{name}", language, alert_answer(GROUPS[name], language=language, zone=ZONE))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", OTHERS)
def test_all_beside_alerts_reads_as_it_should(name: str, language: Language) -> None:
    assert _is_golden(name, language, OTHERS[name](language))


def test_there_is_a_sample_of_every_kind_and_of_all_that_can_happen() -> None:
    assert {one.root.kind for one in GROUPS.values()} == set(TroubleKind)
    assert {entry.kind for entry in STORY} == set(StoryKind)


def test_there_is_no_golden_file_without_a_sample() -> None:
    names = {f"alert_{name}" for name in GROUPS} | set(OTHERS)
    assert {path.name.split(".")[0] for path in GOLDEN.iterdir()} == names


def test_times_are_told_with_a_date_when_they_are_far() -> None:
    answer = alert_answer(GROUPS["failed_no_log"], language=Language.EN, zone=ZONE)
    texts = [text for text, _ in answer.times]
    assert texts == ["02:13", "24 Nov 08:13"]
    assert dict(answer.times)["24 Nov 08:13"] - FAILED_AT == timedelta(hours=30)
