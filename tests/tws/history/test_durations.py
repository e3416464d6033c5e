"""How long jobs usually take: what is summed up of their runs, and what is read back of it on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.history.durations import (
    LEAST_DEVIATION,
    MONTH_ENDS_KEPT,
    Lasting,
    Season,
    is_month_end,
    lasting,
    month_ends,
    read,
    seasons_of,
    summed_up,
)
from resync_bot.tws.history.runs import GoodRun, good_run
from tests.tws.history.rows import NOW, run

MONDAY = date(2026, 11, 23)


def day_of(ended: int) -> date:
    return datetime.fromtimestamp(ended, UTC).date()


def on(day: date, seconds: int) -> GoodRun:
    """A run that ended at noon."""
    return GoodRun(int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()), seconds)


def before(day: date, *seconds: int) -> list[GoodRun]:
    """One a day, the last the day before."""
    return [on(day - timedelta(days=len(seconds) - number), each) for number, each in enumerate(seconds)]


def known(runs: list[GoodRun], day: date, at_month_end: tuple[GoodRun, ...] = ()) -> Lasting | None:
    return read(summed_up(runs, at_month_end, day_of), seasons_of(day))


@pytest.mark.parametrize(
    ("day", "is_last"),
    [
        (date(2026, 11, 30), True),  # a Monday
        (date(2026, 11, 29), False),
        (date(2026, 10, 30), True),  # a Friday, and the weekend after it
        (date(2026, 10, 31), True),
        (date(2026, 11, 1), False),
        (date(2027, 2, 26), True),
        (date(2027, 2, 25), False),
        (date(2026, 12, 31), True),
    ],
)
def test_a_month_ends_with_its_last_working_day(day: date, *, is_last: bool) -> None:
    assert is_month_end(day) is is_last


def test_the_median_of_all_good_runs_is_usual_whatever_a_single_night_was() -> None:
    found = known(before(MONDAY, 600, 610, 590, 9000, 605, 600, 610), MONDAY)
    assert found is not None
    assert (found.seconds, found.runs, found.season) == (605, 7, None)


def test_two_runs_are_too_few() -> None:
    assert known(before(MONDAY, 600, 610), MONDAY) is None


def test_runs_that_vary_leave_more_room_and_few_more_than_many() -> None:
    alike, varied = lasting([600] * 7), lasting([400, 500, 600, 650, 700, 800, 900])
    assert alike.deviation == round(LEAST_DEVIATION * 600)
    assert varied.deviation > 3 * alike.deviation
    assert lasting([500, 600, 700]).deviation > lasting([500, 600, 700] * 6).deviation


def test_what_takes_long_on_one_day_of_the_week_takes_long_on_it_again_and_not_on_others() -> None:
    days = [MONDAY - timedelta(days=back) for back in range(1, 21)]
    runs = [on(day, 14_400 if day.weekday() == 6 else 600 + day.day) for day in days]
    assert known(runs, MONDAY) == lasting([one.seconds for one in runs if one.seconds != 14_400])
    assert known(runs, MONDAY + timedelta(days=6)) == Lasting(14_400, 720, 3, Season.WEEKDAY)


def test_a_weekday_on_which_it_took_long_once_is_none() -> None:
    runs = before(MONDAY, 600, 610, 590, 600, 605, 600, 9000)
    assert runs[-1].seconds == 9000  # on Sunday
    found = known(runs, MONDAY + timedelta(days=6))
    assert found is not None
    assert (found.seconds, found.season) == (600, None)


def test_the_month_end_is_remembered_longer_than_other_days() -> None:
    runs = before(date(2026, 11, 30), *[600] * 20)
    closes = (on(date(2026, 9, 30), 15_600), on(date(2026, 10, 30), 15_800))
    assert known(runs, date(2026, 11, 30), closes) == Lasting(15_700, 785, 2, Season.MONTH_END)
    assert known(runs, date(2026, 11, 27), closes) == Lasting(600, 30, 20)


def test_a_job_that_runs_at_month_ends_only_has_a_usual_duration_all_the_same() -> None:
    closes = tuple(on(day, 15_600) for day in (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 30)))
    found = known(list(closes), date(2026, 11, 30), closes)
    assert found is not None
    assert (found.seconds, found.runs) == (15_600, 3)


def test_month_ends_that_are_like_other_days_are_no_season() -> None:
    closes = (on(date(2026, 9, 30), 620), on(date(2026, 10, 30), 640))
    found = known(before(date(2026, 11, 30), *[600] * 9), date(2026, 11, 30), closes)
    assert found is not None
    assert (found.season, found.runs) == (None, 11)


RUNS = st.lists(
    st.builds(GoodRun, st.integers(1_700_000_000, 1_800_000_000), st.integers(0, 400_000)), max_size=30, unique=True
)


@given(runs=RUNS, at_month_end=RUNS, day=st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_what_is_read_lies_within_what_was_seen(runs: list[GoodRun], at_month_end: list[GoodRun], day: date) -> None:
    text = summed_up(runs, at_month_end, day_of)
    found = read(text, seasons_of(day))
    everything = {*runs, *month_ends(text)}
    assert (found is None) == (len(everything) < 3)
    assert month_ends(text) == tuple(sorted(at_month_end)[-MONTH_ENDS_KEPT:])
    if found is not None:
        durations = [one.seconds for one in everything]
        assert min(durations) <= found.seconds <= max(durations)
        assert 2 <= found.runs <= len(everything)


def test_a_row_of_the_history_is_read_without_making_a_run_of_it() -> None:
    good, failed = run(NOW, 600), run(NOW, 600, succeeded=False)
    assert good_run(good.encode()) == GoodRun(int(NOW.timestamp()), 600)
    assert good_run(failed.encode()) is None
    assert good_run(good.model_copy(update={"started": None}).encode()) is None
