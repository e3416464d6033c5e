"""Watches one engine: what is wrong goes into groups, and what is found out about them is added."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog

from resync_bot.alerts.book import Book, told_of
from resync_bot.alerts.explaining import findings_of, impact_of
from resync_bot.alerts.grouping import Grouping, Groups
from resync_bot.alerts.metrics import WatchMetrics
from resync_bot.alerts.model import AlertGroup, Observation, Outcome, Seen, Told, Trouble, TroubleKind
from resync_bot.alerts.risks import risks_of, roots_of_risks
from resync_bot.alerts.shift import at_risk_soon
from resync_bot.alerts.sources.poller import Look, away, look, switching
from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.tws.diagnosis import critical_jobs
from resync_bot.tws.graph import GraphKeeper, GraphView
from resync_bot.tws.graph.failure_roots import failure_roots
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Tws

log = structlog.get_logger(__name__)

RISKS_EVERY: Final = 60.0  # seconds between two judgements of the critical jobs, and of what open groups hold up
HURRIED: Final = 2.0  # seconds between two looks after a notice: the engine's database may lag behind it
EXPLAINED_AT_ONCE: Final = 4  # groups that are looked into before the graph is asked for again
HISTORY_WITHIN: Final = 10.0  # seconds at most for which the first explanations wait for the history
IDLE: Final = 0.2  # seconds between two looks for a group that is not explained

_OF_JOBS: Final = frozenset(
    {TroubleKind.JOB_FAILED, TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED, TroubleKind.DEADLINE_AT_RISK}
)


class Hurry:
    """Whether an engine is to be looked at often now."""

    def __init__(self) -> None:
        """Not now."""
        self.until = 0.0
        self.begun = asyncio.Event()

    def begin(self, until: float) -> None:
        """Until then, a time of the monotonic clock."""
        self.until = until
        self.begun.set()


class EngineWatch:
    """One engine, while the lease lasts."""

    def __init__(  # noqa: PLR0913  # its parts
        self,
        name: str,
        tws: Tws,
        book: Book,
        *,
        graph: GraphKeeper | None,
        history: RunHistory | None,
        hurry: Hurry,
        settings: AlertsSettings,
        metrics: WatchMetrics,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        """`clock` is monotonic, in seconds."""
        self._name = name
        self._tws = tws
        self._book = book
        self._graph = graph
        self._history = history
        self._hurry = hurry
        self._settings = settings
        self._metrics = metrics
        self._now = now
        self._new_id = new_id
        self._clock = clock
        self._judged = float("-inf")
        self._away: tuple[float, EngineErrorKind] | None = None  # since when, by the clock, and why at first

    async def run(self) -> None:
        """Looks at the engine every so often."""
        while True:
            await self._look()
            is_hurried = self._clock() < self._hurry.until
            self._hurry.begun.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(HURRIED if is_hurried else self._settings.poll_every):
                    await self._hurry.begun.wait()

    async def _look(self) -> None:
        book, name = self._book, self._name
        seen = book.seen.get(name)
        first_look = timedelta(seconds=self._settings.first_look)
        try:
            found = await look(
                self._tws, name, seen, book.standing_troubles(name), now=self._now(), first_look=first_look
            )
        except EngineError as error:
            self._metrics.looks.labels(name, error.kind).inc()
            log.info("alerts.engine_away", engine=name, kind=error.kind, error=str(error))
            if error.kind is EngineErrorKind.NO_PLAN:
                book.switching.discard(name)  # what waits for the end of the switch has waited long enough
            untold = self._without_answer(error, seen)
            if untold is None:
                return
            found, observation = untold, untold.observation
        else:
            self._metrics.looks.labels(name, "ok").inc()
            self._away = None
            book.zones[name] = found.observation.now.tzinfo
            book.ahead[name] = found.observation.now - found.observation.at
            observation = await self._with_risks(found.observation)
        (book.switching.add if observation.is_switching else book.switching.discard)(name)
        view = await self._view()
        groups = Groups(
            book.of_engine(name),
            now=self._now(),
            engine_now=observation.now,
            new_id=lambda: self._new_id()[:8],
        )
        decided = groups.observe(observation, self._roots(view, observation.troubles))
        changed = groups.changed()
        for what in decided.values():
            self._metrics.troubles.labels(name, what).inc()
        await book.put_look(changed, found.seen, _joined(observation, decided, groups, changed, self._now()))
        self._metrics.open_groups.labels(name).set(len(book.of_engine(name)))

    def _without_answer(self, error: EngineError, seen: Seen | None) -> Look | None:
        """What is to be told of it; None as long as there is nothing.

        An engine that has never answered is a matter of its set-up, of which `check` and the log tell.
        """
        if seen is None:
            return None
        if error.kind is EngineErrorKind.PLAN_SWITCH:
            return switching(self._name, seen, now=self._now())
        since, why = self._away = self._away or (self._clock(), error.kind)
        seconds = self._clock() - since
        if seconds < self._settings.engine_away_after:
            return None
        at = self._now()
        now = self._book.engine_time(self._name, at).astimezone(seen.until.tzinfo)
        standing = self._book.standing_troubles(self._name)
        return away(self._name, why, seen, standing, at=at, now=now, since=now - timedelta(seconds=seconds))

    async def _view(self) -> GraphView | None:
        if self._graph is None:
            return None
        try:
            return await self._graph.graph()
        except EngineError as error:
            log.info("alerts.no_graph", engine=self._name, kind=error.kind)
            return None

    async def _with_risks(self, observation: Observation) -> Observation:
        """With the critical jobs that are forecast to end too late: judged less often, and only with a graph."""
        standing = [one for one in self._book.standing_troubles(self._name) if one.kind is TroubleKind.DEADLINE_AT_RISK]
        view = await self._view()
        is_due = self._clock() - self._judged >= RISKS_EVERY
        if view is None or observation.is_switching or not is_due:
            return observation.model_copy(update={"troubles": (*observation.troubles, *standing)})
        try:
            judged = await critical_jobs(self._tws, view, self._history)
        except EngineError as error:
            log.info("alerts.risks_unknown", engine=self._name, kind=error.kind)
            return observation.model_copy(update={"troubles": (*observation.troubles, *standing)})
        self._judged = self._clock()
        self._book.deadlines[self._name] = at_risk_soon(judged, observation.now)
        risks, over = risks_of(self._name, judged, standing, now=observation.now)
        return observation.model_copy(
            update={"troubles": (*observation.troubles, *risks), "endings": {**observation.endings, **over}}
        )

    def _roots(self, view: GraphView | None, troubles: Iterable[Trouble]) -> dict[str, str]:
        """The root of each trouble that the graph knows, by keys: of what is wrong now, and what was in open groups."""
        if view is None:
            return {}
        nodes: dict[int, str] = {}
        risks: list[Trouble] = []
        for trouble in (*self._members(), *troubles):
            node = view.graph.node(trouble.object_id) if trouble.object_id else None
            if trouble.kind is TroubleKind.DEADLINE_AT_RISK:
                risks.append(trouble)
            elif node is not None and (trouble.kind in _OF_JOBS or trouble.kind is TroubleKind.STREAM_STUCK):
                nodes.setdefault(node, trouble.key)
        roots = {nodes[node]: nodes[root] for node, root in failure_roots(view.graph, nodes).items()}
        return roots | roots_of_risks(risks, roots, {view.graph.identity(node): key for node, key in nodes.items()})

    def _members(self) -> Iterable[Trouble]:
        return (member.trouble for group in self._book.of_engine(self._name) for member in group.members)

    # --- what is found out about groups ---

    async def explain(self) -> None:
        """Looks into each new group, and now and then again at what the open ones hold up."""
        refreshed = self._clock()
        await self._wait_for_history()
        while True:
            fresh = [group for group in self._book.of_engine(self._name) if group.findings is None]
            view = await self._view()
            for group in fresh[:EXPLAINED_AT_ONCE]:
                await self._explain(group, view)
            if self._clock() - refreshed >= RISKS_EVERY and view is not None:
                refreshed = self._clock()
                await self._judge_again(view)
            if not fresh:
                await asyncio.sleep(IDLE)

    async def _wait_for_history(self) -> None:
        """After the very first start the earlier days are being read: how often a job has failed is known then."""
        begun = self._clock()
        while self._history is not None and self._clock() - begun < HISTORY_WITHIN:
            if await self._history.seen_until() is not None:
                return
            await asyncio.sleep(IDLE)

    async def _explain(self, group: AlertGroup, view: GraphView | None) -> None:
        found = await findings_of(group, self._tws, self._history, view)
        current = self._book.groups.get(group.id)
        if current is not None:
            await self._book.put_group(current.model_copy(update={"findings": found}))

    async def _judge_again(self, view: GraphView) -> None:
        for group in self._book.of_engine(self._name):
            impact = await impact_of(group, self._tws, view, self._history)
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
