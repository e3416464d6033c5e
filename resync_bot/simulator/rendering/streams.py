"""Job streams as the API tells them: JobStreamInPlanV2."""

from datetime import datetime

from resync_bot.simulator import draws
from resync_bot.simulator.facts import stream_elapsed, stream_ended, stream_estimated, stream_started
from resync_bot.simulator.plan import Stream
from resync_bot.simulator.rendering.dependencies import stream_dependencies, stream_dependency_stats
from resync_bot.simulator.rendering.formats import ENGINE_ID, PLAN_ID, Json, Scope, actions, duration, instant
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import is_canceled, stream_common_status, stream_state


def stream_json(stream: Stream, now: datetime, scope: Scope) -> Json:
    """A JobStreamInPlanV2, without its jobs."""
    _, dependencies = scope.value
    state, started = stream_state(stream, now), stream_started(stream)
    return {
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
            "cancelPending": stream.cancel_pending and not is_canceled(stream),
            "canceled": is_canceled(stream),
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
        "jobStreamStats": stream_stats(stream),
        "dependencies": stream_dependencies(stream) if dependencies else None,
        "dependenciesStats": stream_dependency_stats(stream),
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
        "actions": actions(["HOLD_JOBSTREAM", "CANCEL_JOBSTREAM"] if not stream.succeeded else [], stream.id),
        "archived": False,
    }


def stream_stats(stream: Stream) -> Json:
    """How its jobs stand, in numbers: names and their spelling are the API's, of V2 and V1."""
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
