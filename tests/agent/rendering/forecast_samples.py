"""Results of looking ahead and of the whole graph, beside `samples`."""

from typing import Final

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.arguments import Forecast as ForecastArguments
from resync_bot.agent.results import FailureResult, ForecastResult, ImpactResult, ToolResult, WaitingResult
from resync_bot.tws.findings import (
    Cause,
    CauseKind,
    Doubt,
    DoubtKind,
    Failure,
    Forecast,
    Impact,
    Lasts,
    LogMessage,
    Overdue,
    Step,
    Verdict,
    Waiting,
)
from resync_bot.tws.history.durations import Season
from resync_bot.tws.models import Prompt
from tests.agent.rendering.samples import CALC, CLOSE, ENGINE, LEGACY, LOG, POST, PROMPT, RUNNING, STREAM, at

_PATH: Final = (
    Step(job=RUNNING, starts=at(0, 55), ends=at(2, 50), lasts=Lasts(usual_seconds=6900, deviation_seconds=420, runs=7)),
    Step(job=POST, starts=at(2, 50), ends=at(3, 35), lasts=Lasts(usual_seconds=2700, deviation_seconds=675)),
    Step(job=CLOSE, starts=at(3, 35), ends=at(4, 20), lasts=Lasts(usual_seconds=2700, deviation_seconds=200, runs=20)),
)
_OVERDUE: Final = Overdue(
    job=RUNNING, elapsed_seconds=15600, lasts=Lasts(usual_seconds=6900, deviation_seconds=420, runs=7)
)


def _alone(lasts: Lasts, estimated: int | None) -> dict[str, object]:
    """A job that waits for no other one, and how long it takes."""
    job = CLOSE.model_copy(update={"estimated_seconds": estimated})
    steps = (Step(job=job, starts=at(3, 35), ends=at(4, 20), lasts=lasts),)
    figures = {"open_jobs": 1, "remembered": int(lasts.runs > 0)}
    return {"verdict": Verdict.IN_TIME, "job": job, "path": steps, "path_length": 1, "jobs_before": 0, **figures}


_AHEAD: Final = {
    "job": CLOSE,
    "due": at(5),
    "expected_end": at(4, 20),
    "margin_seconds": 1380,
    "slack_seconds": 2400,
    "jobs_before": 2,
    "path": _PATH,
    "path_length": 3,
    "open_jobs": 3,
    "remembered": 2,
    "as_of": at(2, 9),
}
_STOPPED: Final = _AHEAD | {"expected_end": None, "not_before": at(4, 20)}
_FIRST: Final = (
    Cause(kind=CauseKind.PREDECESSOR_FAILED, job=CALC),
    Cause(kind=CauseKind.PROMPT, job=POST, prompt=PROMPT.model_copy(update={"number": 12})),
    Cause(kind=CauseKind.WORKSTATION_DOWN, job=CLOSE, workstation=LEGACY),
    Cause(kind=CauseKind.FILE, job=POST, file="/data/in/rates.csv"),
)


def _told(**changes: object) -> tuple[ToolResult, Arguments | None]:
    forecast = Forecast.model_validate(_AHEAD | changes)
    return ForecastResult(engine=ENGINE, forecast=forecast), ForecastArguments(name="PAYROLL_CLOSE")


