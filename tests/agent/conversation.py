"""What the agent's tests share: a scripted model, a progress that listens, and the agent over a simulated night."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from resync_bot.agent.chat import Answerer, ChatModel, Message, Piece, TextDelta, ToolCall, ToolMessage, ToolSpec
from resync_bot.agent.loop import Loop
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.models import ModelChain
from resync_bot.agent.responder import AgentResponder
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.conversation.model import Answer, Exchange, Person, Place
from resync_bot.conversation.ports import Turn
from resync_bot.runtime.resilience import CircuitBreakerManager, RetryPolicy
from resync_bot.runtime.sections import LlmSettings
from resync_bot.tws.queries import Engines, Tws

ANA = Person("web", "ana", "Ana")
BRUNO = Person("web", "bruno", "Bruno")
PLACE = Place("web", "", "chat")
ONE_ATTEMPT = RetryPolicy(attempts=1, first=0.0, longest=0.0)

Step = Sequence[Piece | Exception] | Callable[[Sequence[Message]], Sequence[Piece]] | Exception


def call(tool: str, call_id: str = "c1", **arguments: Any) -> ToolCall:
    """A call as a model makes it."""
    return ToolCall(call_id, tool, orjson.dumps(arguments).decode())


def say(text: str) -> list[Piece]:
    """A step that is only words."""
    return [TextDelta(text)]


@dataclass
class ScriptedModel:
    """Plays its steps in order, the last one again and again. An error as a step, or within one, is raised."""

    steps: Sequence[Step]
    name: str = "scripted"
    seen: list[tuple[tuple[Message, ...], tuple[ToolSpec, ...]]] = field(default_factory=list)

    async def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        self.seen.append((tuple(messages), tuple(tools)))
        step = self.steps[min(len(self.seen), len(self.steps)) - 1]
        if isinstance(step, Exception):
            raise step
        for piece in step(messages) if callable(step) else step:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def for_question(self) -> ChatModel:
        return self

    @property
    def results(self) -> list[dict[str, Any]]:
        """What the tools said, as the model saw it in its last step."""
        messages, _tools = self.seen[-1]
        return [orjson.loads(message.result) for message in messages if isinstance(message, ToolMessage)]


@dataclass
class Listener:
    """A Progress that remembers what it was told."""

    statuses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def status(self, text: str) -> None:
        self.statuses.append(text)

    def text(self, markdown: str) -> None:
        self.texts.append(markdown)


@dataclass
class Agent:
    """The whole agent over one engine, with models of the test's choice."""

    tws: Tws | Engines
    models: Sequence[ChatModel] = ()
    interpreter: Answerer = field(default_factory=lambda: ScriptedModel([say("Here is what I can do.")], "interpreter"))
    limits: LlmSettings = field(default_factory=LlmSettings)
    retries: RetryPolicy = ONE_ATTEMPT
    timeout: Callable[[float], asyncio.Timeout] = asyncio.timeout
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        metrics = AgentMetrics(self.registry)
        engines = self.tws if isinstance(self.tws, Engines) else Engines.of_one(self.tws)
        self.toolbox = Toolbox(engines, TOOLS, metrics=metrics)
        self.circuits = CircuitBreakerManager(registry=CollectorRegistry())
        self.loop = Loop(self.toolbox, self.limits, metrics=metrics, timeout=self.timeout)
        self.responder = AgentResponder(
            self.loop,
            self.toolbox,
            ModelChain(self.models, self.circuits, metrics=metrics, retries=self.retries),
            self.interpreter,
            metrics=metrics,
        )
        self.history: list[Exchange] = []
        self.listener = Listener()

    async def ask(self, *texts: str | tuple[Person, str]) -> Answer:
        """One turn; it is remembered for the next."""
        said = tuple((ANA, text) if isinstance(text, str) else text for text in texts)
        self.listener = Listener()
        answer = await self.responder.respond(Turn("t1", PLACE, said, tuple(self.history)), self.listener)
        self.history.append(Exchange("t1", said, answer, datetime(2026, 11, 23, 5, tzinfo=UTC)))
        return answer

    def counted(self, name: str, **labels: str) -> float:
        """The value of a counter."""
        return self.registry.get_sample_value(name, labels) or 0.0
