"""The message of a group in a place: posted once, edited while it is not true, with notes in its thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from resync_bot.alerts.book import Book, told_of
from resync_bot.alerts.delivering import Delivery, digest_of_text, marker_of
from resync_bot.alerts.inhibition import Inhibition
from resync_bot.alerts.metrics import DispatchMetrics
from resync_bot.alerts.model import AlertGroup, Outcome, Posted, Route, StoryEntry, StoryKind
from resync_bot.alerts.rendering import alert_answer, problem_answer, story_answer
from resync_bot.alerts.silencing import silence_of
from resync_bot.alerts.timing import Times, is_reminder_due, may_edit, to_note
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Place
from resync_bot.errors import DeliveryError, DeliveryRefusedError, LeaseLostError
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.runtime.redis import STORE_ERRORS

FALLBACK_AFTER: Final = 3  # attempts that failed, unless the platform refused outright
PROBLEM_LENGTH: Final = 300

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """What one place is to see of one group."""

    group: AlertGroup
    route: Route
    posted: Posted | None

    @property
    def language(self) -> Language:
        """The rule's."""
        return Language(self.route.rule.language)

    @property
    def called(self) -> tuple[str, ...]:
        """Who is called: nobody while it may heal by itself."""
        rule = self.route.rule
        is_grave = self.group.severity.rank >= rule.mention_from.rank and not self.group.is_recovering
        return rule.mention if is_grave else ()


