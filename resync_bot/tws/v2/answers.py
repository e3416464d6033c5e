"""From the JSON of the REST API V2 to the models. Tolerates what is missing, null, unknown or new.

Member names after WA_API3_v2.json 10.1.0.1 (checked 2026-11-23).
"""

from math import inf

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.dialect import EngineFacts
from resync_bot.tws.models import (
    CriticalJob,
    Dependency,
    Issue,
    Job,
    JobStream,
    Prompt,
    Resource,
    ResourceHolder,
    Run,
    Status,
    Workstation,
)
from resync_bot.tws.wire import Node
from resync_bot.tws.words import folder, key, path, reason_of, status_of

NO_LIMIT = frozenset({-1})  # a stream without a limit; workstations leave it out


def facts(node: Node) -> EngineFacts:
    """An EngineInfoV2."""
    version = node.text("displayVersion") or node.text("fullVersion") or "unknown"
    return EngineFacts(version=version, zone=node.text("timezone"))


def critical_job(node: Node) -> CriticalJob:
    """A JobInPlanV2 that is critical: V2 tells no risk."""
    found = listed_job(node)
    return CriticalJob(job=found, critical_start=found.critical_start, deadline=found.deadline)


def listed_job(node: Node) -> Job:
    """A JobInPlanV2 as lists show it: runs and dependencies belong to the detail alone."""
    return job(node, detailed=False)


def job(node: Node, *, detailed: bool = True) -> Job:
    """A JobInPlanV2."""
    status, definition, options = (
        node.node("lastRunCompositeStatus"),
        node.node("jobDefinition"),
        node.node("jobOptions"),
    )
    times, flags = node.node("timeRestrictions"), node.node("jobStatusFlags")
    raw_runs = node.nodes("jobruns")
    runs = tuple(sorted(map(run, raw_runs), key=_start))
    last = next((one for one in reversed(runs) if one.kind != "RECOVERY"), None)
    internal = status.text("status") or (last.internal_status if last else "")
    common = node.text("lastRunCommonStatus")
    canceled = bool(status.flag("canceled"))
    public = status_of(common, internal)
    logins = definition.texts("userLogins")
    stream_workstation = path(node.text("jobStreamWorkstation"))
    workstation_path = path(node.text("workstation")) or stream_workstation
    return Job(
        id=node.text("id") or "",
        stream_id=node.text("jobStreamId") or "",
        name=node.text("name") or definition.text("name") or "",
        folder=folder(node.text("folder")),
        workstation=workstation_path,
        stream=node.text("jobStreamName") or "",
        stream_workstation=stream_workstation if stream_workstation not in {"", workstation_path} else None,
        scheduled=node.instant("schedTime"),
        status=Status.CANCELED if canceled and common is None else public,
        internal_status=internal,
        reason=reason_of(status.text("substatus")),
        canceled=canceled,
        priority=node.number("priority"),
        return_code=last.return_code if last else None,
        job_number=last.number if last else None,
        started=last.started if last else None,
        ended=(last.ended if last else None) or node.instant("endTime"),
        elapsed_seconds=last.elapsed_seconds if last else None,
        estimated_seconds=definition.seconds("estimatedDuration") or _estimated(raw_runs),
        start_at=times.instant("startTime"),
        latest_start=times.instant("latestStartTime"),
        deadline=times.instant("deadlineTime"),
        late=bool(flags.flag("jobLate")),
        deadline_passed=bool(flags.flag("deadlineHasPassed")),
        critical=bool(options.flag("critical")),
        critical_start=node.instant("criticalStart"),
        confidence=node.text("confidenceInterval"),
        needs_confirmation=bool(options.flag("requiresConfirmation")),
        recovery_option=definition.text("recoveryOption"),
        recovery_job=definition.text("recoveryJobName"),
        login=logins[0] if logins else None,
        command=_command(definition.node("task")),
        unresolved_dependencies=node.node("dependenciesStats").number("numberOfUnresolvedDependencies"),
        runs=runs if detailed else (),
        dependencies=_all_dependencies(node) if detailed else (),
    )


