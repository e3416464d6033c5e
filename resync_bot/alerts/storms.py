"""When a place would get too many messages at once it gets one, its board. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from resync_bot.alerts.model import AlertGroup, Board

WINDOW: Final = timedelta(minutes=2)  # in which a place takes no more first messages than its threshold
CALM: Final = timedelta(minutes=5)  # without a new root cause, after which a storm is over


def is_storm(posts: Iterable[datetime], waiting: int, *, threshold: int, now: datetime) -> bool:
    """Whether `waiting` further first messages are too many for a place that got `posts` lately."""
    return waiting + sum(1 for at in posts if at > now - WINDOW) > threshold


def with_groups(
    board: Board | None, place: str, groups: Iterable[str], *, now: datetime, engine_now: datetime
) -> Board:
    """The board with further groups on it; a new one if there is none.

    A board stays until all on it is over: a new storm before that goes on with it, or what is open on it would be told
    by nothing any more.
    """
    fresh = tuple(groups)
    if board is None:
        return Board(place=place, groups=fresh, since=now, began=engine_now, last=now)
    known = tuple(dict.fromkeys((*board.groups, *fresh)))
    return board.model_copy(update={"groups": known, "last": now, "over": None})


def is_calm(board: Board, *, now: datetime) -> bool:
    """Whether what comes now is to be told one by one again."""
    return board.over is None and now - board.last >= CALM


def is_done(board: Board, groups: Iterable[AlertGroup]) -> bool:
    """Whether the board has nothing more to tell: the storm is over, and so is all that is on it."""
    return board.over is not None and not any(group.is_open for group in groups)
