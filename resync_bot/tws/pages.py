"""A whole list of an engine, a page at a time, while its plan goes on changing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import structlog

from resync_bot.tws.asking import Listed, Place
from resync_bot.tws.queries import Page

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def pages(read: Callable[[Place], Awaitable[Listed[T]]], id_of: Callable[[T], str]) -> AsyncIterator[Page[T]]:
    """The pages that `read` gives, from the first place on; no more than one is in memory.

    Objects that leave the list while it is being read move those behind them towards its beginning: the next page then
    begins as many rows earlier, and what the page before held already is left out.
    """
    place: Place | None = Place()
    total: int | None = None
    before: frozenset[str] = frozenset()
    while place is not None:
        part = await read(place)
        gone = 0 if total is None or part.total is None else total - part.total
        if gone > 0 and place.token is None:
            log.info("tws.pages_moved", gone=gone, offset=place.offset)
            part = await read(Place(max(0, place.offset - gone)))
        total = total if part.total is None else part.total
        items = tuple(item for item in part.items if id_of(item) not in before)
        if items:
            yield Page(len(items) if total is None else total, items)
        before = frozenset(map(id_of, part.items))
        place = part.following if part.rows else None
