"""A bot with the Teams adapter in front of a stand-in for Microsoft."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.teams.adapter import TeamsAdapter
from resync_bot.conversation.model import Incoming, Lifecycle, Place, Question
from resync_bot.conversation.ports import Accepted, Adapter, Note, Verdict
from tests.adapters.conftest import MakeHost
from tests.adapters.small_bot import SmallBot
from tests.adapters.teams.connector import Json, Microsoft


class Changes:
    """Corrections that only notes what it was told."""

    def __init__(self) -> None:
        self.replaced: list[Question] = []
        self.withdrawn: list[str] = []
        self.stopped: list[Place] = []

    async def replace(self, question: Question) -> bool:
        """See Corrections."""
        self.replaced.append(question)
        return True

    async def withdraw(self, place: Place, message_id: str) -> bool:
        """See Corrections."""
        self.withdrawn.append(message_id)
        return True

    async def stop(self, place: Place) -> bool:
        """See Corrections."""
        self.stopped.append(place)
        return True


class Brain(SmallBot):
    """A small bot that says when it has nothing to do, and notes lifecycle events without a word."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Lifecycle] = []
        self._done = asyncio.Condition()

    async def accept(self, incoming: Incoming, *, note: Note | None = None) -> Verdict:
        """See Intake."""
        if isinstance(incoming, Lifecycle):
            self.noted.append(incoming)
            return Accepted()
        return await super().accept(incoming, note=note)

    async def is_idle(self) -> None:
        """Returns when nothing waits for an answer."""
        async with asyncio.timeout(20), self._done:
            await self._done.wait_for(lambda: not self._waiting and not self._unfinished)

    async def _answer(self, adapter: Adapter) -> None:
        await super()._answer(adapter)
        async with self._done:
            self._done.notify_all()


@dataclass
class Bot:
    """A running bot: `deliver` hands it an activity as the Bot Connector does."""

    microsoft: Microsoft
    adapter: Adapter
    brain: Brain
    client: TestClient[web.Request, web.Application]

    async def deliver(self, activity: Json, *, token: str | None = "", **headers: str) -> ClientResponse:
        """With a good token, the given one, or none for None."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.microsoft.sign()}"
        return await self.client.post("/api/messages", json=activity, headers=headers)

    async def ask(self, activity: Json, *, token: str = "") -> None:
        """Delivers, and waits until the bot has said one thing more."""
        before = len(self.microsoft.said())
        response = await self.deliver(activity, token=token)
        assert response.status == 202, await response.text()
        await self.microsoft.until(lambda: len(self.microsoft.said()) > before)
        await self.brain.is_idle()

    async def press(self, message: str, label: str, *, activity_id: str = "", **fields: Any) -> Json:
        """Clicks the button of that label on the card of a message; what the bot answered to the click."""
        data = button(self.microsoft.messages[message].card, label)
        response = await self.deliver(self.click(message, data, activity_id=activity_id, **fields))
        assert response.status == 200
        answer: Json = await response.json()
        return answer

    def click(self, message: str, data: Json, *, activity_id: str = "", **fields: Any) -> Json:
        """The invoke of a click."""
        conversation = {"id": self.microsoft.messages[message].conversation, "conversationType": "personal"}
        if conversation["id"].startswith("19:"):
            conversation["conversationType"] = "channel"
        invoke = self.microsoft.activity(
            "",
            type="invoke",
            name="adaptiveCard/action",
            replyToId=message,
            conversation=conversation,
            value={"action": {"type": "Action.Execute", "verb": "resync", "data": data}, "trigger": "manual"},
            **fields,
        )
        return invoke | ({"id": activity_id} if activity_id else {})


def button(card: Json, label: str) -> Json:
    """The data of a card's button."""
    for element in card["body"]:
        for action in element.get("actions", ()):
            if action["title"] == label:
                data: Json = action["data"]
                return data
    raise AssertionError(f"no button {label!r} on the card")


Start = Callable[..., AbstractAsyncContextManager[Bot]]


@pytest.fixture
def bot() -> Brain:
    """In place of the small bot of all adapters."""
    return Brain()


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    async with Microsoft().serving() as microsoft:
        yield microsoft


@pytest.fixture
def start(make_host: MakeHost, bot: Brain, microsoft: Microsoft) -> Start:
    """Starts a bot; keyword arguments override its Teams settings."""

    @asynccontextmanager
    async def started(*, corrections: Changes | None = None, **teams: object) -> AsyncIterator[Bot]:
        host = replace(make_host(teams={**microsoft.settings, **teams}), corrections=corrections)
        adapter = TeamsAdapter(host, clock=microsoft.clock)
        app = web.Application()
        app.add_routes(adapter.routes())
        async with bot.working(adapter), TestClient(TestServer(app)) as client:
            yield Bot(microsoft, adapter, bot, client)
            await bot.is_idle()

    return started


@pytest.fixture
async def teams(start: Start) -> AsyncIterator[Bot]:
    """A bot as it usually runs."""
    async with start() as bot:
        yield bot
