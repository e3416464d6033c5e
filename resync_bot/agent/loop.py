"""The loop between a model and the tools, bounded by steps, time, tokens and money.

It always ends: the last step gets no tools, so that the model has to answer in words, and when time is up what was
found so far is returned without words.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson

from resync_bot.agent.chat import (
    AssistantMessage,
    ChatModel,
    Message,
    Restart,
    TextDelta,
    ToolCall,
    ToolMessage,
    Usage,
)
from resync_bot.agent.cutting import fitted
from resync_bot.agent.doing import doing
from resync_bot.agent.holding import holding
from resync_bot.agent.metrics import AgentMetrics, Ending, ToolOutcome
from resync_bot.agent.problems import RepeatedCall, too_many_calls
from resync_bot.agent.results import Problem, ToolResult
from resync_bot.agent.tools.toolbox import Call, Toolbox
from resync_bot.conversation.language import Language
from resync_bot.conversation.ports import Progress
from resync_bot.errors import EngineErrorKind
from resync_bot.runtime.deadline import within
from resync_bot.runtime.rounds import next_round
from resync_bot.runtime.sections import LlmSettings
from resync_bot.runtime.together import together
from resync_bot.tws.waits import told_to

MOST_CALLS_PER_STEP = 8  # a model that asks for more at once is better served by a broader question
LARGEST_RESULT = 20_000  # bytes of JSON, about 6 000 tokens: 50 jobs or 200 lines of a log
TIME_FOR_TOOLS = 0.7  # the share of the time after which a model gets no more tools, so that words fit into the rest
TIME_FOR_ENGINES = 0.85  # the share of the time after which no engine is waited for: why not can still be said then
_UP_TO_A_BREAK = re.compile(r".*(?:\n|[.!?](?= ))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A call that was made and its result; `shown` is the result as the model saw it, plain JSON, cut or whole.

    `json` is the same as text.
    """

    call: Call
    result: ToolResult
    shown: dict[str, Any]
    json: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a loop ended. `text` is empty if the model found no words."""

    text: str
    findings: tuple[Finding, ...]
    ending: Ending


MayShow = Callable[[str, Sequence[Finding]], bool]


@dataclass(slots=True)
class _Spent:
    tokens: int = 0
    cost: float = 0.0

    def add(self, usage: Usage) -> None:
        self.tokens += usage.input_tokens + usage.output_tokens
        self.cost += usage.cost or 0.0


@dataclass(slots=True)
class _Run:
    """The state of one run."""

    conversation: list[Message]
    language: Language
    progress: Progress
    started: float
    spent: _Spent = field(default_factory=_Spent)
    findings: list[Finding] = field(default_factory=list)
    made: list[Call] = field(default_factory=list)
    shown: str = ""
    considered: str = ""  # the last text that was asked about: most deltas complete no sentence
    only_repeats: bool = False  # whether the last step had no call that was not made before


class Loop:
    """Runs questions through a model and the toolbox. Holds no state of a question: one loop serves all."""

    def __init__(
        self,
        toolbox: Toolbox,
        limits: LlmSettings,
        *,
        metrics: AgentMetrics,
        clock: Callable[[], float] = time.monotonic,
        timeout: Callable[[float], asyncio.Timeout] = asyncio.timeout,
    ) -> None:
        """`clock` is monotonic and gives seconds; `timeout` gives what ends a question after so many seconds."""
        self._toolbox = toolbox
        self._limits = limits
        self._metrics = metrics
        self._clock = clock
        self._timeout = timeout

    async def run(
        self,
        model: ChatModel,
        messages: Sequence[Message],
        language: Language,
        progress: Progress,
        may_show: MayShow = lambda _text, _findings: True,
    ) -> Outcome:
        """The answer to the last user message. `may_show` says whether a text may be shown while it is being written.

        Raises ModelError if the model gives no usable answer.
        """
        run = _Run(list(messages), language, progress, self._clock())
        timeout = self._timeout(self._limits.max_seconds)

        def tell(kind: EngineErrorKind) -> None:
            if phrase := holding(kind, language):
                progress.status(phrase)

        try:
            with within(self._limits.max_seconds * TIME_FOR_ENGINES), told_to(tell):
                async with timeout:
                    text, ending = await self._converse(model, run, may_show)
        except TimeoutError:
            if not timeout.expired():
                raise
            text, ending = "", Ending.OUT_OF_TIME
        self._metrics.ended(ending)
        return Outcome(text, tuple(run.findings), ending)

    async def _converse(self, model: ChatModel, run: _Run, may_show: MayShow) -> tuple[str, Ending]:
        for step in count(1):
            last = self._reason_to_conclude(step, run)
            text, calls = await self._step(model, run, may_show, is_last=last is not None)
            if last or not calls:
                return text, last or Ending.ANSWERED
            run.conversation.append(AssistantMessage(text, calls))
            await self._call_all(calls, run)
            await next_round()
        raise AssertionError("steps are counted without end")

    def _reason_to_conclude(self, step: int, run: _Run) -> Ending | None:
        if step >= self._limits.max_steps:
            return Ending.STEPS
        if run.only_repeats:
            return Ending.REPETITION
        if run.spent.tokens >= self._limits.max_tokens:
            return Ending.TOKENS
        if run.spent.cost >= self._limits.max_cost:
            return Ending.COST
        if self._clock() - run.started >= self._limits.max_seconds * TIME_FOR_TOOLS:
            return Ending.SLOW
        return None

    async def _step(
        self,
        model: ChatModel,
        run: _Run,
        may_show: MayShow,
        *,
        is_last: bool,
    ) -> tuple[str, tuple[ToolCall, ...]]:
        text = ""
        calls: list[ToolCall] = []
        used: Usage | None = None
        async for piece in model.step(run.conversation, () if is_last else self._toolbox.specs()):
            match piece:
                case TextDelta(delta):
                    text += delta
                    self._show(text, run, may_show)
                case ToolCall():
                    calls.append(piece)
                case Usage():
                    used = piece
                    run.spent.add(piece)
                case Restart():
                    text, calls = "", []
        self._metrics.stepped(model.name, used)
        return text.strip(), tuple(calls)

    def _show(self, text: str, run: _Run, may_show: MayShow) -> None:
        """Shows whole sentences and lines, each time a longer version; what comes before tools is no answer."""
        if not run.findings:
            return
        whole = _UP_TO_A_BREAK.match(text)
        shown = whole.group().rstrip() if whole else ""
        if shown == run.considered or len(shown) <= len(run.shown) or not shown.startswith(run.shown):
            return
        run.considered = shown
        if may_show(shown, run.findings):
            run.shown = shown
            run.progress.text(shown)

    async def _call_all(self, calls: Sequence[ToolCall], run: _Run) -> None:
        """Makes the calls at once; their results follow in the order of the calls, one for each."""
        wishes = [self._wish(call, run, is_too_many=number >= MOST_CALLS_PER_STEP) for number, call in enumerate(calls)]
        findings = iter(await self._find_all([wish for wish in wishes if isinstance(wish, Call)], run.language))
        for call, wish in zip(calls, wishes, strict=True):
            if isinstance(wish, Call):
                finding = next(findings)
                run.findings.append(finding)
                json, found = finding.json, finding.result if finding.is_whole else None
            else:
                json, found = wish.model_dump_json(), wish
            run.conversation.append(ToolMessage(call.id, call.tool, json, found))
        run.only_repeats = all(isinstance(wish, RepeatedCall) for wish in wishes)

    def _wish(self, called: ToolCall, run: _Run, *, is_too_many: bool) -> Call | Problem:
        if is_too_many:
            self._metrics.called(called.tool, ToolOutcome.TOO_MANY)
            return too_many_calls(MOST_CALLS_PER_STEP)
        call = self._toolbox.read(called.tool, called.arguments)
        if isinstance(call, Problem):
            return call
        if call in run.made:
            self._metrics.called(call.tool, ToolOutcome.REPEATED)
            return RepeatedCall()
        run.made.append(call)
        run.progress.status(doing(call.tool, call.arguments, run.language))
        return call

    async def _find_all(self, calls: Sequence[Call], language: Language) -> list[Finding]:
        if len(calls) == 1:
            return [await self._find(calls[0], language)]
        async with together() as group:
            tasks = [group.create_task(self._find(call, language), name=f"tool {call.tool}") for call in calls]
        return [task.result() for task in tasks]

    async def _find(self, call: Call, language: Language) -> Finding:
        result = await self._toolbox.run(call, language)
        whole = result.model_dump(mode="json")
        json = orjson.dumps(whole)
        if len(json) <= LARGEST_RESULT:
            return Finding(call, result, whole, json.decode(), is_whole=True)
        cut = fitted(whole, LARGEST_RESULT)
        return Finding(call, result, cut, orjson.dumps(cut).decode(), is_whole=False)
