"""From the JSON of the REST API V1 to the models. Tolerates what is missing, null, unknown or new.

Member names after the V1 API document of 10.2.8 and the vendor's samples (checked 2026-11-23). Jobs are read in `jobs`.
"""

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.dialect import EngineFacts
from resync_bot.tws.models import Issue, Job, JobStream, PlanInfo, Prompt, Resource, ResourceHolder, Workstation
from resync_bot.tws.v1.dependencies import dependencies
from resync_bot.tws.v1.jobs import job
from resync_bot.tws.v1.keys import folder_of, key_path, stream_name
from resync_bot.tws.v1.statuses import internal_status
from resync_bot.tws.wire import Node
from resync_bot.tws.words import folder, status_of

NO_LIMIT = -1
HIGHEST_LIMIT = 1024  # a workstation's; what is above it means none
_TYPES = {
    "XA": "X-AGENT",
    "SA": "S-AGENT",
    "BROKER": "WORKLOAD_BROKER",
    "DYNAMIC_POOL": "D-POOL",
    "REMOTE_ENGINE": "REM-ENG",
}
_PROMPT_STATUSES = {"YES": "ANSWERED_YES", "NO": "ANSWERED_NO", "INACT": "NOT_ASKED", "INACTIVE": "NOT_ASKED"}


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
        cancel_pending=bool(node.flag("pendingCancellation")),
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
