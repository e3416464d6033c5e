"""Asks an engine over HTTP: hosts, retries, circuit breakers, metrics. Reads only.

Every outcome is a value or an EngineError. It knows nothing of jobs: `v2` says what is asked and what answers mean.
"""

import asyncio
import random as _random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import orjson
import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import (
    Circuit,
    CircuitBreakerManager,
    CircuitOpenError,
    RetryBudget,
    RetryPolicy,
    retry_with_backoff,
)
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws.clock import EngineClock
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.problems import PoolBusyError, mapped_errors, problem, problem_of, retry_after_of

T = TypeVar("T")

BASE_PATH = "/twsd/api/v2"

log = structlog.get_logger(__name__)

# A failure of the engine or of the way to it: counts for the circuit. Everything else is an answer.
FAILURES = frozenset(
    {EngineErrorKind.UNREACHABLE, EngineErrorKind.TIMED_OUT, EngineErrorKind.UNAVAILABLE, EngineErrorKind.GARBLED}
)
# Worth a second try at once. Not a timeout: whoever waited that long does not want to wait as long again.
RETRIED = FAILURES - {EngineErrorKind.TIMED_OUT}
# Worth asking another host in the same breath.
ROTATED = frozenset({EngineErrorKind.UNREACHABLE, EngineErrorKind.UNAVAILABLE, EngineErrorKind.CIRCUIT_OPEN})


@dataclass(frozen=True, slots=True)
class Read:
    """A GET below the API's base path. Each segment of `path` is quoted already; `operation` names it in metrics."""

    operation: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"


@dataclass(slots=True)
class _Host:
    url: str
    circuit: Circuit


class EngineClient:
    """Safe for concurrent use. `http` is closed by whoever opened it."""

    def __init__(
        self,
        settings: TwsSettings,
        http: httpx.AsyncClient,
        *,
        breakers: CircuitBreakerManager,
        metrics: TwsMetrics,
        clock: EngineClock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self.engine = settings.name
        self.clock = clock
        self._http = http
        self._metrics = metrics
        self._sleep = sleep
        self._random = random
        self._longest = settings.connect_timeout + settings.read_timeout
        self._policy = RetryPolicy(attempts=3, first=0.2, longest=2.0, deadline=settings.read_timeout)
        self._budget = RetryBudget()
        self._hosts = [
            _Host(url, breakers.get(f"tws {settings.name} {urlsplit(url).netloc}", is_answer=_is_answer))
            for url in settings.base_urls
        ]

    async def json(self, read: Read) -> dict[str, Any]:
        """The JSON object that answers `read`. Raises EngineError."""
        return await self.ask(read, _json_object)

    async def ask(self, read: Read, receive: Callable[[Read, httpx.Response], Awaitable[T]]) -> T:
        """What `receive` makes of the 200 that answers `read`, asked again where that may help. Raises EngineError.

        `receive` gets the response with its body still to be read, once per attempt.
        """
        return await retry_with_backoff(
            lambda: self._ask_hosts(read, receive),
            policy=self._policy,
            retry_on=lambda error: isinstance(error, EngineError) and error.kind in RETRIED,
            retry_after=lambda error: error.retry_after if isinstance(error, EngineError) else None,
            on_retry=lambda attempt, error, wait: self._note_retry(read, attempt, error, wait),
            budget=self._budget,
            sleep=self._sleep,
            random=self._random,
        )

    def _note_retry(self, read: Read, attempt: int, error: BaseException, wait: float) -> None:
        self._metrics.retries.labels(self.engine, read.operation).inc()
        log.info("tws.retry", engine=self.engine, operation=read.operation, attempt=attempt, wait=wait, why=str(error))

    async def _ask_hosts(self, read: Read, receive: Callable[[Read, httpx.Response], Awaitable[T]]) -> T:
        """One attempt: the host that answered last, then the others where it cannot be reached."""
        failure = problem(EngineErrorKind.CIRCUIT_OPEN, f"{read.operation}: no host could be asked")
        for host in tuple(self._hosts):
            try:
                answer = await self._ask_host(host, read, receive)
            except EngineError as error:
                if error.kind not in ROTATED:
                    raise
                if failure.kind is EngineErrorKind.CIRCUIT_OPEN:
                    failure = error
            else:
                self._prefer(host)
                return answer
        raise failure

    def _prefer(self, host: _Host) -> None:
        if self._hosts[0] is not host:
            self._hosts.remove(host)
            self._hosts.insert(0, host)
            self._metrics.failovers.labels(self.engine).inc()
            log.warning("tws.failover", engine=self.engine, host=urlsplit(host.url).netloc)

    async def _ask_host(self, host: _Host, read: Read, receive: Callable[[Read, httpx.Response], Awaitable[T]]) -> T:
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            with host.circuit.attempt(), mapped_errors(read.operation):
                answer = await self._exchange(host, read, receive)
        except CircuitOpenError as error:
            outcome = EngineErrorKind.CIRCUIT_OPEN
            raise problem(outcome, f"{read.operation}: {error}", retry_after=error.retry_after) from None
        except EngineError as error:
            outcome = error.kind
            raise
        else:
            outcome = "ok"
            return answer
        finally:
            self._metrics.requests.labels(self.engine, read.operation, outcome).inc()
            self._metrics.seconds.labels(self.engine, read.operation).observe(time.perf_counter() - started)

    async def _exchange(self, host: _Host, read: Read, receive: Callable[[Read, httpx.Response], Awaitable[T]]) -> T:
        correlation = structlog.contextvars.get_contextvars().get("correlation_id")
        request = self._http.build_request(
            "GET",
            host.url + BASE_PATH + read.path,
            params=read.params or None,
            headers={"Accept": read.accept, "Request-Id": str(correlation or uuid4()), **read.headers},
        )
        async with asyncio.timeout(self._longest):
            response = await self._http.send(request, stream=True)
            try:
                self.clock.observe(response.headers.get("Date"))
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise problem_of(read.operation, response)
                return await receive(read, response)
            finally:
                await response.aclose()


def _is_answer(error: BaseException) -> bool:
    return isinstance(error, PoolBusyError) or (isinstance(error, EngineError) and error.kind not in FAILURES)


async def _json_object(read: Read, response: httpx.Response) -> dict[str, Any]:
    body = await response.aread()
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        start = body[:60].decode("utf-8", "replace")
        retry_after = retry_after_of(response)
        raise problem(
            EngineErrorKind.GARBLED, f"{read.operation}: no JSON object but {start!r}", retry_after=retry_after
        )
    return value
