"""What can be asked about: for each type of object its fields for OQL, its folder, its place in a plan_filter.

The fields are those that the manual lists for OQL (User's Guide 10.2.5, read 2026-11-23), and for prompts, which it
does not list, those of PromptInPlanV2. `jobruns.*` is decided by the job's last run, as is its status: the manual does
not say which run counts. `key.name` can only be sorted by: a real 10.2.8 refuses it as a condition.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from resync_bot.simulator.facts import (
    active_states,
    dependency_states,
    max_duration_gone,
    owning_stream,
    resource_status,
    stream_elapsed,
    stream_ended,
    stream_started,
    task_type,
    unresolved,
)
from resync_bot.simulator.index import Selecting
from resync_bot.simulator.oql import Field, Kind
from resync_bot.simulator.oql.syntax import Query
from resync_bot.simulator.plan import Job, Plan, Prompt, Resource, Stream, WatchedFile, Workstation
from resync_bot.simulator.plan_filter import Selection
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import common_status, internal_status, stream_common_status, stream_state

Object = TypeVar("Object", Job, Stream, Workstation, Resource, Prompt, WatchedFile)


@dataclass(frozen=True, slots=True)
class ObjectType(Generic[Object]):
    """How the API finds objects of one type. `word` is what its messages call them.

    Of what there is too much of to look at each, `by_query` and `by_filter` ask an index.
    """

    word: str
    fields: dict[str, Field[Object]]
    all: Callable[[Plan], Iterable[Object]]
    by_id: Callable[[Plan, str], Object | None]
    folder: Callable[[Object], str | None]  # the folder that display rights go by; None is free to everybody
    selected: Callable[[Object, Selection], bool]
    by_query: Callable[[Selecting, Query, Mapping[str, Field[Object]]], Sequence[Object]] | None = None
    by_filter: Callable[[Selecting, Selection], Sequence[Object]] | None = None


def _text(read: Callable[[Object], str | None], *, steady: bool = False) -> Field[Object]:
    return Field(Kind.STRING, lambda one, _: read(one), steady=steady)


def _flag(read: Callable[[Object], bool], *, steady: bool = False) -> Field[Object]:
    return Field(Kind.BOOLEAN, lambda one, _: read(one), steady=steady)


def _count(read: Callable[[Object], int | None]) -> Field[Object]:
    return Field(Kind.NUMBER, lambda one, _: read(one))


def _moment(read: Callable[[Object], datetime | None], *, steady: bool = False) -> Field[Object]:
    return Field(Kind.INSTANT, lambda one, _: read(one), steady=steady)


def _sort_only(read: Callable[[Object], str | None]) -> Field[Object]:
    return Field(Kind.STRING, lambda one, _: read(one), filterable=False, steady=True)


JOB_FIELDS: dict[str, Field[Job]] = {
    "id": _text(lambda job: job.id, steady=True),
    "name": _text(lambda job: job.name, steady=True),
    "key.name": _sort_only(lambda job: job.name),
    "folder": _text(lambda job: job.stream.folder, steady=True),
    "workstation": _text(lambda job: job.workstation.key, steady=True),
    "jobStreamName": _text(lambda job: job.stream.name, steady=True),
    "jobStreamWorkstation": _text(lambda job: job.stream.workstation.key, steady=True),
    "jobStreamId": _text(lambda job: job.stream.id, steady=True),
    "priority": _count(lambda job: job.priority),
    "schedTime": _moment(lambda job: job.stream.scheduled, steady=True),
    "jobruns.commonStatus": Field(Kind.STRING, lambda job, _: common_status(job)),
    "jobruns.compositeStatus.status": _text(internal_status),
    "jobruns.compositeStatus.canceled": _flag(lambda job: job.canceled),
    "jobruns.returnCode": _count(lambda job: job.run.return_code),
    "jobruns.jobNumber": _count(lambda job: job.run.number if job.run.started_at else None),
    "jobruns.rerunType": _text(lambda job: job.run.type),
    "jobruns.actualWorkstation": _text(lambda job: job.run.workstation.key),
    "jobruns.elapsedTime": Field(Kind.DURATION, lambda job, now: job.run.elapsed(now)),
    "jobruns.estimatedDuration": Field(Kind.DURATION, lambda job, _: job.estimated, steady=True),
    "jobruns.maxDurationGone": Field(Kind.BOOLEAN, max_duration_gone),
    "jobruns.minDurationNotReached": _flag(lambda _: False),
    "jobruns.timeInfo.actualStartTime": _moment(lambda job: job.run.started_at),
    "jobruns.timeInfo.actualEndTime": _moment(lambda job: job.run.ended_at),
    "jobOptions.critical": _flag(lambda job: job.spec.critical, steady=True),
    "jobOptions.every": _flag(lambda job: job.spec.every is not None, steady=True),
    "jobOptions.noOperation": _flag(lambda job: job.spec.no_operation, steady=True),
    "jobOptions.requiresConfirmation": _flag(lambda job: job.spec.requires_confirmation, steady=True),
    "jobDefinition.key.name": _text(lambda job: job.name, steady=True),
    "jobDefinition.taskType": _text(lambda job: task_type(job.spec), steady=True),
    "jobDefinition.userLogin": _text(lambda job: job.spec.login, steady=True),
    "jobDefinition.recoveryOption": _text(lambda job: job.spec.recovery.option, steady=True),
    "dependenciesStats.numberOfUnresolvedDependencies": _count(unresolved),
    "dependencies.dependencyStatus": Field(Kind.STRING, lambda job, _: dependency_states(job), many=True),
    "timeRestrictions.startTime": _moment(lambda job: job.start_time),
    "timeRestrictions.untilTime": _moment(lambda job: job.latest_start, steady=True),
    "timeRestrictions.deadlineTime": _moment(lambda job: job.deadline, steady=True),
}

STREAM_FIELDS: dict[str, Field[Stream]] = {
    "id": _text(lambda stream: stream.id, steady=True),
    "name": _text(lambda stream: stream.name, steady=True),
    "key": _text(lambda stream: stream.key),
    "key.name": _sort_only(lambda stream: stream.name),
    "folder": _text(lambda stream: stream.folder),
    "workstation": _text(lambda stream: stream.workstation.key),
    "aliasJobStreamName": _text(lambda _: None),
    "originalJobStreamName": _text(lambda stream: stream.name),
    "commonStatus": Field(Kind.STRING, stream_common_status),
    "compositeStatus.status": Field(Kind.STRING, stream_state),
    "schedTime": _moment(lambda stream: stream.scheduled),
    "timeInfo.actualStartTime": _moment(stream_started),
    "timeInfo.actualEndTime": _moment(stream_ended),
    "timeInfo.elapsedTime": Field(Kind.DURATION, stream_elapsed),
    "timeRestrictions.startTime": _moment(lambda stream: stream.scheduled),
    "timeRestrictions.deadlineTime": _moment(lambda stream: stream.deadline),
    "timeRestrictions.untilTime": _moment(lambda _: None),
    "jobStreamStats.numberOfJob": _count(lambda stream: len(stream.jobs)),
    "jobStreamStats.numberOfExecutingJob": _count(lambda stream: sum(j.state is RunState.EXEC for j in stream.jobs)),
    "jobStreamStats.numberOfAbendedJob": _count(lambda stream: sum(j.state is RunState.ABEND for j in stream.jobs)),
    "jobStreamStats.numberOfFailedJob": _count(lambda stream: sum(j.state is RunState.FAIL for j in stream.jobs)),
    "jsDefinitionFlags.carriedForward": _flag(lambda stream: stream.carried_forward),
    "jsOptions.carryForward": _flag(lambda stream: stream.spec.carry_forward),
    "limit": _count(lambda stream: stream.spec.limit),
    "priority": _count(lambda stream: stream.priority),
    "pendingPredecessor": _flag(lambda _: False),
}

WORKSTATION_FIELDS: dict[str, Field[Workstation]] = {
    "id": _text(lambda workstation: workstation.id),
    "name": _text(lambda workstation: workstation.name),
    "key.name": _sort_only(lambda workstation: workstation.name),
    "folder": _text(lambda workstation: workstation.spec.folder),
    "type": _text(lambda workstation: workstation.spec.kind),
    "domainName": _text(lambda _: "MASTERDM"),
    "activeStates": Field(Kind.STRING, lambda workstation, _: active_states(workstation), many=True),
    "jobmanUp": _flag(lambda workstation: workstation.takes_jobs),
}

RESOURCE_FIELDS: dict[str, Field[Resource]] = {
    "id": _text(lambda resource: resource.id),
    "name": _text(lambda resource: resource.spec.name),
    "key.name": _sort_only(lambda resource: resource.spec.name),
    "folder": _text(lambda resource: resource.spec.folder),
    "workstation": _text(lambda resource: resource.workstation.key),
    "quantity": _count(lambda resource: resource.quantity),
    "quantityInUse": _count(lambda resource: resource.in_use),
    "quantityAvailable": _count(lambda resource: resource.available),
    "status": _text(resource_status),
}

PROMPT_FIELDS: dict[str, Field[Prompt]] = {
    "id": _text(lambda prompt: prompt.id),
    "name": _text(lambda prompt: prompt.spec.name),
    "key.name": _sort_only(lambda prompt: prompt.spec.name),
    "folder": _text(lambda prompt: owning_stream(prompt).folder),
    "workstation": _text(lambda prompt: owning_stream(prompt).workstation.key),
    "status": _text(lambda prompt: prompt.state),
    "type": _text(lambda prompt: prompt.spec.kind),
    "text": _text(lambda prompt: prompt.spec.text),
    "number": _count(lambda prompt: prompt.number),
    "timeAsked": _moment(lambda prompt: prompt.asked_at),
}


def _on(selection: Selection, workstation: Workstation) -> bool:
    wanted = selection.workstation
    return wanted is None or wanted.matches(workstation.spec.folder, workstation.name)


def _job_selected(job: Job, selection: Selection) -> bool:
    return (selection.job is None or selection.job(job.name) is not None) and _stream_selected(job.stream, selection)


def _stream_selected(stream: Stream, selection: Selection) -> bool:
    in_place = selection.path is None or selection.path.matches(stream.folder, stream.name)
    return in_place and _on(selection, stream.workstation)


def _workstation_selected(workstation: Workstation, selection: Selection) -> bool:
    return selection.path is None or selection.path.matches(workstation.spec.folder, workstation.name)


def _resource_selected(resource: Resource, selection: Selection) -> bool:
    in_place = selection.path is None or selection.path.matches(resource.spec.folder, resource.spec.name)
    return in_place and _on(selection, resource.workstation)


def _prompt_selected(prompt: Prompt, selection: Selection) -> bool:
    stream = owning_stream(prompt)
    in_place = selection.path is None or selection.path.matches(stream.folder, prompt.spec.name)
    return in_place and _on(selection, stream.workstation)


JOBS: ObjectType[Job] = ObjectType(
    word="job",
    fields=JOB_FIELDS,
    all=lambda plan: plan.jobs,
    by_id=lambda plan, identity: plan.jobs_by_id.get(identity),
    folder=lambda job: job.stream.folder,
    selected=_job_selected,
    by_query=Selecting.by_query,
    by_filter=lambda selecting, selection: selecting.by_selection(selection, _stream_selected),
)
STREAMS: ObjectType[Stream] = ObjectType(
    word="job stream",
    fields=STREAM_FIELDS,
    all=lambda plan: plan.streams,
    by_id=lambda plan, identity: plan.streams_by_id.get(identity),
    folder=lambda stream: stream.folder,
    selected=_stream_selected,
)
WORKSTATIONS: ObjectType[Workstation] = ObjectType(
    word="workstation",
    fields=WORKSTATION_FIELDS,
    all=lambda plan: plan.workstations,
    by_id=lambda plan, identity: next((w for w in plan.workstations if w.id == identity), None),
    folder=lambda _: None,
    selected=_workstation_selected,
)
RESOURCES: ObjectType[Resource] = ObjectType(
    word="resource",
    fields=RESOURCE_FIELDS,
    all=lambda plan: plan.resources,
    by_id=lambda plan, identity: next((r for r in plan.resources if r.id == identity), None),
    folder=lambda _: None,
    selected=_resource_selected,
)
PROMPTS: ObjectType[Prompt] = ObjectType(
    word="prompt",
    fields=PROMPT_FIELDS,
    all=lambda plan: plan.prompts,
    by_id=lambda plan, identity: next((p for p in plan.prompts if p.id == identity), None),
    folder=lambda prompt: owning_stream(prompt).folder,
    selected=_prompt_selected,
)
