"""Payroll, ledger, payments, treasury: the streams that everybody asks about."""

from dataclasses import replace

from resync_bot.simulator.bank.pipeline import Area
from resync_bot.simulator.specification import (
    Cause,
    Condition,
    Follows,
    JobSpec,
    LateStartAction,
    Need,
    PromptKind,
    PromptSpec,
    Recovery,
    RecoveryOption,
    Script,
    StreamSpec,
    TaskKind,
)

_WELL = Script()

_PAYROLL = Area(folder="/PAYROLL", prefix="PAYROLL", workstation="FTA_PAY01", login="payroll")
_LEDGER = Area(folder="/LEDGER", prefix="LEDGER", workstation="FTA_PAY01", login="ledger", priority=20)
_PAYMENTS = Area(folder="/PAYMENTS", prefix="PAY", workstation="FTA_PAY01", login="payments", priority=20)
_TREASURY = Area(folder="/TREASURY", prefix="TRS", workstation="MDM_PROD", login="treasury")


def _payroll_job(name: str, task: TaskKind, minutes: float, *after: str) -> JobSpec:
    return replace(_PAYROLL.job(name, task, minutes), follows=tuple(map(Follows, after)))


_PAYROLL_RUN = StreamSpec(
    name="PAYROLL",
    folder="/PAYROLL",
    workstation="FTA_PAY01",
    at="22:30",
    priority=30,
    carry_forward=True,
    deadline="06:30",
    jobs=(
        replace(_payroll_job("PAYROLL_EXTRACT", TaskKind.SQL, 25), script=_WELL, needs=(Need("ORAPAY", 2),)),
        replace(_payroll_job("PAYROLL_VALIDATE", TaskKind.PYTHON, 12, "PAYROLL_EXTRACT"), script=_WELL),
        replace(
            _payroll_job("PAYROLL_CALC", TaskKind.SQL, 55, "PAYROLL_VALIDATE", "LEDGER_EOD.LEDGER_POST_BALANCES"),
            needs=(Need("ORAPAY", 3),),
            script=Script((Cause.TABLESPACE_FULL,)),
            max_minutes=120,
        ),
        replace(
            _payroll_job("PAYROLL_POST", TaskKind.SQL, 20, "PAYROLL_CALC"), deadline="04:30", needs=(Need("ORAPAY", 2),)
        ),
        _payroll_job("PAYROLL_BANKFILE", TaskKind.PYTHON, 8, "PAYROLL_POST"),
        _payroll_job("PAYROLL_SEND_BANKFILE", TaskKind.TRANSFER, 5, "PAYROLL_BANKFILE"),
        _payroll_job("PAYROLL_PAYSLIPS", TaskKind.JAVA, 30, "PAYROLL_POST"),
        _payroll_job("PAYROLL_REPORT", TaskKind.JAVA, 12, "PAYROLL_POST"),
        replace(
            _payroll_job("PAYROLL_CLOSE", TaskKind.SQL, 10, "PAYROLL_SEND_BANKFILE", "PAYROLL_REPORT"),
            critical=True,
            deadline="06:00",
            priority=40,
        ),
        replace(_payroll_job("PAYROLL_BONUS", TaskKind.SQL, 6, "PAYROLL_VALIDATE"), no_operation=True),
    ),
)

