"""Circuit breakers for asyncio: pybreaker keeps the states, counters and listeners, this adds what asyncio needs.

Traps of pybreaker 1.4.1 that are closed here, each with a test (checked 2026-11-23): a decorated coroutine function
never trips; `call_async` needs tornado; the call that trips loses its own error; half-open admits everybody;
cancellation counts; outcomes of calls from before a state change count, for good and for bad; only consecutive failures
trip; excluded abstract exception classes are called as predicates, and the rest is timed by the wall clock.
"""

import random as _random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge
from pybreaker import STATE_CLOSED, STATE_HALF_OPEN, STATE_OPEN, CircuitBreaker, CircuitBreakerListener
from pybreaker import CircuitBreakerState as _State

from resync_bot.errors import CircuitOpenError


@dataclass(frozen=True, slots=True)
class CircuitSettings:
    """When a circuit opens and closes. Seconds.

    It opens after `failures` in a row, or when of the last `window` outcomes (at least `least`) a share of `rate`
    failed. After `rest` (up to a tenth longer, so that replicas do not return together) it admits one trial at a time;
    it closes after `trials` of them worked in a row.
    """

    failures: int = 5
    rest: float = 30.0
    trials: int = 2
    rate: float = 0.5
    window: int = 50
    least: int = 20


@dataclass(frozen=True, slots=True)
class CircuitSnapshot:
    """What a status page shows. `state` is closed, half-open or open; `retry_after` is in seconds."""

    state: str
    failures: int
    retry_after: float
    rejected: int


TRIAL_RETRY_AFTER = 1.0  # seconds: what the others are told while a trial is under way


