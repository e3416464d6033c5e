"""The bot as a user starts it, with nothing of Slack but its two keys and the address of the stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.adapters.slack.standin import Deliveries, Message, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.slack.standin.server import APP_TOKEN
from tests.demo_process import demo

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    """A Slack on a port of its own."""
    async with serving_standin(StandIn()) as standin:
        yield standin


def keys(slack: StandIn, **more: str) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": slack.space.token, "SLACK_API_URL": f"{slack.url}/api/", **more}


def answers(slack: StandIn) -> list[Message]:
    return [message for message in slack.space.said() if message.streaming != "on" and message.metadata]


def buttons(message: Message) -> list[dict[str, Any]]:
    """An answer that was streamed gets them a moment after its end."""
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]


async def test_over_http(slack: StandIn, tmp_path: Path) -> None:
    async with (
        demo(tmp_path, **keys(slack, SLACK_SIGNING_SECRET=SIGNING_SECRET)) as bot,
        aiohttp.ClientSession() as session,
    ):
        says = Deliveries(slack.space, session, bot.url)
        question = says.mention("C0OPS", "what failed tonight?")
        assert await says.say(question) == 200
        await slack.until(lambda: [button for answer in answers(slack) for button in buttons(answer)], timeout=60)
        (answer,) = answers(slack)
        assert answer.thread_ts == question["ts"]
        assert "ABEND" in seen(answer)
        button = buttons(answer)[0]
        await says.interact(says.press(answer, {"action_id": button["action_id"], "value": button["value"]}))
        await slack.until(lambda: len(answers(slack)) == 2, timeout=60)
        await says.say({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"})
        await slack.until(lambda: slack.space.homes, timeout=60)
        guest = says.message("D0EVE", "what failed tonight?", user="U0EVE")
        slack.space.person("U0EVE", is_restricted=True)
        assert await says.say(guest) == 200
        assert await says.say(says.message("D0ANA", "help")) == 200
        await slack.until(lambda: len(answers(slack)) == 3, timeout=60)
        assert slack.space.said("D0EVE") == []


async def test_over_socket_mode(slack: StandIn, tmp_path: Path) -> None:
    async with demo(tmp_path, **keys(slack, SLACK_APP_TOKEN=APP_TOKEN)), aiohttp.ClientSession() as session:
        await slack.until(lambda: slack.sockets, timeout=60)
        says = Deliveries(slack.space, session)
        await slack.send_envelope("e1", "slash_commands", says.command("C0OPS", "sj @#@.@+state=abend"))
        await slack.until(lambda: "e1" in slack.acknowledged and len(answers(slack)) == 1, timeout=60)
