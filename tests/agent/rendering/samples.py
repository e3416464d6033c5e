"""A result of every kind, and of the cases that read differently, as tools give them at ten past two in the night."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from resync_bot.agent.arguments import (
    Arguments,
    FindCriticalJobs,
    FindJobs,
    FindPrompts,
    FindResources,
    FindStreams,
    FindWorkstations,
    Message,
    ReadJobLog,
)
from resync_bot.agent.results import (
    AlertsResult,
    Ambiguous,
    CriticalJobsResult,
    FailureResult,
    ImpactResult,
    Interval,
    JobLogResult,
    JobResult,
    JobsResult,
    MessageResult,
    NoMatch,
    OverviewResult,
    Problem,
    PromptsResult,
    ResourcesResult,
    StreamResult,
    StreamsResult,
    ToolResult,
    WaitingResult,
    WorkstationsResult,
)
from resync_bot.errors import EngineErrorKind
from resync_bot.tws.findings import (
    Cause,
    CauseKind,
    CriticalJob,
    Failure,
    Impact,
    LogError,
    LogErrorKind,
    LogMessage,
    LogProblem,
    NextStep,
    Recovery,
    Risk,
    Waiting,
)
from resync_bot.tws.messages import meaning_of
from resync_bot.tws.models import (
    Dependency,
    Engine,
    Job,
    JobLog,
    JobStream,
    Prompt,
    Reason,
    Resource,
    ResourceHolder,
    Run,
    Status,
    Workstation,
)

ZONE: Final = ZoneInfo("America/Sao_Paulo")


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    """A time of November 2026 on the engine's clock; the production day began on the 23rd at midnight."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


ENGINE: Final = Engine(
    name="PROD", version="10.2.5", zone="America/Sao_Paulo", now=at(2, 10), production_day_start=at(0)
)
_PAYROLL: Final = {
    "stream": "PAYROLL",
    "folder": "/PAYROLL",
    "workstation": "FTA_PAY01",
    "scheduled": at(22, 30, day=22),
}

