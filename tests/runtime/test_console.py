"""Consoles that cannot show everything."""

import io

import pytest

from resync_bot.runtime.console import can_show, never_fail, symbol


def console(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize(
    ("encoding", "ok", "shown"),
    [
        ("utf-8", True, "✓"),
        ("utf-8", False, "✗"),
        ("cp1252", True, "ok"),
        ("cp1252", False, "!!"),
        ("ascii", True, "ok"),
        ("latin-1", False, "!!"),
    ],
)
def test_a_symbol_falls_back_to_ascii(encoding: str, ok: bool, shown: str) -> None:
    stream = console(encoding)
    assert symbol(ok, stream) == shown
    stream.write(symbol(ok, stream))
    stream.flush()


def test_a_stream_without_an_encoding_is_taken_for_ascii() -> None:
    assert symbol(True, io.StringIO()) == "ok"


def test_what_a_console_can_show() -> None:
    assert can_show("São Paulo · €", console("cp1252"))
    assert not can_show("✓", console("cp1252"))


def test_writing_what_a_console_has_not_never_fails() -> None:
    stream = console("cp1252")
    assert never_fail(stream) is stream
    stream.write("✓ São")
    stream.flush()
    assert stream.buffer.getvalue() == "? São".encode("cp1252")  # type: ignore[attr-defined]  # a BytesIO
