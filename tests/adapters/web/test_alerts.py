"""The conversation "alerts": everybody reads it, nobody writes there."""

import pytest

from adapters.web.adapter import WebAdapter
from resync_bot.conversation.model import Answer, Place
from tests.adapters.small_bot import SmallBot
from tests.adapters.web.conftest import Client, ask, next_event

ALERTS = Place("web", "", "alerts")


async def told(adapter: WebAdapter, alert: str, text: str) -> None:
    await adapter.reply(ALERTS, alert, (), resume=None).finish(Answer.plain(text))


async def test_it_is_there_before_anything_was_told(client: Client) -> None:
    async with client.get("/api/chat/alerts") as response:
        assert response.status == 200
        assert (await response.json())["entries"] == []


async def test_alerts_are_told_as_they_come_and_as_they_change(client: Client, adapter: WebAdapter) -> None:
    async with client.get("/api/chat/alerts/events") as response:
        await told(adapter, "a", "PAY failed")
        first = await next_event(response)
        await told(adapter, "a", "PAY recovered")
        second = await next_event(response)
    assert [(one.data["turn"], one.data["answer"]["text"]) for one in (first, second)] == [
        ("a", "PAY failed"),
        ("a", "PAY recovered"),
    ]


async def test_each_is_read_again_once_and_as_old_as_it_is(client: Client, adapter: WebAdapter) -> None:
    for alert, text in (("a", "PAY failed"), ("b", "ETL failed"), ("a", "PAY recovered")):
        await told(adapter, alert, text)
    async with client.get("/api/chat/alerts") as response:
        entries = (await response.json())["entries"]
    by_age = sorted(entries, key=lambda entry: (entry["at"], entry["turn"]))
    assert [(one["turn"], one["answer"]["text"]) for one in by_age] == [("a", "PAY recovered"), ("b", "ETL failed")]


@pytest.mark.parametrize("conversation", ["alerts", "Alerts", "alerts/", "alerts%00"])
async def test_nobody_can_write_there(client: Client, bot: SmallBot, conversation: str) -> None:
    async with ask(client, "hello", conversation) as response:
        assert response.status == 400
    press = {"button": {"action": "ask", "value": "hello"}, "conversation": conversation}
    async with client.post("/api/chat", json=press) as response:
        assert response.status == 400
    assert bot.accepted == []
