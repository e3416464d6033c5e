"""Writing to consoles that cannot show everything, such as one with the code page cp1252."""

import io
from typing import TextIO

_SYMBOLS = {True: ("✓", "ok"), False: ("✗", "!!")}


def can_show(text: str, stream: TextIO) -> bool:
    """Whether `stream` has all characters of `text`."""
    try:
        text.encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def symbol(ok: bool, stream: TextIO) -> str:
    """A tick or a cross, in ASCII where `stream` has none: two characters there."""
    shown, ascii_only = _SYMBOLS[ok]
    return shown if can_show(shown, stream) else ascii_only


def never_fail(stream: TextIO) -> TextIO:
    """`stream`, on which a character that it does not have is from now on written as `?` instead of raising."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
