"""Brings what channels see into line with what is known: one message for each group, edited; notes in its thread.

Each pass compares what should stand in every place with what does, so that a crash, a restart or a platform that was
away needs no bookkeeping of its own. Places are served side by side, the messages of one place one after another.
"""

import asyncio
import hashlib
from asyncio import Task, TaskGroup
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final, assert_never

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from resync_bot.alerts.book import Book, told_of
from resync_bot.alerts.inhibition import Inhibition, inhibited
from resync_bot.alerts.model import (
    AlertGroup,
    Board,
    Origin,
    Outcome,
    Pattern,
    Posted,
    Route,
    Rule,
    StoryEntry,
    StoryKind,
)
from resync_bot.alerts.rendering import alert_answer, board_answer, problem_answer, recap_answer, story_answer
from resync_bot.alerts.routing import Routing, routes
from resync_bot.alerts.silencing import Silencing, silence_of
from resync_bot.alerts.storms import is_calm, is_done, is_storm, with_groups
from resync_bot.alerts.timing import Times, Timing, is_reminder_due, may_edit, may_post, to_note
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Place, answer_json
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import DeliveryError, DeliveryRefusedError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.tasks import cancelled

log = structlog.get_logger(__name__)

PASS_EVERY: Final = 1.0  # seconds, when nothing is new: what waits for its time is looked at so often
EXPLAINED_WITHIN: Final = timedelta(
    seconds=10
)  # a group's first message waits no longer for what is found out about it
FALLBACK_AFTER: Final = 3  # attempts that failed, unless the platform refused outright
PROBLEM_LENGTH: Final = 300


