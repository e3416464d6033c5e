"""Any language model, by litellm.

litellm takes five seconds and 180 MB to import (1.106.2, measured 2026-11-23), so it is imported only for a model that
is configured, in a thread, and once. It needs its environment set before that: without it the import asks GitHub for
price lists and reads `.env` from the working directory. It is told not to retry: `runtime.resilience` does.
"""

import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog

from resync_bot.agent.chat import (
    Message,
    ModelFailureError,
    ModelFailureKind,
    Piece,
    TextDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from resync_bot.agent.wire import wire_messages, wire_tools
from resync_bot.runtime.garbage import settle_heap
from resync_bot.runtime.sections import ModelSettings

log = structlog.get_logger(__name__)

ENVIRONMENT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else the price list is fetched from GitHub at import
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",  # the same
    "LITELLM_MODE": "PRODUCTION",  # else `.env` of the working directory is read into the environment
    "LITELLM_DONT_SHOW_FEEDBACK_BOX": "True",
    "LITELLM_LOG": "ERROR",
}
_NO_KEY = "none"  # for an endpoint of one's own without a key: litellm would look for OPENAI_API_KEY, another's secret

# litellm's exceptions by name (litellm.exceptions of 1.106.2), the most specific first.
_KINDS = (
    ("RateLimitError", ModelFailureKind.RATE_LIMITED),
    ("Timeout", ModelFailureKind.TIMED_OUT),
    ("AuthenticationError", ModelFailureKind.UNAUTHORISED),
    ("PermissionDeniedError", ModelFailureKind.UNAUTHORISED),
    ("ContextWindowExceededError", ModelFailureKind.TOO_LONG),
    ("ContentPolicyViolationError", ModelFailureKind.REFUSED),
    ("BadRequestError", ModelFailureKind.BAD_REQUEST),
    ("NotFoundError", ModelFailureKind.BAD_REQUEST),
    ("UnprocessableEntityError", ModelFailureKind.BAD_REQUEST),
    ("MidStreamFallbackError", ModelFailureKind.CUT),
    ("APIConnectionError", ModelFailureKind.UNREACHABLE),
    ("InternalServerError", ModelFailureKind.UNAVAILABLE),
    ("BadGatewayError", ModelFailureKind.UNAVAILABLE),
    ("ServiceUnavailableError", ModelFailureKind.UNAVAILABLE),
)


async def warm_up() -> Any:
    """litellm, imported in a thread on the first call, so that nobody waits for it in the middle of a question."""
    return await asyncio.to_thread(_litellm)


@cache
def _litellm() -> Any:
    os.environ.update(ENVIRONMENT)
    litellm: Any = importlib.import_module("litellm")
    litellm.suppress_debug_info = True
    litellm.drop_params = True  # not every model takes a temperature
    litellm.modify_params = True  # some want tools declared whenever the conversation has calls in it
    settle_heap()
    return litellm


