"""Jobs as members of a network: JobInPlanOnCriticalNetwork, told of critical jobs, predecessors and successors."""

from collections.abc import Iterable
from datetime import datetime

from resync_bot.simulator.facts import dependency_states, max_duration_gone
from resync_bot.simulator.plan import Job, Stream
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.dependencies import job_dependency_stats
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import stream_common_status, stream_state
from resync_bot.simulator.v1.critical import Assurance, Forecast, late, long_running, on_network
from resync_bot.simulator.v1.ids import IdEncoding, definition_id, run_id, stream_id
from resync_bot.simulator.v1.jobs import definition_json, status_json, time_info, time_restriction
from resync_bot.simulator.v1.keys import job_key, milliseconds, stream_key


def node_json(node: Job | Stream, now: datetime, encode: IdEncoding) -> Json:
    """A job, or a stream that stands among jobs, in a network."""
    if isinstance(node, Stream):
        return _stream(node, now, encode)
    run = node.run
    unresolved = [
        d.predecessor
        for d, state in zip(node.predecessors, dependency_states(node), strict=False)
        if state == "UNSATISFIED"
    ]
    return {
        "id": encode(run_id(run)),
        "key": job_key(run, encode),
        "jobDefinition": definition_json(node, run.spec) | {"returnCode": run.return_code},
        "jobDefinitionId": definition_id(node),
        "jobStreamId": encode(stream_id(node.stream)),
        "description": node.spec.description or None,
        "predecessors": _ids((d.predecessor for d in node.predecessors), encode),
        "successors": _ids(node.successors, encode),
        "jobPredecessors": _ids((d.predecessor for d in node.predecessors if isinstance(d.predecessor, Job)), encode),
        "jobSuccessors": _ids((one for one in node.successors if isinstance(one, Job)), encode),
        "unresolvedPreds": _ids(unresolved, encode),
        "criticalNetworkInfo": on_network(node, now),
        "priority": node.priority,
        "monitored": node.spec.critical,
        "status": status_json(run, now),
        "timeInfo": time_info(run, now),
        "timeRestriction": time_restriction(node),
        "dependenciesStats": job_dependency_stats(node),
        "isJob": True,
        "isCancelled": node.canceled,
        "isHold": node.state is RunState.HOLD,
        "isRerunBlockedByStatus": not node.done,
        "isRerunBlockedBySecurity": False,
    }


def critical_json(assurance: Assurance, now: datetime, encode: IdEncoding) -> Json:
    """A critical job with all that is known of its risk."""
    return node_json(assurance.job, now, encode) | {"criticalNetworkInfo": _risk(assurance, now)}


def chain_json(job: Job, assurance: Assurance, forecast: Forecast, now: datetime, encode: IdEncoding) -> Json:
    """A job that the critical job waits for."""
    estimate = forecast.estimate(job)
    on_path = job in assurance.path
    body = node_json(job, now, encode) | {"isOnCriticalJobPath": on_path}
    body["criticalNetworkInfo"] |= {
        "onCriticalPath": on_path,
        "estimatedStartTime": instant(estimate.start),
        "estimatedEndTime": instant(estimate.end),
    }
    return body


def _risk(assurance: Assurance, now: datetime) -> Json:
    job, chain = assurance.job, assurance.predecessors
    return on_network(job, now) | {
        "onCriticalPath": True,
        "estimatedStartTime": instant(assurance.estimate.start),
        "estimatedEndTime": instant(assurance.estimate.end),
        "actualEnd": instant(job.run.ended_at),
        "criticalJobInfo": {
            "alertLevel": assurance.level,
            "lastCritPathRecalculation": instant(now),
            "appliedDeadlineTime": instant(assurance.deadline),
            "confidenceFactor": assurance.confidence,
            "criticalPathRemainingDuration": milliseconds(assurance.remaining.total_seconds()),
            "criticalJobStats": {
                "numberOfNotCompletedJobsOnCrithPath": sum(not one.done for one in assurance.path),
                "numberOfCompletedCriticalJobsPred": sum(one.done and not one.failed for one in chain),
                "numberOfActiveCriticalJobsPred": sum(one.state is RunState.EXEC for one in chain),
                "numberOfLateCriticalJobsPred": sum(late(one, now) for one in chain),
                "numberOfLongDurationCriticalJobsPred": sum(
                    long_running(one, now) or max_duration_gone(one, now) for one in chain
                ),
                "numberOfErrorCriticalJobsPred": sum(one.failed for one in chain),
                "numberofJobsOnHotList": len(assurance.hot),
            },
        },
    }


def _stream(stream: Stream, now: datetime, encode: IdEncoding) -> Json:
    return {
        "id": encode(stream_id(stream)),
        "key": {"id": encode(stream_id(stream)), "name": stream.name, "jobStreamInPlanKey": stream_key(stream, encode)},
        "jobStreamId": encode(stream_id(stream)),
        "predecessors": _ids((d.predecessor for d in stream.predecessors), encode),
        "successors": _ids(stream.successors, encode),
        "priority": stream.priority,
        "status": {
            "commonStatus": stream_common_status(stream, now),
            "internalStatus": stream_state(stream, now),
            "canceled": False,
        },
        "isJob": False,
        "isCancelled": False,
    }


def _ids(nodes: Iterable[Job | Stream], encode: IdEncoding) -> list[str]:
    return [encode(run_id(node.run) if isinstance(node, Job) else stream_id(node)) for node in nodes]
