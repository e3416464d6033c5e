"""The built-in interpreter: a ChatModel that reads with a grammar instead of a network.

It holds no state. Every step reads the whole conversation again, runs the scripts of its questions with the results
that are there by now, and either asks for the next results or says what it found.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from resync_bot.agent.chat import (
    AssistantMessage,
    Message,
    Piece,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    ToolSpec,
    Usage,
    UserMessage,
)
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.engines import again, asked_of
from resync_bot.agent.interpreter.intents import Intent, NotUnderstood
from resync_bot.agent.interpreter.remembering import intent_behind
from resync_bot.agent.interpreter.script import Reply, Script, Shown
from resync_bot.agent.interpreter.scripts import script_of
from resync_bot.agent.interpreter.text import MOST_QUESTIONS, lines, split_questions
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import stands_alone, understand
from resync_bot.agent.loop import MOST_CALLS_PER_STEP
from resync_bot.agent.results import Problem, ToolResult, result_from_json
from resync_bot.agent.tools import TOOLS, Call
from resync_bot.conversation.language import Language, detect

_LONGEST_PERSON = 40
_Understand = Callable[[str, Thread, Language], tuple[Intent, ...]]
_ARGUMENTS = {tool.name: tool.arguments for tool in TOOLS}


@dataclass(frozen=True, slots=True)
class _Turn:
    """What somebody said and the results that followed, by their calls."""

    text: str
    results: dict[Call, ToolResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a script came: the calls it waits for, or its reply."""

    missing: tuple[Call, ...]
    reply: Reply | None
    seen: tuple[ToolResult, ...]


class Interpreter:
    """Implements `resync_bot.agent.chat.ChatModel`. Total: any conversation in, tool calls or an answer out."""

    def __init__(self, engines: Sequence[str] = ()) -> None:
        """`engines` are the names of those that can be asked."""
        self._engines = tuple(engines)

    @property
    def name(self) -> str:
        """As people see it under an answer."""
        return "built-in interpreter"

    async def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        """One step: tool calls as long as something is missing and tools are given, else the answer."""
        *past, present = _turns(messages) or [_Turn("")]
        language = Language.EN
        thread = Thread()
        for turn in past:
            language = detect(turn.text, default=language)
            thread = self._after(turn, thread, language)
        language = detect(present.text, default=language)
        calls, text = self._answer(present, thread, language, may_ask=bool(tools))
        if calls:
            for number, call in enumerate(calls):
                arguments = call.arguments.model_dump_json(exclude_defaults=True)
                yield ToolCall(f"call_{len(messages)}_{number}", call.tool, arguments)
        else:
            yield TextDelta(text)
        yield Usage(0, 0, 0.0)

    def _after(self, turn: _Turn, thread: Thread, language: Language) -> Thread:
        """The thread after an earlier turn, also where another model answered it in other words."""
        understood = [
            (intent, engine)
            for question in _questions(turn.text)[:MOST_QUESTIONS]
            for intent, engine in self._understood(question, thread, language, _understand_past)
            if not isinstance(intent, NotUnderstood)
        ]
        if not understood and _run(script_of(NotUnderstood(), thread, language), turn.results).reply is not None:
            return thread  # it was answered by examples, which are not what the conversation is about
        if not understood:
            for call, result in turn.results.items():
                intent = intent_behind(call)
                thread = thread.after(intent, (result,)).on(call.arguments.engine) if intent is not None else thread
            return thread
        for intent, engine in understood:
            scope = engine or thread.engine
            progress = _run(script_of(intent, thread, language), turn.results, scope)
            seen = progress.reply.results if progress.reply else progress.seen
            thread = thread.after(intent, seen or tuple(turn.results.values())).on(engine)
        return thread

    def _answer(
        self, turn: _Turn, thread: Thread, language: Language, *, may_ask: bool
    ) -> tuple[tuple[Call, ...], str]:
        """The calls that are still to be made, or the text."""
        questions = _questions(turn.text)
        if not questions:
            questions = [""]
        missing: list[Call] = []
        texts: list[str] = []
        for question in questions[:MOST_QUESTIONS]:
            if missing and not self._stands_alone(question, language):
                break  # it may be about what the calls before it will find
            for intent, engine in self._understood(question, thread, language, understand):
                progress = _run(script_of(intent, thread, language), turn.results, engine or thread.engine)
                if progress.missing and may_ask:
                    missing += [call for call in progress.missing if call not in missing]
                reply = progress.reply or _unfinished(progress, language)
                texts.append(reply.text(language))
                thread = thread.after(intent, reply.results).on(engine)
        if missing:
            return tuple(missing[:MOST_CALLS_PER_STEP]), ""
        if len(questions) > MOST_QUESTIONS:
            texts.append(replies.MORE_QUESTIONS.in_(language, n=MOST_QUESTIONS))
        return (), "\n\n---\n\n".join(texts)

    def _understood(
        self, question: str, thread: Thread, language: Language, understand_it: _Understand
    ) -> tuple[tuple[Intent, str | None], ...]:
        """What a question wants, and of which engine; None for the one that the conversation is about."""
        asked = asked_of(question, self._engines)
        intents = (again(thread),) if asked.says_nothing_else else understand_it(asked.question, thread, language)
        return tuple((intent, engine) for engine in asked.engines or (None,) for intent in intents)

    def _stands_alone(self, question: str, language: Language) -> bool:
        asked = asked_of(question, self._engines)
        return not asked.says_nothing_else and stands_alone(asked.question, language)


