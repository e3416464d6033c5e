"""Turns a parsed query into functions over plan objects, once per query text."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar, assert_never

from resync_bot.simulator.oql.fields import Field, Kind, Value
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Literal,
    Membership,
    Operator,
    OqlError,
    Pattern,
    Query,
)

Object = TypeVar("Object")

_Fields = Mapping[str, Field[Object]]
_Test = Callable[[Object, datetime], bool]
_Check = Callable[[Any], bool]

Leaf: TypeAlias = Comparison | Membership | Pattern

_ORDERS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}

_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,6})D)?(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,9})?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class CompiledQuery(Generic[Object]):
    """A query ready to run over objects of one type."""

    test: _Test[Object] | None
    order: tuple[tuple[Callable[[Object, datetime], Any], bool], ...]

    def select(self, objects: Iterable[Object], now: datetime) -> list[Object]:
        """Those of `objects` that match at `now`, in the order asked for (null is greatest), else in theirs."""
        test = self.test
        found = list(objects) if test is None else [one for one in objects if test(one, now)]
        for read, descending in reversed(self.order):
            found.sort(key=lambda one, read=read: sortable(read(one, now)), reverse=descending)  # type: ignore[misc]  # mypy cannot type a lambda's default
        return found


def compile_query(query: Query, fields: _Fields[Object]) -> CompiledQuery[Object]:
    """Binds a query to the fields of a type. Raises OqlError for a field or a literal that does not fit."""
    test = None if query.where is None else _compile(query.where, fields)
    order = tuple((_field(fields, key.field, sorting=True).read, key.descending) for key in query.order)
    return CompiledQuery(test, order)


def _compile(expression: Expression, fields: _Fields[Object]) -> _Test[Object]:
    test: _Test[Object]
    match expression:
        case AllOf(parts):
            tests = [_compile(part, fields) for part in parts]
            return lambda one, now: all(test(one, now) for test in tests)
        case AnyOf(parts):
            tests = [_compile(part, fields) for part in parts]
            return lambda one, now: any(test(one, now) for test in tests)
        case Comparison() | Membership() | Pattern():
            field, check, negated = check_of(expression, fields)
            test = _over(field, check)
            return _negated(test) if negated else test
        case _:
            assert_never(expression)


def check_of(leaf: Leaf, fields: _Fields[Object]) -> tuple[Field[Object], _Check, bool]:
    """The field, the check of one value of it, and whether the outcome is turned round. Raises OqlError."""
    field = _field(fields, leaf.field)
    match leaf:
        case Comparison(operator=operator):
            return field, _comparison(leaf, field.kind), operator is Operator.NOT_EQUAL
        case Membership(negated=negated):
            return field, frozenset(literals_of(leaf, field.kind)).__contains__, negated
        case Pattern(name, pattern, negated):
            if field.kind is not Kind.STRING:
                raise OqlError(f"LIKE needs a text field, {name} is of type {field.kind}")
            return field, _like(pattern), negated
        case _:
            assert_never(leaf)


def literals_of(leaf: Comparison | Membership, kind: Kind) -> tuple[Value, ...]:
    """What the field is compared with. Raises OqlError."""
    given = leaf.values if isinstance(leaf, Membership) else (leaf.value,)
    return tuple(_literal(leaf.field, kind, value) for value in given)


def _comparison(comparison: Comparison, kind: Kind) -> _Check:
    """The check for = and for the orders; != is = negated by the caller, so that a null differs from every value."""
    wanted = _literal(comparison.field, kind, comparison.value)
    if comparison.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return lambda value: value == wanted
    if wanted is None or kind is Kind.BOOLEAN:
        raise OqlError(f"{comparison.operator} needs a value that has an order")
    compare = _ORDERS[comparison.operator]
    return lambda value: value is not None and compare(value, wanted)


def _field(fields: _Fields[Object], name: str, *, sorting: bool = False) -> Field[Object]:
    field = fields.get(name)
    if field is None or not (field.filterable or sorting):
        raise OqlError(f"{name} is not a field that can be used here")
    return field


def _over(field: Field[Object], check: _Check) -> _Test[Object]:
    read = field.read
    if field.many:
        return lambda one, now: any(check(value) for value in read(one, now))  # type: ignore[union-attr]  # many: a list
    return lambda one, now: check(read(one, now))


def _negated(test: _Test[Object]) -> _Test[Object]:
    return lambda one, now: not test(one, now)


def _like(pattern: str) -> _Check:
    expression = re.compile(wildcard_expression(pattern), re.DOTALL)
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None


def wildcard_expression(pattern: str) -> str:
    """The regular expression of a pattern in which @ stands for any characters and ? for one.

    Each piece between two @ is matched once and for all (an atomic group), so that no pattern takes long.
    """
    first, *pieces = ("".join("." if c == "?" else re.escape(c) for c in piece) for piece in pattern.split("@"))
    if not pieces:
        return first
    *inner, last = pieces
    return first + "".join(f"(?>.*?{piece})" for piece in inner if piece) + f".*{last}"


def _literal(name: str, kind: Kind, value: Literal) -> Value:
    if value is None:
        return None
    match kind, value:
        case Kind.BOOLEAN, bool():
            return value
        case Kind.NUMBER, int() if not isinstance(value, bool):
            return value
        case Kind.STRING, str():
            return value
        case Kind.INSTANT, str():
            return _instant(name, value)
        case Kind.DURATION, str():
            return _duration(name, value)
        case _:
            raise OqlError(f"{name} is of type {kind}, which {value!r} is not")


def _instant(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OqlError(f"{name} needs an instant such as '2025-12-01T23:00:00.000Z'") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _duration(name: str, text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise OqlError(f"{name} needs a duration such as 'PT4H20S'")
    return timedelta(**{unit: float(amount) for unit, amount in match.groupdict().items() if amount})


def sortable(value: Any) -> Any:
    """A key that sorts null after everything."""
    return (value is None, value if value is not None else 0)
