"""From the JSON of the REST API V1: jobs, which are runs there, and their critical network.

Member names after the V1 API document of 10.2.8 and the vendor's samples (checked 2026-11-23). Durations are in
milliseconds. A JobInPlan is one run: the job's figures are those of its last.
"""

from datetime import datetime

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.models import AlertLevel, CriticalJob, Job, JobStream, Reason, Run
from resync_bot.tws.v1.dependencies import dependencies
from resync_bot.tws.v1.keys import folder_of, key_path
from resync_bot.tws.v1.statuses import internal_status
from resync_bot.tws.wire import Node
from resync_bot.tws.words import path, status_of

_ALERT_LEVELS = {level.value: level for level in AlertLevel}
# What has not begun is no run yet.
_NOT_BEGUN = frozenset({"HOLD", "READY", "ADD", "SCHED"})


def job(node: Node, *, detailed: bool = True) -> Job:
    """A JobInPlan."""
    stream, definition, times = node.node("jobStreamInPlan"), node.node("jobDefinition"), node.node("timeRestriction")
    return _job(
        node,
        name=node.text("name") or definition.node("jobDefinitionInPlanKey").text("name") or "",
        stream=stream,
        times=times,
        detailed=detailed,
    )


def critical_job(node: Node) -> CriticalJob:
    """A JobInPlanOnCriticalNetwork."""
    network, risk = node.node("criticalNetworkInfo"), node.node("criticalNetworkInfo").node("criticalJobInfo")
    found = network_job(node)
    return CriticalJob(
        job=found,
        alert_level=_ALERT_LEVELS.get(risk.text("alertLevel") or ""),
        critical_start=network.instant("criticalStart"),
        deadline=risk.instant("appliedDeadlineTime") or found.deadline,
        estimated_start=network.instant("estimatedStartTime"),
        estimated_end=network.instant("estimatedEndTime"),
        confidence_percent=risk.decimal("confidenceFactor"),
    )


def network_job(node: Node) -> Job:
    """A JobInPlanOnCriticalNetwork as a job."""
    key = node.node("key")
    return _job(
        node,
        name=key.text("name") or node.node("jobDefinition").node("jobDefinitionInPlanKey").text("name") or "",
        stream=key.node("jobStreamInPlanKey"),
        times=node.node("timeRestriction"),
        detailed=False,
    )


def network_node(node: Node) -> Job | JobStream:
    """A JobInPlanOnCriticalNetwork, which may stand for a whole job stream."""
    if node.flag("isJob") is not False:
        return network_job(node)
    key, status = node.node("key").node("jobStreamInPlanKey"), node.node("status")
    internal = internal_status(status.text("internalStatus"))
    return JobStream(
        id=node.text("jobStreamId") or key.text("id") or "",
        name=key.text("name") or "",
        folder=folder_of(key.node("folderKey")),
        workstation=key_path(key.node("workstationKey")),
        scheduled=key.instant("startTime"),
        status=status_of(status.text("commonStatus"), internal),
        internal_status=internal,
    )


def _job(node: Node, *, name: str, stream: Node, times: Node, detailed: bool) -> Job:
    definition, status, network = node.node("jobDefinition"), node.node("status"), node.node("criticalNetworkInfo")
    internal = internal_status(status.text("internalStatus"))
    stream_workstation = key_path(stream.node("workstationKey"))
    workstation_path = (
        key_path(node.node("workstationInPlan"))
        or key_path(definition.node("jobDefinitionInPlanKey").node("workstationInPlanKey"))
        or stream_workstation
    )
    its_run = run(node)
    return Job(
        id=node.text("id") or "",
        stream_id=node.text("jobStreamId") or stream.text("id") or "",
        name=name,
        folder=folder_of(stream.node("folderKey")),
        workstation=workstation_path,
        stream=stream.text("name") or "",
        stream_workstation=stream_workstation if stream_workstation not in {"", workstation_path} else None,
        scheduled=stream.instant("startTime"),
        status=its_run.status,
        internal_status=internal,
        reason=_reason(node, internal, times.instant("startTime")),
        canceled=bool(status.flag("canceled")),
        cancel_pending=bool(node.flag("pendingCancellation")),
        priority=node.integer("priority"),
        return_code=its_run.return_code,
        job_number=its_run.number,
        started=its_run.started,
        ended=its_run.ended,
        elapsed_seconds=its_run.elapsed_seconds,
        estimated_seconds=_estimated(node, definition),
        start_at=times.instant("startTime"),
        latest_start=times.instant("untilTime"),
        deadline=times.instant("deadlineTime"),
        late=bool(node.flag("jobLate") or network.flag("late")),
        deadline_passed=bool(node.flag("jobLate")),
        critical=bool(network.flag("critical")),
        critical_start=network.instant("criticalStart"),
        confidence=_percent(network.node("criticalJobInfo").decimal("confidenceFactor")),
        needs_confirmation=bool(node.flag("requiresConfirmation")),
        recovery_option=definition.text("recoveryOption"),
        recovery_job=definition.node("recoveryJobKey").text("name"),
        recovery_reruns=definition.integer("recoveryRepeatOccurrences"),
        recovery_interval_seconds=definition.milliseconds("recoveryRepeatInterval"),
        login=definition.text("userLogin"),
        command=_masked(definition.text("taskString") or definition.text("commandText")),
        unresolved_dependencies=node.node("dependenciesStats").number("numberOfUnresolvedDependencies"),
        runs=(its_run,) if detailed and _tells_of_runs(node, its_run) else (),
        dependencies=dependencies(node.node("dependencies")) if detailed else (),
    )


