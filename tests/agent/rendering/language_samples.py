"""Samples of what questions in conman, about reasons, times ahead and several engines come to."""

from typing import Final

from resync_bot.agent.arguments import Arguments, FindJobs, FindWorkstations, SelectJobs, SelectStreams
from resync_bot.agent.results import (
    Interval,
    JobsResult,
    StreamsResult,
    ToolResult,
    UnknownEngine,
    UpcomingResult,
    WorkstationsResult,
)
from resync_bot.tws.findings import Step
from resync_bot.tws.models import Dependency, Reason
from resync_bot.tws.queries import JobOrder
from tests.agent.rendering.samples import CALC, CLOSE, ENGINE, LEGACY, MDM, POST, RUNNING, STREAM, at, jobs_named

_NEEDS: Final = (
    Dependency(kind="INTERNAL", on="PAYROLL_CALC", satisfied=False),
    Dependency(kind="RESOURCE", on="FTA_PAY01#/ORAPAY", satisfied=True, detail="2"),
)
_SCRIPTED: Final = CALC.model_copy(
    update={"login": "payroll", "command": "/opt/payroll/calc.sh --all", "recovery_option": "STOP", "priority": 30}
)

LANGUAGE_SAMPLES: Final[dict[str, tuple[ToolResult, Arguments | None]]] = {
    "jobs_selected": (
        JobsResult(engine=ENGINE, total=1, jobs=(_SCRIPTED,)),
        SelectJobs(selection="@#@.@+priority=30~state=succ;info;keys"),
    ),
    "jobs_selected_with_dependencies": (
        JobsResult(engine=ENGINE, total=2, jobs=(POST.model_copy(update={"dependencies": _NEEDS}), CLOSE)),
        SelectJobs(selection="@#PAYROLL.@+deadline,2359;deps"),
    ),
    "jobs_selected_of_a_large_plan": (
        JobsResult(engine=ENGINE, total=12, jobs=jobs_named(12), looked_at=20_000),
        SelectJobs(selection="@#@.@~state=succ"),
    ),
    "jobs_waiting_for_a_prompt": (
        JobsResult(engine=ENGINE, total=1, jobs=(POST,)),
        FindJobs(reasons=(Reason.HOLD_WAITING_FOR_PROMPT, Reason.HOLD_WAITING_FOR_FILE)),
    ),
    "jobs_by_duration": (
        JobsResult(engine=ENGINE, total=2, jobs=(CALC.model_copy(update={"elapsed_seconds": 3720}), RUNNING)),
        FindJobs(order=JobOrder.LONGEST),
    ),
    "streams_selected": (
        StreamsResult(engine=ENGINE, total=1, streams=(STREAM.model_copy(update={"dependencies": _NEEDS}),)),
        SelectStreams(selection="@#@+priority=10,~state=succ;deps"),
    ),
    "upcoming": (
        UpcomingResult(
            engine=ENGINE,
            interval=Interval(start=at(2, 10), end=at(4)),
            total=12,
            streams_total=11,
            streams=(STREAM,),
            jobs_total=1,
            jobs=(CLOSE.model_copy(update={"start_at": at(3)}),),
        ),
        None,
    ),
    "upcoming_with_a_forecast": (
        UpcomingResult(
            engine=ENGINE,
            interval=Interval(start=at(2, 10), end=at(4)),
            total=1,
            streams_total=1,
            streams=(STREAM,),
            jobs_total=0,
            expected=(Step(job=CLOSE, starts=at(3, 5), ends=at(3, 20)),),
            expected_in_all=14,
        ),
        None,
    ),
    "upcoming_nothing": (
        UpcomingResult(engine=ENGINE, interval=Interval(start=at(2, 10)), total=0, streams_total=0, jobs_total=0),
        None,
    ),
    "jobs_on_one_of_two_engines": (
        JobsResult(engine=ENGINE, engines=("PROD", "UAT"), total=0),
        FindJobs(name="PAY@"),
    ),
    "unknown_engine": (UnknownEngine(name="DEV", known=("PROD", "UAT")), None),
    "workstations_in_detail": (
        WorkstationsResult(engine=ENGINE, total=2, workstations=(MDM, LEGACY)),
        FindWorkstations(in_detail=True),
    ),
}
