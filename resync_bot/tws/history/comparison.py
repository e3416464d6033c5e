"""What is different this time: a run beside the last good one of its job, a day beside the day before. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.statistics import Failures, Usual
from resync_bot.tws.history.store import DayFigures
from resync_bot.tws.models import Fact, Job

LINES = 8  # of a log's difference that are shown
NOTABLE_CHANGE = 0.2  # of the duration
NOTABLE_SECONDS = 30
_CHANGING = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\d+", re.IGNORECASE)


class ChangeKind(StrEnum):
    """What can be told apart between two runs."""

    OUTCOME = "outcome"
    RETURN_CODE = "return_code"
    DURATION = "duration"
    WORKSTATION = "workstation"


class RunComparison(Fact):
    """The last run of a job that ended, beside the last good one before it."""

    job: Job
    run: FinishedRun
    last_good: FinishedRun | None = None  # none is known
    changes: tuple[ChangeKind, ...] = ()
    usual: Usual | None = None
    failures: Failures = Failures()
    logs_compared: bool = False  # false: the log of the good run is no longer there to be read
    new_lines: tuple[str, ...] = ()  # of the log, that the good run's did not have
    missing_lines: tuple[str, ...] = ()


class DayComparison(Fact):
    """A production day up to now, beside another one up to the same time of day. Jobs by their full names."""

    this: DayFigures
    other: DayFigures
    failed_anew: tuple[str, ...] = ()  # not on the other day
    failed_on_both: tuple[str, ...] = ()
    failed_only_then: tuple[str, ...] = ()


def changes(run: FinishedRun, before: FinishedRun) -> tuple[ChangeKind, ...]:
    """What is different in `run`."""
    longer = abs(run.elapsed_seconds - before.elapsed_seconds)
    differs = {
        ChangeKind.OUTCOME: run.succeeded != before.succeeded,
        ChangeKind.RETURN_CODE: run.return_code != before.return_code,
        ChangeKind.DURATION: longer >= NOTABLE_SECONDS and longer >= NOTABLE_CHANGE * before.elapsed_seconds,
        ChangeKind.WORKSTATION: run.workstation != before.workstation,
    }
    return tuple(kind for kind, is_different in differs.items() if is_different)


def log_difference(lines: Sequence[str], before: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that only the first log has, and those that only the second has, in order, the last few of each.

    Numbers do not make a line another one: times, ids and counts differ from run to run.
    """
    return _only_in(lines, before), _only_in(before, lines)


def _only_in(lines: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {_shape(line) for line in others}
    found: dict[str, str] = {}
    for line in lines:
        shape = _shape(line)
        if shape and shape not in known:
            found.setdefault(shape, line.strip())
    return tuple(found.values())[-LINES:]


def _shape(line: str) -> str:
    return _CHANGING.sub("#", line).strip()


def compared_days(
    this: DayFigures, other: DayFigures, failed: Mapping[str, datetime], failed_then: Mapping[str, datetime]
) -> DayComparison:
    """Of what failed, the newest first."""
    newest = sorted(failed, key=lambda job: failed[job], reverse=True)
    return DayComparison(
        this=this,
        other=other,
        failed_anew=tuple(job for job in newest if job not in failed_then),
        failed_on_both=tuple(job for job in newest if job in failed_then),
        failed_only_then=tuple(
            job for job in sorted(failed_then, key=lambda job: failed_then[job], reverse=True) if job not in failed
        ),
    )
