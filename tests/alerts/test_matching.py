"""Which objects a pattern means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.alerts.matching import matches, means_object
from resync_bot.alerts.model import Pattern, Severity, Subject, TroubleKind

POST = Subject(engine="PROD", workstation="FTA1", folder="/PAYROLL/DAILY", stream="PAY_RUN", job="PAY_POST")
STREAM = Subject(engine="PROD", workstation="FTA1", folder="/PAYROLL", stream="PAY_RUN")
PROMPT = Subject(engine="PROD", folder="/PAYROLL", prompt="PAY_OK")
MACHINE = Subject(engine="PROD", workstation="FTA1")

NAMES = st.text("ABCXYZ_0123456789-", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("pattern", "subject"),
    [
        (Pattern(), POST),
        (Pattern(engine="PROD"), POST),
        (Pattern(engine="prod"), POST),
        (Pattern(engine="PR@"), POST),
        (Pattern(job="PAY@"), POST),
        (Pattern(job="pay*"), POST),
        (Pattern(job="PAY?POST"), POST),
        (Pattern(stream="PAY_RUN"), POST),
        (Pattern(stream="PAY_RUN"), STREAM),
        (Pattern(folder="/PAYROLL@"), POST),
        (Pattern(folder="/PAYROLL@"), STREAM),
        (Pattern(folder="/PAYROLL/@"), STREAM),
        (Pattern(folder="/PAYROLL/@"), POST),
        (Pattern(folder="payroll/daily/"), POST),
        (Pattern(folder="/"), MACHINE),
        (Pattern(workstation="FTA1"), POST),
        (Pattern(workstation="FTA?"), MACHINE),
        (Pattern(name="PAY_POST"), POST),
        (Pattern(name="PAY_RUN"), POST),
        (Pattern(name="PAY_RUN"), STREAM),
        (Pattern(name="PAY@"), PROMPT),
        (Pattern(name="FTA1"), MACHINE),
        (Pattern(name="PROD"), Subject(engine="PROD")),
    ],
)
def test_is_meant(pattern: Pattern, subject: Subject) -> None:
    assert means_object(pattern, subject)


@pytest.mark.parametrize(
    ("pattern", "subject"),
    [
        (Pattern(engine="TEST"), POST),
        (Pattern(job="PAY"), POST),
        (Pattern(job="PAY@"), STREAM),
        (Pattern(job="PAY.POST"), POST),
        (Pattern(stream="PAY_POST"), POST),
        (Pattern(folder="/PAYROLL"), POST),
        (Pattern(folder="/PAY?"), STREAM),
        (Pattern(folder="/PAYROLL/@"), MACHINE),
        (Pattern(workstation="FTA2"), POST),
        (Pattern(name="FTA1"), POST),
        (Pattern(name="PAY_OK"), POST),
        (Pattern(job="PAY@", stream="ETL@"), POST),
    ],
)
def test_is_not_meant(pattern: Pattern, subject: Subject) -> None:
    assert not means_object(pattern, subject)


def test_the_workstation_is_where_it_runs_or_where_its_stream_is() -> None:
    assert means_object(Pattern(workstation="AGENT7"), POST, runs_on="/FINANCE/AGENT7")
    assert means_object(Pattern(workstation="/FINANCE/AGENT7"), POST, runs_on="/FINANCE/AGENT7")
    assert not means_object(Pattern(workstation="/SALES/AGENT7"), POST, runs_on="/FINANCE/AGENT7")


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        (Pattern(), True),
        (Pattern(kinds=(TroubleKind.JOB_FAILED,)), True),
        (Pattern(kinds=(TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED)), False),
        (Pattern(severity=Severity.WARNING), True),
        (Pattern(severity=Severity.ERROR), True),
        (Pattern(severity=Severity.CRITICAL), False),
        (Pattern(critical=True), False),
    ],
)
def test_what_happened_counts_besides_the_names(pattern: Pattern, is_meant: bool) -> None:
    assert matches(pattern, POST, kind=TroubleKind.JOB_FAILED, severity=Severity.ERROR) is is_meant


def test_a_critical_job_is_one_for_a_pattern_of_critical_ones() -> None:
    critical = Pattern(critical=True)

    assert matches(critical, POST, kind=TroubleKind.JOB_FAILED, severity=Severity.CRITICAL, critical=True)


@given(name=NAMES, at=st.integers(0, 12))
def test_a_name_is_meant_by_itself_and_by_its_beginning_with_a_wildcard(name: str, at: int) -> None:
    subject = Subject(engine="PROD", stream="S", job=name)

    assert means_object(Pattern(job=name.lower()), subject)
    assert means_object(Pattern(job=f"{name[:at]}*"), subject)
    assert means_object(Pattern(job=f"{name[:at]}@{name[at:]}"), subject)
    assert means_object(Pattern(job="?" * len(name)), subject)
    assert not means_object(Pattern(job="?" * (len(name) + 1)), subject)


@given(wanted=NAMES, name=NAMES)
def test_without_wildcards_only_the_name_itself_is_meant(wanted: str, name: str) -> None:
    assert means_object(Pattern(job=wanted), Subject(engine="PROD", stream="S", job=name)) is (wanted == name)


@given(parts=st.lists(NAMES, min_size=1, max_size=4), above=st.integers(1, 4))
def test_a_folder_with_a_wildcard_takes_all_below(parts: list[str], above: int) -> None:
    subject = Subject(engine="PROD", folder="/" + "/".join(parts), stream="S")

    assert means_object(Pattern(folder="/" + "/".join(parts[:above]) + "@"), subject)
    assert means_object(Pattern(folder="/" + "/".join(parts[:above]) + "/@"), subject)
