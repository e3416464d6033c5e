"""The chat page's server, with a small bot behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.client import _RequestContextManager
from aiohttp.test_utils import TestClient, TestServer

from adapters.web import factory
from adapters.web.adapter import WebAdapter
from tests.adapters.conftest import MakeHost
from tests.adapters.small_bot import SmallBot

Client = TestClient[web.Request, web.Application]


@dataclass(frozen=True, slots=True)
class Sent:
    """A server-sent event as a client gets it."""

    kind: str
    id: str | None
    data: dict[str, Any]


def events(text: str) -> list[Sent]:
    """The events of a whole stream."""
    return [event for part in text.split("\n\n") if (event := _event(part))]


def _event(part: str) -> Sent | None:
    lines = dict(line.split(": ", 1) for line in part.split("\n") if line and line[0] != ":")
    return Sent(lines["event"], lines.get("id"), orjson.loads(lines["data"])) if lines else None


async def next_event(response: Any) -> Sent:
    """The next event of an open stream."""
    while True:
        if event := _event((await response.content.readuntil(b"\n\n")).decode()):
            return event


def make_app(adapter: WebAdapter) -> web.Application:
    """A server of the adapter's routes alone."""
    app = web.Application()
    app.add_routes(adapter.routes())
    return app


@pytest.fixture
def adapter(make_host: MakeHost) -> WebAdapter:
    """One replica's adapter."""
    return factory(make_host())


@pytest.fixture
async def client(adapter: WebAdapter, bot: SmallBot) -> AsyncIterator[Client]:
    """A client of that replica, with the bot at work."""
    async with bot.working(adapter), TestClient(TestServer(make_app(adapter))) as client:
        yield client


def ask(client: Client, message: str, conversation: str | None = None, **more: Any) -> _RequestContextManager:
    """POST /api/chat with a question."""
    body = {"message": message, "conversation": conversation, **more}
    return client.post("/api/chat", json=body)


def stream(client: Client, message: str, conversation: str | None = None, **more: Any) -> _RequestContextManager:
    """The same, as a stream of events."""
    body = {"message": message, "conversation": conversation, **more}
    return client.post("/api/chat", json=body, headers={"Accept": "text/event-stream"})
