"""One HTTP exchange with a host of an engine: a request with the bot's credentials, and what its answer says."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import structlog

from resync_bot.errors import EngineErrorKind
from resync_bot.tws.asking import Answer, Ask, Request
from resync_bot.tws.clock import EngineClock
from resync_bot.tws.connection import Connections
from resync_bot.tws.credentials import Credentials
from resync_bot.tws.hosts import Host, Spoken
from resync_bot.tws.problems import problem, problem_of, retry_after_of

T = TypeVar("T")

ANSWERED = frozenset({200, 201, 202, 204})  # V1 answers a count with 202


ALWAYS = {"User-Agent": "resync-bot", "Accept-Encoding": "gzip, deflate"}


class Exchange:
    """Safe for concurrent use. `timeouts` are httpx's, for each wait; one exchange may take as long as connecting and
    reading may, from request to whole answer."""

    def __init__(
        self,
        connections: Connections,
        credentials: Credentials,
        clock: EngineClock,
        timeouts: Mapping[str, float | None],
    ) -> None:
        self._connections = connections
        self._credentials = credentials
        self._clock = clock
        self._extensions = {"timeout": timeouts}
        self._longest = (timeouts["connect"] or 0.0) + (timeouts["read"] or 0.0)

    async def with_host(self, host: Host, ask: Ask[T], spoken: Spoken | None) -> T | Answer:
        """What `ask.receive` makes of the answer, else its JSON.

        Raises EngineError for an answer that is none, and what httpx raises. A key that is refused is read again from
        its file: where it has changed meanwhile, the engine knew that before the bot.
        """
        request = ask.request
        async with asyncio.timeout(self._longest), self._connections.one() as connection:
            response = await self._send(connection, host, request)
            try:
                if response.status_code == httpx.codes.UNAUTHORIZED and self._credentials.look_again():
                    await response.aclose()
                    response = await self._send(connection, host, request)
                self._clock.observe(response.headers.get("Date"))
                if response.status_code not in ANSWERED:
                    await response.aread()
                    raise problem_of(request.operation, response)
                if ask.receive is not None:
                    return await ask.receive(response)
                body = _decoded(ask, response, await response.aread())
                return Answer(body, response.headers) if spoken is None else Answer(body, response.headers, spoken.zone)
            finally:
                await response.aclose()

    async def _send(self, connection: httpx.AsyncBaseTransport, host: Host, request: Request) -> httpx.Response:
        correlation = structlog.contextvars.get_contextvars().get("correlation_id")
        query = f"?{urlencode(request.params)}" if request.params else ""
        sent = httpx.Request(
            request.method,
            host.url + request.path + query,
            content=request.body,
            headers={
                **ALWAYS,
                "Authorization": self._credentials.header(),
                "Accept": request.accept,
                "Request-Id": str(correlation or uuid4()),
                **request.headers,
            },
            extensions=self._extensions,
        )
        response = await connection.handle_async_request(sent)
        response.request = sent
        return response


def _decoded(ask: Ask[T], response: httpx.Response, body: bytes) -> object:
    try:
        return ask.shape.read(body if body or ask.request.method == "GET" else b"{}")
    except ValueError:
        start = body[:60].decode("utf-8", "replace")
        raise problem(
            EngineErrorKind.GARBLED,
            f"{ask.request.operation}: not JSON of type {ask.shape} but {start!r}",
            retry_after=retry_after_of(response),
        ) from None
