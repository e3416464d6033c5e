"""The identifiers of V1: `WS;JSID;JOB`, as they are or in Base64.

The sample programs build `WS;JSID;JOB` themselves and put it into a path; the API document says that answers carry
Base64 unless `Id-Encoding: 0` asks for the plain form, and not what exactly is encoded: here it is the plain form.
`WS` is the workstation of the job stream, with its folder unless that is the root folder.
"""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable, Iterator
from enum import Enum
from typing import TypeVar

from resync_bot.simulator import draws
from resync_bot.simulator.plan import Job, Plan, Prompt, Resource, Run, Stream, WatchedFile, Workstation

_Found = TypeVar("_Found")

DOMAIN = "MASTERDM"

# The current plan, the one before the last switch, and the archived ones that somebody asks about.
_PLANS = 10


class IdEncoding(Enum):
    """How ids look in answers; the values are those of the `Id-Encoding` header."""

    PLAIN = "0"
    BASE64 = "1"

    def __call__(self, identity: str) -> str:
        """The id in that form."""
        if self is IdEncoding.PLAIN:
            return identity
        return base64.b64encode(identity.encode()).decode()


def readings(text: str) -> Iterator[str]:
    """What an id in a request may mean: itself, and what it is in Base64 of."""
    yield text
    try:
        yield base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return


def found_by(text: str, find: Callable[[str], _Found | None]) -> _Found | None:
    """What `find` has for the id, in whichever form it was given."""
    return next((found for one in readings(text) if (found := find(one)) is not None), None)


def workstation_id(workstation: Workstation) -> str:
    """The name, with its folder unless that is the root folder."""
    return workstation.key.removeprefix("/") if workstation.spec.folder == "/" else workstation.key


def stream_id(stream: Stream) -> str:
    """`WS;JSID`."""
    return f"{workstation_id(stream.workstation)};{stream.instance_id}"


def run_id(run: Run) -> str:
    """`WS;JSID;JOB` of the run that the job's status is taken from; a fourth part tells the others apart.

    So the id of a job always leads to its last run, as its name does for conman.
    """
    name = f"{stream_id(run.job.stream)};{run.job.name}"
    return name if run is run.job.run else f"{name};{run.attempt}"


def resource_id(resource: Resource) -> str:
    """`WS;RESOURCE`."""
    return f"{workstation_id(resource.workstation)};{resource.spec.name}"


def file_id(file: WatchedFile) -> str:
    """`WS;PATH`."""
    return f"{workstation_id(file.workstation)};{file.path}"


def prompt_id(prompt: Prompt) -> str:
    """The id of its owner, and its name."""
    owner = prompt.owner
    return f"{run_id(owner.run) if isinstance(owner, Job) else stream_id(owner)};{prompt.spec.name}"


def definition_id(job: Job) -> str:
    """What the model calls the job definition."""
    return draws.uuid("definition", job.stream.folder, job.name)


def stream_model_id(stream: Stream) -> str:
    """What the model calls the job stream."""
    return draws.uuid("model", stream.folder, stream.name)


class Instances:
    """Finds the streams and runs of plans by what V1 calls them."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Plan, int, dict[str, Stream]]] = OrderedDict()
        self._defined: tuple[Plan | None, int, dict[str, Job]] = (None, -1, {})

    def stream(self, plan: Plan, identity: str) -> Stream | None:
        """The stream with that id, in whichever form."""
        return found_by(identity, lambda text: self._stream(plan, text))

    def run(self, plan: Plan, identity: str) -> Run | None:
        """The run with that id, in whichever form; the last of the job where none is told apart."""
        return found_by(identity, lambda text: self._run(plan, text))

    def job(self, plan: Plan, identity: str) -> Job | None:
        """The job that a run with that id belongs to."""
        run = self.run(plan, identity)
        return None if run is None else run.job

    def defined(self, plan: Plan, definition: str) -> Job | None:
        """A job of the plan that the definition with that id defines."""
        of, size, index = self._defined
        if of is not plan or size != len(plan.jobs):
            index = {definition_id(job): job for job in plan.jobs}
            self._defined = (plan, len(plan.jobs), index)
        return index.get(definition)

    def _stream(self, plan: Plan, identity: str) -> Stream | None:
        workstation, _, instance = identity.rpartition(";")
        stream = self._by_instance(plan).get(instance)
        return stream if stream is not None and is_named(stream.workstation, workstation) else None

    def _run(self, plan: Plan, identity: str) -> Run | None:
        workstation, *rest = identity.split(";")
        if not 2 <= len(rest) <= 3:
            return None
        stream = self._by_instance(plan).get(rest[0])
        job = next((job for job in stream.jobs if job.name == rest[1]), None) if stream is not None else None
        # jobs of another workstation than their stream's are asked for by either: the samples do not tell them apart
        if job is None or not (is_named(job.stream.workstation, workstation) or is_named(job.workstation, workstation)):
            return None
        if len(rest) == 2:
            return job.run
        return next((run for run in job.runs if str(run.attempt) == rest[2]), None)

    def _by_instance(self, plan: Plan) -> dict[str, Stream]:
        _, size, index = self._known.get(id(plan), (plan, -1, {}))
        if size != len(plan.streams):
            index = {stream.instance_id: stream for stream in plan.streams}
            self._known[id(plan)] = (plan, len(plan.streams), index)
            if len(self._known) > _PLANS:
                self._known.popitem(last=False)
        return index


def is_named(workstation: Workstation, text: str) -> bool:
    """Whether the text names it, with its folder or without: the samples send the bare name."""
    return text in (workstation.name, workstation.key, workstation_id(workstation))