class Messages:
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
        self._book = book
        self._delivery = delivery
        self._settings = settings
        self._fallback = fallback
        self._metrics = metrics
        self._now = now
        self._drawn: dict[tuple[str, str], tuple[AlertGroup, Answer, str]] = {}

    def forget(self, group_id: str) -> None:
        """What was drawn of a group that is over."""
        for key in [key for key in self._drawn if key[0] == group_id]:
            del self._drawn[key]

    async def serve(self, due: Due) -> None:
        """Posts the message if there is none, else keeps it true. A defect in one group is not the others' trouble.

        Raises LeaseLostError or redis.exceptions.RedisError.
        """
        try:
            if due.posted is not None and due.posted.message:
                await self._keep_true(due, due.posted)
            else:
                await self._post(due)
        except (LeaseLostError, *STORE_ERRORS):
            raise
        except Exception:
            log.exception("alert.defect", group=due.group.id, place=due.route.place)
            await self._keep_problem(
                due, due.posted or Posted(place=due.route.place), DeliveryError("a defect of mine")
            )

    async def _post(self, due: Due) -> None:
        """The first message."""
        group, route = due.group, due.route
        answer, shown = self._draw(due)
        posted = due.posted or Posted(place=route.place)
        message = await self._send(due, posted, answer)
        if message is None:
            return
        now = self._now()
        outcome = (Outcome.INHIBITED, Inhibition.RECOVERING) if group.is_recovering else (Outcome.SENT, "rule")
        await self._book.put_posted(
            group,
            posted.model_copy(
                update={
                    "message": message,
                    "shown": shown,
                    "at": now,
                    "first": now,
                    "told": len(group.story),
                    "attempts": 0,
                    "problem": "",
                }
            ),
            told_of(group, group.root, route.place, *outcome, at=now, detail=route.rule.id),
        )
        self._metrics.outcomes.labels(*outcome).inc()
        delay = self._book.engine_time(group.engine, now) - group.root.since
        self._metrics.delay.observe(max(0.0, delay.total_seconds()))
        log.info("alert.sent", group=group.id, place=route.place, rule=route.rule.id, about=group.root.subject.name)

    async def _keep_true(self, due: Due, posted: Posted) -> None:
        """Edits the message if it is no longer true, and tells its thread what happened."""
        answer, shown = self._draw(due)
        if may_edit(due.group, posted, shown, now=self._now()) is None:
            message = await self._send(due, posted, answer.calling_nobody, message=posted.message)
            if message is None:
                return
            update = {"message": message, "shown": shown, "at": self._now(), "attempts": 0, "problem": ""}
            posted = posted.model_copy(update=update)
            await self._book.put_posted(due.group, posted)
        await self._note(due, posted)

    async def _note(self, due: Due, posted: Posted) -> None:
        group, now = due.group, self._now()
        if silence_of(group, self._book.silences, now=now) is not None:
            return
        times = Times.of(due.route.rule, self._settings)
        entries = list(to_note(group, posted, times, now=now))
        is_reminder = is_reminder_due(group, posted, times, now=now)
        if is_reminder:
            entries.append(StoryEntry(at=self._book.engine_time(group.engine, now), kind=StoryKind.REMINDED))
        if not entries:
            return
        thread = self._delivery.thread_under(Place.decode(due.route.place), posted.message)
        if thread is not None:
            is_call = is_reminder or any(entry.kind is StoryKind.ESCALATED for entry in entries)
            answer = story_answer(
                group,
                entries,
                language=due.language,
                zone=self._book.zones.get(group.engine),
                mention=due.called if is_call else (),
            )
            # The same after a crash before it is recorded, another one for the next note and the next reminder.
            last = posted.reminded or posted.first
            number = f"{len(group.story)}-{last.timestamp():.0f}" if is_reminder and last else str(len(group.story))
            marker = f"{marker_of(group.id, due.route.place)}-{number}"
            if await self._send(due, posted, answer, place=thread, marker=marker) is None:
                return
        update = {"told": len(group.story), "noted": now, "attempts": 0}
        update |= {"reminded": now} if is_reminder else {}
        await self._book.put_posted(group, posted.model_copy(update=update))

    def _draw(self, due: Due) -> tuple[Answer, str]:
        """The message, and a digest of what it says; made anew only if the group is another one."""
        key = (due.group.id, due.route.place)
        drawn = self._drawn.get(key)
        if drawn is not None and drawn[0] is due.group:
            return drawn[1], drawn[2]
        answer = alert_answer(
            due.group,
            language=due.language,
            zone=self._book.zones.get(due.group.engine),
            runbook=due.route.rule.runbook,
            mention=due.called,
            has_thread=self._delivery.thread_under(Place.decode(due.route.place)) is not None,
            names_engine=len(self._book.zones) > 1,
        )
        shown = digest_of_text(answer.calling_nobody)
        self._drawn[key] = (due.group, answer, shown)
        return answer, shown

    async def _send(  # what, and where if not in the place itself
        self,
        due: Due,
        posted: Posted,
        answer: Answer,
        *,
        message: str = "",
        place: Place | None = None,
        marker: str = "",
    ) -> str | None:
        """None if it could not be delivered: kept, told in the fallback place, and tried again later."""
        where = place or Place.decode(due.route.place)
        try:
            return await self._delivery.send(
                where, marker or marker_of(due.group.id, due.route.place), answer, message=message
            )
        except DeliveryError as error:
            await self._keep_problem(due, posted, error)
            return None

    async def _keep_problem(self, due: Due, posted: Posted, error: DeliveryError) -> None:
        group, place, now, kind = due.group, due.route.place, self._now(), type(error).__name__
        problem = f"{error} {error.hint}".strip()[:PROBLEM_LENGTH]
        log.warning("alert.undeliverable", group=group.id, place=place, kind=kind, problem=problem)
        failed = posted.model_copy(update={"at": now, "attempts": posted.attempts + 1, "problem": problem})
        told = told_of(group, group.root, place, Outcome.UNDELIVERABLE, kind, at=now, detail=problem)
        await self._book.put_posted(group, failed, told)
        self._metrics.outcomes.labels(Outcome.UNDELIVERABLE, kind).inc()
        if failed.attempts == (1 if isinstance(error, DeliveryRefusedError) else FALLBACK_AFTER):
            await self._report(due, failed)

    async def _report(self, due: Due, posted: Posted) -> None:
        """Tells the fallback place what could not be delivered, and why."""
        fallback = self._fallback
        if fallback is None or fallback == due.route.place:
            return
        language, zone = Language(self._settings.language), self._book.zones.get(due.group.engine)
        answer = problem_answer(posted, due.group, language=language, zone=zone)
        try:
            marker = f"{marker_of(due.group.id, due.route.place)}-problem"
            await self._delivery.send(Place.decode(fallback), marker, answer)
        except DeliveryError as error:
            log.exception("alert.fallback_failed", group=due.group.id, hint=error.hint)
