"""The language models in their configured order: who is asked, how often, and who is asked next.

Each is behind its own circuit breaker, so that one that is down costs no time. A model that fails is followed by the
next; with none left the agent words its answers itself, by the interpreter.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypedDict

import structlog

from resync_bot.agent.chat import (
    ChatModel,
    Message,
    ModelFailureError,
    ModelFailureKind,
    Piece,
    Restart,
    ToolSpec,
)
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.errors import ModelError
from resync_bot.runtime.resilience import (
    Circuit,
    CircuitBreakerManager,
    CircuitOpenError,
    CircuitSettings,
    RetryBudget,
    RetryPolicy,
    retry_with_backoff,
)

log = structlog.get_logger(__name__)

# A person is waiting: one more attempt at most, and soon. With a longer Retry-After the next model is asked instead.
RETRIES = RetryPolicy(attempts=2, first=0.5, longest=3.0, deadline=8.0)
CIRCUIT = CircuitSettings(failures=3, rest=30.0)

_WORTH_A_RETRY = frozenset(
    {ModelFailureKind.RATE_LIMITED, ModelFailureKind.UNREACHABLE, ModelFailureKind.UNAVAILABLE, ModelFailureKind.CUT}
)
_HEALTHY = frozenset(
    {ModelFailureKind.BAD_REQUEST, ModelFailureKind.TOO_LONG, ModelFailureKind.REFUSED, ModelFailureKind.EMPTY}
)


class ModelDescription(TypedDict):
    """A model for a status page: its name, the state of its circuit, and whether it would be asked now."""

    name: str
    circuit: str
    available: bool


@dataclass(frozen=True, slots=True)
class _Guarded:
    model: ChatModel
    circuit: Circuit
    budget: RetryBudget


class ModelChain:
    """The configured models. Holds no state of a question: `for_question` gives the model that a question is put to."""

    def __init__(
        self,
        models: Sequence[ChatModel],
        circuits: CircuitBreakerManager,
        *,
        metrics: AgentMetrics,
        retries: RetryPolicy = RETRIES,
    ) -> None:
        self._metrics = metrics
        self._retries = retries
        self._models = tuple(
            _Guarded(
                model,
                circuits.get(f"llm {number} {model.name}", settings=CIRCUIT, is_answer=_is_answer),
                RetryBudget(),
            )
            for number, model in enumerate(models, start=1)
        )

    def __bool__(self) -> bool:
        """Whether any language model is configured."""
        return bool(self._models)

    def for_question(self) -> ChatModel:
        """The models as one, for one question: what failed once is not asked again for it."""
        return _FallingThrough(self._models, self._metrics, self._retries)

    def describe(self) -> list[ModelDescription]:
        """Name and state of each, in order."""
        return [
            {"name": one.model.name, "circuit": one.circuit.state, "available": not one.circuit.is_open}
            for one in self._models
        ]


class _FallingThrough:
    """A ChatModel over several: each failure moves on to the next. Its name is that of the one asked last."""

    def __init__(self, models: Sequence[_Guarded], metrics: AgentMetrics, retries: RetryPolicy) -> None:
        self._models = models
        self._metrics = metrics
        self._retries = retries
        self._current = 0

    @property
    def name(self) -> str:
        return self._models[min(self._current, len(self._models) - 1)].model.name

    async def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        while self._current < len(self._models):
            guarded = self._models[self._current]
            has_begun = False
            try:
                first, rest = await self._begin(guarded, messages, tools)
                has_begun = True
                yield first
                async with aclosing(rest):
                    async for piece in rest:
                        yield piece
            except ModelFailureError as error:
                log.warning("model_failed", model=error.model, kind=error.kind, has_begun=has_begun)
                self._metrics.fell_back(error.model, error.kind)
                self._current += 1
                if has_begun:
                    yield Restart()
            else:
                return
        raise ModelError("no language model gave a usable answer")

    async def _begin(
        self, guarded: _Guarded, messages: Sequence[Message], tools: Sequence[ToolSpec]
    ) -> tuple[Piece, AsyncGenerator[Piece, None]]:
        """The first piece and the stream of the others: until there is a first piece, an attempt can be repeated."""

        async def attempt() -> tuple[Piece, AsyncGenerator[Piece, None]]:
            pieces = _attempt(guarded, messages, tools)
            try:
                return await anext(pieces), pieces
            except StopAsyncIteration:
                raise ModelFailureError(guarded.model.name, ModelFailureKind.EMPTY) from None

        return await retry_with_backoff(
            attempt,
            policy=self._retries,
            retry_on=lambda error: isinstance(error, ModelFailureError) and error.kind in _WORTH_A_RETRY,
            retry_after=lambda error: error.retry_after if isinstance(error, ModelFailureError) else None,
            budget=guarded.budget,
        )


async def _attempt(
    guarded: _Guarded, messages: Sequence[Message], tools: Sequence[ToolSpec]
) -> AsyncGenerator[Piece, None]:
    try:
        with guarded.circuit.attempt():
            async for piece in guarded.model.step(messages, tools):
                yield piece
    except CircuitOpenError as error:
        raise ModelFailureError(
            guarded.model.name, ModelFailureKind.CIRCUIT_OPEN, retry_after=error.retry_after
        ) from error


def _is_answer(error: BaseException) -> bool:
    """Whether the error shows a model that is up and well."""
    return isinstance(error, ModelFailureError) and error.kind in _HEALTHY
