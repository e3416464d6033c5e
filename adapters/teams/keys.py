"""The public keys with which the Bot Connector signs its requests, from its OpenID metadata.

Checked 2026-11-23: the metadata names the key set; each key carries a `kid` and, for the Bot Connector, the channels
that it is endorsed for. Microsoft rotates keys ahead of their use and asks to fetch them about daily.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from adapters.teams.calls import Calls, NoAnswerError
from adapters.teams.fresh import Fresh, Kept

HOUR = 3600.0
REFRESH = 12 * HOUR
DEAD = 5 * 24 * HOUR  # an outage of the metadata shorter than this goes unnoticed
UNKNOWN_KEY_INTERVAL = 60.0  # a forged key id must not make us fetch more often than this

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels (`msteams`) it may sign for; none means any."""

    key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The key set of one metadata URL."""

    def __init__(self, calls: Calls, metadata_url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._url = metadata_url
        self._clock = clock
        self.fresh: Fresh[dict[str, SigningKey]] = Fresh(self._fetch, clock=clock, name="teams signing keys")
        self._looking = asyncio.Lock()
        self._looked = float("-inf")  # for an unknown key, with an answer

    async def get(self, key_id: str) -> SigningKey | None:
        """The key, or None if there is none of that id, also after a look for new keys. Raises NoAnswerError."""
        known = await self.fresh.get()
        if key_id in known:
            return known[key_id]
        async with self._looking:  # those who come while somebody looks believe what is found
            known = await self.fresh.get()
            if key_id not in known and self._clock() - self._looked >= UNKNOWN_KEY_INTERVAL:
                known = await self.fresh.renew()
                self._looked = self._clock()
            return known.get(key_id)

    async def count(self) -> int:
        """How many keys there are: for the check. Raises NoAnswerError."""
        return len(await self.fresh.get())

    async def _fetch(self) -> Kept[dict[str, SigningKey]]:
        metadata = await self._json(self._url)
        keys_url = metadata.get("jwks_uri")
        if not isinstance(keys_url, str):
            raise NoAnswerError("the OpenID metadata names no jwks_uri", was_sent=True)
        found = dict(_signing_keys(await self._json(keys_url)))
        if not found:
            raise NoAnswerError("the OpenID key set holds no usable key", was_sent=True)
        now = self._clock()
        log.info("teams.signing_keys", count=len(found))
        return Kept(found, refresh_at=now + REFRESH, dead_at=now + DEAD)

    async def _json(self, url: str) -> dict[str, Any]:
        reply = await self._calls.call("GET", url)
        if not reply.is_good or not isinstance(reply.body, dict):
            raise NoAnswerError(f"{url} answered {reply.status} and no JSON object", was_sent=True)
        return reply.body


def _signing_keys(body: dict[str, Any]) -> list[tuple[str, SigningKey]]:
    listed = body.get("keys")
    found = []
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") != "RSA" or not isinstance(one.get("kid"), str):
            continue
        try:
            key = RSAAlgorithm.from_jwk(one)
        except (InvalidKeyError, ValueError):
            log.warning("teams.signing_key_unreadable")
            continue
        if isinstance(key, RSAPublicKey):
            endorsements = one.get("endorsements")
            channels = frozenset(map(str, endorsements)) if isinstance(endorsements, list) else frozenset()
            found.append((one["kid"], SigningKey(key, channels)))
    return found
