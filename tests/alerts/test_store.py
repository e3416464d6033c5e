"""What alerting keeps in Redis, and who may write it: against a real server."""

import pytest
from redis.asyncio import Redis

from resync_bot.alerts.book import Book
from resync_bot.alerts.model import (
    Acknowledgement,
    Origin,
    Outcome,
    Pattern,
    Posted,
    Rule,
    Seen,
    Silence,
    StoryKind,
)
from resync_bot.alerts.store import RESOLVED_KEPT, TOLD_KEPT, AlertStore, Watch
from resync_bot.alerts.storms import with_groups
from resync_bot.errors import LeaseLostError
from tests.alerts.rendering.samples import ENGINE, FAILED_AT, after, failure, group

PLACE = "slack/T1/C1/"
ANA = Acknowledgement(at=after(5), by="Ana", person="slack/U1")
SEEN = Seen(engine=ENGINE, until=FAILED_AT, day=FAILED_AT)


@pytest.fixture
def store(redis: Redis) -> AlertStore:
    return AlertStore(redis, namespace="test")


async def lease(store: AlertStore) -> Watch:
    watch = await store.take_lease(60)
    assert watch is not None
    return watch


async def opened(store: AlertStore) -> Book:
    """The book of a replica that has the lease, with one group that was told."""
    book = await Book.open(await lease(store), standing=())
    await book.put_look([group(failure())], SEEN, [])
    await book.put_posted(group(failure()), Posted(place=PLACE, message="1.2", shown="a", at=after(1), first=after(1)))
    return book


async def test_only_one_replica_watches(store: AlertStore) -> None:
    watch = await lease(store)
    assert await store.take_lease(60) is None
    await watch.give_back()
    assert await store.take_lease(60) is not None


async def test_who_lost_the_lease_writes_nothing(store: AlertStore) -> None:
    book = await opened(store)
    await store.renew_lease("1", 0)
    other = await Book.open(await lease(store), standing=())
    assert list(other.groups) == ["3f2a9c1d"]
    with pytest.raises(LeaseLostError):
        await book.put_group(group(failure(), resolved=after(9)))
    found = await store.group("3f2a9c1d")
    assert found is not None
    assert found.is_open


async def test_a_lease_that_is_another_ones_cannot_be_renewed(store: AlertStore) -> None:
    watch = await lease(store)
    await watch.renew()
    await store.renew_lease(watch.token, 0)
    await lease(store)
    with pytest.raises(LeaseLostError):
        await watch.renew()


async def test_the_next_replica_goes_on_with_all_of_it(store: AlertStore) -> None:
    book = await opened(store)
    await book.put_board(with_groups(None, PLACE, ["3f2a9c1d"], now=after(2), engine_now=after(2)))
    await book.put_digested(PLACE, after(3))
    await store.renew_lease("1", 0)
    other = await Book.open(await lease(store), standing=())
    assert (other.groups, other.posted, other.boards, other.seen, other.digested) == (
        book.groups,
        book.posted,
        book.boards,
        book.seen,
        book.digested,
    )


async def test_the_first_to_acknowledge_stands(store: AlertStore) -> None:
    assert await store.acknowledge("3f2a9c1d", ANA) == ANA
    assert await store.acknowledge("3f2a9c1d", ANA.model_copy(update={"by": "Rui"})) == ANA
    assert await store.release("3f2a9c1d")
    assert not await store.release("3f2a9c1d")


async def test_what_people_do_becomes_part_of_the_story(store: AlertStore) -> None:
    book = await opened(store)
    await store.acknowledge("3f2a9c1d", ANA)
    await book.take_orders(now=after(6))
    assert book.groups["3f2a9c1d"].acknowledged == ANA
    await book.take_orders(now=after(7))
    await store.release("3f2a9c1d")
    await book.take_orders(now=after(8))
    told = [(entry.kind, entry.by) for entry in book.groups["3f2a9c1d"].story[1:]]
    assert told == [(StoryKind.ACKNOWLEDGED, "Ana"), (StoryKind.RELEASED, "")]
    assert await store.groups() == book.groups


async def test_rules_and_silences_of_chats_count_beside_those_that_stand(store: AlertStore) -> None:
    standing = Rule(id="file", origin=Origin.FILE, pattern=Pattern(), to=(PLACE,))
    made = Rule(id="chat", origin=Origin.CHAT, pattern=Pattern(job="PAY@"), to=(PLACE,), at=FAILED_AT)
    quiet = Silence(id="s", pattern=Pattern(job="X"), until=after(60), by="Ana", at=FAILED_AT, place=PLACE)
    book = await Book.open(await lease(store), standing=(standing,))
    await store.put_rule(made)
    await store.put_silence(quiet)
    await book.take_orders(now=after(1))
    assert (book.rules, book.silences) == ((made, standing), (quiet,))
    assert await store.remove_rule("chat")
    await book.take_orders(now=after(2))
    await book.end_silence(quiet)
    assert (book.rules, await store.silences()) == ((standing,), ())


async def test_decisions_are_kept_once_the_newest_first_and_not_for_ever(store: AlertStore) -> None:
    book = await opened(store)
    about = group(failure())
    assert await book.decide(about, PLACE, Outcome.WAITING, "group_wait", at=after(1))
    assert not await book.decide(about, PLACE, Outcome.WAITING, "group_wait", at=after(2))
    assert await book.decide(about, PLACE, Outcome.SILENCED, "silence", at=after(3), detail="s")
    told = await store.told("payroll_post")
    assert [(one.outcome, one.why, one.detail) for one in told] == [
        (Outcome.SILENCED, "silence", "s"),
        (Outcome.WAITING, "group_wait", ""),
    ]
    for number in range(TOLD_KEPT + 5):
        await book.decide(about, PLACE, Outcome.WAITING, str(number), at=after(4))
    assert len(await store.told("PAYROLL_POST")) == TOLD_KEPT


async def test_what_is_over_for_long_is_forgotten(store: AlertStore) -> None:
    book = await opened(store)
    await store.acknowledge("3f2a9c1d", ANA)
    await book.put_group(group(failure(), resolved=after(9)))
    await book.forget_old(now=after(9) + RESOLVED_KEPT)
    assert await store.groups() != {}
    await book.forget_old(now=after(10) + RESOLVED_KEPT)
    assert (await store.groups(), await store.posted(), await store.acknowledgements()) == ({}, {}, {})


async def test_an_order_wakes_whoever_watches(store: AlertStore) -> None:
    first = await store.wait_for_poke("$", seconds=0.01)
    assert first is None
    await store.acknowledge("3f2a9c1d", ANA)
    woken = await store.wait_for_poke("0", seconds=5)
    assert woken is not None
    assert await store.wait_for_poke(woken, seconds=0.01) is None
