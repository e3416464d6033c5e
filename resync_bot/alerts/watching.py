"""Watches the engines and keeps the channels told: one replica of all, the one that has the lease.

Whatever goes wrong with the store, or if another replica took the lease, ends the watch; the next one, here or there,
begins with what is in Redis. Nothing is remembered here alone.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta, tzinfo
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from resync_bot.alerts.book import Book, told_of
from resync_bot.alerts.dispatching import AlertHold, AlertMetrics, Dispatcher
from resync_bot.alerts.explaining import findings_of, impact_of
from resync_bot.alerts.grouping import Grouping, Groups
from resync_bot.alerts.model import AlertGroup, Ending, Observation, Outcome, Rule, Told, Trouble, TroubleKind
from resync_bot.alerts.sources.poller import look, switching
from resync_bot.alerts.sources.troubles import at_risk
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.store import AlertStore, Watch
from resync_bot.conversation.outbox import Outbox
from resync_bot.errors import EngineError, EngineErrorKind, LeaseLostError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.runtime.tasks import beside
from resync_bot.tws.diagnosis import critical_jobs
from resync_bot.tws.findings import Risk
from resync_bot.tws.graph import GraphKeeper, GraphView
from resync_bot.tws.graph.failure_roots import failure_roots
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Engines

log = structlog.get_logger(__name__)

LEASE: Final = 15.0  # seconds after which another replica goes on
RENEW: Final = 4.0  # seconds between two renewals
SURE: Final = 10.0  # seconds after a renewal in which the lease is ours for certain
AGAIN: Final = 1.0  # seconds after a failure of the store, or between two looks for the lease
RISKS_EVERY: Final = 60.0  # seconds between two judgements of the critical jobs, and of what open groups hold up
HURRY: Final = 20.0  # seconds after a notice in which the engine is looked at often: its database may lag behind it
HURRIED: Final = 2.0  # seconds between two looks then
NOTICES: Final = 500  # taken at once
HEARD: Final = 2.0  # seconds for which is waited for a notice
EXPLAINED_AT_ONCE: Final = 4  # groups that are looked into side by side

_OF_JOBS: Final = frozenset(
    {TroubleKind.JOB_FAILED, TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED, TroubleKind.DEADLINE_AT_RISK}
)


class WatchMetrics:
    """What watching counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.looks = Counter("resync_alert_looks", "Looks at an engine", ("engine", "result"), registry=registry)
        self.troubles = Counter(
            "resync_alert_troubles", "Troubles seen, by what became of them", ("engine", "what"), registry=registry
        )
        self.open_groups = Gauge("resync_alert_groups_open", "Alerts that are open", ("engine",), registry=registry)
        self.is_watching = Gauge("resync_alert_watching", "1 on the replica that watches", registry=registry)


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
        metrics: CollectorRegistry,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`standing` are the rules that are not made in chats; `clock` is monotonic, in seconds."""
        self._engines = engines
        self._graphs = graphs
        self._histories = histories
        self._store = store
        self._notices = notices
        self._outbox = outbox
        self._settings = settings
        self._standing = standing
        self._metrics = WatchMetrics(metrics)
        self._sent = AlertMetrics(metrics)
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
            finally:
                self._metrics.is_watching.set(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await stop.wait()

    async def _watch(self, watch: Watch, stop: asyncio.Event) -> None:
        lease = _Lease(watch, self._clock)
        book = await Book.open(watch, standing=self._standing)
        await book.take_orders(now=self._now())
        zones: dict[str, tzinfo | None] = {}
        dispatcher = Dispatcher(
            book,
            self._outbox,
            self._settings,
            zones=zones,
            metrics=self._sent,
            now=self._now,
            hold=AlertHold(lease.check),
        )
        log.info("alerts.watching", engines=list(self._engines), groups=len(book.groups))
        self._metrics.is_watching.set(1)
        hurry = {name: _Hurry() for name in self._engines}
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(beside(lease.keep(), name="lease of the alerts"))
            await stack.enter_async_context(beside(dispatcher.run(), name="alerts dispatcher"))
            await stack.enter_async_context(beside(self._hear_orders(book), name="orders about alerts"))
            await stack.enter_async_context(beside(self._hear_notices(hurry), name="notices of engines"))
            for name in self._engines:
                one = _EngineWatch(self, name, book, zones, hurry[name])
                await stack.enter_async_context(beside(one.run(), name=f"alerts of {name}"))
                await stack.enter_async_context(beside(one.explain(), name=f"explanations of {name}"))
            await stop.wait()
        await watch.give_back()

    async def _hear_orders(self, book: Book) -> None:
        """Takes orders when somebody says that there are some, and now and then in case that got lost."""
        last = "$"
        while True:
            found = await self._store.wait_for_poke(last, seconds=HEARD)
            last = found or last
            now = self._now()
            await book.take_orders(now=now)
            await book.forget_old(now=now)

    async def _hear_notices(self, hurry: Mapping[str, "_Hurry"]) -> None:
        """A notice makes its engine be looked at now, and often for a while: what it tells of may not be seen yet."""
        while True:
            waiting = await self._notices.take(NOTICES, wait=HEARD)
            for name in {one.notice.engine for one in waiting} & set(hurry):
                hurry[name].begin(self._clock() + HURRY)
            await self._notices.done([one.id for one in waiting])


class _Hurry:
    """Whether an engine is to be looked at often now."""

    def __init__(self) -> None:
        self.until = 0.0
        self.begun = asyncio.Event()

    def begin(self, until: float) -> None:
        self.until = until
        self.begun.set()


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


class _EngineWatch:
    """One engine, while the lease lasts."""

    def __init__(
        self, parts: AlertWatcher, name: str, book: Book, zones: dict[str, tzinfo | None], hurry: _Hurry
    ) -> None:
        self._parts = parts
        self._name = name
        self._book = book
        self._zones = zones
        self._hurry = hurry
        self._tws = parts._engines[name]
        self._judged = float("-inf")

    async def run(self) -> None:
        """Looks at the engine every so often."""
        while True:
            await self._look()
            clock, settings = self._parts._clock, self._parts._settings
            is_hurried = clock() < self._hurry.until
            self._hurry.begun.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(HURRIED if is_hurried else settings.poll_every):
                    await self._hurry.begun.wait()

    async def _look(self) -> None:
        parts, book, name = self._parts, self._book, self._name
        seen = book.seen.get(name)
        first_look = timedelta(seconds=parts._settings.first_look)
        try:
            found = await look(
                self._tws, name, seen, book.standing_troubles(name), now=parts._now(), first_look=first_look
            )
        except EngineError as error:
            parts._metrics.looks.labels(name, error.kind).inc()
            log.info("alerts.engine_away", engine=name, kind=error.kind, error=str(error))
            if error.kind is not EngineErrorKind.PLAN_SWITCH or seen is None:
                return
            found = switching(name, seen, now=parts._now())
        else:
            parts._metrics.looks.labels(name, "ok").inc()
        observation = await self._with_risks(found.observation)
        self._zones[name] = observation.now.tzinfo
        book.ahead[name] = observation.now - observation.at
        (book.switching.add if observation.is_switching else book.switching.discard)(name)
        view = await self._view()
        groups = Groups(
            book.of_engine(name),
            now=parts._now(),
            engine_now=observation.now,
            new_id=lambda: parts._new_id()[:8],
        )
        decided = groups.observe(observation, self._roots(view, observation.troubles))
        changed = groups.changed()
        for what in decided.values():
            parts._metrics.troubles.labels(name, what).inc()
        await book.put_look(changed, found.seen, _joined(observation, decided, groups, changed, parts._now()))
        parts._metrics.open_groups.labels(name).set(len(book.of_engine(name)))

    async def _view(self) -> GraphView | None:
        keeper = self._parts._graphs.get(self._name)
        if keeper is None:
            return None
        try:
            return await keeper.graph()
        except EngineError as error:
            log.info("alerts.no_graph", engine=self._name, kind=error.kind)
            return None

    async def _with_risks(self, observation: Observation) -> Observation:
        """With the critical jobs that are forecast to end too late: judged less often, and only with a graph."""
        standing = [one for one in self._book.standing_troubles(self._name) if one.kind is TroubleKind.DEADLINE_AT_RISK]
        view = await self._view()
        is_due = self._parts._clock() - self._judged >= RISKS_EVERY
        if view is None or observation.is_switching or not is_due:
            return observation.model_copy(update={"troubles": (*observation.troubles, *standing)})
        try:
            judged = await critical_jobs(self._tws, view)
        except EngineError as error:
            log.info("alerts.risks_unknown", engine=self._name, kind=error.kind)
            return observation.model_copy(update={"troubles": (*observation.troubles, *standing)})
        self._judged = self._parts._clock()
        risks = [at_risk(self._name, one, observation.now) for one in judged if one.risk is Risk.HIGH]
        known = {one.key: one for one in standing}
        risks = [known.get(one.key, one) for one in risks]
        risky = {one.key for one in risks}
        over = {one.key: Ending.IN_TIME for one in standing if one.key not in risky}
        return observation.model_copy(
            update={"troubles": (*observation.troubles, *risks), "endings": {**observation.endings, **over}}
        )

    def _roots(self, view: GraphView | None, troubles: Iterable[Trouble]) -> dict[str, str]:
        """The root of each trouble that the graph knows, by keys: of what is wrong now, and what was in open groups."""
        if view is None:
            return {}
        nodes: dict[int, str] = {}
        for trouble in (*self._members(), *troubles):
            node = view.graph.node(trouble.object_id) if trouble.object_id else None
            if node is not None and (trouble.kind in _OF_JOBS or trouble.kind is TroubleKind.STREAM_STUCK):
                nodes.setdefault(node, trouble.key)
        return {nodes[node]: nodes[root] for node, root in failure_roots(view.graph, nodes).items()}

    def _members(self) -> Iterable[Trouble]:
        return (member.trouble for group in self._book.of_engine(self._name) for member in group.members)

    # --- what is found out about groups ---

    async def explain(self) -> None:
        """Looks into each new group, and now and then again at what the open ones hold up."""
        refreshed = self._parts._clock()
        while True:
            fresh = [group for group in self._book.of_engine(self._name) if group.findings is None]
            view = await self._view()
            for group in fresh[:EXPLAINED_AT_ONCE]:
                await self._explain(group, view)
            if self._parts._clock() - refreshed >= RISKS_EVERY and view is not None:
                refreshed = self._parts._clock()
                await self._judge_again(view)
            if not fresh:
                await asyncio.sleep(0.2)

    async def _explain(self, group: AlertGroup, view: GraphView | None) -> None:
        found = await findings_of(group, self._tws, self._parts._histories.get(self._name), view)
        current = self._book.groups.get(group.id)
        if current is not None:
            await self._book.put_group(current.model_copy(update={"findings": found}))

    async def _judge_again(self, view: GraphView) -> None:
        for group in self._book.of_engine(self._name):
            impact = await impact_of(group, self._tws, view)
            current = self._book.groups.get(group.id)
            if current is None or current.findings is None or impact is None or current.findings.impact == impact:
                continue
            findings = current.findings.model_copy(update={"impact": impact})
            await self._book.put_group(current.model_copy(update={"findings": findings}))


def _joined(
    observation: Observation,
    decided: Mapping[str, Grouping],
    groups: Groups,
    changed: Iterable[AlertGroup],
    now: datetime,
) -> Iterable[tuple[str, Told]]:
    """For the record: which group each trouble that is new went into, unless it began one."""
    by_id = {group.id: group for group in changed}
    for trouble in observation.troubles:
        what = decided.get(trouble.key)
        group = by_id.get(groups.group_of(trouble.key) or "")
        if group is None or what in {None, Grouping.NEW_ROOT, Grouping.KNOWN}:
            continue
        outcome = Outcome.REPEATED if what in {Grouping.FAILED_AGAIN, Grouping.RECOVERING} else Outcome.GROUPED
        yield (
            trouble.subject.short_name,
            told_of(group, trouble, "", outcome, str(what), at=now, detail=group.root.subject.name),
        )
