"""Calls of Slack's Web API over one shared session, and what their failures mean.

Each failure is one of three: to be sent again later (DeliveryDelayedError), not known to have happened
(DeliveryUnknownError), or never (SlackRefusedError).

The calls are made here and not by slack_sdk's client, whose requests and responses cost as much as the exchange itself
(measured 2026-11-23: 0.2 ms of 0.4). Bolt and OAuth use that client, without its own retries.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import aiohttp
import orjson
from slack_sdk.errors import SlackClientError
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.errors import SlackRefusedError
from adapters.slack.metrics import SlackMetrics
from resync_bot.errors import DeliveryDelayedError, DeliveryError, DeliveryUnknownError
from resync_bot.runtime.resilience import (
    Circuit,
    CircuitBreakerManager,
    CircuitOpenError,
    CircuitSettings,
    RetryPolicy,
    retry_with_backoff,
)
from resync_bot.runtime.rounds import next_round

Json = dict[str, Any]
T = TypeVar("T")

CALL_SECONDS: Final = 10.0
COURTESY_SECONDS: Final = 2.0  # for what nobody should wait for
DEFAULT_RETRY_AFTER: Final = 1.0  # where Slack names none
CONNECTIONS: Final = 64  # open at most, to one host

# Slack could not say whether it did what it was asked (docs.slack.dev/reference/methods, checked 2026-11-23).
_UNSURE: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_SLOW_DOWN: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_READS: Final = frozenset(
    {
        "users.info", "conversations.replies", "conversations.history", "conversations.info",
        "files.getUploadURLExternal",
    }
)  # fmt: skip

_NO_TIMEOUT: Final = aiohttp.ClientTimeout(total=None)  # ours is around the call
_PATIENT: Final = RetryPolicy(attempts=4, first=0.2, longest=3.0, deadline=20.0)


class SlackApi:
    """The Web API at one address, for any number of tokens."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, circuits: CircuitBreakerManager, metrics: SlackMetrics
    ) -> None:
        """`url` ends in `/api/`."""
        self._session = session
        self._url = url
        self._metrics = metrics
        settings = CircuitSettings(failures=10, rest=5.0)
        self._circuit = circuits.get("slack", settings=settings, is_answer=_is_answer)
        self._courtesies = circuits.get("slack courtesies", settings=settings, is_answer=_is_answer)

    def anonymous(self) -> AsyncWebClient:
        """slack_sdk's client without a token, on the shared session, without retries of its own."""
        return AsyncWebClient(base_url=self._url, session=self._session, retry_handlers=[], logger=_sdk_log)

    async def call(self, method: str, token: str, arguments: Json, *, timeout: float = CALL_SECONDS) -> Json:
        """One attempt of `timeout` seconds. Raises DeliveryDelayedError, DeliveryUnknownError, SlackRefusedError."""
        return (await self._counted(method, token, arguments, timeout, self._circuit)).data

    async def courtesy(self, method: str, token: str, arguments: Json) -> Json:
        """One short attempt at something that nobody waits for; raises like `call`, and slows nothing else down."""
        return (await self._counted(method, token, arguments, COURTESY_SECONDS, self._courtesies)).data

    async def read(self, method: str, token: str, arguments: Json) -> Json:
        """Asks a few times, for what may be asked twice. Raises like `call`."""
        return await retry_with_backoff(
            lambda: self.call(method, token, arguments),
            policy=_PATIENT,
            retry_on=lambda error: isinstance(error, DeliveryDelayedError | DeliveryUnknownError),
            retry_after=_asked_wait,
        )

    async def patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """A call of this class, made again when Slack asked to wait; what may have happened is not done twice.

        For work behind an acknowledgement, where nobody else waits and tries again. Raises as the call does.
        """
        return await retry_with_backoff(
            call,
            policy=_PATIENT,
            retry_on=lambda error: isinstance(error, DeliveryDelayedError),
            retry_after=_asked_wait,
        )

    async def upload(self, url: str, content: bytes) -> None:
        """One attempt to put a file's bytes where `files.getUploadURLExternal` said. Raises like `call`."""
        try:
            with self._courtesies.attempt():
                async with asyncio.timeout(CALL_SECONDS), self._session.post(url, data=content) as response:
                    status, headers = response.status, response.headers
        except CircuitOpenError as error:
            raise DeliveryDelayedError(str(error), retry_after=error.retry_after) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise DeliveryUnknownError(f"no clear answer to an upload: {type(error).__name__}") from error
        if status == 429:
            raise DeliveryDelayedError("Slack asks to wait", retry_after=_retry_after(headers))
        if status >= 500:
            raise DeliveryUnknownError(f"Slack answers an upload with {status}")
        if status != 200:
            raise SlackRefusedError("upload", f"status {status}")

    async def who_am_i(self, token: str) -> tuple[Json, frozenset[str]]:
        """What auth.test says, and the scopes that the token has. Raises like `call`."""
        answer = await self._counted("auth.test", token, {}, CALL_SECONDS, self._circuit)
        scopes = next((text for name, text in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
        return answer.data, frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())

    async def respond(self, url: str, body: Json) -> None:
        """Answers through the response URL of an interaction or a command. Raises like `call`."""
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[], logger=_sdk_log)
        try:
            with self._courtesies.attempt():
                async with asyncio.timeout(CALL_SECONDS):
                    response = await webhook.send_dict(body)
        except CircuitOpenError as error:
            raise DeliveryDelayedError(str(error), retry_after=error.retry_after) from error
        except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
            raise DeliveryUnknownError(f"no clear answer to a response URL: {type(error).__name__}") from error
        if response.status_code == 429:
            raise DeliveryDelayedError("Slack asks to wait", retry_after=_retry_after(response.headers))
        if response.status_code != 200:
            raise SlackRefusedError("response_url", f"status {response.status_code}")

    async def _counted(self, method: str, token: str, arguments: Json, timeout: float, circuit: Circuit) -> "_Answer":
        outcome = "ok"
        try:
            return await self._attempt(method, token, arguments, timeout, circuit)
        except CircuitOpenError as error:
            outcome = "circuit_open"
            raise DeliveryDelayedError(str(error), retry_after=error.retry_after) from error
        except DeliveryDelayedError:
            outcome = "delayed"
            raise
        except SlackRefusedError as error:
            outcome = error.refusal.value
            self._metrics.refusals.labels(outcome).inc()
            raise
        except DeliveryError:
            outcome = "unknown"
            raise
        finally:
            self._metrics.calls(method, outcome).inc()

    async def _attempt(self, method: str, token: str, arguments: Json, timeout: float, circuit: Circuit) -> "_Answer":
        await next_round()
        with circuit.attempt():
            try:
                async with asyncio.timeout(timeout), self._request(method, token, arguments) as response:
                    body = await response.read()
                data = _json_object(body)
            except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
                raise _NotSentError(f"Slack cannot be reached for {method}: {error}") from error
            except (TimeoutError, aiohttp.ClientError, ValueError) as error:
                raise DeliveryUnknownError(f"no clear answer to {method}: {type(error).__name__}") from error
            if response.status != 200 or data.get("ok") is not True:
                raise _meaning(method, response.status, response.headers, data)
        return _Answer(data, response.headers)

    def _request(self, method: str, token: str, arguments: Json) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        url, headers = self._url + method, {"Authorization": f"Bearer {token}"}
        if method in _READS:
            asked = {name: str(int(value) if isinstance(value, bool) else value) for name, value in arguments.items()}
            return self._session.get(url, params=asked, headers=headers, timeout=_NO_TIMEOUT)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return self._session.post(url, data=orjson.dumps(arguments), headers=headers, timeout=_NO_TIMEOUT)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a method returned."""

    data: Json
    headers: Mapping[str, str]


class _NotSentError(DeliveryDelayedError):
    """There was no connection: nothing was sent, and the dependency is down."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after=DEFAULT_RETRY_AFTER)


