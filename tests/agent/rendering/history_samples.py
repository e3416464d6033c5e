"""Results over the runs of past days, beside `samples`."""

from datetime import datetime, timedelta
from typing import Final

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.results import (
    DayComparisonResult,
    LongRunsResult,
    RunComparisonResult,
    RunHistoryResult,
    RunningLong,
    ToolResult,
)
from resync_bot.tws.history.comparison import DayComparison, RunComparison, changes
from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.statistics import failures, usual
from resync_bot.tws.history.store import DayFigures, LongRun
from tests.agent.rendering.samples import CALC, ENGINE, RUNNING, at


def _run(ended: datetime, minutes: int, *, code: int = 0, job: str = CALC.full_name) -> FinishedRun:
    return FinishedRun(
        job=job,
        succeeded=not code,
        internal_status="ABEND" if code else "SUCC",
        return_code=code,
        number=1,
        workstation="FTA_PAY01",
        started=ended - timedelta(minutes=minutes),
        ended=ended,
        elapsed_seconds=minutes * 60,
    )


_THIS: Final = _run(at(2, 4), 20, code=12)
_NIGHTS: Final = tuple(_run(at(2, 5, day=22 - back), 58 - 2 * back, code=8 * (back == 3)) for back in range(9))
_RUNS: Final = (_THIS, *_NIGHTS)
_FIRST_RUN: Final = _run(at(2, 4), 20)


def _history(*runs: FinishedRun) -> RunHistoryResult:
    return RunHistoryResult(
        engine=ENGINE, job=CALC, runs=runs, usual=usual(runs), failures=failures(runs, now=ENGINE.now)
    )


def _comparison(run: FinishedRun, good: FinishedRun | None, **more: object) -> RunComparisonResult:
    runs = (run, *_NIGHTS) if good else (run,)
    return RunComparisonResult(
        engine=ENGINE,
        comparison=RunComparison.model_validate(
            {
                "job": CALC,
                "run": run,
                "last_good": good,
                "changes": changes(run, good) if good else (),
                "usual": usual(runs),
                "failures": failures(runs, now=ENGINE.now),
                **more,
            }
        ),
    )


def _figures(start: datetime, succeeded: int, failed: int) -> DayFigures:
    until = start + timedelta(hours=2, minutes=10)
    runs = succeeded + failed
    return DayFigures(
        start=start, until=until, succeeded=succeeded, failed=failed, runs=runs, elapsed_seconds=180_000 + succeeded
    )


def _days(**jobs: tuple[str, ...]) -> DayComparisonResult:
    this, other = _figures(at(0), 312, 5), _figures(at(0, day=22), 330, 2)
    return DayComparisonResult(
        engine=ENGINE, comparison=DayComparison.model_validate({"this": this, "other": other, **jobs})
    )


_ELSEWHERE: Final = "FTA_ETL1#/DWH/ETL_SALES.ETL_LOAD_01"

HISTORY_SAMPLES: Final[dict[str, tuple[ToolResult, Arguments | None]]] = {
    "run_history": (_history(*_RUNS), None),
    "run_history_without_failure": (_history(*[run for run in _NIGHTS if run.succeeded]), None),
    "run_history_of_one_run": (_history(_FIRST_RUN), None),
    "run_history_none": (_history(), None),
    "run_comparison": (
        _comparison(
            _THIS,
            _NIGHTS[0],
            logs_compared=True,
            new_lines=("ORA-01653: unable to extend table PAY.CALC_WORK", "rolled back"),
            missing_lines=("12 000 rows written",),
        ),
        None,
    ),
    "run_comparison_elsewhere": (
        _comparison(_run(at(2, 4), 58).model_copy(update={"workstation": "FTA_PAY02"}), _NIGHTS[0]),
        None,
    ),
    "run_comparison_same": (_comparison(_run(at(2, 4), 58), _NIGHTS[0], logs_compared=True), None),
    "run_comparison_first": (_comparison(_THIS, None), None),
    "long_runs": (
        LongRunsResult(
            engine=ENGINE,
            day=at(0),
            running=(RunningLong(job=RUNNING, elapsed_seconds=3900, usual_seconds=2500),),
            ended=(
                LongRun(run=_run(at(1, 30), 45, job=_ELSEWHERE), usual_seconds=600),
                LongRun(run=_run(at(2), 100), usual_seconds=3400),
            ),
        ),
        None,
    ),
    "long_runs_none": (LongRunsResult(engine=ENGINE, day=at(0)), None),
    "day_comparison": (
        _days(failed_anew=(CALC.full_name,), failed_on_both=(_ELSEWHERE,), failed_only_then=(RUNNING.full_name,)),
        None,
    ),
    "day_comparison_well": (_days(), None),
    "day_comparison_unknown": (
        DayComparisonResult(
            engine=ENGINE,
            comparison=DayComparison(this=_figures(at(0), 312, 5), other=_figures(at(0, day=22), 0, 0)),
        ),
        None,
    ),
}
