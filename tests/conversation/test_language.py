"""Which language is it? Short texts as operators write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.conversation.language import Language, detect


@pytest.mark.parametrize(
    "text",
    [
        "how is the plan?",
        "what failed last night?",
        "why?",
        "and on WS3?",
        "show its log",
        "which jobs abended",
        "WHAT FAILED TODAY",
        "why is PARA_TODOS not starting",
        "status of EOD_CLOSE",
        "what blocks DE_FOLHA_01",
        "help",
        "no jobs running?",
        "rerun PAYROLL_POST",
        "open prompts",
    ],
)
def test_english(text: str) -> None:
    assert detect(text, default=Language.PT) is Language.EN


@pytest.mark.parametrize(
    "text",
    [
        "como está o plano?",
        "como esta o plano",
        "o que falhou ontem à noite?",
        "por quê?",
        "porque?",
        "e na WS3?",
        "mostre o log dele",
        "quais jobs deram abend",
        "O QUE FALHOU HOJE",
        "por que o SHOW_ALL não inicia",
        "status do job de WHY_NOT",
        "o que depende de RUN_THE_NIGHT",
        "ajuda",
        "jobs críticos em risco",
        "tem prompt pendente?",
        "reexecute PAYROLL_POST",
        "quantos jobs por status",
        "e os streams?",
    ],
)
def test_portuguese(text: str) -> None:
    assert detect(text, default=Language.EN) is Language.PT


@pytest.mark.parametrize("default", list(Language))
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "sj @#@.@+state=abend",
        "PAYROLL_POST",
        "ss @#@;deps",
        "sc @!@",
        "status",
        "log PAY1",
        "sj /@/@#/@/@",
        "\x00\x01",
    ],
)
def test_commands_and_names_keep_the_language_of_the_conversation(text: str, default: Language) -> None:
    assert detect(text, default=default) is default


def test_names_made_of_words_of_the_other_language_do_not_count() -> None:
    assert detect("what does FOLHA.DE.PAGAMENTO block") is Language.EN
    assert detect("o que o WHY.IS.THE.PLAN bloqueia") is Language.PT


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert detect(text) in Language
