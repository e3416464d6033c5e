"""From the JSON of the REST API V1 to the models. Tolerates what is missing, null, unknown or new.

Member names after the V1 API document of 10.2.8 and the vendor's samples (checked 2026-11-23). Durations are in
milliseconds. A JobInPlan is one run: the job's figures are those of its last.
"""

from datetime import datetime

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.dialect import EngineFacts, Follower
from resync_bot.tws.models import (
    AlertLevel,
    CriticalJob,
    Dependency,
    Issue,
    Job,
    JobStream,
    PlanInfo,
    Prompt,
    Reason,
    Resource,
    ResourceHolder,
    Run,
    Workstation,
)
from resync_bot.tws.v1.statuses import internal_status
from resync_bot.tws.wire import Node
from resync_bot.tws.words import folder, path, status_of

NO_LIMIT = -1
HIGHEST_LIMIT = 1024  # a workstation's; what is above it means none
_TYPES = {"XA": "X-AGENT", "SA": "S-AGENT", "BROKER": "WORKLOAD_BROKER", "DYNAMIC_POOL": "D-POOL"} | {
    "REMOTE_ENGINE": "REM-ENG"
}
_PROMPT_STATUSES = {"YES": "ANSWERED_YES", "NO": "ANSWERED_NO", "INACT": "NOT_ASKED", "INACTIVE": "NOT_ASKED"}
_ALERT_LEVELS = {level.value: level for level in AlertLevel}


def facts(node: Node) -> EngineFacts:
    """An EngineInfo."""
    return EngineFacts(
        version=node.text("displayVersion") or node.text("fullVersion") or node.text("version") or "unknown",
        zone=node.text("planTimezone") or node.text("timezone"),
        has_database_plan=node.flag("hasDatabasePlan") is not False,
    )


def plan(node: Node) -> PlanInfo:
    """The current plan in an EngineInfo, whose members are spelt so."""
    return PlanInfo(
        name="current",
        run_number=node.integer("synphonyRunNumber"),
        starts=node.instant("synphonyPlanStart"),
        ends=node.instant("synphonyPlanEnd"),
        scheduled=node.instant("synphonyScheduledDate"),
        batchman=node.text("synphonyBatchManStatus"),
        master=node.text("masterWorkstation"),
    )


def kept_plan(node: Node) -> PlanInfo:
    """A SymphonyInPlan."""
    return PlanInfo(
        id=node.text("id") or node.text("dbId") or "",
        name=node.node("key").text("name"),
        run_number=node.integer("runNumber"),
        starts=node.instant("validFrom") or node.instant("creationDate"),
        ends=node.instant("validTo"),
        master=node.text("masterWorkstationName"),
    )


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


def followers_of_job(node: Node) -> tuple[Follower, ...]:
    """Those that a JobInPlan names as its successors, each once."""
    return _followers([*node.nodes("internalSuccessors"), *node.nodes("externalSuccessors")])


def followers_of_stream(node: Node) -> tuple[Follower, ...]:
    """Those that a JobStreamInPlan names as its successors, each once."""
    return _followers(node.nodes("successors"))


def _followers(nodes: list[Node]) -> tuple[Follower, ...]:
    found: dict[Follower, None] = {}
    for node in nodes:
        job_id, stream_id = node.text("jobSuccId"), node.text("jobStreamSuccId")
        if job_id is not None:
            found[Follower(job_id, is_job=True)] = None
        elif stream_id is not None:
            found[Follower(stream_id, is_job=False)] = None
    return tuple(found)


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
        login=definition.text("userLogin"),
        command=_masked(definition.text("taskString") or definition.text("commandText")),
        unresolved_dependencies=node.node("dependenciesStats").number("numberOfUnresolvedDependencies"),
        runs=(its_run,) if detailed and its_run.internal_status not in {"HOLD", "READY", "ADD", "SCHED"} else (),
        dependencies=dependencies(node.node("dependencies")) if detailed else (),
    )


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


def dependencies(node: Node) -> tuple[Dependency, ...]:
    """A JobDependenciesInPlan or DependenciesInPlan: a list for each kind."""
    return (
        *(_internal(one) for one in node.nodes("internalDependencyInPlan")),
        *(_external(one) for one in node.nodes("externalDependencyInPlan")),
        *(_internetwork(one) for one in node.nodes("internetworkDependenciesInPlan")),
        *(_prompt_dependency(one) for one in node.nodes("promptDependencyInPlan")),
        *(_file_dependency(one) for one in node.nodes("fileDependencyInPlan")),
        *(_resource_dependency(one) for one in node.nodes("resourceDependencyInPlan")),
    )


