"""The loop between a model and the tools: its order, its limits, its end."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.arguments import FindPrompts, JobTarget, LookUp
from resync_bot.agent.chat import AssistantMessage, Piece, Restart, TextDelta, ToolMessage, Usage, UserMessage
from resync_bot.agent.loop import LARGEST_RESULT, MOST_CALLS_PER_STEP, Loop, Outcome
from resync_bot.agent.metrics import AgentMetrics, Ending
from resync_bot.agent.results import NoMatch, Problem, PromptsResult
from resync_bot.agent.tools import Tool, Toolbox
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.conversation.language import Language
from resync_bot.runtime.sections import LlmSettings
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Prompt
from resync_bot.tws.queries import Engines
from tests.agent.conversation import Listener, ScriptedModel, call, say

QUESTION = (UserMessage("what is up?"),)


class Workbench:
    """Three tools that answer at once, or when they are told to."""

    def __init__(self, tws: HwaEngine) -> None:
        self.tws = tws
        self.made: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.waiting: asyncio.Queue[str] = asyncio.Queue()  # names of the calls that came to their gate
        self.ended: asyncio.Queue[str] = asyncio.Queue()

    def tools(self) -> tuple[Tool[Any], ...]:
        return (Tool.of(self.look_up), Tool.of(self.job_detail), Tool.of(self.find_prompts))

    async def look_up(self, inquiry: Inquiry, arguments: LookUp) -> NoMatch:
        """Answers with the name that it was asked for."""
        return await self._answer(arguments.name)

    async def job_detail(self, inquiry: Inquiry, arguments: JobTarget) -> NoMatch:
        """Likewise."""
        return await self._answer(arguments.name)

    async def find_prompts(self, inquiry: Inquiry, arguments: FindPrompts) -> PromptsResult:
        """A result that is too large for any model."""
        prompts = tuple(Prompt(name=f"PRMT{number}", text="Go on? " * 40, status="ASKED") for number in range(500))
        return PromptsResult(engine=await self.tws.engine(), total=len(prompts), prompts=prompts)

    async def _answer(self, name: str) -> NoMatch:
        self.made.append(name)
        if gate := self.gates.get(name):
            self.waiting.put_nowait(name)
            await gate.wait()
        self.ended.put_nowait(name)
        return NoMatch(engine=await self.tws.engine(), name=name)


@pytest.fixture
def bench(tws: HwaEngine) -> Workbench:
    return Workbench(tws)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def converse(
    bench: Workbench,
    model: ScriptedModel,
    *,
    limits: LlmSettings | None = None,
    listener: Listener | None = None,
    clock: Clock | None = None,
    timer: asyncio.Timeout | None = None,
    language: Language = Language.EN,
) -> Outcome:
    metrics = AgentMetrics(CollectorRegistry())
    toolbox = Toolbox(Engines.of_one(bench.tws), bench.tools(), metrics=metrics)
    loop = Loop(
        toolbox,
        limits or LlmSettings(),
        metrics=metrics,
        clock=clock or Clock(),
        timeout=lambda seconds: timer or asyncio.timeout(seconds),
    )
    return await loop.run(model, QUESTION, language, listener or Listener())


def results_of(model: ScriptedModel) -> list[tuple[str, str]]:
    """Call id and name of the result of each tool message that the model saw last."""
    messages, _tools = model.seen[-1]
    tools = [message for message in messages if isinstance(message, ToolMessage)]
    return [(message.call_id, orjson.loads(message.result).get("name", "")) for message in tools]


async def test_words_alone_are_the_answer(bench: Workbench) -> None:
    outcome = await converse(bench, ScriptedModel([say("  All quiet.\n")]))
    assert outcome == Outcome("All quiet.", (), Ending.ANSWERED)


async def test_results_follow_in_the_order_of_the_calls_though_made_at_once(bench: Workbench) -> None:
    bench.gates = {"A": asyncio.Event(), "B": asyncio.Event()}
    model = ScriptedModel([[call("look_up", "1", name="A"), call("look_up", "2", name="B")], say("Done.")])
    async with asyncio.TaskGroup() as group:
        outcome = group.create_task(converse(bench, model))
        assert [await bench.waiting.get(), await bench.waiting.get()] == ["A", "B"]
        bench.gates["B"].set()
        assert await bench.ended.get() == "B"
        bench.gates["A"].set()
    assert results_of(model) == [("1", "A"), ("2", "B")]
    assert [finding.call.given for finding in outcome.result().findings] == [{"name": "A"}, {"name": "B"}]


async def test_a_step_with_words_and_calls_is_remembered_with_both(bench: Workbench) -> None:
    model = ScriptedModel([[TextDelta("Let me look."), call("look_up", name="A")], say("Done.")])
    await converse(bench, model)
    messages, _tools = model.seen[-1]
    assert messages[1] == AssistantMessage("Let me look.", (call("look_up", name="A"),))


async def test_mistakes_in_calls_are_told_beside_the_results_of_the_others(bench: Workbench) -> None:
    model = ScriptedModel(
        [
            [call("cancel_job", "1", name="X"), call("look_up", "2", name="A"), call("look_up", "3", nme="B")],
            [call("look_up", "4", name="B")],
            say("Done."),
        ]
    )
    outcome = await converse(bench, model)
    assert bench.made == ["A", "B"]
    assert outcome.ending is Ending.ANSWERED
    assert "There is no tool" in model.results[0]["told"]
    assert "nme: Extra inputs" in model.results[2]["told"]
    assert [call_id for call_id, _name in results_of(model)] == ["1", "2", "3", "4"]


async def test_the_same_call_is_not_made_twice_and_the_model_is_told(bench: Workbench) -> None:
    again = [call("look_up", "2", name="A"), call("look_up", "3", name="B")]
    model = ScriptedModel([[call("look_up", "1", name="A")], again, say("Done.")])
    await converse(bench, model)
    assert bench.made == ["A", "B"]
    assert "exactly this call before" in model.results[1]["told"]


async def test_a_call_is_the_same_however_its_arguments_are_written(bench: Workbench) -> None:
    spelled = call("job_detail", "2", name="A", stream=None)
    model = ScriptedModel([[call("job_detail", "1", name="A"), spelled], say("Done.")])
    await converse(bench, model)
    assert bench.made == ["A"]


async def test_a_model_that_only_repeats_itself_gets_no_more_tools(bench: Workbench) -> None:
    model = ScriptedModel([[call("look_up", name="A")], [call("look_up", name="A")], say("It is A.")])
    outcome = await converse(bench, model)
    assert outcome.text == "It is A."
    assert outcome.ending is Ending.REPETITION
    assert model.seen[-1][1] == ()


def always_another(messages: Sequence[object]) -> Sequence[Piece]:
    return [TextDelta("Still looking."), call("look_up", name=f"A{len(messages)}"), Usage(4000, 1000, 0.2)]


@pytest.mark.parametrize(
    ("limits", "ending", "steps"),
    [
        (LlmSettings(max_steps=4), Ending.STEPS, 4),
        (LlmSettings(max_steps=30, max_tokens=12_000), Ending.TOKENS, 4),
        (LlmSettings(max_steps=30, max_cost=0.5), Ending.COST, 4),
    ],
)
async def test_a_model_that_never_ends_is_ended_with_an_answer(
    bench: Workbench, limits: LlmSettings, ending: Ending, steps: int
) -> None:
    model = ScriptedModel([always_another])
    outcome = await converse(bench, model, limits=limits)
    assert outcome.ending is ending
    assert outcome.text == "Still looking."
    assert len(model.seen) == steps
    assert [bool(tools) for _messages, tools in model.seen] == [True] * (steps - 1) + [False]


async def test_late_in_its_time_a_model_gets_no_more_tools(bench: Workbench) -> None:
    clock = Clock()

    def slow(messages: Sequence[object]) -> Sequence[Piece]:
        clock.now += 35.0
        return [call("look_up", name=f"A{len(messages)}")] if clock.now < 100 else [TextDelta("Still looking.")]

    outcome = await converse(bench, ScriptedModel([slow]), limits=LlmSettings(max_seconds=90), clock=clock)
    assert outcome.ending is Ending.SLOW
    assert outcome.text == "Still looking."


async def test_when_time_is_up_what_was_found_is_kept(bench: Workbench) -> None:
    bench.gates = {"NEVER": asyncio.Event()}
    model = ScriptedModel([[call("look_up", name="A")], [call("look_up", name="NEVER")]])
    timer = asyncio.timeout(None)
    async with asyncio.TaskGroup() as group:
        conversing = group.create_task(converse(bench, model, timer=timer))
        assert await bench.waiting.get() == "NEVER"
        timer.reschedule(0.0)
    outcome = conversing.result()
    assert (outcome.text, outcome.ending) == ("", Ending.OUT_OF_TIME)
    assert [finding.call.given for finding in outcome.findings] == [{"name": "A"}]


async def test_too_many_calls_at_once_are_not_made(bench: Workbench) -> None:
    calls = [call("look_up", str(number), name=f"A{number}") for number in range(MOST_CALLS_PER_STEP + 2)]
    model = ScriptedModel([calls, say("Done.")])
    await converse(bench, model)
    assert len(bench.made) == MOST_CALLS_PER_STEP
    assert [result["kind"] for result in model.results[-2:]] == ["problem", "problem"]


async def test_too_large_a_result_is_cut_with_a_word_on_how_to_narrow(bench: Workbench) -> None:
    model = ScriptedModel([[call("find_prompts")], say("Done.")])
    outcome = await converse(bench, model)
    shown = model.results[0]
    assert shown["total"] == 500
    assert 0 < len(shown["prompts"]) < 500
    assert "narrow the question" in shown["cut"]
    assert len(orjson.dumps(shown)) <= LARGEST_RESULT
    assert outcome.findings[0].shown == shown, "the evidence is what the model saw"


async def test_what_the_bot_does_is_told_in_the_persons_language(bench: Workbench) -> None:
    listener = Listener()
    model = ScriptedModel([[call("look_up", "1", name="pay_1"), call("find_prompts", "2")], say("Pronto.")])
    await converse(bench, model, listener=listener, language=Language.PT)
    assert listener.statuses == ["procurando PAY_1", "olhando os prompts"]


async def test_text_is_shown_by_sentences_and_lines_each_time_longer(bench: Workbench) -> None:
    listener = Listener()
    deltas = ["One", " job.\n", "\nTwo", " jobs. And", " that\nis the", " end."]
    model = ScriptedModel([[TextDelta("I look.\n"), call("look_up", name="A")], [TextDelta(delta) for delta in deltas]])
    outcome = await converse(bench, model, listener=listener)
    first, second = "One job.", "One job.\n\nTwo jobs."
    assert listener.texts == [first, second, f"{second} And that"]
    assert outcome.text == f"{second} And that\nis the end."


async def test_what_a_model_said_before_it_broke_off_is_void(bench: Workbench) -> None:
    listener = Listener()
    pieces: list[Piece] = [TextDelta("Ten jobs\n"), Restart(), TextDelta("Nine jobs\n"), TextDelta("failed.")]
    model = ScriptedModel([[call("look_up", name="A")], pieces])
    outcome = await converse(bench, model, listener=listener)
    assert outcome.text == "Nine jobs\nfailed."
    assert listener.texts == ["Ten jobs"], "nothing is shown that does not go on from what was shown"


async def test_problems_are_results_too(bench: Workbench) -> None:
    async def broken(inquiry: Inquiry, arguments: LookUp) -> Problem:
        """Always has a problem."""
        return Problem(told="No.")

    registry = CollectorRegistry()
    metrics = AgentMetrics(registry)
    toolbox = Toolbox(Engines.of_one(bench.tws), (Tool("look_up", "Broken.", LookUp, broken),), metrics=metrics)
    loop = Loop(toolbox, LlmSettings(), metrics=metrics)
    model = ScriptedModel([[call("look_up", name="A"), Usage(10, 5, 0.01)], say("It does not work.")], name="m")
    await loop.run(model, QUESTION, Language.EN, Listener())
    assert model.results == [{"kind": "problem", "told": "No."}]

    def counted(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert counted("resync_agent_tool_calls_total", tool="look_up", outcome="problem") == 1
    assert counted("resync_agent_steps_total", model="m") == 2
    assert counted("resync_agent_tokens_total", model="m", direction="input") == 10
    assert counted("resync_agent_cost_dollars_total", model="m") == 0.01
    assert counted("resync_agent_loops_total", ending="answered") == 1
