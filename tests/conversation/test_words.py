"""The pure parts: orders, languages, sentences, and what is kept of what was said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.conversation.commands import Command, parse_command
from resync_bot.conversation.history import LARGEST_EXCHANGE, exchange_bytes, exchange_from_bytes, stored_exchanges
from resync_bot.conversation.keys import Keys
from resync_bot.conversation.language import Language, detect
from resync_bot.conversation.model import Answer, Evidence, Exchange, Place
from resync_bot.conversation.wording import Sentence, told, wait_sentence
from resync_bot.errors import EngineError, EngineErrorKind, ModelError, ResyncError, StoreUnavailableError
from tests.conversation.house import ANA, AT, BEN, question


@pytest.mark.parametrize(
    "text",
    [
        "forget",
        "/forget",
        "Forget.",
        "  FORGET  this   conversation! ",
        "forget everything",
        "esquece",
        "Esqueça!",
        "esquecer",
        "esqueça esta conversa",
        "Esquece tudo",
    ],
)
def test_an_order_to_forget(text: str) -> None:
    assert parse_command(text) is Command.FORGET


@pytest.mark.parametrize(
    "text",
    ["", "forget it", "did you forget PAY_POST?", "forget PAY_POST", "esqueci a senha", "what failed?", "help", "sj"],
)
def test_no_order_at_all(text: str) -> None:
    assert parse_command(text) is None


@given(st.text())
def test_any_text_is_an_order_or_is_not(text: str) -> None:
    assert parse_command(text) in {None, Command.FORGET}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what failed last night?", Language.EN),
        ("which jobs abended?", Language.EN),
        ("o que falhou ontem?", Language.PT),
        ("situação do plano", Language.PT),
        ("por que PAY_POST falhou", Language.PT),
        ("quais jobs abendaram?", Language.PT),
        ("e na WS3?", Language.PT),
        ("sj @#@.@+state=abend", Language.EN),
        ("PAY_POST", Language.EN),
        ("", Language.EN),
        ("esquece", Language.PT),
    ],
)
def test_the_language_of_a_question(text: str, language: Language) -> None:
    assert detect(text) is language


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("sentence", Sentence)
def test_every_sentence_can_be_said_in_both_languages(sentence: Sentence, language: Language) -> None:
    assert sentence.in_language(language, "one", "two")


@pytest.mark.parametrize(
    ("error", "portuguese"),
    [
        (EngineError("x", kind=EngineErrorKind.UNREACHABLE), "O motor de agendamento não respondeu à minha pergunta."),
        (StoreUnavailableError("x"), "Não consigo acessar a minha própria memória agora."),
        (ModelError("x"), "Algo deu errado do meu lado."),
        (ResyncError("x"), "Algo deu errado do meu lado."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_are_told_without_what_happened(error: ResyncError, portuguese: str) -> None:
    assert told(error, Language.PT) == portuguese
    assert told(error, Language.EN) == error.told


def test_who_asked_too_much_is_told_whole_seconds() -> None:
    assert wait_sentence(2.1, "what failed?") == "That is too many questions at once; please try again in 3 s."
    assert wait_sentence(0.01, "o que falhou?").endswith("tente de novo em 1 s.")


# --- what is kept ---


def exchange(*evidence: Evidence, text: str = "3 jobs abended") -> Exchange:
    """One that rests on `evidence`."""
    return Exchange("turn-1", ((ANA, "what failed?"), (BEN, "why?")), Answer(text, (), evidence, "interpreter"), AT)


def jobs(count: int) -> Evidence:
    """As a tool gives them; no two alike, so that packing does not hide how many they are."""
    return Evidence(
        "find_jobs", {"status": "ABEND"}, {"jobs": [{"id": f"{n * 7919:x}-{n * 104729:x}"} for n in range(count)]}
    )


@pytest.mark.parametrize("kept", [exchange(), exchange(jobs(0)), exchange(jobs(200)), exchange(text="ação 👩‍💻" * 500)])
def test_an_exchange_is_kept_whole(kept: Exchange) -> None:
    assert exchange_from_bytes(exchange_bytes(kept)) == kept


def test_evidence_shrinks_to_a_fraction() -> None:
    kept = exchange(Evidence("find_jobs", {}, {"jobs": [{"name": "PAY_POST", "status": "ABEND"}] * 200}))
    assert len(exchange_bytes(kept)) < 1000


def test_evidence_that_is_too_large_is_left_out_and_what_was_asked_for_is_kept() -> None:
    stored = exchange_bytes(exchange(jobs(20_000)))
    assert len(stored) < LARGEST_EXCHANGE
    (evidence,) = exchange_from_bytes(stored).answer.evidence
    assert evidence == Evidence("find_jobs", {"status": "ABEND"}, {})


@pytest.mark.parametrize("garbage", [b"", b"{}", b"nonsense", b"\x78\x9cnot zlib", b'{"turn_id": 1}'])
def test_what_cannot_be_read_is_skipped(garbage: bytes) -> None:
    good = exchange()
    assert stored_exchanges([garbage, exchange_bytes(good)]) == (good,)


parts = st.text(max_size=20)


@given(parts, parts, parts, parts)
def test_no_name_of_a_place_leaves_the_hash_tag(platform: str, tenant: str, channel: str, thread: str) -> None:
    place = Place(platform, tenant, channel, thread)
    keys = Keys("test")
    for key in (keys.lane(place), keys.arrivals(place), keys.history(place), keys.pace(place), keys.place_rate(place)):
        assert key.startswith("{test}:")
        assert "}" not in key[6:]


@given(st.lists(parts, min_size=4, max_size=4), st.lists(parts, min_size=4, max_size=4))
def test_two_places_never_share_a_lane(one: list[str], other: list[str]) -> None:
    keys = Keys("test")
    assert (keys.lane(Place(*one)) == keys.lane(Place(*other))) == (one == other)


def test_ids_from_outside_stay_within_their_key() -> None:
    keys = Keys("test")
    odd: dict[str, Any] = {"number": "a/b:{c} d\n"}
    assert keys.seen_delivery(question(**odd)) == "{test}:seen:delivery:fake/delivery-a%2Fb%3A%7Bc%7D%20d%0A"
