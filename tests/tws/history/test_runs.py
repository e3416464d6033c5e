"""The row of a run, and which runs become one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.history.runs import FinishedRun, finished_runs
from resync_bot.tws.models import Job, Run, Status

END = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
_moments = st.integers(1_600_000_000, 2_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_words = st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1, max_size=20)


@given(
    st.builds(
        FinishedRun,
        job=_words,
        succeeded=st.booleans(),
        internal_status=_words,
        return_code=st.none() | st.integers(-(2**31), 2**31),
        number=st.none() | st.integers(0, 2**31),
        kind=_words,
        workstation=st.none() | _words,
        started=st.none() | _moments,
        ended=_moments,
        elapsed_seconds=st.integers(0, 10**6),
    )
)
def test_a_row_gives_the_run_again(run: FinishedRun) -> None:
    assert FinishedRun.decode(run.job, run.encode()) == run


def test_what_is_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        FinishedRun.decode("J", "1|2")


def _job(status: Status, *runs: Run) -> Job:
    return Job(
        name="PAYROLL_POST",
        stream="PAYROLL_DAILY",
        folder="/PAYROLL",
        workstation="FTA_PAY1",
        status=status,
        internal_status="SUCC",
        started=END - timedelta(minutes=10),
        ended=END if status in (Status.SUCCESSFUL, Status.ERROR) else None,
        runs=runs,
    )


def _run(kind: str, status: Status, ended: datetime | None) -> Run:
    return Run(status=status, internal_status="X", kind=kind, started=END - timedelta(hours=1), ended=ended)


def test_a_job_without_details_gives_its_last_run() -> None:
    [run] = finished_runs(_job(Status.SUCCESSFUL))
    assert (run.job, run.succeeded, run.elapsed_seconds) == ("FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST", True, 600)


def test_each_run_of_a_chain_that_ended_is_one_but_not_the_recovery_job() -> None:
    job = _job(
        Status.RUNNING,
        _run("REGULAR", Status.ERROR, END - timedelta(minutes=30)),
        _run("RECOVERY", Status.SUCCESSFUL, END - timedelta(minutes=20)),
        _run("RECOVERY_RERUN", Status.ERROR, END),
        _run("RECOVERY_RERUN", Status.RUNNING, None),
    )
    assert [(run.kind, run.succeeded) for run in finished_runs(job)] == [("REGULAR", False), ("RECOVERY_RERUN", False)]


@pytest.mark.parametrize("status", [Status.WAITING, Status.RUNNING, Status.CANCELED])
def test_what_has_not_ended_is_no_finished_run(status: Status) -> None:
    assert list(finished_runs(_job(status))) == []
