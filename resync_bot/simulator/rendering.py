"""The JSON of the REST API V2: plan objects as dictionaries with the names of the vendor's API document.

Checked against WA_API3_v2.json 10.1.0.1, read 2026-11-23. `key` and the ids of `actions` are guesses of form.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias

from resync_bot.simulator import draws
from resync_bot.simulator.facts import (
    active_states,
    deadline_passed,
    dependency_states,
    has_started,
    latest_start_passed,
    max_duration_gone,
    owning_stream,
    resource_status,
    stream_elapsed,
    stream_ended,
    stream_estimated,
    stream_started,
    task_type,
)
from resync_bot.simulator.plan import Dependency, Job, Prompt, Resource, Run, RunState, Stream, Verdict, Workstation
from resync_bot.simulator.status import (
    JobStatus,
    job_status,
    run_status,
    stream_common_status,
    stream_state,
)

Json: TypeAlias = dict[str, Any]
PLAN_ID = "current"
ENGINE_ID = draws.uuid("engine", "resync simulated engine")


class Scope(Enum):
    """How much of a flow node is told: (its definitions, its dependencies)."""

    WHOLE = (True, True)
    WHOLE_NO_JOB_DEFINITIONS = (False, True)
    WHOLE_NO_DEPENDENCIES = (True, False)
    WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES = (False, False)


def instant(moment: datetime | None) -> str | None:
    """2026-09-24T06:00:00.000Z."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def duration(length: timedelta | None) -> str | None:
    """PT1H2M3S."""
    if length is None:
        return None
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    return f"PT{parts or '0S'}"


def job_json(job: Job, now: datetime, scope: Scope) -> Json:
    """A JobInPlanV2."""
    definitions, dependencies = scope.value
    status = job_status(job, now)
    spec, stream = job.spec, job.stream
    body = {
        "flowNodeType": "JOB",
        "engineId": ENGINE_ID,
        "id": job.id,
        "persistentId": job.id,
        "planId": PLAN_ID,
        "folder": stream.folder,
        "name": job.name,
        "workstationId": job.workstation.id,
        "workstation": job.workstation.key,
        "jobStreamId": stream.id,
        "jobStreamName": stream.name,
        "jobStreamWorkstationId": stream.workstation.id,
        "jobStreamWorkstation": stream.workstation.key,
        "position": job.position,
        "key": job.key,
        "jobDefinitionFlags": {"monitored": spec.critical, "aliased": False, "interactive": spec.interactive},
        "jobStatusFlags": {
            "jobStreamCancelled": False,
            "promotedToUrgentQueue": False,
            "jobLate": deadline_passed(job, now),
            "userRerunAgain": False,
            "restarted": len(job.runs) > 1,
            "untilGone": latest_start_passed(job, now),
            "buckujob": False,
            "needMessage": spec.needs_input and job.state is RunState.HOLD,
            "deadlineHasPassed": deadline_passed(job, now),
            "altJobIssue": False,
        },
        "jobOptions": {
            "noOperation": spec.no_operation,
            "critical": spec.critical,
            "requiresConfirmation": spec.requires_confirmation,
            "every": spec.every is not None,
        },
        "lastRunCompositeStatus": _composite(status),
        "lastRunCommonStatus": status.common,
        "jobDefinitionRefId": draws.uuid("definition", spec.name),
        "jobDefinition": _definition(job) if definitions else None,
        "priority": job.priority,
        "origPriority": job.stream.spec.priority if spec.priority is None else spec.priority,
        "jobruns": [_run(run, now) for run in job.runs],
        "schedTime": instant(stream.scheduled),
        "timeRestrictions": _job_times(job, now),
        "dependencies": _job_dependencies(job) if dependencies else None,
        "dependenciesStats": _job_dependency_stats(job),
        "endTime": instant(job.run.ended_at),
        "criticalStart": instant(job.critical_start),
        "repeatInterval": duration(timedelta(minutes=spec.every)) if spec.every else None,
        "actions": _actions(_job_actions(job), job.id),
        "archived": False,
    }
    return body


