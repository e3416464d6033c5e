"""Who writes: the name and zone for answers, and whether the person is a full member of the workspace.

Slack tells guests and strangers apart only in users.info. It is asked once per person and hour, and never while Slack
waits to be acknowledged.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Final

import orjson
from cachetools import TTLCache
from redis.asyncio import Redis

from adapters.slack.api import Json, SlackApi
from adapters.slack.behind import Behind
from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.ids import PLATFORM
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import Person
from resync_bot.errors import DeliveryDelayedError, DeliveryError, StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

_PROCESS_SECONDS: Final = 300.0
_REDIS_SECONDS: Final = 3600
_PEOPLE: Final = 20_000
PATIENCE: Final = 2.0  # seconds for one attempt to find out: a press must be acknowledged within three


@dataclass(frozen=True, slots=True)
class Profile:
    """What users.info says of a person, as far as the bot needs it."""

    name: str = ""
    email: str = ""
    zone: str = ""
    team: str = ""
    enterprise: str = ""
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    is_gone: bool = False

    def person(self, user: str) -> Person:
        """In the words of the conversation."""
        return Person(PLATFORM, user, self.name, self.email or None, self.zone or None)


class People:
    """A cache of profiles: in this process, then in Redis, then Slack."""

    def __init__(
        self,
        api: SlackApi,
        workspaces: Workspaces,
        redis: Redis,
        behind: Behind,
        *,
        namespace: str,
        patience: Callable[[Awaitable[Profile]], Awaitable[Profile]] | None = None,
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._redis = redis
        self._behind = behind
        self._prefix = f"slack:{namespace}:person:"
        self._profiles: TTLCache[str, Profile] = TTLCache(_PEOPLE, _PROCESS_SECONDS)
        self._asking: dict[str, asyncio.Future[Profile]] = {}
        self._patience = patience or _at_most(PATIENCE)

    def known(self, team: str, user: str) -> Profile | None:
        """What this process knows already."""
        try:
            return self._profiles[f"{team}/{user}"]  # its `get` looks three times
        except KeyError:
            return None

    def ask(self, team: str, user: str) -> None:
        """Begins to find out, so that it is known soon. Waits for nothing."""
        self._asked(team, user)

    async def profile(self, team: str, user: str) -> Profile:
        """Raises StoreUnavailableError, or DeliveryError if it is not known in time: it may be by the next attempt."""
        known = self.known(team, user)
        if known is not None:
            return known
        asking = self._asked(team, user)
        if asking is None:
            raise DeliveryDelayedError("too much is being looked up", retry_after=1.0)
        return await self._patience(asyncio.shield(asking))

    def _asked(self, team: str, user: str) -> "asyncio.Future[Profile] | None":
        """Two questions about one person at the same moment cost one call."""
        name = f"{team}/{user}"
        asking = self._asking.get(name)
        if asking is None:
            asking = self._asking[name] = asyncio.get_running_loop().create_future()
            if not self._behind.run(self._ask(team, user, asking), name="profile"):
                del self._asking[name]
                return None
        return asking

    async def _ask(self, team: str, user: str, asking: "asyncio.Future[Profile]") -> None:
        name = f"{team}/{user}"
        try:
            profile = await self._find(team, user)
            self._profiles[name] = profile
        except (StoreUnavailableError, DeliveryError) as error:
            asking.set_exception(error)
            asking.exception()  # also if nobody waits any more
        except asyncio.CancelledError:
            asking.cancel()
            raise
        else:
            asking.set_result(profile)
        finally:
            del self._asking[name]

    async def _find(self, team: str, user: str) -> Profile:
        key = f"{self._prefix}{team}/{user}"
        try:
            if kept := await self._redis.get(key):
                return Profile(**orjson.loads(kept))
            profile = await self._from_slack(team, user)
            await self._redis.set(key, orjson.dumps(asdict(profile)), ex=_REDIS_SECONDS)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a person cannot be looked up: {type(error).__name__}") from error
        return profile

    async def _from_slack(self, team: str, user: str) -> Profile:
        token = await self._workspaces.token(team)
        try:
            answer = await self._api.read("users.info", token, {"user": user})
        except SlackRefusedError as error:
            if error.code in ("user_not_found", "user_not_visible"):
                return Profile(is_stranger=True)
            if error.refusal is Refusal.FEATURE:
                return Profile()  # a server without users knows no guests either
            raise
        return profile_of(answer.get("user") or {})


def profile_of(user: Json) -> Profile:
    """From the shape of docs.slack.dev/reference/objects/user-object (checked 2026-11-23)."""
    profile = user.get("profile") or {}
    return Profile(
        name=str(profile.get("display_name") or profile.get("real_name") or user.get("name") or ""),
        email=str(profile.get("email") or ""),
        zone=str(user.get("tz") or ""),
        team=str(user.get("team_id") or ""),
        enterprise=str((user.get("enterprise_user") or {}).get("enterprise_id") or ""),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        is_bot=bool(user.get("is_bot")),
        is_gone=bool(user.get("deleted")),
    )


def _at_most(seconds: float) -> Callable[[Awaitable[Profile]], Awaitable[Profile]]:
    async def wait(asked: Awaitable[Profile]) -> Profile:
        try:
            async with asyncio.timeout(seconds):
                return await asked
        except TimeoutError:
            raise DeliveryDelayedError("Slack does not say who this is", retry_after=seconds) from None

    return wait
