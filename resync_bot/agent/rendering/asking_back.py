"""When a name did not lead to one object: which one is meant, and what the plan has instead."""

from collections.abc import Sequence

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import stream_path
from resync_bot.agent.rendering.status_words import explained
from resync_bot.agent.rendering.times import clock
from resync_bot.agent.results import Ambiguous, NoMatch, Problem, UnknownEngine
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs
from resync_bot.conversation.said import enumeration
from resync_bot.tws.models import Engine, Job, JobStream

# How many of the objects a person is asked to choose from: more would be a list to read, not a question.
CHOICES = 10


def choices(jobs: Sequence[Job], streams: Sequence[JobStream]) -> list[Job | JobStream]:
    """The objects in the order in which they are numbered for the person."""
    both: list[Job | JobStream] = [*streams, *jobs]
    return both[:CHOICES]


def render_ambiguous(result: Ambiguous, language: Language) -> str:
    """The question back, with numbered objects to choose from."""
    options = choices(result.jobs, result.streams)
    return ask_which(options, total=result.total, name=result.name, engine=result.engine, language=language)


def ask_which(options: Sequence[Job | JobStream], *, total: int, name: str, engine: Engine, language: Language) -> str:
    """Numbered objects of which the person is to name one. `name` is empty where a list is in question, not a name."""
    if name:
        count = phrases.WHICH_OBJECTS.in_(language, total)
        question = phrases.WHICH.in_(language, name=code(name), n=count)
    else:
        question = phrases.WHICH_OF_LIST.in_(language, n=total)
    items = "\n".join(
        f"{number}. {option_text(each, engine, language)}" for number, each in enumerate(options, start=1)
    )
    how = (
        phrases.WHICH_HOW.in_(language, shown=len(options))
        if total > len(options)
        else phrases.WHICH_HOW_ALL.in_(language)
    )
    return paragraphs(question, items, how)


def option_text(option: Job | JobStream, engine: Engine, language: Language) -> str:
    """One object with what tells it from its namesakes."""
    if isinstance(option, Job):
        text = phrases.ITEM_JOB.in_(
            language,
            name=code(option.name),
            stream=code(stream_path(option.folder, option.stream)),
            workstation=code(option.workstation),
        )
    else:
        text = phrases.ITEM_STREAM.in_(
            language, name=code(stream_path(option.folder, option.name)), workstation=code(option.workstation)
        )
    when = (
        f", {phrases.SCHEDULED_AT.in_(language, time=clock(option.scheduled, engine, language))}"
        if option.scheduled
        else ""
    )
    return f"{text}{when}: {escape(option.internal_status)}"


def render_no_match(result: NoMatch, language: Language) -> str:
    """That there is no such name, and which names look like it."""
    text = phrases.NO_MATCH.in_(language, name=code(result.name))
    if not result.similar:
        return text
    names = enumeration([code(name) for name in result.similar], language, word=phrases.OR.in_(language))
    return f"{text} {phrases.NO_MATCH_SIMILAR.in_(language, names=names)}"


def render_unknown_engine(result: UnknownEngine, language: Language) -> str:
    """That there is no such engine, and which there are."""
    known = enumeration([code(name) for name in result.known], language, limit=len(result.known))
    return phrases.NO_ENGINE.in_(language, name=code(result.name), known=known)


def render_problem(result: Problem, language: Language) -> str:
    """One plain sentence, the engine's message id, and what may help."""
    message_id = f" ({code(result.message_id)})" if result.message_id else ""
    meaning = explained(result.message_id, language) if result.message_id else None
    hint = phrases.HINT.in_(language, hint=escape(result.hint)) if result.hint else ""
    means = f"{code(result.message_id)}: {escape(meaning)}" if result.message_id and meaning else ""
    return paragraphs(f"{escape(result.told)}{'' if means else message_id}", means, hint)
