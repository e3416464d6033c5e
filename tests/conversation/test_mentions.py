"""Who can be called by a message: ids of the platforms, and nothing that only looks like one."""

import pytest

from resync_bot.conversation.model import Answer, Mentions, Text, answer_from_json, answer_json, is_called_well
from resync_bot.conversation.terminal_text import terminal_text
from tests.adapters.paper import Paper

GOOD = (
    "U0ANA",
    "W012A3CDE|Ana Lima",
    "S0ONCALL",
    "here",
    "channel",
    "0f9a1b2c-1111-2222-3333-444455556666|José (on call)",
    "29:1AbC-d_ef9|Rui",
)
BAD = ("", "ana", "U0ANA> <!channel", "@here", "U0ANA|<at>x</at>", "U0ANA|", "29:", "U0ANA\nhere", "a|b|c", "U0ANA|a|b")


@pytest.mark.parametrize("whom", GOOD)
def test_an_id_is_taken(whom: str) -> None:
    assert is_called_well(whom)
    assert Mentions((whom,)).named[0][0] == whom.partition("|")[0]


@pytest.mark.parametrize("whom", BAD)
def test_anything_else_is_not(whom: str) -> None:
    assert not is_called_well(whom)
    with pytest.raises(ValueError, match="nobody who can be called"):
        Mentions((whom,))


def test_what_is_stored_is_looked_at_again() -> None:
    answer = Answer("calls", (Mentions(("U0ANA|Ana",)),))
    assert answer_from_json(answer_json(answer)) == answer
    with pytest.raises(ValueError, match="nobody who can be called"):
        answer_from_json(answer_json(answer).replace(b"U0ANA", b"!here"))


def test_an_edit_calls_nobody() -> None:
    answer = Answer("calls", (Text("PAY failed"), Mentions(("here",))))
    assert answer.calling_nobody.blocks == (Text("PAY failed"),)


def test_a_terminal_names_them() -> None:
    paper = Paper()
    paper.print(terminal_text(Answer("calls", (Mentions(("U0ANA|Ana Lima", "here")),))))
    assert "@ Ana Lima, here" in paper.text
