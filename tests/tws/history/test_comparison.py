"""What is different this time."""

from datetime import timedelta

import pytest

from resync_bot.tws.history.comparison import ChangeKind, changes, compared_days, log_difference
from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.store import DayFigures
from tests.tws.history.rows import NOW, run

GOOD = run(NOW - timedelta(days=1), 600)


@pytest.mark.parametrize(
    ("this", "expected"),
    [
        (run(NOW, 605), set()),
        (run(NOW, 800), {ChangeKind.DURATION}),
        (run(NOW, 300), {ChangeKind.DURATION}),
        (run(NOW, 600, code=4), {ChangeKind.RETURN_CODE}),
        (run(NOW, 600, succeeded=False), {ChangeKind.OUTCOME, ChangeKind.RETURN_CODE}),
        (run(NOW, 600).model_copy(update={"workstation": "FTA_PAY2"}), {ChangeKind.WORKSTATION}),
    ],
)
def test_changes(this: FinishedRun, expected: set[ChangeKind]) -> None:
    assert set(changes(this, GOOD)) == expected


def test_a_short_job_that_takes_twice_as_long_is_no_change() -> None:
    assert changes(run(NOW, 20), run(NOW - timedelta(days=1), 10)) == ()


def test_logs_differ_in_what_they_say_not_in_their_numbers() -> None:
    good = ["02:10:11 connect to db1", "02:10:12 loaded 5000 rows", "commit", "done"]
    bad = ["02:11:45 connect to db1", "02:11:46 loaded 4711 rows", "ORA-01653: unable to extend table", ""]
    assert log_difference(bad, good) == (("ORA-01653: unable to extend table",), ("commit", "done"))


def test_a_line_that_comes_a_thousand_times_is_shown_once() -> None:
    assert log_difference([f"retry {number}" for number in range(1000)], []) == (("retry 0",), ())


def test_failures_of_two_days() -> None:
    figures = DayFigures(start=NOW, until=NOW, succeeded=1, failed=2, runs=3, elapsed_seconds=3)
    earlier = NOW - timedelta(hours=1)
    compared = compared_days(figures, figures, {"A": earlier, "B": NOW, "C": NOW}, {"C": NOW, "D": NOW})
    assert (compared.failed_anew, compared.failed_on_both, compared.failed_only_then) == (("B", "A"), ("C",), ("D",))
