"""Finds the meaning of words and phrases, also of slightly misspelt ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.text import Word, fold
from resync_bot.agent.interpreter.words_en import WORDS as ENGLISH
from resync_bot.agent.interpreter.words_pt import WORDS as PORTUGUESE
from resync_bot.conversation.language import Language

# Short words of one language are often words of the other too ("no", "do", "as"): they are not lent.
_SHORTEST_LENT: Final = 4
# A misspelt word is at least this long, and may be wrong in one letter, in two from nine letters on.
_SHORTEST_MISSPELT: Final = 5
_TWO_MISTAKES_FROM: Final = 9
# Words of operators that mean nothing here and are near to one that does: a payroll is no failure.
_RIGHTLY_SPELT: Final = frozenset({"folha", "folhas"})
# Not found by spelling: structure words decide too much to be guessed.
_EXACT_ONLY: Final = frozenset(
    {
        Concept.FILLER,
        Concept.POLITE,
        Concept.NOT,
        Concept.IN,
        Concept.ON,
        Concept.OF,
        Concept.AND,
        Concept.IT,
        Concept.YES,
    }
)

Meaning = frozenset[Concept]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of one language by their folded words."""

    phrases: Mapping[tuple[str, ...], Meaning]
    longest: Mapping[str, int]  # the length of the longest phrase that begins with a word
    alone: Mapping[str, Sequence[tuple[str, Meaning]]]  # words that may be misspelt, by their first letters

    @classmethod
    def of(cls, table: Mapping[Concept, str]) -> "Lexicon":
        """A lexicon of a table of phrases separated by `|`."""
        phrases: dict[tuple[str, ...], set[Concept]] = defaultdict(set)
        for concept, text in table.items():
            for phrase in text.split("|"):
                phrases[tuple(fold(phrase).split())].add(concept)
        longest: dict[str, int] = defaultdict(int)
        alone: dict[str, list[tuple[str, Meaning]]] = defaultdict(list)
        for folded, meaning in phrases.items():
            word = folded[0]
            longest[word] = max(longest[word], len(folded))
            if len(folded) == 1 and not meaning & _EXACT_ONLY and len(word) >= _SHORTEST_MISSPELT - 1:
                alone[word[0]].append((word, frozenset(meaning)))
        return cls({phrase: frozenset(meaning) for phrase, meaning in phrases.items()}, dict(longest), dict(alone))

    def match(self, words: Sequence[Word]) -> tuple[int, Meaning] | None:
        """The longest phrase that `words` begin with: its length in words and its meaning."""
        folded = tuple(word.folded for word in words[: self.longest.get(words[0].folded, 0)]) if words else ()
        for length in range(len(folded), 0, -1):
            meaning = self.phrases.get(folded[:length])
            if meaning:
                return length, meaning
        return None


LEXICONS: Final = {Language.EN: Lexicon.of(ENGLISH), Language.PT: Lexicon.of(PORTUGUESE)}
_OTHER: Final = {Language.EN: Language.PT, Language.PT: Language.EN}


def match(words: Sequence[Word], language: Language) -> tuple[int, Meaning] | None:
    """What `words` begin with in `language`, else in the other one: operators mix them."""
    own = LEXICONS[language].match(words)
    if own:
        return own
    lent = LEXICONS[_OTHER[language]].match(words)
    if lent and (lent[0] > 1 or len(words[0].folded) >= _SHORTEST_LENT):
        return lent
    return None


def native_words(words: Sequence[Word], language: Language) -> int:
    """How many of `words` belong to phrases of `language` itself: which of the two a mixed question is read in."""
    lexicon = LEXICONS[language]
    count = start = 0
    while start < len(words):
        found = lexicon.match(words[start:])
        count += found[0] if found else 0
        start += found[0] if found else 1
    return count


def match_misspelt(word: Word, language: Language) -> Meaning | None:
    """What a misspelt word means, if exactly one meaning is near enough."""
    text = word.folded
    if len(text) < _SHORTEST_MISSPELT or not text.isalpha() or text in _RIGHTLY_SPELT:
        return None
    allowed = 2 if len(text) >= _TWO_MISTAKES_FROM else 1
    nearest: set[Meaning] = set()
    best = allowed
    for known, meaning in LEXICONS[language].alone.get(text[0], ()):
        distance = OSA.distance(text, known, score_cutoff=best)
        if distance < best:
            best, nearest = distance, {meaning}
        elif distance == best:
            nearest.add(meaning)
    return nearest.pop() if len(nearest) == 1 else None
