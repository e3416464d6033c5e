"""The built-in interpreter: a ChatModel that reads with a grammar instead of a network.

Every step reads what was added to the conversation, runs the scripts of its questions with the results that are there
by now, and either asks for the next results or says what it found.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import ValidationError

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.chat import (
    AssistantMessage,
    ChatModel,
    Message,
    Piece,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    ToolSpec,
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
_Wanted = tuple[tuple[Intent, str | None], ...]  # what a question wants, and of which engine
_ARGUMENTS = {tool.name: tool.arguments for tool in TOOLS}


@dataclass(frozen=True, slots=True)
class _Turn:
    """What somebody said and the results that followed, by their calls."""

    text: str
    results: dict[Call, ToolResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of the present turn, and the conversation before them."""

    questions: list[str]
    thread: Thread
    language: Language


class _Running:
    """A script on its way. All its calls are for `engine`."""

    def __init__(self, script: Script, engine: str | None) -> None:
        self._script = script
        self._engine = engine
        self._calls: tuple[Call, ...] = ()
        self.seen: tuple[ToolResult, ...] = ()
        self.reply: Reply | None = None
        self._send(None)

    def missing(self, results: Mapping[Call, ToolResult]) -> tuple[Call, ...]:
        """Goes on as far as `results` go: the calls that it waits for then, none if it has come to its reply."""
        while self.reply is None:
            known = tuple(results[call] for call in self._calls if call in results)
            if len(known) < len(self._calls):
                return tuple(call for call in self._calls if call not in results)
            self.seen += known
            self._send(known)
        return ()

    def _send(self, known: tuple[ToolResult, ...] | None) -> None:
        try:
            calls = next(self._script) if known is None else self._script.send(known)
        except StopIteration as end:
            self.reply = end.value
        else:
            self._calls = _of(self._engine, calls)


class Interpreter:
    """Makes the models that read a question with a grammar; holds no state of any."""

    name: Final = "built-in interpreter"  # as people see it under an answer

    def __init__(self, engines: Sequence[str] = ()) -> None:
        """`engines` are the names of those that can be asked."""
        self._engines = tuple(engines)

    def for_question(self) -> ChatModel:
        """A model for one question: what it read at a step, it does not read again at the next."""
        return _Reader(self._engines)


