"""The results of the tools: what models word and people can check.

Every result says of which engine and at which time it speaks. Where a name did not lead to one object, the result is
`Ambiguous` or `NoMatch` instead, and the answer asks back.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from resync_bot.tws.findings import (
    CriticalJob,
    Failure,
    Forecast,
    Impact,
    LogError,
    LogMessage,
    Recovery,
    Step,
    Waiting,
)
from resync_bot.tws.history.comparison import DayComparison, RunComparison
from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.statistics import Failures, Usual
from resync_bot.tws.history.store import LongRun
from resync_bot.tws.models import Engine, Fact, Job, JobLog, JobStream, Prompt, Resource, Status, Workstation


class Result(Fact):
    """Base of all results."""

    engine: Engine
    engines: tuple[str, ...] = ()  # the names of all that could have been asked, where there are several


class Interval(Fact):
    """The span that was looked at, in the engine's zone. An open end is now."""

    start: datetime
    end: datetime | None = None


class OverviewResult(Result):
    """The plan at a glance."""

    kind: Literal["overview"] = "overview"
    total: int
    by_status: dict[Status, int]
    streams_stuck: int
    critical_open: int  # critical jobs that have not ended well
    prompts_open: int
    workstations_in_trouble: int


class JobsResult(Result):
    """Jobs that match; `total` counts all of them, `jobs` are the first."""

    kind: Literal["jobs"] = "jobs"
    total: int
    jobs: tuple[Job, ...] = ()
    interval: Interval | None = None
    looked_at: int | None = None  # of how many it was found, where there were more than could be looked at


class StreamsResult(Result):
    """Job streams that match."""

    kind: Literal["streams"] = "streams"
    total: int
    streams: tuple[JobStream, ...] = ()
    looked_at: int | None = None


class UpcomingResult(Result):
    """What is planned to start in `interval` and has not started: streams by their schedule, jobs by their own time.

    `expected` are the first jobs that the forecast lets start then; where there is none, `expected_in_all` is missing.
    """

    kind: Literal["upcoming"] = "upcoming"
    interval: Interval
    total: int
    streams_total: int
    streams: tuple[JobStream, ...] = ()
    jobs_total: int
    jobs: tuple[Job, ...] = ()
    expected: tuple[Step, ...] = ()
    expected_in_all: int | None = None


class JobResult(Result):
    """One job with runs and dependencies."""

    kind: Literal["job"] = "job"
    job: Job
    recovery: Recovery | None = None  # where its last run failed


class StreamResult(Result):
    """One job stream; `jobs_in_trouble` are its jobs that failed or wait, failed ones first."""

    kind: Literal["stream"] = "stream"
    stream: JobStream
    jobs_in_trouble: tuple[Job, ...] = ()


class WorkstationsResult(Result):
    """`total` counts all workstations of the plan that match the name, `workstations` those asked for."""

    kind: Literal["workstations"] = "workstations"
    total: int
    workstations: tuple[Workstation, ...] = ()


class PromptsResult(Result):
    """Prompts."""

    kind: Literal["prompts"] = "prompts"
    total: int
    prompts: tuple[Prompt, ...] = ()


class ResourcesResult(Result):
    """Resources."""

    kind: Literal["resources"] = "resources"
    total: int
    resources: tuple[Resource, ...] = ()


class JobLogResult(Result):
    """Part of a job's log, what matters in it, and the engine's message ids explained."""

    kind: Literal["job_log"] = "job_log"
    job: Job
    log: JobLog | None = None
    problem: str | None = None  # why there is no log
    errors: tuple[LogError, ...] = ()
    messages: tuple[LogMessage, ...] = ()


class WaitingResult(Result):
    """Why a job does not start."""

    kind: Literal["waiting"] = "waiting"
    waiting: Waiting


class FailureResult(Result):
    """Why a job failed."""

    kind: Literal["failure"] = "failure"
    failure: Failure


class ImpactResult(Result):
    """What a job holds up."""

    kind: Literal["impact"] = "impact"
    impact: Impact