def _composite(status: JobStatus) -> Json:
    return {
        "canceled": status.canceled,
        "status": status.status,
        "substatus": status.substatus,
        "error": status.error,
        "started": status.started,
        "cancelPending": False,
        "dontRun": status.do_not_run,
    }


def _run(run: Run, now: datetime) -> Json:
    job, status = run.job, run_status(run, now)
    return {
        "id": run.id,
        "name": run.name,
        "jobId": job.id,
        "jobKey": job.key,
        "actualWorkstation": run.workstation.key,
        "jobNumber": run.number if run.submitted_at else None,
        "compositeStatus": _composite(status),
        "commonStatus": status.common,
        "returnCode": run.return_code,
        "rerunJob": run.attempt > 1,
        "confirmed": False,
        "released": False,
        "rerunType": run.type,
        "timeInfo": {
            "estimatedDuration": duration(job.estimated),
            "actualStartTime": instant(run.started_at),
            "elapsedTime": duration(run.elapsed(now)),
            "actualEndTime": instant(run.ended_at),
        },
        "submittedTime": instant(run.submitted_at),
        "lastInRerunChain": run is job.runs[-1],
        "minDurationNotReached": False,
        "maxDurationGone": run is job.run and max_duration_gone(job, now),
        "runAttempt": run.attempt,
        "actions": _actions(["GET_JOB_LOG"] if run.started_at else [], run.id),
    }


def _definition(job: Job) -> Json:
    spec = job.spec
    recovery = spec.recovery
    return {
        "id": draws.uuid("definition", spec.name),
        "folder": job.stream.folder,
        "name": spec.name,
        "workstationId": job.workstation.id,
        "workstation": job.workstation.key,
        "description": spec.description or None,
        "task": {task_type(job): {"taskString": spec.command, "userName": spec.login}},
        "isCommand": False,
        "estimatedDuration": duration(job.estimated),
        "recoveryJobName": recovery.job,
        "recoveryJobWorkstation": job.workstation.key if recovery.job else None,
        "planId": PLAN_ID,
        "userLogins": [spec.login],
        "recoveryOption": recovery.option,
        "recoveryRepeatInterval": duration(timedelta(minutes=recovery.minutes)) if recovery.reruns else None,
        "recoveryRepeatOccurrences": recovery.reruns or None,
        "command": False,
    }


def _job_times(job: Job, now: datetime) -> Json:
    spec = job.spec
    started = has_started(job)
    return {
        "startTime": instant(job.start_time),
        "deadlineTime": instant(job.deadline),
        "lateAction": "continue" if job.deadline else None,
        "maxDuration": duration(timedelta(minutes=spec.max_minutes)) if spec.max_minutes else None,
        "maxDurationAction": "continue" if spec.max_minutes else None,
        "latestStartTime": instant(job.latest_start),
        "lateStartAction": spec.until_action if job.latest_start else None,
        "timeDependent": job.start_time is not None,
        "startTimeSatisfied": job.start_time is None or job.start_time <= now,
        "deadlineSatisfied": not deadline_passed(job, now),
        "latestStartSatisfied": started or not latest_start_passed(job, now),
        "maxDurationSatisfied": not max_duration_gone(job, now),
    }


def _predecessor(dependency: Dependency, of: Job | Stream, number: int) -> Json:
    node = dependency.predecessor
    stream = node if isinstance(node, Stream) else node.stream
    own = of if isinstance(of, Stream) else of.stream
    satisfied = dependency.verdict() is Verdict.SATISFIED
    conditional = bool(dependency.conditions)
    body: Json = {
        "dependencyType": "EXTERNAL_JOBSTREAM",
        "id": dependency.id,
        "dependencyStatus": "SATISFIED" if satisfied else "UNSATISFIED",
        "satisfied": satisfied,
        "depSequence": number,
        "mandatory": True,
        "conditional": conditional,
        "critical": isinstance(node, Job) and node.critical_start is not None,
        "statusConditions": sorted(dependency.conditions) if conditional else None,
        "jobStreamId": stream.id,
        "jobStreamName": stream.name,
        "jobStreamWorkstation": stream.workstation.key,
        "jobStreamFolder": stream.folder,
        "jobStreamSchedTime": instant(stream.scheduled),
        "jobStreamSuccId": of.id if isinstance(of, Stream) else None,
        "jobSuccId": of.id if isinstance(of, Job) else None,
    }
    if isinstance(node, Job):
        body["dependencyType"] = "INTERNAL" if stream is own else "EXTERNAL_JOB"
        body["jobId"], body["jobName"] = node.id, node.name
        if stream is not own:
            body["jobWorkstationName"] = node.workstation.key
        body["predecessorStatus"] = {"status": node.state, "canceled": node.canceled, "error": node.failed}
    return body


