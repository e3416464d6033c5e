"""The log: JSON lines on the console, in `logs/resync.log` and in a dated copy `logs/YYYYMMDD/resync.log`.

Each line carries the correlation id that is bound to the work at hand (structlog's context variables). Values of keys
that look like secrets are masked, whoever logs them. Files are written by a thread of their own, so that a slow disk
never holds up the event loop.
"""

import logging
import logging.handlers
import queue
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from resync_bot.runtime.redaction import mask_secrets
from resync_bot.runtime.sections import LogLevel, LogSettings

MAX_BYTES = 10_000_000
KEPT = 5
SECRET_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "authorization", "credential", "cookie")
MASK = "***"
FOREIGN_TEXTS = frozenset({"error", "exception", "why"})


def mask_secret_texts(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: secrets are masked in what errors say, which may be what a server or a job wrote."""
    return {
        key: mask_secrets(value) if key in FOREIGN_TEXTS and isinstance(value, str) else value
        for key, value in event.items()
    }


def mask_secret_keys(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: the values of secret-looking keys, also inside mappings, become `***`."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: object) -> object:
    if any(word in key.lower() for word in SECRET_WORDS) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, Mapping):
        return {str(inner): _masked(str(inner), part) for inner, part in value.items()}
    return value


def _to_json(_logger: object, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class DatedFileHandler(logging.handlers.RotatingFileHandler):
    """Writes to `directory/YYYYMMDD/resync.log`, and moves on to the next directory when the date changes."""

    def __init__(self, directory: Path, *, today: Callable[[], date] = date.today) -> None:
        self._directory = directory
        self._today = today
        self._date = today()
        super().__init__(self._made_path(), maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)

    def _made_path(self) -> Path:
        path = self._directory / f"{self._date:%Y%m%d}" / "resync.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line."""
        if (today := self._today()) != self._date:
            self._date = today
            self.close()
            self.baseFilename = str(self._made_path().absolute())
        super().emit(record)


@contextmanager
def logging_to(
    settings: LogSettings, *, console: TextIO | None = None, console_level: LogLevel | None = None
) -> Iterator[None]:
    """Sets up the log of the process, and flushes it at the end.

    `console_level` is for an interactive terminal, where people want to read answers and not lines of JSON.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        mask_secret_keys,
        mask_secret_texts,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _to_json],
    )
    stream = logging.StreamHandler(console or sys.stderr)
    stream.setLevel((console_level or settings.level).value)
    handlers: list[logging.Handler] = [stream]
    if settings.directory is not None:
        settings.directory.mkdir(parents=True, exist_ok=True)
        common = settings.directory / "resync.log"
        handlers += [
            logging.handlers.RotatingFileHandler(common, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8"),
            DatedFileHandler(settings.directory),
        ]
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(lines, *handlers, respect_handler_level=True)
    entry = logging.handlers.QueueHandler(lines)
    entry.setFormatter(formatter)  # here and not in the thread: the context variables are those of the caller
    root = logging.getLogger()
    root.handlers = [entry]
    root.setLevel(settings.level.value)
    for noisy in ("httpx", "httpcore", "aiohttp.access", "LiteLLM", "markdown_it"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    listener.start()
    try:
        yield
    finally:
        listener.stop()
        root.handlers = []
        for handler in handlers:
            handler.close()
