"""The HTTP server: one aiohttp application of the bot's endpoints and the adapters' routes."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from secrets import token_hex

from aiohttp import web
from aiohttp.typedefs import Handler
from structlog import contextvars, get_logger

from resync_bot.errors import ConfigurationError, StoreUnavailableError
from resync_bot.runtime.sections import HttpSettings

log = get_logger(__name__)

MAX_BODY = 1024 * 1024
SHUTDOWN_SECONDS = 5.0  # open event streams are told to come again, not waited for
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Binds a correlation id, turns every error into one JSON shape, and lets no exception's text out."""
    sent = request.headers.get("X-Request-ID", "")
    correlation_id = sent if sent and _CORRELATION_ID.fullmatch(sent) else token_hex(16)
    # Not unbound again: aiohttp handles each request in a task of its own, and so in a context of its own.
    contextvars.bind_contextvars(correlation_id=correlation_id)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = _error(error.status, error.text or error.reason, correlation_id)
        for name in ("Allow", "Retry-After"):
            if name in error.headers:
                response.headers[name] = error.headers[name]
    except StoreUnavailableError as error:
        log.warning("http.store_unavailable", path=request.path, error=str(error))
        response = _error(503, "I cannot take this right now. Please send it again.", correlation_id)
        response.headers["Retry-After"] = "2"
    except Exception:
        log.exception("http.failed", path=request.path)
        response = _error(500, "Something went wrong on my side.", correlation_id)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _error(status: int, text: str, correlation_id: str) -> web.Response:
    return web.json_response({"error": text, "correlation_id": correlation_id}, status=status)


def create_app(routes: Iterable[web.AbstractRouteDef]) -> web.Application:
    """The application; routes that come first win."""
    app = web.Application(middlewares=[_guarded], client_max_size=MAX_BODY)
    app.add_routes(list(routes))
    return app


@asynccontextmanager
async def serving(app: web.Application, settings: HttpSettings) -> AsyncIterator[str]:
    """Listens while the context is open; gives the base URL, with the port that was really taken.

    Raises ConfigurationError if the address cannot be listened on.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigurationError(
                f"PORT: cannot listen on {settings.host}:{settings.port}: {error.strerror or error}",
                hint="Set PORT to a free port, for example PORT=8080.",
            ) from error
        port = runner.addresses[0][1]
        yield f"http://{settings.host}:{port}"
    finally:
        await asyncio.shield(runner.cleanup())
