"""What runs say of their job."""

from datetime import datetime, timedelta

import pytest

from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.statistics import Failures, failures, usual
from tests.tws.history.rows import NOW, nights, run


def test_nothing_is_known_of_a_job_that_never_ran() -> None:
    assert usual([]) is None


def test_two_good_runs_are_too_few_to_call_anything_usual() -> None:
    known = usual(nights(600, 620))
    assert known is not None
    assert (known.runs, known.good, known.duration_seconds) == (2, 2, None)
    assert not known.is_long(100_000)


def test_one_slow_night_does_not_move_what_is_usual() -> None:
    known = usual(nights(600, 610, 590, 9000, 605))
    assert known is not None
    assert known.duration_seconds == 605


def test_failed_runs_count_but_say_nothing_of_the_duration() -> None:
    known = usual([*nights(600, 600, 600), run(NOW, 3, succeeded=False)])
    assert known is not None
    assert (known.runs, known.failed, known.duration_seconds) == (4, 1, 600)


@pytest.mark.parametrize(
    ("usually", "seconds", "is_long"),
    [
        (600, 899, False),
        (600, 900, True),
        (10, 60, False),  # six times as long, and nobody would care
        (40, 100, True),
        (0, 60, True),
    ],
)
def test_long_is_half_as_long_again_and_a_minute_more(usually: int, seconds: int, is_long: bool) -> None:
    known = usual(nights(usually, usually, usually))
    assert known is not None
    assert known.is_long(seconds) is is_long


@pytest.mark.parametrize(
    ("durations", "trend"),
    [
        ((600, 620, 640, 660, 680, 700), 100),
        ((700, 680, 660, 640, 620, 600), -100),
        ((600, 620, 5000, 660, 680, 700), 100),  # one odd night
        ((600, 601, 599, 600, 602, 600), None),
        ((600, 700, 800), None),  # too few
    ],
)
def test_trend(durations: tuple[int, ...], trend: int | None) -> None:
    known = usual(nights(*durations))
    assert known is not None
    assert known.trend_seconds == trend


def _story(text: str, *, every: timedelta = timedelta(hours=12), until: datetime = NOW) -> list[FinishedRun]:
    """`+` for a good run, `-` for a failed one, the last of them half a day ago."""
    return [run(until - every * (len(text) - at), succeeded=sign == "+") for at, sign in enumerate(text)]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", Failures()),
        ("+++", Failures()),
        ("++-", Failures(in_a_row=1, last_week=1)),
        ("+-+", Failures(last_week=1, episodes=1, healed=1, healed_after_seconds=43_200)),
        ("+--+--", Failures(in_a_row=2, last_week=4, episodes=1, healed=1, healed_after_seconds=86_400)),
        ("-----+", Failures(last_week=5, episodes=1)),  # after two and a half days
    ],
)
def test_failures(story: str, expected: Failures) -> None:
    assert failures(_story(story), now=NOW) == expected


def test_a_failure_of_last_month_is_not_of_this_week() -> None:
    assert failures(_story("-+", until=NOW - timedelta(days=30)), now=NOW).last_week == 0
