"""Times and durations as operators read them."""

from datetime import datetime

from resync_bot.conversation.language import Language

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def dated(local: datetime, language: Language, *, with_year: bool = False) -> str:
    """`22 Nov 18:00` or, in Portuguese, `22/11 18:00`, as the clock of `local` shows it."""
    if language is Language.PT:
        return f"{local:%d/%m/%Y %H:%M}" if with_year else f"{local:%d/%m %H:%M}"
    day = f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{day} {local.year} {local:%H:%M}" if with_year else f"{day} {local:%H:%M}"


def duration(seconds: int) -> str:
    """`45 s`, `12 min` or `1 h 05 min`; the parts that are left out are cut off, not rounded."""
    size = abs(seconds)
    if size < 60:
        return f"{size} s"
    if size < 3600:
        return f"{size // 60} min"
    return f"{size // 3600} h {size % 3600 // 60:02d} min"
