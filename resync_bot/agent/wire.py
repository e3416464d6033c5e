"""What leaves for a language model: OpenAI's shapes, secrets masked, and what others wrote fenced as data. Pure."""

from collections.abc import Sequence
from typing import Any, assert_never

import orjson

from resync_bot.agent.chat import (
    AssistantMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    ToolSpec,
    UserMessage,
)
from resync_bot.agent.prompts import LAST_STEP
from resync_bot.runtime.redaction import mask_secrets

FENCE_OPENS = "<data>"
FENCE_CLOSES = "</data>"


def wire_messages(messages: Sequence[Message], *, is_last_step: bool) -> list[dict[str, Any]]:
    """The messages as the chat-completions protocol has them; a last step is told that there are no more tools."""
    wired = [_wire(message) for message in messages]
    if is_last_step and any(isinstance(message, ToolMessage) for message in messages):
        wired.append({"role": "system", "content": LAST_STEP})
    return wired


def wire_tools(tools: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """The tools as the protocol has them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in tools
    ]


def fenced(result: str) -> str:
    """A tool's result, JSON text, masked and between fences that nothing inside of it can close.

    JSON can write `<` as an escape, and does so here: whatever a job printed, no `</data>` comes of it.
    """
    masked = orjson.dumps(_masked(orjson.loads(result))).decode()
    return "\n".join((FENCE_OPENS, masked.replace("<", r"\u003c").replace(">", r"\u003e"), FENCE_CLOSES))


def _masked(value: Any) -> Any:
    """Text by text, so that masking cannot break the JSON around it. Lines of a log are masked together."""
    if isinstance(value, str):
        return mask_secrets(value)
    if isinstance(value, list):
        if value and all(isinstance(item, str) and "\n" not in item for item in value):
            return mask_secrets("\n".join(value)).split("\n")
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {name: _masked(member) for name, member in value.items()}
    return value


def _wire(message: Message) -> dict[str, Any]:
    match message:
        case SystemMessage(text):
            return {"role": "system", "content": text}
        case UserMessage(text, name):
            said = mask_secrets(text)
            return {"role": "user", "content": f"{name}: {said}" if name else said}
        case AssistantMessage(text, calls):
            wired: dict[str, Any] = {"role": "assistant", "content": mask_secrets(text) or None}
            return wired | {"tool_calls": [_wire_call(call) for call in calls]} if calls else wired
        case ToolMessage(call_id, _tool, result):
            return {"role": "tool", "tool_call_id": call_id, "content": fenced(result)}
        case _:
            assert_never(message)


def _wire_call(call: ToolCall) -> dict[str, Any]:
    try:
        arguments = orjson.dumps(_masked(orjson.loads(call.arguments_json))).decode()
    except orjson.JSONDecodeError:
        arguments = "{}"  # what was malformed is refused by some servers when it comes back
    return {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": arguments}}
