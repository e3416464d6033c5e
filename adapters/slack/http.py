"""`POST /slack/events`: events, commands and interactions, each verified, handed in, and only then acknowledged."""

import time
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

import orjson
import structlog
from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

from adapters.slack.addresses import EVENTS_PATH
from adapters.slack.metrics import SlackMetrics
from adapters.slack.router import Router
from resync_bot.errors import DeliveryError, StoreUnavailableError

log = structlog.get_logger(__name__)


class HttpTransport:
    """Verifies by the signing secret: HMAC-SHA256, compared in constant time, at most five minutes old."""

    def __init__(
        self,
        secret: str,
        router: Callable[[], Router | None],
        metrics: SlackMetrics,
        *,
        now: Callable[[], float],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`router` is None while the adapter does not run; `now` gives seconds since 1970."""
        self._verifier = SignatureVerifier(secret, _Clock(now))
        self._router = router
        self._metrics = metrics
        self._clock = clock

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The one route."""
        return (web.post(EVENTS_PATH, self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """200 once it is safe, 401 for what is not Slack's, 503 for what is to come again."""
        started = self._clock()
        body = await request.read()
        if not self._is_slacks(request, body):
            self._metrics.received("request", "not_slacks").inc()
            return web.Response(status=401, text="not signed by Slack")
        router = self._router()
        if router is None:
            return _come_again()
        try:
            response = await _dispatch(router, request, body)
        except (StoreUnavailableError, DeliveryError) as error:
            log.warning("slack_not_acknowledged", error=str(error), retry=request.headers.get("X-Slack-Retry-Num", "0"))
            self._metrics.received("request", "refused_for_now").inc()
            return _come_again()
        except (KeyError, TypeError, ValueError) as error:
            log.warning("slack_unreadable", error=type(error).__name__)
            self._metrics.received("request", "unreadable").inc()
            return web.Response(status=400, text="not readable")
        self._metrics.acknowledged.observe(self._clock() - started)
        return response

    def _is_slacks(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not timestamp.isdecimal() or len(timestamp) > 12 or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False


async def _dispatch(router: Router, request: web.Request, body: bytes) -> web.Response:
    if request.content_type == "application/x-www-form-urlencoded":
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if "payload" in form:
            await router.interaction(orjson.loads(form["payload"]))
        elif "command" in form:
            await router.command(form)
        return web.Response()
    payload = orjson.loads(body)
    if payload["type"] == "url_verification":
        return web.json_response({"challenge": payload["challenge"]})
    await router.event(payload)
    return web.Response()


def _come_again() -> web.Response:
    return web.Response(status=503, text="please deliver it again", headers={"Retry-After": "2"})


class _Clock(Clock):
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()
