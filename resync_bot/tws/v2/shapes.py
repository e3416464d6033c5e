"""What is read of the objects of the REST API V2, spelt as they are. `answers` makes the models of it.

Member names and types after WA_API3_v2.json 10.1.0.1 (checked 2026-11-23). Anything may be missing or null.
"""

from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec

from resync_bot.tws.shape import Shape

T = TypeVar("T")


# Without cycles there is nothing here for the garbage collector, which would look at each of a page's thousands.
class _Object(msgspec.Struct, rename="camel", gc=False):
    """Base of all: members that are not named here are skipped."""


class Page(_Object, Generic[T]):
    """PaginatedResponseV2."""

    count: int | None = None
    results: list[T] | None = None
    next: str | None = None


class EngineInfo(_Object):
    """EngineInfoV2."""

    display_version: str | None = None
    full_version: str | None = None
    timezone: str | None = None


class GroupedCount(_Object):
    """GroupedCountResponse."""

    grouped_count: dict[str, int] | None = None


class CompositeStatus(_Object):
    """JobInPlanCompositeStatusV2 and that of job streams."""

    status: str | None = None
    substatus: str | None = None
    canceled: bool | None = None
    cancel_pending: bool | None = None


class TimeInfo(_Object):
    """TimeInfoV2."""

    actual_start_time: datetime | None = None
    actual_end_time: datetime | None = None
    elapsed_time: timedelta | None = None
    estimated_duration: timedelta | None = None


class TimeRestrictions(_Object):
    """TimeRestrictionsInPlanV2."""

    start_time: datetime | None = None
    latest_start_time: datetime | None = None
    deadline_time: datetime | None = None


class JobDefinition(_Object):
    """JobDefinitionInPlanV2. `task` holds the task under the name of its type."""

    name: str | None = None
    task: dict[str, Any] | None = None
    estimated_duration: timedelta | None = None
    user_logins: list[str] | None = None
    recovery_option: str | None = None
    recovery_job_name: str | None = None
    recovery_repeat_occurrences: int | None = None
    recovery_repeat_interval: timedelta | None = None


class JobRun(_Object):
    """JobRunInstanceV2."""

    id: str | None = None
    name: str | None = None
    actual_workstation: str | None = None
    job_number: int | None = None
    composite_status: CompositeStatus | None = None
    common_status: str | None = None
    job_definition: JobDefinition | None = None
    return_code: int | None = None
    rerun_type: str | None = None
    time_info: TimeInfo | None = None
    last_in_rerun_chain: bool | None = None
    run_attempt: int | None = None


class File(_Object):
    """FileInPlanV2."""

    id: str | None = None
    name: str | None = None


class Dependency(_Object):
    """DependencyInPlanV2 of any type; a join has `members`."""

    dependency_type: str | None = None
    id: str | None = None
    dependency_status: str | None = None
    satisfied: bool | None = None
    status_conditions: list[str] | None = None
    output_conditions: list[str] | None = None
    job_id: str | None = None
    job_name: str | None = None
    job_stream_id: str | None = None
    job_stream_name: str | None = None
    job_stream_workstation: str | None = None
    job_stream_folder: str | None = None
    prompt_name: str | None = None
    text: str | None = None
    file: File | None = None
    quantity: int | None = None
    name: str | None = None
    folder: str | None = None
    workstation: str | None = None
    join_name: str | None = None
    members: "list[Dependency] | None" = None
    dependency: str | None = None


class DependenciesStats(_Object):
    """DependenciesStatsV2."""

    number_of_unresolved_dependencies: int | None = None


class JobOptions(_Object):
    """JobInPlanOptions."""

    critical: bool | None = None
    requires_confirmation: bool | None = None


class JobStatusFlags(_Object):
    """JobInPlanStatusFlags."""

    job_late: bool | None = None
    deadline_has_passed: bool | None = None