def _turns(messages: Sequence[Message]) -> list[_Turn]:
    turns: list[_Turn] = []
    called: dict[str, Call] = {}
    for message in messages:
        match message:
            case UserMessage(text=text):
                turns.append(_Turn(text))
            case AssistantMessage(calls=calls):
                called |= {call.id: read for call in calls if (read := _read_call(call))}
            case ToolMessage(call_id=call_id) if turns and call_id in called:
                turns[-1].results[called[call_id]] = message.found or _read_result(message)
            case ToolMessage() | SystemMessage():
                pass
    return turns


def _read_call(call: ToolCall) -> Call | None:
    """The call again; None for one that no tool would take."""
    arguments = _ARGUMENTS.get(call.tool)
    if arguments is None:
        return None
    try:
        return Call(call.tool, arguments.model_validate_json(call.arguments or "{}"))
    except ValidationError:
        return None


def _read_result(message: ToolMessage) -> ToolResult:
    try:
        return result_from_json(message.result)
    except ValidationError:
        return Problem(told=replies.UNREADABLE.in_(Language.EN, tool=message.tool))


def _questions(text: str) -> list[str]:
    return [question for line in lines(text) for question in split_questions(line)]


def _understand_past(question: str, thread: Thread, language: Language) -> tuple[Intent, ...]:
    """What an earlier question wanted; where several people spoke, each line begins with a name."""
    intents = understand(question, thread, language)
    name, colon, said = question.partition(": ")
    if colon and len(name) <= _LONGEST_PERSON and all(isinstance(intent, NotUnderstood) for intent in intents):
        return understand(said, thread, language)
    return intents


def _unfinished(progress: _Progress, language: Language) -> Reply:
    shown = tuple(Shown(result) for result in progress.seen)
    return Reply((*shown, replies.UNFINISHED.in_(language)), progress.seen)


def _run(script: Script, results: dict[Call, ToolResult], engine: str | None = None) -> _Progress:
    """Runs a script as far as the known results go. All its calls are for `engine`."""
    seen: list[ToolResult] = []
    try:
        calls = _of(engine, next(script))
        while all(call in results for call in calls):
            known = tuple(results[call] for call in calls)
            seen += known
            calls = _of(engine, script.send(known))
    except StopIteration as done:
        reply: Reply = done.value
        return _Progress((), reply, tuple(seen))
    return _Progress(tuple(call for call in calls if call not in results), None, tuple(seen))


def _of(engine: str | None, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    if engine is None:
        return calls
    return tuple(replace(call, arguments=call.arguments.model_copy(update={"engine": engine})) for call in calls)
