"""The language models in order: who is asked next when one fails."""

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.chat import (
    ModelFailureError,
    ModelFailureKind,
    Piece,
    Restart,
    TextDelta,
    UserMessage,
)
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.models import CIRCUIT, ModelChain
from resync_bot.errors import ModelError
from resync_bot.runtime.resilience import CircuitBreakerManager, RetryPolicy
from tests.agent.conversation import ScriptedModel, Step, say

QUESTION = (UserMessage("what is up?"),)


class Chain:
    """A chain of scripted models and what was counted."""

    def __init__(self, *models: ScriptedModel, attempts: int = 1) -> None:
        self.registry = CollectorRegistry()
        self.now = 0.0
        circuits = CircuitBreakerManager(registry=CollectorRegistry(), clock=lambda: self.now, random=lambda: 0.0)
        retries = RetryPolicy(attempts=attempts, first=0.0, longest=0.0, deadline=5.0)
        self.chain = ModelChain(models, circuits, metrics=AgentMetrics(self.registry), retries=retries)

    async def ask(self) -> tuple[str, list[Piece]]:
        """Who answered, and what."""
        model = self.chain.for_question()
        pieces = [piece async for piece in model.step(QUESTION, ())]
        return model.name, pieces

    def fallbacks(self, model: str, reason: ModelFailureKind) -> float | None:
        return self.registry.get_sample_value("resync_agent_fallbacks_total", {"model": model, "reason": reason})


def failure(kind: ModelFailureKind, retry_after: float | None = None) -> ModelFailureError:
    return ModelFailureError("first", kind, retry_after=retry_after)


def first(*steps: Step) -> ScriptedModel:
    return ScriptedModel(steps, "first")


def second() -> ScriptedModel:
    return ScriptedModel([say("Second.")], "second")


async def test_the_first_is_asked_first() -> None:
    other = second()
    assert await Chain(first(say("First.")), other).ask() == ("first", say("First."))
    assert other.seen == []


@pytest.mark.parametrize("kind", list(ModelFailureKind))
async def test_whatever_fails_the_next_is_asked(kind: ModelFailureKind) -> None:
    chain = Chain(first(failure(kind)), second())
    assert await chain.ask() == ("second", say("Second."))
    assert chain.fallbacks("first", kind) == 1


async def test_an_empty_answer_is_a_failure() -> None:
    chain = Chain(first([]), second())
    assert await chain.ask() == ("second", say("Second."))
    assert chain.fallbacks("first", ModelFailureKind.EMPTY) == 1


async def test_what_a_model_said_before_it_broke_off_is_void() -> None:
    cut = first([TextDelta("Fir"), failure(ModelFailureKind.CUT)])
    name, pieces = await Chain(cut, second()).ask()
    assert (name, pieces) == ("second", [TextDelta("Fir"), Restart(), TextDelta("Second.")])
    assert len(cut.seen) == 1, "what has begun is not repeated"


async def test_with_none_left_it_is_an_error() -> None:
    with pytest.raises(ModelError):
        await Chain(first(failure(ModelFailureKind.UNAVAILABLE))).ask()


async def test_within_one_question_a_model_that_failed_is_not_asked_again() -> None:
    broken = first(failure(ModelFailureKind.BAD_REQUEST), say("Well again."))
    chain = Chain(broken, second())
    model = chain.chain.for_question()
    for _step in range(2):
        assert [piece async for piece in model.step(QUESTION, ())] == say("Second.")
    assert len(broken.seen) == 1
    assert await chain.ask() == ("first", say("Well again.")), "for the next question it is"


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        (ModelFailureKind.RATE_LIMITED, 2),
        (ModelFailureKind.UNAVAILABLE, 2),
        (ModelFailureKind.UNREACHABLE, 2),
        (ModelFailureKind.CUT, 2),
        (ModelFailureKind.TIMED_OUT, 1),  # the person has waited long enough
        (ModelFailureKind.UNAUTHORISED, 1),
        (ModelFailureKind.BAD_REQUEST, 1),
        (ModelFailureKind.TOO_LONG, 1),
    ],
)
async def test_what_may_pass_is_tried_once_more(kind: ModelFailureKind, attempts: int) -> None:
    broken = first(failure(kind))
    await Chain(broken, second(), attempts=2).ask()
    assert len(broken.seen) == attempts


async def test_a_retry_that_works_needs_no_other_model() -> None:
    chain = Chain(first(failure(ModelFailureKind.RATE_LIMITED), say("First.")), second(), attempts=2)
    assert await chain.ask() == ("first", say("First."))


async def test_nobody_waits_long_for_a_rate_limit() -> None:
    broken = first(failure(ModelFailureKind.RATE_LIMITED, retry_after=60.0))
    assert await Chain(broken, second(), attempts=2).ask() == ("second", say("Second."))
    assert len(broken.seen) == 1


async def test_a_model_that_is_down_is_left_alone_for_a_while() -> None:
    broken = first(failure(ModelFailureKind.UNAVAILABLE))
    chain = Chain(broken, second())
    for _question in range(CIRCUIT.failures + 3):
        assert (await chain.ask())[0] == "second"
    assert len(broken.seen) == CIRCUIT.failures
    assert chain.fallbacks("first", ModelFailureKind.CIRCUIT_OPEN) == 3
    assert [one["circuit"] for one in chain.chain.describe()] == ["open", "closed"]
    chain.now += CIRCUIT.rest * 2
    await chain.ask()
    assert len(broken.seen) == CIRCUIT.failures + 1


async def test_a_model_that_refuses_a_question_is_up_and_well() -> None:
    broken = first(failure(ModelFailureKind.REFUSED))
    chain = Chain(broken, second())
    for _question in range(CIRCUIT.failures + 1):
        await chain.ask()
    assert [one["circuit"] for one in chain.chain.describe()] == ["closed", "closed"]


async def test_two_models_of_one_name_are_two() -> None:
    chain = Chain(first(failure(ModelFailureKind.UNAVAILABLE)), ScriptedModel([say("Other place.")], "first"))
    for _question in range(CIRCUIT.failures + 1):
        assert (await chain.ask())[1] == say("Other place.")
    assert [one["circuit"] for one in chain.chain.describe()] == ["open", "closed"]
