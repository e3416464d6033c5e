"""Words, phrases, misspellings, times and names: what the grammar is made of."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.conman.selection import Instance
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.items import Name, Role, Time
from resync_bot.agent.interpreter.lexicon import LEXICONS, match_misspelt
from resync_bot.agent.interpreter.mentions import Mention, mention
from resync_bot.agent.interpreter.reading import read
from resync_bot.agent.interpreter.text import Word, fold, lines, split_questions, words
from resync_bot.agent.interpreter.words_en import WORDS as ENGLISH
from resync_bot.agent.interpreter.words_pt import WORDS as PORTUGUESE
from resync_bot.conversation.language import Language

_NO_WORDS = {Concept.CONMAN_STATE, Concept.ANYTHING}


@pytest.mark.parametrize("table", [ENGLISH, PORTUGUESE])
def test_every_concept_has_words_in_both_languages(table: dict[Concept, str]) -> None:
    assert set(table) == set(Concept) - _NO_WORDS
    assert all(phrase.strip() for text in table.values() for phrase in text.split("|"))


@pytest.mark.parametrize("language", list(Language))
def test_phrases_are_found_as_people_type_them(language: Language) -> None:
    """Each phrase survives the way of a question: contractions, accents, punctuation."""
    for phrase in LEXICONS[language].phrases:
        assert tuple(word.folded for word in words(" ".join(phrase))) == phrase


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("runing", Language.EN, Concept.RUNNING),
        ("waitng", Language.EN, Concept.WAITING),
        ("worstations", Language.EN, Concept.WORKSTATIONS),
        ("critcal", Language.EN, Concept.CRITICAL),
        ("falharm", Language.PT, Concept.FAILED),
        ("esperndo", Language.PT, Concept.WAITING),
        ("recusros", Language.PT, Concept.RESOURCE),
    ],
)
def test_a_slightly_misspelt_word_is_known(text: str, language: Language, concept: Concept) -> None:
    meaning = match_misspelt(Word(text, fold(text)), language)
    assert meaning is not None
    assert concept in meaning


@pytest.mark.parametrize("text", ["field", "weather", "kitchen", "logs1", "payrol", "cat", "ledger", "backup"])
def test_another_word_is_not_taken_for_one(text: str) -> None:
    assert match_misspelt(Word(text, fold(text)), Language.EN) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("02:00", time(2)),
        ("2h", time(2)),
        ("2h30", time(2, 30)),
        ("22hrs", time(22)),
        ("2am", time(2)),
        ("2 pm", time(14)),
        ("12am", time(0)),
        ("12:30pm", time(12, 30)),
        ("midnight", time(0)),
        ("meia-noite", time(0)),
        ("meia noite", time(0)),
        ("meio-dia", time(12)),
        ("since 2", time(2)),
        ("since 0230", time(2, 30)),
    ],
)
def test_times_of_day(text: str, at: time) -> None:
    found = [item for item in read(words(text), Language.EN).items if isinstance(item, Time)]
    assert [item.at for item in found] == [at]


@pytest.mark.parametrize("text", ["25:00", "2", "0230", "24h", "13pm", "last 3 hours", "20 lines"])
def test_what_is_no_time_of_day(text: str) -> None:
    assert not any(isinstance(item, Time) for item in read(words(text), Language.EN).items)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("PAYROLL", Mention("PAYROLL")),
        ("PAYROLL.CALC", Mention("CALC", stream="PAYROLL")),
        ("FTA1#PAYROLL", Mention("PAYROLL", workstation="FTA1")),
        ("FTA1#PAYROLL.CALC", Mention("CALC", stream="PAYROLL", workstation="FTA1")),
        ("/A/B/NAME", Mention("NAME", folder="/A/B", is_path=True)),
        ("/NAME", Mention("NAME", folder="/", is_path=True)),
        ("/EU/SITE3#/PROD/JS.JOB", Mention("JOB", stream="JS", folder="/PROD", workstation="SITE3")),
        ("WS#JS(0600 11/23).J", Mention("J", stream="JS", workstation="WS", instance=Instance(time(6), 23, 11))),
        ("WS#JS(0600).@", Mention("@", stream="JS", workstation="WS", instance=Instance(time(6)))),
        ("a#b#c", Mention("a#b#c")),
        ("...", Mention("...")),
    ],
)
def test_names_taken_apart(text: str, parts: Mention) -> None:
    assert mention(text) == parts


@pytest.mark.parametrize(
    ("question", "roles"),
    [
        ("failed jobs of stream PAYROLL on FTA1", [("PAYROLL", Role.STREAM), ("FTA1", Role.ON)]),
        ("the log of PAYROLL_CALC in the stream PAYROLL", [("PAYROLL_CALC", Role.OF), ("PAYROLL", Role.STREAM)]),
        ("is the FTA1 workstation down", [("FTA1", Role.WORKSTATION)]),
        ("PAYROLL_DAILY jobs", [("PAYROLL_DAILY", Role.PLACE)]),
        ("status of A_1, B_2 and C_3", [("A_1", Role.OF), ("B_2", Role.OF), ("C_3", Role.OF)]),
        ("status of job FINAL", [("FINAL", Role.JOB)]),
        ("status of `held`", [("held", Role.OF)]),
        ("which prompt is PAY_1 waiting for", [("PAY_1", Role.BARE)]),
    ],
)
def test_roles_of_names(question: str, roles: list[tuple[str, Role]]) -> None:
    assert [(name.text, name.role) for name in read(words(question), Language.EN).names] == roles


def test_names_and_punctuation() -> None:
    text = "why did 'PAYROLL_CALC' (the one in \"PAYROLL\") fail?!"
    sure = [item.text for item in read(words(text), Language.EN).items if isinstance(item, Name) and item.sure]
    assert sure == ["PAYROLL_CALC", "PAYROLL"]


def test_lines_and_questions() -> None:
    assert lines(" what failed? \r\n\n\t<@U123> @resync why?\x00\n") == ["what failed?", "why?"]
    assert split_questions("what failed? and why? show it") == ["what failed?", "and why?", "show it"]
    assert split_questions("what failed and why is X waiting") == ["what failed", "why is X waiting"]
    assert split_questions("o que falhou e por que o X espera") == ["o que falhou", "por que o X espera"]
    assert split_questions("status of A and B") == ["status of A and B"]


@given(st.text())
def test_any_text_has_words_and_a_reading(text: str) -> None:
    for line in lines(text):
        for question in split_questions(line):
            for language in Language:
                assert len(read(words(question), language).items) <= 200
