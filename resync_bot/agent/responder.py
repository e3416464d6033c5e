"""The agent: answers a turn's questions with a language model or the interpreter, over the same loop and tools."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

import structlog

from resync_bot.agent.answer import blocks_of
from resync_bot.agent.chat import Answerer
from resync_bot.agent.evidence import Claim, ClaimKind, Facts, facts_of, unsupported
from resync_bot.agent.loop import Finding, Loop, Outcome
from resync_bot.agent.metrics import AgentMetrics, Check
from resync_bot.agent.models import ModelChain, ModelDescription
from resync_bot.agent.moments import moments_in
from resync_bot.agent.remarks import Remark
from resync_bot.agent.rendering import next_questions, render_result
from resync_bot.agent.rendering.times import interval_ends
from resync_bot.agent.results import JobsResult, Problem, Result
from resync_bot.agent.tools import Toolbox
from resync_bot.agent.transcript import messages_of, remembered
from resync_bot.conversation.language import Language, detect
from resync_bot.conversation.model import Answer, Block, Buttons, Context, Evidence, Exchange, Person
from resync_bot.conversation.ports import Progress, Turn
from resync_bot.errors import ModelError

log = structlog.get_logger(__name__)

AGENT_ID = "operator"
_NOTHING_FOUND = {
    Language.EN: "I ran out of time before I found anything. Please try a narrower question.",
    Language.PT: "O tempo acabou antes de eu encontrar algo. Tente uma pergunta mais específica.",
}
_MOST_SHOWN_PLAINLY = 4  # results that replace an answer: the last ones are the most to the point


class ToolDescription(TypedDict):
    """A tool for a status page."""

    name: str
    description: str


class AgentDescription(TypedDict):
    """Who answers: the models in the order in which they are asked, the interpreter last, and their tools."""

    id: str
    name: str
    models: list[ModelDescription]
    tools: list[ToolDescription]


@dataclass(frozen=True, slots=True)
class _Answered:
    """What one way of answering came to."""

    text: str
    findings: tuple[Finding, ...]
    model: str
    remark: Remark | None = None


class AgentResponder:
    """Implements `resync_bot.conversation.ports.Responder`."""

    def __init__(
        self,
        loop: Loop,
        toolbox: Toolbox,
        models: ModelChain,
        interpreter: Answerer,
        *,
        metrics: AgentMetrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is monotonic and gives seconds."""
        self._loop = loop
        self.toolbox = toolbox
        self._models = models
        self._interpreter = interpreter
        self._metrics = metrics
        self._clock = clock

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """The whole answer. Reads only: called again for the same turn it changes nothing in the world.

        Raises nothing but cancellation, where every part works as it should.
        """
        started = self._clock()
        language = _language(turn)
        answered = await self._by_language_model(turn, language, progress) if self._models else None
        if not isinstance(answered, _Answered):
            answered = await self._by_interpreter(turn, language, progress, remark=answered)
        self._metrics.answered(answered.model, self._clock() - started)
        blocks = _blocks(answered, language)
        return Answer(
            text=answered.text,
            blocks=blocks,
            evidence=tuple(Evidence(one.call.tool, one.call.given, one.shown) for one in answered.findings),
            model=answered.model,
            times=_times(answered, blocks, language),
        )

    def describe(self) -> AgentDescription:
        """For the status page: who answers, by which models in which state, with which tools."""
        return {
            "id": AGENT_ID,
            "name": "Resync",
            "models": [
                *self._models.describe(),
                {"name": self._interpreter.name, "circuit": "closed", "available": True},
            ],
            "tools": [{"name": spec.name, "description": spec.description} for spec in self.toolbox.specs()],
        }

    async def _by_language_model(self, turn: Turn, language: Language, progress: Progress) -> _Answered | Remark:
        """Or the reason why no language model gave an answer that may be sent."""
        model = self._models.for_question()
        evidence = _EvidenceOf(turn)

        def may_show(text: str, findings: Sequence[Finding]) -> bool:
            return not unsupported(text, evidence.with_findings(findings))

        try:
            outcome = await self._loop.run(model, messages_of(turn.history, turn.texts), language, progress, may_show)
        except ModelError as error:
            log.warning("no_language_model", error=str(error))
            return Remark.UNAVAILABLE
        claims = unsupported(outcome.text, evidence.with_findings(outcome.findings))
        if outcome.text and not claims:
            self._metrics.checked(Check.PASSED)
            return _Answered(outcome.text, outcome.findings, model.name)
        return self._plainly(outcome, claims, model.name, language)

    def _plainly(self, outcome: Outcome, claims: Sequence[Claim], model: str, language: Language) -> _Answered | Remark:
        """The findings themselves, where the words about them may not be sent or where there are none."""
        findings = [one for one in outcome.findings if not isinstance(one.result, Problem)]
        claims_a_change = any(claim.kind is ClaimKind.CHANGE for claim in claims)
        if claims:
            self._metrics.checked(Check.REPLACED if findings and not claims_a_change else Check.NO_EVIDENCE)
            log.warning("answer_replaced", model=model, claims=len(claims), kinds=sorted({one.kind for one in claims}))
        if claims_a_change or not findings:
            return Remark.UNVERIFIED if claims else Remark.UNAVAILABLE
        text = _rendered(findings, language)
        return _Answered(text, outcome.findings, model, Remark.PLAIN if claims else Remark.OUT_OF_TIME)

    async def _by_interpreter(
        self, turn: Turn, language: Language, progress: Progress, *, remark: Remark | None
    ) -> _Answered:
        """Each text on its own, in order: the interpreter reads one question at a time."""
        history = list(turn.history)
        texts: list[str] = []
        findings: list[Finding] = []
        for number, text in enumerate(turn.texts, start=1):
            asked = (text,)
            model = self._interpreter.for_question()
            outcome = await self._loop.run(model, messages_of(history, asked), language, progress)
            answer = outcome.text or _rendered(outcome.findings, language) or _NOTHING_FOUND[language]
            texts.append(answer)
            findings += outcome.findings
            if number < len(turn.texts):
                history.append(_exchange(turn, asked, answer, outcome.findings))
        return _Answered("\n\n".join(texts), tuple(findings), self._interpreter.name, remark)


