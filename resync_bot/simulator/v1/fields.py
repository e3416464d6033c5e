"""What V1 filters and sorters can read: the fields of OQL, and those that only V1 asks for.

A job of V1 is one run of it: rows of a rerun chain have the fields of the job and their own status, times and codes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from resync_bot.simulator.catalogue import JOBS, PROMPTS, RESOURCES, STREAMS, WORKSTATIONS, ObjectType
from resync_bot.simulator.facts import deadline_passed, latest_start_passed, max_duration_gone
from resync_bot.simulator.oql import Field, Kind
from resync_bot.simulator.oql.fields import Value
from resync_bot.simulator.plan import Job, Prompt, Resource, Run, Stream, WatchedFile, Workstation
from resync_bot.simulator.states import PromptState
from resync_bot.simulator.status import CommonStatus, run_status
from resync_bot.simulator.v1.critical import late, long_running
from resync_bot.simulator.v1.words import UNTIL_ACTIONS

Object = TypeVar("Object")

# Whether a row is the last of its rerun chain: of a job's fields always, for they are those of its last run.
LAST = "run.last"


def _text(read: Callable[[Object], str | None]) -> Field[Object]:
    return Field(Kind.STRING, lambda one, _: read(one))


def _texts(read: Callable[[Object], list[str]]) -> Field[Object]:
    return Field(Kind.STRING, lambda one, _: read(one), many=True)


def _count(read: Callable[[Object], int | None]) -> Field[Object]:
    return Field(Kind.NUMBER, lambda one, _: read(one))


def _flag(read: Callable[[Object, datetime], bool]) -> Field[Object]:
    return Field(Kind.BOOLEAN, read)


def _always(kind: Kind, value: Value) -> Field[Object]:
    return Field(kind, lambda _one, _now: value)


def link_status(workstation: Workstation) -> str:
    """LINKED, UNLINKED or, of a fault-tolerant agent, FULLY_LINKED."""
    if not workstation.linked:
        return "UNLINKED"
    return "FULLY_LINKED" if workstation.spec.kind == "FTA" else "LINKED"


def writer_up(workstation: Workstation) -> bool:
    """Whether mail to it is written: fault-tolerant agents alone have a writer."""
    return workstation.linked and workstation.spec.kind in ("FTA", "MANAGER")


def file_status(file: WatchedFile) -> str:
    """Whether it is there."""
    return "Exists" if file.exists else "Unavailable"


def _reply_needed(job: Job) -> bool:
    return any(prompt is not None and prompt.state is PromptState.ASKED for prompt in (job.prompt, job.stream.prompt))


_JOB_FIELDS: dict[str, Field[Job]] = {
    "late": _flag(deadline_passed),
    "untilExpired": _flag(latest_start_passed),
    "untilAction": _text(lambda job: UNTIL_ACTIONS[job.spec.until_action] if job.latest_start else None),
    "monitored": _flag(lambda job, _: job.spec.critical),
    "replyNeeded": _flag(lambda job, _: _reply_needed(job)),
    "released": _always(Kind.BOOLEAN, value=False),
    "promoted": _always(Kind.BOOLEAN, value=False),
    "pendingCancellation": _flag(lambda job, _: job.cancel_pending and not job.canceled),
    "errorCode": _always(Kind.STRING, None),  # of jobs of z/OS alone
    "runNumber": _count(lambda job: job.stream.run_number),
    "file.name": _text(lambda job: job.file.path if job.file else None),
    "file.id": _text(lambda job: job.file.id if job.file else None),
    "file.workstation": _text(lambda job: job.file.workstation.name if job.file else None),
    "prompt.id": _text(lambda job: job.prompt.id if job.prompt else None),
    "prompt.name": _text(lambda job: job.prompt.spec.name if job.prompt else None),
    "prompt.number": _count(lambda job: job.prompt.number if job.prompt else None),
    "resource.id": _texts(lambda job: [resource.id for resource, _ in job.needs]),
    "resource.name": _texts(lambda job: [resource.spec.name for resource, _ in job.needs]),
    "resource.workstation": _texts(lambda job: [resource.workstation.name for resource, _ in job.needs]),
    "position": _count(lambda job: job.position),
    "run.attempt": _count(lambda job: job.run.attempt),
    LAST: _always(Kind.BOOLEAN, value=True),
    "criticalStart": Field(Kind.INSTANT, lambda job, _: job.critical_start),
    "network.late": _flag(late),
    "network.longRunning": _flag(long_running),
}

_STREAM_FIELDS: dict[str, Field[Stream]] = {
    "submitter": _text(lambda stream: stream.spec.submitter),
    "monitored": _always(Kind.BOOLEAN, value=False),
}

_WORKSTATION_FIELDS: dict[str, Field[Workstation]] = {
    "linkStatus": _text(link_status),
    "writerUp": _flag(lambda workstation, _: writer_up(workstation)),
    "os": _text(lambda workstation: workstation.spec.os),
    "limit": _count(lambda workstation: workstation.limit),
    "fence": _count(lambda workstation: workstation.fence),
    "nodeName": _text(lambda workstation: workstation.spec.node),
    "version": _text(lambda workstation: workstation.spec.version),
    "runNumber": _count(lambda workstation: workstation.run_number),
}


V1_JOBS: ObjectType[Job] = replace(JOBS, fields=JOBS.fields | _JOB_FIELDS)
V1_STREAMS: ObjectType[Stream] = replace(STREAMS, fields=STREAMS.fields | _STREAM_FIELDS)
V1_WORKSTATIONS: ObjectType[Workstation] = replace(WORKSTATIONS, fields=WORKSTATIONS.fields | _WORKSTATION_FIELDS)
V1_RESOURCES: ObjectType[Resource] = RESOURCES
V1_PROMPTS: ObjectType[Prompt] = PROMPTS

FILES: ObjectType[WatchedFile] = ObjectType(
    word="file",
    fields={
        "id": _text(lambda file: file.id),
        "name": _text(lambda file: file.path),
        "workstation": _text(lambda file: file.workstation.key),
        "status": _text(file_status),
    },
    all=lambda plan: [job.file for job in plan.jobs if job.file is not None],
    by_id=lambda plan, identity: next((job.file for job in plan.jobs if job.file and job.file.id == identity), None),
    folder=lambda _: None,
    selected=lambda _file, _selection: True,
)


def _of_job(field: Field[Job]) -> Field[Run]:
    read = field.read
    return Field(field.kind, lambda run, now: read(run.job, now), many=field.many, filterable=field.filterable)


def run_common_status(run: Run, now: datetime) -> CommonStatus:
    """The public status of one run."""
    return run_status(run, now).common


# The same fields of any run, also one that is not the last of its job: what a run has of its own is read from it.
RUN_FIELDS: dict[str, Field[Run]] = {
    **{name: _of_job(field) for name, field in V1_JOBS.fields.items()},
    "name": _text(lambda run: run.name),
    "jobruns.commonStatus": Field(Kind.STRING, run_common_status),
    "jobruns.compositeStatus.status": Field(Kind.STRING, lambda run, now: run_status(run, now).status),
    "jobruns.compositeStatus.canceled": _flag(lambda run, now: run_status(run, now).canceled),
    "jobruns.returnCode": _count(lambda run: run.return_code),
    "jobruns.jobNumber": _count(lambda run: run.number if run.started_at else None),
    "jobruns.rerunType": _text(lambda run: run.type),
    "jobruns.actualWorkstation": _text(lambda run: run.workstation.key),
    "jobruns.elapsedTime": Field(Kind.DURATION, lambda run, now: run.elapsed(now)),
    "jobruns.maxDurationGone": _flag(lambda run, now: run is run.job.run and max_duration_gone(run.job, now)),
    "jobruns.timeInfo.actualStartTime": Field(Kind.INSTANT, lambda run, _: run.started_at),
    "jobruns.timeInfo.actualEndTime": Field(Kind.INSTANT, lambda run, _: run.ended_at),
    "run.attempt": _count(lambda run: run.attempt),
    LAST: _flag(lambda run, _: run is run.job.run),
}
