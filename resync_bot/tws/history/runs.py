"""A run of a job that ended, and the few bytes in which it is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from resync_bot.tws.models import Fact, Job, Run, Status

ENDED = frozenset({Status.SUCCESSFUL, Status.ERROR})
REGULAR = "REGULAR"
_SEPARATOR = "|"


class FinishedRun(Fact):
    """One row of the history. Times are aware; `elapsed_seconds` is the engine's figure where it gave one."""

    job: str  # as operators write it: FTA_PAY1#/PAYROLL/PAYROLL_DAILY.PAYROLL_POST
    succeeded: bool
    internal_status: str
    return_code: int | None = None
    number: int | None = None
    kind: str = REGULAR  # rerunType of HWA: REGULAR, RERUN, RECOVERY_RERUN, RERUN_EVERY ...
    workstation: str | None = None  # where it ran
    started: datetime | None = None  # one that could not be launched has only an end
    ended: datetime
    elapsed_seconds: int = 0

    def in_zone(self, zone: tzinfo | None) -> "FinishedRun":
        """With its times as a clock of that zone shows them."""
        started = None if self.started is None else self.started.astimezone(zone)
        return self.model_copy(update={"started": started, "ended": self.ended.astimezone(zone)})

    def encode(self) -> str:
        """Without the job's name. The same run gives the same text, so that it is kept once however often it is seen.

        Times to the second, so that a run reads the same from a dialect with milliseconds and one without.
        """
        ended = int(self.ended.timestamp())
        begun = "" if self.started is None else str(ended - int(self.started.timestamp()))
        parts = (
            ended,
            begun,
            "1" if self.succeeded else "0",
            self.internal_status,
            "" if self.return_code is None else self.return_code,
            "" if self.number is None else self.number,
            "" if self.kind == REGULAR else self.kind,
            self.workstation or "",
            self.elapsed_seconds,
        )
        return _SEPARATOR.join(map(str, parts))

    @classmethod
    def decode(cls, job: str, text: str) -> "FinishedRun":
        """The run again, its times in UTC. Raises ValueError for what `encode` did not write."""
        ended, begun, succeeded, status, code, number, kind, workstation, elapsed = text.split(_SEPARATOR)
        end = datetime.fromtimestamp(int(ended), UTC)
        return cls(
            job=job,
            succeeded=succeeded == "1",
            internal_status=status,
            return_code=int(code) if code else None,
            number=int(number) if number else None,
            kind=kind or REGULAR,
            workstation=workstation or None,
            started=end - timedelta(seconds=int(begun)) if begun else None,
            ended=end,
            elapsed_seconds=int(elapsed),
        )


class GoodRun(NamedTuple):
    """When a run that succeeded ended, in seconds since 1970, and how many it took."""

    ended: int
    seconds: int


def good_run(text: str) -> GoodRun | None:
    """Of a row that `FinishedRun.encode` wrote, when the run ended and what it took; None if it did not succeed.

    What never started, such as a job that was confirmed as done, took no time that says anything.
    """
    ended, begun, succeeded, *_, elapsed = text.split(_SEPARATOR)
    return GoodRun(int(ended), int(elapsed)) if succeeded == "1" and begun else None


def finished_runs(job: Job) -> Iterator[FinishedRun]:
    """The runs of `job` that ended, oldest first; of a job without details only its last one.

    Recovery jobs are jobs of their own and stay out; so does a run whose end is not known, and what was canceled.
    """
    runs = job.runs or (_last_run(job),)
    for run in runs:
        if run.status not in ENDED or run.ended is None or run.kind == "RECOVERY":
            continue
        yield FinishedRun(
            job=job.full_name,
            succeeded=run.status is Status.SUCCESSFUL,
            internal_status=run.internal_status.replace(_SEPARATOR, " "),
            return_code=run.return_code,
            number=run.number,
            kind=run.kind.replace(_SEPARATOR, " "),
            workstation=(run.workstation or job.workstation).replace(_SEPARATOR, " ") or None,
            started=run.started,
            ended=run.ended,
            elapsed_seconds=_elapsed(run),
        )


def _elapsed(run: Run) -> int:
    if run.elapsed_seconds is not None:
        return run.elapsed_seconds
    return int((run.ended - run.started).total_seconds()) if run.ended and run.started else 0


def _last_run(job: Job) -> Run:
    return Run(
        status=job.status,
        internal_status=job.internal_status,
        number=job.job_number,
        return_code=job.return_code,
        workstation=job.workstation,
        started=job.started,
        ended=job.ended,
        elapsed_seconds=job.elapsed_seconds,
    )
