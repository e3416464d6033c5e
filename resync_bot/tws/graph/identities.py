"""Numbers in place of ids and names: half a million strings as Python objects would cost fifty megabytes a column."""

import re
from array import array

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IS_UUID, _IS_TEXT = b"\x00", b"\x01"
_FREE = -1
_SMALLEST = 1024


class Strings:
    """Strings end to end in one buffer; found by their number, counted from 0. What is written again is appended."""

    __slots__ = ("_bytes", "_ends", "_starts")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._starts = array("I")
        self._ends = array("I")

    def __len__(self) -> int:
        return len(self._starts)

    def append(self, value: bytes) -> None:
        """Takes one more."""
        self._starts.append(len(self._bytes))
        self._bytes += value
        self._ends.append(len(self._bytes))

    def replace(self, number: int, value: bytes) -> None:
        """Another value for a number that there is."""
        if self[number] != value:
            self._starts[number] = len(self._bytes)
            self._bytes += value
            self._ends[number] = len(self._bytes)

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._bytes[self._starts[number] : self._ends[number]])

    def has(self, number: int, value: bytes) -> bool:
        """Whether that is the value of the number; makes no copy."""
        start = self._starts[number]
        return self._ends[number] - start == len(value) and self._bytes.startswith(value, start)


class Identities:
    """Numbers the engine's ids from 0 in the order of their first mention: about 30 bytes for each.

    A hash table over one buffer. `expected` is how many are likely to come: with more than that the table grows, which
    takes a moment.
    """

    __slots__ = ("_mask", "_slots", "_texts")

    def __init__(self, expected: int = 0) -> None:
        self._texts = Strings()
        self._resize(max(_SMALLEST, expected * 3 // 2))

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, identity: str) -> int | None:
        """Its number, if it was ever mentioned."""
        number = self._slots[self._slot(_packed(identity))]
        return None if number == _FREE else number

    def add(self, identity: str) -> int:
        """Its number; the next one, if it is new."""
        packed = _packed(identity)
        slot = self._slot(packed)
        number = self._slots[slot]
        if number != _FREE:
            return number
        number = len(self._texts)
        self._slots[slot] = number
        self._texts.append(packed)
        if number * 4 >= len(self._slots) * 3:
            self._resize(len(self._slots) * 2)
        return number

    def text(self, number: int) -> str:
        """The id as the engine wrote it."""
        packed = self._texts[number]
        if packed[:1] == _IS_TEXT:
            return packed[1:].decode()
        digits = packed[1:].hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _slot(self, packed: bytes) -> int:
        slots, mask = self._slots, self._mask
        slot = hash(packed) & mask
        while (number := slots[slot]) != _FREE and not self._texts.has(number, packed):
            slot = (slot + 1) & mask
        return slot

    def _resize(self, least: int) -> None:
        size = _SMALLEST
        while size < least:
            size *= 2
        self._mask = size - 1
        self._slots = array("i", [_FREE]) * size
        for number in range(len(self._texts)):
            self._slots[self._slot(self._texts[number])] = number


def _packed(identity: str) -> bytes:
    if len(identity) == 36 and _UUID.fullmatch(identity):
        return _IS_UUID + bytes.fromhex(identity.replace("-", ""))
    return _IS_TEXT + identity.encode()


class Words:
    """The few strings that many nodes share: workstations, folders, status words. Found by a small number."""

    __slots__ = ("_known", "_numbers")

    def __init__(self) -> None:
        self._known: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Of a word, new or known."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self._known)
            self._known.append(word)
        return found

    def __getitem__(self, number: int) -> str:
        return self._known[number]
