"""What is said of a question that was not understood, where it names something: what can be asked of that."""

import pytest

from resync_bot.agent.interpreter.intents import NotUnderstood
from resync_bot.agent.interpreter.replies import EXAMPLES_OF_ONE, not_understood_of
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.conversation.language import Language, detect


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (
            "can PAYROLL_CLOSE frobnicate the gizmo please",
            NotUnderstood(("frobnicate", "gizmo"), "PAYROLL_CLOSE"),
        ),
        ("o PAYROLL_CLOSE sambou na avenida", NotUnderstood(("sambou", "avenida"), "PAYROLL_CLOSE")),
        ("PAY_A frobnicates PAY_B", NotUnderstood(("PAY_A", "frobnicates", "PAY_B"))),
        ("frobnicate PAY@ gizmo", NotUnderstood(("frobnicate", "PAY@", "gizmo"))),
    ],
)
def test_the_name_is_understood_and_the_rest_is_not(question: str, wanted: NotUnderstood) -> None:
    assert understand(question, Thread(), detect(question)) == (wanted,)


@pytest.mark.parametrize("language", list(Language))
def test_every_question_that_is_offered_is_understood(language: Language) -> None:
    assert "`PAYROLL_CALC`" in not_understood_of("PAYROLL_CALC", ("gizmo",), language)
    for said in EXAMPLES_OF_ONE:
        (intent,) = understand(said.in_(language, name="PAYROLL_CALC"), Thread(), language)
        assert not isinstance(intent, NotUnderstood), said
