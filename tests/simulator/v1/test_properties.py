"""What holds of any id, any filter and any page."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from resync_bot.simulator.oql import Field, Kind, compile_query
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Membership,
    Operator,
    Pattern,
    Query,
)
from resync_bot.simulator.v1.conditions import negated
from resync_bot.simulator.v1.ids import IdEncoding, found_by, readings
from resync_bot.simulator.v1.wire import Page

NOW = datetime(2026, 11, 23, tzinfo=UTC)

# An object is a number and a name, either of which may be missing.
Thing = tuple[int | None, str | None]
FIELDS: dict[str, Field[Thing]] = {
    "number": Field(Kind.NUMBER, lambda thing, _: thing[0]),
    "name": Field(Kind.STRING, lambda thing, _: thing[1]),
}
NUMBERS, NAMES = st.integers(-3, 3), st.text("AB", max_size=3)
THINGS = st.lists(st.tuples(st.none() | NUMBERS, st.none() | NAMES), max_size=12)

LEAVES: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Comparison, st.just("number"), st.sampled_from(Operator), NUMBERS),
    st.builds(Comparison, st.just("name"), st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL]), st.none() | NAMES),
    st.builds(Membership, st.just("number"), st.lists(NUMBERS, max_size=3).map(tuple), st.booleans()),
    st.builds(Pattern, st.just("name"), st.text("AB@?", max_size=4), st.booleans()),
)


def _joined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several)


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(LEAVES, _joined, max_leaves=8)


@given(EXPRESSIONS, THINGS)
def test_what_a_filter_lets_through_its_opposite_does_not(expression: Expression, things: list[Thing]) -> None:
    through = compile_query(Query(expression, ()), FIELDS).select(things, NOW)
    rest = compile_query(Query(negated(expression), ()), FIELDS).select(things, NOW)
    assert sorted(through + rest, key=repr) == sorted(things, key=repr)
    assert not set(through) & set(rest)


@given(st.text())
def test_an_id_is_understood_in_either_form(identity: str) -> None:
    for encoding in IdEncoding:
        told = encoding(identity)
        assert identity in readings(told)
        assert found_by(told, {identity: 42}.get) == 42


@given(st.lists(st.integers()), st.integers(1, 7))
def test_pages_are_the_whole_list(found: list[int], size: int) -> None:
    pages = [Page(start, size).of(found) for start in range(0, len(found) + size, size)]
    assert [one for page in pages for one in page] == found
    assert Page(0, None).of(found) == found
