"""The arguments of the tools: what a model may ask for. Field descriptions are what an LLM reads."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from resync_bot.tws.models import Reason, Status
from resync_bot.tws.queries import JobOrder

Name = Annotated[str, Field(min_length=1, max_length=120)]


class Arguments(BaseModel):
    """Base of all arguments: unknown members are refused, so that a model learns of its mistake.

    `engine` is shown to models only where there are several engines.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Name | None = Field(None, description="which engine to ask, only if the question names one")


class Span(StrEnum):
    """A span of time as people name it. Days and nights are the engine's production days, in the engine's zone."""

    TODAY = "today"  # the present production day
    LAST_NIGHT = "last_night"  # from 18:00 to 08:00 around the start of the present day, cut at now
    YESTERDAY = "yesterday"  # the production day before
    LAST_HOUR = "last_hour"


class PlanOverview(Arguments):
    """Nothing to choose."""


class FindJobs(Arguments):
    """Names take the wildcards @ (any characters) and ? (one character)."""

    name: Name | None = None
    stream: Name | None = None
    folder: Name | None = None
    workstation: Name | None = None
    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[Name, ...] = Field((), description="conman's words, for example ABEND, FAIL, EXEC, HOLD")
    span: Span | None = Field(
        None, description="only jobs that ended (or, if running, started) in it; last_night: 18:00 to 08:00"
    )
    since: datetime | None = Field(None, description="instead of span: from this time on, with zone offset")
    until: datetime | None = None
    critical: bool | None = None
    late: bool | None = None
    reasons: tuple[Reason, ...] = Field((), description="only jobs that have not started for one of these reasons")
    return_code: int | None = Field(None, description="only jobs whose last run ended with it")
    longer_than: int | None = Field(
        None, ge=1, le=50_000, description="only jobs that run, or ran, for more than so many minutes"
    )
    order: JobOrder = JobOrder.NAME
    limit: int = Field(10, ge=1, le=50)


class FindStreams(Arguments):
    """Names take the wildcards @ and ?."""

    name: Name | None = None
    folder: Name | None = None
    workstation: Name | None = None
    statuses: tuple[Status, ...] = ()
    internal_statuses: tuple[Name, ...] = Field((), description="for example STUCK, ABEND, EXEC")
    late: bool | None = None
    limit: int = Field(10, ge=1, le=50)


Selection = Annotated[str, Field(max_length=400, description="in conman's language, without its verb")]


class SelectJobs(Arguments):
    """What stands after `sj`."""

    selection: Selection
    limit: int = Field(10, ge=1, le=50)


class SelectStreams(Arguments):
    """What stands after `ss`."""

    selection: Selection
    limit: int = Field(10, ge=1, le=50)


class WhatWillRun(Arguments):
    """A span of time ahead, in the engine's zone unless it says otherwise."""

    since: datetime | None = Field(None, description="now, if left out")
    until: datetime | None = None
    folder: Name | None = None
    workstation: Name | None = None
    limit: int = Field(10, ge=1, le=50)


class LookUp(Arguments):
    """A name, or a part of one, of a job or a job stream, when it is not known which of the two it is."""

    name: Name


class JobTarget(Arguments):
    """Names one job. The more is given, the surer it is the right one; a part of the name will do if it is unique."""

    name: Name
    stream: Name | None = None
    folder: Name | None = None
    workstation: Name | None = None
    scheduled: datetime | None = None


class Forecast(JobTarget):
    """Names one job, or a job stream: that ends with its last job."""

    by: datetime | None = Field(None, description="the time it is to be in time for; without it its own deadline")


class StreamTarget(Arguments):
    """Names one job stream."""

    name: Name
    folder: Name | None = None
    workstation: Name | None = None
    scheduled: datetime | None = None


class ReadJobLog(JobTarget):
    """The end of the log of the job's last run."""

    last_lines: int = Field(40, ge=1, le=200)
    errors_only: bool = False


class FindWorkstations(Arguments):
    """All workstations, or those that match."""

    name: Name | None = None
    only_in_trouble: bool = Field(False, description="only those unlinked, stopped, with limit 0 or a raised fence")
    domain: Name | None = None
    in_detail: bool = Field(False, description="also their domain, operating system, version and host")


class PromptStatus(StrEnum):
    """How a prompt is, in the API's words."""

    NOT_ASKED = "NOT_ASKED"
    ASKED = "ASKED"
    ANSWERED_YES = "ANSWERED_YES"
    ANSWERED_NO = "ANSWERED_NO"


class FindPrompts(Arguments):
    """Prompts of the plan."""

    only_open: bool = Field(True, description="only those asked and not answered")
    statuses: tuple[PromptStatus, ...] = Field((), description="instead of only_open: only prompts in one of these")
    name: Name | None = Field(None, description="name or number of the prompt")


class FindResources(Arguments):
    """Resources of the plan."""

    name: Name | None = None
    only_in_use: bool = False


class FindCriticalJobs(Arguments):
    """Critical jobs with their deadlines."""

    only_at_risk: bool = False
    name: Name | None = None


class FindLongRuns(Arguments):
    """Of one production day."""

    days_back: int = Field(0, ge=0, le=30, description="0 is the present production day")
    limit: int = Field(10, ge=1, le=50)


class CompareDays(Arguments):
    """The present production day with an earlier one."""

    days_back: int = Field(1, ge=1, le=30)


class Message(Arguments):
    """One message id."""

    message_id: Annotated[str, Field(min_length=1, max_length=20, description="for example AWSBHT001E")]


class Alerts(Arguments):
    """Nothing to choose."""


class AlertsAbout(Arguments):
    """The object's own name, without wildcards: of a job, a job stream, a workstation or a prompt."""

    name: Name