def _prompt_dependency(prompt: Prompt, number: int) -> Json:
    satisfied = prompt.answered_at is not None
    return {
        "dependencyType": "PROMPT",
        "id": prompt.id,
        "dependencyStatus": "SATISFIED" if satisfied else "UNSATISFIED",
        "satisfied": satisfied,
        "depSequence": number,
        "mandatory": True,
        "folder": owning_stream(prompt).folder,
        "promptName": prompt.spec.name,
        "text": prompt.spec.text,
        "promptStatus": prompt.state,
        "promptType": prompt.spec.kind,
        "number": prompt.number,
    }


def _job_dependencies(job: Job) -> list[Json]:
    found = [_predecessor(d, job, number) for number, d in enumerate(job.predecessors, 1)]
    if job.prompt is not None:
        found.append(_prompt_dependency(job.prompt, len(found) + 1))
    if job.file is not None:
        found.append(
            {
                "dependencyType": "FILE",
                "id": job.file.id,
                "dependencyStatus": "SATISFIED" if job.file.exists else "UNSATISFIED",
                "satisfied": job.file.exists,
                "depSequence": len(found) + 1,
                "mandatory": True,
                "file": {
                    "name": job.file.path,
                    "id": job.file.id,
                    "workstation": job.file.workstation.key,
                    "workstationId": job.file.workstation.id,
                    "planId": PLAN_ID,
                    "status": "Exists" if job.file.exists else "Unavailable",
                },
            }
        )
    states = dependency_states(job)
    for resource, units in job.needs:
        state = states[len(found)]
        found.append(
            {
                "dependencyType": "RESOURCE",
                "id": draws.uuid("need", job.id, resource.id),
                "dependencyStatus": state,
                "satisfied": state == "SATISFIED",
                "depSequence": len(found) + 1,
                "mandatory": True,
                "folder": resource.spec.folder,
                "name": resource.spec.name,
                "workstation": resource.workstation.key,
                "workstationId": resource.workstation.id,
                "quantity": units,
                "quantityHeld": resource.holders.get(job, 0),
                "available": resource.available,
            }
        )
    return found


def _job_dependency_stats(job: Job) -> Json:
    states = dependency_states(job)
    jobs = sum(isinstance(d.predecessor, Job) for d in job.predecessors)
    others = len(states) - len(job.needs)
    return {
        "numberOfDependencies": len(states),
        "numberOfJobDependencies": jobs,
        "numberOfJobStreamDependencies": len(job.predecessors) - jobs,
        "numberOfInternetworkDependencies": 0,
        "numberOfPromptDependencies": int(job.prompt is not None),
        "numberOfResourceDependencies": len(job.needs),
        "numberOfFileDependencies": int(job.file is not None),
        "numberOfUnresolvedDependencies": states.count("UNSATISFIED"),
        "numberOfNonResourceUnresolvedDependencies": states[:others].count("UNSATISFIED"),
    }


def _job_actions(job: Job) -> list[str]:
    """The actions that the job's state allows, by the vendor's matrix; names other than these three are guesses."""
    actions = []
    if job.done and job.state is not RunState.SUPPR:
        actions.append("RERUN_JOB")
    if any(run.started_at for run in job.runs):
        actions.append("GET_JOB_LOG")
    if job.state in (RunState.HOLD, RunState.READY) and not job.canceled:
        actions += ["HOLD_JOB", "RELEASE_JOB", "CANCEL_JOB"]
    if job.state is RunState.EXEC:
        actions.append("KILL_JOB")
    return actions


