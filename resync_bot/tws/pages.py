"""A whole list of an engine, a page at a time, while its plan goes on changing."""

from asyncio import Task, TaskGroup
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, Generic, TypeVar

import structlog

from resync_bot.tws.asking import Listed, Place
from resync_bot.tws.queries import Page

T = TypeVar("T")
Read = Callable[[Place], Awaitable[Listed[T]]]

# Pages that are asked for while one is being used: an engine takes longer to answer than a bot to read, and these few
# leave most of the connections to people's questions.
AHEAD: Final = 3

log = structlog.get_logger(__name__)


async def pages(
    read: Read[T], id_of: Callable[[T], str], *, tasks: TaskGroup | None = None
) -> AsyncGenerator[Page[T], None]:
    """The pages that `read` gives, from the first place on; no more than some are in memory.

    With `tasks`, in which that runs, a few pages are read ahead, side by side, where the engine goes by offsets.
    Objects that leave the list while it is being read move those behind them towards its beginning: a page that was
    read of a shorter list than the page before it is read again from as many rows earlier, and what the page before
    held already is left out. That holds in whatever order the engine looked at its list for the pages.
    """
    ahead = _Ahead(read, tasks)
    try:
        place: Place | None = Place()
        total: int | None = None
        before: frozenset[str] = frozenset()
        while place is not None:
            part = await ahead.at(place)
            begins = place.offset
            while place.token is None and begins > (fitting := max(0, place.offset - _gone(total, part))):
                log.info("tws.pages_moved", gone=place.offset - fitting, offset=place.offset)
                begins = fitting
                part = await read(Place(begins))
            total = total if part.total is None else part.total
            ahead.go_on(part)
            items = tuple(item for item in part.items if id_of(item) not in before)
            if items:
                yield Page(len(items) if total is None else total, items)
            before = frozenset(map(id_of, part.items))
            place = part.following if part.rows else None
    finally:
        ahead.forget()


def _gone(before: int | None, part: Listed[T]) -> int:
    """How much shorter a list has become."""
    return 0 if before is None or part.total is None else max(0, before - part.total)


class _Ahead(Generic[T]):
    """Pages that have been asked for and not been used yet, in their order."""

    def __init__(self, read: Read[T], tasks: TaskGroup | None) -> None:
        self._read = read
        self._tasks = tasks
        self._asked: deque[tuple[Place, Task[Listed[T] | Exception]]] = deque()
        self._rows = 0  # of a page

    async def at(self, place: Place) -> Listed[T]:
        """The page at `place`, which may have been asked for. Raises what `read` raises."""
        if self._asked and self._asked[0][0] == place:
            found = await self._asked.popleft()[1]
            if isinstance(found, Exception):
                raise found
            return found
        self.forget()  # the list has moved, or its pages are not as long as the first one
        return await self._read(place)

    def go_on(self, part: Listed[T]) -> None:
        """Asks for those that come behind what is asked for already."""
        following = part.following
        if self._tasks is None or part.total is None or following is None or following.token is not None:
            return
        if not self._rows:
            self._rows = part.rows
        place = Place(self._asked[-1][0].offset + self._rows) if self._asked else following
        while len(self._asked) < AHEAD and place.offset < part.total:
            self._asked.append((place, self._tasks.create_task(self._attempt(place), name="tws page ahead")))
            place = Place(place.offset + self._rows)

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        while self._asked:
            self._asked.popleft()[1].cancel()

    async def _attempt(self, place: Place) -> Listed[T] | Exception:
        try:
            return await self._read(place)
        except Exception as error:  # noqa: BLE001  # it is raised where the page is wanted, and not in the group of tasks
            return error
