"""Times and durations as people read them."""

from datetime import UTC, datetime

import pytest

from resync_bot.agent.rendering.times import clock, day_and_time, moment, zone_of
from resync_bot.conversation.language import Language
from resync_bot.conversation.moments import duration
from tests.agent.rendering.samples import ENGINE, at


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (719, "11 min"),
        (3599, "59 min"),
        (3900, "1 h 05 min"),
        (90000, "25 h 00 min"),
        (-1080, "18 min"),
    ],
)
def test_durations_are_cut_not_rounded(seconds: int, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("time", "english", "portuguese"),
    [
        (at(2, 13), "02:13", "02:13"),
        (at(0), "00:00", "00:00"),
        (at(23, 59, day=22), "22 Nov 23:59", "22/11 23:59"),
        (at(0, day=24), "24 Nov 00:00", "24/11 00:00"),
        (datetime(2026, 11, 23, 5, 13, tzinfo=UTC), "02:13", "02:13"),
        (datetime(2025, 12, 31, 12, tzinfo=UTC), "31 Dec 2025 09:00", "31/12/2025 09:00"),
    ],
)
def test_a_time_has_its_date_only_where_it_is_not_the_present_production_day(
    time: datetime, english: str, portuguese: str
) -> None:
    assert clock(time, ENGINE, Language.EN) == english
    assert clock(time, ENGINE, Language.PT) == portuguese


def test_a_production_day_that_begins_in_the_evening_reaches_over_midnight() -> None:
    engine = ENGINE.model_copy(update={"production_day_start": at(18, day=22)})
    assert clock(at(22, 30, day=22), engine, Language.EN) == "22:30"
    assert clock(at(17, 59, day=22), engine, Language.EN) == "22 Nov 17:59"


def test_moments_read_as_part_of_a_sentence() -> None:
    assert moment(at(2, 4), ENGINE, Language.EN) == "at 02:04"
    assert moment(at(20, day=22), ENGINE, Language.PT) == "em 22/11 20:00"


def test_a_zone_that_this_machine_does_not_know_is_that_of_the_clock() -> None:
    engine = ENGINE.model_copy(update={"zone": "Mars/Olympus_Mons"})
    assert zone_of(engine) == ENGINE.now.tzinfo
    assert day_and_time(at(2), engine, Language.EN) == "23 Nov 02:00"