def _estimated(raw_runs: list[Node]) -> int | None:
    """From the runs, where the definition is left out."""
    for one in reversed(raw_runs):
        if seconds := one.node("timeInfo").seconds("estimatedDuration"):
            return seconds
    return None


def run(node: Node) -> Run:
    """A JobRunInstanceV2."""
    status, times = node.node("compositeStatus"), node.node("timeInfo")
    internal = status.text("status") or ""
    return Run(
        id=node.text("id") or "",
        number=node.number("jobNumber"),
        status=status_of(node.text("commonStatus"), internal),
        internal_status=internal,
        kind=node.text("rerunType") or "REGULAR",
        attempt=node.number("runAttempt") or 1,
        last_in_chain=node.flag("lastInRerunChain") is not False,
        return_code=node.number("returnCode"),
        workstation=path(node.text("actualWorkstation")) or None,
        started=times.instant("actualStartTime"),
        ended=times.instant("actualEndTime"),
        elapsed_seconds=times.seconds("elapsedTime"),
        job_name=node.text("name") or node.node("jobDefinition").text("name"),
    )


def _start(one: Run) -> float:
    """Oldest first. A run that could not be launched has only an end; one that waits comes last."""
    moment = one.started or one.ended
    return moment.timestamp() if moment else inf


def _command(task: Node) -> str | None:
    for _, inner in task.members():
        if text := inner.text("taskString"):
            return mask_secrets(text)
    text = task.text("taskString")
    return mask_secrets(text) if text else None


def _all_dependencies(node: Node) -> tuple[Dependency, ...]:
    return tuple(found for one in node.nodes("dependencies") for found in dependencies(one))


def dependencies(node: Node) -> list[Dependency]:
    """A DependencyInPlanV2; a join that is not satisfied also brings its members."""
    kind = node.text("dependencyType") or "UNKNOWN"
    satisfied = node.flag("satisfied")
    if satisfied is None and (word := node.text("dependencyStatus")) is not None:
        satisfied = word == "SATISFIED"
    conditions = ", ".join([*node.texts("statusConditions"), *node.texts("outputConditions")]) or None
    on, target, detail = _target(kind, node)
    found = Dependency(kind=kind, on=on, target_id=target, satisfied=satisfied, detail=detail or conditions)
    members = [] if satisfied else [one for member in node.nodes("members") for one in dependencies(member)]
    return [found, *members]


def _target(kind: str, node: Node) -> tuple[str, str | None, str | None]:
    """What it names, the id to look it up with, and a detail."""
    found: tuple[str | None, str | None, str | None]
    match kind:
        case "INTERNAL":
            found = node.text("jobName"), node.text("jobId"), None
        case "EXTERNAL_JOB":
            found = f"{_stream_name(node)}.{node.text('jobName') or '?'}", node.text("jobId"), None
        case "EXTERNAL_JOBSTREAM":
            found = _stream_name(node), node.text("jobStreamId"), None
        case "PROMPT":
            text = node.text("text")
            found = node.text("promptName"), node.text("id"), mask_secrets(text) if text else None
        case "FILE":
            found = node.node("file").text("name"), node.node("file").text("id"), None
        case "RESOURCE":
            units = node.number("quantity")
            found = _resource_name(node), node.text("id"), None if units is None else str(units)
        case "JOIN":
            found = node.text("joinName"), None, None
        case _:
            found = node.text("dependency"), node.text("id"), None
    on, target, detail = found
    return on or "", target, detail


def _stream_name(node: Node) -> str:
    name = f"{folder(node.text('jobStreamFolder')).rstrip('/')}/{node.text('jobStreamName') or '?'}"
    return f"{path(node.text('jobStreamWorkstation'))}#{name}"


def _resource_name(node: Node) -> str:
    return f"{path(node.text('workstation'))}#{folder(node.text('folder')).rstrip('/')}/{node.text('name') or ''}"


