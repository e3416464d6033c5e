"""What the inbox lets in, and what it says to the rest."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis as SyncRedis
from redis.asyncio import Redis

from resync_bot.conversation.inbox import SEEN_SECONDS, printable, question_text
from resync_bot.conversation.model import Place, Question, State
from resync_bot.conversation.ports import Accepted, Duplicate, Progress, RateLimited, Refused, Turn
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import LimitSettings, RedisSettings
from tests.conversation.house import ANA, BEN, CHANNEL, OTHER, Gate, House, installed, press, question
from tests.redis_server import RedisServer

STRICT_PERSON = LimitSettings(person_per_minute=1, person_burst=2, place_per_minute=6e7, place_burst=1000)
STRICT_PLACE = LimitSettings(person_per_minute=6e7, person_burst=1000, place_per_minute=1, place_burst=2)


class Gcra:
    """The limiter's own script, on times of the test's choosing: the wait of each."""

    SCRIPT = """
        local waits = {}
        for index = 3, #ARGV do
          local now = tonumber(ARGV[index])
          local wait, arrival = gcra(KEYS[1], now, tonumber(ARGV[1]), tonumber(ARGV[2]))
          if wait == 0 then
            keep_arrival(KEYS[1], now, arrival)
          end
          waits[#waits + 1] = wait
        end
        redis.call('DEL', KEYS[1])
        return waits
    """

    def __init__(self, redis: SyncRedis) -> None:
        folder = files("resync_bot.conversation") / "lua"
        libraries = [(folder / f"{name}.lua").read_text() for name in ("time", "gcra")]
        self._script = redis.register_script("\n".join((*libraries, self.SCRIPT)))

    def __call__(self, interval: int, burst: int, times: list[int]) -> list[int]:
        """Microseconds throughout."""
        waits: list[int] = self._script(keys=["gcra"], args=[interval, burst, *times])
        return waits


@pytest.fixture(scope="module")
def gcra(shared_redis_server: RedisServer) -> Iterator[Gcra]:
    with SyncRedis.from_url(shared_redis_server.url) as redis:
        yield Gcra(redis)


# --- what is refused ---


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is no text in this message that I can read."),
        (" \n\t ", "There is no text in this message that I can read."),
        ("\u200b\ufeff", "There is no text in this message that I can read."),
        ("x" * 40_000, "This message is too long for me; please send only the part that matters."),
        ("o que falhou? " * 400, "Esta mensagem é longa demais para mim; por favor envie só a parte que importa."),
        ("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "This looks like a file and not like a question."),
        (bytes(range(256)).decode(errors="replace"), "This looks like a file and not like a question."),
        ("\x00", "This looks like a file and not like a question."),
    ],
)
async def test_what_cannot_be_answered_is_refused_in_one_sentence(text: str, why: str, redis: Redis) -> None:
    house = House(redis)
    assert await house.say(text) == Refused(why)
    assert await redis.keys() == []
    assert house.ended(State.REFUSED) == 1


@pytest.mark.parametrize(
    "odd",
    [
        replace(question(), place=replace(CHANNEL, channel="\ud800")),
        replace(question(), delivery_id="\ud800"),
        replace(question(), person=replace(ANA, name="\ud800")),
    ],
)
async def test_names_that_are_no_text_are_refused(odd: Question, redis: Redis) -> None:
    assert isinstance(await House(redis).inbox.accept(odd), Refused)


async def test_a_huge_button_value_is_refused(redis: Redis) -> None:
    assert isinstance(await House(redis).inbox.accept(press("ask", "x" * 2001)), Refused)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  what failed?\n", "what failed?"),
        ("why did PAY'S@JOB fail?", "why did PAY'S@JOB fail?"),
        ("line one\r\nline two\rline three", "line one\nline two\nline three"),
        ("\x1b[31mABEND\x1b[0m of PAY_POST", "ABEND of PAY_POST"),
        ("what\x00 failed on WS3?", "what failed on WS3?"),
        ("PAY\u200b_POST \u202egnp.exe", "PAY_POST gnp.exe"),
        ("situação às 3h — e o João? 👩‍💻", "situação às 3h — e o João? 👩‍💻"),
        ("sj @#@.@+state=abend", "sj @#@.@+state=abend"),
        ("a\tb", "a\tb"),
        ("\ud800 half of a pair, the rest is fine", "half of a pair, the rest is fine"),
    ],
)
def test_text_is_cleaned_and_otherwise_left_alone(text: str, clean: str) -> None:
    assert question_text(text, longest=4000) == clean


@given(st.text())
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    once.encode()  # no lone surrogate is left: it can be stored and sent


@given(st.text(max_size=300), st.integers(min_value=1, max_value=200))
def test_a_question_is_readable_and_not_too_long_or_refused(text: str, longest: int) -> None:
    asked = question_text(text, longest=longest)
    if isinstance(asked, str):
        assert 0 < len(asked) <= longest
        assert asked == asked.strip()
    else:
        assert asked.why.endswith(".")


@given(st.binary(min_size=400, max_size=2000))
def test_any_file_read_as_latin_1_is_a_file_unless_it_is_text(data: bytes) -> None:
    text = data.decode("latin-1")
    controls = sum(byte < 0x20 and byte not in b"\t\n\r" for byte in data) + sum(0x7F <= byte < 0xA0 for byte in data)
    if controls > 0.2 * len(data) and "\x1b[" not in text and "\r" not in text:
        assert isinstance(question_text(text, longest=4000), Refused)


# --- what was seen before ---


async def test_the_same_delivery_is_a_duplicate(redis: Redis) -> None:
    house = House(redis)
    first = question()
    assert await house.inbox.accept(first) == Accepted()
    assert await house.inbox.accept(replace(first, message_id="another")) == Duplicate()


async def test_one_message_under_two_deliveries_is_a_duplicate(redis: Redis) -> None:
    house = House(redis)
    first = question()
    assert await house.inbox.accept(first) == Accepted()
    assert await house.inbox.accept(replace(first, delivery_id="another")) == Duplicate()


async def test_ids_of_two_platforms_are_not_the_same_ids(redis: Redis) -> None:
    house = House(redis)
    first = question()
    elsewhere = replace(first, place=replace(CHANNEL, platform="other"))
    assert await house.inbox.accept(first) == Accepted()
    assert await house.inbox.accept(elsewhere) == Accepted()


async def test_messages_without_an_id_differ_by_their_delivery(redis: Redis) -> None:
    house = House(redis)
    assert await house.inbox.accept(replace(question(), message_id="")) == Accepted()
    assert await house.inbox.accept(replace(question(), message_id="")) == Accepted()


async def test_of_many_deliveries_at_once_one_is_accepted(redis: Redis) -> None:
    house = House(redis)
    same = question()
    verdicts = await asyncio.gather(*(house.inbox.accept(same) for _ in range(50)))
    assert verdicts.count(Accepted()) == 1
    assert verdicts.count(Duplicate()) == 49


async def test_deliveries_are_known_for_a_day(redis: Redis) -> None:
    await House(redis).say("what failed?")
    for key in await redis.keys("*seen*"):
        assert SEEN_SECONDS - 60 < await redis.ttl(key) <= SEEN_SECONDS


# --- how much ---


async def test_a_person_over_the_limit_is_told_once_when_to_come_again(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    assert [await house.say("?") for _ in range(2)] == [Accepted()] * 2
    first, second = await house.say("?"), await house.say("?")
    assert isinstance(first, RateLimited)
    assert isinstance(second, RateLimited)
    assert 55 < first.retry_after <= 60
    assert (first.tell, second.tell) == (True, False)
    assert house.ended(State.RATE_LIMITED) == 2


async def test_each_person_is_told_of_their_own_limit(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    for person in (ANA, BEN):
        verdicts = [await house.say("?", by=person) for _ in range(4)]
        assert [verdict.tell for verdict in verdicts if isinstance(verdict, RateLimited)] == [True, False]


async def test_one_persons_limit_is_not_anothers(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    verdicts = [await house.say("?", by=ANA) for _ in range(3)]
    assert isinstance(verdicts[-1], RateLimited)
    assert await house.say("?", by=BEN) == Accepted()


async def test_a_persons_limit_holds_in_all_places(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    verdicts = [await house.say("?", at=Place("fake", "T1", f"channel-{number}")) for number in range(3)]
    assert isinstance(verdicts[-1], RateLimited)


async def test_a_channels_limit_holds_for_all_people_and_threads(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PLACE)
    assert await house.say("?", by=ANA, at=CHANNEL) == Accepted()
    assert await house.say("?", by=BEN, at=OTHER) == Accepted()
    assert isinstance(await house.say("?", by=BEN, at=CHANNEL), RateLimited)
    assert await house.say("?", by=BEN, at=Place("fake", "T1", "elsewhere")) == Accepted()


async def test_what_one_limit_refuses_does_not_use_up_the_other(redis: Redis) -> None:
    both = LimitSettings(person_per_minute=1, person_burst=1, place_per_minute=1, place_burst=2)
    house = House(redis, limits=both)
    assert await house.say("?", by=ANA) == Accepted()
    for _ in range(5):
        assert isinstance(await house.say("?", by=ANA), RateLimited)
    assert await house.say("?", by=BEN) == Accepted()


async def test_a_redelivered_message_over_the_limit_is_a_duplicate(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    await house.say("?")
    await house.say("?")
    over = question()
    assert isinstance(await house.inbox.accept(over), RateLimited)
    assert await house.inbox.accept(over) == Duplicate()


async def test_lifecycle_events_are_never_over_the_limit(redis: Redis) -> None:
    house = House(redis, limits=STRICT_PERSON)
    assert [await house.inbox.accept(installed()) for _ in range(5)] == [Accepted()] * 5
    assert await house.say("?") == Accepted()


@given(
    interval=st.integers(min_value=1, max_value=60_000_000),
    burst=st.integers(min_value=1, max_value=20),
    gaps=st.lists(st.integers(min_value=0, max_value=90_000_000), min_size=1, max_size=60),
)
def test_no_window_admits_more_than_burst_and_rate(interval: int, burst: int, gaps: list[int], gcra: Gcra) -> None:
    times = [1_795_000_000_000_000]
    for gap in gaps:
        times.append(times[-1] + gap % (3 * interval))
    waits = gcra(interval, burst, times)
    admitted = [time for time, wait in zip(times, waits, strict=True) if wait == 0]
    assert waits[:burst] == [0] * min(burst, len(waits))
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            window = admitted[last] - admitted[first]
            assert last - first + 1 <= burst + window / interval
    for time, wait in zip(times, waits, strict=True):
        if wait:  # who comes again after the wait is let in, if nobody else came
            before = [other for other in times if other <= time]
            assert gcra(interval, burst, [*before, time + wait])[-1] == 0


# --- second thoughts ---


async def test_an_edited_question_that_waits_is_asked_as_it_reads_now(redis: Redis) -> None:
    house = House(redis)
    typed = question("what fialed?")
    await house.say("first")
    await house.inbox.accept(typed)
    await house.say("last")
    assert await house.inbox.replace(replace(typed, text=" what failed? "))
    async with house.working():
        assert await house.platform.answered(1) == ["first + what failed? + last"]


async def test_a_deleted_question_that_waits_is_not_answered(redis: Redis) -> None:
    house = House(redis)
    deleted = question("secret")
    await house.say("first")
    await house.inbox.accept(deleted)
    await house.say("last")
    assert await house.inbox.withdraw(CHANNEL, deleted.message_id)
    assert not await house.inbox.withdraw(CHANNEL, deleted.message_id)
    async with house.working():
        assert await house.platform.answered(1) == ["first + last"]


async def test_a_lane_whose_only_question_was_deleted_is_left_in_order(redis: Redis) -> None:
    house = House(redis)
    deleted = question("secret")
    await house.inbox.accept(deleted)
    assert await house.inbox.withdraw(CHANNEL, deleted.message_id)
    async with house.working():
        await house.idle()
        await house.say("another")
        assert await house.platform.answered(1) == ["another"]


async def test_a_question_that_is_being_answered_cannot_be_changed(redis: Redis) -> None:
    house = House(redis)
    gate = Gate()

    async def wait(turn: Turn, progress: Progress) -> None:
        await gate.pass_through()

    house.responder.before = wait
    begun = question("begun")
    async with house.working():
        await house.inbox.accept(begun)
        await gate.reached()
        assert not await house.inbox.replace(replace(begun, text="changed"))
        assert not await house.inbox.withdraw(CHANNEL, begun.message_id)
        gate.open()
        assert await house.platform.answered(1) == ["begun"]


async def test_an_edit_that_cannot_be_answered_changes_nothing(redis: Redis) -> None:
    house = House(redis)
    typed = question("what failed?")
    await house.inbox.accept(typed)
    assert not await house.inbox.replace(replace(typed, text=""))
    async with house.working():
        assert await house.platform.answered(1) == ["what failed?"]


# --- when the store is away ---


async def test_what_is_not_known_to_be_durable_is_not_accepted(tmp_path: Path) -> None:
    async with redis_client(f"unix://{tmp_path}/nobody-listens", RedisSettings(timeout=0.1)) as redis:
        with pytest.raises(StoreUnavailableError):
            await House(redis).say("what failed?")


async def test_a_full_store_does_not_accept(redis: Redis) -> None:
    house = House(redis)
    try:
        await redis.config_set("maxmemory", "1")
        with pytest.raises(StoreUnavailableError):
            await house.say("what failed?")
    finally:
        await redis.config_set("maxmemory", "0")
    assert await house.say("what failed?") == Accepted()
