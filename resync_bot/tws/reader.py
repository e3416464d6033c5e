"""Reads answers and lists of an engine: what was asked a moment ago from memory, the rest through the client."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

import structlog

from resync_bot.runtime.together import together
from resync_bot.tws.asking import Ask, Listed, Place
from resync_bot.tws.cache import ReadCache
from resync_bot.tws.client import EngineClient, Question
from resync_bot.tws.dialect import Dialect
from resync_bot.tws.queries import Page

T = TypeVar("T")
ListQuestion = Callable[[Dialect, int, Place], Ask[Listed[T]]]  # for so many at a place

PAGES_AT_MOST = 50  # of a list that is wanted whole
SIEVED_PAGE = 1000  # rows: of many that are read only a few are kept

log = structlog.get_logger(__name__)


class Reader:
    """Safe for concurrent use. `page_size` is how many objects of a list are asked for at once. Raises EngineError."""

    def __init__(self, client: EngineClient, cache: ReadCache, *, page_size: int) -> None:
        self._client = client
        self._cache = cache
        self._page_size = page_size
        self._plans_seen = client.plans_seen

    async def remembered(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        """What is known under `key`, else what `load` gives. Nothing that is known outlives its plan."""
        if self._client.plans_seen != self._plans_seen:
            self._plans_seen = self._client.plans_seen
            self._cache.forget()  # ids have changed with the plan
        return await self._cache.get(key, load)

    def forget(self) -> None:
        """The next question is put to the engine, whatever is remembered."""
        self._cache.forget()

    async def once(self, key: Hashable, question: Question[T]) -> T:
        """The answer to one request."""
        return await self.remembered(key, lambda: self._client.ask(question))

    async def each(self, key: Hashable, questions: Callable[[Dialect], Sequence[Ask[T]]]) -> list[T]:
        """The answers to all that a dialect needs to ask for one question, asked at once, in their order."""

        async def load() -> list[T]:
            asks = questions((await self._client.spoken()).dialect)
            async with together() as group:
                tasks = [group.create_task(self._client.ask(always(ask)), name=ask.request.operation) for ask in asks]
            return [task.result() for task in tasks]

        return await self.remembered(key, load)

    async def page(self, key: Hashable, question: ListQuestion[T], limit: int, offset: int) -> Page[T]:
        """Up to `limit` objects from `offset` on, in pages of the configured size."""
        items: list[T] = []
        total: int | None = None
        place: Place | None = Place(offset)
        while place is not None and len(items) < limit:
            wanted = min(self._page_size, limit - len(items))
            part = await self.once((key, wanted, place), _at(question, wanted, place))
            items += part.items
            total = part.total if total is None else total
            place = part.following if part.rows else None
        return Page(offset + len(items) if total is None else total, tuple(items))

    async def sieved_page(self, key: Hashable, question: ListQuestion[T], limit: int, offset: int) -> Page[T]:
        """The same of a list that the engine cannot filter alone: it is read to its end, and what is wanted is kept."""

        async def load() -> Page[T]:
            items: list[T] = []
            fitting = 0
            place: Place | None = Place()
            while place is not None:
                part = await self._client.ask(_at(question, SIEVED_PAGE, place))
                first, room = max(0, offset - fitting), limit - len(items)
                items += part.items[first : first + room]
                fitting += len(part.items)
                place = part.following if part.rows else None
            return Page(fitting, tuple(items))

        return await self.remembered((key, limit, offset), load)

    async def all(self, key: Hashable, question: ListQuestion[T]) -> tuple[T, ...]:
        """A whole list, of those that are never long."""
        page = await self.page(key, question, PAGES_AT_MOST * self._page_size, 0)
        if page.total > len(page.items):
            log.warning("tws.list_cut", engine=self._client.engine, total=page.total, read=len(page.items))
        return page.items


def always(ask: Ask[T]) -> Question[T]:
    """The same request, whichever dialect."""
    return lambda _dialect: ask


def _at(question: ListQuestion[T], limit: int, place: Place) -> Question[Listed[T]]:
    return lambda dialect: question(dialect, limit, place)
