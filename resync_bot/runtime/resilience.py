"""The only place with retries and, in `circuit`, circuit breakers. Each call that leaves the process goes through both:

    retry_with_backoff( circuit.attempt( timeout( one attempt )))

`retry_with_backoff` runs tenacity's loop: exponential with full jitter, Retry-After first, bounded by attempts, a
deadline and a budget that all callers of one dependency share. An open circuit is not worth a retry: it ends the loop.
"""

import asyncio
import random as _random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from resync_bot.errors import CircuitOpenError
from resync_bot.runtime.circuit import (
    Circuit,
    CircuitBreakerManager,
    CircuitSettings,
    CircuitSnapshot,
)

__all__ = [
    "Circuit",
    "CircuitBreakerManager",
    "CircuitOpenError",
    "CircuitSettings",
    "CircuitSnapshot",
    "RetryBudget",
    "RetryPolicy",
    "retry_with_backoff",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently. Seconds throughout.

    The wait before retry n is drawn from 0 to `first` doubled n - 1 times, at most `longest`. `attempts` counts the
    first one; None means until it works or the caller is cancelled. After `deadline`, counted from the first attempt,
    no further attempt starts; it does not cut one short, each attempt has its own timeout.
    """

    attempts: int | None
    first: float
    longest: float
    deadline: float | None = None

    def __post_init__(self) -> None:
        if self.attempts is not None and self.attempts < 1:
            raise ValueError("attempts must be at least 1, or None for no limit")
        if not 0 <= self.first <= self.longest:
            raise ValueError("first must lie between 0 and longest")


class RetryBudget:
    """Shared by all calls to one dependency, so that an outage is not multiplied by everybody's retries.

    It starts with `capacity` retries; each first attempt that works earns `earned` of one back, up to `capacity`.
    """

    def __init__(self, capacity: float = 10.0, earned: float = 0.1) -> None:
        self._capacity = self._left = capacity
        self._earned = earned

    def take(self) -> bool:
        """Whether one more retry may be made; counts it."""
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def earn(self) -> None:
        """A first attempt worked."""
        self._left = min(self._capacity, self._left + self._earned)


async def retry_with_backoff(  # noqa: C901, PLR0913  # its parts share the attempt; four say what to do, the rest is injected for tests and metrics
    call: Callable[[], Awaitable[T]],
    *,
    policy: RetryPolicy,
    retry_on: Callable[[BaseException], bool],
    retry_after: Callable[[BaseException], float | None] = lambda _error: None,
    on_retry: Callable[[int, BaseException, float], None] = lambda _attempt, _error, _wait: None,
    budget: RetryBudget | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = _random.random,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """The result of `call`, attempted again while `retry_on(error)` says so and `policy` and `budget` allow it.

    `retry_after(error)` is the wait in seconds that the other side asked for: it is obeyed, plus up to `policy.first`
    so that those who were sent away do not come back together; if it does not fit before the deadline there is no
    retry.
    `on_retry(attempt, error, wait)` is told before each wait; `attempt` is the number of the one that failed, from 1.
    `random` gives floats from 0 to 1. Raises the last attempt's own error. Cancellation is never retried.
    """
    started = clock()
    failed: Exception | None = None
    try:
        result = await call()  # past tenacity, whose loop costs as much as a call of the store (0.25 ms)
    except Exception as error:
        if not retry_on(error):
            raise
        failed = error
    else:
        if budget is not None:
            budget.earn()
        return result
    ceiling = tenacity.wait_exponential(multiplier=policy.first, max=policy.longest)

    def wait(state: tenacity.RetryCallState) -> float:
        asked = retry_after(_error(state))
        return asked + random() * policy.first if asked is not None else random() * ceiling(state)

    def gives_up(state: tenacity.RetryCallState) -> bool:
        if policy.attempts is not None and state.attempt_number >= policy.attempts:
            return True
        if policy.deadline is not None and clock() - started + state.upcoming_sleep > policy.deadline:
            return True
        return budget is not None and not budget.take()

    async def attempt() -> T:
        nonlocal failed
        if failed is not None:
            first, failed = failed, None
            raise first
        return await call()

    retrying = tenacity.AsyncRetrying(
        sleep=sleep,
        wait=wait,
        stop=gives_up,
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, Exception) and retry_on(error)),
        before_sleep=lambda state: on_retry(state.attempt_number, _error(state), state.upcoming_sleep),
        reraise=True,
    )
    return await retrying(attempt)


def _error(state: tenacity.RetryCallState) -> BaseException:
    error = state.outcome.exception() if state.outcome else None
    if error is None:  # tenacity asks for a wait only after a failure
        raise AssertionError("no failure to wait for")
    return error
