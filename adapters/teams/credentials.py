"""Who the bot is to Microsoft: an access token for the Bot Connector, kept fresh ahead of its expiry.

Protocols checked 2026-11-23: OAuth 2.0 client credentials of Microsoft Entra ID, and the managed identity endpoints of
Azure virtual machines (IMDS) and of App Service and Container Apps.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.teams.calls import TRANSIENT, Calls, NoAnswerError
from adapters.teams.fresh import Fresh, Kept
from resync_bot.errors import DeliveryRefusedError
from resync_bot.runtime.teams_settings import TeamsAppType, TeamsSettings

LOGIN = "https://login.microsoftonline.com"
IMDS = "http://169.254.169.254/metadata/identity/oauth2/token"  # reachable only from inside an Azure machine
SHORTEST_LIFE = 60.0
REFRESH_SHARE = 0.75  # of a token's life: the rest is the time in which an outage of the login service goes unnoticed


class CredentialsError(DeliveryRefusedError):
    """Microsoft does not give the bot a token: a setting is wrong, or the secret has expired."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str]
    form: dict[str, str] | None


def token_url(settings: TeamsSettings) -> str:
    """Where tokens are asked for, for the kind of registration that the settings name."""
    if settings.token_url:
        return settings.token_url
    match settings.app_type:
        case TeamsAppType.SINGLE_TENANT:
            return f"{LOGIN}/{settings.tenant_id}/oauth2/v2.0/token"
        case TeamsAppType.MULTI_TENANT:
            return f"{LOGIN}/botframework.com/oauth2/v2.0/token"
        case TeamsAppType.MANAGED_IDENTITY:
            return IMDS


class Credentials:
    """Gives the bot's access token. One request at a time, however many wait for it."""

    def __init__(self, calls: Calls, settings: TeamsSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._settings = settings
        self._clock = clock
        self.fresh: Fresh[str] = Fresh(self._fetch, clock=clock, name="teams access token")

    async def authorization(self) -> str:
        """The value of the Authorization header. Raises CredentialsError, NoAnswerError."""
        return f"Bearer {await self.fresh.get()}"

    def forget(self) -> None:
        """The token was refused: the next call asks for a new one."""
        self.fresh.expire()

    async def _fetch(self) -> Kept[str]:
        request = _token_request(self._settings)
        reply = await self._calls.call(request.method, request.url, headers=request.headers, data=request.form)
        if reply.status in TRANSIENT:
            raise NoAnswerError(f"no token: answered {reply.status}", was_sent=False, retry_after=reply.retry_after)
        body = reply.body if isinstance(reply.body, dict) else {}
        token = body.get("access_token")
        if not reply.is_good or not isinstance(token, str):
            code = str(body.get("error", ""))[:60]
            raise CredentialsError(
                f"no token for the bot: {reply.status} {code}".rstrip(),
                hint="Check TEAMS_APP_ID, TEAMS_APP_PASSWORD (has the secret expired?) and TEAMS_TENANT_ID.",
            )
        life = max(SHORTEST_LIFE, _seconds(body.get("expires_in")))
        now = self._clock()
        return Kept(token, refresh_at=now + life * REFRESH_SHARE, dead_at=now + life - SHORTEST_LIFE / 2)


def _token_request(settings: TeamsSettings) -> _Request:
    url = token_url(settings)
    if settings.app_type is not TeamsAppType.MANAGED_IDENTITY:
        secret = settings.app_password.get_secret_value() if settings.app_password else ""
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.app_id,
            "client_secret": secret,
            "scope": f"{settings.issuer}/.default",
        }
        return _Request("POST", url, {}, form)
    query = {"resource": settings.issuer, "client_id": settings.app_id}
    if settings.identity_header:  # App Service and Container Apps
        query["api-version"] = "2019-08-01"
        headers = {"X-IDENTITY-HEADER": settings.identity_header.get_secret_value()}
    else:
        query["api-version"] = "2018-02-01"
        headers = {"Metadata": "true"}
    return _Request("GET", f"{url}?{urlencode(query)}", headers, None)


def _seconds(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0
