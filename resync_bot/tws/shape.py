"""JSON read straight into structs of what is wanted of it: members that nobody asks for are never built.

What is missing is None. What does not fit its type (a number where a text was promised, a text where a list was) is
left out, and the rest is read all the same.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Generic, Protocol, TypeVar

import msgspec
import orjson
from msgspec import inspect

T = TypeVar("T")

_UNFIT = object()
_LEAVES: dict[type[inspect.Type], type] = {
    inspect.NoneType: type(None),
    inspect.BoolType: bool,
    inspect.IntType: int,
    inspect.StrType: str,
    inspect.DateTimeType: datetime,
    inspect.TimeDeltaType: timedelta,
}


class Body(Protocol):
    """How the body of an answer is read; as a text, what it should have been."""

    def read(self, body: bytes) -> object:
        """Raises ValueError for what cannot be read so."""
        ...


class Json:
    """JSON as it is, where it has one of `types`."""

    def __init__(self, *types: type) -> None:
        self._types = types

    def __str__(self) -> str:
        return " or ".join(one.__name__ for one in self._types)

    def read(self, body: bytes) -> object:
        """What `orjson` makes of it. Raises ValueError for what is no JSON, or has another type."""
        value: object = orjson.loads(body)
        if not isinstance(value, self._types):
            raise ValueError(f"not {self}")  # noqa: TRY004  # the caller's types are right, the engine's are not
        return value


class Shape(Generic[T]):
    """What a JSON object is read into: `kind` is a Struct whose members may all be left out.

    Times come out as they are written, with or without a zone (`local`).
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def __str__(self) -> str:
        return "dict"

    def read(self, body: bytes) -> T:
        """The struct. Raises ValueError for what is no JSON, or no object."""
        try:
            return self._decoder.decode(body)
        except msgspec.ValidationError:  # something does not fit: rare, and ten times as slow
            fitting = _fitting(orjson.loads(body), inspect.type_info(self._kind))
            if fitting is _UNFIT:
                raise
            return msgspec.convert(fitting, self._kind)


def _fitting(value: object, kind: inspect.Type) -> Any:
    """`value` without what does not fit; _UNFIT if nothing of it does."""
    match kind:
        case inspect.AnyType():
            return value
        case inspect.StructType(fields=fields) if isinstance(value, dict):
            known = {one.encode_name: one.type for one in fields}
            found = {name: _fitting(value[name], inner) for name, inner in known.items() if name in value}
            return {name: fit for name, fit in found.items() if fit is not _UNFIT}
        case inspect.DictType(value_type=inner) if isinstance(value, dict):
            return {name: fit for name, item in value.items() if (fit := _fitting(item, inner)) is not _UNFIT}
        case inspect.ListType(item_type=inner) if isinstance(value, list):
            return [fit for item in value if (fit := _fitting(item, inner)) is not _UNFIT]
        case inspect.UnionType(types=types):
            return next((fit for one in types if (fit := _fitting(value, one)) is not _UNFIT), _UNFIT)
        case _:
            return _leaf(value, _LEAVES.get(type(kind)))


def _leaf(value: object, kind: type | None) -> Any:
    try:
        return _UNFIT if kind is None else msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return _UNFIT


def local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """A time as it was written, in `zone`; without an offset it is UTC. None for one that no calendar has there."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    except OverflowError:
        return None


def seconds(duration: timedelta | None) -> int | None:
    """A duration in whole seconds."""
    return None if duration is None else round(duration.total_seconds())
