"""The cache of reads: asked once, shared by all, forgotten soon. The clock is the test's own."""

import asyncio

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.deadline import within
from resync_bot.tws.cache import ReadCache, read_cache
from resync_bot.tws.in_time import in_time


class Source:
    """Answers with a number that counts how often it was asked; waits for `gate` where one is given."""

    def __init__(self, gate: asyncio.Event | None = None, error: Exception | None = None) -> None:
        self.asked = 0
        self.started = asyncio.Event()
        self._gate = gate
        self._error = error

    async def __call__(self) -> int:
        self.asked += 1
        self.started.set()
        if self._gate is not None:
            await self._gate.wait()
        if self._error is not None:
            raise self._error
        return self.asked


async def test_what_was_asked_a_moment_ago_is_not_asked_again() -> None:
    now = 100.0
    source = Source()
    counted: list[str] = []
    async with read_cache(5, clock=lambda: now, count=counted.append) as cache:
        assert await cache.get("a", source) == 1
        now += 4.9
        assert await cache.get("a", source) == 1
        now += 0.2
        assert await cache.get("a", source) == 2
        assert await cache.get("b", source) == 3
    assert counted == ["miss", "hit", "miss", "miss"]


async def test_many_who_ask_the_same_at_once_ask_once() -> None:
    gate = asyncio.Event()
    source = Source(gate)
    async with read_cache(0) as cache:
        askers = [asyncio.ensure_future(cache.get("a", source)) for _ in range(50)]
        await source.started.wait()
        gate.set()
        assert await asyncio.gather(*askers) == [1] * 50
        assert await cache.get("a", source) == 2  # nothing is kept without a time to live


async def test_who_goes_away_does_not_take_the_load_with_them() -> None:
    gate = asyncio.Event()
    source = Source(gate)
    async with read_cache(5) as cache:
        first = asyncio.ensure_future(cache.get("a", source))
        await source.started.wait()
        second = asyncio.ensure_future(cache.get("a", source))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        gate.set()
        assert await second == 1


async def test_a_load_that_nobody_waits_for_any_more_is_given_up() -> None:
    gate = asyncio.Event()
    source = Source(gate)
    counted: list[str] = []
    async with read_cache(5, count=counted.append) as cache:
        both = [asyncio.ensure_future(cache.get("a", source)) for _ in range(2)]
        await source.started.wait()
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        gate.set()
        assert await cache.get("a", source) == 2
    assert counted == ["miss", "joined", "abandoned", "miss"]


async def test_what_was_known_can_be_forgotten() -> None:
    source = Source()
    async with read_cache(60) as cache:
        assert await cache.get("a", source) == 1
        cache.forget()
        assert await cache.get("a", source) == 2


async def test_what_was_being_read_when_all_was_forgotten_is_not_remembered() -> None:
    """It may be older than the change for whose sake that was forgotten: only who asked before it gets to hear it."""
    gate = asyncio.Event()
    source = Source(gate)
    async with read_cache(60) as cache:
        before = asyncio.ensure_future(cache.get("a", source))
        await source.started.wait()
        source.started.clear()
        cache.forget()
        after = asyncio.ensure_future(cache.get("a", source))
        await source.started.wait()
        gate.set()
        await asyncio.gather(before, after)
        assert await cache.get("a", source) == 2
    assert source.asked == 2


STEPS_OF_A_LOAD = 8  # of the event loop, at least


@pytest.mark.parametrize("steps", range(STEPS_OF_A_LOAD))
async def test_whenever_somebody_goes_away_the_others_are_answered_and_so_is_the_next(steps: int) -> None:
    async def load() -> int:
        for _ in range(4):
            await asyncio.sleep(0)
        return 1

    async with read_cache(0) as cache:
        first, second = (asyncio.ensure_future(cache.get("a", load)) for _ in range(2))
        for _ in range(steps):
            await asyncio.sleep(0)
        first.cancel()
        assert await second == 1
        third = asyncio.ensure_future(cache.get("a", load))
        for _ in range(steps):
            await asyncio.sleep(0)
        third.cancel()
        assert await cache.get("a", load) == 1
        await asyncio.gather(first, third, return_exceptions=True)


async def _in_time(cache: ReadCache, source: Source, seconds: float) -> int:
    with within(seconds):
        return await cache.get("a", lambda: in_time(source))


async def test_whose_time_is_not_up_does_not_fail_with_whose_time_is() -> None:
    gate = asyncio.Event()
    source = Source(gate)
    async with read_cache(5) as cache:
        hurried = asyncio.ensure_future(_in_time(cache, source, 0))
        patient = asyncio.ensure_future(_in_time(cache, source, 3600))
        with pytest.raises(EngineError) as caught:
            await hurried
        assert caught.value.kind is EngineErrorKind.TIMED_OUT
        gate.set()
        assert await patient == source.asked


async def test_who_has_less_time_than_whom_they_joined_does_not_wait_for_longer() -> None:
    source = Source(asyncio.Event())
    async with read_cache(5) as cache:
        patient = asyncio.ensure_future(_in_time(cache, source, 3600))
        await source.started.wait()
        with pytest.raises(EngineError) as caught:
            await _in_time(cache, source, 0)
        assert caught.value.kind is EngineErrorKind.TIMED_OUT
        assert not patient.done()
    await asyncio.gather(patient, return_exceptions=True)


async def test_failures_reach_everybody_and_are_not_kept() -> None:
    gate = asyncio.Event()
    source = Source(gate, ValueError("no"))
    async with read_cache(5) as cache:
        askers = [asyncio.ensure_future(cache.get("a", source)) for _ in range(3)]
        await source.started.wait()
        gate.set()
        outcomes = await asyncio.gather(*askers, return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["no"] * 3
        with pytest.raises(ValueError, match="no"):
            await cache.get("a", source)
    assert source.asked == 2


async def test_a_failure_that_nobody_waits_for_is_no_complaint() -> None:
    gate = asyncio.Event()
    source = Source(gate, ValueError("no"))
    async with read_cache(5) as cache:
        only = asyncio.ensure_future(cache.get("a", source))
        await source.started.wait()
        only.cancel()
        await asyncio.gather(only, return_exceptions=True)
        gate.set()


async def test_the_end_stops_what_is_still_loading() -> None:
    source = Source(asyncio.Event())
    waiting: asyncio.Future[int]
    async with read_cache(5) as cache:
        waiting = asyncio.ensure_future(cache.get("a", source))
        await source.started.wait()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("error", [ValueError("mine"), asyncio.CancelledError()])
async def test_an_error_of_the_user_comes_out_as_it_is(error: BaseException) -> None:
    source = Source(asyncio.Event())
    loading: list[asyncio.Future[int]] = []

    async def use() -> None:
        async with read_cache(5) as cache:
            loading.append(asyncio.ensure_future(cache.get("a", source)))
            await source.started.wait()
            raise error

    with pytest.raises(type(error)) as caught:
        await use()
    assert caught.value is error
    with pytest.raises(asyncio.CancelledError):
        await loading[0]
