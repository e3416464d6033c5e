"""Runs for the tests of the history."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.models import Engine

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=ZONE)  # of the production day that began on the 22nd at 18:00
ENGINE = Engine(
    name="PROD", version="10.2.5", zone=str(ZONE), now=NOW, production_day_start=datetime(2026, 11, 22, 18, tzinfo=ZONE)
)
JOB = "FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST"


def run(
    ended: datetime, seconds: int = 600, *, succeeded: bool = True, job: str = JOB, code: int | None = None
) -> FinishedRun:
    """One of `job`, whose times are read in UTC as the store gives them."""
    ended = ended.astimezone(UTC)
    return FinishedRun(
        job=job,
        succeeded=succeeded,
        internal_status="SUCC" if succeeded else "ABEND",
        return_code=code if code is not None else int(not succeeded),
        number=1000 + int(ended.timestamp()) % 1000,
        workstation="FTA_PAY1",
        started=ended - timedelta(seconds=seconds),
        ended=ended,
        elapsed_seconds=seconds,
    )


def nights(*seconds: int, until: datetime = NOW, job: str = JOB) -> list[FinishedRun]:
    """Good runs, one a night, the last one the night before `until`, at its time of day."""
    count = len(seconds)
    return [run(until - timedelta(days=count - number), each, job=job) for number, each in enumerate(seconds)]
