"""Puts cases to an agent and grades what it says."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles

from prometheus_client import CollectorRegistry

from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.responder import AgentResponder
from resync_bot.app import make_agent
from resync_bot.conversation.model import Answer, Exchange, Person, Place
from resync_bot.conversation.ports import Turn
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.sections import LlmSettings
from tests.evals.case import Case
from tests.evals.grading import mistakes
from tests.evals.plans import RunningPlan

OPERATOR = Person("evals", "operator", "Operator")
PLACE = Place("evals", "", "suite")


@dataclass(frozen=True, slots=True)
class Graded:
    """A case and what came of it. `cost` is in dollars, where prices are known."""

    case: Case
    answer: Answer
    mistakes: tuple[str, ...]
    seconds: float
    tool_calls: int
    tokens: int = 0
    cost: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return not self.mistakes

    @property
    def is_stand_in(self) -> bool:
        """Whether the interpreter answered."""
        return self.answer.model == Interpreter().name


class Suite:
    """One agent over one plan."""

    def __init__(
        self,
        plan: RunningPlan,
        settings: LlmSettings | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Without models in `settings` the interpreter answers; `clock` gives seconds."""
        self._plan = plan
        self._registry = CollectorRegistry()
        self._clock = clock
        self._agent: AgentResponder = make_agent(
            settings or LlmSettings(),
            plan.engines,
            breakers=CircuitBreakerManager(registry=CollectorRegistry()),
            metrics=self._registry,
            histories=plan.histories,
        )

    async def grade(self, case: Case) -> Graded:
        """Says what the case says, in one conversation, and grades the last answer."""
        tokens, cost = self._spent()
        history: list[Exchange] = []
        seconds = 0.0
        for number, text in enumerate(case.say):
            said = ((OPERATOR, text),)
            started = self._clock()
            answer = await self._agent.respond(Turn(f"{case.name}-{number}", PLACE, said, tuple(history)), _Unseen())
            seconds = self._clock() - started
            history.append(Exchange(f"{case.name}-{number}", said, answer, datetime.now(UTC)))
        *earlier, last = [exchange.answer for exchange in history]
        tokens_now, cost_now = self._spent()
        return Graded(
            case=case,
            answer=last,
            mistakes=tuple(mistakes(case, last, earlier, self._plan.simulators)),
            seconds=seconds,
            tool_calls=sum(len(exchange.answer.evidence) for exchange in history),
            tokens=tokens_now - tokens,
            cost=cost_now - cost,
        )

    def _spent(self) -> tuple[int, float]:
        tokens = cost = 0.0
        for metric in self._registry.collect():
            for sample in metric.samples:
                if sample.name == "resync_agent_tokens_total":
                    tokens += sample.value
                elif sample.name == "resync_agent_cost_dollars_total":
                    cost += sample.value
        return round(tokens), cost


class _Unseen:
    """Progress that nobody watches."""

    def status(self, text: str) -> None:
        """Shows nothing."""

    def text(self, markdown: str) -> None:
        """Shows nothing."""


def pass_rate(graded: Iterable[Graded]) -> float:
    """The share that passed, from 0 to 1; 1 of nothing."""
    results = [one.passed for one in graded]
    return sum(results) / len(results) if results else 1.0


def percentile(seconds: Sequence[float], percent: int) -> float:
    """`percent` of the answers took no longer."""
    return quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else sum(seconds)