def _tells_of_runs(node: Node, its_run: Run) -> bool:
    """It has begun, or, waiting again, it ran before."""
    return its_run.internal_status not in _NOT_BEGUN or bool(node.integer("rerunInstancesNumber"))


def run(node: Node) -> Run:
    """A JobInPlan as the run that it is; its id leads to its log."""
    status, times = node.node("status"), node.node("timeInfo")
    internal = internal_status(status.text("internalStatus"))
    ended = times.instant("actualEndTime")
    return Run(
        id=node.text("id") or "",
        number=node.integer("jobNumber"),
        status=status_of(status.text("commonStatus"), internal),
        internal_status=internal,
        kind=_kind_of_run(node),
        attempt=(node.integer("rerunInstancesNumber") or 0) + 1,
        last_in_chain=node.flag("lastInRerunChain") is not False,
        return_code=node.node("jobDefinition").integer("returnCode") if ended else None,
        workstation=path(node.text("actualWorkstation")) or None,
        started=times.instant("actualStartTime"),
        ended=ended,
        elapsed_seconds=times.milliseconds("elapsedTime"),
        job_name=node.text("name"),
    )


def _kind_of_run(node: Node) -> str:
    """V1's word for reruns does not tell those that a recovery made; a flag does."""
    kind = node.text("rerunType") or "REGULAR"
    return "RECOVERY_RERUN" if kind == "RERUN" and node.flag("recoveryRerunJob") else kind


def belongs_to_chain(node: Node, of: Job) -> bool:
    """Whether a run is one of the job's: by its own name, or, of a recovery job, by that of the run it recovers."""
    return of.name in {node.text("name"), node.text("headJobRunName")}


def _reason(node: Node, internal: str, start_at: datetime | None) -> Reason | None:
    """Why it waits. V1 has no such member: it is told by others, those that a person would look at first."""
    is_zero = node.flag("heldByUser") or node.integer("priority") == 0
    match internal:
        case "HOLD" | "SCHED" | "ADD" | "FENCE" if is_zero:
            return Reason.HOLD_PRIORITY_ZERO
        case "HOLD" | "ADD":
            return _reason_to_hold(node, start_at)
        case "READY" if node.flag("needResource"):
            return Reason.READY_WAITING_FOR_RESOURCES
        case "READY" | "SUSP" if not node.flag("needMessage"):
            return None
        case _:
            return _ALWAYS_BECAUSE.get(internal)


def _reason_to_hold(node: Node, start_at: datetime | None) -> Reason | None:
    unresolved = node.node("dependenciesStats").number("numberOfUnresolvedDependencies")
    kinds = _open_kinds(node)
    if kinds:
        return next(reason for kind, reason in _HELD_BY.items() if kind in kinds)
    if not unresolved and start_at is not None:
        return Reason.HOLD_WAITING_FOR_TIME
    return None


def _open_kinds(node: Node) -> set[str]:
    """Kinds of dependencies that are not satisfied; where only their numbers are known, those that there are."""
    listed = dependencies(node.node("dependencies"))
    if listed:
        return {one.kind for one in listed if one.satisfied is False} & _HELD_BY.keys()
    stats = node.node("dependenciesStats")
    if not stats.number("numberOfUnresolvedDependencies"):
        return set()
    return {kind for kind, member in _COUNTED_AS.items() if stats.number(member)}


_ALWAYS_BECAUSE = {
    "SCHED": Reason.HOLD_WAITING_FOR_TIME,
    "READY": Reason.READY_WAITING_FOR_USER_INTERVENTION,
    "SUSP": Reason.READY_WAITING_FOR_USER_INTERVENTION,
    "SUCC": Reason.SUCC_COMPLETED,
}
_HELD_BY = {
    "INTERNAL": Reason.HOLD_WAITING_FOR_PREDECESSOR,
    "EXTERNAL_JOB": Reason.HOLD_WAITING_FOR_PREDECESSOR,
    "EXTERNAL_JOBSTREAM": Reason.HOLD_WAITING_FOR_PREDECESSOR,
    "JOIN": Reason.HOLD_WAITING_FOR_PREDECESSOR,
    "INTERNETWORK": Reason.HOLD_WAITING_FOR_PREDECESSOR,
    "PROMPT": Reason.HOLD_WAITING_FOR_PROMPT,
    "FILE": Reason.HOLD_WAITING_FOR_FILE,
    "RESOURCE": Reason.READY_WAITING_FOR_RESOURCES,
}
_COUNTED_AS = {
    "EXTERNAL_JOB": "numberOfJobDependencies",
    "EXTERNAL_JOBSTREAM": "numberOfJobStreamDependencies",
    "INTERNETWORK": "numberOfInternetworkDependencies",
    "PROMPT": "numberOfPromptDependencies",
    "FILE": "numberOfFileDependencies",
    "RESOURCE": "numberOfResourceDependencies",
}


def _estimated(node: Node, definition: Node) -> int | None:
    return definition.milliseconds("estimatedDuration") or node.node("timeInfo").milliseconds("estimatedDuration")


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:g} %"


def _masked(text: str | None) -> str | None:
    return mask_secrets(text) if text else None