class AlertMetrics:
    """What alerting counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.outcomes = Counter(
            "resync_alert_outcomes", "Groups by what became of them in a place", ("outcome", "why"), registry=registry
        )
        self.delay = Histogram(
            "resync_alert_delay_seconds",
            "From a failure in the engine to its first message",
            registry=registry,
            buckets=(1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800),
        )


@dataclass(frozen=True, slots=True)
class Due:
    """What one place is to see of one group."""

    group: AlertGroup
    route: Route
    posted: Posted | None


class Dispatcher:
    """Of one lease, with its book."""

    def __init__(  # its parts
        self,
        book: Book,
        outbox: Outbox,
        settings: AlertsSettings,
        *,
        zones: Mapping[str, tzinfo | None],
        metrics: AlertMetrics,
        now: Callable[[], datetime],
        hold: "AlertHold",
    ) -> None:
        """`zones` are the engines' own, by name."""
        self._book = book
        self._outbox = outbox
        self._settings = settings
        self._zones = zones
        self._metrics = metrics
        self._now = now
        self._hold = hold
        self._serving: dict[str, Task[None]] = {}
        self._drawn: dict[tuple[str, str], tuple[AlertGroup, Answer, str]] = {}

    async def run(self) -> None:
        """Until cancelled, or until the lease is lost (LeaseLostError) or the store away (RedisError)."""
        async with TaskGroup() as tasks:
            try:
                while True:
                    self._book.news.clear()
                    await self._start(tasks)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(PASS_EVERY):
                            await self._book.news.wait()
            finally:
                for task in self._serving.values():
                    await cancelled(task)

    async def _start(self, tasks: TaskGroup) -> None:
        """Begins to serve each place that has something to be seen and is not being served."""
        now = self._now()
        self._serving = {place: task for place, task in self._serving.items() if not task.done()}
        for place, due in (await self._due(now)).items():
            if place not in self._serving:
                self._serving[place] = tasks.create_task(self._serve(place, due), name=f"alerts of {place}")

    async def _due(self, now: datetime) -> dict[str, list[Due]]:
        """By place, in the order in which the groups were opened."""
        found: dict[str, list[Due]] = {place: [] for place in self._book.boards}
        for group in sorted(self._book.groups.values(), key=lambda group: group.opened):
            known, why = routes(group, self._book.rules)
            for route in self._with_posted(group, known):
                posted = self._book.posted_in(group, route.place)
                if posted is not None or group.is_open:
                    found.setdefault(route.place, []).append(Due(group, route, posted))
            if why is Routing.NO_RULE and group.is_open:
                await self._decide(group, "", Outcome.UNROUTED, why)
        silences = (one for one in self._book.silences if one.until <= now)
        for silence in silences:
            found.setdefault(silence.place, [])
        return found

    def _with_posted(self, group: AlertGroup, known: Sequence[Route]) -> list[Route]:
        """Also where it was told and no rule sends it any more: what stands there shall stay true."""
        places = {route.place for route in known}
        suffix = f"{group.id}|"
        left = [key.removeprefix(suffix) for key in self._book.posted if key.startswith(suffix)]
        return [*known, *(Route(place=one, rule=_gone(one, self._settings)) for one in left if one not in places)]

    # --- one place ---

    async def _serve(self, place: str, due: Sequence[Due]) -> None:
        now = self._now()
        fresh = [one for one in due if one.posted is None or not (one.posted.message or one.posted.board)]
        first = [one for one in fresh if await self._may_begin(one, now)]
        if first:
            first = await self._without_storm(place, first, now)
        for one in first:
            await self._post(one)
        for one in due:
            if one.posted is not None and one.posted.message:
                await self._keep_true(one, one.posted)
        await self._serve_board(place)
        await self._recap(place, now)

    async def _may_begin(self, due: Due, now: datetime) -> bool:
        group, place = due.group, due.route.place
        if inhibited(group, is_switching=group.engine in self._book.switching) is Inhibition.PLAN_SWITCH:
            await self._decide(group, place, Outcome.INHIBITED, Inhibition.PLAN_SWITCH)
            return False
        silence = silence_of(group, self._book.silences, now=now)
        if silence is not None:
            await self._decide(group, place, Outcome.SILENCED, Silencing.SILENCE, detail=silence.id)
            return False
        times = Times.of(due.route.rule, self._settings)
        why = may_post(group, due.posted, times, now=now)
        match why:
            case None:
                is_explained = group.findings is not None
                return is_explained or now >= group.opened + times.wait + EXPLAINED_WITHIN
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

    # --- one message ---

    async def _post(self, due: Due) -> None:
        group, route = due.group, due.route
        posted = due.posted or Posted(place=route.place)
        answer, shown = self._draw(due)
        ref = await self._send(due, posted, answer, resume=None)
        if ref is None:
            return
        now = self._now()
        posted = posted.model_copy(
            update={
                "message": ref.id,
                "shown": shown,
                "at": now,
                "first": now,
                "told": len(group.story),
                "attempts": 0,
                "problem": "",
            }
        )
        is_recovering = group.is_recovering
        outcome = (Outcome.INHIBITED, Inhibition.RECOVERING) if is_recovering else (Outcome.SENT, Routing.RULE)
        told = told_of(group, group.root, route.place, *outcome, at=now, detail=route.rule.id)
        await self._book.put_posted(group, posted, told)
        self._metrics.outcomes.labels(*outcome).inc()
        failed = self._book.engine_time(group.engine, now) - group.root.since
        self._metrics.delay.observe(max(0.0, failed.total_seconds()))
        log.info("alert.sent", group=group.id, place=route.place, rule=route.rule.id, about=group.root.subject.name)

    async def _keep_true(self, due: Due, posted: Posted) -> None:
        """Edits the message if it is no longer true, and tells the thread what happened."""
        now = self._now()
        answer, shown = self._draw(due)
        ref = MessageRef(Place.decode(due.route.place), posted.message)
        if may_edit(due.group, posted, shown, now=now) is None:
            sent = await self._send(due, posted, answer.calling_nobody, resume=ref)
            if sent is None:
                return
            ref = sent
            posted = posted.model_copy(
                update={"message": ref.id, "shown": shown, "at": self._now(), "attempts": 0, "problem": ""}
            )
            await self._book.put_posted(due.group, posted)
        await self._note(due, posted, ref, now)

    async def _note(self, due: Due, posted: Posted, ref: MessageRef, now: datetime) -> None:
        group, rule = due.group, due.route.rule
        if silence_of(group, self._book.silences, now=now) is not None:
            return
        times = Times.of(rule, self._settings)
        entries = list(to_note(group, posted, times, now=now))
        is_reminder = is_reminder_due(group, posted, times, now=now)
        if is_reminder:
            entries.append(StoryEntry(at=self._book.engine_time(group.engine, now), kind=StoryKind.REMINDED))
        place = self._outbox.thread_under(ref)
        if not entries:
            return
        if place is not None:
            is_call = is_reminder or any(entry.kind is StoryKind.ESCALATED for entry in entries)
            answer = story_answer(
                group,
                entries,
                language=Language(rule.language),
                zone=self._zones.get(group.engine),
                mention=self._called(due) if is_call else (),
            )
            marker = f"{_marker(group.id, due.route.place)}-{len(group.story)}{'r' if is_reminder else ''}"
            if await self._send(due, posted, answer, resume=None, place=place, marker=marker) is None:
                return
        reminded = {"reminded": now} if is_reminder else {}
        await self._book.put_posted(
            group, posted.model_copy(update={"told": len(group.story), "noted": now, "attempts": 0, **reminded})
        )

    def _draw(self, due: Due) -> tuple[Answer, str]:
        """The message, and a digest of what it says; made anew only if the group is another one."""
        key = (due.group.id, due.route.place)
        drawn = self._drawn.get(key)
        if drawn is not None and drawn[0] is due.group:
            return drawn[1], drawn[2]
        place = Place.decode(due.route.place)
        answer = alert_answer(
            due.group,
            language=Language(due.route.rule.language),
            zone=self._zones.get(due.group.engine),
            runbook=due.route.rule.runbook,
            mention=self._called(due),
            has_thread=self._outbox.thread_under(MessageRef(place, "0")) is not None,
            names_engine=len(self._zones) > 1,
        )
        shown = _digest(answer.calling_nobody)
        self._drawn[key] = (due.group, answer, shown)
        return answer, shown

    def _called(self, due: Due) -> tuple[str, ...]:
        rule = due.route.rule
        is_grave = due.group.severity.rank >= rule.mention_from.rank and not due.group.is_recovering
        return rule.mention if is_grave else ()

    async def _send(  # what, where, as what
        self,
        due: Due,
        posted: Posted,
        answer: Answer,
        *,
        resume: MessageRef | None,
        place: Place | None = None,
        marker: str = "",
    ) -> MessageRef | None:
        """None if it could not be delivered: kept, told in the fallback place, and tried again later."""
        where = place or Place.decode(due.route.place)
        try:
            return await self._deliver(where, marker or _marker(due.group.id, due.route.place), answer, resume)
        except DeliveryError as error:
            now = self._now()
            problem = f"{type(error).__name__}: {error} {error.hint}".strip()[:PROBLEM_LENGTH]
            log.warning("alert.undeliverable", group=due.group.id, place=due.route.place, problem=problem)
            failed = posted.model_copy(update={"at": now, "attempts": posted.attempts + 1, "problem": problem})
            told = told_of(
                due.group,
                due.group.root,
                due.route.place,
                Outcome.UNDELIVERABLE,
                type(error).__name__,
                at=now,
                detail=problem,
            )
            await self._book.put_posted(due.group, failed, told)
            self._metrics.outcomes.labels(Outcome.UNDELIVERABLE, type(error).__name__).inc()
            if failed.attempts == (1 if isinstance(error, DeliveryRefusedError) else FALLBACK_AFTER):
                await self._report(due, failed)
            return None

    async def _deliver(self, place: Place, marker: str, answer: Answer, resume: MessageRef | None) -> MessageRef:
        async with self._outbox.reply(place, marker, (), resume=resume, hold=self._hold) as reply:
            return await reply.finish(answer)

    async def _report(self, due: Due, posted: Posted) -> None:
        """Tells the fallback place what could not be delivered, and why."""
        fallback = self._settings.fallback
        if fallback is None or fallback == due.route.place:
            return
        answer = problem_answer(
            posted, due.group, language=Language(self._settings.language), zone=self._zones.get(due.group.engine)
        )
        marker = f"{_marker(due.group.id, due.route.place)}-problem"
        try:
            await self._deliver(Place.decode(fallback), marker, answer, None)
        except DeliveryError as error:
            log.exception("alert.fallback_failed", group=due.group.id, error=str(error))

    # --- storms ---

    async def _without_storm(self, place: str, first: list[Due], now: datetime) -> list[Due]:
        """What is told one by one; the rest comes onto the place's board, if there is a storm."""
        board = self._book.boards.get(place)
        threshold = min(one.route.rule.storm or self._settings.storm for one in first)
        posts = [one.first for one in self._book.posted.values() if one.place == place and one.first is not None]
        is_raging = board is not None and board.over is None
        if not is_raging and not is_storm(posts, len(first), threshold=threshold, now=now):
            return first
        board = with_groups(board, place, (one.group.id for one in first), now=now)
        on_it = [(one.group, Posted(place=place, board=True, at=now)) for one in first]
        await self._book.put_board(board, on_it)
        for one in first:
            await self._decide(one.group, place, Outcome.STORM, "board")
        return []

    async def _serve_board(self, place: str) -> None:
        board = self._book.boards.get(place)
        if board is None:
            return
        now = self._now()
        if is_calm(board, now=now):
            board = board.model_copy(update={"over": now})
        groups = [group for one in board.groups if (group := self._book.groups.get(one)) is not None]
        rule = self._rule_of(place)
        zone = self._zones.get(groups[0].engine) if groups else None
        answer = board_answer(
            groups, language=Language(rule.language), zone=zone, since=board.since, is_over=board.over is not None
        )
        shown = _digest(answer)
        if shown != board.shown and not _is_soon(board, now):
            board = await self._draw_board(board, answer, shown)
        if is_done(board, groups) and board.shown == shown:
            await self._book.remove_board(place)
        elif board != self._book.boards.get(place):
            await self._book.put_board(board)

    async def _draw_board(self, board: Board, answer: Answer, shown: str) -> Board:
        place = Place.decode(board.place)
        resume = MessageRef(place, board.message) if board.message else None
        marker = _marker(f"board-{board.since.timestamp():.0f}", board.place)
        try:
            ref = await self._deliver(place, marker, answer, resume)
        except DeliveryError as error:
            log.warning("alert.board_undeliverable", place=board.place, error=str(error), hint=error.hint)
            return board.model_copy(update={"at": self._now(), "attempts": board.attempts + 1, "problem": str(error)})
        return board.model_copy(
            update={"message": ref.id, "shown": shown, "at": self._now(), "attempts": 0, "problem": ""}
        )

    # --- silences that ended ---

    async def _recap(self, place: str, now: datetime) -> None:
        for silence in [one for one in self._book.silences if one.place == place and one.until <= now]:
            groups = [
                group
                for group in self._book.groups.values()
                if group.opened <= silence.until
                and (group.resolved is None or group.resolved >= silence.at)
                and silence_of(_as_opened(group), [silence], now=silence.at) is not None
            ]
            answer = recap_answer(
                silence,
                groups,
                language=Language(silence.language),
                zone=self._zones.get(groups[0].engine) if groups else None,
            )
            try:
                await self._deliver(Place.decode(place), f"recap-{silence.id}", answer, None)
            except DeliveryError as error:
                log.warning("alert.recap_undeliverable", silence=silence.id, place=place, error=str(error))
            await self._book.end_silence(silence)

    # --- shared ---

    def _rule_of(self, place: str) -> Rule:
        return next((rule for rule in self._book.rules if place in rule.to), _gone(place, self._settings))

    async def _decide(self, group: AlertGroup, place: str, outcome: Outcome, why: str, detail: str = "") -> None:
        if await self._book.decide(group, place, outcome, why, at=self._now(), detail=detail):
            self._metrics.outcomes.labels(outcome, why).inc()


