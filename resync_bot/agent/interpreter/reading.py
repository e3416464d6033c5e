"""A question taken apart: meanings, names, times and numbers in their order. No intent yet."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from resync_bot.agent.interpreter import lexicon
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.dates import calendar_date
from resync_bot.agent.interpreter.items import Item, Name, Number, Role, Said, State, means
from resync_bot.agent.interpreter.lengths import longer_than
from resync_bot.agent.interpreter.text import Word, fold
from resync_bot.agent.interpreter.times_of_day import time_of_day
from resync_bot.conversation.language import Language

# conman's words for a state (manual of showjobs and showschedules); operators write them in capitals.
# fmt: off
INTERNAL_STATES: Final = frozenset(
    [
        "ABEND", "ABENP", "ADD", "BOUND", "CANCL", "DONE", "EXEC", "EXTRN", "FAIL", "FENCE", "HOLD", "INTRO", "PEND",
        "READY", "SCHED", "STUCK", "SUCC", "SUCCP", "SUPPR", "SUSP", "WAIT", "WAITD",
    ]
)
# fmt: on
_MOST_WORDS: Final = 200
_MOST_DIGITS: Final = 8
_ALLOWED_IN_NAMES = re.compile(r"[\w\-#/.@%*?()\s]+")
_ONLY_IN_NAMES = re.compile(r"[_#/@%*]|\w\.\w")
_LETTERS_AND_DIGITS = re.compile(r"(?=.*[a-z])(?=.*\d)[\w-]+", re.IGNORECASE)
_ANY_NAME: Final = frozenset({"@", "*"})
_ROLE_OF: Final[tuple[tuple[Concept, Role], ...]] = (
    (Concept.WORKSTATION, Role.WORKSTATION),
    (Concept.WORKSTATIONS, Role.WORKSTATION),
    (Concept.STREAM, Role.STREAM),
    (Concept.FOLDER, Role.FOLDER),
    (Concept.RESOURCE, Role.RESOURCE),
    (Concept.PROMPT, Role.PROMPT),
    (Concept.JOB, Role.JOB),
    (Concept.IN, Role.PLACE),
    (Concept.ON, Role.ON),
    (Concept.OF, Role.OF),
    (Concept.SINCE, Role.OF),  # "the log from X"
)
_GIVES_ROLE: Final = tuple(concept for concept, _ in _ROLE_OF)
_TRANSPARENT: Final = frozenset({Concept.FILLER, Concept.POLITE, Concept.NAMED, Concept.SHOW})
_COPULAS: Final = frozenset(
    {"is", "are", "was", "were", "does", "did", "do", "has", "have", "esta", "estao", "ta", "foi"}
)
# Words between the second of two joined names and the "and": `in PAYROLL or in the folder LEDGER`.
_BESIDE_A_NAME: Final = (Concept.FILLER, Concept.JOB, *(concept for concept, _ in _ROLE_OF))
# Meanings of words that folders and streams are called by: RISK, CHANGE, HISTORY.
_ALSO_NAMES: Final = frozenset(
    {Concept.AT_RISK, Concept.HISTORY, Concept.CHANGE_IF_FIRST, Concept.CHANGED, Concept.USUAL, Concept.COMPARE}
)
_INSIGNIFICANT: Final = frozenset({Concept.FILLER, Concept.POLITE, Concept.AND, Concept.HELLO})


@dataclass(frozen=True)
class Reading:
    """The items of a question in their order."""

    items: tuple[Item, ...]
    language: Language

    @cached_property
    def _meanings(self) -> frozenset[Concept]:
        said = (item.meaning for item in self.items if isinstance(item, Said))
        return frozenset({Concept.ANYTHING, *(() if not self.states else (Concept.CONMAN_STATE,))}).union(*said)

    def has(self, *concepts: Concept) -> bool:
        """Whether any of the words means one of `concepts`."""
        return not self._meanings.isdisjoint(concepts)

    def position(self, *concepts: Concept) -> int:
        """Where the first word with one of these meanings stands; -1 if there is none."""
        return next((index for index, item in enumerate(self.items) if means(item, *concepts)), -1)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names, in order."""
        return tuple(item for item in self.items if isinstance(item, Name))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """States in conman's own words."""
        return tuple(item.word for item in self.items if isinstance(item, State))

    @property
    def one_by_one(self) -> tuple["Reading", ...]:
        """For `A, B and C` a reading for each of them; itself if it names no such group."""
        group = max(self._groups(), key=len, default=[])
        if len(group) < 2:
            return (self,)
        before, behind = self.items[: group[0]], self.items[group[-1] + 1 :]
        return tuple(Reading((*before, self.items[chosen], *behind), self.language) for chosen in group)

    def _groups(self) -> list[list[int]]:
        """The places of names that stand together in the same role."""
        groups: list[list[int]] = []
        last: Name | None = None
        for index, item in enumerate(self.items):
            if not isinstance(item, Name) or not item.sure:
                continue
            gap = self.items[groups[-1][-1] + 1 : index] if groups else ()
            is_joined = not gap or (
                means(gap[0], Concept.AND, Concept.OR) and all(means(between, *_BESIDE_A_NAME) for between in gap[1:])
            )
            if last is not None and last.role is item.role and is_joined:
                groups[-1].append(index)
            else:
                groups.append([index])
            last = item
        return groups

    @property
    def significant(self) -> tuple[Item, ...]:
        """The items without politeness and filling."""
        return tuple(item for item in self.items if not (isinstance(item, Said) and item.meaning <= _INSIGNIFICANT))


