"""Which engine a question speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.interpreter.engines import Asked, asked_of

KNOWN = ("PROD", "UAT")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what failed on UAT?", Asked("what failed ?", ("UAT",))),
        ("what failed on uat last night", Asked("what failed last night", ("UAT",))),
        ("o que falhou no UAT ontem?", Asked("o que falhou ontem?", ("UAT",))),
        ("UAT: what runs?", Asked("what runs?", ("UAT",))),
        ("status of PAYROLL on engine UAT", Asked("status of PAYROLL", ("UAT",))),
        ("what failed on PROD and UAT", Asked("what failed and", ("PROD", "UAT"))),
        ("what failed on all engines", Asked("what failed", KNOWN)),
        ("o que roda em todos os motores", Asked("o que roda", KNOWN)),
        ("what failed on engine DEV", Asked("what failed", ("DEV",))),
        ("como está o plano no ambiente homolog?", Asked("como está o plano ?", ("homolog",))),
        ("what failed on FTA1?", Asked("what failed on FTA1?")),
        ("status of stream UAT", Asked("status of stream UAT")),
        ("sj UAT#@.@", Asked("sj UAT#@.@")),
        ("status of UAT_LOAD and /UAT/X", Asked("status of UAT_LOAD and /UAT/X")),
        ("is the engine up?", Asked("is the engine up?")),
    ],
)
def test_the_engine_is_taken_out_of_the_question(question: str, asked: Asked) -> None:
    assert asked_of(question, KNOWN) == asked


@pytest.mark.parametrize("reply", ["and on UAT?", "e no UAT?", "UAT", "and what about uat", "no UAT por favor"])
def test_an_engine_alone_is_the_last_question_again(reply: str) -> None:
    assert asked_of(reply, KNOWN).says_nothing_else


def test_with_one_engine_its_name_is_a_name_like_others() -> None:
    assert asked_of("what failed on PROD?", ("PROD",)) == Asked("what failed on PROD?")


@given(st.text(max_size=80), st.sampled_from([(), ("PROD",), KNOWN]))
def test_any_text_is_a_question(text: str, known: tuple[str, ...]) -> None:
    assert len(asked_of(text, known).question) <= len(text)
