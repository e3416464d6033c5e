"""From a turn and its history to the messages that a model reads. Pure."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import orjson

from resync_bot.agent.chat import AssistantMessage, Message, SystemMessage, ToolCall, ToolMessage, UserMessage
from resync_bot.agent.cutting import fitted
from resync_bot.agent.prompts import SYSTEM_PROMPT
from resync_bot.conversation.model import Exchange, Person

RECENT = 2  # exchanges whose results a follow-up ("and on WS3?", "show its log") is likely to be about
RECENT_RESULT = 6_000  # bytes of JSON
OLDER_RESULT = 600
REMEMBERED = 8  # exchanges: more cost tokens and mislead more than they help


def messages_of(history: Sequence[Exchange], texts: Sequence[tuple[Person, str]]) -> tuple[Message, ...]:
    """The rules, the conversation so far with what the tools said, and the question as the last user message."""
    return (SystemMessage(SYSTEM_PROMPT), *_past(history), UserMessage(joined(texts), _name(texts)))


def remembered(history: Sequence[Exchange]) -> Iterator[tuple[Exchange, tuple[dict[str, Any], ...]]]:
    """The last exchanges with their tool results, cut: what a model sees of the past."""
    recalled = history[-REMEMBERED:]
    for age, exchange in zip(range(len(recalled), 0, -1), recalled, strict=True):
        most = RECENT_RESULT if age <= RECENT else OLDER_RESULT
        yield exchange, tuple(fitted(evidence.result, most) for evidence in exchange.answer.evidence)


def joined(texts: Sequence[tuple[Person, str]]) -> str:
    """What people wrote for one turn, in order; with who said it if they are several."""
    people = {(person.platform, person.id) for person, _text in texts}
    if len(people) == 1:
        return "\n".join(text for _person, text in texts)
    return "\n".join(f"{_plain(person.name) or person.id}: {text}" for person, text in texts)


def _plain(name: str) -> str:
    """A display name on one line: people choose theirs."""
    return " ".join(name.split())[:40]


def _name(texts: Sequence[tuple[Person, str]]) -> str:
    names = {_plain(person.name) for person, _text in texts}
    return names.pop() if len(names) == 1 else ""


def _past(history: Sequence[Exchange]) -> Iterator[Message]:
    ids = count(1)
    for exchange, results in remembered(history):
        yield UserMessage(joined(exchange.questions), _name(exchange.questions))
        calls = [
            ToolCall(f"past{next(ids)}", evidence.tool, orjson.dumps(evidence.arguments).decode())
            for evidence in exchange.answer.evidence
        ]
        if calls:
            yield AssistantMessage(calls=tuple(calls))
        for call, result in zip(calls, results, strict=True):
            yield ToolMessage(call.id, call.tool, orjson.dumps(result).decode())
        yield AssistantMessage(exchange.answer.text)
