"""POST /api/messages: a request in, verified and durable, an acknowledgement out."""

import time
from collections.abc import Callable
from ipaddress import ip_address

import orjson
import structlog
from aiohttp import web
from pydantic import ValidationError

from adapters.teams.activity import Activity
from adapters.teams.authentication import Authentication, DeniedError, Request, is_loopback
from adapters.teams.calls import NoAnswerError
from adapters.teams.inbound import Inbound
from adapters.teams.metrics import TeamsMetrics
from adapters.teams.transport import Outcome, Transport
from resync_bot.errors import DeliveryError, StoreUnavailableError

PATH = "/api/messages"
LONGEST_BODY = 256 * 1024  # more than Teams ever sends
_PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "Via")

log = structlog.get_logger(__name__)


class Endpoint:
    """Answers 202 (or an invoke's answer), 400 to what is no activity, 401 to what is not believed, 503 to be asked
    again.
    """

    def __init__(
        self,
        authentication: Authentication,
        transport: Transport,
        inbound: Inbound,
        metrics: TeamsMetrics,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._authentication = authentication
        self._transport = transport
        self._inbound = inbound
        self._metrics = metrics
        self._clock = clock

    async def post(self, request: web.Request) -> web.Response:
        """The route's handler."""
        began = self._clock()
        activity = await _activity(request)
        try:
            claims = await self._authentication.verify(_request(request, activity))
            outcome = await self._transport.receive(activity, claims, lambda: self._inbound.handle(activity))
        except DeniedError as error:
            self._metrics.denied.labels(error.denial.value).inc()
            log.warning("teams.denied", reason=error.denial.value)
            raise web.HTTPUnauthorized(text="Not authorised.") from error
        except (NoAnswerError, DeliveryError, StoreUnavailableError) as error:
            log.warning("teams.not_taken", kind=type(error).__name__, error=str(error))
            raise web.HTTPServiceUnavailable(text="Please send it again.", headers={"Retry-After": "2"}) from error
        self._metrics.acknowledged.observe(self._clock() - began)
        return _response(outcome)


async def _activity(request: web.Request) -> Activity:
    if request.content_type != "application/json":
        raise web.HTTPBadRequest(text="Not JSON.")
    if request.content_length is not None and request.content_length > LONGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LONGEST_BODY, request.content_length)
    try:
        return Activity.model_validate(orjson.loads(await request.read()))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise web.HTTPBadRequest(text="Not an Activity.") from error


def _request(request: web.Request, activity: Activity) -> Request:
    return Request(
        authorization=request.headers.get("Authorization", ""),
        channel_id=activity.channel_id,
        service_url=activity.service_url,
        tenant=activity.tenant,
        is_from_this_machine=_is_from_this_machine(request),
    )


def _is_from_this_machine(request: web.Request) -> bool:
    """Not through a proxy or a tunnel on this machine either, and not from a page whose name resolves to it."""
    if any(name in request.headers for name in _PROXY_HEADERS) or not is_loopback(f"http://{request.host}"):
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _response(outcome: Outcome) -> web.Response:
    if outcome.body is None:
        return web.Response(status=outcome.status)
    return web.Response(status=outcome.status, body=orjson.dumps(outcome.body), content_type="application/json")
