"""The arguments of the tools: what a model may ask for. Field descriptions are what an LLM reads."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

Name = Annotated[str, Field(min_length=1, max_length=120)]


class Arguments(BaseModel):
    """Base of all arguments: unknown members are refused, so that a model learns of its mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(StrEnum):
    """A span of time as people name it. Days and nights are the engine's production days, in the engine's zone."""

    TODAY = "today"  # the present production day
    LAST_NIGHT = "last_night"  # from 18:00 to 08:00 around the start of the present day, cut at now
    YESTERDAY = "yesterday"  # the production day before
    LAST_HOUR = "last_hour"


class PlanOverview(Arguments):
    """No arguments."""


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


class FindPrompts(Arguments):
    """Prompts of the plan."""

    only_open: bool = Field(True, description="only those asked and not answered")


class FindResources(Arguments):
    """Resources of the plan."""

    name: Name | None = None
    only_in_use: bool = False


class FindCriticalJobs(Arguments):
    """Critical jobs with their deadlines."""

    only_at_risk: bool = False
    name: Name | None = None
