"""What selections of conman ask of the engine, what they sift themselves, and what they cannot have."""

from datetime import UTC, datetime

import pytest

from resync_bot.agent.conman.choosing import Chosen, NotSelectableError, Refusal, jobs_of, streams_of
from resync_bot.agent.conman.selection import parse
from resync_bot.agent.conman.times import TimeRange, time_range
from resync_bot.tws.models import Dependency, Engine, Job, JobStream, Status
from resync_bot.tws.queries import JobQuery, StreamQuery


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


ENGINE = Engine(name="PROD", version="10", zone="UTC", now=at(23, 2), production_day_start=at(22, 18))
JOB = Job(
    name="CALC_01",
    stream="PAYROLL",
    folder="/PAYROLL",
    status=Status.WAITING,
    internal_status="HOLD",
    priority=10,
    scheduled=at(22, 22, 30),
    dependencies=(
        Dependency(kind="INTERNAL", on="EXTRACT"),
        Dependency(kind="EXTERNAL_JOB", on="FTA1#/LEDGER/EOD.POST"),
        Dependency(kind="EXTERNAL_JOBSTREAM", on="FTA1#/LEDGER/RECON"),
        Dependency(kind="RESOURCE", on="FTA1#/ORAPAY"),
        Dependency(kind="FILE", on="/data/in.txt"),
        Dependency(kind="PROMPT", on="CLOSEOK"),
    ),
)
STREAM = JobStream(name="PAYROLL", status=Status.WAITING, internal_status="HOLD", priority=30, carried_forward=True)


def jobs(selection: str) -> Chosen[JobQuery, Job]:
    return jobs_of(parse(selection), ENGINE)


@pytest.mark.parametrize(
    ("selection", "query"),
    [
        ("", JobQuery()),
        ("@#@.@", JobQuery()),
        ("FTA1#PAY@.CALC?", JobQuery(name="CALC?", stream="PAY@", workstation="FTA1")),
        ("/EU/FTA1#/PAYROLL/@.@", JobQuery(folder="/PAYROLL@", workstation="/EU/FTA1")),
        ("@#@.@+state=abend,failed", JobQuery(internal_statuses=("ABEND", "FAIL"))),
        ("@#@.@+state=cancel", JobQuery(statuses=(Status.CANCELED,))),
        ("@#@.@+priority=hi", JobQuery(priority_from=100, priority_until=100)),
        ("@#@.@+priority=10,", JobQuery(priority_from=10)),
        ("@#@.@+logon=pay@+recovery=stop", JobQuery(login="pay@", recovery_option="STOP")),
        ("@#@.@+confirmed~every+critical", JobQuery(needs_confirmation=True, repeats=False, critical=True)),
        ("@#@.@+at=0600", JobQuery(start_at_from=at(23, 6), start_at_until=at(23, 6, 1))),
        ("@#@.@+deadline=2000,0600", JobQuery(deadline_from=at(22, 20), deadline_until=at(23, 6, 1))),
        ("@#@.@+until=,0600 11/24", JobQuery(latest_start_until=at(24, 6, 1))),
    ],
)
def test_what_the_engine_is_asked(selection: str, query: JobQuery) -> None:
    chosen = jobs(selection)
    assert chosen.query == query
    assert not chosen.sieves


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        ("@#@.CALC_%%", True),
        ("@#@.CALC%01", False),
        ("@#PAYROLL(2230 11/22).@", True),
        ("@#PAYROLL(2230 11/23).@", False),
        ("@#@.@~state=hold", False),
        ("@#@.@~state=abend", True),
        ("@#@.@~priority=10", False),
        ("@#@.@~started", True),
        ("@#@.@+follows=EXTRACT", True),
        ("@#@.@+follows=EOD.POST", True),
        ("@#@.@+follows=PAYROLL.EXTRACT", True),
        ("@#@.@+follows=RECON", True),
        ("@#@.@+follows=EOD.OTHER", False),
        ("@#@.@+needs=FTA1#ORAPAY", True),
        ("@#@.@~needs", False),
        ("@#@.@+opens=/data/@", True),
        ("@#@.@+prompt=CLOSE@", True),
        ("@#@.@+prompt=OTHER", False),
    ],
)
def test_what_is_sifted(selection: str, fits: bool) -> None:
    assert jobs(selection).fits(JOB) is fits


def test_what_only_details_hold_is_looked_for_there() -> None:
    chosen = jobs("@#@.@+scriptname=/opt/@~logon=root")
    assert not chosen.sieves
    assert chosen.fits_in_detail(JOB.model_copy(update={"command": "/opt/calc.sh", "login": "payroll"}))
    assert not chosen.fits_in_detail(JOB.model_copy(update={"command": "/opt/calc.sh", "login": "root"}))


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        ("@#@+carriedforward", True),
        ("@#@~carriedforward", False),
        ("@#@+priority=hi", False),
        ("@#@+priority=20,30", True),
        ("@#@~state=hold", False),
        ("@#@+started", False),
    ],
)
def test_streams_are_sifted(selection: str, fits: bool) -> None:
    chosen = streams_of(parse(selection), ENGINE)
    assert isinstance(chosen.query, StreamQuery)
    assert chosen.fits(STREAM) is fits


@pytest.mark.parametrize(
    ("selection", "refusal"),
    [
        ("PAYROLL{0AAAAAAAAAAAABQM}.@", Refusal.STREAM_ID),
        ("PAYROLL.@;schedid", Refusal.STREAM_ID),
        ("@#@.@+critnet", Refusal.QUALIFIER),
        ("@#@.@+every=0030", Refusal.QUALIFIER),
        ("@#@.@+colour=red", Refusal.UNKNOWN_WORD),
        ("@#@.@+at=noon", Refusal.VALUE),
        ("@#@.@+at=0600 13/45", Refusal.VALUE),
        ("@#@.@+priority=much", Refusal.VALUE),
        ("@#@.@+recovery=maybe", Refusal.VALUE),
        ("@#@.@+state", Refusal.VALUE),
    ],
)
def test_what_cannot_be_had_is_said(selection: str, refusal: Refusal) -> None:
    with pytest.raises(NotSelectableError) as refused:
        jobs(selection)
    assert refused.value.refusal is refusal


def test_times_are_those_of_the_present_production_day() -> None:
    assert time_range(("2000",), ENGINE) == TimeRange(at(22, 20), at(22, 20, 1))
    assert time_range(("0100", "0200 +1 days"), ENGINE) == TimeRange(at(23, 1), at(24, 2, 1))
    assert time_range(("0600 tz America/Sao_Paulo",), ENGINE).holds(at(23, 9))
    assert not TimeRange(at(23, 1)).holds(None)
