"""Ids and names as numbers: what goes in comes out, whatever it looks like."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from resync_bot.tws.graph.identities import Identities, Strings, Words

IDS = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda one: str(one).upper()),
    st.text(min_size=0, max_size=40).filter(lambda text: text.isprintable()),
    st.just("CPUA;0AAAAAAAAAAAABQM;JOBC"),
)


@given(st.lists(IDS))
def test_every_id_has_one_number_and_comes_back_as_it_was(ids: list[str]) -> None:
    known = Identities()
    numbers = [known.add(one) for one in ids]
    assert [known.text(number) for number in numbers] == ids
    assert [known.find(one) for one in ids] == numbers
    assert len(known) == len(set(ids))
    assert set(numbers) == set(range(len(set(ids))))


def test_an_id_that_was_never_mentioned_has_no_number() -> None:
    known = Identities()
    known.add("A")
    assert known.find("B") is None


def test_far_more_ids_than_were_expected_are_all_found() -> None:
    ids = [str(UUID(int=number)) for number in range(5_000)]
    known = Identities(expected=10)
    assert [known.add(one) for one in ids] == list(range(5_000))
    assert all(known.find(one) == number for number, one in enumerate(ids))


@given(st.lists(st.binary(max_size=20)), st.data())
def test_strings_can_be_replaced(values: list[bytes], data: st.DataObject) -> None:
    strings = Strings()
    for value in values:
        strings.append(value)
    if values:
        number = data.draw(st.integers(0, len(values) - 1))
        values[number] = data.draw(st.binary(max_size=20))
        strings.replace(number, values[number])
    assert [strings[number] for number in range(len(strings))] == values
    assert all(strings.has(number, value) for number, value in enumerate(values))
    assert not any(strings.has(number, value + b"!") for number, value in enumerate(values))


def test_words_are_known_by_one_number() -> None:
    words = Words()
    assert [words.number(one) for one in ("A", "B", "A")] == [0, 1, 0]
    assert words[1] == "B"