class JobInPlan(_Object):
    """JobInPlanV2."""

    flow_node_type: str | None = None
    id: str | None = None
    name: str | None = None
    folder: str | None = None
    workstation: str | None = None
    job_stream_id: str | None = None
    job_stream_name: str | None = None
    job_stream_workstation: str | None = None
    sched_time: datetime | None = None
    last_run_common_status: str | None = None
    last_run_composite_status: CompositeStatus | None = None
    job_definition: JobDefinition | None = None
    job_options: JobOptions | None = None
    job_status_flags: JobStatusFlags | None = None
    jobruns: list[JobRun] | None = None
    priority: int | None = None
    end_time: datetime | None = None
    critical_start: datetime | None = None
    confidence_interval: str | None = None
    time_restrictions: TimeRestrictions | None = None
    dependencies: list[Dependency] | None = None
    dependencies_stats: DependenciesStats | None = None


class JobStreamStats(_Object):
    """JobStreamStatsV2."""

    number_of_job: int | None = None
    number_of_successfull_job: int | None = None
    number_of_executing_job: int | None = None
    number_of_abended_job: int | None = None
    number_of_failed_job: int | None = None
    number_of_not_running_job: int | None = None


class JobStreamStatusFlags(_Object):
    """JobStreamInPlanStatusFlags."""

    late_job_stream: bool | None = None


class JobStreamDefinitionFlags(_Object):
    """JobStreamInPlanDefinitionFlags."""

    carried_forward: bool | None = None


class FlowNode(JobInPlan):
    """FlowNodeInPlanV2: a JobInPlanV2 or a JobStreamInPlanV2, which have many members in common."""

    original_job_stream_name: str | None = None
    composite_status: CompositeStatus | None = None
    common_status: str | None = None
    limit: int | None = None
    job_stream_stats: JobStreamStats | None = None
    time_info: TimeInfo | None = None
    js_status_flags: JobStreamStatusFlags | None = None
    js_definition_flags: JobStreamDefinitionFlags | None = None


class Workstation(_Object):
    """WorkstationInPlanV2."""

    id: str | None = None
    name: str | None = None
    folder: str | None = None
    type: str | None = None
    active_states: list[str] | None = None
    limit: int | None = None
    fence: int | None = None
    domain_name: str | None = None
    os: str | None = None
    version: str | None = None
    node_name: str | None = None


class Prompt(_Object):
    """PromptInPlanV2."""

    id: str | None = None
    name: str | None = None
    number: int | None = None
    text: str | None = None
    status: str | None = None
    type: str | None = None
    workstation: str | None = None
    job_key: str | None = None
    job_stream_key: str | None = None
    time_asked: datetime | None = None


class ResourceHolder(_Object):
    """ResourceHolderInPlan."""

    job: str | None = None
    job_key: str | None = None
    job_stream: str | None = None
    quantity: int | None = None


class Resource(_Object):
    """ResourceInPlanV2."""

    id: str | None = None
    name: str | None = None
    folder: str | None = None
    workstation: str | None = None
    status: str | None = None
    quantity: int | None = None
    quantity_in_use: int | None = None
    quantity_available: int | None = None
    holders: list[ResourceHolder] | None = None


class Issue(_Object):
    """Issue."""

    id: str | None = None
    issue_type: str | None = None
    issue_message: str | None = None


class Issues(_Object):
    """IssuesResponseV2."""

    issues: list[Issue] | None = None


ENGINE_INFO = Shape(EngineInfo)
GROUPED_COUNT = Shape(GroupedCount)
JOB = Shape(JobInPlan)
STREAM = Shape(FlowNode)
ISSUES = Shape(Issues)
JOBS = Shape(Page[JobInPlan])
FLOW_NODES = Shape(Page[FlowNode])
WORKSTATIONS = Shape(Page[Workstation])
PROMPTS = Shape(Page[Prompt])
RESOURCES = Shape(Page[Resource])
