"""What a workspace turned out not to have. Learnt from its refusals, and tried again later."""

from enum import StrEnum
from typing import Final

import structlog
from cachetools import TTLCache

from adapters.slack.errors import Refusal, SlackRefusedError

log = structlog.get_logger(__name__)

_RETRY_SECONDS: Final = 600.0


class Ability(StrEnum):
    """What some workspaces lack (GovSlack, older plans, a missing scope)."""

    STREAMS = "streams"
    STATUS = "status"
    STOP = "stop"  # Slack's own button for it, beside an answer that is being written
    STOP_IN_STREAM = "stop_in_stream"  # a button of the bot's inside a message that is being streamed
    FILES = "files"


class Abilities:
    """For all workspaces; every one has everything until it says no."""

    def __init__(self) -> None:
        self._lacking: TTLCache[tuple[str, Ability], bool] = TTLCache(10_000, _RETRY_SECONDS)

    def has(self, team: str, ability: Ability) -> bool:
        """Whether it is worth a try."""
        return (team, ability) not in self._lacking

    def learn(self, team: str, ability: Ability, error: SlackRefusedError) -> bool:
        """Whether the refusal shows that the workspace lacks it altogether."""
        if error.refusal not in (Refusal.FEATURE, Refusal.SCOPE, Refusal.OTHER):
            return False
        self.lacks(team, ability, error.code)
        return True

    def lacks(self, team: str, ability: Ability, why: str) -> None:
        """The workspace has it not; `why` in Slack's word."""
        log.info("slack_without", ability=ability.value, team=team, code=why)
        self._lacking[team, ability] = True