CALC: Final = Job(
    name="PAYROLL_CALC",
    **_PAYROLL,
    status=Status.ERROR,
    internal_status="ABEND",
    return_code=12,
    started=at(1, 45),
    ended=at(2, 4),
    elapsed_seconds=1190,
    estimated_seconds=3300,
    runs=(
        Run(
            number=1,
            status=Status.ERROR,
            internal_status="ABEND",
            return_code=12,
            started=at(0, 40),
            elapsed_seconds=61,
        ),
        Run(
            number=2,
            kind="RECOVERY",
            status=Status.SUCCESSFUL,
            internal_status="SUCC",
            return_code=0,
            started=at(1, 30),
            elapsed_seconds=45,
            job_name="RECOVERY_JOB",
        ),
        Run(
            number=3,
            kind="RERUN",
            status=Status.ERROR,
            internal_status="ABEND",
            return_code=12,
            started=at(1, 45),
            elapsed_seconds=1190,
        ),
    ),
    dependencies=(
        Dependency(kind="INTERNAL", on="PAYROLL_VALIDATE", satisfied=True),
        Dependency(kind="RESOURCE", on="FTA_PAY01#ORAPAY", satisfied=True, detail="3"),
    ),
)
POST: Final = Job(
    name="PAYROLL_POST",
    **_PAYROLL,
    status=Status.WAITING,
    internal_status="HOLD",
    reason=Reason.HOLD_WAITING_FOR_PREDECESSOR,
    priority=30,
    deadline=at(4, 30),
)
CLOSE: Final = Job(
    name="PAYROLL_CLOSE",
    **_PAYROLL,
    status=Status.WAITING,
    internal_status="HOLD",
    reason=Reason.HOLD_WAITING_FOR_PREDECESSOR,
    critical=True,
    deadline=at(6),
)
RUNNING: Final = Job(
    name="RISK_CALC_TRADING",
    stream="RISK_VAR",
    folder="/RISK",
    workstation="AGT_RISK01",
    scheduled=at(0, 30),
    status=Status.RUNNING,
    internal_status="EXEC",
    started=at(1, 5),
    elapsed_seconds=3900,
    estimated_seconds=2520,
    late=True,
)
DONE: Final = Job(
    name="HOUSEKEEPING",
    stream="PAYROLL_TAX",
    folder="/PAYROLL",
    workstation="FTA_PAY01",
    scheduled=at(23, 30, day=22),
    status=Status.SUCCESSFUL,
    internal_status="SUCC",
    return_code=0,
    started=at(23, 40, day=22),
    ended=at(23, 43, day=22),
    elapsed_seconds=180,
)
_AGENT_DOWN: Final = LogProblem(kind=EngineErrorKind.AGENT_DOWN, message_id="AWSJMR003E", workstation="AGT_RPT01")
NOT_LAUNCHED: Final = Job(
    name="OPS_CHECK_QUEUES",
    stream="OPS_MONITOR",
    folder="/OPS",
    workstation="MDM_PROD",
    scheduled=at(0, 5),
    status=Status.ERROR,
    internal_status="FAIL",
    ended=at(0, 5),
)
HELD: Final = Job(
    name="CRM_CAMPAIGN_MAIL",
    stream="CRM_CAMPAIGN",
    folder="/CRM",
    workstation="POOL_ETL",
    status=Status.HELD,
    internal_status="HOLD",
    reason=Reason.HOLD_PRIORITY_ZERO,
    priority=0,
)
STREAM: Final = JobStream(
    name="PAYROLL",
    folder="/PAYROLL",
    workstation="FTA_PAY01",
    scheduled=at(22, 30, day=22),
    status=Status.BLOCKED,
    internal_status="STUCK",
    jobs=10,
    successful=3,
    abended=1,
    not_run=6,
    started=at(22, 30, day=22),
    deadline=at(6, 30),
    carried_forward=True,
    dependencies=(Dependency(kind="EXTERNAL_JOB", on="LEDGER_EOD.LEDGER_POST_BALANCES", satisfied=True),),
)
LEGACY: Final = Workstation(name="FTA_LEGACY", kind="FTA", linked=False, running=False, limit=5)
RPT: Final = Workstation(name="AGT_RPT01", kind="AGENT", linked=True, running=True, limit=0)
BRANCH: Final = Workstation(name="AGT_BRANCH01", kind="AGENT", linked=True, running=True, limit=8, fence=30)
MDM: Final = Workstation(name="MDM_PROD", kind="MANAGER", linked=True, running=True, limit=None)
PROMPT: Final = Prompt(
    name="SWIFTREL",
    number=4,
    text="Treasury has approved tonight's SWIFT batch. Release it?",
    status="ASKED",
    job="FTA_PAY01#/PAYMENTS/PAY_SWIFT(2015 11/22/2026).PAY_SWIFT_RELEASE",
    stream="FTA_PAY01#/PAYMENTS/PAY_SWIFT(2015 11/22/2026)",
    asked=at(20, 42, day=22),
)
TAPES: Final = Resource(
    name="TAPES",
    workstation="MDM_PROD",
    status="AVAILABLE",
    quantity=3,
    in_use=1,
    available=2,
    holders=(ResourceHolder(job="MDM_PROD#/OPS/OPS_BACKUP(0000 11/23/2026).OPS_BACKUP_HR", quantity=1),),
)
LOG_LINES: Final = (
    "02:04:01 batch 41/59: 27310 rows read",
    "ERROR at line 1:",
    "ORA-01653: unable to extend table PAYROLL.T by 8192 in tablespace PAYROLL_DATA",
    "```",
    "= Exit Status           : 12",
)
LOG: Final = JobLog(lines=LOG_LINES, first_line=88, total_lines=92, return_code=12)
ERRORS: Final = (
    LogError(kind=LogErrorKind.DATABASE, number=90, line=LOG_LINES[2]),
    LogError(kind=LogErrorKind.SHELL, number=89, line=LOG_LINES[1]),
)
MESSAGES: Final = (
    LogMessage(id="AWSBDW019I", line="AWSBDW019I Launched job", meaning="the job was launched"),
    LogMessage(id="AWSXYZ001E", line="AWSXYZ001E ?"),
)
NIGHT: Final = Interval(start=at(18, day=22), end=at(2, 10))
OPEN_NIGHT: Final = Interval(start=at(2))


