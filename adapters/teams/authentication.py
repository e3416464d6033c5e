"""Whether a request really comes from the Bot Connector, for this bot, from a tenant that is allowed.

Rules of Microsoft's page on Bot Connector authentication, checked 2026-11-23: RS256 by a published key that is endorsed
for the channel, issuer and audience exact, `serviceurl` claim equal to the activity's, clocks up to five minutes apart.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import jwt

from adapters.teams.keys import SigningKeys
from adapters.teams.limits import CLOCK_SKEW

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Denial(StrEnum):
    """Why a request is not believed. Counted and logged; the sender learns only that it is not."""

    NO_TOKEN = "no_token"  # noqa: S105  # a reason, not a secret
    NOT_BEARER = "not_bearer"
    MALFORMED = "malformed"
    ISSUER = "issuer"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    AUDIENCE = "audience"
    ENDORSEMENT = "endorsement"
    SERVICE_URL = "service_url"
    TENANT = "tenant"
    NOT_LOCAL = "not_local"


class DeniedError(PermissionError):
    """The request is not believed: answer 401."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(f"denied: {denial}")
        self.denial = denial


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a request before it is believed."""

    authorization: str
    channel_id: str
    service_url: str
    tenant: str
    is_from_this_machine: bool = False


class BotConnectorAuthentication:
    """Believes what the Bot Connector signed for this bot."""

    def __init__(
        self,
        keys: SigningKeys,
        *,
        app_id: str,
        issuer: str,
        tenants: Collection[str],
        service_urls: Collection[str],
    ) -> None:
        if not app_id:
            raise ValueError("app_id must not be empty: every token would be for this bot")
        self._keys = keys
        self._app_id = app_id
        self._issuer = issuer
        self._tenants = frozenset(tenants)
        self._service_urls = tuple(service_urls)

    async def verify(self, request: Request) -> dict[str, Any]:
        """The claims of the token. Raises DeniedError, or NoAnswerError if the keys cannot be fetched."""
        claims = await self._claims(request)
        if not request.service_url or claims.get("serviceurl") != request.service_url:
            raise DeniedError(Denial.SERVICE_URL)
        if not is_allowed_url(request.service_url, self._service_urls):
            raise DeniedError(Denial.SERVICE_URL)
        if request.tenant not in self._tenants:
            raise DeniedError(Denial.TENANT)
        return claims

    async def _claims(self, request: Request) -> dict[str, Any]:
        if not request.authorization:
            raise DeniedError(Denial.NO_TOKEN)
        scheme, _, token = request.authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise DeniedError(Denial.NOT_BEARER)
        try:
            header = jwt.get_unverified_header(token)
            # Looked at before its time, so that a stranger's token costs no fetch of keys; checked again below.
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError as error:
            raise DeniedError(Denial.MALFORMED) from error
        if issuer != self._issuer:
            raise DeniedError(Denial.ISSUER)
        key = await self._keys.get(str(header.get("kid", "")))
        if key is None:
            raise DeniedError(Denial.UNKNOWN_KEY)
        if key.endorsements and request.channel_id not in key.endorsements:
            raise DeniedError(Denial.ENDORSEMENT)
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=self._issuer,
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise DeniedError(_denial(error)) from error


class LocalTestClientAuthentication:
    """Believes anonymous requests of a test client on this machine, and nobody else. For development only."""

    async def verify(self, request: Request) -> dict[str, Any]:
        """No claims. Raises DeniedError."""
        if not request.is_from_this_machine or not is_loopback(request.service_url):
            raise DeniedError(Denial.NOT_LOCAL)
        return {}


def is_allowed_url(url: str, allowed: Collection[str]) -> bool:
    """Whether `url` lies under one of `allowed`: same scheme, host and port, path below it."""
    asked = urlsplit(url)
    if asked.username or asked.password or ".." in asked.path:
        return False
    for prefix in allowed:
        one = urlsplit(prefix)
        path = one.path if one.path.endswith("/") else f"{one.path}/"
        if (asked.scheme, asked.netloc.lower()) == (one.scheme, one.netloc.lower()) and f"{asked.path}/".startswith(
            path
        ):
            return True
    return False


def is_loopback(url: str) -> bool:
    """Whether the server of `url` is this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK and not parts.username


def _denial(error: jwt.PyJWTError) -> Denial:
    match error:
        case jwt.ExpiredSignatureError():
            return Denial.EXPIRED
        case jwt.ImmatureSignatureError():
            return Denial.NOT_YET
        case jwt.InvalidAudienceError():
            return Denial.AUDIENCE
        case jwt.InvalidIssuerError():
            return Denial.ISSUER
        case jwt.InvalidSignatureError() | jwt.InvalidAlgorithmError():
            return Denial.SIGNATURE
        case _:
            return Denial.MALFORMED
