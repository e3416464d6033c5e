"""Names as operators write them, taken apart."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.names import NameParts, folder_pattern, is_pattern, matches, name_parts, part_pattern, pattern

AT_2230 = datetime(2026, 11, 22, 22, 30)  # noqa: DTZ001 - as the engine's clock shows it


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("payroll_post", NameParts("PAYROLL_POST")),
        ("  `PAYROLL_POST` ", NameParts("PAYROLL_POST")),
        ("payroll post", NameParts("PAYROLL@POST")),
        ("PAY*", NameParts("PAY@")),
        ("PAYROLL.PAYROLL_POST", NameParts("PAYROLL_POST", stream="PAYROLL")),
        ("FTA1#PAYROLL.POST", NameParts("POST", stream="PAYROLL", workstation="FTA1")),
        ("/PAYROLL/DAILY", NameParts("DAILY", folder="/PAYROLL")),
        ("/EU/PAYROLL/DAILY.POST", NameParts("POST", stream="DAILY", folder="/EU/PAYROLL")),
        (
            "/FINANCE/FTA_PAY01#/PAYROLL/DAILY.POST",
            NameParts("POST", stream="DAILY", folder="/PAYROLL", workstation="/FINANCE/FTA_PAY01"),
        ),
        (
            "FTA1#/PAYROLL/DAILY(2230 11/22/26).POST",
            NameParts("POST", stream="DAILY", folder="/PAYROLL", workstation="FTA1", scheduled=AT_2230),
        ),
        ("DAILY(2230 11/22/2026)", NameParts("DAILY", scheduled=AT_2230)),
        ("FTA1#DAILY[(2230 11/22/26),(0AAAAAAAAAAAABTB)].POST", NameParts("POST", "DAILY", None, "FTA1", AT_2230)),
        ("DAILY(9999 99/99/99)", NameParts("DAILY")),
        ("'", NameParts("'")),
        ("A#B#C", NameParts("A#B#C")),
    ],
)
def test_a_name_taken_apart(text: str, parts: NameParts) -> None:
    assert name_parts(text) == parts


@given(st.text(min_size=1))
def test_any_text_is_some_name(text: str) -> None:
    assert isinstance(name_parts(text).name, str)


@pytest.mark.parametrize(("text", "is_one"), [("PAY@", True), ("PAY?", True), ("PAY%", True), ("PAY", False)])
def test_wildcards_make_a_pattern(text: str, is_one: bool) -> None:
    assert is_pattern(text) is is_one


def test_a_part_is_asked_for_on_both_sides() -> None:
    assert part_pattern("ROLL") == "@ROLL@"
    assert part_pattern("PAY@POST") == "@PAY@POST@"


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("payroll", "/PAYROLL@"), ("/payroll/", "/PAYROLL@"), ("/", "/@"), ("/PAY@/X", "/PAY@/X"), ("eu/pay", "/EU/PAY@")],
)
def test_a_folder_takes_its_subfolders(folder: str, expected: str) -> None:
    assert folder_pattern(folder) == expected


@pytest.mark.parametrize(
    ("wanted", "name", "fits"),
    [("PAY@", "PAYROLL", True), ("pay?oll", "PAYROLL", True), ("PAY", "PAYROLL", False), ("A.B", "AXB", False)],
)
def test_matching_as_the_engine_does(wanted: str, name: str, fits: bool) -> None:
    assert matches(wanted, name) is fits


def test_a_pattern_is_in_capitals() -> None:
    assert pattern(" eod close ") == "EOD@CLOSE"