class AlertHold:
    """The right to speak for alerts: see `outbox.Hold`. What was posted is kept by whoever sends, after it was."""

    def __init__(self, renewed: Callable[[], None]) -> None:
        """`renewed` raises LeaseLostError if the lease may be over."""
        self._renewed = renewed

    async def hold(self) -> None:
        """See `outbox.Hold`."""
        self._renewed()

    async def is_stopped(self) -> bool:
        """Nobody can."""
        return False

    async def remember(self, ref: MessageRef) -> None:
        """See the class."""


def _gone(place: str, settings: AlertsSettings) -> Rule:
    """For a place that no rule sends anything to any more."""
    return Rule(id="gone", origin=Origin.DEFAULT, pattern=Pattern(), to=(place,), language=settings.language)


def _marker(what: str, place: str) -> str:
    """The same for the same thing in the same place, also after a crash: the platform finds its message by it."""
    return f"alert-{what}-{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer_json(replace(answer, evidence=()))).hexdigest()[:24]


def _is_soon(board: Board, now: datetime) -> bool:
    wait = timedelta(seconds=5 * (board.attempts + 1) ** 2)
    return board.at is not None and now < board.at + wait


def _as_opened(group: AlertGroup) -> AlertGroup:
    """With all its members as if they were wrong still."""
    members = tuple(member.model_copy(update={"ended": None}) for member in group.members)
    return group.model_copy(update={"members": members, "resolved": None})
