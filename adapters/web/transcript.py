"""A conversation as it is read again: its events, folded into what was said."""

from collections.abc import Iterable
from typing import Any

import orjson

from adapters.web.events import Event, Kind
from adapters.web.store import BEGINNING


def transcript(conversation: str, events: Iterable[Event]) -> bytes:
    """JSON: {"conversation", "position", "entries": [{"kind": "question" | "answer", ...}], "working"}.

    `position` is where to read on, `working` the last status or text of a turn without an answer, or null. A question
    stands before its answer even if it was recorded after it, each answer once, with the time `at` which it began.
    """
    entries: list[dict[str, Any]] = []
    asked: set[str] = set()
    answers: dict[str, dict[str, Any]] = {}
    working = None
    position = BEGINNING

    def ask(question: dict[str, Any]) -> None:
        if question["message"] not in asked:
            asked.add(question["message"])
            entries.append({"kind": Kind.QUESTION, **question})

    for event in events:
        position = event.id
        data = orjson.loads(event.sent)
        match event.kind:
            case Kind.QUESTION:
                ask(data)
            case Kind.STATUS | Kind.DELTA:
                working = {"kind": event.kind, **data}
            case Kind.ANSWER:
                working = None
                for question in data["questions"]:
                    ask(question)
                if known := answers.get(data["turn"]):
                    known.update(data)
                else:
                    answers[data["turn"]] = entry = {"kind": Kind.ANSWER, **data}
                    entries.append(entry)
    return orjson.dumps({"conversation": conversation, "position": position, "entries": entries, "working": working})