FORECAST_SAMPLES: Final[dict[str, tuple[ToolResult, Arguments | None]]] = {
    "forecast_in_time": _told(verdict=Verdict.IN_TIME),
    "forecast_tight": _told(
        verdict=Verdict.TIGHT,
        due=at(4, 30),
        slack_seconds=600,
        doubts=(
            Doubt(kind=DoubtKind.RUNS_LONG, job=RUNNING),
            Doubt(kind=DoubtKind.NO_ESTIMATE, job=POST),
            Doubt(kind=DoubtKind.RESOURCE, job=POST),
            Doubt(kind=DoubtKind.LIMIT, job=CLOSE),
            Doubt(kind=DoubtKind.LATEST_START, job=CLOSE),
        ),
    ),
    "forecast_late": _told(verdict=Verdict.LATE, due=at(3, 30), slack_seconds=-3000),
    "forecast_late_even_so": _told(
        **_STOPPED | {"verdict": Verdict.LATE, "due": at(3, 30), "slack_seconds": -3000},
        conditions=_FIRST,
        conditions_in_all=9,
    ),
    "forecast_open": _told(**_STOPPED | {"verdict": Verdict.UNKNOWN}, conditions=_FIRST[:1], conditions_in_all=1),
    "forecast_missed": _told(verdict=Verdict.MISSED, due=at(1), slack_seconds=-12000),
    "forecast_without_a_time": _told(verdict=Verdict.NO_TIME, due=None, slack_seconds=None, path=(), path_length=1),
    "forecast_without_a_time_stopped": _told(
        **_STOPPED | {"verdict": Verdict.NO_TIME, "due": None, "slack_seconds": None},
        conditions=_FIRST[1:2],
        conditions_in_all=1,
    ),
    "forecast_ended": _told(
        verdict=Verdict.ENDED_IN_TIME, ended=at(1, 50), due=at(2), slack_seconds=600, expected_end=None
    ),
    "forecast_ended_late": _told(
        verdict=Verdict.ENDED_LATE, ended=at(1, 50), due=at(1, 30), slack_seconds=-1200, expected_end=None
    ),
    "forecast_of_a_stream": _told(verdict=Verdict.IN_TIME, job=None, stream=STREAM, remembered=3),
    "forecast_as_estimated": _told(verdict=Verdict.IN_TIME, path=_PATH[1:2], remembered=0),
    "forecast_alone_as_usual": _told(
        **_alone(Lasts(usual_seconds=2700, deviation_seconds=135, runs=7, season=Season.WEEKDAY), 2400)
    ),
    "forecast_alone_unlike_the_estimate": _told(
        **_alone(Lasts(usual_seconds=15720, deviation_seconds=786, runs=2, season=Season.MONTH_END), 600)
    ),
    "forecast_alone_as_estimated": _told(**_alone(Lasts(usual_seconds=2400, deviation_seconds=600), 2400)),
    "forecast_alone_as_assumed": _told(
        **_alone(Lasts(usual_seconds=60, deviation_seconds=15), None),
        doubts=(Doubt(kind=DoubtKind.NO_ESTIMATE, job=CLOSE),),
    ),
    "forecast_behind_the_overdue": _told(
        **_STOPPED | {"verdict": Verdict.UNKNOWN},
        overdue=_OVERDUE,
        doubts=(Doubt(kind=DoubtKind.RUNS_LONG, job=RUNNING),),
    ),
    "forecast_behind_the_overdue_late": _told(
        **_STOPPED | {"verdict": Verdict.LATE, "due": at(3, 30), "slack_seconds": -3000}, overdue=_OVERDUE
    ),
    "forecast_behind_the_overdue_missed": _told(
        **_STOPPED | {"verdict": Verdict.MISSED, "due": at(1), "slack_seconds": -12000}, overdue=_OVERDUE
    ),
    "forecast_itself_overdue": _told(
        **_STOPPED
        | {"verdict": Verdict.NO_TIME, "due": None, "slack_seconds": None, "not_before": at(2, 14)}
        | {"job": RUNNING, "path": _PATH[:1], "path_length": 1, "jobs_before": 0, "open_jobs": 1, "remembered": 1},
        overdue=_OVERDUE,
    ),
    "waiting_for_many": (
        WaitingResult(
            engine=ENGINE,
            waiting=Waiting(
                job=CLOSE,
                is_waiting=True,
                causes=(
                    Cause(kind=CauseKind.PREDECESSOR_WAITING, job=CLOSE, predecessor=POST),
                    Cause(kind=CauseKind.PREDECESSOR_FAILED, job=POST, predecessor=CALC, depth=1),
                ),
                roots=(Cause(kind=CauseKind.PREDECESSOR_FAILED, job=POST, predecessor=CALC, depth=1),),
                roots_in_all=4,
                jobs_before=11,
            ),
        ),
        None,
    ),
    "impact_of_many": (
        ImpactResult(
            engine=ENGINE,
            impact=Impact(
                job=CALC,
                jobs=1200,
                streams=("FTA_PAY01#/PAYROLL/PAYROLL", "FTA_PAY01#/PAYMENTS/PAY_SALARY"),
                streams_in_all=90,
                next_jobs=(POST,),
                next_jobs_in_all=14,
                critical=(CLOSE,),
                critical_in_all=3,
                first_deadline=POST,
                first_deadline_at=POST.deadline,
                first_deadline_end=at(4, 55),
                first_deadline_slack_seconds=-1500,
            ),
        ),
        None,
    ),
    "failure_of_the_same_job_elsewhere": (
        FailureResult(
            engine=ENGINE,
            failure=Failure(
                job=CALC,
                has_failed=True,
                run=CALC.runs[-1],
                log=LOG,
                messages=(LogMessage(id="AWSBDW009E", line="AWSBDW009E", meaning="The job's user does not exist."),),
                success_codes="RC<5",
                elsewhere_in_all=7,
                elsewhere_failed=(POST, CLOSE),
                elsewhere_failed_in_all=6,
            ),
        ),
        None,
    ),
    "failure_well_elsewhere": (
        FailureResult(
            engine=ENGINE,
            failure=Failure(job=CALC, has_failed=True, run=CALC.runs[-1], log=LOG, elsewhere_in_all=1),
        ),
        None,
    ),
    "waiting_for_a_prompt_with_a_number": (
        WaitingResult(
            engine=ENGINE,
            waiting=Waiting(
                job=POST,
                is_waiting=True,
                causes=(
                    cause := Cause(
                        kind=CauseKind.PROMPT,
                        job=POST,
                        prompt=Prompt(number=12, text="Go on?", status="ASKED", name="GO", asked=at(1, 5)),
                    ),
                ),
                roots=(cause,),
            ),
        ),
        None,
    ),
}
