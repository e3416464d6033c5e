"""Walks the plan around one job: remembers what it read, stops after so many calls, bears what has vanished."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.graph import PlanGraph
from resync_bot.tws.models import Job, JobStream, Prompt, Resource, Status, Workstation
from resync_bot.tws.queries import JobQuery, Tws
from resync_bot.tws.words import path

T = TypeVar("T")

DEPTH = 8  # levels of predecessors or successors: further away is no explanation any more
CALLS = 60  # to the engine for one diagnosis
STREAM_JOBS = 200  # of one stream that are looked at

ENDED = frozenset({Status.SUCCESSFUL, Status.ERROR, Status.CANCELED, Status.SUPPRESS})
NOT_THERE = frozenset({EngineErrorKind.NOT_FOUND, EngineErrorKind.FORBIDDEN})


def has_ended(node: Job | JobStream) -> bool:
    """It will not run any more by itself."""
    return node.status in ENDED


def is_detailed(node: Job | JobStream) -> bool:
    """Its dependencies are there, or it surely has none that is open."""
    return bool(node.dependencies) or (isinstance(node, Job) and node.unresolved_dependencies == 0)


async def well_and_ill(tws: Tws) -> Mapping[str, Workstation]:
    """The workstations by their names as jobs have them; none where the bot's user may not see them.

    Raises EngineError where the engine cannot be asked at all.
    """
    try:
        found = await tws.workstations()
    except EngineError as error:
        if error.kind not in NOT_THERE:
            raise
        return {}
    return {path(f"{one.folder.rstrip('/')}/{one.name}"): one for one in found}


async def units_of_resources(tws: Tws) -> Mapping[str, int]:
    """How many units there are of each resource, by its full name; none where the bot's user may not see them.

    Raises EngineError where the engine cannot be asked at all.
    """
    try:
        found = await tws.resources()
    except EngineError as error:
        if error.kind not in NOT_THERE:
            raise
        return {}
    return {f"{one.workstation}#{one.folder.rstrip('/')}/{one.name}": one.quantity for one in found}


class PlanWalk:
    """What one diagnosis knows of the plan. Raises EngineError where the engine cannot be asked at all.

    Objects that are gone, or that the bot's user may not see, are None; so is everything once `calls` are used up, and
    then `is_complete` is false.
    """

    def __init__(self, tws: Tws, calls: int = CALLS, graph: PlanGraph | None = None) -> None:
        """With a `graph`, jobs and what belongs to a stream are taken from there: no question is needed for them."""
        self._tws = tws
        self._graph = graph
        self._left = calls
        self._known: dict[Hashable, Any] = {}
        self.is_complete = True

    async def now(self) -> datetime | None:
        """The engine's time."""
        engine = await self._once("engine", self._tws.engine)
        return engine.now if engine else None

    def has_job(self, job_id: str) -> bool:
        """Whether the job was read with its dependencies already, by itself or with what follows it."""
        return ("job", job_id) in self._known

    async def job(self, job_id: str) -> Job | None:
        """With dependencies, and runs where the engine is asked."""
        node = self._graph.node(job_id) if self._graph else None
        if self._graph is not None and node is not None and self._graph.is_job(node):
            self._known.setdefault(("job", job_id), self._graph.job(node))
        return await self._once(("job", job_id), lambda: self._tws.job(job_id))

    async def stream(self, stream_id: str) -> JobStream | None:
        """With dependencies."""
        return await self._once(("stream", stream_id), lambda: self._tws.stream(stream_id))

    async def jobs_of(self, stream_id: str) -> tuple[Job, ...]:
        """The jobs of a stream, without details."""
        node = self._graph.node(stream_id) if self._graph else None
        if self._graph is not None and node is not None:
            return tuple(self._graph.job(one) for one in islice(self._graph.members(node), STREAM_JOBS))
        query = JobQuery(stream_id=stream_id)
        page = await self._once(("jobs of", stream_id), lambda: self._tws.jobs(query, limit=STREAM_JOBS))
        if page is not None and page.total > len(page.items):
            self.is_complete = False
        return page.items if page else ()

    async def predecessors(self, job: Job) -> tuple[Job | JobStream, ...]:
        """Everything upstream of the job, up to DEPTH levels; what comes with details is remembered."""
        found = await self._once(("up", job.id), lambda: self._tws.predecessors(job.id, depth=DEPTH)) or ()
        self._remember(found)
        return found

    async def successors(self, job_id: str, depth: int = DEPTH) -> tuple[Job | JobStream, ...]:
        """What follows a job."""
        return await self._once(("down", job_id, depth), lambda: self._tws.successors(job_id, depth=depth)) or ()

    async def stream_successors(self, stream_id: str, depth: int = DEPTH) -> tuple[Job | JobStream, ...]:
        """What follows a stream as a whole."""
        key = ("down", stream_id, depth)
        return await self._once(key, lambda: self._tws.stream_successors(stream_id, depth=depth)) or ()

    async def running_on(self, workstation: str) -> int | None:
        """How many jobs run there now."""
        query = JobQuery(workstation=workstation, statuses=(Status.RUNNING,))
        page = await self._once(("running on", workstation), lambda: self._tws.jobs(query, limit=1))
        return page.total if page else None

    async def workstation(self, path: str) -> Workstation | None:
        """By its path or its bare name."""
        found = await self._once("workstations", self._tws.workstations) or ()
        return next((one for one in found if path in {one.name, f"{one.folder.rstrip('/')}/{one.name}"}), None)

    async def prompt(self, prompt_id: str | None) -> Prompt | None:
        """By its id."""
        found = await self._once("prompts", self._tws.prompts) or ()
        return next((one for one in found if one.id == prompt_id), None)

    async def resource(self, full_name: str) -> Resource | None:
        """By `WORKSTATION#/FOLDER/NAME`."""
        found = await self._once("resources", self._tws.resources) or ()
        return next(
            (one for one in found if f"{one.workstation}#{one.folder.rstrip('/')}/{one.name}" == full_name), None
        )

    async def issues(self, job_id: str) -> tuple[tuple[str, str], ...]:
        """The engine's own words about a job: kind and message."""
        found = await self._once(("issues", job_id), lambda: self._tws.issues([job_id])) or ()
        return tuple((issue.kind, issue.message) for issue in found if issue.job_id in {job_id, ""})

    def remember(self, job: Job) -> None:
        """A job that was read with all its details already."""
        self._known["job", job.id] = job

    def _remember(self, found: tuple[Job | JobStream, ...]) -> None:
        for node in found:
            if is_detailed(node):
                self._known.setdefault(("job" if isinstance(node, Job) else "stream", node.id), node)

    async def _once(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T | None:
        if key not in self._known:
            if self._left <= 0:
                self.is_complete = False
                return None
            self._left -= 1
            try:
                self._known[key] = await load()
            except EngineError as error:
                if error.kind not in NOT_THERE:
                    raise
                self._known[key] = None
        known: T | None = self._known[key]
        return known
