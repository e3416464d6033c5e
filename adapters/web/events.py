"""What happens in a conversation, as the page and the API see it.

An event is stored and sent in one form, its JSON: `data` below is that JSON, not parsed between Redis and the browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict, assert_never

import orjson

from resync_bot.conversation.model import Answer, ButtonPress, Incoming, Lifecycle, Question, answer_json


class Kind(StrEnum):
    """The kinds of events; also their names on the wire (server-sent events)."""

    QUESTION = "question"  # somebody wrote or pressed a button
    STATUS = "status"  # what the bot does now
    DELTA = "delta"  # the answer so far, whole
    ANSWER = "answer"  # the answer of a turn; a later one of the same turn replaces it


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `id` is its position in the conversation, `answers` the messages that an answer answers.

    `first` is the position of the first event of the same turn: an answer that is edited moves, and stays as old as it
    is.
    """

    id: str
    kind: Kind
    data: bytes
    answers: frozenset[str] = frozenset()
    first: str = ""

    @property
    def sent(self) -> bytes:
        """Its JSON as clients get it: an answer with the time `at` which its turn began to show something."""
        if self.kind is not Kind.ANSWER:
            return self.data
        began = datetime.fromtimestamp(int((self.first or self.id).partition("-")[0]) / 1000, UTC)
        # An answer can be long: it is not parsed for the sake of one more member.
        return self.data[:-1] + f',"at":"{began.isoformat()}"}}'.encode()


class QuestionData(TypedDict):
    """The JSON of a question. `text` is empty for a button that asks nothing."""

    message: str
    text: str
    at: str


class ProgressData(TypedDict):
    """The JSON of a status and of a delta."""

    turn: str
    text: str


def question_data(incoming: Incoming) -> QuestionData:
    """What a person wrote; for a press of a button, the question that it stands for."""
    return {"message": incoming.message_id, "text": _shown_text(incoming), "at": incoming.at.isoformat()}


def answer_data(answer: Answer, *, turn: str | None, incoming: Sequence[Incoming]) -> bytes:
    """The JSON of an answer, as the API returns it without its `conversation`."""
    stored = orjson.loads(answer_json(answer))
    return orjson.dumps(
        {
            "turn": turn,
            "questions": [question_data(one) for one in incoming],
            "state": stored["state"],
            "answer": {"text": stored["text"], "blocks": stored["blocks"]},
            "evidence": stored["evidence"],
            "model": stored["model"],
        }
    )


def _shown_text(incoming: Incoming) -> str:
    match incoming:
        case Question(text=text):
            return text
        case ButtonPress(action="ask", value=value):
            return value
        case ButtonPress() | Lifecycle():
            return ""
        case _:
            assert_never(incoming)
