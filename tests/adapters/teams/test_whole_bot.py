"""The bot as a user starts it, with nothing of Teams but its registration and the addresses of the stand-in."""

from pathlib import Path

import aiohttp
import pytest

from tests.adapters.teams.connector import APP_ID, APP_PASSWORD, BOT, TENANT, Json, Message, Microsoft
from tests.demo_process import demo

pytestmark = pytest.mark.timeout(180)


def registration(microsoft: Microsoft) -> dict[str, str]:
    """As the README names them."""
    return {
        "TEAMS_APP_ID": APP_ID,
        "TEAMS_APP_PASSWORD": APP_PASSWORD,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_OPENID_METADATA_URL": f"{microsoft.url}/openid",
        "TEAMS_TOKEN_URL": f"{microsoft.url}/token",
        "TEAMS_SERVICE_URLS": microsoft.url,
    }


def finished(microsoft: Microsoft) -> list[Message]:
    return [one for one in microsoft.said() if one.activity["type"] == "message"]


def first_button(card: Json) -> Json:
    [actions] = [element["actions"] for element in card["body"] if element["type"] == "ActionSet"]
    data: Json = actions[0]["data"]
    return data


async def test_installed_asked_pressed_mentioned(microsoft: Microsoft, tmp_path: Path) -> None:
    async with demo(tmp_path, **registration(microsoft)) as bot, aiohttp.ClientSession() as session:

        async def deliver(activity: Json, **headers: str) -> tuple[int, Json | None]:
            headers = headers or {"Authorization": f"Bearer {microsoft.sign()}"}
            async with session.post(f"{bot.url}/api/messages", json=activity, headers=headers) as response:
                body: Json | None = await response.json() if response.content_type == "application/json" else None
                return response.status, body

        assert (await deliver(microsoft.activity("help"), Authorization="Bearer forged"))[0] == 401

        added = microsoft.activity("", type="conversationUpdate", membersAdded=[{"id": BOT}])
        assert (await deliver(added))[0] == 202
        await microsoft.until(lambda: len(finished(microsoft)) == 1, seconds=60)
        assert "I am Resync" in finished(microsoft)[0].text

        question = microsoft.activity("what failed last night?")
        assert [(await deliver(question))[0] for _ in range(2)] == [202, 202]
        await microsoft.until(lambda: len(finished(microsoft)) == 2, seconds=60)
        answer = finished(microsoft)[1]
        assert "in error" in answer.text

        click = {"action": {"type": "Action.Execute", "verb": "resync", "data": first_button(answer.card)}}
        pressed = microsoft.activity("", type="invoke", name="adaptiveCard/action", replyToId=answer.id, value=click)
        status, body = await deliver(pressed)
        assert (status, body and body["type"]) == (200, "application/vnd.microsoft.card.adaptive")
        await microsoft.until(lambda: len(finished(microsoft)) == 3 and answer.edits == 1, seconds=60)
        assert "ABEND" in finished(microsoft)[2].text

        assert (await deliver(microsoft.in_channel("how is the plan?")))[0] == 202
        await microsoft.until(lambda: len(finished(microsoft)) == 4, seconds=60)
        mentioned = finished(microsoft)[3]
        assert mentioned.conversation == "19:ops@thread.tacv2;messageid=1700000000000"
        assert "in the plan" in mentioned.text
    assert microsoft.over_rate == 0
