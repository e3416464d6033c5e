"""Selections as conman writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.simulator.catalogue import JOBS, STREAMS, WORKSTATIONS
from resync_bot.simulator.plan_filter import PlanFilterError, parse_selection
from tests.simulator.nights import bank

PLAN = bank(1)


def jobs(text: str) -> set[str]:
    selection = parse_selection(text)
    return {f"{job.stream.name}.{job.name}" for job in PLAN.jobs if JOBS.selected(job, selection)}


def test_everything_in_all_folders() -> None:
    assert len(jobs("/@/@#/@/@.@")) == len({f"{job.stream.name}.{job.name}" for job in PLAN.jobs})


def test_without_a_folder_the_root_folder_is_meant() -> None:
    found = jobs("@#@.@")
    assert "FINAL.MAKEPLAN" in found
    assert not any(name.startswith("PAYROLL") for name in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/@/@#/PAYROLL/PAYROLL.PAYROLL_POST", {"PAYROLL.PAYROLL_POST"}),
        ("/@/@#/@/PAYROLL.@POST", {"PAYROLL.PAYROLL_POST"}),
        ("/@/@#/@/PAYROLL.PAYROLL_C@", {"PAYROLL.PAYROLL_CALC", "PAYROLL.PAYROLL_CLOSE"}),
        ("/@/@#/PAYROLL/PAYROLL.PAYROLL_?OST", {"PAYROLL.PAYROLL_POST"}),
        ("/FINANCE/FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_POST", {"PAYROLL.PAYROLL_POST"}),
        ("/MDM_PROD#/PAYROLL/PAYROLL.PAYROLL_POST", set()),
        ("/@/@#/payroll/PAYROLL.@", set()),
        ("/@/@#/@/@.NO_SUCH_JOB", set()),
        ("/PAYROLL/PAYROLL.PAYROLL_POST", {"PAYROLL.PAYROLL_POST"}),
    ],
)
def test_jobs(text: str, expected: set[str]) -> None:
    assert jobs(text) == expected


def test_one_workstation_and_all_on_it() -> None:
    selection = parse_selection("/FTA_CARDS01#/")
    found = [stream for stream in PLAN.streams if STREAMS.selected(stream, selection)]
    assert found
    assert all(stream.workstation.name == "FTA_CARDS01" for stream in found)


def test_folders_below_a_folder() -> None:
    selection = parse_selection("/@/@#/LENDING/@/@")
    found = {stream.folder for stream in PLAN.streams if STREAMS.selected(stream, selection)}
    assert found == {"/LENDING/LOANS", "/LENDING/MORTGAGES"}


def test_workstations() -> None:
    selection = parse_selection("/@/FTA@")
    found = {machine.name for machine in PLAN.workstations if WORKSTATIONS.selected(machine, selection)}
    assert found == {"FTA_PAY01", "FTA_CARDS01", "FTA_LEGACY"}


@pytest.mark.parametrize(
    "text", ["", "/@/@#/@/@.@+state=abend", "@~priority=0", "#/@/@", "/@/@#A.", "A'B", "A B", "A#B#C"]
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(PlanFilterError):
        parse_selection(text)


@given(text=st.text(alphabet="AB/@?#.-_+~' ", max_size=20))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        selection = parse_selection(text)
    except PlanFilterError:
        return
    assert isinstance([job for job in PLAN.jobs[:20] if JOBS.selected(job, selection)], list)