class ForecastResult(Result):
    """When a job or job stream ends, and whether that is in time."""

    kind: Literal["forecast"] = "forecast"
    forecast: Forecast


class CriticalJobsResult(Result):
    """Critical jobs, most at risk first. `total` counts all critical jobs of the plan that match."""

    kind: Literal["critical_jobs"] = "critical_jobs"
    total: int
    jobs: tuple[CriticalJob, ...] = ()


class RunHistoryResult(Result):
    """What is known of a job's runs over the past days: `runs` are the newest, newest first."""

    kind: Literal["run_history"] = "run_history"
    job: Job
    runs: tuple[FinishedRun, ...] = ()
    usual: Usual | None = None
    failures: Failures = Failures()


class RunComparisonResult(Result):
    """The last run of a job beside the last good one before it."""

    kind: Literal["run_comparison"] = "run_comparison"
    comparison: RunComparison


class RunningLong(Fact):
    """A job that runs longer than it usually takes."""

    job: Job
    elapsed_seconds: int
    usual_seconds: int


class LongRunsResult(Result):
    """Jobs that take, and runs of the production day that took, longer than usual, the worst first."""

    kind: Literal["long_runs"] = "long_runs"
    day: datetime  # when it began
    running: tuple[RunningLong, ...] = ()
    ended: tuple[LongRun, ...] = ()


class DayComparisonResult(Result):
    """A production day so far beside another one up to the same time."""

    kind: Literal["day_comparison"] = "day_comparison"
    comparison: DayComparison


class MessageResult(Fact):
    """What a message id of the engine means, in English; None where it is not known. Not a fact about the plan."""

    kind: Literal["message"] = "message"
    message_id: str
    meaning: str | None = None


class AlertsResult(Fact):
    """What alerting says of itself, as Markdown in the person's language: what is open, silent, told and not told."""

    kind: Literal["alerts"] = "alerts"
    text: str


class Ambiguous(Result):
    """The name fits several objects: ask which one. `total` counts all, the tuples hold the first."""

    kind: Literal["ambiguous"] = "ambiguous"
    name: str
    total: int
    jobs: tuple[Job, ...] = ()
    streams: tuple[JobStream, ...] = ()


class NoMatch(Result):
    """Nothing in the plan has this name; `similar` are names that look like it."""

    kind: Literal["no_match"] = "no_match"
    name: str
    similar: tuple[str, ...] = ()
    tool: str = Field("", exclude=True)  # the one that was asked: the same question can be put about a similar name


class UnknownEngine(Fact):
    """There is no engine of that name: ask which one of `known` is meant."""

    kind: Literal["unknown_engine"] = "unknown_engine"
    name: str
    known: tuple[str, ...]


class Problem(Fact):
    """The tool could not answer; `told` is one plain sentence, `hint` what might help. Not a fact about the plan."""

    kind: Literal["problem"] = "problem"
    told: str
    hint: str | None = None
    message_id: str | None = None


ToolResult = Annotated[
    OverviewResult
    | JobsResult
    | StreamsResult
    | UpcomingResult
    | JobResult
    | StreamResult
    | WorkstationsResult
    | PromptsResult
    | ResourcesResult
    | JobLogResult
    | WaitingResult
    | FailureResult
    | ImpactResult
    | ForecastResult
    | CriticalJobsResult
    | RunHistoryResult
    | RunComparisonResult
    | LongRunsResult
    | DayComparisonResult
    | MessageResult
    | AlertsResult
    | Ambiguous
    | NoMatch
    | UnknownEngine
    | Problem,
    Field(discriminator="kind"),
]

_result: TypeAdapter[ToolResult] = TypeAdapter(ToolResult)


def result_from_json(data: bytes | str) -> ToolResult:
    """The result again, from what `result.model_dump_json()` wrote; the engine's ids are not part of that.

    Raises pydantic.ValidationError for anything else.
    """
    return _result.validate_json(data)