def jobs_named(count: int) -> tuple[Job, ...]:
    """So many failed jobs."""
    return tuple(
        CALC.model_copy(
            update={"name": f"ETL_LOAD_{number:02}", "ended": at(1) + timedelta(minutes=number), "return_code": number}
        )
        for number in range(1, count + 1)
    )


def because(kind: CauseKind, **more: object) -> WaitingResult:
    """A job that waits for one cause."""
    cause = Cause.model_validate({"kind": kind, "job": POST, **more})
    return WaitingResult(engine=ENGINE, waiting=Waiting(job=POST, is_waiting=True, causes=(cause,), roots=(cause,)))


_TO_POST: Final = Cause(kind=CauseKind.PREDECESSOR_WAITING, job=CLOSE, predecessor=POST)
_TO_CALC: Final = Cause(kind=CauseKind.PREDECESSOR_FAILED, job=POST, predecessor=CALC, depth=1)
_OF_LIMIT: Final = Cause(kind=CauseKind.WORKSTATION_LIMIT, job=POST, workstation=RPT, depth=1)

# name: the result, and the arguments its tool was called with where they matter
SAMPLES: Final[dict[str, tuple[ToolResult, Arguments | None]]] = {
    "message": (
        MessageResult(message_id="AWSBHT001E", meaning=meaning_of("AWSBHT001E")),
        Message(message_id="AWSBHT001E"),
    ),
    "message_unknown": (MessageResult(message_id="AWSXYZ123W"), Message(message_id="AWSXYZ123W")),
    "alerts": (AlertsResult(text="1 alert is open here:\n\n- `PAYROLL_CALC` failed, return code 12: open"), None),
    "overview": (
        OverviewResult(
            engine=ENGINE,
            total=629,
            by_status={Status.SUCCESSFUL: 302, Status.WAITING: 300, Status.RUNNING: 17, Status.ERROR: 10},
            streams_stuck=7,
            critical_open=4,
            prompts_open=1,
            workstations_in_trouble=3,
        ),
        None,
    ),
    "overview_well": (
        OverviewResult(
            engine=ENGINE,
            total=1,
            by_status={Status.SUCCESSFUL: 1},
            streams_stuck=0,
            critical_open=0,
            prompts_open=0,
            workstations_in_trouble=0,
        ),
        None,
    ),
    "jobs_failed_last_night": (
        JobsResult(engine=ENGINE, total=3, jobs=(CALC, NOT_LAUNCHED, DONE), interval=NIGHT),
        FindJobs(statuses=(Status.ERROR, Status.SUCCESSFUL), workstation="FTA_PAY01"),
    ),
    "jobs_many": (
        JobsResult(engine=ENGINE, total=47, jobs=jobs_named(12), interval=OPEN_NIGHT),
        FindJobs(internal_statuses=("ABEND",), folder="/ETL", stream="ETL_DWH", name="ETL_LOAD@", critical=True),
    ),
    "jobs_running": (
        JobsResult(engine=ENGINE, total=1, jobs=(RUNNING,)),
        FindJobs(statuses=(Status.RUNNING,), late=True),
    ),
    "jobs_waiting_without_question": (JobsResult(engine=ENGINE, total=2, jobs=(POST, CLOSE)), None),
    "jobs_none": (JobsResult(engine=ENGINE, total=0), FindJobs(statuses=(Status.ERROR,))),
    "streams_stuck": (
        StreamsResult(engine=ENGINE, total=1, streams=(STREAM,)),
        FindStreams(internal_statuses=("STUCK",)),
    ),
    "streams_none": (StreamsResult(engine=ENGINE, total=0), FindStreams(statuses=(Status.ERROR,))),
    "job_failed": (JobResult(engine=ENGINE, job=CALC), None),
    "job_running": (JobResult(engine=ENGINE, job=RUNNING), None),
    "job_waiting": (JobResult(engine=ENGINE, job=CLOSE), None),
    "job_done": (JobResult(engine=ENGINE, job=DONE), None),
    "stream": (StreamResult(engine=ENGINE, stream=STREAM, jobs_in_trouble=(CALC, POST, CLOSE)), None),
    "workstations": (
        WorkstationsResult(engine=ENGINE, total=3, workstations=(MDM, LEGACY, BRANCH)),
        FindWorkstations(),
    ),
    "workstations_in_trouble": (
        WorkstationsResult(engine=ENGINE, total=12, workstations=(BRANCH, RPT, LEGACY)),
        FindWorkstations(only_in_trouble=True),
    ),
    "workstations_well": (WorkstationsResult(engine=ENGINE, total=12), FindWorkstations(only_in_trouble=True)),
    "prompts": (PromptsResult(engine=ENGINE, total=1, prompts=(PROMPT,)), FindPrompts()),
    "prompts_all": (
        PromptsResult(
            engine=ENGINE,
            total=2,
            prompts=(PROMPT, Prompt(number=7, text="Continue | abort?\nsure?", status="NOT_ASKED")),
        ),
        FindPrompts(only_open=False),
    ),
    "prompts_none": (PromptsResult(engine=ENGINE, total=0), FindPrompts()),
    "resources": (ResourcesResult(engine=ENGINE, total=7, resources=(TAPES,)), FindResources(only_in_use=True)),
    "resources_none": (ResourcesResult(engine=ENGINE, total=7), FindResources(only_in_use=True)),
    "job_log": (
        JobLogResult(engine=ENGINE, job=CALC, log=LOG, errors=ERRORS, messages=MESSAGES),
        ReadJobLog(name="PAYROLL_CALC"),
    ),
    "job_log_errors": (
        JobLogResult(engine=ENGINE, job=CALC, log=LOG, errors=ERRORS),
        ReadJobLog(name="PAYROLL_CALC", errors_only=True),
    ),
    "job_log_without_errors": (
        JobLogResult(engine=ENGINE, job=DONE, log=JobLog(lines=("ok",), first_line=1, total_lines=1)),
        ReadJobLog(name="HOUSEKEEPING", errors_only=True),
    ),
    "job_log_missing": (JobLogResult(engine=ENGINE, job=POST, problem="it has not run yet"), None),
    "waiting_limit_reached": (
        because(CauseKind.WORKSTATION_LIMIT, workstation=BRANCH),
        None,
    ),
    "waiting_chain": (
        WaitingResult(
            engine=ENGINE,
            waiting=Waiting(job=CLOSE, is_waiting=True, causes=(_TO_POST, _TO_CALC), roots=(_TO_CALC,)),
        ),
        None,
    ),
    "waiting_two_roots": (
        WaitingResult(
            engine=ENGINE,
            waiting=Waiting(
                job=CLOSE,
                is_waiting=True,
                causes=(_TO_POST, _TO_CALC, _OF_LIMIT),
                roots=(_TO_CALC, _OF_LIMIT),
                is_complete=False,
            ),
        ),
        None,
    ),
    "waiting_for_nothing": (
        WaitingResult(engine=ENGINE, waiting=Waiting(job=CALC, is_waiting=False)),
        None,
    ),
    "waiting_without_reason": (WaitingResult(engine=ENGINE, waiting=Waiting(job=POST, is_waiting=True)), None),
    "failure": (
        FailureResult(
            engine=ENGINE,
            failure=Failure(
                job=CALC,
                has_failed=True,
                log=LOG,
                errors=ERRORS,
                messages=MESSAGES,
                followed_by=CALC.runs[1:],
                recovery=Recovery(
                    option="RERUN", reruns=1, reruns_in_all=3, rerun=2, next=NextStep.RERUN_COMES, next_at=at(2, 10)
                ),
                first_failure_upstream=jobs_named(1)[0],
            ),
        ),
        None,
    ),
    "failure_without_telling_line": (
        FailureResult(
            engine=ENGINE,
            failure=Failure(
                job=CALC, has_failed=True, log=JobLog(lines=("step 1", "step 2"), first_line=1, total_lines=2)
            ),
        ),
        None,
    ),
    "failure_could_not_start": (
        FailureResult(
            engine=ENGINE,
            failure=Failure(job=NOT_LAUNCHED, has_failed=True, could_not_start=True, log_problem=_AGENT_DOWN),
        ),
        None,
    ),
    "failure_none": (FailureResult(engine=ENGINE, failure=Failure(job=DONE, has_failed=False)), None),
    "impact": (
        ImpactResult(
            engine=ENGINE,
            impact=Impact(
                job=CALC,
                jobs=23,
                streams=("FTA_PAY01#/PAYROLL/PAYROLL", "AGT_RISK01#/REGULATORY/REG_TAX"),
                next_jobs=(POST,),
                critical=(CLOSE,),
                first_deadline=POST,
                first_deadline_at=POST.deadline,
                is_complete=False,
            ),
        ),
        None,
    ),
    "impact_on_a_stream": (
        ImpactResult(
            engine=ENGINE,
            impact=Impact(
                job=CALC,
                jobs=1,
                streams=("FTA_PAY01#/PAYROLL/PAYROLL",),
                streams_in_all=1,
                first_deadline_stream="FTA_PAY01#/PAYROLL/PAYROLL",
                first_deadline_at=at(6, 30),
                first_deadline_end=at(5),
                first_deadline_slack_seconds=5400,
            ),
        ),
        None,
    ),
    "impact_none": (ImpactResult(engine=ENGINE, impact=Impact(job=DONE, jobs=0)), None),
    "critical_jobs": (
        CriticalJobsResult(
            engine=ENGINE,
            total=9,
            jobs=(
                CriticalJob(job=CLOSE, risk=Risk.HIGH, estimated_end=at(6, 18), slack_seconds=-1080, obstacle=CALC),
                CriticalJob(
                    job=RUNNING, risk=Risk.POTENTIAL, estimated_end=at(3, 40), slack_seconds=2940, obstacle=RUNNING
                ),
            ),
        ),
        FindCriticalJobs(only_at_risk=True),
    ),
    "critical_job": (
        CriticalJobsResult(
            engine=ENGINE,
            total=1,
            jobs=(CriticalJob(job=CLOSE, risk=Risk.HIGH, estimated_end=at(6, 18), slack_seconds=-1080, obstacle=CALC),),
        ),
        FindCriticalJobs(name="PAYROLL_CLOSE"),
    ),
    "critical_jobs_none": (CriticalJobsResult(engine=ENGINE, total=9), FindCriticalJobs(only_at_risk=True)),
    "ambiguous": (
        Ambiguous(engine=ENGINE, name="PAYROLL", total=14, jobs=(DONE, CALC), streams=(STREAM,)),
        None,
    ),
    "no_match": (NoMatch(engine=ENGINE, name="PAYROL_CALC", similar=("PAYROLL_CALC", "PAYROLL_CLOSE")), None),
    "no_match_at_all": (NoMatch(engine=ENGINE, name="X`Y|Z"), None),
    "problem": (
        Problem(told="The scheduling engine refused that.", hint="Its message id tells why.", message_id="AWSJCO023E"),
        None,
    ),
}

