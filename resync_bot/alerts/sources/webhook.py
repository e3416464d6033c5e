"""`POST /webhooks/tws`: what an engine, or a tool beside it, tells by itself, so that nobody waits for the next poll.

Verify, read, then keep in one step with the claim of the signature, and only then acknowledge: 202 means that the
notice outlives this process. 503 means that it may be sent again as it is.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis

from resync_bot.alerts.sources.notices import EngineNames, MalformedNoticeError, Notice
from resync_bot.alerts.sources.reading import LARGEST_BODY, read_notice
from resync_bot.alerts.sources.signature import REMEMBERED, SignatureFault, verify
from resync_bot.alerts.sources.waiting_notices import Taking, WaitingNotices
from resync_bot.errors import StoreUnavailableError

log = structlog.get_logger(__name__)

PATH: Final = "/webhooks/tws"
BODY_SECONDS: Final = 10.0  # for which a sender may take to send its body


class WebhookOutcome(StrEnum):
    """How a request ended: one log line, one count."""

    ACCEPTED = "accepted"
    OFF = "off"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    UNSIGNED = "unsigned"
    WRONG_SIGNATURE = "wrong_signature"
    STALE = "stale"
    MALFORMED = "malformed"
    REPLAYED = "replayed"
    RATE_LIMITED = "rate_limited"
    STORE_AWAY = "store_away"


class WebhookMetrics:
    """What the webhook counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "resync_webhook_requests", "Requests to the webhook by how they ended", ("outcome",), registry=registry
        )
        self.notices = Counter(
            "resync_webhook_notices", "Notices taken, by the form they came in", ("source",), registry=registry
        )
        self.dropped = Counter(
            "resync_webhook_notices_dropped", "Waiting notices given up for newer ones", registry=registry
        )


class Webhook:
    """Takes notices from whoever knows one of the secrets. Without a secret it takes nothing."""

    def __init__(
        self,
        redis: Redis,
        *,
        namespace: str,
        secrets: Sequence[str],
        engines: EngineNames,
        now: Callable[[], datetime],
        metrics: CollectorRegistry,
    ) -> None:
        self._waiting = WaitingNotices(redis, namespace=namespace)
        self._secrets = tuple(secrets)
        self._engines = engines
        self._now = now
        self._metrics = WebhookMetrics(metrics)

    def routes(self) -> list[web.RouteDef]:
        """The endpoint."""
        return [web.post(PATH, self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        if not self._secrets:
            raise self._refused(WebhookOutcome.OFF, web.HTTPNotFound(text="The webhook is off: it has no secret."))
        body = await self._body(request)
        signature = self._verified(request, body)
        try:
            notice = read_notice(body, self._engines, self._now())
        except MalformedNoticeError as error:
            raise self._refused(WebhookOutcome.MALFORMED, web.HTTPBadRequest(text=str(error))) from None
        await self._keep(notice, signature)
        self._ended(WebhookOutcome.ACCEPTED, source=notice.source.value, engine=notice.engine)
        self._metrics.notices.labels(notice.source.value).inc()
        return web.json_response({"status": "accepted"}, status=202)

    async def _body(self, request: web.Request) -> bytes:
        """Never more of it than is taken, and never for longer than a body of that size can need."""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.content.iter_chunked(LARGEST_BODY):
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        raise self._refused(
                            WebhookOutcome.TOO_LARGE,
                            web.HTTPRequestEntityTooLarge(LARGEST_BODY, text=f"At most {LARGEST_BODY} bytes, please."),
                        )
        except TimeoutError:
            raise self._refused(
                WebhookOutcome.TOO_SLOW, web.HTTPRequestTimeout(text="The body did not come in time.")
            ) from None
        return bytes(body)

    def _verified(self, request: web.Request, body: bytes) -> str:
        match verify(request.headers, body, secrets=self._secrets, now=self._now()):
            case SignatureFault.UNSIGNED:
                outcome, text = WebhookOutcome.UNSIGNED, "The signature or its timestamp is missing or malformed."
            case SignatureFault.WRONG:
                outcome, text = WebhookOutcome.WRONG_SIGNATURE, "The signature is wrong."
            case SignatureFault.STALE:
                outcome, text = WebhookOutcome.STALE, "The signature is too old: compare the clocks."
            case signature:
                return signature
        raise self._refused(outcome, web.HTTPUnauthorized(text=text))

    async def _keep(self, notice: Notice, signature: str) -> None:
        try:
            taken = await self._waiting.append(notice, signature=signature, remembered=REMEMBERED)
        except StoreUnavailableError as error:
            self._ended(WebhookOutcome.STORE_AWAY, error=str(error))
            raise  # the server answers 503
        match taken.taking:
            case Taking.ACCEPTED:
                self._metrics.dropped.inc(taken.dropped)
            case Taking.REPLAYED:
                raise self._refused(WebhookOutcome.REPLAYED, web.HTTPConflict(text="This was taken already."))
            case Taking.RATE_LIMITED:
                raise self._refused(
                    WebhookOutcome.RATE_LIMITED,
                    web.HTTPTooManyRequests(
                        text="Too many notices at once.", headers={"Retry-After": str(math.ceil(taken.retry_after))}
                    ),
                )
            case _:
                assert_never(taken.taking)

    def _refused(self, outcome: WebhookOutcome, error: web.HTTPException) -> web.HTTPException:
        self._ended(outcome, reason=error.text)
        return error

    def _ended(self, outcome: WebhookOutcome, **facts: object) -> None:
        self._metrics.requests.labels(outcome.value).inc()
        log.info("webhook_ended", outcome=outcome.value, **facts)
