"""Jobs as V1 tells them: JobInPlan, one for each run. Durations are milliseconds."""

from datetime import datetime

from resync_bot.simulator.facts import (
    deadline_passed,
    has_started,
    latest_start_passed,
    max_duration_gone,
    task_type,
)
from resync_bot.simulator.plan import Job, Run
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.dependencies import job_dependency_stats
from resync_bot.simulator.rendering.formats import PLAN_ID, instant
from resync_bot.simulator.specification import JobSpec
from resync_bot.simulator.states import ACTIVE, PromptState, RerunType, RunState
from resync_bot.simulator.status import run_status
from resync_bot.simulator.v1.critical import on_network
from resync_bot.simulator.v1.dependencies import job_dependencies, job_successors
from resync_bot.simulator.v1.ids import IdEncoding, definition_id, run_id, stream_id, workstation_id
from resync_bot.simulator.v1.keys import milliseconds, stream_key, workstation_key
from resync_bot.simulator.v1.members import folder_id
from resync_bot.simulator.v1.words import UNTIL_ACTIONS, internal_word, rerun_word


def job_json(run: Run, now: datetime, encode: IdEncoding, *, dependencies: bool) -> Json:
    """A JobInPlan as a query lists it."""
    job = run.job
    spec, stream, last = job.spec, job.stream, run is run.job.run
    body: Json = {
        "id": encode(run_id(run)),
        "name": run.name,
        "description": spec.description or None,
        "jobDefinition": _definition(run),
        "folderId": folder_id(stream.folder),
        "workstationInPlan": workstation_key(job.workstation),
        "jobStreamInPlan": stream_key(stream, encode),
        "jobStreamId": encode(stream_id(stream)),
        "jobDefinitionId": definition_id(job),
        "jobRunId": run.id,
        "headJobRunId": job.runs[0].id,
        "headJobRunName": job.name,
        "planId": PLAN_ID,
        "position": job.position,
        "status": status_json(run, now),
        "priority": job.priority,
        "originalPriority": stream.spec.priority if spec.priority is None else spec.priority,
        "jobNumber": run.number if run.submitted_at else None,
        "repeatInterval": milliseconds(spec.every * 60) if spec.every else None,
        "timeInfo": time_info(run, now),
        "timeRestriction": time_restriction(job),
        "rerunType": rerun_word(run.type),
        "rerunInstancesNumber": run.attempt - 1,
        "lastInRerunChain": last,
        "dependenciesStats": job_dependency_stats(job),
        "criticalNetworkInfo": on_network(job, now),
        "actualWorkstation": workstation_id(run.workstation),
        "recoveryRerunJob": run.type is RerunType.RECOVERY_RERUN,
        "everyRerun": run.type is RerunType.RERUN_EVERY,
        "rerunJob": run.attempt > 1,
        "restarted": len(job.runs) > 1,
        "every": spec.every is not None,
        "running": run.state in ACTIVE,
        "heldByUser": last and job.priority == 0,
        "jobLate": deadline_passed(job, now),
        "untilGone": latest_start_passed(job, now),
        "needMessage": _needs_message(job),
        "needResource": bool(job.needs),
        "hasResource": any(job in resource.holders for resource, _ in job.needs),
        "pendingCancellation": last and job.cancel_pending and not job.canceled,
        "released": False,
        "userJob": False,
        "aliased": False,
        "monitored": spec.critical,
        "noOperation": spec.no_operation,
        "interactive": spec.interactive,
        "requiresConfirmation": spec.requires_confirmation,
        "minDurationNotReached": False,
        "maxDurationGone": last and max_duration_gone(job, now),
    }
    if dependencies:
        body["dependencies"] = job_dependencies(job, now, encode)
    return body


def whole_job_json(run: Run, now: datetime, encode: IdEncoding) -> Json:
    """A JobInPlan as it is told alone: with its dependencies and those who wait for it."""
    internal, external = job_successors(run.job, now, encode)
    successors = {"internalSuccessors": internal, "externalSuccessors": external}
    return job_json(run, now, encode, dependencies=True) | successors


def status_json(run: Run, now: datetime) -> Json:
    """A NodeStatus. A canceled job keeps the internal status that it had."""
    status = run_status(run, now)
    return {
        "commonStatus": status.common,
        "internalStatus": internal_word(status.status),
        "canceled": status.canceled,
    }


def time_info(run: Run, now: datetime) -> Json:
    """A TimeInfo."""
    elapsed = run.elapsed(now)
    return {
        "actualStartTime": instant(run.started_at),
        "estimatedDuration": milliseconds(run.job.estimated.total_seconds()),
        "elapsedTime": None if elapsed is None else milliseconds(elapsed.total_seconds()),
        "actualEndTime": instant(run.ended_at),
    }


def time_restriction(job: Job) -> Json:
    """A TimeRestrictionsInPlan."""
    spec = job.spec
    return {
        "startTime": instant(job.start_time),
        "untilTime": instant(job.latest_start),
        "untilAction": UNTIL_ACTIONS[spec.until_action] if job.latest_start else None,
        "deadlineTime": instant(job.deadline),
        "timeDependent": job.start_time is not None,
        "maxDuration": milliseconds(spec.max_minutes * 60) if spec.max_minutes else None,
        "maxDurationAction": "CONTINUE" if spec.max_minutes else None,
        "minDuration": None,
    }


def definition_json(job: Job, spec: JobSpec | None = None) -> Json:
    """A JobDefinitionInPlan without what a run gave it; `spec` is what is run instead of the job's own."""
    spec = spec or job.spec
    recovery = spec.recovery
    key = {"name": spec.name, "workstationInPlanKey": workstation_key(job.workstation)}
    recovery_key = {"name": recovery.job, "workstationInPlanKey": workstation_key(job.workstation)}
    return {
        "jobDefinitionInPlanKey": key,
        "description": spec.description or None,
        "taskType": task_type(spec),
        "taskString": spec.command,
        "command": False,
        "userLogin": spec.login,
        "interactive": spec.interactive,
        "estimatedDuration": milliseconds(job.estimated.total_seconds()),
        "returnCodeMapping": spec.success_codes,
        "recoveryOption": recovery.option,
        "recoveryJobKey": recovery_key if recovery.job else None,
        "recoveryRepeatInterval": milliseconds(recovery.minutes * 60) if recovery.reruns else None,
        "recoveryRepeatOccurrences": recovery.reruns or None,
        "jobDefinitionModelId": definition_id(job),
        "folderName": job.stream.folder,
        "planId": PLAN_ID,
    }


def _definition(run: Run) -> Json:
    return definition_json(run.job, run.spec) | {"returnCode": run.return_code}


def _needs_message(job: Job) -> bool:
    asked = any(prompt is not None and prompt.state is PromptState.ASKED for prompt in (job.prompt, job.stream.prompt))
    return asked or (job.spec.needs_input and job.state is RunState.HOLD and not has_started(job))
