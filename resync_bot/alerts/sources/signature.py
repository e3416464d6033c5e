"""Who may hand in notices: those who know the secret.

A request carries the time of its signing, in whole seconds since 1970, and an HMAC-SHA256 in hexadecimal digits:

    X-Resync-Timestamp: 1795471200
    X-Resync-Signature: v1=<HMAC of "v1:1795471200:" and the body>

A signature is taken once, and within five minutes of its time on either side, for clocks that differ.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

TIMESTAMP_HEADER: Final = "X-Resync-Timestamp"
SIGNATURE_HEADER: Final = "X-Resync-Signature"
VERSION: Final = "v1"

WINDOW: Final = 300  # seconds
REMEMBERED: Final = 2 * WINDOW + 60  # seconds: longer than any signature can be in its window, on any replica's clock

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(rf"{VERSION}=[0-9a-f]{{64}}")


class SignatureFault(StrEnum):
    """Why a request is not from one who knows the secret, or not from now."""

    UNSIGNED = "unsigned"  # a header is missing or malformed
    WRONG = "wrong_signature"
    STALE = "stale"  # signed by one who knows the secret, too long ago or in the future


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature's header."""
    signed = b"%s:%d:%s" % (VERSION.encode(), timestamp, body)
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def verify(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], now: datetime) -> str | SignatureFault:
    """The signature, which names the request; or why it is none. Any of `secrets` may have signed it.

    Takes the same time wherever a wrong signature differs, and whichever secret a right one is of.
    """
    timestamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "").lower()
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return SignatureFault.UNSIGNED
    signed_at = int(timestamp)
    matches = [hmac.compare_digest(signature, sign(secret, signed_at, body)) for secret in secrets]
    if not any(matches):
        return SignatureFault.WRONG
    # Only now, so that nobody else learns how this clock stands.
    if abs(now.timestamp() - signed_at) > WINDOW:
        return SignatureFault.STALE
    return signature
