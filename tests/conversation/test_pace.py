"""No window of a pace is ever exceeded, wherever it begins and however calls are reserved, tried and put off."""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis as SyncRedis
from redis.asyncio import Redis

from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Pace
from tests.conversation.house import CHANNEL, NAMESPACE
from tests.redis_server import RedisServer

SECOND = 1_000_000
TEAMS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
WINDOWS = (((1.0, 1),), ((1.0, 7), (2.0, 8)), ((0.5, 2), (3.0, 4), (20.0, 9)), TEAMS)

# The script as the bot loads it, but for the server's clock, which is a key that the test sets.
_LIBRARY = (files("resync_bot.conversation") / "lua" / "time.lua").read_text()
_CLOCK = "local function now_us() return tonumber(redis.call('GET', 'clock')) end"
_PACE = (files("resync_bot.conversation") / "lua" / "pace.lua").read_text()
SCRIPT = f"{_LIBRARY}\n{_CLOCK}\n{_PACE}"


@dataclass(frozen=True)
class Step:
    """Time that passes, then one call of the script."""

    pause: int  # microseconds
    how: str
    delay: int = 0


class Channel:
    """A channel on a server whose clock the test turns: it notes when calls may be made."""

    def __init__(self, redis: SyncRedis, windows: Sequence[tuple[float, int]]) -> None:
        redis.flushall()
        self._redis = redis
        self._windows = [part for length, calls in windows for part in (round(length * SECOND), calls)]
        self.now = 1_700_000_000 * SECOND
        self.calls: list[int] = []

    def ask(self, how: str, delay: int = 0) -> int:
        """The wait; a call that is granted is noted at its moment."""
        self._redis.set("clock", self.now)
        wait, _ = map(int, self._redis.eval(SCRIPT, 2, "log", "until", how, delay, 60, *self._windows))
        if how == "reserve" or (how == "try" and not wait):
            self.calls.append(self.now + wait)
        return wait


@pytest.fixture(scope="module")
def store(shared_redis_server: RedisServer) -> Iterator[SyncRedis]:
    with SyncRedis.from_url(shared_redis_server.url) as redis:
        yield redis


def most_within(calls: Sequence[int], length: float) -> int:
    """How many calls the fullest stretch of `length` seconds holds, its end not included."""
    ordered = sorted(calls)
    return max((bisect_left(ordered, at + round(length * SECOND)) - i for i, at in enumerate(ordered)), default=0)


steps = st.lists(
    st.builds(
        Step,
        pause=st.one_of(st.just(0), st.integers(0, 200_000), st.integers(0, 40 * SECOND)),
        how=st.sampled_from(["reserve", "try", "try", "delay"]),
        delay=st.integers(0, 5 * SECOND),
    ),
    max_size=80,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(WINDOWS), steps)
def test_c18_no_window_is_ever_exceeded(
    store: SyncRedis, windows: tuple[tuple[float, int], ...], taken: list[Step]
) -> None:
    channel = Channel(store, windows)
    for step in taken:
        channel.now += step.pause
        channel.ask(step.how, step.delay)
    for length, calls in windows:
        assert most_within(channel.calls, length) <= calls


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(WINDOWS), steps)
def test_nobody_waits_longer_than_the_windows_demand(
    store: SyncRedis, windows: tuple[tuple[float, int], ...], taken: list[Step]
) -> None:
    channel = Channel(store, windows)
    for step in taken:
        channel.now += step.pause
        if step.how == "reserve" and (wait := channel.ask("reserve")):
            begun = channel.calls[-1] - 1  # a moment earlier, and some window would hold one call too many
            earlier = [*channel.calls[:-1], begun]
            is_behind = len(channel.calls) > 1 and begun < channel.calls[-2]
            assert is_behind or any(most_within(earlier, length) > calls for length, calls in windows), wait


def test_teams_windows_are_kept_together_by_a_crowd_over_an_hour(store: SyncRedis) -> None:
    channel = Channel(store, TEAMS)
    waits = [channel.ask("reserve") for _ in range(2000)]
    for length, calls in TEAMS:
        assert most_within(channel.calls, length) == calls
    assert waits[:8] == [0] * 7 + [SECOND]
    assert waits[8] == 2 * SECOND
    assert waits[60] == 30 * SECOND
    assert waits[1800] == 3600 * SECOND


def test_signs_of_life_leave_a_quarter_of_each_window_to_answers(store: SyncRedis) -> None:
    channel = Channel(store, ((10.0, 8),))
    assert [channel.ask("try") for _ in range(7)] == [0] * 6 + [10 * SECOND]
    assert [channel.ask("reserve") for _ in range(3)] == [0, 0, 10 * SECOND]


def test_where_one_call_is_all_a_sign_of_life_may_have_it(store: SyncRedis) -> None:
    channel = Channel(store, ((1.0, 1),))
    assert [channel.ask("try"), channel.ask("try")] == [0, SECOND]


def test_nobody_overtakes_who_has_reserved(store: SyncRedis) -> None:
    channel = Channel(store, ((1.0, 1),))
    assert [channel.ask("reserve") for _ in range(3)] == [0, SECOND, 2 * SECOND]
    channel.now += SECOND * 3 // 2
    assert channel.ask("try") == SECOND * 3 // 2
    assert channel.ask("reserve") == SECOND * 3 // 2


def test_what_is_long_ago_is_forgotten(store: SyncRedis) -> None:
    channel = Channel(store, TEAMS)
    channel.ask("reserve")
    channel.ask("delay", 5 * SECOND)
    assert 0 < int(store.pttl("log")) <= 3600_000
    assert 0 < int(store.pttl("until")) <= 5000
    for _ in range(2000):
        channel.ask("reserve")
    assert store.llen("log") == 1800


async def test_replicas_share_the_windows_of_a_channel(redis: Redis) -> None:
    replicas = [Pacer(redis, namespace=NAMESPACE) for _ in range(3)]
    pace = Pace(((60.0, 4), (600.0, 6)))
    waits = sorted(await asyncio.gather(*(replicas[n % 3].reserve(CHANNEL, pace) for n in range(8))))
    assert waits[:4] == [0] * 4
    assert all(59 < wait <= 60 for wait in waits[4:6])
    assert all(599 < wait <= 600 for wait in waits[6:])
