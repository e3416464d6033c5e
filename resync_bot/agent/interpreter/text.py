"""From what somebody typed to questions and words. Pure, and total: any text in, words out."""

import re
import unicodedata
from dataclasses import dataclass

# A question of more words than this is a pasted text; it is read up to here and answered as far as it is understood.
_LONGEST = 2000
MOST_QUESTIONS = 4

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "´": "'", "«": '"', "»": '"', "\u00a0": " "})
_MENTION = re.compile(r"<[@!#][^<>\s]*>|(?<!\S)@?resync(?:[ -]?bot)?[:,]?(?!\S)", re.IGNORECASE)
_CONTRACTIONS = (
    (re.compile(r"\bcan't\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
    (re.compile(r"\b(did|is|does|has|have|had|was|were|are|do|could|would)nt\b", re.IGNORECASE), r"\1 not"),
    (re.compile(r"\b(what|how|where|who|why|when|it|that|there|everything)'s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(how|where|who|what)s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"'(?:s|re|m|ve|ll|d)\b", re.IGNORECASE), " "),
    (re.compile(r"(?<!\S)w/o(?!\S)", re.IGNORECASE), "without"),
    (re.compile(r"(?<!\S)w/(?!\S)", re.IGNORECASE), "with"),
)
# Lengths of time in words, made those in figures. "1h30" stays: it may be a time of day.
_LENGTHS = (
    (re.compile(r"\b(?:an|one|1) hour and a half\b|\b(?:uma|1) hora e meia\b", re.IGNORECASE), "90 min"),
    (re.compile(r"\b(?:half an|a half|half) hour\b|\bmeia hora\b", re.IGNORECASE), "30 min"),
    (re.compile(r"\b(?:a )?quarter of an hour\b", re.IGNORECASE), "15 min"),
    (re.compile(r"\b(?:an|one) hour\b", re.IGNORECASE), "1 hour"),
    (re.compile(r"\buma hora\b", re.IGNORECASE), "1 hora"),
    (re.compile(r"(?<![\w.,:/#@-])(\d{1,4})(mins?|minutes|minutos)\b", re.IGNORECASE), r"\1 min"),
)
# Where a second question begins within a line.
_NEXT_QUESTION = re.compile(
    r"(?<=[?])\s+(?=\S)"
    r"|,?\s+(?:and|e)\s+(?=(?:why|what|which|how|show|who|por\s?qu[eê]|pq|o\s+que|quais|qual|quantos|quem|mostr[ae]|me\s+mostr[ae])\b)",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"""
    (?P<instance>[^\s`"',;()?]+\(\d{4}(?:\s\d{1,2}/\d{1,2}(?:/\d{2,4})?)?\)(?:\.[^\s`"',;()?]+)?)
    | (?P<mark>[`"'])(?P<quoted>[^\s`"']+)(?P=mark)
    | (?P<word>[^\s`"',;()\[\]{}<>|\\]+)
    """,
    re.VERBOSE,
)
_AROUND = "¿¡.,:;!?…-–—'\""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, and as it is compared: without capitals and accents."""

    text: str
    folded: str
    quoted: bool = False


def fold(text: str) -> str:
    """Without capitals and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def normalise(text: str) -> str:
    """Typographic variants made plain, control characters, mentions of the bot and Markdown's bold removed."""
    plain = unicodedata.normalize("NFKC", text[: 4 * _LONGEST]).translate(_QUOTES)
    visible = plain if plain.isprintable() else _without_controls(plain)
    return _MENTION.sub(" ", visible.replace("**", " "))[:_LONGEST]


def _without_controls(text: str) -> str:
    return "".join(sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else " " for sign in text)


def lines(text: str) -> list[str]:
    """The messages that `text` joins, one a line, without empty ones."""
    return [line for line in (" ".join(line.split()) for line in normalise(text).split("\n")) if line]


def split_questions(line: str) -> list[str]:
    """The questions of one line: `what failed and why?` are two."""
    return [part for part in (part.strip() for part in _NEXT_QUESTION.split(line)) if part]


def words(question: str) -> tuple[Word, ...]:
    """The words of a question; a name with its schedule time in parentheses is one word."""
    for pattern, plain in (*_CONTRACTIONS, *_LENGTHS):
        question = pattern.sub(plain, question)
    found = []
    for match in _WORD.finditer(question):
        if match["quoted"]:
            found.append(Word(match["quoted"], fold(match["quoted"]), quoted=True))
            continue
        text = match["instance"] or _stripped(match["word"])
        if text:
            found.append(Word(text, fold(text)))
    return tuple(found)


def _stripped(word: str) -> str:
    # A question mark at the end is punctuation here; the wildcard `@` at the end of a name stays.
    return word.strip(_AROUND)
