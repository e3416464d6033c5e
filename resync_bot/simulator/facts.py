"""What follows from the plan at a moment, beyond the status: shared by queries and answers."""

from datetime import datetime, timedelta

from resync_bot.simulator.plan import Job, Prompt, Resource, Run, Stream, Workstation
from resync_bot.simulator.specification import JobSpec, TaskKind
from resync_bot.simulator.states import PromptState, RunState, Verdict
from resync_bot.simulator.status import standing

_TASK_TYPES = {
    TaskKind.SHELL: "UNIX",
    TaskKind.SQL: "DATABASE",
    TaskKind.JAVA: "JAVA",
    TaskKind.PYTHON: "UNIX",
    TaskKind.TRANSFER: "FILETRANSFER",
    TaskKind.BACKUP: "UNIX",
}


def task_type(spec: JobSpec) -> str:
    """The type of the job definition's task."""
    return _TASK_TYPES[spec.task]


def owning_stream(prompt: Prompt) -> Stream:
    """The stream that the prompt, or the job with the prompt, belongs to."""
    return prompt.owner if isinstance(prompt.owner, Stream) else prompt.owner.stream


def needs_units(job: Job) -> bool:
    """It still has to get the units that it needs."""
    return job.state in (RunState.HOLD, RunState.READY)


def dependency_states(job: Job) -> list[str]:
    """The `dependencyStatus` of each dependency of the job, in the order in which they are listed."""
    states = ["SATISFIED" if d.verdict() is Verdict.SATISFIED else "UNSATISFIED" for d in job.predecessors]
    if job.prompt is not None:
        states.append("SATISFIED" if job.prompt.state is PromptState.ANSWERED_YES else "UNSATISFIED")
    if job.file is not None:
        states.append("SATISFIED" if job.file.exists else "UNSATISFIED")
    for resource, units in job.needs:
        short = needs_units(job) and resource.available < units
        states.append("UNSATISFIED" if short else "SATISFIED")
    return states


def unresolved(job: Job) -> int:
    """How many dependencies of its own the job still waits for."""
    return dependency_states(job).count("UNSATISFIED")


def max_duration_gone(job: Job, now: datetime) -> bool:
    """The last run takes, or took, longer than the job may."""
    limit = job.spec.max_minutes
    if limit is None:
        return False
    elapsed = job.run.elapsed(now)
    return elapsed is not None and elapsed > timedelta(minutes=limit)


def has_log(run: Run) -> bool:
    """There is something to read: it was launched, or the launch failed."""
    return run.started_at is not None or run.state is RunState.FAIL


def has_started(job: Job) -> bool:
    """Some run of it was started."""
    return any(run.started_at is not None for run in job.runs)


def deadline_passed(job: Job, now: datetime) -> bool:
    """The deadline has come before the job succeeded."""
    if job.deadline is None or now <= job.deadline:
        return False
    return not job.done or job.failed or (job.run.ended_at is not None and job.run.ended_at > job.deadline)


def latest_start_passed(job: Job, now: datetime) -> bool:
    """The latest start time has come before the job started."""
    if job.latest_start is None or now <= job.latest_start:
        return False
    started = job.runs[0].started_at
    return job.start_missed or (not job.done and (started is None or started > job.latest_start))


def stream_started(stream: Stream) -> datetime | None:
    """When its first job started."""
    return standing(stream).started


def stream_ended(stream: Stream) -> datetime | None:
    """When its last job ended, once all have."""
    return standing(stream).ended


def stream_elapsed(stream: Stream, now: datetime) -> timedelta | None:
    """From its first start to its end, or to `now`."""
    started = stream_started(stream)
    return None if started is None else (stream_ended(stream) or now) - started


def stream_estimated(stream: Stream) -> timedelta:
    """How long the longest chain of its jobs usually takes."""
    longest: dict[Job, timedelta] = {}
    for job in stream.jobs:  # predecessors within a stream always come first
        before = [longest.get(d.predecessor, timedelta()) for d in job.predecessors if isinstance(d.predecessor, Job)]
        longest[job] = max(before, default=timedelta()) + job.estimated
    return max(longest.values(), default=timedelta())


def active_states(workstation: Workstation) -> list[str]:
    """The flags that conman shows in its STATE column, as the API names them."""
    states = _states_when_started(workstation)
    return states if workstation.started else [state for state in states if state != "JOBMAN_UP"]


def _states_when_started(workstation: Workstation) -> list[str]:
    spec = workstation.spec
    if spec.master:
        return ["MASTER", "LINKED", "ONLINE", "IS_INITED", "JOBMAN_UP", "MONMAN", "EVT_PROC_RUNNING", "SERVER_STARTED"]
    if not workstation.linked:
        return ["IS_INITED"]
    if spec.kind == "FTA":
        states = ["LINKED", "FULLY_LINKED", "TCP_IP_LINKED", "ONLINE", "IS_INITED", "JOBMAN_UP", "WRITER_UP", "MONMAN"]
        return [*states, "MANAGER", "SERVER_STARTED"] if spec.backup else states
    states = ["LINKED", "BROKER", "ONLINE", "IS_INITED", "JOBMAN_UP"]
    return states if spec.members else [*states, "MONMAN", "CONFIG_UPDATED"]


def resource_status(resource: Resource) -> str:
    """Whether any unit can be had."""
    return "AVAILABLE" if resource.available > 0 else "NOT_AVAILABLE"
