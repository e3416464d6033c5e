"""Critical jobs: which there are, how safe they are, and what they wait for."""

from collections import Counter

from aiohttp import web

from resync_bot.simulator.bodies import as_object, json_object
from resync_bot.simulator.oql import OqlError, compile_query
from resync_bot.simulator.oql.syntax import Comparison, Operator, Query
from resync_bot.simulator.parameters import NOW, PLAN, RIGHTS, matching
from resync_bot.simulator.plan import Job
from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.rendering.formats import instant
from resync_bot.simulator.v1 import queries
from resync_bot.simulator.v1.conditions import all_of
from resync_bot.simulator.v1.critical import AlertLevel, Assurance, Forecast
from resync_bot.simulator.v1.fields import V1_JOBS
from resync_bot.simulator.v1.job_endpoints import run_of
from resync_bot.simulator.v1.network import chain_json, critical_json
from resync_bot.simulator.v1.wire import Page, answer, array, encoding, first_page, next_page

_CRITICAL = Comparison("jobOptions.critical", Operator.EQUAL, value=True)

# The API document names no values of `option`; these are the lists that the console shows of a critical job.
_OPTIONS = ("ALL", "CRITICAL_PATH", "HOT_LIST", "INCOMPLETE_PREDECESSORS", "COMPLETED_PREDECESSORS")


async def query_critical_jobs(request: web.Request) -> web.Response:
    """POST /plan/{planId}/criticaljob/query."""
    return _page(request, await _assured(request), first_page(request))


async def query_next_critical_jobs(request: web.Request) -> web.Response:
    """POST /plan/{planId}/criticaljob/query_next."""
    return _page(request, await _assured(request), next_page(request))


def _page(request: web.Request, found: list[Assurance], page: Page) -> web.Response:
    now, encode = request[NOW], encoding(request)
    return array(request, found, page, lambda one: critical_json(one, now, encode))


async def summary_info(request: web.Request) -> web.Response:
    """POST /plan/{planId}/criticaljob/summary_info."""
    levels = Counter(one.level for one in await _assured(request))
    told = {
        "numberOfCriticalJobsNoRisk": levels[AlertLevel.ON_TRACK],
        "numberOfCriticalJobsPotentialRisk": levels[AlertLevel.POTENTIAL_RISK],
        "numberOfCriticalJobsHighRisk": levels[AlertLevel.HIGH_RISK],
        "lastCritPathRecalculation": instant(request[NOW]),
    }
    return answer(request, told)


async def predecessors_chain(request: web.Request) -> web.Response:
    """POST /plan/{planId}/criticaljob/{id}/query_predecessors_chain: what the critical job waits for."""
    given = await json_object(request)
    option = given.get("option") or "ALL"
    if option not in _OPTIONS:
        raise bad_parameter(f"option must be one of {', '.join(_OPTIONS)}.")
    query = queries.read_query(
        as_object(given.get("filter", {}), "filter"), queries.CRITICAL_PATH, queries.world(request)
    )
    now, encode, rights = request[NOW], encoding(request), request[RIGHTS]
    forecast = Forecast(request[PLAN], now)
    assurance = forecast.assurance(run_of(request).job)
    chain = [job for job in _chain(assurance, option) if rights.may_display(job.stream.folder)]
    found = compile_query(query, V1_JOBS.fields).select(chain, now)
    return array(request, found, first_page(request), lambda job: chain_json(job, assurance, forecast, now, encode))


def _chain(assurance: Assurance, option: str) -> tuple[Job, ...]:
    match option:
        case "CRITICAL_PATH":
            return assurance.path
        case "HOT_LIST":
            return assurance.hot
        case "INCOMPLETE_PREDECESSORS":
            return tuple(job for job in assurance.predecessors if not job.done or job.failed)
        case "COMPLETED_PREDECESSORS":
            return tuple(job for job in assurance.predecessors if job.done and not job.failed)
        case _:
            return assurance.predecessors


async def _assured(request: web.Request) -> list[Assurance]:
    """The critical jobs that the body selects, with how they stand."""
    given = await json_object(request)
    levels = _take_levels(given)
    query = queries.read_query(given, queries.CRITICAL_JOBS, queries.world(request))
    try:
        jobs = matching(request, V1_JOBS, Query(all_of(_CRITICAL, query.where), query.order))
    except OqlError as error:
        raise bad_parameter(str(error)) from error
    forecast = Forecast(request[PLAN], request[NOW])
    return [one for one in map(forecast.assurance, jobs) if one.level in levels]


def _take_levels(given: Json) -> frozenset[AlertLevel]:
    """The alert levels that are asked for, taken out of the filter: they are no field of a job, but follow from all."""
    filters = given.get("filters", given)
    own = filters.get("criticalJobInPlanFilter") if isinstance(filters, dict) else None
    wanted = own.pop("alertLevelList", None) if isinstance(own, dict) else None
    if wanted is None:
        return frozenset(AlertLevel)
    if not isinstance(wanted, list) or not all(level in AlertLevel.__members__ for level in wanted):
        raise bad_parameter(f"alertLevelList must be a list of {', '.join(AlertLevel)}.")
    return frozenset(AlertLevel(level) for level in wanted)
