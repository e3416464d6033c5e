"""Why was I not told? Answered from what was recorded, and with what would happen now."""

import re
from datetime import timedelta
from enum import StrEnum
from itertools import product

import pytest

from resync_bot.alerts.desk.reasons import OUTCOMES, WORDS, why
from resync_bot.alerts.grouping import Grouping
from resync_bot.alerts.inhibition import Inhibition
from resync_bot.alerts.model import Origin, Outcome, Pattern, Rule, Told
from resync_bot.alerts.routing import Routing
from resync_bot.alerts.silencing import Silencing
from resync_bot.alerts.timing import Timing
from resync_bot.conversation.language import Language
from tests.alerts.desk.conftest import TWO_IN_THE_NIGHT, Channel, group_of, with_standing

HERE, ELSEWHERE = "slack/T1/C0NIGHT/", "slack/T1/C0OTHER/"
CALC = "FTA_PAY01#/PAYROLL/PAYROLL_DAILY.PAYROLL_CALC"
STAGES: tuple[type[StrEnum], ...] = (Routing, Grouping, Inhibition, Silencing, Timing)


def told(outcome: Outcome, why: str, *, place: str = HERE, detail: str = "", minutes_ago: int = 5) -> Told:
    at = TWO_IN_THE_NIGHT - timedelta(minutes=minutes_ago)
    return Told(
        at=at, group="1a2b3c4d", trouble="t", name=CALC, place=place, outcome=outcome, why=str(why), detail=detail
    )


@pytest.mark.parametrize("reason", [reason for stage in STAGES for reason in stage])
def test_each_reason_of_each_stage_has_words(reason: StrEnum) -> None:
    assert reason in WORDS


def test_each_outcome_has_words() -> None:
    assert set(OUTCOMES) == set(Outcome)


def test_every_decision_can_be_said() -> None:
    words = [*(str(reason) for stage in STAGES for reason in stage), "board", "DeliveryError", ""]
    for language, outcome, word, detail in product(Language, Outcome, words, ("", "a{b}*c*")):
        said = why(told(outcome, word, detail=detail), language, silence="silenced")

        assert said
        assert "{detail}" not in said


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (told(Outcome.SENT, "rule", detail="r1"), "told here"),
        (
            told(Outcome.GROUPED, Grouping.DOWNSTREAM, place="", detail="FTA1#/A/S.ROOT"),
            "no alert of its own: it is part of the alert about `FTA1#/A/S.ROOT`, which it follows",
        ),
        (told(Outcome.WAITING, Timing.GROUP_WAIT), "not told here yet: the first seconds were waited for"),
        (told(Outcome.INHIBITED, Inhibition.PLAN_SWITCH), "not told here: the plan was being switched"),
        (told(Outcome.INHIBITED, Inhibition.RECOVERING, detail="r1"), "told here once, without calling anybody"),
        (told(Outcome.STORM, "board"), "told here on the board"),
        (told(Outcome.HEALED, Timing.HEALED), "not told here: it was over before anybody had to be told"),
        (
            told(Outcome.UNDELIVERABLE, "DeliveryRefusedError", detail="channel_is_archived"),
            "not told here: the platform did not take the message (channel_is_archived)",
        ),
        (told(Outcome.UNDELIVERABLE, Timing.BACKING_OFF), "not told here yet: the last attempts to deliver it failed"),
        (told(Outcome.UNROUTED, Routing.NO_RULE, place=""), "told nowhere: no rule means it"),
        (told(Outcome.REPEATED, Grouping.FAILED_AGAIN, place="", detail="X"), "failed again: the alert about `X`"),
    ],
)
async def test_a_decision_is_told_with_its_time(channel: Channel, decision: Told, said: str) -> None:
    await channel.is_recorded(decision)

    answer = await channel.says("why was I not told about PAYROLL_CALC?")

    assert f"01:55 {said}" in answer


