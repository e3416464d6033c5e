"""Events, folded into what was said."""

import orjson
from hypothesis import given
from hypothesis import strategies as some

from adapters.web.events import Event, Kind
from adapters.web.transcript import transcript

MESSAGES = some.sampled_from("abcde")
TURNS = some.sampled_from("123")


@some.composite
def event(draw: some.DrawFn) -> tuple[Kind, dict[str, object]]:
    """Any event, in any place of a conversation."""
    kind = draw(some.sampled_from(list(Kind)))
    match kind:
        case Kind.QUESTION:
            return kind, _question(draw(MESSAGES))
        case Kind.STATUS | Kind.DELTA:
            return kind, {"turn": draw(TURNS), "text": "…"}
        case Kind.ANSWER:
            questions = [_question(message) for message in draw(some.sets(MESSAGES, max_size=3))]
            return kind, {"turn": draw(TURNS), "questions": questions, "version": draw(some.integers(0, 99))}


def _question(message: str) -> dict[str, object]:
    return {"message": message, "text": f"question {message}", "at": "2026-11-23T12:00:00+00:00"}


@given(some.lists(event(), max_size=30))
def test_each_question_stands_once_before_its_answers_and_each_answer_once(
    said: list[tuple[Kind, dict[str, object]]],
) -> None:
    events = [Event(f"{number}-0", kind, orjson.dumps(data)) for number, (kind, data) in enumerate(said, 1)]
    got = orjson.loads(transcript("conversation-1", events))
    assert got["position"] == (events[-1].id if events else "0-0")
    questions = [entry["message"] for entry in got["entries"] if entry["kind"] == "question"]
    turns = [entry["turn"] for entry in got["entries"] if entry["kind"] == "answer"]
    assert len(questions) == len(set(questions))
    assert len(turns) == len(set(turns))
    newest = {data["turn"]: data for kind, data in said if kind is Kind.ANSWER}
    assert set(turns) == set(newest)
    seen: set[str] = set()
    for entry in got["entries"]:
        if entry["kind"] == "question":
            seen.add(entry["message"])
        else:
            assert entry["version"] == newest[entry["turn"]]["version"]
    last = next((kind for kind, _ in reversed(said) if kind is not Kind.QUESTION), None)
    assert (got["working"] is None) == (last in {None, Kind.ANSWER})
