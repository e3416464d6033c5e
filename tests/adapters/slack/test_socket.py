"""Socket Mode over a real WebSocket."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from adapters.slack import factory
from resync_bot.conversation.inbox import Inbox
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import ButtonPress, Question
from resync_bot.conversation.ports import Adapter
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters.conftest import MakeHost
from tests.adapters.slack.conftest import Desk, DeskMaker
from tests.adapters.slack.standin import Deliveries, Fault, StandIn
from tests.adapters.slack.standin.server import APP_TOKEN
from tests.adapters.slack.standin.state import Json

SOCKET = {"signing_secret": None, "app_token": APP_TOKEN}


@pytest.fixture
async def desk(open_desk: DeskMaker, slack: StandIn) -> AsyncIterator[Desk]:
    """A desk behind one socket."""
    async with open_desk(**SOCKET) as one:
        await slack.until(lambda: slack.sockets)
        yield one


def texts(desk: Desk) -> list[str]:
    return [one.text for one in desk.bot.accepted if isinstance(one, Question)]


def hello(desk: Desk, text: str = "hello") -> Json:
    return desk.says.event(desk.says.message("D0ANA", text))


async def test_an_event_is_acknowledged_and_answered(desk: Desk) -> None:
    await desk.slack.send_envelope("e1", "events_api", desk.says.event(desk.says.mention("C0OPS", "what failed?")))
    await desk.slack.until(lambda: "e1" in desk.slack.acknowledged)
    assert texts(desk) == ["what failed?"]
    await desk.answers()
    assert desk.said() == ["You said: what failed?"]


async def test_no_route_is_served_for_it(desk: Desk) -> None:
    assert not desk.adapter.routes()


async def test_what_is_not_durable_is_not_acknowledged(desk: Desk) -> None:
    desk.bot.verdicts.append(StoreUnavailableError("away"))
    payload = hello(desk)
    await desk.slack.send_envelope("e1", "events_api", payload)
    await desk.slack.send_envelope("e2", "events_api", payload)
    await desk.slack.until(lambda: "e2" in desk.slack.acknowledged)
    assert "e1" not in desk.slack.acknowledged
    assert texts(desk) == ["hello"]


async def test_commands_and_buttons_come_this_way_too(desk: Desk) -> None:
    await desk.slack.send_envelope("e1", "slash_commands", desk.says.command("C0OPS", "what failed?"))
    (answer,) = await desk.answers()
    press = desk.says.press(answer, {"action_id": "resync:0:ask", "value": "why?"})
    await desk.slack.send_envelope("e2", "interactive", press)
    await desk.slack.until(lambda: {"e1", "e2"} <= set(desk.slack.acknowledged))
    assert isinstance(desk.bot.accepted[1], ButtonPress)


async def test_a_refresh_leaves_no_gap_s6(desk: Desk) -> None:
    await desk.slack.refresh(cut=False)
    await desk.slack.until(lambda: len(desk.slack.sockets) == 2)
    await desk.slack.send_envelope("old", "events_api", hello(desk, "one"), connection=0)
    await desk.slack.send_envelope("new", "events_api", hello(desk, "two"), connection=1)
    await desk.slack.until(lambda: {"old", "new"} <= set(desk.slack.acknowledged))
    await desk.slack.sockets[0].close()
    await desk.slack.until(lambda: len(desk.slack.sockets) == 1)
    await desk.slack.send_envelope("last", "events_api", hello(desk, "three"))
    await desk.slack.until(lambda: "last" in desk.slack.acknowledged)


async def test_a_connection_that_breaks_is_opened_again(desk: Desk) -> None:
    for envelope in ("e1", "e2", "e3"):
        (broken,) = desk.slack.sockets
        await broken.close()
        await desk.slack.until(partial(_is_replaced, desk.slack, broken))
        await desk.slack.send_envelope(envelope, "events_api", hello(desk))
        await desk.slack.until(partial(desk.slack.acknowledged.get, envelope))


def _is_replaced(slack: StandIn, broken: web.WebSocketResponse) -> bool:
    return bool(slack.sockets) and broken not in slack.sockets


async def test_several_connections_share_the_work_s6(open_desk: DeskMaker, slack: StandIn) -> None:
    async with open_desk(**SOCKET, socket_connections=3) as desk:
        await slack.until(lambda: len(slack.sockets) == 3)
        for number in range(3):
            payload = desk.says.event(desk.says.message(f"D0{number}", f"text {number}"))
            await slack.send_envelope(f"e{number}", "events_api", payload, connection=number)
        await slack.until(lambda: len(slack.acknowledged) == 3)
        assert sorted(texts(desk)) == ["text 0", "text 1", "text 2"]
        metrics = desk.host.metrics
        assert metrics.get_sample_value("resync_slack_sockets") == 3


async def test_it_keeps_trying_while_slack_is_away(open_desk: DeskMaker, slack: StandIn) -> None:
    refusals = 3

    def fault(method: str, _arguments: object) -> Fault | None:
        nonlocal refusals
        refusals -= method == "apps.connections.open"
        return Fault(status=500) if method == "apps.connections.open" and refusals >= 0 else None

    slack.fault = fault
    async with open_desk(**SOCKET) as desk:
        await slack.until(lambda: slack.sockets)
        await slack.send_envelope("e1", "events_api", hello(desk))
        await slack.until(lambda: "e1" in slack.acknowledged)


@pytest.mark.parametrize("hello", ["{", "[]"])
async def test_a_connection_without_a_greeting_is_left_and_another_one_opened(
    open_desk: DeskMaker, slack: StandIn, hello: str
) -> None:
    """Slack would deliver through both, and nobody would read the one."""
    slack.garbled_hellos.append(hello)
    async with open_desk(**SOCKET):
        await slack.until(lambda: slack.counts["socket"] == 2)
        await slack.until(lambda: len(slack.sockets) == 1, timeout=5.0)  # it would break by itself after ten


async def test_garbage_is_survived(desk: Desk) -> None:
    await desk.slack.sockets[0].send_str("{")
    await desk.slack.send_envelope("e1", "something_new", {})
    await desk.slack.send_envelope("e2", "events_api", {"event": {"type": "message"}})
    await desk.slack.send_envelope("e3", "events_api", hello(desk))
    await desk.slack.until(lambda: {"e1", "e2", "e3"} <= set(desk.slack.acknowledged))


def test_the_transport_follows_from_what_is_set() -> None:
    def transport(**given: object) -> str:
        return SlackSettings.model_validate(given).effective_transport

    assert transport(bot_token="x", signing_secret="s") == "http"
    assert transport(bot_token="x", app_token="a") == "socket"
    assert transport(bot_token="x", app_token="a", signing_secret="s") == "http"
    assert transport(bot_token="x", app_token="a", signing_secret="s", transport="socket") == "socket"
    assert transport(transport="", app_token="a") == "socket"


async def test_two_replicas_take_one_delivery_once(make_host: MakeHost, slack: StandIn, redis: Redis) -> None:
    """Slack sends an envelope again, to whichever connection is open, when its acknowledgement got lost."""

    def replica() -> Adapter:
        section = {"bot_token": slack.space.token, "app_token": APP_TOKEN, "api_url": f"{slack.url}/api/"}
        host = make_host(slack=SlackSettings.model_validate(section))
        metrics = ConversationMetrics(host.metrics)
        limits = host.settings.limits
        inbox = Inbox(redis, namespace="two", limits=limits, metrics=metrics, new_id=host.new_id)
        adapter = factory(replace(host, intake=inbox))
        assert adapter
        return adapter

    async with aiohttp.ClientSession() as session, replica().running(), replica().running():
        await slack.until(lambda: len(slack.sockets) == 2)
        says = Deliveries(slack.space, session)
        payload = says.event(says.message("D0ANA", "what failed?"))
        for connection in (0, 1):
            await slack.send_envelope(f"e{connection}", "events_api", payload, connection=connection)
        await slack.until(lambda: {"e0", "e1"} <= set(slack.acknowledged))
    arrivals = [await redis.xlen(key) async for key in redis.scan_iter("{two}:work")]
    assert arrivals == [1]


async def test_what_was_not_acknowledged_before_a_connection_broke_comes_again(desk: Desk) -> None:
    payload = hello(desk)
    desk.bot.verdicts.append(StoreUnavailableError("away"))
    (broken,) = desk.slack.sockets
    await desk.slack.send_envelope("e1", "events_api", payload)
    await broken.close()
    await desk.slack.until(partial(_is_replaced, desk.slack, broken))
    await desk.slack.send_envelope("e1", "events_api", payload)
    await desk.slack.until(lambda: "e1" in desk.slack.acknowledged)
    assert texts(desk) == ["hello"]