class _EvidenceOf:
    """What a turn's answers may rest on: what was said and found before, as the models see it, and its own findings.

    Earlier answers were held against their own evidence.
    """

    def __init__(self, turn: Turn) -> None:
        self._said = [text for _person, text in turn.texts]
        self._past: list[dict[str, Any]] = []
        for exchange, results in remembered(turn.history):
            self._past += results
            self._said += (exchange.answer.text, *(text for _person, text in exchange.questions))
        self._facts: Facts | None = None
        self._number = 0

    def with_findings(self, findings: Sequence[Finding]) -> Facts:
        """The facts; made anew only when there are more findings, since a text is checked line by line."""
        if self._facts is None or len(findings) != self._number:
            own = [part for finding in findings for part in (finding.call.given, finding.shown)]
            self._facts = facts_of(own, self._said, self._past)
            self._number = len(findings)
        return self._facts


def _rendered(findings: Sequence[Finding], language: Language) -> str:
    """What was found, without a model's words."""
    shown = findings[-_MOST_SHOWN_PLAINLY:]
    return "\n\n".join(render_result(one.result, language, asked=one.call.arguments) for one in shown)


def _language(turn: Turn) -> Language:
    """That of the texts; where they do not tell, that of the conversation so far."""
    language = Language.EN
    for exchange in turn.history:
        language = detect("\n".join(text for _person, text in exchange.questions), default=language)
    return detect("\n".join(text for _person, text in turn.texts), default=language)


def _blocks(answered: _Answered, language: Language) -> tuple[Block, ...]:
    blocks = list(blocks_of(answered.text))
    if buttons := next_questions([finding.result for finding in answered.findings], language):
        blocks.append(Buttons(buttons))
    blocks += _intervals(answered, language)
    if answered.remark:
        blocks.append(Context(answered.remark.in_language(language)))
    return tuple(blocks)


def _times(answered: _Answered, blocks: Sequence[Block], language: Language) -> tuple[tuple[str, datetime], ...]:
    found = [(one.result.engine, one.json) for one in answered.findings if isinstance(one.result, Result)]
    if not found:
        return ()
    small_print = [block.markdown for block in blocks if isinstance(block, Context)]
    return moments_in((answered.text, *small_print), found, language)


def _intervals(answered: _Answered, language: Language) -> list[Context]:
    """The interval that a list was taken from and the engine's zone, where the words do not say it."""
    found: dict[str, Context] = {}
    for finding in answered.findings:
        result = finding.result
        if isinstance(result, JobsResult) and result.interval and result.engine.zone not in answered.text:
            start, end = interval_ends(result.interval, result.engine, language)
            line = f"{start} – {end}, {result.engine.zone}"
            found[line] = Context(line)
    return list(found.values())


def _exchange(turn: Turn, asked: tuple[tuple[Person, str], ...], text: str, findings: Sequence[Finding]) -> Exchange:
    evidence = tuple(Evidence(one.call.tool, one.call.given, one.shown) for one in findings)
    return Exchange(turn.id, asked, Answer(text, (), evidence), datetime.now(UTC))
