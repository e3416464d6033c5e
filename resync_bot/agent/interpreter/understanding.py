"""From a question and its conversation to what is wanted. Pure, and total: any text leads to an intent."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from resync_bot.agent.interpreter.about_times import compare_jobs
from resync_bot.agent.interpreter.changing import change, leans
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.conman import understand_conman
from resync_bot.agent.interpreter.intents import (
    Intent,
    ListCriticalJobs,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    NotUnderstood,
    ShowStatus,
    TargetIntent,
)
from resync_bot.agent.interpreter.items import means
from resync_bot.agent.interpreter.lexicon import native_words
from resync_bot.agent.interpreter.mentions import has_wildcard
from resync_bot.agent.interpreter.picking import pick, position
from resync_bot.agent.interpreter.reading import Reading, read
from resync_bot.agent.interpreter.rules import understand_words
from resync_bot.agent.interpreter.slots import Slots
from resync_bot.agent.interpreter.text import words
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.conversation.language import Language

_OTHER = {Language.EN: Language.PT, Language.PT: Language.EN}
_MOST_STRANGE_WORDS = 3
_MOST_AT_ONCE = 3


def understand(question: str, thread: Thread, language: Language) -> tuple[Intent, ...]:
    """What `question` wants; several intents where it picked several objects. Never empty."""
    command = understand_conman(question)
    if command is not None:
        return (command,)
    reading = _reading(question, language)
    intents = _of_each(reading, thread)
    if not intents:
        # Perhaps it is the other language after all. Then every word must be known in it.
        second = read(words(question), _OTHER[reading.language])
        intents = _of_each(second, thread) if all(name.sure for name in second.names) else ()
    return intents or (_not_understood(reading),)


def stands_alone(question: str, language: Language) -> bool:
    """Whether `question` means the same whatever was said before it."""
    if understand_conman(question) is not None:
        return True
    if leans(_reading(question, language)):
        return False
    intents = understand(question, Thread(), language)
    return not any(
        isinstance(intent, NotUnderstood) or (isinstance(intent, TargetIntent) and intent.target is None)
        for intent in intents
    )


# Every turn reads the conversation again; what was read once need not be read a second time.
@lru_cache(maxsize=256)
def _reading(question: str, language: Language) -> Reading:
    """The question in the language that has more of its words, else in that of the conversation."""
    typed = words(question)
    other = _OTHER[language]
    if native_words(typed, other) > native_words(typed, language):
        language = other
    return read(typed, language)


def _of_each(reading: Reading, thread: Thread) -> tuple[Intent, ...]:
    """What a question wants that names several things at once: the same of each, or how they compare."""
    compared = compare_jobs(reading)
    if compared is not None:
        return (compared,)
    lists = _two_lists(reading)
    if lists:
        return lists
    each = reading.one_by_one[:_MOST_AT_ONCE]
    return tuple(intent for one in each for intent in _understand(one, thread))


def _two_lists(reading: Reading) -> tuple[Intent, ...]:
    """`the open prompts and the workstations that are down`: lists of two kinds; empty where it asks for one."""
    for index, item in enumerate(reading.items):
        if not means(item, Concept.AND):
            continue
        parts = [Reading(items, reading.language) for items in (reading.items[:index], reading.items[index + 1 :])]
        kinds = [{kind for kind in _KINDS if part.has(*kind)} for part in parts]
        if not all(kinds) or kinds[0] & kinds[1]:
            continue
        wanted = [understand_words(part) for part in parts]
        if all(isinstance(intent, _LISTS) for intent in wanted):
            return tuple(intent for intent in wanted if intent is not None)
    return ()


_KINDS: Final = (
    (Concept.PROMPT,),
    (Concept.WORKSTATIONS, Concept.WORKSTATION),
    (Concept.RESOURCE,),
    (Concept.STREAMS,),
    (Concept.JOBS,),
)
_LISTS: Final = (ListJobs, ListStreams, ListPrompts, ListWorkstations, ListResources, ListCriticalJobs)


def _understand(reading: Reading, thread: Thread) -> tuple[Intent, ...]:
    picked = pick(reading, thread)
    if picked:
        return picked
    changed = change(reading, thread)
    if changed is not None and leans(reading):
        return (changed,)
    intent = understand_words(reading)
    if changed is not None and (intent is None or _is_mere_place(intent, reading)):
        return (changed,)
    return (_with_position(intent, reading, thread),) if intent is not None else ()


def _is_mere_place(intent: Intent, reading: Reading) -> bool:
    """`on FTA2?`, `na ETL?`: with a question before it, it is that question at another place."""
    return isinstance(intent, ShowStatus) and reading.has(Concept.IN, Concept.ON)


def _with_position(intent: Intent, reading: Reading, thread: Thread) -> Intent:
    """`why did the second one fail`: the position tells the target."""
    if not isinstance(intent, TargetIntent) or intent.target is not None:
        return intent
    counts_lines = reading.has(Concept.LINES) or Slots(reading).amount is not None
    if counts_lines and not reading.has(Concept.ONE):
        return intent  # "the last 20 lines of its log"
    index = position(reading)
    if index is None or not -1 <= index < len(thread.options) or not thread.options:
        return intent
    return replace(intent, target=target_of(thread.options[index]))


def _not_understood(reading: Reading) -> NotUnderstood:
    """The words in the way, and the one thing that it is about: that name is understood."""
    sure = [name.text for name in reading.names if name.sure]
    strange = tuple(name.text for name in reading.names if not name.sure)
    is_about_one = len(sure) == 1 and not has_wildcard(sure[0]) and not sure[0].startswith("/")
    if is_about_one:
        return NotUnderstood(strange[:_MOST_STRANGE_WORDS], sure[0])
    return NotUnderstood(tuple(name.text for name in reading.names)[:_MOST_STRANGE_WORDS])
