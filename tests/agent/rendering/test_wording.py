"""Every text exists in both languages, with the same placeholders."""

import string
from collections.abc import Iterator
from enum import StrEnum

import pytest

from resync_bot.agent.interpreter import replies
from resync_bot.agent.rendering import next_questions, phrases, status_words, waiting_words
from resync_bot.conversation.language import Language
from resync_bot.conversation.said import Counted, Said
from resync_bot.tws.findings import CauseKind, LogErrorKind, Risk
from resync_bot.tws.models import Reason, Status


def texts() -> Iterator[tuple[str, Said]]:
    for module in (phrases, status_words, waiting_words, next_questions, replies):
        for name, value in vars(module).items():
            yield from _said(f"{module.__name__.rpartition('.')[2]}.{name}", value)


def _said(name: str, value: object) -> Iterator[tuple[str, Said]]:
    match value:
        case Said():
            yield name, value
        case Counted():
            yield f"{name}.one", value.one
            yield f"{name}.many", value.many
        case dict():
            for key, each in value.items():
                yield from _said(f"{name}[{key}]", each)
        case tuple():
            for index, each in enumerate(value):
                yield from _said(f"{name}[{index}]", each)
        case _:
            return


TEXTS = dict(texts())


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_say_it_with_the_same_placeholders(name: str) -> None:
    said = TEXTS[name]
    assert said.en.strip()
    assert said.pt.strip()
    assert placeholders(said.en) == placeholders(said.pt)


def test_there_are_texts() -> None:
    assert len(TEXTS) > 200


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (status_words.STATUS, Status),
        (status_words.STATUS_MANY, Status),
        (status_words.REASON, Reason),
        (status_words.RISK, Risk),
        (phrases.RISK_OF_MISSING, Risk),
        (status_words.LOG_ERROR, LogErrorKind),
        (waiting_words.CAUSE, CauseKind),
        (waiting_words.ADVICE, CauseKind),
    ],
)
def test_every_word_of_the_engine_has_a_text(table: dict[object, object], members: type[StrEnum]) -> None:
    assert set(table) == set(members)


def test_a_count_of_one_is_said_in_the_singular() -> None:
    assert phrases.STREAMS_STUCK.in_(Language.EN, 1) == "**1** stream stuck"
    assert phrases.STREAMS_STUCK.in_(Language.PT, 2) == "**2** streams travados"