def _actions(keys: Iterable[str], identity: str) -> list[Json]:
    return [{"key": key, "id": identity} for key in keys]


def stream_json(stream: Stream, now: datetime, scope: Scope) -> Json:
    """A JobStreamInPlanV2, without its jobs."""
    _, dependencies = scope.value
    state, started = stream_state(stream, now), stream_started(stream)
    states = [d.verdict() is Verdict.SATISFIED for d in stream.predecessors]
    if stream.prompt is not None:
        states.append(stream.prompt.answered_at is not None)
    jobs = sum(isinstance(d.predecessor, Job) for d in stream.predecessors)
    body = {
        "flowNodeType": "JOBSTREAM",
        "engineId": ENGINE_ID,
        "id": stream.id,
        "persistentId": stream.id,
        "planId": PLAN_ID,
        "folder": stream.folder,
        "name": stream.name,
        "originalJobStreamName": stream.name,
        "workstationId": stream.workstation.id,
        "workstation": stream.workstation.key,
        "jobStreamModelId": draws.uuid("model", stream.spec.folder, stream.name),
        "key": stream.key,
        "schedTime": instant(stream.scheduled),
        "jsDefinitionFlags": {"aliased": False, "carriedForward": stream.carried_forward, "isService": False},
        "jsStatusFlags": {
            "released": False,
            "lateJobStream": stream.deadline is not None and now > stream.deadline and not stream.succeeded,
            "pendingPredecessor": False,
            "hasEveryJobs": any(job.spec.every for job in stream.jobs),
        },
        "jsOptions": {"monitored": False, "carryForward": stream.spec.carry_forward},
        "compositeStatus": {
            "cancelPending": False,
            "canceled": False,
            "started": started is not None,
            "error": any(job.failed for job in stream.jobs),
            "dontRun": False,
            "status": state,
            "substatus": "WAITING_FOR_USER_INTERVENTION" if state == "STUCK" else None,
        },
        "commonStatus": stream_common_status(stream, now),
        "priority": stream.priority,
        "origPriority": stream.spec.priority,
        "timeInfo": {
            "estimatedDuration": duration(stream_estimated(stream)),
            "actualStartTime": instant(started),
            "elapsedTime": duration(stream_elapsed(stream, now)),
            "actualEndTime": instant(stream_ended(stream)),
        },
        "scheduledDate": instant(stream.scheduled),
        "jobStreamStats": _stream_stats(stream),
        "dependencies": _stream_dependencies(stream) if dependencies else None,
        "dependenciesStats": {
            "numberOfDependencies": len(states),
            "numberOfJobDependencies": jobs,
            "numberOfJobStreamDependencies": len(stream.predecessors) - jobs,
            "numberOfInternetworkDependencies": 0,
            "numberOfPromptDependencies": int(stream.prompt is not None),
            "numberOfResourceDependencies": 0,
            "numberOfFileDependencies": 0,
            "numberOfUnresolvedDependencies": states.count(False),
            "numberOfNonResourceUnresolvedDependencies": states.count(False),
        },
        "timeRestrictions": {
            "startTime": instant(stream.scheduled),
            "deadlineTime": instant(stream.deadline),
            "timeDependent": True,
            "startTimeSatisfied": stream.scheduled <= now,
            "deadlineSatisfied": stream.deadline is None or now <= stream.deadline or stream.succeeded,
        },
        "limit": stream.spec.limit,
        "submitter": stream.spec.submitter,
        "internalIdentifier": stream.instance_id,
        "actions": _actions(["HOLD_JOBSTREAM", "CANCEL_JOBSTREAM"] if not stream.succeeded else [], stream.id),
        "archived": False,
    }
    return body


def _stream_dependencies(stream: Stream) -> list[Json]:
    found = [_predecessor(d, stream, number) for number, d in enumerate(stream.predecessors, 1)]
    return found if stream.prompt is None else [*found, _prompt_dependency(stream.prompt, len(found) + 1)]


