"""Circuit breakers under asyncio: one test for each of pybreaker's traps, and what a status page reads."""

import abc
import asyncio

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.errors import CircuitOpenError
from resync_bot.runtime.circuit import Circuit, CircuitBreakerManager, CircuitSettings


class DownError(Exception):
    pass


class Answer(Exception, metaclass=abc.ABCMeta):  # noqa: N818  # like the abstract error classes of some clients
    """A refusal by a healthy dependency."""


class World:
    """A manager with a clock of its own."""

    def __init__(self, **settings: float) -> None:
        self.now = 1000.0
        self.registry = CollectorRegistry()
        defaults = CircuitSettings(**{"failures": 2, "rest": 30, "trials": 1, **settings})  # type: ignore[arg-type]  # a table of numbers
        self.manager = CircuitBreakerManager(
            defaults=defaults, registry=self.registry, clock=lambda: self.now, random=lambda: 0.0
        )
        self.circuit = self.manager.get("engine", is_answer=lambda error: isinstance(error, Answer))

    def metric(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, {"circuit": "engine", **labels})

    async def fails(self, times: int = 1) -> None:
        for _ in range(times):
            with pytest.raises(DownError):
                await attempt(self.circuit, DownError())

    async def opens(self) -> None:
        await self.fails(2)
        assert self.circuit.state == "open"


async def attempt(circuit: Circuit, outcome: BaseException | None = None, gate: asyncio.Event | None = None) -> str:
    with circuit.attempt():
        if gate is not None:
            await gate.wait()
        if outcome is not None:
            raise outcome
        return "done"


async def begun(circuit: Circuit, outcome: BaseException | None, gate: asyncio.Event) -> asyncio.Task[str]:
    task = asyncio.ensure_future(attempt(circuit, outcome, gate))
    await asyncio.sleep(0)
    return task


async def test_failures_of_coroutines_trip_it_and_it_says_when_to_come_back() -> None:
    world = World()
    await world.opens()
    world.now += 10
    with pytest.raises(CircuitOpenError) as refused:
        await attempt(world.circuit)
    assert refused.value.retry_after == 20


async def test_no_other_event_loop_library_is_needed() -> None:
    assert await attempt(World().circuit) == "done"


async def test_the_call_that_trips_it_keeps_its_own_error_and_traceback() -> None:
    world = World(failures=1)
    error = DownError("the real reason")
    with pytest.raises(DownError) as caught:
        await attempt(world.circuit, error)
    assert caught.value is error
    assert all(entry.name in {"attempt", caught.traceback[0].name} for entry in caught.traceback)
    assert error.__context__ is None


async def test_half_open_admits_one_trial_and_sends_the_others_away() -> None:
    world = World()
    await world.opens()
    world.now += 30
    gate = asyncio.Event()
    trials = [await begun(world.circuit, DownError(), gate) for _ in range(100)]
    gate.set()
    outcomes = await asyncio.gather(*trials, return_exceptions=True)
    assert sum(isinstance(outcome, DownError) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CircuitOpenError) for outcome in outcomes) == 99
    assert world.circuit.state == "open"


async def test_it_closes_after_enough_trials_worked() -> None:
    world = World(trials=2)
    await world.opens()
    world.now += 30
    await attempt(world.circuit)
    assert world.circuit.state == "half-open"
    await attempt(world.circuit)
    assert world.circuit.state == "closed"


async def test_cancelled_calls_do_not_trip_it() -> None:
    world = World(failures=1)
    task = await begun(world.circuit, None, asyncio.Event())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.circuit.snapshot().failures == 0
    assert world.circuit.state == "closed"


async def test_a_cancelled_trial_neither_closes_it_nor_blocks_the_next() -> None:
    world = World()
    await world.opens()
    world.now += 30
    task = await begun(world.circuit, None, asyncio.Event())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.circuit.state == "half-open"
    await attempt(world.circuit)
    assert world.circuit.state == "closed"


async def test_a_success_from_before_the_trip_does_not_close_it() -> None:
    world = World()
    gate = asyncio.Event()
    old = await begun(world.circuit, None, gate)
    await world.opens()
    gate.set()
    assert await old == "done"
    assert world.circuit.state == "open"


async def test_an_old_success_is_no_evidence_in_a_trial() -> None:
    world = World()
    gate = asyncio.Event()
    old = await begun(world.circuit, None, gate)
    await world.opens()
    world.now += 30
    trial = await begun(world.circuit, None, asyncio.Event())
    gate.set()
    await old
    assert world.circuit.state == "half-open"
    with pytest.raises(CircuitOpenError):
        await attempt(world.circuit)  # the old call's end did not make room for a second trial
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)


async def test_a_failure_from_before_the_trip_does_not_extend_the_rest() -> None:
    world = World()
    gate = asyncio.Event()
    old = await begun(world.circuit, DownError(), gate)
    await world.opens()
    world.now += 29
    gate.set()
    with pytest.raises(DownError):
        await old
    world.now += 1
    assert await attempt(world.circuit) == "done"


async def test_every_second_call_failing_trips_it_too() -> None:
    world = World(failures=100, least=10, rate=0.5)
    for turn in range(10):
        assert world.circuit.state == "closed"
        await asyncio.gather(attempt(world.circuit, DownError() if turn % 2 else None), return_exceptions=True)
    assert world.circuit.state == "open"


async def test_a_refusal_counts_as_an_answer_also_with_an_abstract_class() -> None:
    world = World(failures=2)
    for error in (DownError(), Answer(), DownError()):
        await asyncio.gather(attempt(world.circuit, error), return_exceptions=True)
    assert world.circuit.state == "closed"


async def test_the_rest_is_measured_by_the_injected_monotonic_clock() -> None:
    world = World()
    await world.opens()
    world.now += 29.9
    assert world.circuit.is_open
    world.now += 0.2
    assert not world.circuit.is_open
    assert await attempt(world.circuit) == "done"


async def test_replicas_do_not_come_back_together() -> None:
    rests = []
    for luck in (0.0, 1.0):
        manager = CircuitBreakerManager(
            defaults=CircuitSettings(failures=1, rest=30),
            registry=CollectorRegistry(),
            clock=lambda: 0.0,
            random=lambda luck=luck: luck,  # type: ignore[misc]  # binds the loop's value
        )
        await asyncio.gather(attempt(manager.get("engine"), DownError()), return_exceptions=True)
        rests.append(manager.snapshot()["engine"].retry_after)
    assert rests == [30, 33]


async def test_metrics_and_snapshot_tell_the_same() -> None:
    world = World()
    await attempt(world.circuit)
    await world.opens()
    with pytest.raises(CircuitOpenError):
        await attempt(world.circuit)
    assert world.metric("resync_circuit_state", state="open") == 1
    assert world.metric("resync_circuit_state", state="closed") == 0
    assert world.metric("resync_circuit_calls_total", outcome="success") == 1
    assert world.metric("resync_circuit_calls_total", outcome="failure") == 2
    assert world.metric("resync_circuit_calls_total", outcome="rejected") == 1
    assert world.metric("resync_circuit_changes_total", to="open") == 1
    snapshot = world.manager.snapshot()["engine"]
    assert (snapshot.state, snapshot.failures, snapshot.retry_after, snapshot.rejected) == ("open", 2, 30.0, 1)


def test_the_same_name_is_the_same_circuit() -> None:
    manager = CircuitBreakerManager(registry=CollectorRegistry())
    assert manager.get("a") is manager.get("a")
    assert manager.get("a") is not manager.get("b")
