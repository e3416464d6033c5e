"""Incidents: the forms of ServiceNow and of IBM Z ChatOps.

ServiceNow: the fields of its table `incident`, as HWA's action Open Incident and every client of the table write them.
The action may be pointed at any application that takes this form (Administration Guide, `servicenowUrl`). The job is
named in the texts, which the site's rule words: as conman writes it, or by the keys of the event.

IBM Z ChatOps: the Common Incident Data Model (ibm.com/docs, SS3GDX_1.1.4), which HWA for Z sends for its alert
conditions. The job has a place of its own in it. Both checked 2026-11-23.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints, ValidationError

from resync_bot.alerts.sources.names import JobName, Named, job_in
from resync_bot.alerts.sources.notices import (
    EngineNames,
    Form,
    MalformedNoticeError,
    Moment,
    Notice,
    NoticeSource,
    engine_of,
    reason,
    shown,
)

EXAMPLE = "FTA_PAY1#PAYROLL_DAILY.PAYROLL_POST"

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ServiceNowIncident(Form):
    """The body. Fields of a site's own begin with `u_`."""

    engine: str = Field("", validation_alias=AliasChoices("engine", "u_engine"))
    short_description: Title
    description: str = ""


class _Times(Form):
    occurred: Moment = None


class _Location(Form):
    model_config = ConfigDict(validate_by_name=True)

    job_name: Named = Field("", alias="jobName")


class ZChatOpsIncident(Form):
    """The body."""

    model_config = ConfigDict(validate_by_name=True)

    engine: str = ""
    summary: Title
    description: str = ""
    date_time: _Times = Field(_Times(), alias="dateTime")
    location: _Location = _Location()


def read_servicenow_incident(body: Mapping[str, object], engines: EngineNames, received: datetime) -> Notice:
    """Raises MalformedNoticeError."""
    try:
        incident = ServiceNowIncident.model_validate(body)
    except ValidationError as error:
        raise MalformedNoticeError(reason(error)) from None
    name = job_in(f"{incident.short_description}\n{incident.description}")
    if name is None:
        raise MalformedNoticeError(f"short_description: names no job; write it as {EXAMPLE}")
    return _notice(
        NoticeSource.SERVICENOW,
        name,
        engine=engine_of(incident.engine, engines),
        received=received,
        text=shown(incident.short_description, incident.description),
    )


def read_zchatops_incident(body: Mapping[str, object], engines: EngineNames, received: datetime) -> Notice:
    """Raises MalformedNoticeError."""
    try:
        incident = ZChatOpsIncident.model_validate(body)
    except ValidationError as error:
        raise MalformedNoticeError(reason(error)) from None
    own = incident.location.job_name
    name = JobName.of(own) if own else job_in(f"{incident.summary}\n{incident.description}")
    if name is None:
        raise MalformedNoticeError(f"location.jobName: names no job, and neither does the summary as {EXAMPLE}")
    return _notice(
        NoticeSource.ZCHATOPS,
        name,
        engine=engine_of(incident.engine, engines),
        received=received,
        occurred=incident.date_time.occurred,
        text=shown(incident.summary, incident.description),
    )


def _notice(
    source: NoticeSource, name: JobName, *, engine: str, received: datetime, text: str, occurred: datetime | None = None
) -> Notice:
    return Notice(
        source=source,
        engine=engine,
        received=received,
        job=name.job,
        workstation=name.workstation,
        stream_workstation=name.stream_workstation,
        folder=name.folder,
        stream=name.stream,
        occurred=occurred,
        text=text,
    )
