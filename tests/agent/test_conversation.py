"""Conversations with the whole agent, over the simulated engine, with a model whose words are scripted."""

from resync_bot.agent.chat import ToolMessage
from resync_bot.conversation.model import Buttons, Table, Text
from resync_bot.tws.engine import HwaEngine
from tests.agent.conversation import Agent, ScriptedModel, call, say


async def test_a_question_is_answered_from_a_tool(tws: HwaEngine) -> None:
    model = ScriptedModel(
        [
            [call("find_jobs", statuses=["ERROR"], limit=2)],
            lambda messages: say(
                "**10 jobs** failed.\n\n| Job | RC |\n|---|---|\n| `CARDS_PAN_EXPORT` | 5 |\n\n8 more"
                if isinstance(messages[-1], ToolMessage)
                else "?"
            ),
        ],
        name="gpt",
    )
    agent = Agent(tws, [model])
    answer = await agent.ask("which jobs failed?")
    assert answer.text.startswith("**10 jobs** failed.")
    assert answer.blocks[0] == Text("**10 jobs** failed.")
    assert answer.blocks[1] == Table(("Job", "RC"), (("CARDS_PAN_EXPORT", "5"),), more=8)
    assert isinstance(answer.blocks[2], Buttons)
    assert answer.model == "gpt"
    assert [(one.tool, one.arguments) for one in answer.evidence] == [
        ("find_jobs", {"statuses": ["ERROR"], "limit": 2})
    ]
    assert agent.listener.statuses == ["looking for jobs"]
