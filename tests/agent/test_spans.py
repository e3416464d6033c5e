"""What "today" and "last night" mean on an engine's clock, also on days on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.arguments import Span
from resync_bot.agent.results import Interval
from resync_bot.agent.spans import interval_between, interval_of
from resync_bot.tws.models import Engine

LISBON = "Europe/Lisbon"  # changes clocks on 29 March 2026 at 01:00 and on 25 October 2026 at 02:00
SAO_PAULO = "America/Sao_Paulo"
HAVANA = "America/Havana"  # clocks skip midnight: 8 March 2026 begins at 01:00


def engine(now: str, day_start: str, zone: str = SAO_PAULO) -> Engine:
    tz = ZoneInfo(zone)
    return Engine(
        name="PROD",
        version="10.2.5",
        zone=zone,
        now=datetime.fromisoformat(now).replace(tzinfo=tz),
        production_day_start=datetime.fromisoformat(day_start).replace(tzinfo=tz),
    )


def shown(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%d %H:%M %z") if moment else None


MIDNIGHT = engine("2026-11-23 02:00", "2026-11-23 00:00")
SIX = engine("2026-11-23 09:30", "2026-11-23 06:00")
EVENING = engine("2026-11-23 02:00", "2026-11-22 18:00")  # the production day is one night


@pytest.mark.parametrize(
    ("span", "at", "start", "end"),
    [
        (Span.TODAY, MIDNIGHT, "2026-11-23 00:00 -0300", None),
        (Span.TODAY, SIX, "2026-11-23 06:00 -0300", None),
        (Span.TODAY, EVENING, "2026-11-22 18:00 -0300", None),
        (Span.YESTERDAY, MIDNIGHT, "2026-11-22 00:00 -0300", "2026-11-23 00:00 -0300"),
        (Span.YESTERDAY, EVENING, "2026-11-21 18:00 -0300", "2026-11-22 18:00 -0300"),
        (Span.LAST_NIGHT, MIDNIGHT, "2026-11-22 18:00 -0300", None),
        (Span.LAST_NIGHT, SIX, "2026-11-22 18:00 -0300", "2026-11-23 08:00 -0300"),
        (Span.LAST_NIGHT, EVENING, "2026-11-22 18:00 -0300", None),
        (Span.LAST_HOUR, MIDNIGHT, "2026-11-23 01:00 -0300", None),
    ],
)
def test_spans_on_an_ordinary_day(span: Span, at: Engine, start: str, end: str | None) -> None:
    interval = interval_of(span, at)
    assert (shown(interval.start), shown(interval.end)) == (start, end)


def test_a_night_that_has_only_begun_is_not_yet_last_night() -> None:
    interval = interval_of(Span.LAST_NIGHT, engine("2026-11-23 20:00", "2026-11-23 18:00"))
    assert (shown(interval.start), shown(interval.end)) == ("2026-11-22 18:00 -0300", "2026-11-23 08:00 -0300")


@pytest.mark.parametrize(
    ("span", "at", "start", "end"),
    [
        (Span.LAST_NIGHT, ("2026-03-29 07:00", LISBON), "2026-03-28 18:00 +0000", None),
        (Span.LAST_NIGHT, ("2026-10-25 09:00", LISBON), "2026-10-24 18:00 +0100", "2026-10-25 08:00 +0000"),
        (Span.YESTERDAY, ("2026-03-30 07:00", LISBON), "2026-03-29 00:00 +0000", "2026-03-30 00:00 +0100"),
        (Span.YESTERDAY, ("2026-03-09 07:00", HAVANA), "2026-03-08 01:00 -0400", "2026-03-09 00:00 -0400"),
    ],
)
def test_spans_when_clocks_change(span: Span, at: tuple[str, str], start: str, end: str | None) -> None:
    now, zone = at
    interval = interval_of(span, engine(now, f"{now[:10]} 00:00", zone))
    assert (shown(interval.start), shown(interval.end)) == (start, end)


def test_the_last_hour_is_an_hour_when_clocks_go_back() -> None:
    repeated = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo(LISBON), fold=1)
    at = engine("2026-10-25 01:30", "2026-10-25 00:00", LISBON).model_copy(update={"now": repeated})
    interval = interval_of(Span.LAST_HOUR, at)
    assert repeated.astimezone(UTC) - interval.start.astimezone(UTC) == timedelta(hours=1)


def test_the_last_night_is_not_over_in_the_hour_that_is_repeated() -> None:
    """08:00 is compared with now as moments: on the clock's face the second 01:30 looks like the first."""
    repeated = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo(LISBON), fold=1)
    at = engine("2026-10-25 01:30", "2026-10-25 00:00", LISBON).model_copy(update={"now": repeated})
    assert interval_of(Span.LAST_NIGHT, at).end is None


@pytest.mark.parametrize("span", list(Span))
def test_who_asks_some_seconds_later_means_the_same(span: Span) -> None:
    def asked(at: str) -> Interval:
        return interval_of(span, engine(at, "2026-11-22 18:00"))

    assert asked("2026-11-23 02:00:01.204517") == asked("2026-11-23 02:00:09.000001")


@pytest.mark.parametrize(
    ("since", "until", "start", "end"),
    [
        ("2026-11-22 20:00", None, "2026-11-22 20:00 -0300", None),
        ("2026-11-22T23:00:00+00:00", "2026-11-23 01:00", "2026-11-22 20:00 -0300", "2026-11-23 01:00 -0300"),
        (None, "2026-11-23 01:00", "2026-11-22 18:00 -0300", "2026-11-23 01:00 -0300"),
        (None, "2026-11-20 12:00", "2026-11-20 00:00 -0300", "2026-11-20 12:00 -0300"),
    ],
)
def test_explicit_times_are_in_the_engines_zone_unless_they_say_otherwise(
    since: str | None, until: str | None, start: str, end: str | None
) -> None:
    interval = interval_between(
        datetime.fromisoformat(since) if since else None, datetime.fromisoformat(until) if until else None, EVENING
    )
    assert interval is not None
    assert (shown(interval.start), shown(interval.end)) == (start, end)


def test_no_times_are_no_interval() -> None:
    assert interval_between(None, None, EVENING) is None


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - given its zone below
    hour=st.integers(0, 23),
    zone=st.sampled_from([LISBON, SAO_PAULO, HAVANA, "Asia/Kolkata", "UTC"]),
    span=st.sampled_from(list(Span)),
)
def test_a_span_begins_before_it_ends_and_never_ends_in_the_future(
    now: datetime, hour: int, zone: str, span: Span
) -> None:
    tz = ZoneInfo(zone)
    moment = now.replace(tzinfo=tz).astimezone(UTC).astimezone(tz)
    start = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    if start.astimezone(UTC) > moment.astimezone(UTC):
        start -= timedelta(days=1)
    start = start.astimezone(UTC).astimezone(tz)
    at = Engine(name="PROD", version="1", zone=zone, now=moment, production_day_start=start)
    interval = interval_of(span, at)
    end = (interval.end or moment).astimezone(UTC)
    assert interval.start.astimezone(UTC) <= end <= moment.astimezone(UTC)
