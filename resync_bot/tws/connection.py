"""Opens the HTTP connections to an engine: pool, timeouts, TLS."""

import math
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Self
from urllib.parse import urlsplit

import anyio
import httpx
import structlog

from resync_bot.errors import ConfigurationError, EngineError
from resync_bot.runtime.tws_settings import EngineSettings

IDLE_SECONDS = 20.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger(__name__)


class Connections:
    """As many as there are calls at once; each call has one to itself, of the idle ones that which was used last.

    httpx's own pool looks at all its connections for each call: with six of them a call costs a fifth more. And httpx
    without its client, which follows redirects, keeps cookies and asks for proxies: none of that may happen with an
    engine. Closed with the block.
    """

    def __init__(
        self, make: Callable[[], httpx.AsyncBaseTransport], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = make
        self._monotonic = monotonic
        self._idle: list[tuple[float, httpx.AsyncBaseTransport]] = []  # since when, the longest first

    async def __aenter__(self) -> Self:
        # httpx imports what it stands on with its first request, a tenth of a second in which nobody else has a turn:
        # that is for the start, when nobody waits.
        import_module("httpcore")
        anyio.get_cancelled_exc_class()  # has anyio find its backend
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close_idle(since=math.inf)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncBaseTransport]:
        """For one call at a time, opened with the first; kept for the next one if the engine answered.

        It is closed after anything else: httpx takes a connection for busy ever after whose request was cancelled
        before it was sent (httpcore 1.0.9, seen 2026-11-24), and every later call would wait for it in vain.
        """
        await self._close_idle(since=self._monotonic() - IDLE_SECONDS)
        connection = self._idle.pop()[1] if self._idle else self._make()
        try:
            yield connection
        except EngineError:  # an answer too
            self._keep(connection)
            raise
        except BaseException:
            await connection.aclose()
            raise
        self._keep(connection)

    def _keep(self, connection: httpx.AsyncBaseTransport) -> None:
        self._idle.append((self._monotonic(), connection))

    async def _close_idle(self, *, since: float) -> None:
        while self._idle and self._idle[0][0] < since:
            _, connection = self._idle.pop(0)
            await connection.aclose()


def connections(settings: EngineSettings) -> Connections:
    """To the hosts of `settings`, to be used in `async with`. Raises ConfigurationError.

    The certificate is checked against `ca_path` or the system's authorities, unless `insecure` is set. Credentials go
    with each request (`credentials`).
    """
    _check(settings)
    tls = _tls(settings)
    one = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_SECONDS)
    return Connections(lambda: httpx.AsyncHTTPTransport(verify=tls, limits=one, trust_env=False))


def timeouts(settings: EngineSettings) -> dict[str, float | None]:
    """For each request, in seconds, by what is waited for; see `httpx.Timeout`."""
    waits = settings.connect_timeout
    return httpx.Timeout(connect=waits, read=settings.read_timeout, write=waits, pool=waits).as_dict()


def _check(settings: EngineSettings) -> None:
    if not settings.base_urls:
        raise ConfigurationError("TWS_HOST: is not set", hint="for example https://master.example.org:31116")
    for url in settings.base_urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ConfigurationError("TWS_HOST: must hold names or addresses such as https://master.example.org:31116")
        if parts.username or parts.password:
            raise ConfigurationError("TWS_HOST: must not hold a user or password; set TWS_USER and TWS_PASSWORD")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            log.warning("tws.plain_http", engine=settings.name, host=parts.netloc, hint="credentials go unencrypted")


def _tls(settings: EngineSettings) -> ssl.SSLContext:
    path = settings.ca_path
    try:
        context = ssl.create_default_context(
            cafile=str(path) if path and path.is_file() else None,
            capath=str(path) if path and not path.is_file() else None,
        )
        if path and not path.exists():
            raise FileNotFoundError(path)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"TWS_CA_PATH: cannot be used: {error}") from error
    if settings.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        log.warning("tws.insecure", engine=settings.name, hint="the engine's certificate is not checked")
    return context
