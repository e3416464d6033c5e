"""A question to an engine as HTTP sees it, and its answer: what the client and the dialects speak of."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Generic, TypeVar

import httpx

from resync_bot.tws.shape import Body, Json
from resync_bot.tws.wire import Node

T = TypeVar("T")
N = TypeVar("N")

ROWS_AT_ONCE = 50  # objects that are read before others have their turn: one to three milliseconds


OBJECT = Json(dict)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. Each segment of `path` is quoted already. Whether it changes anything is known to whoever makes it.

    `operation` names it in metrics and messages; `body` is JSON.
    """

    operation: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    method: str = "GET"
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read of the JSON of a 2xx answer, and its headers. Times are read into `zone`."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC

    @property
    def node(self) -> Node:
        """A JSON object as it is; an empty one if it is an array."""
        return Node(self.body, self.zone)

    @property
    def nodes(self) -> list[Node]:
        """The objects of a JSON array as they are; a lone object if it is none."""
        items: list[object] = self.body if isinstance(self.body, list) else [self.body]
        return [Node(item, self.zone) for item in items if isinstance(item, dict)]

    def number(self, header: str) -> int | None:
        """A header that holds a whole number."""
        value = self.headers.get(header, "").strip()
        return int(value) if value.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A request and how its answer is understood: at once, or, where that takes a while, in turns (`in_turns`).

    `shape` says what is read of its JSON. With `receive` the answer is no JSON: it gets the response with its
    body still to be read, once per attempt.
    """

    request: Request
    understand: Callable[[Answer], T | Coroutine[None, None, T]]
    receive: Callable[[httpx.Response], Awaitable[T]] | None = None
    shape: Body = OBJECT


async def in_turns(rows: Sequence[N], read: Callable[[N], T]) -> list[T]:
    """What `read` makes of each row. Others have their turn between: a large page is many milliseconds' work."""
    found: list[T] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        if len(rows) > ROWS_AT_ONCE:
            await asyncio.sleep(0)
        found += map(read, rows[start : start + ROWS_AT_ONCE])
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list to go on: after `offset` objects, or after the one that the engine calls `token`."""

    offset: int = 0
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Part of a list. `rows` counts what the engine sent, `items` what of it belongs to the answer.

    `total` counts all that match, if the engine said so and nothing was left out; `following` is where the next part
    begins.
    """

    items: tuple[T, ...]
    rows: int
    total: int | None = None
    following: Place | None = None
