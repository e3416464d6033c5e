"""How the bot shows an engine who it is: a user's password, an API key, or a file that holds one.

A key is a signed token (JWT) that tells when it expires; engines issue them for a year (console guide 10.2.5, checked
2026-11-23). Nobody needs its signature here: it is the engine that checks it.
"""

import base64
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic as _monotonic

import orjson
import structlog

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.tws.metrics import TwsMetrics

WARN_BEFORE = timedelta(days=14)
WARN_EVERY = timedelta(days=1)
LOOK_EVERY = 1.0  # seconds between looks at the file

log = structlog.get_logger(__name__)


class Credentials:
    """Gives the header that goes with every request. A key file is read again when it has changed.

    Raises ConfigurationError for a key that cannot be one, and for a key file that cannot be read at the start; later
    the last key stays in use.
    """

    def __init__(
        self,
        settings: EngineSettings,
        metrics: TwsMetrics,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = _monotonic,
    ) -> None:
        self._engine = settings.name
        self._metrics = metrics
        self._now = now
        self._monotonic = monotonic
        self._path = settings.api_key_file
        self._seen: tuple[int, int, int] | None = None  # of the file: inode, time of change, size
        self._looked = self._monotonic()
        self._warned: datetime | None = None
        self.expires: datetime | None = None
        if self._path is not None:
            self._header = ""
            self._read(self._path)
        elif settings.api_key is not None:
            self._use(_checked(settings.api_key.get_secret_value(), "TWS_API_KEY"))
        else:
            pair = f"{settings.user}:{settings.password.get_secret_value()}"
            self._header = "Basic " + base64.b64encode(pair.encode()).decode()

    def header(self) -> str:
        """The value of Authorization."""
        if self._path is not None and self._monotonic() - self._looked >= LOOK_EVERY:
            self.look_again()
        if self.expires is not None:
            self._warn(self.expires)
        return self._header

    def look_again(self) -> bool:
        """Reads the key file if it has changed; tells whether there is another key now."""
        self._looked = self._monotonic()
        if self._path is None:
            return False
        before = self._header
        try:
            if _signature(self._path) != self._seen:
                self._read(self._path)
        except (OSError, ConfigurationError) as error:
            log.warning("tws.key_file", engine=self._engine, problem=str(error), hint="the last key stays in use")
        return self._header != before

    def _read(self, path: Path) -> None:
        try:
            seen, text = _signature(path), path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"TWS_API_KEY_FILE: cannot be read: {error}") from error
        key = _checked(text, "TWS_API_KEY_FILE")
        self._seen = seen
        self._use(key)

    def _use(self, key: str) -> None:
        self._header = f"Bearer {key}"
        self.expires = expiry_of(key)
        self._warned = None
        if (expires := self.expires) is not None:
            days = self._metrics.key_days_left.labels(self._engine)
            days.set_function(lambda: (expires - self._now()) / timedelta(days=1))

    def _warn(self, expires: datetime) -> None:
        now = self._now()
        if expires - now > WARN_BEFORE or (self._warned is not None and now - self._warned < WARN_EVERY):
            return
        self._warned = now
        log.warning(
            "tws.key_expires",
            engine=self._engine,
            expires=expires.isoformat(timespec="minutes"),
            days=max(0, (expires - now).days),
            hint="create a new API key in the console and put it where the old one is",
        )


def _checked(text: str, setting: str) -> str:
    """The key in `text`. Raises ConfigurationError for what cannot stand in a header."""
    key = text.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(f"{setting}: must hold one key and nothing else")
    return key


def expiry_of(key: str) -> datetime | None:
    """When a key expires; None if it does not say, or is no JWT."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        seconds = claims.get("exp") if isinstance(claims, dict) else None
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
    except (Base64Error, ValueError, OverflowError, OSError):
        return None


def _signature(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
