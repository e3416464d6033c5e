"""Which interval the times of a question mean at three in the morning of Monday, the 23rd of November 2026."""

from datetime import UTC, datetime, time, timedelta

import pytest

from resync_bot.agent.arguments import Span
from resync_bot.agent.interpreter.dates import calendar_date
from resync_bot.agent.interpreter.intents import Ahead, Date, Day, DaysAgo, Tonight, Weekday, When, Window
from resync_bot.agent.interpreter.text import words
from resync_bot.agent.interpreter.when import ahead, interval, is_ahead, midnight_of
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Engine


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


ENGINE = Engine(name="PROD", version="10", zone="UTC", now=at(23, 3), production_day_start=at(22, 18))


@pytest.mark.parametrize(
    ("date", "midnight"),
    [
        (Day(22, 11), at(22)),
        (Day(22), at(22)),
        (Day(24), at(24)),
        (Day(30), at(30)),
        (Day(31), at(31, month=10)),
        (Day(1, 1), at(1, month=1)),
        (Day(25, 12, 2025), at(25, month=12, year=2025)),
        (Day(22, 11, 2020), at(22, year=2020)),
        (Weekday(6), at(22)),
        (Weekday(0), at(23)),
        (DaysAgo(2), at(21)),
    ],
)
def test_a_day_begins_at_midnight(date: Date, midnight: datetime) -> None:
    assert midnight_of(date, ENGINE) == midnight


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        (Day(21, 11), at(21), at(22)),
        (Day(23, 11), at(23), at(23, 3)),
        (DaysAgo(2), at(20, 18), at(21, 18)),
        (Window(time(22), time(2), date=Day(21, 11)), at(21, 22), at(22, 2)),
        (Window(since=time(20), date=Day(21, 11)), at(21, 20), at(22)),
        (Window(time(22), time(2)), at(22, 22), at(23, 2)),
    ],
)
def test_what_was(when: When, start: datetime, end: datetime) -> None:
    assert interval(when, ENGINE) == (None, start, end)


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        (None, at(23, 3), at(23, 18)),
        (Ahead(90), at(23, 3), at(23, 4, 30)),
        (Window(time(4), time(6)), at(23, 4), at(23, 6)),
        (Window(time(2), time(4)), at(23, 2), at(23, 4)),
        (Window(time(1), time(2)), at(24, 1), at(24, 2)),
        (Window(until=time(6)), at(23, 3), at(23, 6)),
        (Tonight(), at(23, 3), at(23, 8)),
        (Span.TODAY, at(23, 3), at(23, 18)),
    ],
)
def test_what_is_to_come(when: When | None, start: datetime, end: datetime) -> None:
    assert ahead(when, ENGINE) == (start, end)


def test_a_day_after_the_plan_is_ahead() -> None:
    assert is_ahead(Day(24, 11), ENGINE)
    assert not is_ahead(Day(23, 11), ENGINE)


@pytest.mark.parametrize(
    ("text", "language", "date"),
    [
        ("22/11", Language.EN, Day(22, 11)),
        ("11/22", Language.EN, Day(22, 11)),
        ("05/06", Language.EN, Day(6, 5)),
        ("05/06", Language.PT, Day(5, 6)),
        ("22.11.26", Language.PT, Day(22, 11, 2026)),
        ("2026-11-22", Language.EN, Day(22, 11, 2026)),
        ("22nd of november", Language.EN, Day(22, 11)),
        ("nov 22", Language.EN, Day(22, 11)),
        ("22 de março", Language.PT, Day(22, 3)),
        ("dia 7", Language.PT, Day(7)),
        ("sexta-feira", Language.PT, Weekday(4)),
        ("3 days ago", Language.EN, DaysAgo(3)),
        ("ha 3 dias", Language.PT, DaysAgo(3)),
    ],
)
def test_a_date_as_people_write_it(text: str, language: Language, date: Date) -> None:
    found = calendar_date(words(text), language)
    assert found is not None
    assert found[0] == len(words(text))
    assert found[1].date == date


@pytest.mark.parametrize("text", ["32/11", "13/13", "set 5", "may 5", "3 days", "/ETL", "22", "1.2.3.4"])
def test_what_is_no_date(text: str) -> None:
    assert calendar_date(words(text), Language.EN) is None


def test_an_hour_is_not_a_day() -> None:
    assert ahead(Ahead(60), ENGINE)[1] == ENGINE.now + timedelta(hours=1)
