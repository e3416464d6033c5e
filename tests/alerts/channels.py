"""A channel of each platform, as the people in it see and use it: alerts, the notes under them, and their buttons."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from tests.adapters.slack.standin import Deliveries, StandIn, serving_standin
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.methods import seen
from tests.adapters.teams.connector import BOT, TENANT, Json, Microsoft

ABOUT = ("ROOT_", "FTA_")  # what alerts name, and the bot's greetings do not

SLACK_CHANNEL = "C0OPS"
TEAMS_CHANNEL = "19:ops@thread.tacv2"


@dataclass(frozen=True)
class Shown:
    """A message as it stands: its id, its text, how often it was edited, and the labels of its buttons."""

    id: str
    text: str
    edits: int
    buttons: tuple[str, ...]


class Channel(Protocol):
    """One channel; `place` is how the settings name it, `sections` point the bot to the platform."""

    place: str
    sections: dict[str, object]
    has_threads: bool

    async def meet(self, url: str) -> None:
        """The bot at that address comes into the channel."""

    def alerts(self) -> list[Shown]:
        """The alerts that stand in the channel itself, the oldest first."""

    def notes(self, alert: str) -> list[str]:
        """What is said under a message."""

    async def press(self, alert: str, label: str) -> None:
        """Ann presses a button."""

    async def until(self, condition: Callable[[], object], *, seconds: float = 20) -> None:
        """Waits until something that the bot did made `condition` true."""


class SlackChannel:
    """In the stand-in for Slack."""

    has_threads = True

    def __init__(self, slack: StandIn, session: aiohttp.ClientSession) -> None:
        self.place = f"slack/T0HOME/{SLACK_CHANNEL}"
        keys = {"bot_token": slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": f"{slack.url}/api/"}
        self.sections: dict[str, object] = {"slack": keys}
        self._slack = slack
        self._says = Deliveries(slack.space, session)

    async def meet(self, url: str) -> None:
        """See Channel."""
        self._says.url = url

    def alerts(self) -> list[Shown]:
        """See Channel."""
        return [
            Shown(one.ts, seen(one), one.edits, tuple(_elements(one.blocks)))
            for one in self._slack.space.said(SLACK_CHANNEL)
            if not one.thread_ts and _is_alert(seen(one))
        ]

    def notes(self, alert: str) -> list[str]:
        """See Channel."""
        return [seen(one) for one in self._slack.space.thread(SLACK_CHANNEL, alert)[1:]]

    async def press(self, alert: str, label: str) -> None:
        """See Channel."""
        message = self._slack.space.find(SLACK_CHANNEL, alert)
        assert message
        element = _elements(message.blocks)[label]
        action = {"action_id": element["action_id"], "value": element["value"]}
        status, _ = await self._says.interact(self._says.press(message, action))
        assert status == 200

    async def until(self, condition: Callable[[], object], *, seconds: float = 20) -> None:
        """See Channel."""
        await self._slack.until(condition, timeout=seconds)


class TeamsChannel:
    """In the stand-in for Microsoft."""

    has_threads = True

    def __init__(self, microsoft: Microsoft, session: aiohttp.ClientSession) -> None:
        self.place = f"teams/{TENANT}/{TEAMS_CHANNEL}"
        self.sections: dict[str, object] = {"teams": microsoft.settings}
        self._microsoft = microsoft
        self._session = session
        self._url = ""

    async def meet(self, url: str) -> None:
        """See Channel."""
        self._url = url
        where = {"id": TEAMS_CHANNEL, "conversationType": "channel", "tenantId": TENANT, "isGroup": True}
        added = self._microsoft.activity("", type="conversationUpdate", membersAdded=[{"id": BOT}], conversation=where)
        await self._deliver(added)

    def alerts(self) -> list[Shown]:
        """See Channel."""
        said = [one for one in self._microsoft.said(TEAMS_CHANNEL) if _is_alert(_text(one.activity))]
        return [Shown(one.id, _text(one.activity), one.edits, tuple(_actions(one.card))) for one in said]

    def notes(self, alert: str) -> list[str]:
        """See Channel."""
        return [_text(one.activity) for one in self._microsoft.said(f"{TEAMS_CHANNEL};messageid={alert}")]

    async def press(self, alert: str, label: str) -> None:
        """See Channel."""
        message = self._microsoft.messages[alert]
        data = _actions(message.card)[label]
        click = self._microsoft.activity(
            "",
            type="invoke",
            name="adaptiveCard/action",
            replyToId=alert,
            conversation={
                "id": f"{TEAMS_CHANNEL};messageid={alert}",
                "conversationType": "channel",
                "tenantId": TENANT,
                "isGroup": True,
            },
            value={"action": {"type": "Action.Execute", "verb": "resync", "data": data}, "trigger": "manual"},
        )
        await self._deliver(click)

    async def until(self, condition: Callable[[], object], *, seconds: float = 20) -> None:
        """See Channel."""
        await self._microsoft.until(lambda: bool(condition()), seconds=seconds)

    async def _deliver(self, activity: Json) -> None:
        headers = {"Authorization": f"Bearer {self._microsoft.sign()}"}
        async with self._session.post(f"{self._url}/api/messages", json=activity, headers=headers) as response:
            assert response.status in (200, 202), await response.text()


class WebChannel:
    """The alerts on the chat page, read as its script reads them. They have no threads."""

    has_threads = False

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.place = "web//alerts"
        self.sections: dict[str, object] = {}
        self._session = session
        self._url = ""
        self._entries: dict[str, list[Json]] = {}  # by turn: how it stood, time after time

    async def meet(self, url: str) -> None:
        """See Channel."""
        self._url = url

    def alerts(self) -> list[Shown]:
        """See Channel."""
        return [
            Shown(turn, stood[-1]["text"], len(stood) - 1, tuple(_web_buttons(stood[-1])))
            for turn, stood in self._entries.items()
            if _is_alert(stood[-1]["text"])
        ]

    def notes(self, alert: str) -> list[str]:
        """See Channel."""
        return []

    async def press(self, alert: str, label: str) -> None:
        """See Channel."""
        button = _web_buttons(self._entries[alert][-1])[label]
        assert button["action"] == "ask"
        async with self._session.post(f"{self._url}/api/chat", json={"message": button["value"]}) as response:
            assert response.status == 200, await response.text()

    async def until(self, condition: Callable[[], object], *, seconds: float = 20) -> None:
        """See Channel."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.1)
                await self._read()

    async def _read(self) -> None:
        async with self._session.get(f"{self._url}/api/chat/alerts") as response:
            entries = (await response.json())["entries"]
        for entry in entries:
            if entry["kind"] != "answer":
                continue
            stood = self._entries.setdefault(entry["turn"], [])
            if not stood or stood[-1] != entry["answer"]:
                stood.append(entry["answer"])


