"""The grammar of OQL and the tree that it is read into.

Facts (User's Guide 10.2.5, "Using Orchestration Query Language", read 2026-11-23): `field op value` joined by AND and
OR with parentheses, then ORDER BY; `= != < <= > >= IN NOT IN LIKE NOT LIKE`; strings in single quotes, lists in
brackets, booleans and null bare; fields and values are case-sensitive. Chosen here, the manual being silent: a quote in
a string is written twice, keywords may be in any case, NOT exists only within NOT IN and NOT LIKE.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeAlias, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from resync_bot.errors import ResyncError

# Longer than any sensible filter; deeper nesting would be somebody's attack, not a question.
MAX_LENGTH = 16_000
MAX_DEPTH = 60

_GRAMMAR = r"""
?start: query
query: [disjunction] [ordering]
?disjunction: conjunction (_OR conjunction)*
?conjunction: primary (_AND primary)*
?primary: "(" disjunction ")" | comparison
comparison: FIELD OPERATOR value          -> compare
          | FIELD _IN list                -> in_list
          | FIELD _NOT _IN list           -> not_in_list
          | FIELD _LIKE STRING            -> like
          | FIELD _NOT _LIKE STRING       -> not_like
list: "[" value ("," value)* "]"
value: STRING -> string | NUMBER -> number | _TRUE -> true | _FALSE -> false | _NULL -> null
ordering: _ORDER _BY sort_key ("," sort_key)*
sort_key: FIELD [DIRECTION]

OPERATOR: "=" | "!=" | "<=" | ">=" | "<" | ">"
_AND.2: /AND\b/i
_OR.2: /OR\b/i
_NOT.2: /NOT\b/i
_IN.2: /IN\b/i
_LIKE.2: /LIKE\b/i
_ORDER.2: /ORDER\b/i
_BY.2: /BY\b/i
DIRECTION.2: /(ASC|DESC)\b/i
_TRUE.2: /true\b/i
_FALSE.2: /false\b/i
_NULL.2: /null\b/i
FIELD: /[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*/
STRING: /'([^']|'')*'/
NUMBER: /-?[0-9]{1,18}(?![0-9A-Za-z.])/
%ignore /\s+/
"""

Literal: TypeAlias = str | int | bool | None


class OqlError(ResyncError):
    """The text is not OQL, or names a field that the objects do not have: the API's answer is 400."""


class Operator(StrEnum):
    """How a field is compared with a value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator value`."""

    field: str
    operator: Operator
    value: Literal


@dataclass(frozen=True, slots=True)
class Membership:
    """`field [NOT] IN [values]`."""

    field: str
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """`field [NOT] LIKE 'pattern'`, with the wildcards @ and ?."""

    field: str
    pattern: str
    negated: bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """Parts joined by AND."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Parts joined by OR."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Comparison | Membership | Pattern | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field of ORDER BY."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole filter; `where` None lets everything through."""

    where: Expression | None
    order: tuple[SortKey, ...]


@v_args(inline=True)
class _Builder(Transformer[Token, Query]):
    def query(self, where: Expression | None, order: tuple[SortKey, ...] | None) -> Query:
        return Query(where, order or ())

    def disjunction(self, *parts: Expression) -> Expression:
        return AnyOf(parts)

    def conjunction(self, *parts: Expression) -> Expression:
        return AllOf(parts)

    def compare(self, field: Token, operator: Token, value: Literal) -> Comparison:
        return Comparison(str(field), Operator(str(operator)), value)

    def in_list(self, field: Token, values: tuple[Literal, ...]) -> Membership:
        return Membership(str(field), values, negated=False)

    def not_in_list(self, field: Token, values: tuple[Literal, ...]) -> Membership:
        return Membership(str(field), values, negated=True)

    def like(self, field: Token, pattern: Token) -> Pattern:
        return Pattern(str(field), _unquoted(pattern), negated=False)

    def not_like(self, field: Token, pattern: Token) -> Pattern:
        return Pattern(str(field), _unquoted(pattern), negated=True)

    def list(self, *values: Literal) -> tuple[Literal, ...]:
        return values

    def string(self, token: Token) -> str:
        return _unquoted(token)

    def number(self, token: Token) -> int:
        return int(token)

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def null(self) -> None:
        return None

    def ordering(self, *keys: SortKey) -> tuple[SortKey, ...]:
        return keys

    def sort_key(self, field: Token, direction: Token | None) -> SortKey:
        return SortKey(str(field), direction is not None and direction.upper() == "DESC")


def _unquoted(token: Token) -> str:
    return str(token)[1:-1].replace("''", "'")


@cache
def _parser() -> Lark:
    """Made at the first query: building the tables takes longer than importing all the rest."""
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=True)


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """Reads a filter; an empty one selects everything. Raises OqlError with the place and what was wrong there."""
    if len(text) > MAX_LENGTH:
        raise OqlError(f"the filter is longer than {MAX_LENGTH} characters")
    if _depth(text) > MAX_DEPTH:
        raise OqlError("the filter is nested too deeply")
    try:
        query: Query = cast(Query, _parser().parse(text))  # the transformer makes one of every tree
    except UnexpectedCharacters as error:
        raise OqlError(f"unexpected character at column {error.column}") from error
    except UnexpectedToken as error:
        where = "end" if error.token.type == "$END" else f"text at column {error.column}"
        raise OqlError(f"unexpected {where}") from error
    return query


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        if character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth -= 1
    return deepest
