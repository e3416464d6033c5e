"""What channels see, pass after pass: a platform that keeps what was posted, a real store, and a clock that is told."""

from asyncio import TaskGroup
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.alerts.book import Book
from resync_bot.alerts.delivering import Delivery
from resync_bot.alerts.digesting import last_change
from resync_bot.alerts.dispatching import Dispatcher
from resync_bot.alerts.metrics import DispatchMetrics
from resync_bot.alerts.model import (
    Acknowledgement,
    AlertGroup,
    Ending,
    Findings,
    Origin,
    Outcome,
    Pattern,
    Recovery,
    Rule,
    Seen,
    Severity,
    Silence,
    StoryEntry,
    StoryKind,
)
from resync_bot.alerts.store import AlertStore
from resync_bot.alerts.storms import CALM
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Answer, Mentions, Place
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.errors import DeliveryRefusedError, DeliveryUnknownError
from resync_bot.runtime.alerts_settings import AlertsSettings
from tests.alerts.rendering.samples import ENGINE, FAILED_AT, ZONE, after, failure, group, job
from tests.alerts.test_stages import DOWN
from tests.conversation.platform import FakePlatform, Message

OPS, DBA = Place("fake", "T", "OPS"), Place("fake", "T", "DBA")
EXPLAINED = Findings(lines=("ORA-00060: deadlock",), failures_this_week=2)
SEEN = Seen(engine=ENGINE, until=FAILED_AT, day=FAILED_AT)


