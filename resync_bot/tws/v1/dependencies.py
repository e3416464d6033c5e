"""From the JSON of the REST API V1: what jobs and streams follow and need, and what follows them."""

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.tws.dialect import Follower
from resync_bot.tws.models import Dependency
from resync_bot.tws.v1.keys import resource_name, stream_name
from resync_bot.tws.wire import Node


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
        detail=mask_secrets(node.text("text") or "") or None,
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
        on=resource_name(node.node("resourceKey")),
        target_id=node.text("resourceId"),
        satisfied=node.flag("satisfied"),
        detail=None if units is None else str(units),
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
