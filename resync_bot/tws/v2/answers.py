"""From the objects of the REST API V2 (`shapes`) to the models. Tolerates what is missing, null, unknown or new.

Meanings of members after WA_API3_v2.json 10.1.0.1 (checked 2026-11-23).
"""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from math import inf
from typing import Any

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
from resync_bot.tws.shape import local, seconds
from resync_bot.tws.v2 import shapes
from resync_bot.tws.words import folder, key, path, reason_of, status_of

NO_LIMIT = frozenset({-1})  # a stream without a limit; workstations leave it out

# What is read of an object that is not there.
_NO_STATUS = shapes.CompositeStatus()
_NO_DEFINITION = shapes.JobDefinition()
_NO_OPTIONS = shapes.JobOptions()
_NO_FLAGS = shapes.JobStatusFlags()
_NO_RESTRICTIONS = shapes.TimeRestrictions()
_NO_TIMES = shapes.TimeInfo()
_NO_DEPENDENCIES_STATS = shapes.DependenciesStats()
_NO_STREAM_STATS = shapes.JobStreamStats()
_NO_STREAM_FLAGS = shapes.JobStreamStatusFlags()
_NO_STREAM_DEFINITION = shapes.JobStreamDefinitionFlags()
_NO_FILE = shapes.File()


def facts(node: shapes.EngineInfo) -> EngineFacts:
    """An EngineInfoV2."""
    return EngineFacts(version=node.display_version or node.full_version or "unknown", zone=node.timezone or None)


def critical_job(node: shapes.JobInPlan, zone: tzinfo) -> CriticalJob:
    """A JobInPlanV2 that is critical: V2 tells no risk."""
    found = listed_job(node, zone)
    return CriticalJob(job=found, critical_start=found.critical_start, deadline=found.deadline)


def listed_job(node: shapes.JobInPlan, zone: tzinfo) -> Job:
    """A JobInPlanV2 as lists show it: runs and dependencies belong to the detail alone."""
    return job(node, zone, runs=False, dependencies=False)


def job_with_runs(node: shapes.JobInPlan, zone: tzinfo) -> Job:
    """The same with its runs."""
    return job(node, zone, dependencies=False)


def job_with_dependencies(node: shapes.JobInPlan, zone: tzinfo) -> Job:
    """The same with its dependencies."""
    return job(node, zone, runs=False)


def job(node: shapes.JobInPlan, zone: tzinfo, *, runs: bool = True, dependencies: bool = True) -> Job:
    """A JobInPlanV2 with all that it tells; a list leaves out what costs most and is wanted least."""
    status = node.last_run_composite_status or _NO_STATUS
    definition = node.job_definition or _NO_DEFINITION
    options = node.job_options or _NO_OPTIONS
    flags = node.job_status_flags or _NO_FLAGS
    limits = node.time_restrictions or _NO_RESTRICTIONS
    chain = _oldest_first(node.jobruns or (), zone)
    last = next((one for one in reversed(chain) if one.rerun_type != "RECOVERY"), None)
    times = (last.time_info if last else None) or _NO_TIMES
    internal = status.status or (_internal_status(last) if last else "")
    common = node.last_run_common_status or None
    canceled = bool(status.canceled)
    logins = definition.user_logins
    stream_workstation = path(node.job_stream_workstation)
    workstation_path = path(node.workstation) or stream_workstation
    return Job(
        id=node.id or "",
        stream_id=node.job_stream_id or "",
        name=node.name or definition.name or "",
        folder=folder(node.folder),
        workstation=workstation_path,
        stream=node.job_stream_name or "",
        stream_workstation=stream_workstation if stream_workstation not in {"", workstation_path} else None,
        scheduled=local(node.sched_time, zone),
        status=Status.CANCELED if canceled and common is None else status_of(common, internal),
        internal_status=internal,
        reason=reason_of(status.substatus or None),
        canceled=canceled,
        cancel_pending=bool(status.cancel_pending),
        priority=node.priority,
        return_code=last.return_code if last else None,
        job_number=last.job_number if last else None,
        started=local(times.actual_start_time, zone),
        ended=local(times.actual_end_time, zone) or local(node.end_time, zone),
        elapsed_seconds=seconds(times.elapsed_time),
        estimated_seconds=seconds(definition.estimated_duration) or _estimated(chain),
        start_at=local(limits.start_time, zone),
        latest_start=local(limits.latest_start_time, zone),
        deadline=local(limits.deadline_time, zone),
        late=bool(flags.job_late),
        deadline_passed=bool(flags.deadline_has_passed),
        critical=bool(options.critical),
        critical_start=local(node.critical_start, zone),
        confidence=node.confidence_interval or None,
        needs_confirmation=bool(options.requires_confirmation),
        recovery_option=definition.recovery_option or None,
        recovery_job=definition.recovery_job_name or None,
        recovery_reruns=definition.recovery_repeat_occurrences,
        recovery_interval_seconds=seconds(definition.recovery_repeat_interval),
        login=logins[0] if logins else None,
        command=_command(definition.task),
        unresolved_dependencies=(node.dependencies_stats or _NO_DEPENDENCIES_STATS).number_of_unresolved_dependencies,
        runs=tuple(run(one, zone) for one in chain) if runs else (),
        dependencies=_all_dependencies(node) if dependencies else (),
    )


