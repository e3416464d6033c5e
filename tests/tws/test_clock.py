"""The engine's clock and its production day."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from resync_bot.tws.clock import EngineClock, start_of_day

OURS = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_it_follows_the_date_of_the_last_answer() -> None:
    seconds = 50.0
    clock = EngineClock(now=lambda: OURS, monotonic=lambda: seconds)
    assert clock.now() == OURS
    clock.observe("Sun, 22 Nov 2026 05:00:00 GMT")
    seconds += 90
    assert clock.now() == datetime(2026, 11, 22, 5, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("header", [None, "", "yesterday", "Sun, 99 Nov 2026 05:00:00 GMT"])
def test_no_date_changes_nothing(header: str | None) -> None:
    clock = EngineClock(now=lambda: OURS, monotonic=lambda: 0.0)
    clock.observe(header)
    assert clock.now() == OURS


@pytest.mark.parametrize(
    ("now", "at", "began"),
    [
        ("2026-11-23T02:00", "18:00", "2026-11-22T18:00-03:00"),
        ("2026-11-23T18:00", "18:00", "2026-11-23T18:00-03:00"),
        ("2026-11-23T00:00", "00:00", "2026-11-23T00:00-03:00"),
        ("2026-11-23T05:59", "06:00", "2026-11-22T06:00-03:00"),
    ],
)
def test_the_production_day_begins_at_its_hour(now: str, at: str, began: str) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    found = start_of_day(datetime.fromisoformat(now).replace(tzinfo=zone), time.fromisoformat(at))
    assert found == datetime.fromisoformat(began)


def test_the_night_of_the_change_of_clocks_is_an_hour_longer() -> None:
    rome = ZoneInfo("Europe/Rome")
    began = start_of_day(datetime(2026, 10, 25, 5, 0, tzinfo=rome), time(6, 0))
    assert began.isoformat() == "2026-10-24T06:00:00+02:00"
