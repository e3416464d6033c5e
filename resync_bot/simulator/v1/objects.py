"""Job streams, workstations, prompts, resources, files and domains as V1 tells them."""

from datetime import datetime

from resync_bot.simulator.facts import (
    active_states,
    owning_stream,
    resource_status,
    stream_elapsed,
    stream_ended,
    stream_estimated,
    stream_started,
)
from resync_bot.simulator.plan import Job, Plan, Prompt, Resource, Stream, WatchedFile, Workstation
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.dependencies import stream_dependency_stats
from resync_bot.simulator.rendering.formats import PLAN_ID, instant
from resync_bot.simulator.rendering.streams import stream_stats
from resync_bot.simulator.status import is_canceled, stream_common_status, stream_state
from resync_bot.simulator.v1.dependencies import stream_dependencies, stream_successors
from resync_bot.simulator.v1.fields import file_status, link_status, writer_up
from resync_bot.simulator.v1.ids import (
    DOMAIN,
    IdEncoding,
    file_id,
    prompt_id,
    resource_id,
    run_id,
    stream_id,
    stream_model_id,
    workstation_id,
)
from resync_bot.simulator.v1.jobs import job_json
from resync_bot.simulator.v1.keys import job_key, milliseconds, stream_key, workstation_key
from resync_bot.simulator.v1.members import folder_id


def stream_json(stream: Stream, now: datetime, encode: IdEncoding, *, dependencies: bool) -> Json:
    """A JobStreamInPlan as a query lists it."""
    elapsed = stream_elapsed(stream, now)
    body: Json = {
        "id": encode(stream_id(stream)),
        "key": stream_key(stream, encode),
        "originalJobStreamName": stream.name,
        "internalIdentifier": stream.instance_id,
        "jobStreamModelId": stream_model_id(stream),
        "workstation": workstation_key(stream.workstation),
        "workstationId": encode(workstation_id(stream.workstation)),
        "folderId": folder_id(stream.folder),
        "folderName": stream.folder,
        "planId": PLAN_ID,
        "scheduledDate": instant(stream.scheduled),
        "jobStreamStats": stream_stats(stream) | {"numberOfCurrentNodes": len(stream.jobs)},
        "limit": stream.spec.limit,
        "carriedForward": stream.carried_forward,
        "carryForward": stream.spec.carry_forward,
        "aliased": False,
        "every": any(job.spec.every for job in stream.jobs),
        "heldByUser": stream.priority == 0,
        "lateJobStream": stream.deadline is not None and now > stream.deadline and not stream.succeeded,
        "pendingCancellation": stream.cancel_pending and not is_canceled(stream),
        "released": False,
        "monitored": False,
        "priority": stream.priority,
        "origPriority": stream.spec.priority,
        "status": {
            "commonStatus": stream_common_status(stream, now),
            "internalStatus": stream_state(stream, now),
            "canceled": is_canceled(stream),
        },
        "timeInfo": {
            "actualStartTime": instant(stream_started(stream)),
            "estimatedDuration": milliseconds(stream_estimated(stream).total_seconds()),
            "elapsedTime": None if elapsed is None else milliseconds(elapsed.total_seconds()),
            "actualEndTime": instant(stream_ended(stream)),
        },
        "timeRestriction": {
            "startTime": instant(stream.scheduled),
            "untilTime": None,
            "deadlineTime": instant(stream.deadline),
            "timeDependent": True,
        },
        "dependenciesStats": stream_dependency_stats(stream),
        "submitter": stream.spec.submitter,
    }
    if dependencies:
        body["dependencies"] = stream_dependencies(stream, now, encode)
    return body


def whole_stream_json(stream: Stream, now: datetime, encode: IdEncoding) -> Json:
    """A JobStreamInPlan as it is told alone: with its jobs and those who wait for it."""
    return stream_json(stream, now, encode, dependencies=True) | {
        "jobs": [job_json(job.run, now, encode, dependencies=True) for job in stream.jobs],
        "successors": stream_successors(stream, now, encode),
    }