STREAMS = (
    _PAYROLL_RUN,
    _PAYROLL.stream("PAYROLL_TAX", "23:30", "INCOME SOCIAL", "EXTRACT CALC REPORT", closing="RECON HOUSEKEEPING"),
    _PAYROLL.stream(
        "PAYROLL_BENEFIT", "00:30", "HEALTH PENSION MEAL", "EXTRACT CHECK SEND", closing="RECON NOTIFY_OPS"
    ),
    _PAYROLL.stream(
        "PAYROLL_ARCHIVE",
        "04:45",
        "SLIPS LEDGER",
        "VERIFY ARCHIVE",
        closing="HOUSEKEEPING",
        follows=(Follows("PAYROLL.PAYROLL_CLOSE"),),
    ),
    _LEDGER.stream(
        "LEDGER_EOD",
        "20:30",
        "BALANCES JOURNALS SUSPENSE",
        "EXTRACT VALIDATE POST",
        closing="RECON CHECK_SPACE",
        amend={name: {"script": _WELL} for name in (f"LEDGER_{s}_BALANCES" for s in ("EXTRACT", "VALIDATE", "POST"))},
    ),
    _LEDGER.stream(
        "LEDGER_FX",
        "19:15",
        "RATES REVALUE",
        "RECEIVE CHECK POST",
        closing="NOTIFY_OPS",
        amend={"LEDGER_RECEIVE_RATES": {"script": _WELL}},
        extra=(
            replace(
                _LEDGER.job("LEDGER-FX_RATE-2-EUR_V02", TaskKind.PYTHON, 3),
                follows=(Follows("LEDGER_POST_RATES"),),
                success_codes="RC<5",
            ),
            replace(
                _LEDGER.job("LEDGER_FX_FALLBACK", TaskKind.SHELL, 4),
                description="Takes yesterday's rates when today's did not come",
                follows=(Follows("LEDGER_RECEIVE_RATES", frozenset({Condition.ABEND, Condition.FAIL})),),
            ),
        ),
    ),
    _LEDGER.stream(
        "LEDGER_RECON", "01:30", "NOSTRO CLEARING CASH", "EXTRACT MATCH REPORT", closing="RECON HOUSEKEEPING"
    ),
    _LEDGER.stream(
        "LEDGER_CLOSE",
        "02:45",
        "GENERAL SUBLEDGER",
        "CHECK POST CLOSE",
        closing="CLOSE REPORT",
        amend={
            "LEDGER_CLOSE_CLOSE": {
                "critical": True,
                "deadline": "04:30",
                "priority": 40,
                "prompt": PromptSpec("CLOSEOK", "Close the general ledger of the day?", answered_at="03:55"),
            }
        },
    ),
    _PAYMENTS.stream(
        "PAY_SEPA",
        "19:30",
        "CREDIT DEBIT RETURNS",
        "EXTRACT VALIDATE SEND",
        closing="RECON NOTIFY_OPS",
        amend={"PAY_SEND_CREDIT": {"critical": True, "deadline": "23:00", "script": _WELL}},
    ),
    _PAYMENTS.stream(
        "PAY_SWIFT",
        "20:15",
        "MT103 MT202",
        "EXTRACT FORMAT",
        amend={
            name: {"script": _WELL}
            for name in ("PAY_EXTRACT_MT103", "PAY_FORMAT_MT103", "PAY_EXTRACT_MT202", "PAY_FORMAT_MT202")
        },
        extra=(
            replace(
                _PAYMENTS.job("PAY_SWIFT_RELEASE", TaskKind.TRANSFER, 5),
                follows=(Follows("PAY_FORMAT_MT103"), Follows("PAY_FORMAT_MT202")),
                needs=(Need("SWIFTGW", 1),),
                prompt=PromptSpec("SWIFTREL", "Treasury has approved tonight's SWIFT batch. Release it?"),
                deadline="05:00",
            ),
            replace(_PAYMENTS.job("PAY_SWIFT_ACK", TaskKind.TRANSFER, 6), follows=(Follows("PAY_SWIFT_RELEASE"),)),
        ),
    ),
    _PAYMENTS.stream("PAY_INSTANT", "00:05", "IN OUT", "EXTRACT MATCH RECON", closing="REPORT HOUSEKEEPING"),
    _PAYMENTS.stream(
        "PAY_RECON",
        "03:15",
        "SEPA INSTANT CARDS",
        "EXTRACT MATCH",
        closing="RECON REPORT",
        follows=(Follows("PAY_SEPA.PAY_SEND_CREDIT"),),
    ),
    _PAYMENTS.stream(
        "PAY_SALARY",
        "03:30",
        "OWN CLIENTS",
        "VALIDATE SEND",
        closing="RECON",
        follows=(Follows("PAYROLL.PAYROLL_SEND_BANKFILE"),),
        amend={"PAY_SEND_OWN": {"critical": True, "deadline": "07:00"}},
    ),
    _PAYMENTS.stream("PAY_CUTOFF", "15:30", "SEPA SWIFT CHECKS", "COLLECT VALIDATE SEND", closing="REPORT"),
    _TREASURY.stream(
        "TRS_FX",
        "23:15",
        "SPOT FORWARD",
        "RECEIVE PRICE POST",
        closing="RECON",
        prompt=PromptSpec("FXGO", "Are the FX fixings of the evening complete?", PromptKind.PREDEFINED, "23:40"),
    ),
    _TREASURY.stream(
        "TRS_RATES",
        "20:00",
        "LIBOR SELIC",
        "RECEIVE CHECK PUBLISH",
        amend={"TRS_RECEIVE_SELIC": {"script": _WELL}, "TRS_CHECK_SELIC": {"script": _WELL}},
        extra=(
            replace(
                _TREASURY.job("TRS_CONFIRM_FIXING", TaskKind.SHELL, 2),
                follows=(Follows("TRS_CHECK_SELIC"),),
                requires_confirmation=True,
                script=_WELL,
            ),
            replace(
                _TREASURY.job("TRS_LATE_QUOTES", TaskKind.TRANSFER, 3),
                follows=(Follows("TRS_CHECK_SELIC"),),
                at="20:10",
                until="20:05",
                until_action=LateStartAction.DO_NOT_RUN,
                description="Quotes after 20:05 are not taken",
            ),
        ),
    ),
    _LEDGER.stream(
        "LEDGER_ACCOUNTS",
        "18:20",
        "RETAIL CORPORATE",
        "EXTRACT CHECK LOAD",
        closing="RECON",
        extra=(
            replace(
                _LEDGER.job("RE_ACCOUNTS_JOB", TaskKind.SQL, 7),
                description="Rebuilds the account mirror",
                recovery=Recovery(RecoveryOption.RERUN, job="RECOVERY_JOB", reruns=3, minutes=4),
                script=Script((Cause.DEADLOCK,) * 4),
            ),
            replace(
                _LEDGER.job("LEDGER_MIRROR_CHECK", TaskKind.SHELL, 3),
                follows=(Follows("RE_ACCOUNTS_JOB"),),
            ),
            replace(
                _LEDGER.job("LEDGER_MIRROR_PUBLISH", TaskKind.TRANSFER, 3),
                description="Only a mirror that was rebuilt may be published",
                follows=(Follows("RE_ACCOUNTS_JOB", frozenset({Condition.SUCC})),),
            ),
        ),
    ),
)
