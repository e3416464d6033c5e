"""From a question and its conversation to what is wanted. Pure, and total: any text leads to an intent."""

from dataclasses import replace

from resync_bot.agent.interpreter import follow_up
from resync_bot.agent.interpreter.concepts import Concept
from resync_bot.agent.interpreter.conman import understand_conman
from resync_bot.agent.interpreter.intents import Intent, NotUnderstood, ShowStatus, TargetIntent
from resync_bot.agent.interpreter.reading import Name, Reading, read
from resync_bot.agent.interpreter.rules import understand_words
from resync_bot.agent.interpreter.text import words
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.agent.language import Language

_OTHER = {Language.EN: Language.PT, Language.PT: Language.EN}


def understand(question: str, thread: Thread, language: Language) -> tuple[Intent, ...]:
    """What `question` wants; several intents where it picked several objects. Never empty."""
    command = understand_conman(question)
    if command is not None:
        return (command,)
    typed = words(question)
    readings = (read(typed, language), read(typed, _OTHER[language]))
    for reading in readings:
        intents = _understand(reading, thread)
        if intents:
            return intents
    return (NotUnderstood(_strange(readings[0])),)


def _understand(reading: Reading, thread: Thread) -> tuple[Intent, ...]:
    picked = follow_up.pick(reading, thread)
    if picked:
        return follow_up.picked_intents(picked, thread)
    leaning = follow_up.starts_with_and(reading)
    if leaning:
        changed = follow_up.change(reading, thread)
        if changed is not None:
            return (changed,)
    intent = understand_words(reading)
    if intent is None or _is_bare(intent, reading, thread):
        intent = follow_up.change(reading, thread) or intent
    return (_with_position(intent, reading, thread),) if intent is not None else ()


def _is_bare(intent: Intent, reading: Reading, thread: Thread) -> bool:
    """Whether it is a mere place ("on FTA2?", "na ETL?") that changes the last question."""
    return isinstance(intent, ShowStatus) and thread.last is not None and reading.has(Concept.IN, Concept.ON)


def _with_position(intent: Intent, reading: Reading, thread: Thread) -> Intent:
    """`why did the second one fail`: the position tells the target."""
    if not isinstance(intent, TargetIntent) or intent.target is not None or not thread.options:
        return intent
    index = follow_up.position(reading)
    if index is None or not -1 <= index < len(thread.options):
        return intent
    if reading.has(Concept.LINES, Concept.LAST) and not reading.has(Concept.ONE):
        return intent  # "the last 20 lines of its log"
    return replace(intent, target=target_of(thread.options[index]))


def _strange(reading: Reading) -> tuple[str, ...]:
    return tuple(item.text for item in reading.items if isinstance(item, Name))[:3]