def workstation_json(workstation: Workstation, encode: IdEncoding) -> Json:
    """A WorkstationInPlan."""
    spec, states = workstation.spec, active_states(workstation)
    fta = spec.kind in ("MANAGER", "FTA")
    return {
        "id": encode(workstation_id(workstation)),
        "key": workstation_key(workstation),
        "planId": PLAN_ID,
        "description": spec.description,
        "folderName": spec.folder,
        "folderId": folder_id(spec.folder),
        "type": spec.kind,
        "hostType": "MASTER" if spec.master else "WORKSTATION",
        "os": spec.os,
        "nodeName": spec.node or None,
        "version": None if spec.members else spec.version,
        "domainInPlanKey": {"name": DOMAIN},
        "domainId": encode(DOMAIN),
        "linkStatus": link_status(workstation),
        "applicationServerStatus": "RUNNING" if "SERVER_STARTED" in states else "NOT_RUNNING",
        "jobmanUp": workstation.takes_jobs,
        "writerUp": writer_up(workstation),
        "tcpLink": workstation.linked and fta,
        "initialized": "IS_INITED" in states,
        "autoLink": True,
        "fullStatus": spec.master or spec.backup,
        "evtProcRunning": "EVT_PROC_RUNNING" in states,
        "limit": workstation.limit,
        "fence": workstation.fence,
        "symRunNumber": workstation.run_number,
        "securityLevel": "FORCE" if fta else "HTTPS",
        "tcpPort": 31111 if fta else None,
        "sslPort": None if spec.members else 31113 if fta else 31114,
        "timeStarted": instant(workstation.started_at) if workstation.linked else None,
        "licenseType": "PerJob",
    }


def prompt_json(prompt: Prompt, encode: IdEncoding) -> Json:
    """A PromptInPlan."""
    stream = owning_stream(prompt)
    job = prompt.owner if isinstance(prompt.owner, Job) else None
    return {
        "id": encode(prompt_id(prompt)),
        "promptInPlanKey": {"name": prompt.spec.name, "folderKey": {"name": stream.folder}},
        "planId": PLAN_ID,
        "folderId": folder_id(stream.folder),
        "workstationInPlanKey": workstation_key(stream.workstation),
        "jobId": encode(run_id(job.run)) if job else None,
        "jobInPlanKey": job_key(job.run, encode) if job else None,
        "jobStreamId": encode(stream_id(stream)),
        "jobStreamInPlanKey": stream_key(stream, encode),
        "text": prompt.spec.text,
        "status": prompt.state,
        "type": prompt.spec.kind,
        "number": prompt.number,
        "timeAsked": instant(prompt.asked_at),
        "timeRespond": instant(prompt.answered_at),
    }


def resource_json(resource: Resource, encode: IdEncoding) -> Json:
    """A ResourceInPlan."""
    key = {
        "name": resource.spec.name,
        "workstationInPlanKey": workstation_key(resource.workstation),
        "folderKey": {"name": resource.spec.folder},
    }
    return {
        "id": encode(resource_id(resource)),
        "resourceInPlanKey": key,
        "resourceKey": key,
        "planId": PLAN_ID,
        "folderId": folder_id(resource.spec.folder),
        "workstationId": encode(workstation_id(resource.workstation)),
        "description": resource.spec.description,
        "quantityDefined": resource.quantity,
        "quantityAvailable": resource.available,
        "quantityInUse": resource.in_use,
        "status": resource_status(resource),
        "holders": [
            {
                "jobStreamId": encode(stream_id(job.stream)),
                "jobStreamKey": stream_key(job.stream, encode),
                "jobId": encode(run_id(job.run)),
                "jobKey": job_key(job.run, encode),
                "quantity": units,
            }
            for job, units in resource.holders.items()
        ],
    }


def file_json(file: WatchedFile, encode: IdEncoding) -> Json:
    """A FileInPlan."""
    return {
        "id": encode(file_id(file)),
        "fileInPlanKey": {
            "id": encode(file_id(file)),
            "name": file.path,
            "workstationInPlanKey": workstation_key(file.workstation),
        },
        "planId": PLAN_ID,
        "workstationId": encode(workstation_id(file.workstation)),
        "status": file_status(file),
    }


def domain_json(plan: Plan, encode: IdEncoding) -> Json:
    """The DomainInPlan: there is one, that of the master."""
    manager = next(workstation for workstation in plan.workstations if workstation.spec.master)
    return {
        "id": encode(DOMAIN),
        "domainInPlanKey": {"name": DOMAIN},
        "planId": PLAN_ID,
        "managerWorkstationKey": workstation_key(manager),
    }
