"""Who may use the page and its API, checked before every handler; and the headers of every response.

Nobody can sign in yet. So production serves nothing of this, and elsewhere the page belongs to whoever sits at this
machine: only this machine's names are answered (against DNS rebinding), and no other site may post here.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter

from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.settings import LOOPBACK, Environment, Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SCHEMES = ("http", "https")  # a proxy may have taken the TLS off
_STORE = "I cannot reach my own memory right now; please try again in a moment."


class Reason(StrEnum):
    """Why a request was turned away; counted."""

    CLOSED = "closed"  # production
    HOST = "host"
    ORIGIN = "origin"
    MEDIA_TYPE = "media_type"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    UNKNOWN_CONVERSATION = "unknown_conversation"
    TOO_MANY = "too_many"
    STORE = "store"  # Redis is away
    TIMED_OUT = "timed_out"


class TurnedAwayError(Exception):
    """The request gets `status` and one plain sentence."""

    def __init__(self, status: int, reason: Reason, sentence: str, **extra: str | float | None) -> None:
        """`extra` goes into the JSON beside `error`; `retry_after`, in whole seconds, also becomes the header."""
        super().__init__(sentence)
        self.status = status
        self.reason = reason
        self.sentence = sentence
        self.extra = extra

    def response(self) -> web.Response:
        """The refusal as JSON."""
        body = orjson.dumps({"error": self.sentence, **self.extra})
        response = web.Response(status=self.status, body=body, content_type="application/json")
        if (wait := self.extra.get("retry_after")) is not None:
            response.headers["Retry-After"] = str(wait)
        return response


class Guard:
    """Puts its checks in front of handlers."""

    def __init__(self, settings: Settings, metrics: CollectorRegistry) -> None:
        self._closed = settings.environment is Environment.PRODUCTION
        self._turned_away = Counter(
            "resync_web_turned_away", "Requests of the chat page that were refused.", ["reason"], registry=metrics
        )

    def protect(self, handler: Handler) -> Handler:
        """`handler` behind the checks; its TurnedAwayError or StoreUnavailableError becomes the response."""

        async def protected(request: web.Request) -> web.StreamResponse:
            try:
                self._check(request)
                response = await handler(request)
            except TurnedAwayError as away:
                response = self._turn_away(away)
            except StoreUnavailableError:
                response = self._turn_away(TurnedAwayError(503, Reason.STORE, _STORE, retry_after=1))
            if not response.prepared:
                secure(response)
            return response

        return protected

    def _turn_away(self, away: TurnedAwayError) -> web.Response:
        self._turned_away.labels(away.reason).inc()
        return away.response()

    def _check(self, request: web.Request) -> None:
        if self._closed:
            raise TurnedAwayError(403, Reason.CLOSED, "The chat page is closed here until people can sign in.")
        if _hostname(request.host) not in LOOPBACK:
            raise TurnedAwayError(403, Reason.HOST, "This page answers only under the name of its own machine.")
        if request.path == "/" or request.path.startswith("/static/"):
            return  # a link from elsewhere may open the page; what it loads is harmless to read
        origin = request.headers.get("Origin")
        if origin is not None and origin.lower() not in {f"{scheme}://{request.host.lower()}" for scheme in _SCHEMES}:
            raise TurnedAwayError(403, Reason.ORIGIN, "Other sites may not talk to this bot.")
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise TurnedAwayError(403, Reason.ORIGIN, "Other sites may not talk to this bot.")


def secure(response: web.StreamResponse) -> None:
    """Sets the headers; nothing is stored by a browser or a proxy unless the handler said otherwise."""
    response.headers.update(SECURITY_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:  # not a host at all, such as "[::1"
        return ""