class Circuit:
    """One breaker. Made by `CircuitBreakerManager.get`."""

    def __init__(
        self,
        name: str,
        settings: CircuitSettings,
        *,
        is_answer: Callable[[BaseException], bool],
        clock: Callable[[], float],
        random: Callable[[], float],
        metrics: "_Metrics",
    ) -> None:
        self.name = name
        self._settings = settings
        self._is_answer = is_answer
        self._clock = clock
        self._random = random
        self._metrics = metrics
        self._period = 0  # counts state changes: an outcome is evidence only in the period in which it was admitted
        self._trial_running = False
        self._open_until = 0.0
        self._rejected = 0
        self._outcomes: deque[bool] = deque(maxlen=settings.window)
        self._breaker = CircuitBreaker(
            fail_max=settings.failures,
            reset_timeout=settings.rest,
            success_threshold=settings.trials,
            listeners=[_OnChange(self._changed)],
            name=name,
            throw_new_error_on_trip=False,
        )
        metrics.show(name, self.state)

    @property
    def state(self) -> str:
        """closed, half-open or open. An open circuit turns half-open with the first attempt after its rest."""
        return self._breaker.current_state

    @property
    def is_open(self) -> bool:
        """Whether an attempt now would be rejected because the circuit rests."""
        return self.state == STATE_OPEN and self._clock() < self._open_until

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Guards one attempt, awaits included: `with circuit.attempt(): await ...`.

        Raises CircuitOpenError instead of entering the block if the dependency is resting or on trial. An error that
        leaves the block counts as failure unless `is_answer(error)`; cancellation counts as nothing at all.
        """
        period, is_trial = self._admit()
        try:
            yield
        except BaseException as error:
            self._leave(period, is_trial=is_trial)
            if isinstance(error, Exception):
                self._record(period, failed=not self._is_answer(error))
            raise
        self._leave(period, is_trial=is_trial)
        self._record(period, failed=False)

    def snapshot(self) -> CircuitSnapshot:
        """Its state now."""
        left = self._open_until - self._clock() if self.state == STATE_OPEN else 0.0
        return CircuitSnapshot(self.state, self._breaker.fail_counter, round(max(0.0, left), 1), self._rejected)

    def _admit(self) -> tuple[int, bool]:
        if self.state == STATE_OPEN:
            left = self._open_until - self._clock()
            if left > 0:
                raise self._rejection(left)
            self._breaker.half_open()
        if self.state == STATE_CLOSED:
            return self._period, False
        if self._trial_running:
            raise self._rejection(TRIAL_RETRY_AFTER)
        self._trial_running = True
        return self._period, True

    def _leave(self, period: int, *, is_trial: bool) -> None:
        if is_trial and period == self._period:
            self._trial_running = False

    def _record(self, period: int, *, failed: bool) -> None:
        if period != self._period:
            self._metrics.calls(self.name, "stale").inc()
            return
        self._metrics.calls(self.name, "failure" if failed else "success").inc()
        if failed or self._breaker.fail_counter or self.state != STATE_CLOSED:  # else there is nothing to take back
            with suppress(_FailedError):  # pybreaker counts by exception; the caller gets the real one
                self._breaker.call(_fail if failed else _succeed)
        if period == self._period and self.state == STATE_CLOSED:
            self._outcomes.append(failed)
            share = sum(self._outcomes) / len(self._outcomes)
            if len(self._outcomes) >= self._settings.least and share >= self._settings.rate:
                self._breaker.open()

    def _rejection(self, retry_after: float) -> CircuitOpenError:
        self._rejected += 1
        self._metrics.calls(self.name, "rejected").inc()
        return CircuitOpenError(self.name, retry_after)

    def _changed(self, state: str) -> None:
        self._period += 1
        self._trial_running = False
        self._outcomes.clear()
        if state == STATE_OPEN:
            self._open_until = self._clock() + self._settings.rest * (1 + self._random() / 10)
        self._metrics.show(self.name, state)
        self._metrics.changes.labels(self.name, state).inc()


class CircuitBreakerManager:
    """The registry of all circuits of this process, by the name of what they protect ("tws master:31116").

    `registry` takes the metrics resync_circuit_state, resync_circuit_calls_total and
    resync_circuit_changes_total. `clock` is monotonic.
    """

    def __init__(
        self,
        *,
        defaults: CircuitSettings | None = None,
        registry: CollectorRegistry = REGISTRY,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._defaults = defaults or CircuitSettings()
        self._metrics = _Metrics(registry)
        self._clock = clock
        self._random = random
        self._circuits: dict[str, Circuit] = {}

    def get(
        self,
        name: str,
        *,
        settings: CircuitSettings | None = None,
        is_answer: Callable[[BaseException], bool] = lambda _error: False,
    ) -> Circuit:
        """The circuit of that name, made at the first call; the later ones ignore `settings` and `is_answer`.

        `is_answer(error)` is true for an error that shows a healthy dependency (not found, refused): it counts as
        success.
        """
        circuit = self._circuits.get(name)
        if circuit is None:
            circuit = self._circuits[name] = Circuit(
                name,
                settings or self._defaults,
                is_answer=is_answer,
                clock=self._clock,
                random=self._random,
                metrics=self._metrics,
            )
        return circuit

    def snapshot(self) -> Mapping[str, CircuitSnapshot]:
        """All circuits, by name."""
        return {name: circuit.snapshot() for name, circuit in sorted(self._circuits.items())}


class _FailedError(Exception):
    """Stands for a failure in pybreaker's bookkeeping, so that the real error keeps its own traceback."""


def _fail() -> None:
    raise _FailedError


def _succeed() -> None:
    return


class _OnChange(CircuitBreakerListener):
    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed

    def state_change(self, cb: CircuitBreaker, old_state: _State | None, new_state: _State) -> None:  # noqa: ARG002
        self._changed(new_state.name)


class _Metrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._state = Gauge(
            "resync_circuit_state", "1 for the state that it is in", ["circuit", "state"], registry=registry
        )
        # To find the child of a metric by its labels costs more than to count.
        self.calls = cache(
            Counter("resync_circuit_calls", "Attempts by outcome", ["circuit", "outcome"], registry=registry).labels
        )
        self.changes = Counter("resync_circuit_changes", "State changes", ["circuit", "to"], registry=registry)

    def show(self, name: str, state: str) -> None:
        for known in (STATE_CLOSED, STATE_HALF_OPEN, STATE_OPEN):
            self._state.labels(name, known).set(known == state)