class _Reader:
    """Implements `resync_bot.agent.chat.ChatModel`. Total: any conversation in, tool calls or an answer out."""

    name = Interpreter.name

    def __init__(self, engines: Sequence[str]) -> None:
        self._engines = engines
        self._turns: list[_Turn] = []
        self._called: dict[str, Call] = {}
        self._number_read = 0  # of the messages
        self._asked: _Asked | None = None
        self._understood_before: dict[str, tuple[Thread, _Wanted]] = {}
        self._scripts: dict[tuple[str, int], tuple[Thread, _Running]] = {}  # by question and place in what it wants

    async def step(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> AsyncIterator[Piece]:
        """One step: tool calls as long as something is missing and tools are given, else the answer."""
        self._read(messages[self._number_read :])
        self._number_read = len(messages)
        *past, present = self._turns or [_Turn("")]
        if self._asked is None:
            self._asked = self._asked_after(past, present)
        calls, text = self._answer(self._asked, present.results, may_ask=bool(tools))
        for number, call in enumerate(calls):
            yield ToolCall(f"call_{len(messages)}_{number}", call.tool, call.arguments)
        if not calls:
            yield TextDelta(text)

    def _read(self, messages: Sequence[Message]) -> None:
        turns, called = self._turns, self._called
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

    def _asked_after(self, past: Sequence[_Turn], present: _Turn) -> _Asked:
        language = Language.EN
        thread = Thread()
        for turn in past:
            language = detect(turn.text, default=language)
            thread = self._after(turn, thread, language)
        language = detect(present.text, default=language)
        return _Asked(_questions(present.text) or [""], thread, language)

    def _after(self, turn: _Turn, thread: Thread, language: Language) -> Thread:
        """The thread after an earlier turn, also where another model answered it in other words."""
        understood = [
            (intent, engine)
            for question in _questions(turn.text)[:MOST_QUESTIONS]
            for intent, engine in self._understood(question, thread, language, _understand_past)
            if not isinstance(intent, NotUnderstood)
        ]
        if not understood and not _Running(script_of(NotUnderstood(), thread, language), None).missing(turn.results):
            return thread  # it was answered by examples, which are not what the conversation is about
        if not understood:
            for call, result in turn.results.items():
                intent = intent_behind(call)
                thread = thread.after(intent, (result,)).on(call.arguments.engine) if intent is not None else thread
            return thread
        for intent, engine in understood:
            running = _Running(script_of(intent, thread, language), engine or thread.engine)
            running.missing(turn.results)
            seen = running.reply.results if running.reply else running.seen
            thread = thread.after(intent, seen or tuple(turn.results.values())).on(engine)
        return thread

    def _answer(
        self, asked: _Asked, results: Mapping[Call, ToolResult], *, may_ask: bool
    ) -> tuple[tuple[Call, ...], str]:
        """The calls that are still to be made, or the text."""
        thread, language = asked.thread, asked.language
        missing: list[Call] = []
        said: list[Reply] = []
        for question in asked.questions[:MOST_QUESTIONS]:
            if missing and not self._stands_alone(question, language):
                break  # it may be about what the calls before it will find
            for number, (intent, engine) in enumerate(self._wanted(question, thread, language)):
                running = self._running((question, number), intent, engine, thread, language)
                wanted = running.missing(results)
                if may_ask:
                    missing += [call for call in wanted if call not in missing]
                reply = running.reply or _unfinished(running.seen, language)
                said.append(reply)
                thread = thread.after(intent, reply.results).on(engine)
        if missing:
            return tuple(missing[:MOST_CALLS_PER_STEP]), ""
        texts = [reply.text(language) for reply in said]
        if len(asked.questions) > MOST_QUESTIONS:
            texts.append(replies.MORE_QUESTIONS.in_(language, n=MOST_QUESTIONS))
        return (), "\n\n---\n\n".join(texts)

    def _wanted(self, question: str, thread: Thread, language: Language) -> _Wanted:
        """The same as at the step before, where the question follows the same thread."""
        before, wanted = self._understood_before.get(question, (None, ()))
        if before is not thread:
            wanted = self._understood(question, thread, language, understand)
            self._understood_before[question] = thread, wanted
        return wanted

    def _running(
        self, place: tuple[str, int], intent: Intent, engine: str | None, thread: Thread, language: Language
    ) -> _Running:
        """The script of the step before, where it follows the same thread; else a new one."""
        before, running = self._scripts.get(place, (None, None))
        if running is None or before is not thread:
            running = _Running(script_of(intent, thread, language), engine or thread.engine)
            self._scripts[place] = thread, running
        return running

    def _understood(self, question: str, thread: Thread, language: Language, understand_it: _Understand) -> _Wanted:
        """What a question wants, and of which engine; None for the one that the conversation is about."""
        asked = asked_of(question, self._engines)
        intents = (again(thread),) if asked.says_nothing_else else understand_it(asked.question, thread, language)
        return tuple((intent, engine) for engine in asked.engines or (None,) for intent in intents)

    def _stands_alone(self, question: str, language: Language) -> bool:
        asked = asked_of(question, self._engines)
        return not asked.says_nothing_else and stands_alone(asked.question, language)


def _read_call(call: ToolCall) -> Call | None:
    """The call again; None for one that no tool would take."""
    if isinstance(call.arguments, Arguments):
        return Call(call.tool, call.arguments)
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


def _unfinished(seen: tuple[ToolResult, ...], language: Language) -> Reply:
    return Reply((*map(Shown, seen), replies.UNFINISHED.in_(language)), seen)


def _of(engine: str | None, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    if engine is None:
        return calls
    return tuple(replace(call, arguments=call.arguments.model_copy(update={"engine": engine})) for call in calls)
