"""HTTP calls that leave for Microsoft: on one session, with timeouts, behind circuits, retried where it is safe."""

import asyncio
import random as _random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
import orjson

from resync_bot.errors import ResyncError
from resync_bot.runtime.resilience import CircuitBreakerManager, CircuitOpenError, RetryPolicy, retry_with_backoff

TRANSIENT = frozenset({412, 429, 500, 502, 503, 504})  # Teams asks for 412, 502 and 504 to be tried again, too
ONCE = RetryPolicy(attempts=1, first=0.0, longest=0.0)
PATIENT = RetryPolicy(attempts=4, first=0.3, longest=3.0, deadline=8.0)
CONNECT_SECONDS = 3.0
LONGEST_RETRY_AFTER = 3600.0


class NoAnswerError(ResyncError):
    """No answer in time, or no connection. `was_sent` is false only if the request certainly did not arrive."""

    def __init__(self, message: str, *, was_sent: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.was_sent = was_sent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `body` is parsed JSON, or None if there was none; `retry_after` is in seconds."""

    status: int
    body: Any
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300


class Budget(Protocol):
    """What the other side takes in a time; see `budget`."""

    async def take(self) -> None:
        """Before each attempt: returns when it may be made, or raises to give up."""
        ...

    async def delay(self, seconds: float) -> None:
        """The other side asked to wait."""
        ...


class _TransientError(Exception):
    """An answer that asks to be asked again: makes it an exception for the loop of retries and the circuit."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Calls:
    """Makes calls. `sleep` and `random` are injected for tests; `now` reads Retry-After given as a date."""

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        circuits: CircuitBreakerManager,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._session = session
        self._circuits = circuits
        self._now = now
        self._sleep = sleep
        self._random = random

    async def call(  # noqa: PLR0913  # what HTTP has, and what three kinds of callers want differently
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | Mapping[str, str] | None = None,
        timeout: float = 10.0,
        policy: RetryPolicy = PATIENT,
        is_repeatable: bool = True,
        budget: Budget | None = None,
    ) -> Reply:
        """The answer, also if it is an error; the last one if all attempts were answered with an error.

        A call that is not repeatable is attempted again only if the other side answered that it did nothing. Raises
        NoAnswerError, and what `budget` raises.
        """
        parts = urlsplit(url)
        circuit = self._circuits.get(f"teams {parts.netloc}", is_answer=_is_answer)

        async def attempt() -> Reply:
            if budget is not None:
                await budget.take()
            try:
                with circuit.attempt():
                    return _settled(await self._once(method, url, headers or {}, data, timeout))
            except _TransientError as error:
                if budget is not None and error.reply.status == 429 and error.reply.retry_after:
                    await budget.delay(error.reply.retry_after)
                raise

        def retry_on(error: BaseException) -> bool:
            if isinstance(error, NoAnswerError):
                return is_repeatable or not error.was_sent
            return isinstance(error, _TransientError)

        try:
            return await retry_with_backoff(
                attempt,
                policy=policy,
                retry_on=retry_on,
                retry_after=lambda error: error.reply.retry_after if isinstance(error, _TransientError) else None,
                sleep=self._sleep,
                random=self._random,
            )
        except _TransientError as error:
            return error.reply
        except CircuitOpenError as error:
            raise NoAnswerError(str(error), was_sent=False, retry_after=error.retry_after) from error

    async def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | Mapping[str, str] | None,
        timeout: float,
    ) -> Reply:
        limits = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_SECONDS)
        host = urlsplit(url).netloc
        try:
            async with self._session().request(
                method, url, headers=headers, data=data, timeout=limits, allow_redirects=False
            ) as response:
                body = await response.read()
                return Reply(response.status, _json(body), self._retry_after(response.headers))
        except aiohttp.ClientConnectorError as error:
            raise NoAnswerError(f"{host}: {type(error).__name__}", was_sent=False) from error
        except TimeoutError as error:
            connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
            raise NoAnswerError(f"{host}: no answer within {timeout:g} s", was_sent=not connecting) from error
        except aiohttp.ClientError as error:
            raise NoAnswerError(f"{host}: {type(error).__name__}", was_sent=True) from error

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        text = headers.get("Retry-After", "").strip()
        if not text:
            return None
        try:
            seconds = float(text)
        except ValueError:
            try:
                seconds = (parsedate_to_datetime(text).astimezone(UTC) - self._now()).total_seconds()
            except ValueError:
                return None
        return min(max(0.0, seconds), LONGEST_RETRY_AFTER) if seconds == seconds else None  # noqa: PLR0124  # NaN


def _settled(reply: Reply) -> Reply:
    """The reply. Raises _TransientError if it asks to be asked again."""
    if reply.status in TRANSIENT:
        raise _TransientError(reply)
    return reply


def _is_answer(error: BaseException) -> bool:
    """A 429 or 412 shows a healthy service that asks to wait."""
    return isinstance(error, _TransientError) and error.reply.status in (412, 429)


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
