"""Whether a request is believed: see `tokens` for the Bot Connector's; here is the local test client's."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

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


class Authentication(Protocol):
    """Decides whether a request is believed."""

    async def verify(self, request: Request) -> dict[str, Any]:
        """The claims of its token. Raises DeniedError, or NoAnswerError if that cannot be known now."""
        ...


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
