"""What the two APIs have in common: a change as the exchanges that it takes.

A change is a generator that yields each exchange and is sent its answer: first what has to be looked up, then what
changes the plan, once. It returns the ids that the engine gave, which may be none.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from resync_bot.errors import EngineErrorKind
from resync_bot.tws.asking import Answer, Request
from resync_bot.tws.problems import problem


@dataclass(frozen=True, slots=True)
class Look:
    """Changes nothing: may be repeated."""

    request: Request


@dataclass(frozen=True, slots=True)
class Do:
    """Changes the plan: sent once and never again, whatever becomes of it."""

    request: Request


Steps = Generator[Look | Do, Answer, tuple[str, ...]]


def request(
    operation: str,
    method: str,
    path: str,
    *,
    body: object = None,
    params: dict[str, str | int] | None = None,
    headers: dict[str, str] | None = None,
) -> Request:
    """With a JSON body always: engines answer 415 to a request without one."""
    return Request(
        operation,
        path,
        params or {},
        {"Content-Type": "application/json", **(headers or {})},
        method=method,
        body=orjson.dumps({} if body is None else body),
    )


def present(**members: Any) -> dict[str, Any]:
    """The members that are set."""
    return {name: value for name, value in members.items() if value not in (None, "", {}, [])}


def the_one(what: str, ids: Sequence[str]) -> str:
    """The id of the only thing found. Raises EngineError: it must never be another than was meant."""
    if not ids:
        raise problem(EngineErrorKind.NOT_FOUND, f"{what} is not defined in the engine's database")
    if len(ids) > 1:
        raise problem(EngineErrorKind.REFUSED, f"{what} is defined {len(ids)} times: which one is not known")
    return ids[0]
