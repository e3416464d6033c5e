"""Retries: what is waited for, how long, and when it is given up. No test sleeps: waits are recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.runtime.resilience import CircuitOpenError, RetryBudget, RetryPolicy, retry_with_backoff


class BusyError(Exception):
    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("busy")
        self.retry_after = retry_after


@dataclass
class World:
    """A clock that moves only when somebody sleeps."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def failing(times: int, error: Exception | None = None) -> Callable[[], Awaitable[str]]:
    left = times

    async def call() -> str:
        nonlocal left
        if left:
            left -= 1
            raise error or BusyError
        return "done"

    return call


async def ask(
    world: World,
    call: Callable[[], Awaitable[str]],
    policy: RetryPolicy,
    *,
    random: float = 1.0,
    budget: RetryBudget | None = None,
) -> str:
    return await retry_with_backoff(
        call,
        policy=policy,
        retry_on=lambda error: isinstance(error, BusyError),
        retry_after=lambda error: error.retry_after if isinstance(error, BusyError) else None,
        budget=budget,
        sleep=world.sleep,
        random=lambda: random,
        clock=lambda: world.now,
    )


async def test_what_works_at_once_is_not_repeated() -> None:
    world = World()
    assert await ask(world, failing(0), RetryPolicy(3, 1, 10)) == "done"
    assert world.waits == []


async def test_waits_double_up_to_the_longest() -> None:
    world = World()
    assert await ask(world, failing(5), RetryPolicy(6, 1, 5)) == "done"
    assert world.waits == [1, 2, 4, 5, 5]


@given(random=st.floats(0, 1), failures=st.integers(1, 60))
async def test_jitter_is_full_from_nothing_to_the_ceiling(random: float, failures: int) -> None:
    world = World()
    await ask(world, failing(failures), RetryPolicy(None, 0.5, 8), random=random)
    assert world.waits == pytest.approx([random * min(8, 0.5 * 2**n) for n in range(failures)])


async def test_the_last_attempts_own_error_is_raised() -> None:
    world = World()
    error = BusyError()
    with pytest.raises(BusyError) as caught:
        await ask(world, failing(9, error), RetryPolicy(3, 1, 1))
    assert caught.value is error
    assert len(world.waits) == 2


@pytest.mark.parametrize("error", [ValueError("a defect"), CircuitOpenError("x", 5)])
async def test_other_errors_end_it_at_once(error: Exception) -> None:
    world = World()
    with pytest.raises(type(error)):
        await ask(world, failing(1, error), RetryPolicy(3, 1, 1))
    assert world.waits == []


async def test_cancellation_ends_it_even_if_everything_is_to_be_retried() -> None:
    async def cancelled() -> str:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await retry_with_backoff(cancelled, policy=RetryPolicy(None, 0, 0), retry_on=lambda _: True)


async def test_without_a_limit_it_goes_on_until_it_works() -> None:
    world = World()
    assert await ask(world, failing(2000), RetryPolicy(None, 0.1, 10)) == "done"
    assert len(world.waits) == 2000


@pytest.mark.parametrize(("random", "wait"), [(0.0, 7.0), (1.0, 8.0)])
async def test_what_the_other_side_asks_for_comes_first_plus_a_little_spread(random: float, wait: float) -> None:
    world = World()
    await ask(world, failing(1, BusyError(retry_after=7)), RetryPolicy(3, 1, 2), random=random)
    assert world.waits == [wait]


async def test_no_attempt_starts_after_the_deadline() -> None:
    world = World()
    with pytest.raises(BusyError):
        await ask(world, failing(99), RetryPolicy(None, 1, 4, deadline=12))
    assert world.waits == [1, 2, 4, 4]
    assert world.now <= 12


async def test_a_wait_that_does_not_fit_before_the_deadline_is_not_begun() -> None:
    world = World()
    with pytest.raises(BusyError):
        await ask(world, failing(1, BusyError(retry_after=60)), RetryPolicy(5, 1, 4, deadline=30))
    assert world.waits == []


async def test_an_outage_is_not_multiplied_by_everybodys_retries() -> None:
    budget = RetryBudget(capacity=3)
    world = World()
    for _ in range(10):
        with pytest.raises(BusyError):
            await ask(world, failing(99), RetryPolicy(3, 1, 1), budget=budget)
    assert len(world.waits) == 3


async def test_calls_that_work_earn_the_budget_back() -> None:
    budget = RetryBudget(capacity=1, earned=0.5)
    world = World()
    await ask(world, failing(1), RetryPolicy(2, 1, 1), budget=budget)
    with pytest.raises(BusyError):
        await ask(world, failing(1), RetryPolicy(2, 1, 1), budget=budget)
    for _ in range(2):
        await ask(world, failing(0), RetryPolicy(2, 1, 1), budget=budget)
    assert await ask(world, failing(1), RetryPolicy(2, 1, 1), budget=budget) == "done"


async def test_each_wait_is_told_before_it_begins() -> None:
    told: list[tuple[int, str, float]] = []
    world = World()
    await retry_with_backoff(
        failing(2),
        policy=RetryPolicy(3, 1, 10),
        retry_on=lambda _: True,
        on_retry=lambda attempt, error, wait: told.append((attempt, str(error), wait)),
        sleep=world.sleep,
        random=lambda: 1.0,
    )
    assert told == [(1, "busy", 1), (2, "busy", 2)]


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0, "first": 1, "longest": 2}, {"attempts": 1, "first": 3, "longest": 2}]
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"attempts|first"):
        RetryPolicy(**wrong)
