"""Dependencies as V1 tells them: a list for each kind, JobDependenciesInPlan and DependenciesInPlan."""

from datetime import datetime

from resync_bot.simulator.facts import needs_units, owning_stream
from resync_bot.simulator.plan import Dependency, Job, Prompt, Resource, Run, Stream, WatchedFile
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.states import Verdict
from resync_bot.simulator.status import common_status, internal_status, stream_common_status, stream_state
from resync_bot.simulator.v1.fields import file_status
from resync_bot.simulator.v1.ids import IdEncoding, file_id, prompt_id, resource_id, run_id, stream_id, workstation_id
from resync_bot.simulator.v1.keys import job_key, stream_key, workstation_key
from resync_bot.simulator.v1.words import internal_word


def job_dependencies(job: Job, now: datetime, encode: IdEncoding) -> Json:
    """All dependencies of the job's own."""
    links = [_link(d, job, number, now, encode) for number, d in enumerate(job.predecessors, 1)]
    others = len(links)
    return {
        "internalDependencyInPlan": [body for internal, body in links if internal],
        "externalDependencyInPlan": [body for internal, body in links if not internal],
        "internetworkDependenciesInPlan": [],
        "promptDependencyInPlan": [_prompt(job.prompt, others + 1, encode)] if job.prompt else [],
        "fileDependencyInPlan": [_file(job.file, others + 1 + (job.prompt is not None), encode)] if job.file else [],
        "resourceDependencyInPlan": [_resource(job, resource, units, encode) for resource, units in job.needs],
    }


def stream_dependencies(stream: Stream, now: datetime, encode: IdEncoding) -> Json:
    """All dependencies of the stream as a whole."""
    links = [_link(d, stream, number, now, encode) for number, d in enumerate(stream.predecessors, 1)]
    return {
        "externalDependencyInPlan": [body for _, body in links],
        "internetworkDependenciesInPlan": [],
        "promptDependencyInPlan": [_prompt(stream.prompt, len(links) + 1, encode)] if stream.prompt else [],
        "fileDependencyInPlan": [],
        "resourceDependencyInPlan": [],
    }


def job_successors(job: Job, now: datetime, encode: IdEncoding) -> tuple[list[Json], list[Json]]:
    """Who waits for the job, of its own stream and of others: each is told as the dependency that points at it."""
    found = [_back_link(node, job, now, encode) for node in job.successors]
    return [body for internal, body in found if internal], [body for internal, body in found if not internal]


def stream_successors(stream: Stream, now: datetime, encode: IdEncoding) -> list[Json]:
    """Who waits for the whole stream, told likewise."""
    return [_back_link(node, stream, now, encode)[1] for node in stream.successors]


def _back_link(node: Job | Stream, of: Job | Stream, now: datetime, encode: IdEncoding) -> tuple[bool, Json]:
    number, dependency = next((n, d) for n, d in enumerate(node.predecessors, 1) if d.predecessor is of)
    return _link(dependency, node, number, now, encode)


def _link(
    dependency: Dependency, of: Job | Stream, number: int, now: datetime, encode: IdEncoding
) -> tuple[bool, Json]:
    """A dependency on a job or a stream, and whether it stays inside of the stream."""
    node = dependency.predecessor
    stream = node if isinstance(node, Stream) else node.stream
    body: Json = {
        "depSequence": number,
        "satisfied": dependency.verdict() is Verdict.SATISFIED,
        "conditional": bool(dependency.conditions),
        "statusConditions": sorted(dependency.conditions) if dependency.conditions else None,
        "status": _status(node, now),
    }
    if isinstance(of, Job):
        body["jobSuccId"] = encode(run_id(of.run))
    if isinstance(node, Job) and isinstance(of, Job) and node.stream is of.stream:
        return True, body | _pointed_at(node.run, "jobInPlanKey", encode)
    body |= {"jobStreamId": encode(stream_id(stream)), "jobStreamKey": stream_key(stream, encode)}
    body["jobStreamSuccId"] = encode(stream_id(of if isinstance(of, Stream) else of.stream))
    if isinstance(node, Job):
        body |= _pointed_at(node.run, "jobKey", encode) | {"jobWorkstationName": workstation_id(node.workstation)}
    return False, body


def _pointed_at(run: Run, member: str, encode: IdEncoding) -> Json:
    return {"jobId": encode(run_id(run)), member: job_key(run, encode)}


def _status(node: Job | Stream, now: datetime) -> Json:
    if isinstance(node, Stream):
        return {"commonStatus": stream_common_status(node, now), "internalStatus": stream_state(node, now)}
    return {"commonStatus": common_status(node), "internalStatus": internal_word(internal_status(node))}


def _prompt(prompt: Prompt, number: int, encode: IdEncoding) -> Json:
    satisfied = prompt.answered_at is not None
    return {
        "promptId": encode(prompt_id(prompt)),
        "promptKey": {"name": prompt.spec.name, "folderKey": {"name": owning_stream(prompt).folder}},
        "text": prompt.spec.text,
        "promptStatus": prompt.state,
        "promptType": prompt.spec.kind,
        "promptNumber": prompt.number,
        "satisfied": satisfied,
        "status": "SATISFIED" if satisfied else "UNSATISFIED",
        "depSequence": number,
        "workstationInPlanKey": workstation_key(owning_stream(prompt).workstation),
    }


def _file(file: WatchedFile, number: int, encode: IdEncoding) -> Json:
    return {
        "fileInPlan": {
            "id": encode(file_id(file)),
            "fileInPlanKey": {"name": file.path, "workstationInPlanKey": workstation_key(file.workstation)},
            "status": file_status(file),
        },
        "satisfied": file.exists,
        "status": "SATISFIED" if file.exists else "UNSATISFIED",
        "depSequence": number,
    }


def _resource(job: Job, resource: Resource, units: int, encode: IdEncoding) -> Json:
    short = needs_units(job) and resource.available < units
    return {
        "resourceId": encode(resource_id(resource)),
        "resourceKey": {
            "name": resource.spec.name,
            "workstationInPlanKey": workstation_key(resource.workstation),
            "folderKey": {"name": resource.spec.folder},
        },
        "quantity": units,
        "quantityHeld": resource.holders.get(job, 0),
        "available": resource.available,
        "satisfied": not short,
        "status": "UNSATISFIED" if short else "SATISFIED",
    }