class LitellmModel:
    """A ChatModel behind litellm: any provider, any OpenAI-compatible endpoint."""

    def __init__(self, settings: ModelSettings, *, timeout: float) -> None:
        """`timeout` is in seconds, for the connection and for each piece of a stream.

        A model without a provider, at an endpoint of one's own, is taken as OpenAI-compatible.
        """
        is_bare = settings.endpoint is not None and "/" not in settings.model
        self._model = f"openai/{settings.model}" if is_bare else settings.model
        self._endpoint = settings.endpoint
        self._key = settings.api_key
        self._timeout = timeout
        self.name = settings.model

    async def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        """One step. Raises ModelFailureError."""
        try:
            litellm = await warm_up()
        except ImportError as error:
            log.exception("litellm_broken")
            raise ModelFailureError(self.name, ModelFailureKind.UNAVAILABLE) from error
        calls, thoughts = _Calls(), _Thoughts()
        has_text, usage = False, Usage(0, 0)
        try:
            stream = await litellm.acompletion(**self._request(messages, tools))
            async for chunk in stream:
                if used := getattr(chunk, "usage", None):
                    usage = self._usage(litellm, used.prompt_tokens or 0, used.completion_tokens or 0)
                for choice in chunk.choices[:1]:
                    if text := thoughts.without(choice.delta.content or ""):
                        has_text = True
                        yield TextDelta(text)
                    calls.add(choice.delta.tool_calls or ())
        except Exception as error:
            raise self._failure(litellm, error) from error
        if stream.received_finish_reason is None:
            # litellm ends a stream that the server left unfinished as if it had been finished.
            raise ModelFailureError(self.name, ModelFailureKind.CUT)
        made = calls.whole()
        if not has_text and not made:
            kind = (
                ModelFailureKind.REFUSED
                if stream.received_finish_reason == "content_filter"
                else ModelFailureKind.EMPTY
            )
            raise ModelFailureError(self.name, kind)
        for call in made:
            yield call
        yield usage

    def _request(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "messages": wire_messages(messages, is_last_step=not tools),
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": self._timeout,
            "num_retries": 0,
            "max_retries": 0,
        }
        if tools:
            request["tools"] = wire_tools(tools)
        if self._endpoint:
            request["api_base"] = self._endpoint
        if self._key is not None:
            request["api_key"] = self._key.get_secret_value()
        elif self._endpoint:
            request["api_key"] = _NO_KEY
        return request

    def _usage(self, litellm: Any, tokens_in: int, tokens_out: int) -> Usage:
        bare = self._model.partition("/")[2]
        price = litellm.model_cost.get(self._model) or litellm.model_cost.get(bare)
        if price is None:
            return Usage(tokens_in, tokens_out)
        cost = tokens_in * price.get("input_cost_per_token", 0.0) + tokens_out * price.get("output_cost_per_token", 0.0)
        return Usage(tokens_in, tokens_out, cost)

    def _failure(self, litellm: Any, error: Exception) -> ModelFailureError:
        """What went wrong, without the error's text: providers repeat keys and prompts in it."""
        status = getattr(error, "status_code", None)
        kind = next(
            (kind for name, kind in _KINDS if isinstance(error, getattr(litellm.exceptions, name))), _kind_of(status)
        )
        headers = getattr(error, "litellm_response_headers", None) or {}
        log.warning(
            "model_error",
            model=self.name,
            kind=kind,
            error=type(error).__name__,
            status=status,
        )
        return ModelFailureError(self.name, kind, retry_after=_seconds(headers.get("retry-after")))


def _kind_of(status: object) -> ModelFailureKind:
    """By the HTTP status, for what litellm has no exception of its own for."""
    match status:
        case 401 | 402 | 403:
            return ModelFailureKind.UNAUTHORISED
        case int() if 400 <= status < 500:
            return ModelFailureKind.BAD_REQUEST
        case int() if status >= 500:
            return ModelFailureKind.UNAVAILABLE
        case _:
            return ModelFailureKind.GARBLED


class _Thoughts:
    """Takes what a model thinks out of what it says: some servers send `<think>...</think>` at the head of the text."""

    _OPENS, _CLOSES = "<think>", "</think>"

    def __init__(self) -> None:
        self._held: str | None = ""  # the text so far, while it may be or is a thought; None after it

    def without(self, delta: str) -> str:
        """What of the text up to and with `delta` can be passed on now and was not before."""
        if self._held is None:
            return delta
        self._held += delta
        head = self._held.lstrip()
        if not head.startswith(self._OPENS):
            if self._OPENS.startswith(head):
                return ""
            words, self._held = self._held, None
            return words
        _thought, closing, words = head.partition(self._CLOSES)
        if not closing:
            return ""
        self._held = None
        return words.lstrip()


@dataclass(slots=True)
class _Part:
    id: str
    tool: str
    arguments: str = ""


class _Calls:
    """Tool calls put together from their deltas.

    By index, as the protocol has it; a second name under an index that is taken begins another call, because some
    servers number all their calls 0 (litellm issues 15307 and 15315, checked 2026-11-23).
    """

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._at: dict[int, _Part] = {}

    def add(self, deltas: Sequence[Any]) -> None:
        """The next deltas, litellm's objects."""
        for delta in deltas:
            index = delta.index or 0
            part = self._at.get(index)
            begins = bool(delta.function.name) and bool(delta.id)
            if part is None or (begins and delta.id != part.id):
                part = self._at[index] = _Part(delta.id or f"call{len(self._parts) + 1}", delta.function.name or "")
                self._parts.append(part)
            elif delta.function.name and not part.tool:
                part.tool = delta.function.name
            part.arguments += delta.function.arguments or ""

    def whole(self) -> tuple[ToolCall, ...]:
        """The calls, in the order in which they began."""
        return tuple(ToolCall(part.id, part.tool, part.arguments) for part in self._parts)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in its form of seconds; as a date it is not worth waiting for."""
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
