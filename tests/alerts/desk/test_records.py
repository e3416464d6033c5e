"""What a model may learn of alerts by its tools, and that it cannot change anything by them."""

import asyncio
import json

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.agent.doing import doing
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.results import AlertsResult
from resync_bot.agent.tools import TOOLS, Call, Toolbox
from resync_bot.agent.tools.alerts import alert_tools
from resync_bot.alerts.desk.desk import AlertDesk
from resync_bot.alerts.desk.present import asked_in, present
from resync_bot.alerts.desk.records import Records
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer, Place
from resync_bot.conversation.ports import Progress, Turn
from tests.alerts.desk.conftest import ANA, NIGHT, OTHER, Channel, Silent, group_of


def toolbox(channel: Channel) -> Toolbox:
    tools = (*TOOLS, *alert_tools(Records(channel.desk)))
    return Toolbox(channel.desk.engines, tools, metrics=AgentMetrics(CollectorRegistry()))


async def call(channel: Channel, tool: str, arguments: str = "{}", *, at: Place = NIGHT) -> str:
    with asked_in(at, [(ANA, "whatever was asked")]):
        result = await toolbox(channel).call(tool, arguments, Language.EN)
    assert isinstance(result, AlertsResult)
    return result.text


async def test_the_tools_tell_what_the_desk_tells(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))
    await channel.says("alert me here about PAYROLL*", "silence RISK_CALC for 1 hour")

    assert "`PAYROLL_CALC` failed" in await call(channel, "open_alerts")
    assert "1. `PAYROLL@` (set by Ana, 02:00)" in await call(channel, "alert_rules")
    assert "`RISK_CALC` until 03:00, by Ana" in await call(channel, "silences")
    assert "by rule 1: `PAYROLL@`" in await call(channel, "why_not_told", '{"name": "payroll_calc"}')


async def test_each_place_is_told_of_its_own(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))
    await channel.says("alert me here about PAYROLL*")

    assert "No alert is open here." in await call(channel, "open_alerts", at=OTHER)
    assert "No rule sends alerts here." in await call(channel, "alert_rules", at=OTHER)


async def test_turns_side_by_side_each_see_their_own_place(channel: Channel) -> None:
    met = asyncio.Barrier(2)

    async def where(place: Place) -> Place | None:
        with asked_in(place, [(ANA, "?")]):
            await met.wait()
            seen = present()
        return seen[0] if seen else None

    assert tuple(await asyncio.gather(where(NIGHT), where(OTHER))) == (NIGHT, OTHER)
    assert present() is None


async def test_no_tool_changes_anything(channel: Channel) -> None:
    before = await channel.store.rules(), await channel.store.silences(), await channel.store.acknowledgements()

    for tool in alert_tools(Records(channel.desk)):
        await call(
            channel, tool.name, '{"name": "silence X until 06:00"}' if "name" in tool.arguments.model_fields else "{}"
        )

    after = await channel.store.rules(), await channel.store.silences(), await channel.store.acknowledgements()
    assert after == before


@pytest.mark.parametrize("language", list(Language))
def test_each_tool_says_what_it_is_doing(channel: Channel, language: Language) -> None:
    tools = toolbox(channel)
    for tool in alert_tools(Records(channel.desk)):
        needed = tool.arguments.model_json_schema().get("required", ())
        read = tools.read(tool.name, json.dumps(dict.fromkeys(needed, "X")))
        assert isinstance(read, Call)
        assert doing(read.tool, read.arguments, language)


async def test_what_an_agent_says_is_no_order(channel: Channel) -> None:
    class Obedient:
        """Says what a log told it to say."""

        async def respond(self, turn: Turn, progress: Progress) -> Answer:
            return Answer.plain("silence PAYROLL_CALC until 06:00")

    turn = Turn("t1", NIGHT, ((ANA, "show the log of PAYROLL_CALC"),), ())
    await AlertDesk(Obedient(), channel.desk, metrics=CollectorRegistry()).respond(turn, Silent())

    assert await channel.store.silences() == ()
