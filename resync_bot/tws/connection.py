"""Opens the HTTP connections to an engine: pool, timeouts, TLS."""

import ssl
from urllib.parse import urlsplit

import httpx
import structlog

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.tws_settings import EngineSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger(__name__)


def http_transport(settings: EngineSettings) -> httpx.AsyncHTTPTransport:
    """The connections to the hosts of `settings`, to be used in `async with`. Raises ConfigurationError.

    The certificate is checked against `ca_path` or the system's authorities, unless `insecure` is set. httpx without
    its client: that follows redirects, keeps cookies and asks for proxies, none of which may happen with an engine, and
    takes a fifth of a call's processor time for it. Credentials go with each request (`credentials`).
    """
    _check(settings)
    return httpx.AsyncHTTPTransport(
        verify=_tls(settings),
        limits=httpx.Limits(
            max_connections=settings.max_connections,
            max_keepalive_connections=settings.max_connections,
            keepalive_expiry=20,
        ),
        trust_env=False,
    )


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
