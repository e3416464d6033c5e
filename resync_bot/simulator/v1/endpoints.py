"""The queries of V1, each a pair of handlers (`query`, `query_next`), and the objects alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

from resync_bot.simulator.bodies import json_object
from resync_bot.simulator.facts import owning_stream
from resync_bot.simulator.oql import Field, Kind, OqlError, compile_query
from resync_bot.simulator.oql.syntax import Query
from resync_bot.simulator.parameters import NOW, PLAN, allow, matching
from resync_bot.simulator.plan import Prompt, Resource, Run, Stream, WatchedFile, Workstation
from resync_bot.simulator.refusals import bad_parameter, not_found
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1 import queries
from resync_bot.simulator.v1.fields import FILES, V1_PROMPTS, V1_RESOURCES, V1_STREAMS, V1_WORKSTATIONS
from resync_bot.simulator.v1.ids import DOMAIN, file_id, found_by, prompt_id, resource_id, workstation_id
from resync_bot.simulator.v1.jobs import job_json
from resync_bot.simulator.v1.objects import (
    domain_json,
    file_json,
    prompt_json,
    resource_json,
    stream_json,
    whole_stream_json,
    workstation_json,
)
from resync_bot.simulator.v1.wire import INSTANCES, Page, answer, array, encoding, first_page, next_page, wants

Object = TypeVar("Object")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Object]):
    """How one type of object is queried. `render` makes what tells one object from the request."""

    language: queries.Language
    find: Callable[[web.Request, Query], Sequence[Object]]
    render: Callable[[web.Request], Callable[[Object], Json]]

    async def query(self, request: web.Request) -> web.Response:
        """POST .../query."""
        return await self._answer(request, first_page)

    async def query_next(self, request: web.Request) -> web.Response:
        """POST .../query_next: the same query, from where the answer before ended."""
        return await self._answer(request, next_page)

    async def found(self, request: web.Request) -> Sequence[Object]:
        """What the body of the request selects. Raises a 400."""
        query = queries.read_query(await json_object(request), self.language, queries.world(request))
        return self.select(request, query)

    def select(self, request: web.Request, query: Query) -> Sequence[Object]:
        """What a query selects. Raises a 400."""
        try:
            return self.find(request, query)
        except OqlError as error:
            raise bad_parameter(str(error)) from error

    async def _answer(self, request: web.Request, page: Callable[[web.Request], Page]) -> web.Response:
        return array(request, await self.found(request), page(request), self.render(request))


def _job(request: web.Request) -> Callable[[Run], Json]:
    now, encode = request[NOW], encoding(request)
    dependencies = wants(request, "Context-PlanDependenciesScope")
    return lambda run: job_json(run, now, encode, dependencies=dependencies)


def _stream(request: web.Request) -> Callable[[Stream], Json]:
    now, encode = request[NOW], encoding(request)
    dependencies = wants(request, "Context-PlanDependenciesScope")
    return lambda stream: stream_json(stream, now, encode, dependencies=dependencies)


def _workstation(request: web.Request) -> Callable[[Workstation], Json]:
    encode = encoding(request)
    return lambda workstation: workstation_json(workstation, encode)


def _prompt(request: web.Request) -> Callable[[Prompt], Json]:
    encode = encoding(request)
    return lambda prompt: prompt_json(prompt, encode)


def _resource(request: web.Request) -> Callable[[Resource], Json]:
    encode = encoding(request)
    return lambda resource: resource_json(resource, encode)


def _file(request: web.Request) -> Callable[[WatchedFile], Json]:
    encode = encoding(request)
    return lambda file: file_json(file, encode)


def _domain(request: web.Request) -> Callable[[str], Json]:
    plan, encode = request[PLAN], encoding(request)
    return lambda _: domain_json(plan, encode)


def _domains(request: web.Request, query: Query) -> list[str]:
    name: Field[str] = Field(Kind.STRING, lambda domain, _: domain)
    return compile_query(query, {"name": name}).select([DOMAIN], request[NOW])


JOBS = Listing(queries.JOBS, queries.matching_runs, _job)
STREAMS = Listing(queries.STREAMS, lambda request, query: matching(request, V1_STREAMS, query), _stream)
WORKSTATIONS = Listing(
    queries.WORKSTATIONS, lambda request, query: matching(request, V1_WORKSTATIONS, query), _workstation
)
PROMPTS = Listing(queries.PROMPTS, lambda request, query: matching(request, V1_PROMPTS, query), _prompt)
RESOURCES = Listing(queries.RESOURCES, lambda request, query: matching(request, V1_RESOURCES, query), _resource)
FILE_LISTING = Listing(queries.FILES, lambda request, query: matching(request, FILES, query), _file)
DOMAINS = Listing(queries.DOMAINS, _domains, _domain)


def stream_of(request: web.Request, identity: str | None = None) -> Stream:
    """The job stream with that id; without one, with that in the path. Raises a 404 or 403."""
    identity = identity or request.match_info["id"]
    stream = request.app[INSTANCES].stream(request[PLAN], identity)
    if stream is None:
        raise not_found("job stream", identity)
    allow(request, stream.folder, f"job stream {identity}")
    return stream


async def get_stream(request: web.Request) -> web.Response:
    """GET /plan/{planId}/jobstream/{id}."""
    return answer(request, whole_stream_json(stream_of(request), request[NOW], encoding(request)))


def _one(request: web.Request, word: str, objects: Sequence[Object], name: Callable[[Object], str]) -> Object:
    identity = request.match_info["id"]
    by_name = {name(one): one for one in objects}
    found = found_by(identity, by_name.get)
    if found is None:
        raise not_found(word, identity)
    allow(request, None, f"{word} {identity}")
    return found


def workstation_of(request: web.Request) -> Workstation:
    """The workstation whose id is in the path. Raises a 404."""
    return _one(request, "workstation", request[PLAN].workstations, workstation_id)


def prompt_of(request: web.Request) -> Prompt:
    """The prompt whose id is in the path. Raises a 404 or 403."""
    found = _one(request, "prompt", request[PLAN].prompts, prompt_id)
    allow(request, owning_stream(found).folder, f"prompt {found.spec.name}")
    return found


def resource_of(request: web.Request) -> Resource:
    """The resource whose id is in the path. Raises a 404."""
    return _one(request, "resource", request[PLAN].resources, resource_id)


async def get_workstation(request: web.Request) -> web.Response:
    """GET /plan/{planId}/workstation/{id}."""
    return answer(request, workstation_json(workstation_of(request), encoding(request)))


async def get_prompt(request: web.Request) -> web.Response:
    """GET /plan/{planId}/prompt/{id}."""
    return answer(request, prompt_json(prompt_of(request), encoding(request)))


async def get_resource(request: web.Request) -> web.Response:
    """GET /plan/{planId}/resource/{id}."""
    return answer(request, resource_json(resource_of(request), encoding(request)))


async def get_file(request: web.Request) -> web.Response:
    """GET /plan/{planId}/file/{id}."""
    found = _one(request, "file", list(FILES.all(request[PLAN])), file_id)
    return answer(request, file_json(found, encoding(request)))


async def get_domain(request: web.Request) -> web.Response:
    """GET /plan/{planId}/domain/{id}."""
    _one(request, "domain", [DOMAIN], str)
    return answer(request, domain_json(request[PLAN], encoding(request)))
