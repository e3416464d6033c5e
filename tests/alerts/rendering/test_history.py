"""How often a job fails, and how that usually ends."""

import pytest

from resync_bot.alerts.model import Findings
from resync_bot.alerts.rendering.history import how_it_usually_ends, ordinal
from resync_bot.conversation.language import Language


@pytest.mark.parametrize(
    ("this_week", "episodes", "healed", "after", "told"),
    [
        (0, 0, 0, None, ""),
        (1, 0, 0, None, "**First failure** that I know of."),
        (1, 2, 0, None, "**First failure this week.** None of the 2 earlier times was over within a day."),
        (2, 1, 0, None, "**2nd failure this week.** The earlier time it was not over within a day."),
        (2, 1, 1, 720, "**2nd failure this week.** The earlier time it was over within a day, after 12 min."),
        (
            4,
            3,
            3,
            720,
            "**4th failure this week.** All 3 earlier times it was over within a day, usually after 12 min.",
        ),
        (
            6,
            5,
            4,
            720,
            "**6th failure this week.** 4 of 5 earlier times it was over within a day, usually after 12 min.",
        ),
    ],
)
def test_it_is_told(this_week: int, episodes: int, healed: int, after: int | None, told: str) -> None:
    findings = Findings(failures_this_week=this_week, episodes=episodes, healed=healed, healed_after_seconds=after)
    assert " ".join(how_it_usually_ends(findings, Language.EN)) == told


@pytest.mark.parametrize(
    ("number", "english"),
    [(2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (111, "111th")],
)
def test_ordinals(number: int, english: str) -> None:
    assert ordinal(number, Language.EN) == english
    assert ordinal(number, Language.PT) == f"{number}ª"
