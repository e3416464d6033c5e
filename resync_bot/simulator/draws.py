"""Chance that depends on nothing but its name: the same key draws the same lot, in any order and on any machine."""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

_Item = TypeVar("_Item")

_SIXTEEN_NUMBERS = Struct(">16I")
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def _digest(key: tuple[str | int, ...], size: int) -> bytes:
    try:
        text = "\x1f".join(key)  # type: ignore[arg-type]  # most keys are texts alone, and many are drawn
    except TypeError:
        text = "\x1f".join(map(str, key))
    return blake2b(text.encode(), digest_size=size).digest()


def fraction(*key: str | int) -> float:
    """A number from 0 up to (not including) 1."""
    return int.from_bytes(_digest(key, 7), "big") / 2**56


def between(low: float, high: float, *key: str | int) -> float:
    """A number from `low` up to (not including) `high`."""
    return low + (high - low) * fraction(*key)


def integer(low: int, high: int, *key: str | int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(fraction(*key) * (high - low + 1))


def choice(items: Sequence[_Item], *key: str | int) -> _Item:
    """One of `items`, which must not be empty."""
    return items[integer(0, len(items) - 1, *key)]


def shuffled(items: Sequence[_Item], *key: str | int) -> list[_Item]:
    """All of `items` in a drawn order."""
    return [item for _, item in sorted(enumerate(items), key=lambda pair: fraction(*key, pair[0]))]


def uuid(*key: str | int) -> str:
    """An opaque id that looks like those of the engine (name-based, version 3)."""
    text = _digest(key, 16).hex()
    return f"{text[:8]}-{text[8:12]}-3{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:]}"


def part_id(identity: str, number: int) -> str:
    """The id of part `number`, from 1, of something that has an id of its own: as opaque, and cheaper than a draw."""
    return f"{identity[:-4]}{int(identity[-4:], 16) ^ 0x8000 ^ number:04x}"


def instance_id(*key: str | int) -> str:
    """The 16 characters, beginning with 0A, by which logs and conman name a job stream instance."""
    number = int.from_bytes(_digest(key, 8), "big")
    letters = []
    for _ in range(7):
        number, index = divmod(number, 32)
        letters.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[index])
    return "0AAAAAAAA" + "".join(letters)


class Lots:
    """Many draws under one key, one after the other: cheaper than a key for each, where their order is fixed."""

    __slots__ = ("_drawn", "_key", "_left")

    def __init__(self, *key: str | int) -> None:
        self._key = key
        self._drawn = 0
        self._left: list[int] = []

    def fraction(self) -> float:
        """A number from 0 up to (not including) 1."""
        if not self._left:
            self._left.extend(_SIXTEEN_NUMBERS.unpack(_digest((*self._key, self._drawn), 64)))
            self._drawn += 1
        return self._left.pop() / 2**32

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to (not including) `high`."""
        return low + (high - low) * self.fraction()

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def choice(self, items: Sequence[_Item]) -> _Item:
        """One of `items`, which must not be empty."""
        return items[int(self.fraction() * len(items))]

    def happens(self, probability: float) -> bool:
        """Whether what has this probability happens."""
        return self.fraction() < probability
