"""The tokens of all workspaces that installed the app, encrypted in Redis.

The key is derived from SECRET_KEY, so that a copy of the store alone opens no workspace. Tokens that Slack rotates
(docs.slack.dev/authentication/using-token-rotation, checked 2026-11-23) are exchanged two hours before their end, by
one replica for all.
"""

import base64
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
import structlog
from cachetools import TTLCache
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis.asyncio import Redis
from slack_sdk.errors import SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.errors import SlackRefusedError
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

log = structlog.get_logger(__name__)

STATE_SECONDS: Final = 600
_ROTATE_MINUTES: Final = 120
_ROTATION_LOCK_SECONDS: Final = 30
_PROCESS_SECONDS: Final = 30.0  # how long another replica's change may go unnoticed

Told = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Installed:
    """What is kept of an installation: in one workspace, or, if `team` is empty, in all of an organisation.

    `expires_at` is in seconds since 1970, 0 if the token does not end.
    """

    team: str
    enterprise: str
    token: str
    bot_id: str
    bot_user: str
    scopes: str
    refresh_token: str = ""
    expires_at: float = 0.0

    @property
    def owner(self) -> str:
        """The workspace or organisation that installed it: their ids differ in the first letter."""
        return self.team or self.enterprise


def cipher(secret_key: str) -> Fernet:
    """The cipher of tokens at rest."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"resync-bot slack tokens").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


class Installations(AsyncInstallationStore):
    """Bolt's installation store, and `workspaces.Tokens`. All methods raise StoreUnavailableError."""

    def __init__(
        self,
        redis: Redis,
        fernet: Fernet,
        rotator: AsyncTokenRotator,
        *,
        namespace: str,
        installed: Told,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`installed(owner, user)` is told of every new installation; `now` gives seconds since 1970."""
        self._redis = redis
        self._fernet = fernet
        self._rotator = rotator
        self._prefix = f"slack:{namespace}:installation:"
        self._organisations = f"slack:{namespace}:organisation:"
        self._installed = installed
        self._now = now
        self._known: TTLCache[str, Installed] = TTLCache(5000, _PROCESS_SECONDS)

    @property
    def logger(self) -> logging.Logger:
        """Where slack_sdk says what it does."""
        return logging.getLogger("slack_sdk")

    # --- workspaces.Tokens ---

    async def token(self, team: str) -> str:
        """See Tokens."""
        found = await self._of_team(team)
        if found is None:
            raise SlackRefusedError("token", "not_authed", detail=f"not installed in {team}")
        if found.refresh_token and found.expires_at - self._now() < _ROTATE_MINUTES * 60:
            found = await self._rotated(found)
        return found.token

    async def is_installed(self, team: str, enterprise: str) -> bool:
        """See Tokens. What organisation a workspace belongs to is remembered: `token` is not told."""
        if await self._of_team(team):
            return True
        if not enterprise or not await self._find(enterprise):
            return False
        await self._set(self._organisations + team, enterprise.encode())
        return True

    # --- slack_sdk's store ---

    async def async_save(self, installation: Installation) -> None:
        """Keeps the newest installation of a workspace or organisation."""
        bot = installation.to_bot()
        await self.async_save_bot(bot)
        await self._installed(_installed(bot).owner, installation.user_id)

    async def async_save_bot(self, bot: Bot) -> None:
        """Keeps a bot's token."""
        await self._keep(_installed(bot))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The bot of a workspace, or of its whole organisation."""
        found = None if is_enterprise_install else await self._find(team_id or "")
        found = found or await self._find(enterprise_id or "")
        return _bot(found) if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets the token of a workspace or, without one, of an organisation."""
        await self._delete(team_id or enterprise_id or "")

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Only bot tokens are kept: nothing of a single user's is there to be forgotten."""

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets a workspace or, without one, an organisation."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    # --- Redis ---

    async def _of_team(self, team: str) -> Installed | None:
        """The workspace's own, or that of its organisation as far as it is known."""
        found = await self._find(team)
        if found is None and (enterprise := await self._get(self._organisations + team)):
            found = await self._find(enterprise.decode())
            if found:
                self._known[team] = found
        return found

    async def _find(self, owner: str) -> Installed | None:
        if owner in self._known:
            return self._known[owner]
        sealed = await self._get(self._prefix + owner) if owner else None
        if sealed is None:
            return None
        try:
            found = Installed(**orjson.loads(self._fernet.decrypt(sealed)))
        except (InvalidToken, TypeError):
            log.error("slack_installation_unreadable", of=owner, hint="Was SECRET_KEY changed? Install the app again.")  # noqa: TRY400
            return None
        self._known[owner] = found
        return found

    async def _keep(self, found: Installed) -> None:
        await self._set(self._prefix + found.owner, self._fernet.encrypt(orjson.dumps(asdict(found))))
        self._known.clear()  # an organisation's is known under each of its workspaces
        self._known[found.owner] = found

    async def _delete(self, owner: str) -> None:
        self._known.clear()
        try:
            await self._redis.delete(self._prefix + owner)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"an installation cannot be removed: {type(error).__name__}") from error

    async def _get(self, key: str) -> bytes | None:
        try:
            found: Any = await self._redis.get(key)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"an installation cannot be read: {type(error).__name__}") from error
        return None if found is None else bytes(found)

    async def _set(self, key: str, value: bytes) -> None:
        try:
            await self._redis.set(key, value)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"an installation cannot be kept: {type(error).__name__}") from error

    async def _rotated(self, old: Installed) -> Installed:
        """The new token; the old one while it lasts, if another replica is at it or Slack does not answer."""
        lock = f"{self._prefix}{old.owner}:rotating"
        try:
            if not await self._redis.set(lock, 1, nx=True, ex=_ROTATION_LOCK_SECONDS):
                self._known.clear()
                return await self._find(old.owner) or old
            bot = await self._rotator.perform_bot_token_rotation(
                bot=_bot(old), minutes_before_expiration=_ROTATE_MINUTES
            )
            if bot is not None:
                await self._keep(_installed(bot))
            await self._redis.delete(lock)
        except (SlackTokenRotationError, SlackClientError, TimeoutError, OSError) as error:
            log.warning("slack_token_not_rotated", of=old.owner, error=type(error).__name__)
            return old
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a token cannot be rotated: {type(error).__name__}") from error
        return self._known.get(old.owner, old)


