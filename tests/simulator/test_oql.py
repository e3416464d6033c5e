"""OQL: what it means, what it refuses, and that it agrees with a plain reading of it."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.simulator.oql import Field, Kind, OqlError, compile_query, parse
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Literal,
    Membership,
    Operator,
    Pattern,
    Query,
    SortKey,
)

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    name: str | None = "ALPHA"
    size: int | None = 10
    critical: bool = False
    started: datetime | None = NOW
    elapsed: timedelta | None = timedelta(minutes=90)
    states: tuple[str, ...] = ("LINKED", "START")


FIELDS: dict[str, Field[Thing]] = {
    "name": Field(Kind.STRING, lambda thing, _: thing.name),
    "size": Field(Kind.NUMBER, lambda thing, _: thing.size),
    "jobOptions.critical": Field(Kind.BOOLEAN, lambda thing, _: thing.critical),
    "timeInfo.actualStartTime": Field(Kind.INSTANT, lambda thing, _: thing.started),
    "jobruns.elapsedTime": Field(Kind.DURATION, lambda thing, _: thing.elapsed),
    "activeStates": Field(Kind.STRING, lambda thing, _: list(thing.states), many=True),
    "key.name": Field(Kind.STRING, lambda thing, _: thing.name, filterable=False),
}


def select(text: str, *things: Thing) -> list[Thing]:
    return compile_query(parse(text), FIELDS).select(things, NOW)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("   ", True),
        ("name = 'ALPHA'", True),
        ("name = 'alpha'", False),
        ("name != 'BETA'", True),
        ("name != 'ALPHA'", False),
        ("name='ALPHA'", True),
        ("name LIKE 'AL@'", True),
        ("name LIKE '@PH@'", True),
        ("name LIKE 'ALPHA@'", True),
        ("name LIKE 'ALPH?'", True),
        ("name LIKE 'ALP?'", False),
        ("name LIKE '@'", True),
        ("name LIKE 'A.PHA'", False),
        ("name LIKE 'AL%'", False),
        ("name NOT LIKE 'B@'", True),
        ("name NOT LIKE 'A@'", False),
        ("name IN ['BETA','ALPHA']", True),
        ("name IN ['BETA']", False),
        ("name NOT IN ['BETA']", True),
        ("name NOT IN ['ALPHA', 'BETA']", False),
        ("name in ['ALPHA'] and size = 10 or size = 11", True),
        ("size > 9", True),
        ("size >= 10", True),
        ("size < 10", False),
        ("size <= 10", True),
        ("size = -10", False),
        ("size IN [1, 10]", True),
        ("size = null", False),
        ("size != null", True),
        ("name > 'AL'", True),
        ("name < 'AL'", False),
        ("jobOptions.critical = false", True),
        ("jobOptions.critical = true", False),
        ("jobOptions.critical != true", True),
        ("timeInfo.actualStartTime >= '2026-11-23T05:00:00.000Z'", True),
        ("timeInfo.actualStartTime > '2026-11-23T05:00:00Z'", False),
        ("timeInfo.actualStartTime < '2026-11-23T03:00:00-03:00'", True),
        ("jobruns.elapsedTime > 'PT1H'", True),
        ("jobruns.elapsedTime = 'PT1H30M'", True),
        ("jobruns.elapsedTime >= 'P1DT1S'", False),
        ("activeStates IN ['LINKED']", True),
        ("activeStates = 'START'", True),
        ("activeStates != 'START'", False),
        ("activeStates NOT IN ['BROKER']", True),
        ("activeStates LIKE 'LINK@'", True),
        ("name = 'X' OR size = 10 AND name = 'X'", False),
        ("(name = 'X' OR size = 10) AND name = 'ALPHA'", True),
        ("((name = 'ALPHA'))", True),
        ("name = 'ALPHA' ORDER BY name DESC, size ASC", True),
        ("ORDER BY key.name", True),
    ],
)
def test_conditions(text: str, matches: bool) -> None:
    assert bool(select(text, Thing())) is matches


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("size = null", True),
        ("size != null", False),
        ("size != 10", True),
        ("size < 10", False),
        ("size > 10", False),
        ("size IN [null]", True),
        ("size NOT IN [10]", True),
        ("name LIKE '@'", False),
        ("name NOT LIKE '@'", True),
    ],
)
def test_null_equals_null_alone_and_has_no_order(text: str, matches: bool) -> None:
    assert bool(select(text, Thing(name=None, size=None))) is matches


def test_a_quote_is_written_twice() -> None:
    assert select("name = 'O''NEIL'", Thing(name="O'NEIL"))
    assert select("name = ''''", Thing(name="'"))
    assert select("name = 'x'' OR name = ''y'", Thing(name="y")) == []


def test_order_by_several_fields() -> None:
    things = [Thing("B", 1), Thing("A", 2), Thing("A", None), Thing("A", 1), Thing("C", 9)]
    found = select("ORDER BY name ASC, size DESC", *things)
    assert [(thing.name, thing.size) for thing in found] == [("A", None), ("A", 2), ("A", 1), ("B", 1), ("C", 9)]


def test_without_an_order_the_order_stays() -> None:
    things = [Thing("B"), Thing("A"), Thing("C")]
    assert select("size = 10", *things) == things


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name =",
        "= 'ALPHA'",
        "name = ALPHA",
        'name = "ALPHA"',
        "name = 'ALPHA",
        "name == 'ALPHA'",
        "name = 'ALPHA' AND",
        "name = 'ALPHA' name = 'B'",
        "(name = 'ALPHA'",
        "name = 'ALPHA')",
        "NOT name = 'ALPHA'",
        "name IN 'ALPHA'",
        "name IN []",
        "name IN ['A',]",
        "name LIKE ['A']",
        "ORDER name",
        "ORDER BY",
        "name = 'A' ORDER BY name UP",
        "name = 'A'; DROP TABLE jobs",
        "name..x = 'A'",
        "nmae = 'ALPHA'",
        "Name = 'ALPHA'",
        "jobOptions = true",
        "key.name = 'ALPHA'",
        "ORDER BY nmae",
        "size = 'ten'",
        "size = 1.5",
        "size LIKE '1@'",
        "size < null",
        "name = 7",
        "name = true",
        "jobOptions.critical = 'true'",
        "jobOptions.critical > false",
        "timeInfo.actualStartTime > 'yesterday'",
        "jobruns.elapsedTime > '1h'",
        "jobruns.elapsedTime > 'P'",
        "jobruns.elapsedTime > 'PT'",
        "\x00",
        "name = 'A'" + " OR name = 'A'" * 5_000,
        "(" * 500 + "name = 'A'" + ")" * 500,
    ],
)
def test_what_is_not_oql_is_refused(text: str) -> None:
    with pytest.raises(OqlError):
        select(text, Thing())


def test_the_refusal_says_where() -> None:
    with pytest.raises(OqlError, match="column 8"):
        parse("name = ALPHA")


@given(text=st.text(max_size=80))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(OqlError):
        compile_query(parse(text), FIELDS)


def test_a_pattern_full_of_wildcards_is_answered_at_once() -> None:
    assert select(f"name LIKE '{'@A' * 200}@B'", Thing(name="A" * 2_000)) == []


# -- agreement with a plain reading

NAMES = st.sampled_from(["A", "AB", "ABC", "B'C", "", "a", "A_B-C", "@", "ÇÃO"])
PATTERNS = st.text(alphabet="AB@?_'", max_size=6)
COMPARISONS = st.builds(Comparison, st.just("name"), st.sampled_from(Operator), NAMES)
NUMBERS = st.builds(Comparison, st.just("size"), st.sampled_from(Operator), st.integers(-3, 3))
MEMBERS = st.builds(Membership, st.just("name"), st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.booleans())
LIKES = st.builds(Pattern, st.just("name"), PATTERNS, st.booleans())
LEAVES = st.one_of(COMPARISONS, NUMBERS, MEMBERS, LIKES)
TREES: st.SearchStrategy[Expression] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
KEYS = st.builds(SortKey, st.sampled_from(["name", "size"]), st.booleans())
THINGS = st.builds(Thing, name=st.none() | NAMES, size=st.none() | st.integers(-3, 3))


def written(expression: Expression) -> str:
    match expression:
        case AllOf(parts):
            return f"({' AND '.join(map(written, parts))})"
        case AnyOf(parts):
            return f"({' OR '.join(map(written, parts))})"
        case Comparison(field, operator, value):
            return f"{field} {operator} {quoted(value)}"
        case Membership(field, values, negated):
            return f"{field} {'NOT ' if negated else ''}IN [{', '.join(map(quoted, values))}]"
        case Pattern(field, pattern, negated):
            return f"{field} {'NOT ' if negated else ''}LIKE {quoted(pattern)}"


def quoted(value: Literal) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def holds(expression: Expression, thing: Thing) -> bool:
    """OQL's meaning, written down once more in the plainest way."""
    match expression:
        case AllOf(parts):
            return all(holds(part, thing) for part in parts)
        case AnyOf(parts):
            return any(holds(part, thing) for part in parts)
        case Membership(field, values, negated):
            return (getattr(thing, field) in values) is not negated
        case Pattern(field, pattern, negated):
            expected = "".join({"@": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
            value = getattr(thing, field)
            return (value is not None and re.fullmatch(expected, value, re.DOTALL) is not None) is not negated
        case Comparison(field, operator, value):
            return compared(getattr(thing, field), operator, value)


def compared(have: str | int | None, operator: Operator, want: Literal) -> bool:
    if operator is Operator.EQUAL:
        return have == want
    if operator is Operator.NOT_EQUAL:
        return have != want
    return have is not None and order(have, want) in _ORDERS[operator]


_ORDERS = {
    Operator.LESS: (-1,),
    Operator.LESS_OR_EQUAL: (-1, 0),
    Operator.GREATER: (1,),
    Operator.GREATER_OR_EQUAL: (0, 1),
}


def order(have: str | int, want: Literal) -> int:
    """-1, 0 or 1, as `have` comes before, with or after `want`, which is of the same type."""
    first, _ = sorted([(have, 0), (want, 1)])
    return 0 if have == want else -1 if first == (have, 0) else 1


@given(tree=TREES, keys=st.lists(KEYS, max_size=2).map(tuple))
def test_what_is_written_is_read_back(tree: Expression, keys: tuple[SortKey, ...]) -> None:
    text = written_query(Query(tree, keys))
    assert written_query(parse(text)) == text


def written_query(query: Query) -> str:
    keys = ", ".join(f"{key.field} {'DESC' if key.descending else 'ASC'}" for key in query.order)
    where = written(query.where) if query.where is not None else ""
    return where + (f" ORDER BY {keys}" if keys else "")


@given(tree=TREES, things=st.lists(THINGS, max_size=6))
def test_it_selects_what_a_plain_reading_selects(tree: Expression, things: list[Thing]) -> None:
    assert select(written(tree), *things) == [thing for thing in things if holds(tree, thing)]
