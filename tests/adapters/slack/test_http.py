"""The door: signature, age, shape."""

import json
import time

import pytest

from tests.adapters.slack.conftest import Desk
from tests.adapters.slack.standin import signed_headers

JSON = {"Content-Type": "application/json"}


async def test_slack_checks_the_address(desk: Desk) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}).encode()
    status, text = await desk.says.raw(body, {**JSON, **signed_headers(body)})
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "9" * 40},
        {"X-Slack-Request-Timestamp": "-5"},
    ],
)
async def test_what_slack_did_not_sign_is_turned_away(desk: Desk, headers: dict[str, str]) -> None:
    body = json.dumps(desk.says.event(desk.says.message("D0ANA", "hi"))).encode()
    right = signed_headers(body) if headers else {}
    status, _ = await desk.says.raw(body, {**JSON, **right, **headers})
    assert status == 401
    assert desk.bot.accepted == []


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 401), (-310, 401)])
async def test_a_signature_is_good_for_five_minutes(desk: Desk, age: int, status: int) -> None:
    body = json.dumps(desk.says.event(desk.says.message("D0ANA", "hi"))).encode()
    got, _ = await desk.says.raw(body, {**JSON, **signed_headers(body, at=time.time() - age)})
    assert got == status


async def test_another_secret_is_turned_away(desk: Desk) -> None:
    body = json.dumps(desk.says.event(desk.says.message("D0ANA", "hi"))).encode()
    status, _ = await desk.says.raw(body, {**JSON, **signed_headers(body, secret="guess")})
    assert status == 401


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"{}", b"\xff\xfe", b'{"type": 5}', b'"text"'])
async def test_a_body_that_cannot_be_read_harms_nobody(desk: Desk, body: bytes) -> None:
    try:
        headers = signed_headers(body)
    except UnicodeDecodeError:
        headers = {}
    status, _ = await desk.says.raw(body, {**JSON, **headers})
    assert status in (200, 400, 401)
    assert await desk.says.say(desk.says.message("D0ANA", "hi")) == 200


async def test_slack_that_holds_events_back_is_acknowledged_s17(desk: Desk) -> None:
    assert await desk.says.post({"type": "app_rate_limited", "team_id": "T0HOME", "minute_rate_limited": 1}) == 200


async def test_events_that_nobody_asked_for_are_acknowledged(desk: Desk) -> None:
    assert await desk.says.say({"type": "reaction_added", "user": "U0ANA"}) == 200
