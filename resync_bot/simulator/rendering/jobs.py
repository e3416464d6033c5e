"""Jobs as the API tells them: JobInPlanV2 with its runs."""

from datetime import datetime, timedelta
from functools import lru_cache

from resync_bot.simulator import draws
from resync_bot.simulator.facts import (
    deadline_passed,
    has_log,
    has_started,
    latest_start_passed,
    max_duration_gone,
    task_type,
)
from resync_bot.simulator.plan import Job, Run
from resync_bot.simulator.rendering.dependencies import job_dependencies, job_dependency_stats
from resync_bot.simulator.rendering.formats import ENGINE_ID, PLAN_ID, Json, Scope, actions, duration, instant
from resync_bot.simulator.specification import JobSpec
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import JobStatus, job_status, run_status


def job_json(job: Job, now: datetime, scope: Scope) -> Json:
    """A JobInPlanV2. `actions` names the actions that the job's state allows.

    Parts that many jobs have alike are shared between answers: whoever takes one changes nothing inside of it.
    """
    definitions, dependencies = scope.value
    spec, stream, workstation = job.spec, job.stream, job.workstation
    status, key = job_status(job, now), job.key
    body: Json = {
        "flowNodeType": "JOB",
        "engineId": ENGINE_ID,
        "id": job.id,
        "persistentId": job.id,
        "planId": PLAN_ID,
        "folder": stream.folder,
        "name": spec.name,
        "workstationId": workstation.id,
        "workstation": workstation.key,
        "jobStreamId": stream.id,
        "jobStreamName": stream.name,
        "jobStreamWorkstationId": stream.workstation.id,
        "jobStreamWorkstation": stream.workstation.key,
        "position": job.position,
        "key": key,
        "jobDefinitionFlags": _definition_flags(spec.critical, spec.interactive),
        "jobOptions": _options(spec.no_operation, spec.critical, spec.requires_confirmation, spec.every is not None),
        "jobDefinitionRefId": draws.uuid("definition", stream.folder, spec.name),
        "jobDefinition": _definition(job, spec) if definitions else None,
        "origPriority": stream.spec.priority if spec.priority is None else spec.priority,
        "schedTime": instant(stream.scheduled),
        "criticalStart": instant(job.critical_start),
        "repeatInterval": duration(timedelta(minutes=spec.every)) if spec.every else None,
        "archived": False,
        "jobStatusFlags": _status_flags(
            deadline_passed(job, now),
            len(job.runs) > 1,
            latest_start_passed(job, now),
            spec.needs_input and job.state is RunState.HOLD,
        ),
        "lastRunCompositeStatus": _composite(status, job.cancel_pending and not job.canceled),
        "lastRunCommonStatus": status.common,
        "priority": job.priority,
        "jobruns": [
            _run(run, key, status if run is job.run else run_status(run, now), now, definitions) for run in job.runs
        ],
        "timeRestrictions": _times(job, now),
        "dependenciesStats": job_dependency_stats(job),
        "endTime": instant(job.run.ended_at),
        "actions": actions(_job_actions(job), job.id),
    }
    if dependencies:
        body["dependencies"] = job_dependencies(job)
    return body


@lru_cache
def _definition_flags(critical: bool, interactive: bool) -> Json:
    return {"monitored": critical, "aliased": False, "interactive": interactive}


@lru_cache
def _options(no_operation: bool, critical: bool, requires_confirmation: bool, every: bool) -> Json:
    return {
        "noOperation": no_operation,
        "critical": critical,
        "requiresConfirmation": requires_confirmation,
        "every": every,
    }


@lru_cache
def _status_flags(late: bool, restarted: bool, until_gone: bool, needs_message: bool) -> Json:
    return {
        "jobStreamCancelled": False,
        "promotedToUrgentQueue": False,
        "jobLate": late,
        "userRerunAgain": False,
        "restarted": restarted,
        "untilGone": until_gone,
        "buckujob": False,
        "needMessage": needs_message,
        "deadlineHasPassed": late,
        "altJobIssue": False,
    }


@lru_cache(maxsize=512)
def _composite(status: JobStatus, cancel_pending: bool) -> Json:
    return {
        "canceled": status.canceled,
        "status": status.status,
        "substatus": status.substatus,
        "error": status.error,
        "started": status.started,
        "cancelPending": cancel_pending,
        "dontRun": status.do_not_run,
    }


def _run(run: Run, key: str, status: JobStatus, now: datetime, definitions: bool) -> Json:
    job = run.job
    body: Json = {
        "id": run.id,
        "name": run.name,
        "jobId": job.id,
        "jobKey": key,
        "actualWorkstation": run.workstation.key,
        "jobNumber": run.number if run.submitted_at else None,
        "compositeStatus": _composite(status, run is job.run and job.cancel_pending and not job.canceled),
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
        "actions": [{"key": "GET_JOB_LOG", "id": run.id}] if has_log(run) else [],
    }
    if definitions and run.spec is not job.spec:
        body["jobDefinition"] = _definition(job, run.spec)
    if run.step is not None:
        body["step"] = run.step
    return body


def _definition(job: Job, spec: JobSpec) -> Json:
    recovery = spec.recovery
    return {
        "id": draws.uuid("definition", job.stream.folder, spec.name),
        "folder": job.stream.folder,
        "name": spec.name,
        "workstationId": job.workstation.id,
        "workstation": job.workstation.key,
        "description": spec.description or None,
        "task": {task_type(spec): {"taskString": spec.command, "userName": spec.login}},
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


_NO_TIMES: Json = {
    "startTime": None,
    "deadlineTime": None,
    "lateAction": None,
    "maxDuration": None,
    "maxDurationAction": None,
    "latestStartTime": None,
    "lateStartAction": None,
    "timeDependent": False,
    "startTimeSatisfied": True,
    "deadlineSatisfied": True,
    "latestStartSatisfied": True,
    "maxDurationSatisfied": True,
}


def _times(job: Job, now: datetime) -> Json:
    spec = job.spec
    if (job.start_time, job.latest_start, job.deadline, spec.max_minutes) == (None, None, None, None):
        return _NO_TIMES
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


def _job_actions(job: Job) -> list[str]:
    """The actions that the job's state allows, by the vendor's matrix; names other than these three are guesses."""
    actions = []
    if job.done and job.state is not RunState.SUPPR:
        actions.append("RERUN_JOB")
    if any(has_log(run) for run in job.runs):
        actions.append("GET_JOB_LOG")
    if job.state in (RunState.HOLD, RunState.READY) and not job.canceled:
        actions += ["HOLD_JOB", "RELEASE_JOB", "CANCEL_JOB"]
    if job.state is RunState.EXEC:
        actions.append("KILL_JOB")
    return actions
