"""Socket Mode: Slack delivers over WebSockets that the bot opens, so that it needs no public address.

An envelope is acknowledged when it is in the inbox; one that is not comes again, on whichever connection is open. Slack
asks a client to connect anew every few hours: the new connection stands before the old one is left (S6). Several
replicas, and several connections of one, each get a part of the deliveries
(docs.slack.dev/apis/events-api/using-socket-mode, checked 2026-11-23).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import aiohttp
import orjson
import structlog

from adapters.slack.api import SlackApi
from adapters.slack.errors import SlackRefusedError
from adapters.slack.metrics import SlackMetrics
from adapters.slack.router import Router
from resync_bot.errors import DeliveryDelayedError, DeliveryError, StoreUnavailableError
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff

log = structlog.get_logger(__name__)

Json = dict[str, Any]

_PING_SECONDS: Final = 10.0  # silence after which the connection is probed
_RECONNECT: Final = RetryPolicy(attempts=None, first=0.2, longest=15.0)


class _ConnectionLostError(DeliveryError):
    """Connect again."""


class SocketTransport:
    """Keeps connections open, each with a successor before it ends."""

    def __init__(
        self, session: aiohttp.ClientSession, api: SlackApi, app_token: str, router: Router, metrics: SlackMetrics
    ) -> None:
        self._session = session
        self._api = api
        self._token = app_token
        self._router = router
        self._metrics = metrics

    @asynccontextmanager
    async def running(self, connections: int) -> AsyncIterator[None]:
        """Keeps `connections` open until the end of the block; they come up while the block runs."""
        async with asyncio.TaskGroup() as group:
            keepers = [
                group.create_task(self._keep_connected(), name=f"slack socket {number}")
                for number in range(connections)
            ]
            try:
                yield
            finally:
                for keeper in keepers:
                    keeper.cancel()

    async def _keep_connected(self) -> None:
        """One connection after the other. A refused token is logged and tried again: it may be set right in Slack."""
        async with asyncio.TaskGroup() as group:
            while True:
                socket = await retry_with_backoff(
                    self._connect,
                    policy=_RECONNECT,
                    retry_on=lambda error: isinstance(error, DeliveryError),
                    retry_after=lambda error: error.retry_after if isinstance(error, DeliveryDelayedError) else None,
                    on_retry=_log_failure,
                )
                to_be_replaced = asyncio.Event()
                group.create_task(self._serve(socket, to_be_replaced), name="slack socket")
                await to_be_replaced.wait()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        answer = await self._api.call("apps.connections.open", self._token, {})
        async with AsyncExitStack() as stack:  # one that nobody reads is closed: Slack would deliver through it
            try:
                opening = self._session.ws_connect(str(answer["url"]), heartbeat=_PING_SECONDS, max_msg_size=0)
                socket = await stack.enter_async_context(opening)
                hello = _envelope(await socket.receive(timeout=_PING_SECONDS))
            except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
                raise _ConnectionLostError(f"no WebSocket to Slack: {type(error).__name__}") from error
            if not hello:
                raise _ConnectionLostError("a WebSocket to Slack begins without a greeting")
            stack.pop_all()
        log.info("slack_socket_open", connections=hello.get("num_connections"))
        return socket

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, to_be_replaced: asyncio.Event) -> None:
        self._metrics.sockets.inc()
        try:
            async with socket, asyncio.TaskGroup() as group:
                async for message in socket:
                    envelope = _envelope(message)
                    if envelope.get("type") == "disconnect":
                        log.info("slack_socket_refresh", reason=envelope.get("reason"))
                        to_be_replaced.set()  # Slack closes this one when the next one stands
                    elif "envelope_id" in envelope:
                        group.create_task(self._handle(socket, envelope), name="slack envelope")
        finally:
            self._metrics.sockets.dec()
            to_be_replaced.set()

    async def _handle(self, socket: aiohttp.ClientWebSocketResponse, envelope: Json) -> None:
        payload = envelope.get("payload") or {}
        try:
            match envelope.get("type"):
                case "events_api":
                    await self._router.event(payload)
                case "interactive":
                    await self._router.interaction(payload)
                case "slash_commands":
                    await self._router.command(payload)
                case kind:
                    log.info("slack_envelope_unknown", kind=kind)
        except (StoreUnavailableError, DeliveryError) as error:
            log.warning("slack_not_acknowledged", error=str(error), retry=envelope.get("retry_attempt", 0))
            return
        except (KeyError, TypeError, ValueError) as error:
            log.warning("slack_unreadable", error=type(error).__name__)
        except Exception:
            # As a request that fails unforeseen is answered 500: it comes again, and the connection goes on.
            log.exception("slack_not_acknowledged")
            return
        try:
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        except ConnectionError:
            log.info("slack_acknowledgement_lost")  # it comes again, and is known then


def _envelope(message: aiohttp.WSMessage) -> Json:
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = orjson.loads(message.data)
    except ValueError:
        log.warning("slack_unreadable", error="not JSON")
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _log_failure(_attempt: int, error: BaseException, wait: float) -> None:
    hint = error.hint if isinstance(error, SlackRefusedError) else ""
    log.warning("slack_socket_not_open", error=str(error), hint=hint, wait=round(wait, 1))
