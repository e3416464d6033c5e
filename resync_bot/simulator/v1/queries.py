"""The body of a V1 query, read into the query that OQL would be read into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from aiohttp import web

from resync_bot.simulator.bodies import as_object
from resync_bot.simulator.oql import compile_query
from resync_bot.simulator.oql.syntax import AllOf, AnyOf, Comparison, Expression, Operator, Query, SortKey
from resync_bot.simulator.parameters import NOW, PLAN, matching, visible
from resync_bot.simulator.plan import Job, Run
from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1 import filters
from resync_bot.simulator.v1.conditions import Members, World, all_of, conditions, negated
from resync_bot.simulator.v1.fields import LAST, RUN_FIELDS, V1_JOBS
from resync_bot.simulator.v1.wire import INSTANCES

_ENVELOPE = frozenset({"filters", "sorters", "complexFilters"})

# How the texts of a filter are to be read: no more than ISO 8601 in UTC is understood here.
_FORMATS = frozenset({"dateFormat", "dateTimeFormat", "durationFormat", "dateTimeOffset"})


@dataclass(frozen=True, slots=True)
class Language:
    """What can be asked of one type of object: `name` is the beginning of its members' names in a body."""

    name: str
    members: Members
    sorters: Mapping[str, str]


JOBS = Language("jobInPlan", filters.JOB_MEMBERS, filters.JOB_SORTERS)
STREAMS = Language("jobStreamInPlan", filters.STREAM_MEMBERS, filters.STREAM_SORTERS)
WORKSTATIONS = Language("workstationInPlan", filters.WORKSTATION_MEMBERS, filters.WORKSTATION_SORTERS)
PROMPTS = Language("promptInPlan", filters.PROMPT_MEMBERS, filters.PROMPT_SORTERS)
RESOURCES = Language("resourceInPlan", filters.RESOURCE_MEMBERS, filters.RESOURCE_SORTERS)
FILES = Language("fileInPlan", filters.FILE_MEMBERS, filters.FILE_SORTERS)
CRITICAL_JOBS = Language("criticalJobInPlan", filters.CRITICAL_JOB_MEMBERS, {})
CRITICAL_PATH = Language("jobInPlanOnCriticalPath", filters.CRITICAL_PATH_MEMBERS, {})
DOMAINS = Language("domainInPlan", filters.DOMAIN_MEMBERS, filters.DOMAIN_SORTERS)


def world(request: web.Request) -> World:
    """What the filters of the request refer to."""
    return World(request[PLAN], request.app[INSTANCES])


def read_query(given: Json, language: Language, known: World) -> Query:
    """`{"filters", "sorters", "complexFilters"}`, or the filters alone, as `query_next` sends them. Raises a 400."""
    if not given.keys() & _ENVELOPE:
        given = {"filters": given}
    unknown = sorted(given.keys() - _ENVELOPE)
    if unknown:
        raise bad_parameter(f"A query has no {', '.join(unknown)}.")
    plain = _filters(as_object(given.get("filters", {}), "filters"), language, known)
    tree = _complex(as_object(given.get("complexFilters", {}), "complexFilters"), language, known)
    return Query(all_of(plain, tree), _order(as_object(given.get("sorters", {}), "sorters"), language))


def filter_of(given: Json, name: str) -> Json:
    """The one filter of that name in a body whose `filters` may hold nothing else. Raises a 400."""
    inside = as_object(given.get("filters", {}), "filters")
    unknown = sorted(inside.keys() - _FORMATS - {name})
    if unknown:
        raise bad_parameter(f"This query has no {', '.join(unknown)}.")
    return as_object(inside.get(name, {}), name)


def _filters(given: Json, language: Language, known: World) -> Expression | None:
    name = f"{language.name}Filter"
    return conditions(name, filter_of({"filters": given}, name), language.members, known)


