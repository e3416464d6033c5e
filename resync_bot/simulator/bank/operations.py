"""The house itself: backups, monitoring, archives, and the product's own streams."""

from dataclasses import replace

from resync_bot.simulator.bank.pipeline import Area
from resync_bot.simulator.specification import Follows, JobSpec, Need, Script, StreamSpec, TaskKind

_WELL = Script()

_OPS = Area(folder="/OPS", prefix="OPS", workstation="MDM_PROD", login="opsadm", needs={"BACKUP": Need("TAPES", 1)})
_DR = Area(folder="/OPS/DR", prefix="DR", workstation="AGT_DR01", login="opsadm")
_REPORTS = Area(folder="/REPORTS", prefix="RPT", workstation="AGT_RPT01", login="BANK\\reports")
_ARCHIVE = Area(folder="/ARCHIVE", prefix="ARC", workstation="BKM_PROD", login="archive")
_FICHE = Area(folder="/ARCHIVE/FICHE", prefix="FICHE", workstation="FTA_LEGACY", login="archive")
_SYSTEM = Area(folder="/", prefix="SYS", workstation="MDM_PROD", login="wauser")


def _system_job(name: str, minutes: float, *after: str) -> JobSpec:
    return replace(
        _SYSTEM.job(name, TaskKind.SHELL, minutes), follows=tuple(map(Follows, after)), script=Script(stretch=1.0)
    )


STREAMS = (
    _OPS.stream("OPS_BACKUP", "00:00", "LEDGER CARDS DWH HR", "BACKUP VERIFY", closing="CHECK_SPACE"),
    _OPS.stream("OPS_HOUSEKEEP", "05:00", "LOGS SPOOL TEMP", "PURGE VERIFY", closing="NOTIFY_OPS"),
    _OPS.stream(
        "OPS_MONITOR",
        "18:05",
        "QUEUES",
        "CHECK",
        extra=(
            replace(
                _OPS.job("OPS_HEARTBEAT", TaskKind.SHELL, 0.5),
                description="Every half hour",
                every=30,
                until="17:30",
                script=_WELL,
            ),
        ),
    ),
    _OPS.stream("OPS_CAPACITY", "13:00", "CPU DISK", "COLLECT REPORT", closing="ARCHIVE"),
    _DR.stream("DR_SYNC", "19:05", "LEDGER CARDS", "SEND VERIFY"),
    _REPORTS.stream("RPT_BRANCH", "18:45", "DAILY CASH", "FORMAT PRINT", closing="NOTIFY_OPS"),
    _REPORTS.stream("RPT_MANAGEMENT", "06:00", "SALES COSTS", "EXTRACT FORMAT SEND"),
    _ARCHIVE.stream(
        "ARC_DOCS",
        "18:25",
        "CONTRACTS LETTERS",
        "COLLECT INDEX",
        closing="VERIFY",
        extra=(
            replace(
                _ARCHIVE.job("ARC_TAPE_CHANGE", TaskKind.SHELL, 10),
                description="Somebody has to change the tape",
                interactive=True,
            ),
        ),
    ),
    _ARCHIVE.stream("ARC_IMAGES", "03:05", "CHECKS SIGNATURES", "COLLECT INDEX VERIFY", closing="HOUSEKEEPING"),
    _FICHE.stream("ARC_FICHE", "18:35", "STATEMENTS LEDGER", "FORMAT PRINT"),
    StreamSpec(
        name="JOBS",
        folder="/",
        workstation="MDM_PROD",
        at="18:00",
        system=True,
        submitter="ops.night",
        jobs=(
            replace(_SYSTEM.job("ADHOC_DF", TaskKind.SHELL, 0.2), at="21:42", script=_WELL),
            replace(_SYSTEM.job("ADHOC_COUNT_PAYMENTS", TaskKind.SQL, 3), at="00:37", script=_WELL),
            replace(_SYSTEM.job("ADHOC_RESEND_RATES", TaskKind.TRANSFER, 2), at="04:12", script=_WELL),
        ),
    ),
    StreamSpec(
        name="FINAL",
        folder="/",
        workstation="MDM_PROD",
        at="17:59",
        system=True,
        carry_forward=True,
        jobs=(
            _system_job("STARTAPPSERVER", 0.1),
            _system_job("MAKEPLAN", 0.6, "STARTAPPSERVER"),
            _system_job("SWITCHPLAN", 0.8, "MAKEPLAN"),
        ),
    ),
    StreamSpec(
        name="FINALPOSTREPORTS",
        folder="/",
        workstation="MDM_PROD",
        at="17:59",
        system=True,
        carry_forward=True,
        follows=(Follows("FINAL.SWITCHPLAN"),),
        jobs=(
            _system_job("CHECKSYNC", 0.5),
            _system_job("CREATEPOSTREPORTS", 1, "CHECKSYNC"),
            _system_job("UPDATESTATS", 2, "CREATEPOSTREPORTS"),
        ),
    ),
)
