"""HWA's own event about a job, as the notify script of `resync-bot event-rule` posts it.

The keys are those that the engine's event processor forwards for JobStatusChanged (seen on a 10.2 system, checked
2026-11-23): TimeStamp, EventProvider, PlanNumber, HostName, IPAddress, Workstation, JobStreamWorkstation, JobStreamId,
JobStreamName, JobStreamSchedTime, JobName, Priority, Monitored, ActualStart, EstimatedDuration, ActualDuration,
ReturnCode, Status, InternalStatus, Login, EveryFrequency, JobNumber, ErrorMessage. All are taken, those that find or
describe the job are read. EventType and Engine are added by the script: other events about jobs have the same names.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_pascal

from resync_bot.alerts.sources.names import JobName, Named, Required
from resync_bot.alerts.sources.notices import (
    EngineNames,
    Form,
    MalformedNoticeError,
    Moment,
    Notice,
    NoticeSource,
    Number,
    engine_of,
    reason,
    shown,
    status_of,
)

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]


class JobEvent(Form):
    """The body."""

    model_config = ConfigDict(alias_generator=to_pascal, coerce_numbers_to_str=True)

    engine: Word = Field("", validation_alias=AliasChoices("engine", "Engine"))
    event_type: Word = "JobStatusChanged"
    job_name: Required
    job_stream_name: Named = ""
    job_stream_workstation: Named = ""
    workstation: Named = ""
    job_stream_sched_time: Moment = None
    time_stamp: Moment = None
    status: Word = ""
    internal_status: Word = ""
    return_code: Number = None
    job_number: Number = None
    error_message: str = ""


def read_job_event(body: Mapping[str, object], engines: EngineNames, received: datetime) -> Notice:
    """Raises MalformedNoticeError."""
    try:
        event = JobEvent.model_validate(body)
    except ValidationError as error:
        raise MalformedNoticeError(reason(error)) from None
    name = JobName.of(
        event.job_name,
        stream=event.job_stream_name,
        stream_workstation=event.job_stream_workstation,
        workstation=event.workstation,
    )
    return Notice(
        source=NoticeSource.JOB_STATUS_CHANGED,
        engine=engine_of(event.engine, engines),
        received=received,
        event=event.event_type,
        job=name.job,
        workstation=name.workstation,
        stream_workstation=name.stream_workstation,
        folder=name.folder,
        stream=name.stream,
        scheduled=event.job_stream_sched_time,
        status=status_of(event.status),
        internal_status=event.internal_status.upper(),
        return_code=event.return_code,
        job_number=event.job_number,
        occurred=event.time_stamp,
        text=shown(event.error_message),
    )
