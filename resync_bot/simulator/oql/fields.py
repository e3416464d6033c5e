"""The fields that queries may name: how to read them from a plan object, and what they hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

Object = TypeVar("Object")

Value: TypeAlias = str | int | bool | datetime | timedelta | None


class Kind(StrEnum):
    """What a field holds; literals are read accordingly."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Field(Generic[Object]):
    """A field of a type of object. `read` gets the object and the virtual time.

    A field with several values (`many`) matches if any of them does. One with `filterable` false can only be sorted by.
    What a `steady` field holds never changes while the object is in the plan.
    """

    kind: Kind
    read: Callable[[Object, datetime], Value | list[str]]
    many: bool = False
    filterable: bool = True
    steady: bool = False
