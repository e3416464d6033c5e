"""Workspaces that install or remove the app, told to the house."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import structlog

from adapters.slack.ids import PLATFORM
from resync_bot.conversation.model import Lifecycle, Person, Place
from resync_bot.conversation.ports import Intake

log = structlog.get_logger(__name__)


class Lifecycles:
    """Raises StoreUnavailableError, so that Slack delivers again."""

    def __init__(self, intake: Intake, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._intake = intake
        self._now = now
        self._new_id = new_id

    async def installed(self, team: str, user: str) -> None:
        """A workspace, or a whole organisation, has the app now."""
        await self._tell("installed", team, user, self._new_id())

    async def removed(self, team: str, delivery_id: str) -> None:
        """It has it no more."""
        await self._tell("removed", team, "", delivery_id)

    async def _tell(self, event: Literal["installed", "removed"], team: str, user: str, delivery_id: str) -> None:
        log.info("slack_workspace", change=event, team=team)
        place = Place(PLATFORM, team, "")
        await self._intake.accept(
            Lifecycle(delivery_id, delivery_id, Person(PLATFORM, user), place, event, self._now())
        )