@asynccontextmanager
async def serving_channel(platform: str) -> AsyncIterator[Channel]:
    """A platform with one channel, until the block is left."""
    async with aiohttp.ClientSession() as session:
        if platform == "web":
            yield WebChannel(session)
        elif platform == "slack":
            async with serving_standin(StandIn()) as slack:
                yield SlackChannel(slack, session)
        else:
            async with Microsoft().serving() as microsoft:
                yield TeamsChannel(microsoft, session)


def _web_buttons(answer: Json) -> dict[str, Json]:
    found = (one for block in answer["blocks"] if block["kind"] == "buttons" for one in block["buttons"])
    return {one["label"]: one for one in found}


def _is_alert(text: str) -> bool:
    return any(name in text for name in ABOUT)


def _elements(blocks: list[Json]) -> dict[str, Json]:
    found = (one for block in blocks if block["type"] == "actions" for one in block["elements"])
    return {one["text"]["text"]: one for one in found}


def _actions(card: Json) -> dict[str, Json]:
    found = (one for element in card.get("body", ()) for one in element.get("actions", ()))
    return {one["title"]: one["data"] for one in found if "data" in one}


def _text(activity: Json) -> str:
    return f"{activity.get('text', '')} {json.dumps(activity.get('attachments', ''), ensure_ascii=False)}"
