"""What the agent's loop and a model say to each other: OpenAI's shapes, reduced to what is used.

Two implementations of `ChatModel` exist: `litellm_model` (any LLM) and `interpreter` (a grammar, no network). The loop
does not know which one it talks to.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.results import ToolResult
from resync_bot.errors import ModelError


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to have a tool called.

    `arguments` is the JSON text as a language model wrote it, which may be malformed, or what the interpreter means.
    """

    id: str
    tool: str
    arguments: str | Arguments

    @property
    def arguments_json(self) -> str:
        """The arguments as text."""
        if isinstance(self.arguments, Arguments):
            return self.arguments.model_dump_json(exclude_defaults=True)
        return self.arguments


@dataclass(frozen=True, slots=True)
class SystemMessage:
    """The rules of the house."""

    text: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What a person said, already masked."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """What the model said, the tools it called, or both."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """The result of one call, as JSON text. Fenced as data: it may hold text that nobody here wrote.

    `found` is the same as it was found, where it was found in this turn and nothing of it was cut.
    """

    call_id: str
    tool: str
    result: str
    found: ToolResult | None = None


Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it: `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a step took. `cost` is in US dollars, None where the price is not known."""

    input_tokens: int
    output_tokens: int
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """What was yielded so far in this step is void: the model broke off, and another one begins anew."""


Piece = TextDelta | ToolCall | Usage | Restart


class ChatModel(Protocol):
    """A model that answers one step."""

    @property
    def name(self) -> str:
        """As people see it under an answer."""
        ...

    def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        """One step, streamed. With no tools the model must answer in words. Tool calls come whole and in order.

        A later step of the same question gets the same messages and those that were added to them.

        The history of the conversation comes as earlier user, assistant and tool messages; the last user message is
        the question. Raises ModelError if there is no usable answer.
        """
        ...


class Answerer(Protocol):
    """Gives a model for each question: one that may remember what it read of it from step to step."""

    @property
    def name(self) -> str:
        """As people see it under an answer."""
        ...

    def for_question(self) -> ChatModel:
        """A model that no other question is put to."""
        ...


class ModelFailureKind(StrEnum):
    """Why a language model gave no usable answer; counted in metrics."""

    RATE_LIMITED = "rate_limited"  # 429
    UNREACHABLE = "unreachable"  # no connection
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"  # a server error of its own
    UNAUTHORISED = "unauthorised"  # 401, 403: the key
    BAD_REQUEST = "bad_request"  # 400, 404, 422: it does not know the model, or not take the request
    TOO_LONG = "too_long"  # the conversation does not fit into its context
    REFUSED = "refused"  # its content policy
    CUT = "cut"  # the stream broke off
    EMPTY = "empty"  # neither words nor calls
    GARBLED = "garbled"  # not what the protocol promises
    CIRCUIT_OPEN = "circuit_open"  # not asked: it failed too often just now


class ModelFailureError(ModelError):
    """A language model failed. `retry_after` is in seconds, where it said so."""

    def __init__(self, model: str, kind: ModelFailureKind, *, retry_after: float | None = None) -> None:
        super().__init__(f"{model}: {kind}")
        self.model = model
        self.kind = kind
        self.retry_after = retry_after
