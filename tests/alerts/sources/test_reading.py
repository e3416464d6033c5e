"""What each form says, and the one reason why a body is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resync_bot.alerts.sources.notices import LONGEST_TEXT, MalformedNoticeError, Notice, NoticeSource, moment
from resync_bot.alerts.sources.reading import LARGEST_BODY, read_notice
from resync_bot.tws.models import Status
from tests.alerts.sources.bodies import ENGINES, JOB_EVENT, NOW, SERVICENOW_INCIDENT, ZCHATOPS_INCIDENT, posted

OCCURRED = datetime(2026, 11, 23, 2, 29, 58, tzinfo=UTC)


def _read(body: object) -> Notice:
    return read_notice(posted(body), ENGINES, NOW)


def _reason(body: object) -> str:
    with pytest.raises(MalformedNoticeError) as caught:
        read_notice(body if isinstance(body, bytes) else posted(body), ENGINES, NOW)
    return str(caught.value)


def test_the_engines_own_event() -> None:
    assert _read(JOB_EVENT) == Notice(
        source=NoticeSource.JOB_STATUS_CHANGED,
        engine="PROD",
        received=NOW,
        event="JobStatusChanged",
        job="PAYROLL_POST",
        workstation="FTA_PAY2",
        stream_workstation="FTA_PAY1",
        folder="/PAYROLL",
        stream="PAYROLL_DAILY",
        scheduled=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        status=Status.ERROR,
        internal_status="ABEND",
        return_code=8,
        job_number=277948077,
        occurred=OCCURRED,
        text="ORA-01653: unable to extend table",
    )


def test_a_servicenow_incident() -> None:
    assert _read(SERVICENOW_INCIDENT) == Notice(
        source=NoticeSource.SERVICENOW,
        engine="PROD",
        received=NOW,
        job="PAYROLL_POST",
        stream_workstation="FTA_PAY1",
        folder="/PAYROLL",
        stream="PAYROLL_DAILY",
        text=f"{SERVICENOW_INCIDENT['short_description']}\n{SERVICENOW_INCIDENT['description']}",
    )


def test_a_zchatops_incident() -> None:
    assert _read(ZCHATOPS_INCIDENT) == Notice(
        source=NoticeSource.ZCHATOPS,
        engine="PROD",
        received=NOW,
        job="PAY020",
        occurred=OCCURRED,
        text=f"{ZCHATOPS_INCIDENT['summary']}\n{ZCHATOPS_INCIDENT['description']}",
    )


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"Engine": "test"}, "engine", "TEST"),
        ({"engine": "Test"}, "engine", "TEST"),
        ({"EventType": "JobLate"}, "event", "JobLate"),
        ({"Status": "Suppressed by condition"}, "status", Status.SUPPRESS),
        ({"Status": "Blocked"}, "status", Status.BLOCKED),
        ({"Status": "On fire"}, "status", Status.UNKNOWN),
        ({"Status": ""}, "status", None),
        ({"ReturnCode": 8}, "return_code", 8),
        ({"ReturnCode": "-1"}, "return_code", -1),
        ({"ReturnCode": ""}, "return_code", None),
        ({"JobStreamName": "PAYROLL_DAILY"}, "folder", ""),
        ({"JobStreamName": "/EU/PAYROLL/PAYROLL_DAILY"}, "folder", "/EU/PAYROLL"),
        ({"JobStreamSchedTime": "23/11/26 06:00"}, "scheduled", None),
        ({"TimeStamp": "2026-11-23 02:29:58"}, "occurred", None),
        ({"ErrorMessage": "red \x1b[31mtext\x1b[0m \u202eand\u2066 marks\x00"}, "text", "red text and marks"),
        ({"ErrorMessage": "x" * 5000}, "text", "x" * LONGEST_TEXT),
        ({"ANewKey": {"of": "a new release"}}, "job", "PAYROLL_POST"),
    ],
)
def test_an_events_values(change: dict[str, object], field: str, value: object) -> None:
    assert getattr(_read(JOB_EVENT | change), field) == value


@pytest.mark.parametrize("key", sorted(JOB_EVENT.keys() - {"JobName"}))
def test_an_event_is_of_use_without_any_key_but_the_jobs_name(key: str) -> None:
    assert _read({name: value for name, value in JOB_EVENT.items() if name != key}).job == "PAYROLL_POST"


@pytest.mark.parametrize(
    ("text", "stream_workstation", "folder", "stream", "job"),
    [
        ("MDM#FINAL.MAKEPLAN failed", "MDM", "", "FINAL", "MAKEPLAN"),
        ("'/EU/SITE3#/PROD/JS_DOCOM.JOB1'", "/EU/SITE3", "/PROD", "JS_DOCOM", "JOB1"),
        ("CPUA#JS[(0600 09/24/23),(0AAAAAAAAAAAABQM)].JOBC.", "CPUA", "", "JS", "JOBC"),
        ("JobName=LOAD, JobStreamName=/DW/ETL JobStreamWorkstation = DW1", "DW1", "/DW", "ETL", "LOAD"),
        ('JobName: "LOAD"', "", "", "", "LOAD"),
        ("JobName=LOAD and later JobName=OTHER", "", "", "", "LOAD"),
    ],
)
def test_the_job_that_an_incidents_text_names(
    text: str, stream_workstation: str, folder: str, stream: str, job: str
) -> None:
    notice = _read({"short_description": "Batch", "description": text, "u_engine": "test"})
    assert (notice.stream_workstation, notice.folder, notice.stream, notice.job, notice.engine) == (
        stream_workstation,
        folder,
        stream,
        job,
        "TEST",
    )


def test_a_zchatops_incident_may_name_the_job_in_its_text() -> None:
    notice = _read({"summary": "MDM#FINAL.MAKEPLAN failed", "engine": "TEST"})
    assert (notice.job, notice.stream, notice.engine) == ("MAKEPLAN", "FINAL", "TEST")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The body is not JSON in UTF-8."),
        (b"JobName=X", "The body is not JSON in UTF-8."),
        (b'{"JobName": "\xff"}', "The body is not JSON in UTF-8."),
        (b"[" * 5000, "The body is not JSON in UTF-8."),
        (b" " * (LARGEST_BODY + 1), f"The body is longer than {LARGEST_BODY} bytes."),
        ([], "The body is none of the forms"),
        ({}, "The body is none of the forms"),
        ({"EventType": "JobLate"}, "JobName: Field required"),
        ({"JobName": ""}, "JobName: is empty"),
        ({"JobName": None}, "JobName: Input should be a valid string"),
        ({"JobName": ["A"]}, "JobName: Input should be a valid string"),
        ({"JobName": "A B"}, "JobName: is not a name that an object of the plan can have"),
        ({"JobName": "A'; drop"}, "JobName: is not a name"),
        ({"JobName": "A" * 41}, "JobName: is not a name"),
        ({"JobName": "A", "JobStreamName": "/X" * 500}, "JobStreamName: String should have at most"),
        ({"JobName": "A", "ReturnCode": "eight"}, "ReturnCode: Input should be a valid integer"),
        ({"JobName": "A", "Engine": "MOON"}, "engine: is not the name of one of the bot's engines"),
        ({"short_description": ""}, "short_description: String should have at least 1 character"),
        ({"short_description": "All is lost"}, "short_description: names no job; write it as FTA_PAY1#"),
        ({"short_description": "MDM#FINAL.X", "u_engine": "MOON"}, "engine: is not"),
        ({"summary": "All is lost"}, "location.jobName: names no job"),
        ({"summary": "X", "location": "SYS1"}, "location: Input should be a valid dictionary"),
        ({"summary": "X", "location": {"jobName": "A B"}}, "location.jobName: is not a name"),
    ],
)
def test_a_malformed_body_has_one_plain_reason(body: object, said: str) -> None:
    reason = _reason(body)
    assert reason.startswith(said)
    assert len(reason.splitlines()) == 1
    assert "drop" not in reason


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2026-11-23T02:29:58Z", OCCURRED),
        ("2026-11-22T23:29:58-03:00", OCCURRED),
        ("1795400998", OCCURRED),
        (1795400998, OCCURRED),
        ("1795400998123", OCCURRED),
        ("2026-11-23T02:29:58", None),
        ("20261123", None),
        ("0001-01-01T00:00:00+14:00", None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_time_is_taken_if_it_can_mean_one_thing_only(value: object, meant: datetime | None) -> None:
    assert moment(value) == meant


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(
    [
        *JOB_EVENT,
        "Engine",
        "EventType",
        "short_description",
        "description",
        "u_engine",
        "summary",
        "dateTime",
        "location",
    ]
)


@given(st.binary(max_size=200) | st.dictionaries(KEYS, JSON, max_size=6).map(posted))
@example(b'{"JobName": 1e400}')
@example(posted({"short_description": "/a" * 20_000 + "#"}))
@example(posted({"short_description": "A#B(" * 9_000}))
def test_whatever_comes_is_a_notice_or_malformed(body: bytes) -> None:
    read: Notice | str
    try:
        read = read_notice(body, ENGINES, NOW)
    except MalformedNoticeError as error:
        read = str(error)
    match read:
        case str(reason):
            assert len(reason.splitlines()) == 1
        case notice:
            assert notice.job
            assert notice.engine in ("PROD", "TEST")
            assert len(notice.text) <= LONGEST_TEXT