class Noting(Delivery):
    """Notes who is called by each message."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox, is_ours=lambda: None)
        self.called: list[tuple[str, ...]] = []

    async def send(self, place: Place, marker: str, answer: Answer, *, message: str = "") -> str:
        sent = await super().send(place, marker, answer, message=message)
        self.called.append(tuple(one for block in answer.blocks if isinstance(block, Mentions) for one in block.people))
        return sent


class Shift:
    """One replica that watches; `now` is told."""

    def __init__(self, redis: Redis, platform: FakePlatform, book: Book, settings: AlertsSettings) -> None:
        self.platform = platform
        self.book = book
        self.store = AlertStore(redis, namespace="test")
        self.now = after(0.2)
        self._outbox = Outbox(
            {"fake": platform}, Pacer(redis, namespace="test"), metrics=ConversationMetrics(CollectorRegistry())
        )
        self.delivery = Noting(self._outbox)
        self._settings = settings
        self._dispatcher = self._new_dispatcher()
        book.zones[ENGINE] = ZONE

    def _new_dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.book,
            self.delivery,
            self._settings,
            fallback=DBA.encode(),
            metrics=DispatchMetrics(CollectorRegistry()),
            now=lambda: self.now,
        )

    async def see(self, *groups: AlertGroup, minutes: float | None = None) -> None:
        """The groups are so now, and everything is told that is due then."""
        if minutes is not None:
            self.now = after(minutes)
        await self.book.put_look(groups, SEEN, [])
        await self.book.take_orders(now=self.now)
        async with TaskGroup() as tasks:
            await self._dispatcher.begin(tasks)

    def forget(self) -> None:
        """The replica was killed before it wrote down what it posted."""
        self.book.posted.clear()
        self._dispatcher = self._new_dispatcher()

    def said(self, place: Place = OPS) -> list[Message]:
        return [one for one in self.platform.store.messages() if one.place == place]

    def thread(self, number: int = 0) -> list[str]:
        root = self.said()[number].id
        return [one.text for one in self.platform.store.messages() if one.place.thread == root]

    async def outcomes(self, name: str = "PAYROLL_POST") -> list[tuple[Outcome, str]]:
        return [(one.outcome, one.why) for one in await self.store.told(name)]


def rule(place: Place, **more: Any) -> Rule:
    return Rule(id=place.channel, origin=Origin.FILE, pattern=Pattern(), to=(place.encode(),), **more)


@pytest.fixture
async def shift(redis: Redis) -> Shift:
    return await begin(redis, rule(OPS, mention=("U1ANA00|Ana",), mention_from=Severity.ERROR))


async def begin(redis: Redis, *rules: Rule, **settings: Any) -> Shift:
    watch = await AlertStore(redis, namespace="test").take_lease(60)
    assert watch is not None
    book = await Book.open(watch, standing=rules)
    return Shift(redis, FakePlatform(), book, AlertsSettings(**settings))


QUIET = Silence(
    id="s", pattern=Pattern(job="PAYROLL_POST"), until=after(30), by="Rui", at=FAILED_AT, place=OPS.encode()
)
ALERT = group(failure(), findings=EXPLAINED)


def with_story(alert: AlertGroup, *kinds: StoryKind, **changes: Any) -> AlertGroup:
    entries = tuple(StoryEntry(at=after(3), kind=kind, by="Ana") for kind in kinds)
    return alert.model_copy(update={"story": (*alert.story, *entries), **changes})


async def test_a_failure_is_told_once_and_stands(shift: Shift) -> None:
    await shift.see(ALERT, minutes=1)
    for minute in range(2, 6):
        await shift.see(ALERT, minutes=minute)
    [message] = shift.said()
    assert len(message.versions) == 1
    assert "`PAYROLL_POST` failed" in message.text
    assert "ORA-00060" in message.text
    assert await shift.outcomes() == [(Outcome.SENT, "rule")]


async def test_it_waits_for_what_belongs_to_it_and_for_what_is_found_out(shift: Shift) -> None:
    unexplained = group(failure())
    await shift.see(unexplained, minutes=0.1)
    assert await shift.outcomes() == [(Outcome.WAITING, "group_wait")]
    await shift.see(unexplained, minutes=0.2)
    assert shift.said() == [], "what is found out comes in a moment"
    await shift.see(unexplained, minutes=0.5)
    assert len(shift.said()) == 1, "or it takes too long"


async def test_what_is_over_at_once_is_never_told(shift: Shift) -> None:
    await shift.see(ALERT, minutes=0.1)
    await shift.see(ALERT.model_copy(update={"resolved": after(0.15)}), minutes=1)
    assert shift.said() == []


async def test_the_message_is_edited_and_the_thread_told(shift: Shift) -> None:
    await shift.see(ALERT, minutes=1)
    await shift.store.acknowledge(ALERT.id, Acknowledgement(at=after(2), by="Ana", person="fake/U1"))
    await shift.see(minutes=1.01)
    [message] = shift.said()
    assert "Ana" in message.text, "what a person did is shown at once"
    [note] = shift.thread()
    assert "Ana" in note


async def test_an_end_is_told_in_the_message_and_the_thread(shift: Shift) -> None:
    await shift.see(ALERT, minutes=1)
    member = ALERT.members[0].model_copy(update={"ended": after(14), "ending": Ending.SUCCEEDED})
    await shift.see(with_story(ALERT, StoryKind.RESOLVED, members=(member,), resolved=after(14)), minutes=14)
    [message] = shift.said()
    assert "14 min" in message.text
    assert len(shift.thread()) == 1


async def test_nobody_is_called_by_what_may_heal_itself_until_it_does_not(shift: Shift) -> None:
    recovering = group(failure(recovery=Recovery(is_running=True, attempt=1, of=2)), findings=EXPLAINED)
    await shift.see(recovering, minutes=1)
    assert await shift.outcomes() == [(Outcome.INHIBITED, "recovering")]
    failed = with_story(group(failure(), findings=EXPLAINED), StoryKind.ESCALATED)
    await shift.see(failed, minutes=2)
    assert shift.delivery.called == [(), (), ("U1ANA00|Ana",)], "the post, its edit, the note that it has failed again"


async def test_people_are_called_again_while_nobody_looks_after_it(redis: Redis) -> None:
    shift = await begin(redis, rule(OPS, mention=("U1ANA00|Ana",), mention_from=Severity.ERROR, repeat_interval=600))
    await shift.see(ALERT, minutes=1)
    for minutes in (5, 12, 15, 23):
        await shift.see(minutes=minutes)
    assert shift.delivery.called == [("U1ANA00|Ana",)] * 3
    assert len(shift.thread()) == 2


async def test_a_crash_between_post_and_record_leaves_one_message(shift: Shift) -> None:
    await shift.see(ALERT, minutes=1)
    shift.forget()
    await shift.see(ALERT, minutes=2)
    assert len(shift.said()) == 1


async def test_nobody_is_told_while_a_silence_lasts(shift: Shift) -> None:
    await shift.store.put_silence(QUIET)
    await shift.see(ALERT, minutes=1)
    assert shift.said() == []
    assert await shift.outcomes() == [(Outcome.SILENCED, "silence")]


async def test_when_a_silence_ends_its_place_gets_a_recap_and_what_is_still_wrong(shift: Shift) -> None:
    await shift.store.put_silence(QUIET)
    await shift.see(ALERT, minutes=1)
    await shift.see(minutes=30)
    alert, recap = shift.said()
    assert "failed" in alert.text
    assert "PAYROLL_POST" in recap.text
    assert await shift.store.silences() == ()
    await shift.see(minutes=31)
    assert len(shift.said()) == 2


async def test_a_workstation_that_stops_at_a_plan_switch_is_not_told(shift: Shift) -> None:
    shift.book.switching.add(ENGINE)
    await shift.see(group(DOWN, findings=Findings()), minutes=1)
    assert shift.said() == []
    assert await shift.outcomes("FTA_PAY1") == [(Outcome.INHIBITED, "plan_switch")]
    shift.book.switching.clear()
    await shift.see(minutes=11)
    assert len(shift.said()) == 1


def many(count: int, **changes: Any) -> list[AlertGroup]:
    return [
        group(failure(f"J{number}", subject=job(f"J{number}")), id=f"{number:08x}", findings=EXPLAINED, **changes)
        for number in range(count)
    ]


async def test_a_storm_is_one_board_that_ends_by_itself(redis: Redis) -> None:
    shift = await begin(redis, rule(OPS), storm=3)
    await shift.see(*many(3), minutes=1)
    assert len(shift.said()) == 3
    await shift.see(*many(9), minutes=1.5)
    *_, board = shift.said()
    assert len(shift.said()) == 4, "six more are one board"
    assert [outcome for outcome, _ in await shift.outcomes("J8")] == [Outcome.STORM]
    await shift.see(*many(10), minutes=2)
    assert len(shift.said()) == 4
    shift.now = after(2) + CALM
    await shift.see()
    ended = [one.members[0].model_copy(update={"ended": after(9), "ending": Ending.SUCCEEDED}) for one in many(10)]
    over = [
        one.model_copy(update={"members": (member,), "resolved": after(9)})
        for one, member in zip(many(10), ended, strict=True)
    ]
    await shift.see(*over, minutes=9)
    await shift.see(minutes=10)
    assert len(shift.said()) == 4
    assert len(shift.said()[3].versions) > 2
    assert board.id == shift.said()[3].id
    assert shift.book.boards == {}
    await shift.see(group(failure("NEW", subject=job("NEW")), id="ffffffff", opened=after(10)), minutes=11)
    assert len(shift.said()) == 5, "told one by one again"


async def test_what_cannot_be_delivered_is_kept_reported_and_tried_again(shift: Shift) -> None:
    shift.platform.faults.append(DeliveryRefusedError("the channel is archived", hint="unarchive it"))
    await shift.see(ALERT, minutes=1)
    assert shift.said() == []
    [report] = shift.said(DBA)
    assert "archived" in report.text
    assert (await shift.outcomes())[0] == (Outcome.UNDELIVERABLE, "DeliveryRefusedError")
    await shift.see(minutes=1.1)
    assert shift.said() == [], "not at once"
    await shift.see(minutes=2)
    assert len(shift.said()) == 1
    assert (await shift.outcomes())[0] == (Outcome.SENT, "rule")


async def test_what_may_have_been_delivered_is_looked_up_and_not_sent_twice(shift: Shift) -> None:
    shift.platform.faults.append(DeliveryUnknownError("no answer"))
    await shift.see(ALERT, minutes=1)
    await shift.see(minutes=2)
    assert len(shift.said()) == 1
    assert shift.said(DBA) == []


async def test_what_nobody_is_to_be_told_has_its_reason(redis: Redis) -> None:
    shift = await begin(redis)
    await shift.see(ALERT, minutes=1)
    assert await shift.outcomes() == [(Outcome.UNROUTED, "no_rule")]


async def test_each_place_gets_its_digest_when_shifts_change(redis: Redis) -> None:
    """The failure was at 02:13 in the engine's zone; shifts change at 06:00."""
    shift = await begin(redis, rule(OPS), digest_at=("06:00",))
    await shift.see(ALERT, minutes=1)
    await shift.see(minutes=3 * 60)
    assert len(shift.said()) == 1
    await shift.see(minutes=4 * 60)
    assert len(shift.said()) == 2
    assert "PAYROLL_POST" in shift.said()[1].text
    await shift.see(minutes=4 * 60 + 30)
    assert len(shift.said()) == 2


@pytest.mark.parametrize(
    ("now", "times", "expected"),
    [
        ("2026-11-23T05:59", ["06:00", "18:00"], "2026-11-22T18:00"),
        ("2026-11-23T06:00", ["06:00", "18:00"], "2026-11-23T06:00"),
        ("2026-11-23T23:59", ["06:00", "18:00"], "2026-11-23T18:00"),
        ("2026-11-23T05:00", ["06:00"], "2026-11-22T06:00"),
        ("2026-11-23T05:00", [], None),
    ],
)
def test_the_last_change_of_shifts(now: str, times: list[str], expected: str | None) -> None:
    zone = ZoneInfo("Europe/Lisbon")
    found = last_change([time.fromisoformat(one) for one in times], datetime.fromisoformat(now).replace(tzinfo=zone))
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=zone) if expected else None)