_sdk_log = logging.getLogger("slack_sdk")


def _is_answer(error: BaseException) -> bool:
    """Slack that refuses or asks to wait is there."""
    return isinstance(error, DeliveryDelayedError | SlackRefusedError) and not isinstance(error, _NotSentError)


def _json_object(body: bytes) -> Json:
    """Empty for anything else: a proxy in between may say what it likes."""
    try:
        data = orjson.loads(body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _meaning(method: str, status: int, headers: Mapping[str, str], data: Json) -> DeliveryError:
    code = data.get("error", "")
    if status == 429 or code in _SLOW_DOWN:
        return DeliveryDelayedError(f"Slack asks {method} to wait", retry_after=_retry_after(headers))
    if code and code not in _UNSURE and status < 500:
        details = data.get("response_metadata") or {}
        needed = data.get("needed")
        detail = f"needs {needed}" if needed else "; ".join(map(str, details.get("messages", ())))[:300]
        return SlackRefusedError(method, str(code), detail=detail)
    if status in (401, 403, 404):
        return SlackRefusedError(method, {401: "invalid_auth", 403: "no_permission", 404: "unknown_method"}[status])
    return DeliveryUnknownError(f"Slack answers {method} with {code or status}")


def _asked_wait(error: BaseException) -> float | None:
    return error.retry_after if isinstance(error, DeliveryDelayedError) else None


def _retry_after(headers: Mapping[str, str]) -> float:
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdecimal() else DEFAULT_RETRY_AFTER


@asynccontextmanager
async def slack_session() -> AsyncIterator[aiohttp.ClientSession]:
    """The one session of the adapter: connections are kept, for all workspaces together.

    The proxy is taken from the environment once (slack_sdk does the same for its clients): with `trust_env` aiohttp
    3.14 reads ~/.netrc in a thread at every call, which cost a third of an answer (measured 2026-11-23).
    """
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=30.0)
    async with aiohttp.ClientSession(
        connector=connector,
        json_serialize=lambda value: orjson.dumps(value).decode(),
        cookie_jar=aiohttp.DummyCookieJar(),  # Slack sets some that only browsers need
        proxy=load_http_proxy_from_env(_sdk_log),
    ) as session:
        yield session
