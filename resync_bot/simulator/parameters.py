"""Reads what a request asks for: who asks, which objects, which part of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from resync_bot.simulator.access import Rights
from resync_bot.simulator.catalogue import Object, ObjectType
from resync_bot.simulator.faults import GONE_SINCE
from resync_bot.simulator.index import Selecting
from resync_bot.simulator.oql import OqlError, compile_query, parse
from resync_bot.simulator.oql.syntax import Query
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.plan_filter import PlanFilterError, parse_selection
from resync_bot.simulator.refusals import bad_parameter, bad_query, forbidden, lacks_right, not_found, unknown
from resync_bot.simulator.rendering import Scope
from resync_bot.simulator.simulator import Simulator

Item = TypeVar("Item")

SIMULATOR = web.AppKey("simulator", Simulator)
RIGHTS = web.RequestKey("rights", Rights)
PLAN = web.RequestKey("plan", Plan)
NOW = web.RequestKey("now", datetime)

# Both the page that a request gets without a limit and the largest that it can have.
MAX_PAGE = 10_000
CURRENT_PLAN = "current"


def integer(request: web.Request, name: str, default: int) -> int:
    """A query parameter that is a whole number of 0 or more. Raises a 400."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise bad_parameter(f"{name} must be a whole number of 0 or more.")
    return int(text)


def flag(request: web.Request, name: str) -> bool:
    """A query parameter that says true or not."""
    return request.query.get(name, "").lower() == "true"


def depth(request: web.Request) -> int:
    """How many levels of predecessors or successors: 1 without the parameter, all for 0.

    The operations that take it do not declare 400; what is not a number is answered with 404, as JAX-RS does.
    """
    text = request.query.get("depth", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise unknown(f"depth {text}")
    return int(text)


def scope(request: web.Request) -> Scope:
    """The `scope` header. A query that names none gets no dependencies: the API document says so of lists."""
    text = request.headers.get("scope")
    if text is None:
        return Scope.WHOLE_NO_DEPENDENCIES
    if text not in Scope.__members__:
        raise bad_parameter("scope is not one of the known scopes.")
    return Scope[text]


def check_plan(request: web.Request) -> None:
    """Only the current plan exists. Raises a 400 for a query of another."""
    if request.query.get("plan_id", CURRENT_PLAN) != CURRENT_PLAN:
        raise bad_parameter("Only the current plan can be queried.")


def selected(request: web.Request, kind: ObjectType[Object]) -> Sequence[Object]:
    """What oql or plan_filter selects of what the user may display, in the order asked for. Raises a 400 or 403."""
    oql, plan_filter = request.query.get("oql"), request.query.get("plan_filter")
    if oql and plan_filter:
        raise bad_parameter("oql and plan_filter exclude each other.")
    try:
        if plan_filter:
            selection = parse_selection(plan_filter)
            if kind.by_filter is not None:
                return kind.by_filter(_selecting(request, kind), selection)
            return [one for one in visible(request, kind) if kind.selected(one, selection)]
        return matching(request, kind, parse(oql or ""))
    except (OqlError, PlanFilterError) as error:
        raise bad_query(str(error)) from error


def visible(request: web.Request, kind: ObjectType[Object]) -> Sequence[Object]:
    """All that the user may display. Raises a 403 for a user without any right."""
    if kind.by_query is not None:
        return kind.by_query(_selecting(request, kind), Query(None, ()), kind.fields)
    rights = _rights(request, kind)
    return [one for one in kind.all(request[PLAN]) if rights.may_display(kind.folder(one))]


def matching(request: web.Request, kind: ObjectType[Object], query: Query) -> Sequence[Object]:
    """What a query selects of what the user may display, in its order. Raises OqlError, and a 403 as `visible` does."""
    if kind.by_query is not None:
        return kind.by_query(_selecting(request, kind), query, kind.fields)

    def select() -> Sequence[Object]:
        return compile_query(query, kind.fields).select(visible(request, kind), request[NOW])

    if query.where is None and query.order and all(is_steady(kind, key.field) for key in query.order):
        # whoever reads page after page of a whole list asks for the same order each time
        question = (kind.word, _rights(request, kind).folders, query.order)
        return request[PLAN].index.ready().remembered(question, select)
    return select()


def is_steady(kind: ObjectType[Object], name: str) -> bool:
    """Whether there is such a field and what it holds never changes."""
    return name in kind.fields and kind.fields[name].steady


def _selecting(request: web.Request, kind: ObjectType[Object]) -> Selecting:
    rights = _rights(request, kind)
    return Selecting(request[PLAN], request[NOW], rights.folders, rights.may_display)


def _rights(request: web.Request, kind: ObjectType[Object]) -> Rights:
    rights: Rights = request[RIGHTS]
    if not rights.folders:
        raise forbidden(rights.user, kind.word)
    return rights


def changed_since(request: web.Request, found: Sequence[Item]) -> Sequence[Item]:
    """What a list has become since the page before, where a fault says that it changed."""
    gone = request.get(GONE_SINCE, 0)
    if gone == 0:
        return found  # a slice of a whole plan would cost as much as the plan is large
    return found[gone:] if gone > 0 else [*found[:-gone], *found]


def one(request: web.Request, kind: ObjectType[Object]) -> Object:
    """The object whose id is in the path. Raises a 404 or 403."""
    identity = request.match_info["id"]
    found = kind.by_id(request[PLAN], identity)
    if found is None or request.query.get("plan_id", CURRENT_PLAN) != CURRENT_PLAN:
        raise not_found(kind.word, identity)
    allow(request, kind.folder(found), f"{kind.word} {identity}")
    return found


def allow(request: web.Request, folder: str | None, what: str) -> None:
    """Raises a 403 unless the user may display objects of the folder."""
    rights: Rights = request[RIGHTS]
    if not rights.may_display(folder):
        raise forbidden(rights.user, what)


def permit(request: web.Request, keyword: str, what: str) -> None:
    """Raises a 403 unless the user has that keyword of the security file."""
    rights: Rights = request[RIGHTS]
    if not rights.may(keyword):
        raise lacks_right(rights.user, keyword, what)
