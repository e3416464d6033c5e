"""Reads JSON as it is, which may lack members, hold nulls, or hold something else than promised: then None."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any


class Node:
    """A JSON object. Times come out aware, in `zone`; durations in whole seconds."""

    __slots__ = ("_members", "_zone")

    def __init__(self, members: Any, zone: tzinfo = UTC) -> None:
        self._members: dict[str, Any] = members if isinstance(members, dict) else {}
        self._zone = zone

    def __bool__(self) -> bool:
        return bool(self._members)

    def text(self, name: str) -> str | None:
        """A string that is not empty."""
        value = self._members.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> int | None:
        """A whole number."""
        value = self._members.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def integer(self, name: str) -> int | None:
        """A whole number, also one that stands in a string."""
        value = self._members.get(name)
        if isinstance(value, str) and value.strip().removeprefix("-").isdecimal():
            return int(value)
        return self.number(name)

    def decimal(self, name: str) -> float | None:
        """Any number."""
        value = self._members.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def has(self, name: str) -> bool:
        """Whether there is such a member, and it is not null."""
        return self._members.get(name) is not None

    def flag(self, name: str) -> bool | None:
        """true or false."""
        value = self._members.get(name)
        return value if isinstance(value, bool) else None

    def texts(self, name: str) -> list[str]:
        """The strings of a list."""
        value = self._members.get(name)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def node(self, name: str) -> "Node":
        """A member object; an empty one if there is none."""
        return Node(self._members.get(name), self._zone)

    def nodes(self, name: str) -> list["Node"]:
        """The objects of a list."""
        value = self._members.get(name)
        return [Node(item, self._zone) for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def instant(self, name: str) -> datetime | None:
        """An ISO instant; without an offset it is UTC."""
        value = self.text(name)
        return None if value is None else _instant(value, self._zone)

    def milliseconds(self, name: str) -> int | None:
        """A duration that is a number of milliseconds, in seconds."""
        value = self.integer(name)
        return None if value is None or value < 0 else round(value / 1000)


# The jobs of a stream share its times: half of all calls are answered from here.
@lru_cache(maxsize=8192)
def _instant(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    except (ValueError, OverflowError):
        return None