def _stream_stats(stream: Stream) -> Json:
    states = [job.state for job in stream.jobs]
    return {
        "numberOfJob": len(states),
        "numberOfSuccessfullJob": states.count(RunState.SUCC),
        "numberOfNotRunningJob": len(states) - states.count(RunState.EXEC),
        "numberOfExecutingJob": states.count(RunState.EXEC),
        "numberOfAbendedJob": states.count(RunState.ABEND),
        "numberOfFailedJob": states.count(RunState.FAIL),
        "numberOfUndecidedJob": 0,
    }


def workstation_json(workstation: Workstation) -> Json:
    """A WorkstationInPlanV2."""
    spec = workstation.spec
    fta = spec.kind in ("MANAGER", "FTA")
    return {
        "engineId": ENGINE_ID,
        "id": workstation.id,
        "persistentId": workstation.id,
        "planId": PLAN_ID,
        "folder": spec.folder,
        "name": spec.name,
        "key": workstation.key,
        "runNumber": workstation.run_number,
        "description": spec.description,
        "activeStates": active_states(workstation),
        "activeFlags": ["AUTO_LINK", "FULL_STATUS"] if spec.master or spec.backup else ["AUTO_LINK"],
        "type": spec.kind,
        "hostType": "MASTER" if spec.master else "WORKSTATION",
        "os": spec.os,
        "nodeName": spec.node or None,
        "tcpPort": 31111 if fta else None,
        "domainName": "MASTERDM",
        "limit": workstation.limit,
        "fence": workstation.fence,
        "agentId": None if fta or spec.members else draws.uuid("agent", spec.name).replace("-", "").upper(),
        "version": None if spec.members else spec.version,
        "timeStarted": instant(workstation.started_at) if workstation.linked else None,
        "securityLevel": "FORCE_ENABLED" if fta else "HTTPS",
        "sslPort": None if spec.members else 31113 if fta else 31114,
        "actions": _actions(
            ["UNLINK_WORKSTATION" if workstation.linked else "LINK_WORKSTATION"],
            workstation.id,
        ),
        "ignore": spec.ignored,
        "archived": False,
    }


def resource_json(resource: Resource) -> Json:
    """A ResourceInPlanV2."""
    return {
        "engineId": ENGINE_ID,
        "id": resource.id,
        "persistentId": resource.id,
        "folder": resource.spec.folder,
        "name": resource.spec.name,
        "key": resource.key,
        "workstationId": resource.workstation.id,
        "workstation": resource.workstation.key,
        "quantity": resource.quantity,
        "quantityAvailable": resource.available,
        "description": resource.spec.description,
        "quantityInUse": resource.in_use,
        "holders": [
            {
                "jobStreamId": job.stream.id,
                "jobStream": job.stream.key,
                "jobId": job.id,
                "job": job.name,
                "jobKey": job.key,
                "quantity": units,
                "shared": units < resource.quantity,
            }
            for job, units in resource.holders.items()
        ],
        "actions": [],
        "archived": False,
        "status": resource_status(resource),
    }


def prompt_json(prompt: Prompt) -> Json:
    """A PromptInPlanV2."""
    stream = owning_stream(prompt)
    job = prompt.owner if isinstance(prompt.owner, Job) else None
    open_ = prompt.answered_at is None
    return {
        "engineId": ENGINE_ID,
        "id": prompt.id,
        "persistentId": prompt.id,
        "name": prompt.spec.name,
        "folder": stream.folder,
        "key": f"{stream.folder.rstrip('/')}/{prompt.spec.name}",
        "workstationId": stream.workstation.id,
        "workstation": stream.workstation.key,
        "planId": PLAN_ID,
        "jobId": job.id if job else None,
        "jobKey": job.key if job else None,
        "jobStreamId": stream.id,
        "jobStreamKey": stream.key,
        "text": prompt.spec.text,
        "status": prompt.state,
        "type": prompt.spec.kind,
        "timeAsked": instant(prompt.asked_at),
        "timeRespond": instant(prompt.answered_at),
        "number": prompt.number,
        "actions": _actions(["REPLY_YES_PROMPT", "REPLY_NO_PROMPT"] if open_ else [], prompt.id),
        "archived": False,
    }