def stream(node: Node) -> JobStream:
    """A JobStreamInPlanV2."""
    status, stats, times = node.node("compositeStatus"), node.node("jobStreamStats"), node.node("timeInfo")
    limits = node.node("timeRestrictions")
    internal = status.text("status") or ""
    limit = node.number("limit")
    return JobStream(
        id=node.text("id") or "",
        name=node.text("name") or node.text("originalJobStreamName") or "",
        folder=folder(node.text("folder")),
        workstation=path(node.text("workstation")),
        scheduled=node.instant("schedTime"),
        status=status_of(node.text("commonStatus"), internal),
        internal_status=internal,
        reason=status.text("substatus"),
        priority=node.number("priority"),
        limit=None if limit in NO_LIMIT else limit,
        jobs=stats.number("numberOfJob") or 0,
        successful=stats.number("numberOfSuccessfullJob") or 0,
        running=stats.number("numberOfExecutingJob") or 0,
        abended=stats.number("numberOfAbendedJob") or 0,
        failed=stats.number("numberOfFailedJob") or 0,
        not_run=stats.number("numberOfNotRunningJob") or 0,
        started=times.instant("actualStartTime"),
        ended=times.instant("actualEndTime"),
        elapsed_seconds=times.seconds("elapsedTime"),
        estimated_seconds=times.seconds("estimatedDuration"),
        start_at=limits.instant("startTime"),
        latest_start=limits.instant("latestStartTime"),
        deadline=limits.instant("deadlineTime"),
        late=bool(node.node("jsStatusFlags").flag("lateJobStream")),
        carried_forward=bool(node.node("jsDefinitionFlags").flag("carriedForward")),
        dependencies=_all_dependencies(node),
    )


def job_or_stream(node: Node) -> Job | JobStream:
    """A FlowNodeInPlanV2; where the engine does not say which, a job has a job stream."""
    kind = node.text("flowNodeType") or ("JOB" if node.text("jobStreamId") else "JOBSTREAM")
    return job(node) if kind == "JOB" else stream(node)


def workstation(node: Node) -> Workstation:
    """A WorkstationInPlanV2."""
    states = frozenset(node.texts("activeStates"))
    limit = node.number("limit")
    return Workstation(
        id=node.text("id") or "",
        name=node.text("name") or "",
        folder=folder(node.text("folder")),
        kind=node.text("type") or "UNKNOWN",
        linked=not states.isdisjoint({"LINKED", "FULLY_LINKED", "DIRECTLY_LINKED", "HOST_LINKED", "EXTENDED_LINKED"}),
        running=not states.isdisjoint({"JOBMAN_UP", "RUNNING"}),
        limit=None if limit is None or limit > 1024 or limit < 0 else limit,
        fence=node.number("fence") or 0,
        domain=node.text("domainName"),
        os=node.text("os"),
        version=node.text("version"),
        host=node.text("nodeName"),
    )


def prompt(node: Node) -> Prompt:
    """A PromptInPlanV2."""
    return Prompt(
        id=node.text("id") or "",
        name=node.text("name"),
        number=node.number("number"),
        text=mask_secrets(node.text("text") or ""),
        status=node.text("status") or "UNKNOWN",
        kind=node.text("type"),
        workstation=path(node.text("workstation")) or None,
        job=key(node.text("jobKey")),
        stream=key(node.text("jobStreamKey")),
        asked=node.instant("timeAsked"),
    )


def resource(node: Node) -> Resource:
    """A ResourceInPlanV2."""
    return Resource(
        id=node.text("id") or "",
        name=node.text("name") or "",
        folder=folder(node.text("folder")),
        workstation=path(node.text("workstation")),
        status=node.text("status") or "UNDECIDED",
        quantity=node.number("quantity") or 0,
        in_use=node.number("quantityInUse") or 0,
        available=node.number("quantityAvailable") or 0,
        holders=tuple(
            ResourceHolder(
                job=key(holder.text("jobKey") or holder.text("job")),
                stream=key(holder.text("jobStream")),
                quantity=holder.number("quantity") or 0,
            )
            for holder in node.nodes("holders")
        ),
    )


def issue(node: Node) -> Issue:
    """An Issue."""
    return Issue(
        job_id=node.text("id") or "",
        kind=node.text("issueType") or "UNKNOWN",
        message=mask_secrets(node.text("issueMessage") or ""),
    )
