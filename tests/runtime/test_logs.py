"""The log: where lines go, what they carry, and what they must not show."""

import io
import json
import logging
from datetime import date
from pathlib import Path

import pytest
import structlog

from resync_bot.runtime.logs import KEPT, MAX_BYTES, DatedFileHandler, logging_to, mask_secret_keys, mask_secret_texts
from resync_bot.runtime.sections import LogLevel, LogSettings


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_on_the_console_in_the_log_and_in_its_dated_copy(tmp_path: Path) -> None:
    console = io.StringIO()
    with logging_to(LogSettings(directory=tmp_path), console=console):
        structlog.get_logger("test").info("turn.done", state="ANSWERED")
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.log"))
    assert files == [f"{date.today():%Y%m%d}/resync.log", "resync.log"]  # noqa: DTZ011  # the local date names the folder
    assert console.getvalue() == (tmp_path / files[0]).read_text() == (tmp_path / files[1]).read_text()
    (line,) = _lines(console.getvalue())
    assert (line["event"], line["state"], line["level"], line["logger"]) == ("turn.done", "ANSWERED", "info", "test")


def test_a_librarys_line_carries_the_correlation_id_too(tmp_path: Path) -> None:
    console = io.StringIO()
    with (
        logging_to(LogSettings(directory=None), console=console),
        structlog.contextvars.bound_contextvars(correlation_id="c1"),
    ):
        logging.getLogger("library").warning("it is %s", "late")
    (line,) = _lines(console.getvalue())
    assert (line["event"], line["correlation_id"], line["logger"]) == ("it is late", "c1", "library")


def test_an_exception_becomes_one_line(tmp_path: Path) -> None:
    console = io.StringIO()
    with logging_to(LogSettings(directory=None), console=console):
        try:
            raise ValueError("no")
        except ValueError:
            structlog.get_logger().exception("failed")
    (line,) = _lines(console.getvalue())
    assert "ValueError: no" in str(line["exception"])


def test_an_interactive_console_shows_only_what_matters(tmp_path: Path) -> None:
    console = io.StringIO()
    with logging_to(LogSettings(directory=tmp_path), console=console, console_level=LogLevel.WARNING):
        structlog.get_logger().info("quiet")
    assert console.getvalue() == ""
    assert "quiet" in (tmp_path / "resync.log").read_text()


@pytest.mark.parametrize(
    "key", ["password", "api_key", "TWS_PASSWORD", "slack_bot_token", "Authorization", "secret_key"]
)
def test_values_of_secret_looking_keys_are_masked(key: str) -> None:
    assert mask_secret_keys(None, "info", {key: "hunter2", "in": {key: "hunter2"}}) == {key: "***", "in": {key: "***"}}


def test_secrets_in_what_an_error_says_are_masked() -> None:
    masked = mask_secret_texts(None, "info", {"error": "login failed: password=hunter2", "job": "PASSWORD_SYNC"})
    assert "hunter2" not in str(masked["error"])
    assert masked["job"] == "PASSWORD_SYNC"


def test_the_dated_copy_moves_on_with_the_date(tmp_path: Path) -> None:
    today = date(2026, 11, 22)
    handler = DatedFileHandler(tmp_path, today=lambda: today)
    handler.emit(logging.makeLogRecord({"msg": "before midnight"}))
    today = date(2026, 11, 23)
    handler.emit(logging.makeLogRecord({"msg": "after midnight"}))
    handler.close()
    assert (tmp_path / "20261122/resync.log").read_text() == "before midnight\n"
    assert (tmp_path / "20261123/resync.log").read_text() == "after midnight\n"


def test_ten_megabytes_and_five_kept(tmp_path: Path) -> None:
    handler = DatedFileHandler(tmp_path)
    assert (handler.maxBytes, handler.backupCount) == (MAX_BYTES, KEPT) == (10_000_000, 5)
