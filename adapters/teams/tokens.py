"""Whether a request really comes from the Bot Connector, for this bot, from a tenant that is allowed.

Rules of Microsoft's page on Bot Connector authentication, checked 2026-11-23: RS256 by a published key that is endorsed
for the channel, issuer and audience exact, `serviceurl` claim equal to the activity's, clocks up to five minutes apart.
"""

from collections.abc import Collection
from typing import Any

import jwt

from adapters.teams.authentication import Denial, DeniedError, Request, is_allowed_url
from adapters.teams.keys import SigningKeys
from adapters.teams.limits import CLOCK_SKEW


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
            read = jwt.decode_complete(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise DeniedError(Denial.MALFORMED) from error
        # Looked at before its time, so that a stranger's token costs no fetch of keys; checked again below.
        if read["payload"].get("iss") != self._issuer:
            raise DeniedError(Denial.ISSUER)
        key = await self._keys.get(str(read["header"].get("kid", "")))
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