def _oldest_first(runs: Sequence[shapes.JobRun], zone: tzinfo) -> Sequence[shapes.JobRun]:
    """A run that could not be launched has only an end; one that waits comes last."""
    if len(runs) < 2:
        return runs

    def start(one: shapes.JobRun) -> float:
        times = one.time_info or _NO_TIMES
        moment = local(times.actual_start_time, zone) or local(times.actual_end_time, zone)
        return moment.timestamp() if moment else inf

    return sorted(runs, key=start)


def _estimated(runs: Sequence[shapes.JobRun]) -> int | None:
    """From the last of the runs that tells, where the definition is left out."""
    for one in reversed(runs):
        if one.time_info and (estimated := seconds(one.time_info.estimated_duration)):
            return estimated
    return None


def _internal_status(one: shapes.JobRun) -> str:
    return (one.composite_status or _NO_STATUS).status or ""


def run(node: shapes.JobRun, zone: tzinfo) -> Run:
    """A JobRunInstanceV2."""
    times = node.time_info or _NO_TIMES
    internal = _internal_status(node)
    return Run(
        id=node.id or "",
        number=node.job_number,
        status=status_of(node.common_status or None, internal),
        internal_status=internal,
        kind=node.rerun_type or "REGULAR",
        attempt=node.run_attempt or 1,
        last_in_chain=node.last_in_rerun_chain is not False,
        return_code=node.return_code,
        workstation=path(node.actual_workstation) or None,
        started=local(times.actual_start_time, zone),
        ended=local(times.actual_end_time, zone),
        elapsed_seconds=seconds(times.elapsed_time),
        job_name=node.name or (node.job_definition or _NO_DEFINITION).name or None,
    )


def _command(task: dict[str, Any] | None) -> str | None:
    """What a task runs: the text of the object under its type's name, or its own."""
    if task is None:
        return None
    inner = (one.get("taskString") for one in task.values() if isinstance(one, dict))
    text = next((one for one in (*inner, task.get("taskString")) if isinstance(one, str) and one), None)
    return mask_secrets(text) if text else None


def _all_dependencies(node: shapes.JobInPlan) -> tuple[Dependency, ...]:
    return tuple(found for one in node.dependencies or () for found in _with_members(one))


def _with_members(node: shapes.Dependency) -> list[Dependency]:
    """A DependencyInPlanV2; a join that is not satisfied also brings its members."""
    kind = node.dependency_type or "UNKNOWN"
    satisfied = node.satisfied
    if satisfied is None and node.dependency_status:
        satisfied = node.dependency_status == "SATISFIED"
    conditions = ", ".join([*(node.status_conditions or ()), *(node.output_conditions or ())]) or None
    on, target, detail = _target(kind, node)
    found = Dependency(
        kind=kind, on=on or "", target_id=target or None, satisfied=satisfied, detail=detail or conditions
    )
    members = () if satisfied else (one for member in node.members or () for one in _with_members(member))
    return [found, *members]


def _target(  # noqa: PLR0911  # one line per kind
    kind: str, node: shapes.Dependency
) -> tuple[str | None, str | None, str | None]:
    """What it names, the id to look it up with, and a detail."""
    match kind:
        case "INTERNAL":
            return node.job_name, node.job_id, None
        case "EXTERNAL_JOB":
            return f"{_stream_name(node)}.{node.job_name or '?'}", node.job_id, None
        case "EXTERNAL_JOBSTREAM":
            return _stream_name(node), node.job_stream_id, None
        case "PROMPT":
            return node.prompt_name, node.id, mask_secrets(node.text) if node.text else None
        case "FILE":
            file = node.file or _NO_FILE
            return file.name, file.id, None
        case "RESOURCE":
            return _resource_name(node), node.id, None if node.quantity is None else str(node.quantity)
        case "JOIN":
            return node.join_name, None, None
        case _:
            return node.dependency, node.id, None


def _stream_name(node: shapes.Dependency) -> str:
    name = f"{folder(node.job_stream_folder).rstrip('/')}/{node.job_stream_name or '?'}"
    return f"{path(node.job_stream_workstation)}#{name}"