def _internal(node: Node) -> Dependency:
    return Dependency(
        kind="INTERNAL",
        on=node.node("jobInPlanKey").text("name") or "",
        target_id=node.text("jobId"),
        satisfied=node.flag("satisfied"),
        detail=_conditions(node),
    )


def _external(node: Node) -> Dependency:
    job_key = node.node("jobKey")
    stream = stream_name(node.node("jobStreamKey") or job_key.node("jobStreamInPlanKey"))
    name = job_key.text("name")
    return Dependency(
        kind="EXTERNAL_JOB" if name else "EXTERNAL_JOBSTREAM",
        on=f"{stream}.{name}" if name else stream,
        target_id=node.text("jobId") if name else node.text("jobStreamId"),
        satisfied=node.flag("satisfied"),
        detail=_conditions(node),
    )


def _conditions(node: Node) -> str | None:
    words = [*node.texts("statusConditions"), *(node.text("outputConditionList") or "").split(",")]
    return ", ".join(word.strip() for word in words if word.strip()) or None


def _internetwork(node: Node) -> Dependency:
    return Dependency(
        kind="INTERNETWORK",
        on=node.text("dependency") or "",
        target_id=node.text("jobId"),
        satisfied=node.flag("satisfied"),
    )


def _prompt_dependency(node: Node) -> Dependency:
    return Dependency(
        kind="PROMPT",
        on=node.node("promptKey").text("name") or "",
        target_id=node.text("promptId"),
        satisfied=node.flag("satisfied"),
        detail=_masked(node.text("text")),
    )


def _file_dependency(node: Node) -> Dependency:
    file = node.node("fileInPlan")
    return Dependency(
        kind="FILE",
        on=file.node("fileInPlanKey").text("name") or "",
        target_id=file.text("id"),
        satisfied=node.flag("satisfied"),
    )


def _resource_dependency(node: Node) -> Dependency:
    units = node.number("quantity")
    return Dependency(
        kind="RESOURCE",
        on=_resource_name(node.node("resourceKey")),
        target_id=node.text("resourceId"),
        satisfied=node.flag("satisfied"),
        detail=None if units is None else str(units),
    )


def stream(node: Node) -> JobStream:
    """A JobStreamInPlan."""
    key, stats, limits, times = (
        node.node("key"),
        node.node("jobStreamStats"),
        node.node("timeRestriction"),
        node.node("timeInfo"),
    )
    status = node.node("status")
    internal = internal_status(status.text("internalStatus"))
    limit = node.number("limit")
    return JobStream(
        id=node.text("id") or key.text("id") or "",
        name=key.text("name") or node.text("originalJobStreamName") or "",
        folder=folder_of(key.node("folderKey")) if key.has("folderKey") else folder(node.text("folderName")),
        workstation=key_path(key.node("workstationKey")) or key_path(node.node("workstation")),
        scheduled=key.instant("startTime"),
        status=status_of(status.text("commonStatus"), internal),
        internal_status=internal,
        priority=node.number("priority"),
        limit=None if limit == NO_LIMIT else limit,
        jobs=stats.number("numberOfJob") or 0,
        successful=stats.number("numberOfSuccessfullJob") or 0,
        running=stats.number("numberOfExecutingJob") or 0,
        abended=stats.number("numberOfAbendedJob") or 0,
        failed=stats.number("numberOfFailedJob") or 0,
        not_run=stats.number("numberOfNotRunningJob") or 0,
        started=times.instant("actualStartTime"),
        ended=times.instant("actualEndTime"),
        elapsed_seconds=times.milliseconds("elapsedTime"),
        estimated_seconds=times.milliseconds("estimatedDuration"),
        start_at=limits.instant("startTime"),
        latest_start=limits.instant("untilTime"),
        deadline=limits.instant("deadlineTime"),
        late=bool(node.flag("lateJobStream")),
        carried_forward=bool(node.flag("carriedForward")),
        dependencies=dependencies(node.node("dependencies")),
    )


def jobs_of_stream(node: Node) -> tuple[Job, ...]:
    """The jobs in a JobStreamInPlan: they leave out the stream that they stand in; of a chain only the last run."""
    its_stream = stream(node)
    found = [one for one in node.nodes("jobs") if one.flag("lastInRerunChain") is not False]
    return tuple(
        listed.model_copy(
            update={
                "stream": its_stream.name,
                "stream_id": its_stream.id,
                "folder": its_stream.folder,
                "workstation": listed.workstation or its_stream.workstation,
                "scheduled": its_stream.scheduled,
            }
        )
        for listed in (job(one, detailed=False) for one in found)
    )


