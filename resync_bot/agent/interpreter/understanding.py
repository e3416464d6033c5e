"""From a question and its conversation to what is wanted. Pure, and total: any text leads to an intent."""

from dataclasses import replace
from functools import lru_cache

from resync_bot.agent.interpreter.about_times import compare_jobs
from resync_bot.agent.interpreter.changing import change, leans
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.conman import understand_conman
from resync_bot.agent.interpreter.intents import Intent, NotUnderstood, ShowStatus, TargetIntent
from resync_bot.agent.interpreter.items import Name
from resync_bot.agent.interpreter.lexicon import native_words
from resync_bot.agent.interpreter.picking import pick, position
from resync_bot.agent.interpreter.reading import Reading, read
from resync_bot.agent.interpreter.rules import understand_words
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
    reading, second = _readings(question, language)
    intents = _of_each(reading, thread)
    if not intents and all(name.sure for name in second.names):
        # Perhaps it is the other language after all. Then every word must be known in it.
        intents = _of_each(second, thread)
    return intents or (NotUnderstood(_strange(reading)),)


def stands_alone(question: str, language: Language) -> bool:
    """Whether `question` means the same whatever was said before it."""
    if understand_conman(question) is not None:
        return True
    if leans(_readings(question, language)[0]):
        return False
    intents = understand(question, Thread(), language)
    return not any(
        isinstance(intent, NotUnderstood) or (isinstance(intent, TargetIntent) and intent.target is None)
        for intent in intents
    )


# Every step of a turn reads the conversation again; what was read once need not be read a second time.
@lru_cache(maxsize=256)
def _readings(question: str, language: Language) -> tuple[Reading, Reading]:
    """The question in both languages: first in the one that has more of its words, else in that of the conversation."""
    typed = words(question)
    other = _OTHER[language]
    if native_words(typed, other) > native_words(typed, language):
        language, other = other, language
    return read(typed, language), read(typed, other)


def _of_each(reading: Reading, thread: Thread) -> tuple[Intent, ...]:
    """What a question wants that names several things at once: the same of each, or how they compare."""
    compared = compare_jobs(reading)
    if compared is not None:
        return (compared,)
    each = reading.one_by_one[:_MOST_AT_ONCE]
    return tuple(intent for one in each for intent in _understand(one, thread))


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
    if reading.has(Concept.LINES, Concept.LAST) and not reading.has(Concept.ONE):
        return intent  # "the last 20 lines of its log"
    index = position(reading)
    if index is None or not -1 <= index < len(thread.options) or not thread.options:
        return intent
    return replace(intent, target=target_of(thread.options[index]))


def _strange(reading: Reading) -> tuple[str, ...]:
    return tuple(item.text for item in reading.items if isinstance(item, Name))[:_MOST_STRANGE_WORDS]
