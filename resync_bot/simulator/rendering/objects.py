"""Workstations, resources and prompts as the API tells them."""

from resync_bot.simulator import draws
from resync_bot.simulator.facts import active_states, owning_stream, resource_status
from resync_bot.simulator.plan import Job, Prompt, Resource, Workstation
from resync_bot.simulator.rendering.formats import ENGINE_ID, PLAN_ID, Json, actions, instant


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
        "actions": actions(
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
        "actions": actions(["REPLY_YES_PROMPT", "REPLY_NO_PROMPT"] if open_ else [], prompt.id),
        "archived": False,
    }
