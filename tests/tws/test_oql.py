"""OQL: whatever somebody types, the engine reads back one literal equal to it, in the place where it belongs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resync_bot.simulator.oql import parse
from resync_bot.simulator.oql.syntax import AllOf, Comparison, Membership, Operator, Pattern
from resync_bot.tws import oql
from resync_bot.tws.models import Status
from resync_bot.tws.oql import Field
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from resync_bot.tws.sieve import can_exist
from resync_bot.tws.v2 import questions as v2

TYPED = st.text(max_size=60) | st.sampled_from(
    ["'", "''", "x' OR name LIKE '@", "\\'", "a'b\"c", "ORDER BY", "]", "ß\n"]
)


@given(TYPED)
@example("' OR name LIKE '@")
@example("\\")
def test_every_value_is_one_literal(value: str) -> None:
    assert parse(oql.equals(Field.NAME, value)).where == Comparison("name", Operator.EQUAL, value)
    assert parse(oql.like(Field.NAME, value)).where == Pattern("name", value, negated=False)


@given(st.lists(TYPED, min_size=1, max_size=5))
def test_every_list_is_a_list_of_its_values(values: list[str]) -> None:
    assert parse(oql.one_of(Field.ID, values)).where == Membership("id", tuple(values), negated=False)


@given(
    st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=45))]),
    )
)
def test_instants_are_utc_to_the_millisecond(moment: datetime) -> None:
    literal = oql.literal(moment)
    read = datetime.fromisoformat(literal.strip("'"))
    assert abs(read - moment) < timedelta(milliseconds=1)
    assert literal.endswith("Z'")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        oql.literal(datetime(2026, 11, 23))  # noqa: DTZ001  # the point of the test


@given(name=TYPED, folder=TYPED, workstation=TYPED, stream=TYPED, stream_id=TYPED)
def test_a_whole_query_has_the_shape_that_was_asked_for(
    name: str, folder: str, workstation: str, stream: str, stream_id: str
) -> None:
    query = JobQuery(
        name=name, folder=folder, workstation=workstation, stream=stream, stream_id=stream_id, critical=True
    )
    where = parse(str(v2.jobs(query, limit=1, offset=0).params["oql"])).where
    assert isinstance(where, AllOf)
    assert len(where.parts) == 6


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (JobQuery(), "ORDER BY name ASC"),
        (JobQuery(name="PAY@"), "name LIKE 'PAY@' ORDER BY name ASC"),
        (JobQuery(folder="PAYROLL/"), "folder = '/PAYROLL' ORDER BY name ASC"),
        (JobQuery(folder="/PAYROLL@"), "folder LIKE '/PAYROLL@' ORDER BY name ASC"),
        (
            JobQuery(workstation="WS3"),
            "(workstation IN ['/WS3', 'WS3'] OR workstation LIKE '/@/WS3') ORDER BY name ASC",
        ),
        (JobQuery(workstation="/EU/WS3"), "workstation = '/EU/WS3' ORDER BY name ASC"),
        (
            JobQuery(statuses=(Status.ERROR, Status.BLOCKED)),
            "jobruns.commonStatus IN ['ERROR', 'BLOCKED'] ORDER BY name ASC",
        ),
        (
            JobQuery(critical=False, ended_from=datetime(2026, 11, 23, 1, tzinfo=UTC)),
            (
                "jobOptions.critical = false AND jobruns.timeInfo.actualEndTime >= '2026-11-23T01:00:00.000Z' "
                "ORDER BY name ASC"
            ),
        ),
        (
            JobQuery(order=JobOrder.STARTED_LAST),
            (
                "jobruns.timeInfo.actualStartTime >= '1970-01-01T00:00:00.000Z' "
                "ORDER BY jobruns.timeInfo.actualStartTime DESC"
            ),
        ),
    ],
)
def test_the_text_of_job_queries(query: JobQuery, text: str) -> None:
    assert v2.jobs(query, limit=10, offset=0).params["oql"] == text


def test_the_text_of_stream_queries() -> None:
    query = StreamQuery(name="PAY?", statuses=(Status.BLOCKED,), internal_statuses=("STUCK",))
    assert v2.streams(query, limit=10, offset=0).params["oql"] == (
        "name LIKE 'PAY?' AND commonStatus IN ['BLOCKED'] AND compositeStatus.status IN ['STUCK'] ORDER BY name ASC"
    )


@pytest.mark.parametrize("name", ["PAY@", "/EU/WS-1", "A_B?", "São"])
def test_names_that_may_exist_are_asked_for(name: str) -> None:
    assert can_exist(name, None)


@pytest.mark.parametrize("name", ["", "a'b", 'a"b', "a\\b", "a\nb", "a\x00", "x" * 1001])
def test_names_that_cannot_exist_are_not(name: str) -> None:
    assert not can_exist("PAY", name)


@given(st.text(min_size=1, max_size=30))
def test_ids_are_one_segment_of_the_path(identifier: str) -> None:
    assert v2.job(identifier).path.count("/") == 6
    assert not set(v2.job(identifier).path) & set("?#; ")


@pytest.mark.parametrize(
    ("link", "offset", "following"),
    [
        ("http://other-host:31116/twsd/api/v2/plan/job?oql=x&limit=50&offset=100", 50, 100),
        ("/plan/job?offset=50", 50, None),  # leads nowhere
        ("/plan/job?offset=-1", 0, None),
        ("/plan/job?offset=x", 0, None),
        ("", 0, None),
        (None, 0, None),
    ],
)
def test_the_next_page_is_a_number_and_not_a_host(link: str | None, offset: int, following: int | None) -> None:
    assert v2.next_offset(link, offset) == following


def test_issues_are_asked_for_in_urls_of_a_length_that_servers_take() -> None:
    reads = list(v2.issues([f"6d19eaf1-c9da-3799-96ed-{number:012}" for number in range(120)]))
    assert len(reads) == 3
    assert all(len(str(read.params["oql"])) < 3000 for read in reads)
