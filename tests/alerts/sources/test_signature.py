"""Who is let in: those who know the secret, now."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.alerts.sources.signature import (
    REMEMBERED,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    WINDOW,
    SignatureFault,
    sign,
    verify,
)
from tests.alerts.sources.bodies import NOW

SECRET, OLD, OTHER = "s" * 32, "o" * 32, "x" * 32
SECRETS = (SECRET, OLD)
BODY = b'{"JobName": "A"}'
AT = int(NOW.timestamp())
RIGHT = sign(SECRET, AT, BODY)


def _verify(timestamp: str, signature: str, body: bytes = BODY) -> str | SignatureFault:
    headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}
    return verify(headers, body, secrets=SECRETS, now=NOW)


def test_a_signature_is_an_hmac_of_version_time_and_body() -> None:
    signed = hmac.new(SECRET.encode(), f"v1:{AT}:".encode() + BODY, hashlib.sha256).hexdigest()
    assert f"v1={signed}" == RIGHT


@pytest.mark.parametrize(
    ("timestamp", "signature", "said"),
    [
        (str(AT), RIGHT, RIGHT),
        (str(AT), RIGHT.upper(), RIGHT),
        (str(AT), sign(OLD, AT, BODY), sign(OLD, AT, BODY)),
        (str(AT), sign(OTHER, AT, BODY), SignatureFault.WRONG),
        (str(AT), sign(SECRET, AT, BODY + b" "), SignatureFault.WRONG),
        (str(AT + 1), RIGHT, SignatureFault.WRONG),
        (str(AT), "v1=" + "0" * 64, SignatureFault.WRONG),
        (str(AT), RIGHT.removeprefix("v1="), SignatureFault.UNSIGNED),
        (str(AT), RIGHT[:-1], SignatureFault.UNSIGNED),
        (str(AT), "", SignatureFault.UNSIGNED),
        ("", RIGHT, SignatureFault.UNSIGNED),
        ("-1", RIGHT, SignatureFault.UNSIGNED),
        ("٣", RIGHT, SignatureFault.UNSIGNED),
        ("9" * 30, RIGHT, SignatureFault.UNSIGNED),
        ("1e9", RIGHT, SignatureFault.UNSIGNED),
    ],
)
def test_what_is_taken_for_signed(timestamp: str, signature: str, said: str | SignatureFault) -> None:
    assert _verify(timestamp, signature) == said


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(0, True), (-WINDOW, True), (WINDOW, True), (-WINDOW - 1, False), (WINDOW + 1, False)]
)
def test_a_signature_is_good_for_five_minutes(seconds: int, is_taken: bool) -> None:
    signature = sign(SECRET, AT + seconds, BODY)
    assert _verify(str(AT + seconds), signature) == (signature if is_taken else SignatureFault.STALE)


def test_a_wrong_signature_is_told_nothing_of_the_clock() -> None:
    assert _verify("0", sign(OTHER, 0, BODY)) is SignatureFault.WRONG


def test_a_signature_is_remembered_for_longer_than_it_is_good() -> None:
    assert timedelta(seconds=REMEMBERED) > timedelta(seconds=2 * WINDOW)


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 10**12 - 1))
def test_a_signature_is_of_one_body_and_one_time(body: bytes, other: bytes, timestamp: int) -> None:
    assert (sign(SECRET, timestamp, body) == sign(SECRET, timestamp, other)) == (body == other)
