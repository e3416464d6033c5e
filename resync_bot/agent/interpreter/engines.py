"""Which engine a question speaks of: `what failed on UAT?`, `e no UAT?`, `UAT: what runs?`, `on all engines`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from resync_bot.agent.interpreter.intents import Intent, Overview, Target, TargetIntent
from resync_bot.agent.interpreter.text import fold, words
from resync_bot.agent.interpreter.thread import Thread, target_of

_PREPOSITION: Final = r"(?:(?:on|in|at|for|from|of|no|na|em|do|da|de|pelo|pela)\s+)?(?:(?:the|o|a)\s+)?"
_NOUN: Final = r"(?:engines?|motor(?:es)?|ambientes?|environments?)"
_ALL: Final = re.compile(
    rf"(?<![\w#/.]){_PREPOSITION}(?:all|every|each|both|todos|todas|cada|ambos)\s+(?:(?:the|os|as)\s+)?{_NOUN}(?!\w)",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    rf"(?<![\w#/.]){_PREPOSITION}{_NOUN}\s+[`'\"]?(?P<name>[\w-]+)[`'\"]?(?![\w#])", re.IGNORECASE
)
_NOT_NAMES: Final = frozenset({"is", "are", "do", "does", "down", "up", "e", "esta", "estao", "com", "with", "status"})
# Behind these words a name is that of something else: `stream UAT`, `na workstation PROD`.
_NAMES_ANOTHER: Final = re.compile(
    r"(?:job|jobs|stream|streams|schedule|workstation|cpu|agent|fta|folder|pasta|resource|recurso|prompt)\s+[`'\"]?$",
    re.IGNORECASE,
)
# What may stand around an engine's name in a reply that only changes the engine: "and on UAT?", "e no UAT agora?"
_EMPTY: Final = frozenset(
    word
    for text in (
        "and also or now then what about how the in on same thing please i mean yes",
        "e agora entao o a em no na mesmo mesma coisa por favor quis dizer sim",
    )
    for word in text.split()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without the engines that it named; `engines` is empty where it named none."""

    question: str
    engines: tuple[str, ...] = ()

    @property
    def says_nothing_else(self) -> bool:
        """Whether the engine is all that it says: the last question again, asked of that one."""
        return bool(self.engines) and all(word.folded in _EMPTY for word in words(self.question))


def asked_of(question: str, known: Sequence[str]) -> Asked:
    """Takes the engines out of a question. A name after the word "engine" is one, known or not."""
    if len(known) > 1 and (every := _ALL.search(question)):
        return Asked(_without(question, every), tuple(known))
    found: list[str] = []
    rest = question
    while (named := _NAMED.search(rest)) and fold(named["name"]) not in _NOT_NAMES:
        found.append(_own_spelling(named["name"], known))
        rest = _without(rest, named)
    if len(known) > 1:
        for name in known:
            rest, is_there = _taken_out(rest, name)
            found += [name] if is_there else []
    return Asked(rest, tuple(dict.fromkeys(found)))


def again(thread: Thread) -> Intent:
    """The last question, for another engine: the same names, where what tied them to one instance is gone."""
    last = thread.last
    if last is None:
        return Overview()
    if not isinstance(last, TargetIntent):
        return last
    target = target_of(thread.focus) if thread.focus is not None and last.target is None else last.target
    return replace(last, target=Target(target.name, target.kind, target.stream) if target is not None else None)


def _taken_out(question: str, name: str) -> tuple[str, bool]:
    pattern = re.compile(
        rf"(?<![\w#/.@%*-]){_PREPOSITION}(?P<name>[`'\"]?{re.escape(name)}[`'\"]?)(?![\w#/.@%*-]):?", re.IGNORECASE
    )
    for match in pattern.finditer(question):
        if not _NAMES_ANOTHER.search(question[: match.start("name")]):
            return _without(question, match), True
    return question, False


def _own_spelling(name: str, known: Sequence[str]) -> str:
    return next((own for own in known if own.casefold() == name.casefold()), name)


def _without(question: str, match: re.Match[str]) -> str:
    before, behind = question[: match.start()].rstrip(), question[match.end() :].lstrip()
    joint = re.match(r"(?:,|and\s|e\s)\s*", behind, re.IGNORECASE)
    if joint and not before:
        behind = behind[joint.end() :]
    return f"{before} {behind}".strip()