@dataclass(frozen=True, slots=True)
class _At:
    """A place in a question: the words from there on, and the item before."""

    words: Sequence[Word]
    previous: Item | None
    mixed: bool  # small and capital letters: capitals mean something
    language: Language

    @property
    def word(self) -> Word:
        return self.words[0]

    @property
    def in_capitals(self) -> bool:
        return self.mixed and self.word.text.isupper() and len(self.word.text) > 1

    @property
    def names_one(self) -> bool:
        """Whether a name must follow: `job FINAL`, `stream BACKUP`."""
        return means(
            self.previous,
            Concept.JOB,
            Concept.STREAM,
            Concept.WORKSTATION,
            Concept.FOLDER,
            Concept.RESOURCE,
            Concept.NAMED,
        )


_Found = tuple[int, Item]


def read(words: Sequence[Word], language: Language) -> Reading:
    """`words` as items. Total: a word that means nothing is a name that is not sure."""
    words = words[:_MOST_WORDS]
    mixed = len(words) == 1 or any(word.text.islower() and len(word.text) > 1 for word in words)
    items: list[Item] = []
    lengths = [index for index in range(1, len(words)) if longer_than(words[index:])]
    start = 0
    while start < len(words):
        end = next((index for index in lengths if index > start), len(words))  # "demoraram mais de 1 hora"
        place = _At(words[start:end], items[-1] if items else None, mixed, language)
        length, item = next(
            (found for reader in _READERS if (found := reader(place)) is not None),
            (1, Name(place.word.text, sure=False)),
        )
        items.append(_as_part_of_a_name(item, items[-1] if items else None))
        start += length
    return Reading(_joined(_with_roles(items)), language)


def _as_part_of_a_name(item: Item, previous: Item | None) -> Item:
    """`payroll close`: a word that is an order only at the beginning is a part of the plain name before it."""
    is_order = isinstance(item, Said) and item.meaning == {Concept.CHANGE_IF_FIRST} and " " not in item.text
    if is_order and isinstance(item, Said) and isinstance(previous, Name) and not previous.sure:
        return Name(item.text, sure=False)
    return item


# --- one item ---


def _time(place: _At) -> _Found | None:
    return time_of_day(place.words, place.previous)


def _length(place: _At) -> _Found | None:
    return longer_than(place.words)


def _calendar(place: _At) -> _Found | None:
    return calendar_date(place.words, place.language)


def _number(place: _At) -> _Found | None:
    text = place.word.text.removeprefix("#")  # "#2"
    return (1, Number(int(text))) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _unmistakable(place: _At) -> _Found | None:
    """A name by its signs: quotes around it, `_`, `#`, a path, digits among letters."""
    word = place.word
    if word.quoted or word.text in _ANY_NAME:
        return 1, Name(word.text, sure=True)
    if not _ALLOWED_IN_NAMES.fullmatch(word.text) or not any(map(str.isalnum, word.text)):
        return None
    looks = _ONLY_IN_NAMES.search(word.text) or _LETTERS_AND_DIGITS.fullmatch(word.text)
    return (1, Name(word.text, sure=True)) if looks else None


def _state(place: _At) -> _Found | None:
    word = place.word.text.upper()
    is_meant = place.in_capitals or means(place.previous, Concept.STATUS_WORD)
    return (1, State(word)) if is_meant and word in INTERNAL_STATES else None


