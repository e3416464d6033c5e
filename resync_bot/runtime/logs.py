"""The log: JSON lines on the console, in `logs/resync.log` and in a dated copy `logs/YYYYMMDD/resync.log`.

Each line carries the correlation id that is bound to the work at hand (structlog's context variables). Values of keys
that look like secrets are masked, whoever logs them. How lines are written is in `lines`.

A line of our own goes past the standard library's records and queues, which only libraries' lines need.
"""

import logging
import logging.handlers
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from resync_bot.runtime.lines import Lines
from resync_bot.runtime.redaction import mask_secrets
from resync_bot.runtime.sections import LogLevel, LogSettings

MAX_BYTES = 10_000_000
KEPT = 5
SECRET_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "authorization", "credential", "cookie")
MASK = "***"
_PLAIN = (str, int, float, type(None))  # holds no keys; to ask for Mapping costs more than everything else here
FOREIGN_TEXTS = frozenset({"error", "exception", "why"})


def mask_secret_texts(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: secrets are masked in what errors say, which may be what a server or a job wrote."""
    for key in FOREIGN_TEXTS & event.keys():
        if isinstance(value := event[key], str):
            event[key] = mask_secrets(value)
    return event


def mask_secret_keys(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: the values of secret-looking keys, also inside mappings, become `***`."""
    for key, value in event.items():
        if _looks_secret(key) or not isinstance(value, _PLAIN):
            event[key] = _masked(key, value)
    return event


@lru_cache(1000)
def _looks_secret(key: str) -> bool:
    return any(word in key.lower() for word in SECRET_WORDS)


def _masked(key: str, value: object) -> object:
    if _looks_secret(key) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, Mapping):
        return {str(inner): _masked(str(inner), part) for inner, part in value.items()}
    return value


def _to_json(_logger: object, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _logger_name(logger: "_Logger", _method: str, event: EventDict) -> EventDict:
    event["logger"] = logger.name
    return event


class _Logger:
    """What structlog hands a finished line to. `name` is the module's."""

    def __init__(self, lines: Lines, name: str = "") -> None:
        self.name = name
        self._lines = lines

    def debug(self, line: str) -> None:
        self._lines.take(logging.DEBUG, line)

    def info(self, line: str) -> None:
        self._lines.take(logging.INFO, line)

    def warning(self, line: str) -> None:
        self._lines.take(logging.WARNING, line)

    def error(self, line: str) -> None:
        self._lines.take(logging.ERROR, line)

    def critical(self, line: str) -> None:
        self._lines.take(logging.CRITICAL, line)


class _LibraryHandler(logging.Handler):
    """What libraries write through the standard library's logging."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.take(record.levelno, self.format(record))


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
        """Writes one record."""
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
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        mask_secret_keys,
        mask_secret_texts,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
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
    lines = Lines(handlers)
    library = _LibraryHandler(lines)
    library.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [library]
    root.setLevel(settings.level.value)
    for noisy in ("httpx", "httpcore", "aiohttp.access", "LiteLLM", "markdown_it"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[_logger_name, *shared, _to_json],
        logger_factory=lambda name="": _Logger(lines, name),
        wrapper_class=structlog.make_filtering_bound_logger(settings.level.value),
        cache_logger_on_first_use=False,  # it saves little, and what is cached outlives this log
    )
    lines.start()
    try:
        yield
    finally:
        lines.stop()
        root.handlers = []
        for handler in handlers:
            handler.close()
