"""Dependencies as the API tells them: each kind with the members that its schema adds to DependencyInPlanV2."""

from functools import lru_cache

from resync_bot.simulator import draws
from resync_bot.simulator.facts import dependency_states, owning_stream
from resync_bot.simulator.plan import Dependency, Job, Prompt, Resource, Stream, WatchedFile
from resync_bot.simulator.rendering.formats import PLAN_ID, Json, instant
from resync_bot.simulator.states import RunState, Verdict

SATISFIED, UNSATISFIED = "SATISFIED", "UNSATISFIED"


def job_dependencies(job: Job) -> list[Json]:
    """All dependencies of the job's own."""
    found = [_predecessor(d, job, number) for number, d in enumerate(job.predecessors, 1)]
    if job.prompt is not None:
        found.append(_prompt(job.prompt, len(found) + 1))
    if job.file is not None:
        found.append(_file(job.file, len(found) + 1))
    states = dependency_states(job)
    for resource, units in job.needs:
        found.append(_resource(job, resource, units, states[len(found)], len(found) + 1))
    return found


def stream_dependencies(stream: Stream) -> list[Json]:
    """All dependencies of the stream as a whole."""
    found = [_predecessor(d, stream, number) for number, d in enumerate(stream.predecessors, 1)]
    return found if stream.prompt is None else [*found, _prompt(stream.prompt, len(found) + 1)]


def job_dependency_stats(job: Job) -> Json:
    """The DependenciesStats of a job, V2's and V1's."""
    states = dependency_states(job)
    jobs = sum(isinstance(d.predecessor, Job) for d in job.predecessors)
    others = len(states) - len(job.needs)
    return {
        "numberOfDependencies": len(states),
        "numberOfJobDependencies": jobs,
        "numberOfJobStreamDependencies": len(job.predecessors) - jobs,
        "numberOfInternetworkDependencies": 0,
        "numberOfPromptDependencies": int(job.prompt is not None),
        "numberOfResourceDependencies": len(job.needs),
        "numberOfFileDependencies": int(job.file is not None),
        "numberOfUnresolvedDependencies": states.count("UNSATISFIED"),
        "numberOfNonResourceUnresolvedDependencies": states[:others].count("UNSATISFIED"),
    }


def stream_dependency_stats(stream: Stream) -> Json:
    """The same of a stream as a whole."""
    satisfied = [dependency.verdict() is Verdict.SATISFIED for dependency in stream.predecessors]
    if stream.prompt is not None:
        satisfied.append(stream.prompt.answered_at is not None)
    jobs = sum(isinstance(dependency.predecessor, Job) for dependency in stream.predecessors)
    return {
        "numberOfDependencies": len(satisfied),
        "numberOfJobDependencies": jobs,
        "numberOfJobStreamDependencies": len(stream.predecessors) - jobs,
        "numberOfInternetworkDependencies": 0,
        "numberOfPromptDependencies": int(stream.prompt is not None),
        "numberOfResourceDependencies": 0,
        "numberOfFileDependencies": 0,
        "numberOfUnresolvedDependencies": satisfied.count(False),
        "numberOfNonResourceUnresolvedDependencies": satisfied.count(False),
    }


def _common(kind: str, identity: str, satisfied: bool, number: int) -> Json:
    return {
        "dependencyType": kind,
        "id": identity,
        "dependencyStatus": SATISFIED if satisfied else UNSATISFIED,
        "satisfied": satisfied,
        "depSequence": number,
        "mandatory": True,
    }


def _predecessor(dependency: Dependency, of: Job | Stream, number: int) -> Json:
    node = dependency.predecessor
    stream = node if isinstance(node, Stream) else node.stream
    internal = stream is (of if isinstance(of, Stream) else of.stream)
    kind = "EXTERNAL_JOBSTREAM" if isinstance(node, Stream) else "INTERNAL" if internal else "EXTERNAL_JOB"
    satisfied = dependency.verdict() is Verdict.SATISFIED
    body = {
        "dependencyType": kind,
        "id": draws.part_id(of.id, number),
        "dependencyStatus": SATISFIED if satisfied else UNSATISFIED,
        "satisfied": satisfied,
        "depSequence": number,
        "mandatory": True,
        "conditional": bool(dependency.conditions),
        "critical": isinstance(node, Job) and node.critical_start is not None,
        "statusConditions": sorted(dependency.conditions) if dependency.conditions else None,
        "jobStreamId": stream.id,
        "jobStreamName": stream.name,
        "jobStreamWorkstation": stream.workstation.key,
        "jobStreamFolder": stream.folder,
        "jobStreamSchedTime": instant(stream.scheduled),
    }
    if not internal and isinstance(of, Stream):
        body["jobStreamSuccId"] = of.id
    if isinstance(of, Job):
        body["jobSuccId"] = of.id
    if isinstance(node, Job):
        body["jobId"] = node.id
        body["jobName"] = node.name
        body["predecessorStatus"] = _predecessor_status(node.state, node.canceled, node.failed)
        if not internal:
            body["jobWorkstationName"] = node.workstation.key
    return body


@lru_cache
def _predecessor_status(state: RunState, canceled: bool, error: bool) -> Json:
    return {"status": state, "canceled": canceled, "error": error}


def _prompt(prompt: Prompt, number: int) -> Json:
    return _common("PROMPT", prompt.id, prompt.answered_at is not None, number) | {
        "folder": owning_stream(prompt).folder,
        "promptName": prompt.spec.name,
        "text": prompt.spec.text,
        "promptStatus": prompt.state,
        "promptType": prompt.spec.kind,
        "number": prompt.number,
    }


def _file(file: WatchedFile, number: int) -> Json:
    return _common("FILE", file.id, file.exists, number) | {
        "file": {
            "name": file.path,
            "id": file.id,
            "workstation": file.workstation.key,
            "workstationId": file.workstation.id,
            "planId": PLAN_ID,
            "status": "Exists" if file.exists else "Unavailable",
        },
    }


def _resource(job: Job, resource: Resource, units: int, state: str, number: int) -> Json:
    return _common("RESOURCE", draws.part_id(job.id, number), state == SATISFIED, number) | {
        "folder": resource.spec.folder,
        "name": resource.spec.name,
        "workstation": resource.workstation.key,
        "workstationId": resource.workstation.id,
        "quantity": units,
        "quantityHeld": resource.holders.get(job, 0),
        "available": resource.available,
    }