def workstation(node: Node) -> Workstation:
    """A WorkstationInPlan."""
    key = node.node("key") or node.node("workstationInPlanKey")
    kind, limit = node.text("type") or "UNKNOWN", node.number("limit")
    return Workstation(
        id=node.text("id") or "",
        name=key.text("name") or "",
        folder=folder_of(key.node("folderKey")) if key.has("folderKey") else folder(node.text("folderName")),
        kind=_TYPES.get(kind, kind),
        linked=node.text("linkStatus") in {"LINKED", "FULLY_LINKED", "NOT_APPLICABLE"},
        running=bool(node.flag("jobmanUp")),
        limit=None if limit is None or not 0 <= limit <= HIGHEST_LIMIT else limit,
        fence=node.number("fence") or 0,
        domain=node.node("domainInPlanKey").text("name"),
        os=node.text("os"),
        version=node.text("version"),
        host=node.text("nodeName"),
    )


def prompt(node: Node) -> Prompt:
    """A PromptInPlan."""
    status = node.text("status") or "UNKNOWN"
    stream_key, job_key = node.node("jobStreamInPlanKey"), node.node("jobInPlanKey")
    stream_key = stream_key or job_key.node("jobStreamInPlanKey")
    its_stream = stream_name(stream_key) if stream_key else None
    its_job = job_key.text("name")
    return Prompt(
        id=node.text("id") or "",
        name=node.node("promptInPlanKey").text("name"),
        number=node.number("number"),
        text=mask_secrets(node.text("text") or ""),
        status=_PROMPT_STATUSES.get(status, status),
        kind=node.text("type"),
        workstation=key_path(node.node("workstationInPlanKey")) or None,
        job=f"{its_stream}.{its_job}" if its_job and its_stream else its_job,
        stream=its_stream,
        asked=node.instant("timeAsked"),
    )


def resource(node: Node) -> Resource:
    """A ResourceInPlan."""
    key = node.node("resourceInPlanKey") or node.node("resourceKey")
    return Resource(
        id=node.text("id") or "",
        name=key.text("name") or "",
        folder=folder_of(key.node("folderKey")),
        workstation=key_path(key.node("workstationInPlanKey")),
        status=node.text("status") or "UNDECIDED",
        quantity=node.number("quantityDefined") or 0,
        in_use=node.number("quantityInUse") or 0,
        available=node.number("quantityAvailable") or 0,
        holders=tuple(_holder(one) for one in node.nodes("holders")),
    )


def _holder(node: Node) -> ResourceHolder:
    job_key = node.node("jobKey")
    stream_key = node.node("jobStreamKey") or job_key.node("jobStreamInPlanKey")
    its_stream = stream_name(stream_key) if stream_key else node.text("jobStreamInternalName")
    name = job_key.text("name")
    return ResourceHolder(
        job=f"{its_stream}.{name}" if name and its_stream else name,
        stream=its_stream,
        quantity=node.number("quantity") or 0,
    )


def issue(node: Node) -> Issue:
    """A WAObjectIssue, with or without the object around it."""
    inner = node.node("value") or node
    return Issue(
        job_id=inner.text("id") or "",
        kind=inner.text("issueType") or "UNKNOWN",
        message=mask_secrets(inner.text("issueMessage") or ""),
    )


def key_path(key: Node) -> str:
    """A WorkstationInPlanKey as people write it: `CPUA`, or `/EU/CPUA` in a folder."""
    name = key.text("name") or ""
    if name.startswith("/") or not name:
        return path(name)
    where = folder_of(key.node("folderKey"))
    return path(f"{where.rstrip('/')}/{name}") if where != "/" else name


def folder_of(key: Node) -> str:
    """A FolderKey; the root if it says nothing."""
    return folder(key.text("name") or key.text("keyText"))


def stream_name(key: Node) -> str:
    """A JobStreamInPlanKey as operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
    where = folder_of(key.node("folderKey")).rstrip("/")
    return f"{key_path(key.node('workstationKey'))}#{where}/{key.text('name') or '?'}"


def _resource_name(key: Node) -> str:
    where = folder_of(key.node("folderKey")).rstrip("/")
    return f"{key_path(key.node('workstationInPlanKey'))}#{where}/{key.text('name') or ''}"


def _estimated(node: Node, definition: Node) -> int | None:
    return definition.milliseconds("estimatedDuration") or node.node("timeInfo").milliseconds("estimatedDuration")


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:g} %"


def _masked(text: str | None) -> str | None:
    return mask_secrets(text) if text else None
