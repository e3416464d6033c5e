"""The workspaces in which the app is installed, and the token that the bot has in each."""

from dataclasses import dataclass
from typing import Protocol

from cachetools import TTLCache

from adapters.slack.api import SlackApi
from adapters.slack.errors import SlackRefusedError

_IDENTITY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in a workspace, and the organisation that the workspace belongs to, if any."""

    bot_user: str
    bot_id: str
    enterprise: str


class Tokens(Protocol):
    """Where a workspace's token comes from."""

    async def token(self, team: str) -> str:
        """Raises SlackRefusedError if the app is not installed there, StoreUnavailableError if that is not known."""
        ...

    async def is_installed(self, team: str, enterprise: str) -> bool:
        """Whether events of this workspace, or of its organisation, are meant for this bot.

        Raises StoreUnavailableError.
        """
        ...


class OneToken:
    """A single workspace: Slack signs its events for this app alone, and only where it is installed."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, team: str) -> str:  # noqa: ARG002  # see Tokens
        """See Tokens."""
        return self._token

    async def is_installed(self, team: str, enterprise: str) -> bool:  # noqa: ARG002  # see Tokens
        """See Tokens."""
        return True


class Workspaces:
    """Tokens, and who the bot is."""

    def __init__(self, api: SlackApi, tokens: Tokens) -> None:
        self._api = api
        self._tokens = tokens
        self._identities: TTLCache[str, Identity] = TTLCache(1000, _IDENTITY_SECONDS)

    async def token(self, team: str) -> str:
        """See Tokens."""
        return await self._tokens.token(team)

    async def is_installed(self, team: str, enterprise: str) -> bool:
        """See Tokens."""
        return await self._tokens.is_installed(team, enterprise)

    async def identity(self, team: str) -> Identity:
        """Asked of Slack once an hour. Raises DeliveryError, StoreUnavailableError."""
        known = self._identities.get(team)
        if known is None:
            answer = await self._api.read("auth.test", await self.token(team), {})
            enterprise = str(answer.get("enterprise_id") or "")
            known = Identity(str(answer.get("user_id", "")), str(answer.get("bot_id", "")), enterprise)
            if not known.bot_user:
                raise SlackRefusedError("auth.test", "invalid_auth", detail="no user in the answer")
            self._identities[team] = known
        return known
