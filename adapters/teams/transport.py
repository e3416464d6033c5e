"""The way of an activity in and out: a seam of three calls, over plain Activity JSON, to whatever SDK stands behind it.

Today that is `sdk`, the one module that imports the Bot Framework SDK. It is imported when it is first needed, in a
thread: a bot without Teams starts half a second sooner and 20 MB smaller.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.teams.activity import Activity
from adapters.teams.connector import Connector
from adapters.teams.references import Reference

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to answer to the Bot Connector. `body` is for invokes."""

    status: int
    body: Json | None = None


Handle = Callable[[], Awaitable[Outcome]]


class Framework(Protocol):
    """What the SDK does for the adapter."""

    async def receive(self, activity: Activity, claims: Json, handle: Handle) -> Outcome:
        """Runs `handle` within a turn. `claims` are of the verified token. Raises what `handle` raises."""
        ...

    async def post(self, reference: Reference, conversation: str, activity: Json, *, is_patient: bool) -> str:
        """Posts to a conversation, and returns the message's id, empty where Teams gives none. Raises DeliveryError."""
        ...

    async def update(self, reference: Reference, conversation: str, message: str, activity: Json) -> None:
        """Edits a message. Raises DeliveryError."""
        ...


class Transport:
    """The framework, loaded on the first call. Its methods are Framework's."""

    def __init__(self, connector: Connector, *, app_id: str) -> None:
        self._connector = connector
        self._app_id = app_id
        self._framework: Framework | None = None
        self._loading = asyncio.Lock()

    async def load(self) -> Framework:
        """Imports the SDK unless it is there."""
        async with self._loading:
            if self._framework is None:
                sdk = await asyncio.to_thread(importlib.import_module, "adapters.teams.sdk")
                self._framework = sdk.BotFramework(self._connector, app_id=self._app_id)
            return self._framework

    async def receive(self, activity: Activity, claims: Json, handle: Handle) -> Outcome:
        """See Framework."""
        return await (self._framework or await self.load()).receive(activity, claims, handle)

    async def post(self, reference: Reference, conversation: str, activity: Json, *, is_patient: bool = True) -> str:
        """See Framework."""
        framework = self._framework or await self.load()
        return await framework.post(reference, conversation, activity, is_patient=is_patient)

    async def update(self, reference: Reference, conversation: str, message: str, activity: Json) -> None:
        """See Framework."""
        await (self._framework or await self.load()).update(reference, conversation, message, activity)
