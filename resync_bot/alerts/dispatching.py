"""Brings what channels see into line with what is known.

Each pass compares what should stand in every place with what does, so that a crash, a restart or a platform that was
away needs no bookkeeping of its own. Places are served side by side, the messages of one place one after another.
"""

import asyncio
from asyncio import Task, TaskGroup
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from resync_bot.alerts.boards import Boards
from resync_bot.alerts.book import Book
from resync_bot.alerts.delivering import Delivery
from resync_bot.alerts.digesting import Digests
from resync_bot.alerts.engine_time import by_engine_clock
from resync_bot.alerts.inhibition import Inhibition, inhibited
from resync_bot.alerts.messages import Due, Messages
from resync_bot.alerts.metrics import DispatchMetrics
from resync_bot.alerts.model import AlertGroup, Origin, Outcome, Pattern, Posted, Route, Rule
from resync_bot.alerts.rendering import recap_answer
from resync_bot.alerts.routing import Routing, routes
from resync_bot.alerts.silencing import Silencing, silence_of
from resync_bot.alerts.timing import Times, Timing, may_post
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Place
from resync_bot.errors import DeliveryError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.tasks import cancelled

log = structlog.get_logger(__name__)

PASS_EVERY: Final = 1.0  # seconds, when nothing is new: what waits for its time is looked at so often
EXPLAINED_WITHIN: Final = timedelta(seconds=10)  # the first message waits no longer for what is found out
LAST_WORDS: Final = timedelta(minutes=10)  # after its end a group is looked at no more, unless something is undelivered


