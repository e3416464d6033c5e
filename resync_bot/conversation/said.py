"""How a text exists in both languages: each beside its translation, so that neither can be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from resync_bot.conversation.language import Language


@dataclass(frozen=True, slots=True)
class Said:
    """One text in English and in Brazilian Portuguese, with the same `{placeholders}` in both."""

    en: str
    pt: str

    def in_(self, language: Language, **values: object) -> str:
        """The text with its placeholders filled. Values are Markdown already: escape what the engine wrote."""
        text = self.pt if language is Language.PT else self.en
        return text.format(**values) if values else text


@dataclass(frozen=True, slots=True)
class Counted:
    """A text that depends on a count: `{n}` stands for it."""

    one: Said
    many: Said

    def in_(self, language: Language, n: int, **values: object) -> str:
        """`1 job`, `7 jobs`."""
        return (self.one if n == 1 else self.many).in_(language, n=n, **values)


_MORE = Said("{n} more", "mais {n}")
_AND = Said("and", "e")


def enumeration(items: Sequence[str], language: Language, *, word: str = "", limit: int = 6) -> str:
    """`A, B and C`; of more than `limit` items the first and `9 more`. `word` replaces "and"."""
    shown = list(items[:limit])
    if len(items) > limit:
        shown.append(_MORE.in_(language, n=len(items) - limit))
    joint = word or _AND.in_(language)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}" if shown else ""
