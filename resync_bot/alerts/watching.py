"""Watches the engines and keeps the channels told: one replica of all, the one that has the lease.

Whatever goes wrong with the store, or if another replica took the lease, ends the watch; the next one, here or there,
begins with what is in Redis. Nothing is remembered here alone.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from resync_bot.alerts.book import Book
from resync_bot.alerts.delivering import Delivery
from resync_bot.alerts.dispatching import Dispatcher
from resync_bot.alerts.engine_watch import EngineWatch, Hurry
from resync_bot.alerts.metrics import DispatchMetrics, WatchMetrics
from resync_bot.alerts.model import Rule
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.store import AlertStore, Watch
from resync_bot.conversation.outbox import Outbox
from resync_bot.errors import LeaseLostError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.runtime.tasks import beside
from resync_bot.tws.graph import GraphKeeper
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Engines

log = structlog.get_logger(__name__)

LEASE: Final = 15.0  # seconds after which another replica goes on
RENEW: Final = 4.0  # seconds between two renewals
SURE: Final = 10.0  # seconds after a renewal in which the lease is ours for certain
AGAIN: Final = 1.0  # seconds after a failure of the store, or between two looks for the lease
HURRY: Final = 20.0  # seconds after a notice in which the engine is looked at often: its database may lag behind it
NOTICES: Final = 500  # taken at once
HEARD: Final = 2.0  # seconds for which is waited for a notice


class AlertWatcher:
    """Every replica runs one; at any time at most one of them watches."""

    def __init__(  # noqa: PLR0913  # its parts
        self,
        engines: Engines,
        graphs: Mapping[str, GraphKeeper],
        histories: Mapping[str, RunHistory],
        *,
        store: AlertStore,
        notices: WaitingNotices,
        outbox: Outbox,
        settings: AlertsSettings,
        standing: tuple[Rule, ...],
        fallback: str | None,
        metrics: CollectorRegistry,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`standing` are the rules that are not made in chats, `fallback` hears of what cannot be delivered.

        `clock` is monotonic, in seconds.
        """
        self._engines = engines
        self._graphs = graphs
        self._histories = histories
        self._store = store
        self._notices = notices
        self._outbox = outbox
        self._settings = settings
        self._standing = standing
        self._fallback = fallback
        self._metrics = WatchMetrics(metrics)
        self._dispatch_metrics = DispatchMetrics(metrics)
        self._now = now
        self._new_id = new_id
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                watch = await self._store.take_lease(LEASE)
                if watch is not None:
                    await self._watch(watch, stop)
            except LeaseLostError:
                log.info("alerts.watch_lost")
            except STORE_ERRORS as error:
                log.warning("alerts.store_away", error=type(error).__name__)
            except Exception:
                # The bot answers without alerts too: what is wrong with them must not take it along.
                log.exception("alerts.defect")
            finally:
                self._metrics.is_watching.set(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await stop.wait()

    async def _watch(self, watch: Watch, stop: asyncio.Event) -> None:
        lease = _Lease(watch, self._clock)
        book = await Book.open(watch, standing=self._standing)
        await book.take_orders(now=self._now())
        dispatcher = Dispatcher(
            book,
            Delivery(self._outbox, is_ours=lease.check),
            self._settings,
            fallback=self._fallback,
            metrics=self._dispatch_metrics,
            now=self._now,
        )
        log.info("alerts.watching", engines=list(self._engines), groups=len(book.groups))
        self._metrics.is_watching.set(1)
        hurry = {name: Hurry() for name in self._engines}
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(beside(lease.keep(), name="lease of the alerts"))
            await stack.enter_async_context(beside(dispatcher.run(), name="alerts dispatcher"))
            await stack.enter_async_context(beside(self._hear_orders(book), name="orders about alerts"))
            await stack.enter_async_context(beside(self._hear_notices(hurry), name="notices of engines"))
            for name in self._engines:
                one = self._engine_watch(name, book, hurry[name])
                await stack.enter_async_context(beside(one.run(), name=f"alerts of {name}"))
                await stack.enter_async_context(beside(one.explain(), name=f"explanations of {name}"))
            await stop.wait()
        await watch.give_back()

    def _engine_watch(self, name: str, book: Book, hurry: Hurry) -> EngineWatch:
        return EngineWatch(
            name,
            self._engines[name],
            book,
            graph=self._graphs.get(name),
            history=self._histories.get(name),
            hurry=hurry,
            settings=self._settings,
            metrics=self._metrics,
            now=self._now,
            new_id=self._new_id,
            clock=self._clock,
        )

    async def _hear_orders(self, book: Book) -> None:
        """Takes orders when somebody says that there are some, and now and then in case that got lost."""
        last = "$"
        while True:
            found = await self._store.wait_for_poke(last, seconds=HEARD)
            last = found or last
            now = self._now()
            await book.take_orders(now=now)
            await book.forget_old(now=now)

    async def _hear_notices(self, hurry: Mapping[str, Hurry]) -> None:
        """A notice makes its engine be looked at now, and often for a while: what it tells of may not be seen yet."""
        while True:
            waiting = await self._notices.take(NOTICES, wait=HEARD)
            for name in {one.notice.engine for one in waiting} & set(hurry):
                hurry[name].begin(self._clock() + HURRY)
            await self._notices.done([one.id for one in waiting])


class _Lease:
    """Keeps the lease; `check` is asked before anything is said."""

    def __init__(self, watch: Watch, clock: Callable[[], float]) -> None:
        self._watch = watch
        self._clock = clock
        self._renewed = clock()

    async def keep(self) -> None:
        """Raises LeaseLostError, or redis.exceptions.RedisError if it may be lost."""
        while True:
            await asyncio.sleep(RENEW)
            asked = self._clock()
            await self._watch.renew()
            self._renewed = asked

    def check(self) -> None:
        """Raises LeaseLostError if it may be another replica's by now."""
        if self._clock() - self._renewed > SURE:
            raise LeaseLostError("the lease was not renewed in time")