async def test_whether_the_alert_that_it_belongs_to_was_told_here_and_why_not(channel: Channel) -> None:
    await channel.is_recorded(told(Outcome.GROUPED, Grouping.DOWNSTREAM, place="", detail="FTA1#/A/S.ROOT"))
    question = "why was I not told about PAYROLL_CALC?"

    assert "which it follows (that one was not told here)" in await channel.says(question)
    assert "why was I not told about ROOT?" in channel.buttons

    await channel.was_told_of(group_of("ROOT"))

    assert "(that one was told here)" in await channel.says(question)
    assert "why was I not told about ROOT?" not in channel.buttons


async def test_the_newest_decision_comes_first(channel: Channel) -> None:
    await channel.is_recorded(
        told(Outcome.WAITING, Timing.GROUP_WAIT, minutes_ago=30), told(Outcome.SENT, "rule", minutes_ago=29)
    )

    answer = await channel.says("por que não fui avisado sobre o PAYROLL_CALC?")

    assert re.search(r"01:31 contado aqui\n- 01:30 ainda não contado aqui", answer)


async def test_who_silenced_it_until_when_and_why(channel: Channel) -> None:
    await channel.says("alert me here about PAYROLL*")
    await channel.says("silence PAYROLL_CALC until 06:00 because CHG123")
    (silence,) = await channel.store.silences()
    await channel.is_recorded(told(Outcome.SILENCED, Silencing.SILENCE, detail=silence.id))

    answer = await channel.says("why was I not told about PAYROLL_CALC?")

    assert "01:55 not told here: silenced by Ana until 06:00, because CHG123" in answer
    assert "Now it is silent: `PAYROLL_CALC` until 06:00, by Ana, because CHG123." in answer


async def test_a_silence_that_is_gone_is_told_as_such(channel: Channel) -> None:
    await channel.is_recorded(told(Outcome.SILENCED, Silencing.SILENCE, detail="00000000"))

    assert "not told here: a silence that has ended since" in await channel.says("why no alert for PAYROLL_CALC?")


async def test_what_was_told_elsewhere_was_not_meant_for_this_place(channel: Channel) -> None:
    await channel.is_recorded(told(Outcome.SENT, "rule", place=ELSEWHERE))

    answer = await channel.says("why was I not told about PAYROLL_CALC?")

    assert "`PAYROLL_CALC` was not meant for this place; in the last seven days it was told in 1 other place." in answer
    assert "no rule of this place means it" in answer
    assert channel.buttons == ["alert me here about PAYROLL_CALC"]


async def test_nothing_was_wrong_with_it(channel: Channel) -> None:
    await channel.says("alert me here about PAYROLL*")

    answer = await channel.says("why was I not told about PAYROLL_CALC?")

    assert "In the last seven days nothing was wrong with `PAYROLL_CALC` that I saw." in answer
    assert "If it fails now it is told here, by rule 1: `PAYROLL@`." in answer
    assert channel.buttons == []


async def test_the_default_is_for_what_no_other_rule_means(channel: Channel) -> None:
    default = Rule(id="default", origin=Origin.DEFAULT, pattern=Pattern(), to=(HERE,))
    with_standing(channel, default)
    question = "why was I not told about PAYROLL_CALC?"

    assert "by rule 1: the default" in await channel.says(question)

    other = Rule(id="file:1", origin=Origin.FILE, pattern=Pattern(stream="PAYROLL@"), to=(ELSEWHERE,))
    with_standing(channel, other, default)

    assert "this place gets only what no rule means" in await channel.says(question)


async def test_a_name_that_nothing_has(channel: Channel) -> None:
    answer = await channel.says("why was I not told about PAYROLL_CALK?")

    assert "Did you mean `PAYROLL_CALC`?" in answer


async def test_a_pattern_has_no_record(channel: Channel) -> None:
    assert "Ask for one name, without wildcards." in await channel.says("why was I not told about PAYROLL_*?")


async def test_a_full_name_is_one_of_several_of_that_name(channel: Channel) -> None:
    other = told(Outcome.HEALED, Timing.HEALED).model_copy(update={"name": "FTA9#/X/OTHER.PAYROLL_CALC"})
    await channel.is_recorded(told(Outcome.SENT, "rule"), other)

    answer = await channel.says(f"why was I not told about {CALC}?")

    assert "told here" in answer
    assert "over before" not in answer
