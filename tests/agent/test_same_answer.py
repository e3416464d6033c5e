"""In an incident many ask the same at once: the interpreter answers them once, and soon anew."""

from collections.abc import Sequence

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.chat import Message, Piece, UserMessage
from resync_bot.agent.loop import Loop
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.models import ModelChain
from resync_bot.agent.responder import SAME_ANSWER, AgentResponder
from resync_bot.conversation.model import Answer, Person, Place
from resync_bot.conversation.ports import Turn
from resync_bot.tws.engine import HwaEngine
from tests.agent.conversation import ANA, BRUNO, Agent, Listener, ScriptedModel, call, say

COUNT = call("find_jobs", statuses=["ERROR"], limit=1)


class Clock:
    """Stands until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def answers(messages: Sequence[Message]) -> Sequence[Piece]:
    """A call first, then words."""
    return [COUNT] if isinstance(messages[-1], UserMessage) else say("Nothing but words.")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel([answers], "interpreter")


@pytest.fixture
def responder(tws: HwaEngine, model: ScriptedModel, clock: Clock) -> AgentResponder:
    agent = Agent(tws)
    metrics = AgentMetrics(CollectorRegistry())
    loop = Loop(agent.toolbox, agent.limits, metrics=metrics)
    return AgentResponder(
        loop, agent.toolbox, ModelChain([], agent.circuits, metrics=metrics), model, metrics=metrics, clock=clock
    )


async def ask(responder: AgentResponder, text: str, by: Person = ANA, channel: str = "one") -> Answer:
    turn = Turn(f"turn of {by.id}", Place("web", "", channel), ((by, text),), ())
    return await responder.respond(turn, Listener())


async def test_the_same_question_at_the_same_time_is_answered_once(
    responder: AgentResponder, model: ScriptedModel, clock: Clock
) -> None:
    first = await ask(responder, "what failed?")
    clock.now += SAME_ANSWER / 2
    assert await ask(responder, "what failed?", by=BRUNO, channel="two") is first
    assert len(model.seen) == 2  # the call and the words, once
    clock.now += SAME_ANSWER
    assert (await ask(responder, "what failed?")) is not first
    assert len(model.seen) == 4


async def test_another_question_has_its_own_answer(responder: AgentResponder, model: ScriptedModel) -> None:
    await ask(responder, "what failed?")
    await ask(responder, "what is late?")
    assert len(model.seen) == 4


async def test_a_conversation_is_not_answered_from_memory(responder: AgentResponder, model: ScriptedModel) -> None:
    answer = await ask(responder, "what failed?")
    agent_turn = Turn("turn", Place("web", "", "one"), ((ANA, "what failed?"), (BRUNO, "what failed?")), ())
    assert await responder.respond(agent_turn, Listener()) is not answer
    assert len(model.seen) == 6
