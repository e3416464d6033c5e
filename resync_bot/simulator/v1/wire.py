"""What a V1 request says beside its path: its body, its paging, which plan, which form of ids; and how answers look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from aiohttp import web

from resync_bot.simulator.archive import Archive
from resync_bot.simulator.parameters import NOW, PLAN, changed_since
from resync_bot.simulator.refusals import bad_parameter, not_found
from resync_bot.simulator.v1.ids import IdEncoding, Instances

_Object = TypeVar("_Object")

ARCHIVE = web.AppKey("v1 archive", Archive)
INSTANCES = web.AppKey("v1 instances", Instances)
ONLY_V1 = web.AppKey("only v1", bool)

# The most objects of one answer; 0 asks for all of them.
MAX_HOW_MANY = 10_000
CURRENT_PLAN = "current"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the found objects an answer tells: from `start`, at most `size` (None: to the end)."""

    start: int
    size: int | None

    def of(self, found: Sequence[_Object]) -> Sequence[_Object]:
        """That part."""
        return found[self.start :] if self.size is None else found[self.start : self.start + self.size]


def choose_plan(request: web.Request) -> None:
    """Lets the request see the plan that its path names. Raises a 404."""
    plan_id = request.match_info["planId"]
    if plan_id == CURRENT_PLAN:
        return
    archived = request.app[ARCHIVE].plan(plan_id)
    if archived is None:
        raise not_found("plan", plan_id)
    request[PLAN], request[NOW] = archived, archived.ends


def plan_id(request: web.Request) -> str:
    """The id of the plan that the request asks about."""
    return request.match_info["planId"]


def encoding(request: web.Request) -> IdEncoding:
    """The form of ids that is wanted; an engine of 9.5 does not encode them by itself. Raises a 400."""
    usual = IdEncoding.PLAIN if request.app[ONLY_V1] else IdEncoding.BASE64
    asked = request.headers.get("Id-Encoding", usual.value)
    try:
        return IdEncoding(asked)
    except ValueError as error:
        raise bad_parameter("Id-Encoding must be 0 or 1.") from error


def wants(request: web.Request, header: str) -> bool:
    """A header that says 1 or not. Raises a 400 for what is neither 0 nor 1."""
    match request.headers.get(header, "0"):
        case "0":
            return False
        case "1":
            return True
        case _:
            raise bad_parameter(f"{header} must be 0 or 1.")


def _whole(request: web.Request, header: str) -> int | None:
    text = request.headers.get(header)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise bad_parameter(f"{header} must be a whole number of 0 or more.")
    return int(text)


def first_page(request: web.Request) -> Page:
    """What `How-Many`, or `Query-PageSize` and `Query-PageNumber` (an offset, says the API document), ask for."""
    how_many, size, offset = (_whole(request, name) for name in ("How-Many", "Query-PageSize", "Query-PageNumber"))
    if size is None and offset is None:
        return Page(0, _size("How-Many", how_many))
    if how_many is not None:
        raise bad_parameter("How-Many excludes Query-PageSize and Query-PageNumber.")
    if plan_id(request) != CURRENT_PLAN:
        raise bad_parameter("Query-PageSize and Query-PageNumber need the current plan.")
    if size == 0:
        raise bad_parameter("Query-PageSize must be at least 1.")
    return Page(offset or 0, _size("Query-PageSize", size))


def next_page(request: web.Request) -> Page:
    """What follows the `Last-Object` of the answer before."""
    last = _whole(request, "Last-Object")
    if last is None:
        raise bad_parameter("Last-Object of the answer before is required.")
    return Page(last, _size("How-Many", _whole(request, "How-Many")))


def _size(header: str, asked: int | None) -> int | None:
    if asked is not None and asked > MAX_HOW_MANY:
        raise bad_parameter(f"{header} must not be more than {MAX_HOW_MANY}.")
    return None if asked == 0 else asked or MAX_HOW_MANY


def answer(
    request: web.Request, content: object, status: int = 200, more: Mapping[str, str] | None = None
) -> web.Response:
    """An answer in JSON with the headers that every answer about a plan has."""
    headers = {
        "Context-PlanId": plan_id(request),
        "Context-DatabasePlan": "1",
        "Context-Locale": "en",
        "Context-UseCache": "0",
        "Context-CheckResync": "0",
        "Context-StatusScope": request.headers.get("Context-StatusScope", "0"),
        **(more or {}),
    }
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json", headers=headers)


def accepted(request: web.Request, status: int = 202) -> web.Response:
    """The answer to an action: nothing has happened yet, and there is nothing to say."""
    return web.Response(status=status, headers={"Context-PlanId": plan_id(request), "Context-Locale": "en"})


def array(
    request: web.Request, found: Sequence[_Object], page: Page, render: Callable[[_Object], dict[str, Any]]
) -> web.Response:
    """One page of a query's result, and in its headers where the next begins."""
    found = changed_since(request, found)
    part = page.of(found)
    end = page.start + len(part)
    headers = {
        "How-Many-Returned": str(len(part)),
        "Last-Object": str(end),
        "Context-HasMoreObjects": "1" if end < len(found) else "0",
        "Context-PlanDependenciesScope": "1" if wants(request, "Context-PlanDependenciesScope") else "0",
    }
    if wants(request, "Context-ObjectCount"):
        headers["Context-ObjectCount"] = str(len(found))
    return answer(request, [render(one) for one in part], more=headers)
