"""What V1 filters are made of, each translated into the conditions that OQL compiles to.

A filter is a table from its members to these. A member that is not in the table, or holds what it should not, is
refused with a 400; a member that restricts nothing (`@`) makes no condition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias, assert_never

from resync_bot.simulator.bodies import as_object
from resync_bot.simulator.oql.syntax import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Literal,
    Membership,
    Operator,
    Pattern,
)
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.ids import Instances


@dataclass(frozen=True, slots=True)
class World:
    """What the members of a filter refer to by name or id."""

    plan: Plan
    instances: Instances


# What a member of a filter says of the plan's objects; None is nothing.
Condition: TypeAlias = Callable[[str, object, World], Expression | None]
Members: TypeAlias = Mapping[str, Condition]

EVERYTHING = "@"


def conditions(name: str, value: object, members: Members, world: World) -> Expression | None:
    """The filter `value`, which the request calls `name`, as one condition. Raises a 400."""
    given = as_object(value, name)
    unknown = sorted(given.keys() - members.keys())
    if unknown:
        raise bad_parameter(f"{name} does not know {', '.join(unknown)}.")
    return all_of(*(members[member](member, content, world) for member, content in given.items()))


def all_of(*parts: Expression | None) -> Expression | None:
    """All of the parts that say anything, in one level."""
    said: list[Expression] = []
    for part in parts:
        said += part.parts if isinstance(part, AllOf) else [] if part is None else [part]
    return said[0] if len(said) == 1 else AllOf(tuple(said)) if said else None


def text_of(member: str, value: object) -> str:
    """A text. Raises a 400."""
    if not isinstance(value, str):
        raise bad_parameter(f"{member} must be a text.")
    return value


def like(field: str) -> Condition:
    """A text, with the wildcards @ and ?."""

    def condition(member: str, value: object, _: World) -> Expression | None:
        pattern = text_of(member, value)
        if pattern == EVERYTHING:
            return None
        if EVERYTHING in pattern or "?" in pattern:
            return Pattern(field, pattern, negated=False)
        return Comparison(field, Operator.EQUAL, pattern)

    return condition


def in_folder(name_field: str, folder_field: str) -> Condition:
    """A name; a path before it (`/PAYROLL/@`) also restricts the folder."""
    name_like, folder_like = like(name_field), like(folder_field)

    def condition(member: str, value: object, world: World) -> Expression | None:
        folder, slash, name = text_of(member, value).rpartition("/")
        restricted = None if not slash or folder == "/@" else folder_like(member, folder or "/", world)
        return all_of(restricted, name_like(member, name, world))

    return condition


def flag(field: str) -> Condition:
    """True or false."""

    def condition(member: str, value: object, _: World) -> Expression:
        if not isinstance(value, bool):
            raise bad_parameter(f"{member} must be true or false.")
        return Comparison(field, Operator.EQUAL, value)

    return condition


def number(field: str) -> Condition:
    """A whole number; some members take it as a text."""

    def condition(member: str, value: object, _: World) -> Expression:
        return Comparison(field, Operator.EQUAL, number_of(member, value))

    return condition


def moment(field: str) -> Condition:
    """An instant in UTC, with or without its zone."""

    def condition(member: str, value: object, _: World) -> Expression:
        return Comparison(field, Operator.EQUAL, _moment(member, value))

    return condition


def number_range(field: str) -> Condition:
    """From `rangeStart` to `rangeEnd`, both included; either may be left out."""
    return _range(field, number_of)


def time_range(field: str) -> Condition:
    """The same of instants."""
    return _range(field, _moment)


def one_of(field: str, known: Mapping[str, tuple[str, ...]]) -> Condition:
    """A list of words of V1, each standing for words of the plan."""

    def condition(member: str, value: object, _: World) -> Expression:
        if not isinstance(value, list) or not all(isinstance(word, str) and word in known for word in value):
            raise bad_parameter(f"{member} must be a list of {', '.join(known)}.")
        return Membership(field, tuple(meant for word in value for meant in known[word]), negated=False)

    return condition


def word(field: str, known: Mapping[str, tuple[str, ...]]) -> Condition:
    """One such word."""
    several = one_of(field, known)
    return lambda member, value, world: several(member, [value], world)


def values(field: str) -> Condition:
    """A list of texts."""

    def condition(member: str, value: object, _: World) -> Expression:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise bad_parameter(f"{member} must be a list of texts.")
        return Membership(field, tuple(value), negated=False)

    return condition


def negated(expression: Expression) -> Expression:
    """The opposite: OQL has no NOT of its own, so the comparisons are turned round. A null lies in no range."""
    match expression:
        case AllOf(parts):
            return AnyOf(tuple(map(negated, parts)))
        case AnyOf(parts):
            return AllOf(tuple(map(negated, parts)))
        case Membership(field, values_, negated_):
            return Membership(field, values_, not negated_)
        case Pattern(field, pattern, negated_):
            return Pattern(field, pattern, not negated_)
        case Comparison(field, operator, value):
            turned = Comparison(field, _OPPOSITE[operator], value)
            ordered = operator not in (Operator.EQUAL, Operator.NOT_EQUAL)
            return AnyOf((turned, Comparison(field, Operator.EQUAL, None))) if ordered else turned
        case _:
            assert_never(expression)


_OPPOSITE = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.LESS: Operator.GREATER_OR_EQUAL,
    Operator.GREATER_OR_EQUAL: Operator.LESS,
    Operator.GREATER: Operator.LESS_OR_EQUAL,
    Operator.LESS_OR_EQUAL: Operator.GREATER,
}


def _range(field: str, read: Callable[[str, object], Literal]) -> Condition:
    def condition(member: str, value: object, _: World) -> Expression | None:
        given = as_object(value, member)
        if not given.keys() <= {"rangeStart", "rangeEnd"}:
            raise bad_parameter(f"{member} has rangeStart and rangeEnd.")
        bounds = (("rangeStart", Operator.GREATER_OR_EQUAL), ("rangeEnd", Operator.LESS_OR_EQUAL))
        return all_of(
            *(Comparison(field, operator, read(member, given[name])) for name, operator in bounds if name in given)
        )

    return condition


def number_of(member: str, value: object) -> int:
    """A whole number, also in a text. Raises a 400."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) < 19:
        return int(value)
    raise bad_parameter(f"{member} must be a whole number.")


def _moment(member: str, value: object) -> str:
    text = text_of(member, value)
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_parameter(f"{member} must be an instant such as 2026-09-24T06:00:00.000Z.") from error
    return text


def moment_of(given: Json, member: str) -> datetime | None:
    """The instant that an object has under a name, if any; without a zone it is in UTC. Raises a 400."""
    if member not in given:
        return None
    moment_ = datetime.fromisoformat(_moment(member, given[member]))
    return moment_ if moment_.tzinfo is not None else moment_.replace(tzinfo=UTC)
