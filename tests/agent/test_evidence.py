"""What may be said on the evidence of tool results, and what may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.evidence import ClaimKind, facts_of, unsupported

ENGINE = {
    "name": "PROD",
    "version": "10.2.5",
    "zone": "America/Sao_Paulo",
    "now": "2026-11-23T02:00:00.014023-03:00",
    "production_day_start": "2026-11-22T18:00:00-03:00",
}
CALC = {
    "name": "PAYROLL_CALC",
    "folder": "/PAYROLL",
    "workstation": "/FINANCE/FTA_PAY01",
    "stream": "PAYROLL",
    "status": "ERROR",
    "internal_status": "ABEND",
    "return_code": 12,
    "started": "2026-11-22T23:05:00-03:00",
    "ended": "2026-11-22T23:24:30-03:00",
    "elapsed_seconds": 1170,
    "estimated_seconds": 2340,
    "deadline": "2026-11-23T04:30:00-03:00",
}
EXPORT = {
    "name": "CARDS_PAN_EXPORT",
    "folder": "/CARDS",
    "workstation": "FTA_CARDS01",
    "stream": "CARDS_EXPORT",
    "status": "ERROR",
    "internal_status": "ABEND",
    "return_code": 5,
}
FAILED = {
    "engine": ENGINE,
    "kind": "jobs",
    "total": 39,
    "jobs": [CALC, EXPORT],
    "interval": {"start": "2026-11-22T18:00:00-03:00"},
}
OVERVIEW = {
    "engine": ENGINE,
    "kind": "overview",
    "total": 629,
    "by_status": {"WAITING": 284, "READY": 9, "RUNNING": 17, "SUCCESSFUL": 302, "ERROR": 10, "CANCELED": 1, "HELD": 6},
    "streams_stuck": 7,
}
LOG = {
    "engine": ENGINE,
    "kind": "job_log",
    "job": CALC,
    "log": {
        "lines": [
            "23:19:38 batch 50/59: 32767 rows merged into PAYROLL.PAYROLL_CALC_T, commit",
            "ORA-01653: unable to extend table PAYROLL.PAYROLL_CALC_T by 8192 in tablespace PAYROLL_DATA",
            "sqlplus ended with exit status 3",
            "= Exit Status           : 12",
        ],
        "first_line": 89,
        "total_lines": 92,
    },
}
STREAM = {"engine": ENGINE, "kind": "stream", "stream": {"name": "PAYROLL", "jobs": 20, "successful": 15, "abended": 1}}
EVIDENCE: list[dict[str, Any]] = [FAILED, OVERVIEW, LOG, STREAM]
QUESTION = "why did TAX_RUN_7 fail at 03:17, was it RC 99?"


def refused(answer: str, *evidence: dict[str, Any], question: str = "") -> list[tuple[str, str]]:
    facts = facts_of(evidence or EVIDENCE, [question] if question else [])
    return [(claim.kind.value, claim.text) for claim in unsupported(answer, facts)]


@pytest.mark.parametrize(
    "answer",
    [
        # what the evidence says
        "**39 jobs** failed, among them `PAYROLL_CALC` with return code 12.",
        "`PAYROLL_CALC` (RC=12) and CARDS_PAN_EXPORT (RC 5) ended in ABEND.",
        "`/FINANCE/FTA_PAY01#/PAYROLL/PAYROLL.PAYROLL_CALC` abended at 23:24 on 22 Nov.",
        "O `PAYROLL_CALC` terminou em ABEND, código de retorno 12, às 23h24 de 22/11.",
        "payroll_calc failed at 23:24:30 on 2026-11-22 (11:24 pm).",
        "It started at 2026-11-22T23:05:00-03:00, that is 02:05 UTC.",
        "The zone is America/Sao_Paulo (UTC-3); the engine PROD is version 10.2.5.",
        "Between 22 Nov 18:00 and 23 Nov 02:00, America/Sao_Paulo.",
        "Entre 22 de novembro às 18:00 e 23/11 02:00.",
        "The log says `ORA-01653: unable to extend table PAYROLL.PAYROLL_CALC_T by 8192 in tablespace PAYROLL_DATA`.",
        "It stopped at batch 50/59 with 32,767 rows, lines 89 to 92 of 92; sqlplus had exit status 3.",
        "Names like `PAYROLL_*` or @PAN@ are concerned.",
        # vocabulary and ordinary words
        "The job is in HOLD; see conman `sj` with state ABEND. NOTE: this is the FTA's limit.",
        "Não há nada a fazer. IMPORTANTE: aguarde.",
        "I cannot rerun it from here; nothing was changed.",
        "",
        "—",
        # what follows from it
        "39 failed. These two are `PAYROLL_CALC` and `CARDS_PAN_EXPORT`, and 37 more.",
        "| Job | RC |\n|---|---|\n| `PAYROLL_CALC` | 12 |\n\n38 more",
        "- `PAYROLL_CALC`\n\n38 more",
        "301 jobs have not started or are on their way: 284 waiting, 17 running.",
        "293 have not started (284 waiting and 9 ready).",
        "It ran 19 min, half (50%) of the usual 39 minutes.",
        "It took 1170 seconds, 19.5 minutes, about 20 min, or 00:19:30.",
        "Durou 19 minutos e 30 segundos.",
        "It failed 2 h 35 min ago; the deadline is in 2 h 30 min, 2.5 hours from now.",
        "15 of 20 jobs (75 %) are done, 1 failed; 15/20.",
        "48% of the plan has succeeded, 1.6% failed.",
        "Two jobs failed with an ABEND, one of them with RC 12.",
        "1. `PAYROLL_CALC`\n2. `CARDS_PAN_EXPORT`\n\nThe two of them failed.",
        "3 reasons:\n\n- one\n- other\n- third",
        "0 jobs are suppressed.",
    ],
)
def test_supported(answer: str) -> None:
    assert refused(answer) == []


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("`PAYROLL_POST` failed.", ("name", "PAYROLL_POST")),
        ("Job BACKUPS failed.", ("name", "BACKUPS")),
        ("`FTA_PAY02#/PAYROLL/PAYROLL.PAYROLL_CALC` failed.", ("name", "FTA_PAY02")),
        ("See message AWSBIN076E.", ("name", "AWSBIN076E")),
        ("It runs on host pay02.", ("name", "pay02")),
        ("Names like `TREASURY_*` are concerned.", ("name", "TREASURY_*")),
        ("The engine is version 10.2.6.", ("name", "10.2.6")),
        ("More at https://hcl.example/runbook.", ("name", "https://hcl.example/runbook")),
        ("40 jobs failed.", ("number", "40")),
        ("Forty-one is wrong, 41 too.", ("number", "41")),
        ("1,653 rows are missing, or 1.654.", ("number", "1.654")),
        ("Eleven jobs failed.", ("number", "Eleven")),
        ("Onze jobs falharam.", ("number", "Onze")),
        ("39 failed: `PAYROLL_CALC`, `CARDS_PAN_EXPORT` and 36 more.", ("number", "36")),
        ("| Job | RC |\n|---|---|\n| `PAYROLL_CALC` | 12 |\n\n36 more", ("number", "36")),
        ("294 have not started (284 waiting and 9 ready).", ("number", "294")),
        ("It ended with return code 8.", ("return_code", "return code 8")),
        ("It ended with RC 39.", ("return_code", "RC 39")),
        ("Terminou com código de retorno **7**.", ("return_code", "código de retorno **7")),
        ("It failed at 23:25.", ("time", "23:25")),
        ("It failed at 23:24:31.", ("time", "23:24:31")),
        ("It failed at 11:24 am.", ("time", "11:24 am")),
        ("Falhou às 22h24.", ("time", "22h24")),
        ("It failed on 2026-11-21.", ("date", "2026-11-21")),
        ("It failed on 2025-11-22.", ("date", "2025-11-22")),
        ("It failed on 21 Nov.", ("date", "21 Nov")),
        ("It failed on Nov 21st.", ("date", "Nov 21st")),
        ("Falhou em 21 de novembro.", ("date", "21 de novembro")),
        ("The zone is UTC+2.", ("zone", "UTC+2")),
        ("It took 25 min.", ("duration", "25 min")),
        ("It took 19 min 45 s.", ("duration", "19 min 45 s")),
        ("It is due in 4 hours.", ("duration", "4 hours")),
        ("76% are done, or 77%.", ("percent", "77%")),
        ("99.9% are done.", ("percent", "99.9%")),
        ("14/20 are done.", ("date", "14/20")),
        ("I've rerun PAYROLL_CALC.", ("change", "I've rerun")),
        ("I have cancelled it for you.", ("change", "I have cancelled")),
        ("Já reexecutei o PAYROLL_CALC.", ("change", "reexecutei")),
        ("No job has failed.", ("all_well", "No job has failed")),
        ("Nothing failed tonight.", ("all_well", "Nothing failed")),
        ("All jobs completed.", ("all_well", "All jobs completed")),
        ("Nenhum job falhou.", ("all_well", "Nenhum job falhou")),
    ],
)
def test_refused(answer: str, claim: tuple[str, str]) -> None:
    assert claim in refused(answer)


def test_what_the_question_said_may_be_said_again() -> None:
    assert refused("There is no job TAX_RUN_7 that failed at 03:17 with RC 99.", question=QUESTION) == []
    assert refused("There is no job TAX_RUN_7.") == [("name", "TAX_RUN_7")]


def test_what_was_found_before_may_be_spoken_of_again() -> None:
    facts = facts_of([{"engine": ENGINE, "kind": "jobs", "total": 0}], past=[FAILED])
    assert (
        unsupported("No job has failed there; the 39 of before are elsewhere, `PAYROLL_CALC` among them.", facts) == ()
    )


def test_nothing_failed_may_be_said_where_nothing_did() -> None:
    assert refused("No job has failed.", {"engine": ENGINE, "kind": "jobs", "total": 0}) == []


def test_without_evidence_no_figure_may_be_said() -> None:
    facts = facts_of([])
    assert [claim.text for claim in unsupported("12 jobs failed, PAY_1 first; 0 wait.", facts)] == ["12", "PAY_1", "0"]
    assert unsupported("Which job do you mean?", facts) == ()


def test_a_failed_total_is_not_read_from_zero_or_missing() -> None:
    assert refused("1 job, 0 left.", {"engine": ENGINE, "kind": "jobs", "total": 3}) == []


@given(
    counts=st.dictionaries(st.sampled_from(["WAITING", "RUNNING", "ERROR", "HELD"]), st.integers(0, 10_000), min_size=1)
)
def test_every_figure_of_an_overview_may_be_said(counts: dict[str, int]) -> None:
    overview = {"engine": ENGINE, "kind": "overview", "total": sum(counts.values()), "by_status": counts}
    parts = ", ".join(f"{count} {status.lower()}" for status, count in counts.items())
    assert refused(f"{sum(counts.values())} jobs in all: {parts}.", overview) == []
    assert refused(f"{sum(counts.values()):,} jobs in all.", overview) == []


NAMES = st.from_regex(r"[A-Z]{3,6}_[A-Z0-9]{2,8}", fullmatch=True)


@given(names=st.lists(NAMES, min_size=1, max_size=5, unique=True), other=NAMES)
def test_names_of_the_evidence_may_be_said_and_no_others(names: list[str], other: str) -> None:
    evidence = {"engine": ENGINE, "kind": "jobs", "total": len(names), "jobs": [{"name": name} for name in names]}
    assert refused(", ".join(f"`{name}`" for name in names), evidence) == []
    expected = [] if other in names else [("name", other)]
    assert refused(f"`{other}`", evidence) == expected


@given(seconds=st.integers(0, 200_000))
def test_a_duration_may_be_told_in_minutes_cut_or_rounded(seconds: int) -> None:
    evidence = {"engine": ENGINE, "job": {"elapsed_seconds": seconds}}
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    for told in (
        f"{seconds} s",
        f"{seconds // 60} min",
        f"{round(seconds / 60)} minutes",
        f"{hours} h {minutes:02d} min",
        f"{hours}h{minutes:02d}m",
        f"{round(seconds / 3600)} horas",
        f"{seconds / 3600:.1f} hours",
    ):
        assert refused(f"It ran for {told}.", evidence) == [], told


@given(st.text(max_size=300))
def test_any_text_can_be_checked(text: str) -> None:
    assert isinstance(unsupported(text, facts_of(EVIDENCE, [text])), tuple)


@given(st.text(alphabet="ABC_019.,:/%-# \nhmin", max_size=80))
def test_what_was_said_by_the_person_may_always_be_quoted(text: str) -> None:
    claims = unsupported(text, facts_of([], [text]))
    assert {claim.kind for claim in claims} <= {ClaimKind.CHANGE, ClaimKind.ALL_WELL}