def _resource_name(node: shapes.Dependency) -> str:
    return f"{path(node.workstation)}#{folder(node.folder).rstrip('/')}/{node.name or ''}"


def stream(node: shapes.FlowNode, zone: tzinfo) -> JobStream:
    """A JobStreamInPlanV2."""
    status = node.composite_status or _NO_STATUS
    stats = node.job_stream_stats or _NO_STREAM_STATS
    times = node.time_info or _NO_TIMES
    limits = node.time_restrictions or _NO_RESTRICTIONS
    internal = status.status or ""
    return JobStream(
        id=node.id or "",
        name=node.name or node.original_job_stream_name or "",
        folder=folder(node.folder),
        workstation=path(node.workstation),
        scheduled=local(node.sched_time, zone),
        status=status_of(node.common_status or None, internal),
        internal_status=internal,
        cancel_pending=bool(status.cancel_pending),
        reason=status.substatus or None,
        priority=node.priority,
        limit=None if node.limit in NO_LIMIT else node.limit,
        jobs=stats.number_of_job or 0,
        successful=stats.number_of_successfull_job or 0,
        running=stats.number_of_executing_job or 0,
        abended=stats.number_of_abended_job or 0,
        failed=stats.number_of_failed_job or 0,
        not_run=stats.number_of_not_running_job or 0,
        started=local(times.actual_start_time, zone),
        ended=local(times.actual_end_time, zone),
        elapsed_seconds=seconds(times.elapsed_time),
        estimated_seconds=seconds(times.estimated_duration),
        start_at=local(limits.start_time, zone),
        latest_start=local(limits.latest_start_time, zone),
        deadline=local(limits.deadline_time, zone),
        late=bool((node.js_status_flags or _NO_STREAM_FLAGS).late_job_stream),
        carried_forward=bool((node.js_definition_flags or _NO_STREAM_DEFINITION).carried_forward),
        dependencies=_all_dependencies(node),
    )


def job_or_stream(node: shapes.FlowNode, zone: tzinfo) -> Job | JobStream:
    """A FlowNodeInPlanV2; where the engine does not say which, a job has a job stream."""
    kind = node.flow_node_type or ("JOB" if node.job_stream_id else "JOBSTREAM")
    return job(node, zone) if kind == "JOB" else stream(node, zone)


def workstation(node: shapes.Workstation, _zone: tzinfo = UTC) -> Workstation:
    """A WorkstationInPlanV2."""
    states = frozenset(node.active_states or ())
    limit = node.limit
    return Workstation(
        id=node.id or "",
        name=node.name or "",
        folder=folder(node.folder),
        kind=node.type or "UNKNOWN",
        linked=not states.isdisjoint({"LINKED", "FULLY_LINKED", "DIRECTLY_LINKED", "HOST_LINKED", "EXTENDED_LINKED"}),
        running=not states.isdisjoint({"JOBMAN_UP", "RUNNING"}),
        limit=None if limit is None or limit > 1024 or limit < 0 else limit,
        fence=node.fence or 0,
        domain=node.domain_name or None,
        os=node.os or None,
        version=node.version or None,
        host=node.node_name or None,
    )


def prompt(node: shapes.Prompt, zone: tzinfo) -> Prompt:
    """A PromptInPlanV2."""
    return Prompt(
        id=node.id or "",
        name=node.name or None,
        number=node.number,
        text=mask_secrets(node.text or ""),
        status=node.status or "UNKNOWN",
        kind=node.type or None,
        workstation=path(node.workstation) or None,
        job=key(node.job_key) or None,
        stream=key(node.job_stream_key) or None,
        asked=local(node.time_asked, zone),
    )


def resource(node: shapes.Resource, _zone: tzinfo = UTC) -> Resource:
    """A ResourceInPlanV2."""
    return Resource(
        id=node.id or "",
        name=node.name or "",
        folder=folder(node.folder),
        workstation=path(node.workstation),
        status=node.status or "UNDECIDED",
        quantity=node.quantity or 0,
        in_use=node.quantity_in_use or 0,
        available=node.quantity_available or 0,
        holders=tuple(
            ResourceHolder(
                job=key(holder.job_key or holder.job) or None,
                stream=key(holder.job_stream) or None,
                quantity=holder.quantity or 0,
            )
            for holder in node.holders or ()
        ),
    )


def issue(node: shapes.Issue) -> Issue:
    """An Issue."""
    return Issue(
        job_id=node.id or "",
        kind=node.issue_type or "UNKNOWN",
        message=mask_secrets(node.issue_message or ""),
    )