_WAITING_FOR: Final[dict[CauseKind, dict[str, object]]] = {
    CauseKind.PREDECESSOR_RUNNING: {"predecessor": RUNNING},
    CauseKind.PREDECESSOR_CONDITION: {"predecessor": DONE},
    CauseKind.TIME: {"until": at(3)},
    CauseKind.PROMPT: {"prompt": PROMPT},
    CauseKind.FILE: {"file": "/data/in/payroll.dat"},
    CauseKind.INPUT: {},
    CauseKind.PRIORITY_ZERO: {},
    CauseKind.HELD: {},
    CauseKind.RESOURCE: {"resource": TAPES, "units_needed": 3},
    CauseKind.WORKSTATION_LIMIT: {"workstation": RPT},
    CauseKind.WORKSTATION_FENCE: {"workstation": BRANCH},
    CauseKind.STREAM_LIMIT: {"predecessor_stream": STREAM.model_copy(update={"limit": 2})},
    CauseKind.WORKSTATION_DOWN: {"workstation": LEGACY, "engine_message": "AWSBHT: workstation is not available"},
    CauseKind.WORKSTATION_IGNORED: {},
    CauseKind.CONFIRMATION: {},
    CauseKind.SUBMITTED: {},
    CauseKind.SUPPRESSED: {},
    CauseKind.CONDITION_NOT_MET: {"predecessor": DONE},
    CauseKind.LATEST_START_PASSED: {"until": at(2)},
    CauseKind.UNKNOWN: {},
}
for _kind, _more in _WAITING_FOR.items():
    SAMPLES[f"waiting_{_kind.value}"] = (because(_kind, **_more), None)