class States(AsyncOAuthStateStore):
    """The states of installations under way: each good once, for ten minutes."""

    def __init__(self, redis: Redis, *, namespace: str, new_id: Callable[[], str]) -> None:
        self._redis = redis
        self._prefix = f"slack:{namespace}:state:"
        self._new_id = new_id

    @property
    def logger(self) -> logging.Logger:
        """Where slack_sdk says what it does."""
        return logging.getLogger("slack_sdk")

    async def async_issue(self, *args: object, **kwargs: object) -> str:  # noqa: ARG002  # see AsyncOAuthStateStore
        """A new state."""
        state = self._new_id()
        await self._redis.set(self._prefix + state, 1, ex=STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued and not used yet; from now on it is used."""
        return bool(await self._redis.delete(self._prefix + state))


def _installed(bot: Bot) -> Installed:
    return Installed(
        team="" if bot.is_enterprise_install else bot.team_id or "",
        enterprise=bot.enterprise_id or "",
        token=bot.bot_token,
        bot_id=bot.bot_id,
        bot_user=bot.bot_user_id,
        scopes=",".join(bot.bot_scopes),
        refresh_token=bot.bot_refresh_token or "",
        expires_at=float(bot.bot_token_expires_at or 0),
    )


def _bot(found: Installed) -> Bot:
    return Bot(
        team_id=found.team or None,
        enterprise_id=found.enterprise or None,
        is_enterprise_install=not found.team,
        bot_token=found.token,
        bot_id=found.bot_id,
        bot_user_id=found.bot_user,
        bot_scopes=found.scopes,
        bot_refresh_token=found.refresh_token or None,
        bot_token_expires_at=int(found.expires_at) or None,
        installed_at=0.0,
    )