def _name_that_must_follow(place: _At) -> _Found | None:
    if not place.in_capitals:
        return None
    return (1, Name(place.word.text, sure=True)) if place.names_one or _is_called_like_a_word(place) else None


def _is_called_like_a_word(place: _At) -> bool:
    """`what failed in RISK`: in capitals behind a preposition, and a word that says nothing of states or objects."""
    if not means(place.previous, Concept.IN, Concept.ON, Concept.OF):
        return False
    found = lexicon.match(place.words[:1], place.language)
    return found is not None and found[1] <= _ALSO_NAMES


def _phrase(place: _At) -> _Found | None:
    words = _before_a_state(place.words) if place.mixed else place.words
    found = lexicon.match(words, place.language)
    if found is None:
        return None
    length, meaning = found
    return length, Said(" ".join(word.text for word in words[:length]), meaning)


def _before_a_state(words: Sequence[Word]) -> Sequence[Word]:
    """The words up to the first state in capitals: `in HOLD` speaks of conman's HOLD, `on hold` does not."""
    capitals = (index for index, word in enumerate(words) if index and word.text in INTERNAL_STATES)
    return words[: next(capitals, len(words))]


def _name_in_capitals(place: _At) -> _Found | None:
    return (1, Name(place.word.text, sure=True)) if place.in_capitals else None


def _misspelt(place: _At) -> _Found | None:
    meaning = None if place.names_one else lexicon.match_misspelt(place.word, place.language)
    return (1, Said(place.word.text, meaning)) if meaning else None


_READERS: Final[tuple[Callable[[_At], _Found | None], ...]] = (
    _length,
    _calendar,
    _time,
    _number,
    _unmistakable,
    _state,
    _name_that_must_follow,
    _phrase,
    _name_in_capitals,
    _misspelt,
)


# --- what a name is ---


def _with_roles(items: Sequence[Item]) -> list[Item]:
    placed: list[Item] = []
    for index, item in enumerate(items):
        if isinstance(item, Name):
            behind = items[index + 1] if index + 1 < len(items) else None
            before = placed if item.sure else _without_which(placed)
            placed.append(Name(item.text, item.sure, _role_behind(_role_before(before), behind)))
        else:
            placed.append(item)
    return placed


def _without_which(before: Sequence[Item]) -> Sequence[Item]:
    """Without a "which job" at the end, behind which no plain word is a name: `which job sleeps`."""
    asks = len(before) > 1 and means(before[-1], Concept.JOB, Concept.STREAM) and means(before[-2], Concept.WHAT)
    return before[:-2] if asks else before


def _role_before(before: Sequence[Item]) -> Role:
    """The role by the words before a name: `the stream X`, `on X`, `do X`."""
    if before and isinstance(before[-1], Name):
        return before[-1].role  # `stream payroll daily` is one name in two words; `of A, B` are two of one kind
    if len(before) > 1 and means(before[-1], Concept.AND, Concept.OR) and isinstance(before[-2], Name):
        return before[-2].role  # `on FTA1 and FTA2`
    for item in reversed(before):
        if isinstance(item, Said) and fold(item.text) in _COPULAS:
            break  # "which prompt is X waiting for" does not speak of a prompt X
        if means(item, *_GIVES_ROLE):
            return next(role for concept, role in _ROLE_OF if means(item, concept))
        if not (isinstance(item, Said) and item.meaning <= _TRANSPARENT):
            break
    return Role.BARE


def _role_behind(role: Role, behind: Item | None) -> Role:
    """The role by the word behind it, which is more exact: `on the FTA1 workstation`."""
    if role not in (Role.BARE, Role.PLACE, Role.ON, Role.OF):
        return role
    exact = {Concept.STREAM: Role.STREAM, Concept.WORKSTATION: Role.WORKSTATION, Concept.FOLDER: Role.FOLDER}
    for concept, named in exact.items():
        if means(behind, concept):
            return named
    return Role.PLACE if role is Role.BARE and means(behind, Concept.JOBS) else role


def _joined(items: Sequence[Item]) -> tuple[Item, ...]:
    """Plain words in a row that may name something become one name: `payroll post`."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Name) and isinstance(last, Name) and not item.sure and not last.sure:
            joined[-1] = Name(f"{last.text} {item.text}", sure=False, role=last.role)
        else:
            joined.append(item)
    return tuple(joined)
