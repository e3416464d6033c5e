"""A text as the grammar reads it: small letters without accents, sign for sign beside what was typed. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_BLANKS: Final = re.compile(r"\s+")
_APOSTROPHE: Final = str.maketrans("’‘´", "'''")


@dataclass(frozen=True, slots=True)
class Plain:
    """`low` has as many signs as `text`: what is found in one stands at the same place of the other."""

    text: str
    low: str

    @classmethod
    def of(cls, typed: str) -> "Plain":
        """One line, without quotation marks around names."""
        one_line = _BLANKS.sub(" ", unicodedata.normalize("NFC", typed)).strip()
        unquoted = _without_quotes(one_line)
        if unquoted.isascii():
            return cls(unquoted, unquoted.lower())
        return cls(unquoted, "".join(map(_small, unquoted.translate(_APOSTROPHE))))

    def without_end(self, signs: str) -> "Plain":
        """Without the given signs, and blanks, at its end."""
        length = len(self.low.rstrip(signs + " "))
        return Plain(self.text[:length], self.low[:length])

    def after(self, at: int) -> "Plain":
        """What stands from there on."""
        start = at + len(self.low[at:]) - len(self.low[at:].lstrip(" ,;:"))
        return Plain(self.text[start:], self.low[start:])


def _without_quotes(line: str) -> str:
    # An apostrophe within a word stays: "wasn't".
    return " ".join(word.strip('`"“”') if len(word) > 1 else word for word in line.split(" ")).replace("`", "")


def _small(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[0].lower()
    return base if len(base) == 1 else sign
