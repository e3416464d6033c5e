"""How a text exists in both languages: each beside its translation, so that neither can be forgotten."""

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