def _complex(given: Json, language: Language, known: World) -> Expression | None:
    """A tree: each node joins filters, each of them perhaps turned round, and further nodes."""
    name = f"{language.name}ComplexFilter"
    unknown = sorted(given.keys() - {"operator", name, "complexFilters"})
    if unknown:
        raise bad_parameter(f"complexFilters has no {', '.join(unknown)} here.")
    parts: list[Expression] = []
    for one in _list(given, name):
        part = conditions(name, one.get("filter", {}), language.members, known)
        if part is not None:
            parts.append(negated(part) if one.get("notOperator") is True else part)
    for node in _list(given, "complexFilters"):
        branch = _complex(node, language, known)
        if branch is not None:
            parts.append(branch)
    if not parts:
        return None
    joined = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    match given.get("operator", ""):
        case "AND":
            return all_of(*parts)
        case "OR" | "":
            return joined
        case "NOT":  # of several, says the API document, it is their OR
            return negated(joined)
        case _:
            raise bad_parameter("operator must be AND, OR or NOT.")


def _list(given: Json, name: str) -> list[Json]:
    found = given.get(name, [])
    if not isinstance(found, list):
        raise bad_parameter(f"{name} must be a list.")
    return [as_object(one, name) for one in found]


def _order(given: Json, language: Language) -> tuple[SortKey, ...]:
    name = f"{language.name}Sorter"
    unknown = sorted(given.keys() - {name})
    if unknown:
        raise bad_parameter(f"sorters has no {', '.join(unknown)} here.")
    keys = {member: as_object(how, member) for member, how in as_object(given.get(name, {}), name).items()}
    unsorted = sorted(keys.keys() - language.sorters.keys())
    if unsorted:
        raise bad_parameter(f"{name} does not know {', '.join(unsorted)}.")
    return tuple(
        SortKey(language.sorters[member], descending=how.get("descending") is True)
        for member, how in sorted(keys.items(), key=lambda pair: _priority(*pair))
    )


def _priority(member: str, how: Json) -> int:
    priority = how.get("priority", 0)
    if not isinstance(priority, int):
        raise bad_parameter(f"The priority of {member} must be a whole number.")
    return priority


class _Rows(Sequence[Run]):
    """The last runs of jobs, and further runs after them. The jobs are looked at only where a slice needs them."""

    def __init__(self, jobs: Sequence[Job], further: Sequence[Run] = ()) -> None:
        self._jobs = jobs
        self._further = further

    def __len__(self) -> int:
        return len(self._jobs) + len(self._further)

    @overload
    def __getitem__(self, index: int) -> Run: ...

    @overload
    def __getitem__(self, index: slice) -> list[Run]: ...

    def __getitem__(self, index: int | slice) -> Run | list[Run]:
        jobs = len(self._jobs)
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            last = [job.run for job in self._jobs[start : min(stop, jobs)]] if start < jobs else []
            return [*last, *self._further[max(start - jobs, 0) : max(stop - jobs, 0)]]
        position = range(len(self))[index]
        return self._jobs[position].run if position < jobs else self._further[position - jobs]


def matching_runs(request: web.Request, query: Query) -> Sequence[Run]:
    """The runs that a query of jobs selects: every run of a rerun chain is a row of V1, the last first."""
    last_alone, where = _without_last(query.where)
    jobs = matching(request, V1_JOBS, Query(where, query.order))
    if last_alone:
        return _Rows(jobs)
    chains = (job for job in visible(request, V1_JOBS) if len(job.runs) > 1)
    earlier = compile_query(Query(query.where, ()), RUN_FIELDS).select(
        (run for job in chains for run in job.runs if run is not job.run), request[NOW]
    )
    if not earlier or not query.order:
        return _Rows(jobs, earlier)
    rows = [job.run for job in jobs] + earlier
    return compile_query(Query(None, query.order), RUN_FIELDS).select(rows, request[NOW])


_LAST = Comparison(LAST, Operator.EQUAL, value=True)


def _without_last(where: Expression | None) -> tuple[bool, Expression | None]:
    """Whether only last runs are wanted, and what else is: that a job's fields are of its last run needs no test."""
    if where == _LAST:
        return True, None
    if isinstance(where, AllOf) and _LAST in where.parts:
        return True, all_of(*(part for part in where.parts if part != _LAST))
    return False, where