class Dispatcher:
    """Of one lease, with its book."""

    def __init__(
        self,
        book: Book,
        delivery: Delivery,
        settings: AlertsSettings,
        *,
        fallback: str | None,
        metrics: DispatchMetrics,
        now: Callable[[], datetime],
    ) -> None:
        """`fallback` is told of what cannot be delivered elsewhere."""
        self._book = book
        self._delivery = delivery
        self._settings = settings
        self._metrics = metrics
        self._now = now
        self._begun = now()
        self._messages = Messages(book, delivery, settings, fallback=fallback, metrics=metrics, now=now)
        self._boards = Boards(book, delivery, now=now)
        self._digests = Digests(book, delivery, times=settings.digest_at, now=now)
        self._serving: dict[str, Task[None]] = {}
        self._routed: dict[str, tuple[AlertGroup, tuple[Rule, ...], tuple[tuple[Route, ...], Routing]]] = {}

    async def run(self) -> None:
        """Until cancelled, or until the lease is lost (LeaseLostError) or the store away (RedisError)."""
        try:
            async with TaskGroup() as tasks:
                try:
                    while True:
                        self._book.news.clear()
                        await self.begin(tasks)
                        with suppress(TimeoutError):
                            async with asyncio.timeout(PASS_EVERY):
                                await self._book.news.wait()
                finally:
                    for task in self._serving.values():
                        await cancelled(task)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def begin(self, tasks: TaskGroup) -> None:
        """One pass: begins to serve each place that has something to be seen and is not being served."""
        self._serving = {place: task for place, task in self._serving.items() if not task.done()}
        for place, due in (await self._due()).items():
            if place not in self._serving:
                self._serving[place] = tasks.create_task(self._serve(place, due), name=f"alerts of {place}")

    async def _due(self) -> dict[str, list[Due]]:
        """By place, in the order in which the groups were opened."""
        now = self._now()
        found: dict[str, list[Due]] = {place: [] for place in (*self._book.boards, *self._digests.places())}
        for group in sorted(self._book.groups.values(), key=lambda group: group.opened):
            posted = self._book.posted.get(group.id, {})
            if (
                group.resolved
                and now - group.resolved > LAST_WORDS
                and not any(one.attempts for one in posted.values())
            ):
                self._messages.forget(group.id)
                self._routed.pop(group.id, None)
                continue
            known, why = self._routes(group)
            for route in (*known, *self._left(known, posted)):
                if route.place in posted or group.is_open:
                    found.setdefault(route.place, []).append(Due(group, route, posted.get(route.place)))
            if why is Routing.NO_RULE and group.is_open:
                await self._decide(group, "", Outcome.UNROUTED, why)
        for silence in self._book.silences:
            if silence.until <= now:
                found.setdefault(silence.place, [])
        return found

    def _is_past(self, group: AlertGroup, posted: Iterable[Posted], now: datetime) -> bool:
        """Whether nothing is left to say of it: it was over for long enough while this replica could say so."""
        if group.resolved is None or any(one.attempts for one in posted):
            return False
        return now - max(group.resolved, self._begun) > LAST_WORDS

    def _routes(self, group: AlertGroup) -> tuple[tuple[Route, ...], Routing]:
        known = self._routed.get(group.id)
        if known is None or known[0] is not group or known[1] is not self._book.rules:
            known = self._routed[group.id] = (group, self._book.rules, routes(group, self._book.rules))
        return known[2]

    def _left(self, known: Sequence[Route], posted: Mapping[str, object]) -> list[Route]:
        """Where it was told and no rule sends it any more: what stands there shall stay true."""
        places = {route.place for route in known}
        return [Route(place=place, rule=self._no_rule(place)) for place in posted if place not in places]

    # --- one place ---

    async def _serve(self, place: str, due: Sequence[Due]) -> None:
        fresh = [one for one in due if one.posted is None or not (one.posted.message or one.posted.board)]
        first = [one for one in fresh if await self._may_begin(one)]
        if first:
            threshold = min(one.route.rule.storm or self._settings.storm for one in first)
            if await self._boards.take(place, [one.group for one in first], threshold=threshold):
                for one in first:
                    await self._decide(one.group, place, Outcome.STORM, "board")
            else:
                for one in first:
                    if self._is_explained(one):
                        await self._messages.serve(one)
        for one in due:
            if one.posted is not None and one.posted.message:
                await self._messages.serve(one)
        language = Language(self._rule_of(place).language)
        await self._boards.serve(place, language)
        await self._digests.serve(place, language)
        await self._recap(place)

    async def _may_begin(self, due: Due) -> bool:
        """Whether it is told now, if it is not too much for the place."""
        group, place, now = due.group, due.route.place, self._now()
        if inhibited(group, is_switching=group.engine in self._book.switching) is Inhibition.PLAN_SWITCH:
            await self._decide(group, place, Outcome.INHIBITED, Inhibition.PLAN_SWITCH)
            return False
        silence = silence_of(group, self._book.silences, now=now)
        if silence is not None:
            await self._decide(group, place, Outcome.SILENCED, Silencing.SILENCE, detail=silence.id)
            return False
        why = may_post(group, due.posted, Times.of(due.route.rule, self._settings), now=now)
        match why:
            case None:
                return True
            case Timing.HEALED:
                await self._decide(group, place, Outcome.HEALED, why)
            case Timing.GROUP_WAIT:
                await self._decide(group, place, Outcome.WAITING, why)
            case Timing.BACKING_OFF:
                await self._decide(group, place, Outcome.UNDELIVERABLE, why)
            case Timing.STANDS | Timing.DEBOUNCED:
                pass
            case _:
                assert_never(why)
        return False

    def _is_explained(self, due: Due) -> bool:
        """Whether what is to be found out was found out, or it took too long."""
        wait = Times.of(due.route.rule, self._settings).wait
        return due.group.findings is not None or self._now() >= due.group.opened + wait + EXPLAINED_WITHIN

    # --- silences that ended ---

    async def _recap(self, place: str) -> None:
        now = self._now()
        for silence in [one for one in self._book.silences if one.place == place and one.until <= now]:
            groups = [
                group
                for group in self._book.groups.values()
                if group.opened <= silence.until
                and (group.resolved is None or group.resolved >= silence.at)
                and silence_of(_as_opened(group), [silence], now=silence.at) is not None
            ]
            engine = groups[0].engine if groups else next(iter(self._book.zones), "")
            ahead = self._book.ahead.get(engine, timedelta())
            shown = {"at": by_engine_clock(silence.at, ahead), "until": by_engine_clock(silence.until, ahead)}
            answer = recap_answer(
                silence.model_copy(update=shown),
                groups,
                language=Language(silence.language),
                zone=self._book.zones.get(engine),
            )
            try:
                await self._delivery.send(Place.decode(place), f"recap-{silence.id}", answer)
            except DeliveryError as error:
                log.warning("alert.recap_undeliverable", silence=silence.id, place=place, hint=error.hint)
            await self._book.end_silence(silence)

    # --- shared ---

    def _rule_of(self, place: str) -> Rule:
        return next((rule for rule in self._book.rules if place in rule.to), self._no_rule(place))

    def _no_rule(self, place: str) -> Rule:
        language = self._settings.language
        return Rule(id="none", origin=Origin.DEFAULT, pattern=Pattern(), to=(place,), language=language)

    async def _decide(self, group: AlertGroup, place: str, outcome: Outcome, why: str, detail: str = "") -> None:
        if await self._book.decide(group, place, outcome, why, at=self._now(), detail=detail):
            self._metrics.outcomes.labels(outcome, why).inc()


def _as_opened(group: AlertGroup) -> AlertGroup:
    """With all its members as if they were wrong still."""
    members = tuple(member.model_copy(update={"ended": None}) for member in group.members)
    return group.model_copy(update={"members": members, "resolved": None})
