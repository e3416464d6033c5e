"""Credentials: what is sent, a key file that changes, and the warning before a key expires."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from resync_bot.errors import ConfigurationError
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.credentials import Credentials, expiry_of
from resync_bot.tws.metrics import TwsMetrics
from tests.tws.conftest import settings
from tests.tws.test_client import serving

TODAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def key(expires: datetime | None = None) -> str:
    """A token as engines issue it; nobody here checks its signature."""
    claims = {"sub": "resync"} | ({} if expires is None else {"exp": int(expires.timestamp())})
    parts = [orjson.dumps({"alg": "RS256"}), orjson.dumps(claims), b"signature"]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


class Clock:
    """The test's own time, for the wall and for the looks at the file."""

    def __init__(self) -> None:
        self.now = TODAY
        self.seconds = 0.0

    def credentials(self, registry: CollectorRegistry | None = None, **changes: Any) -> Credentials:
        chosen = settings("https://master").model_validate({"host": "https://master", **changes})
        metrics = TwsMetrics(registry or CollectorRegistry())
        return Credentials(chosen, metrics, now=lambda: self.now, monotonic=lambda: self.seconds)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"user": "ana", "password": "s3cret"}, "Basic YW5hOnMzY3JldA=="),
        ({"api_key": "abc", "user": "ana"}, "Bearer abc"),
    ],
)
def test_what_is_sent(changes: dict[str, Any], sent: str) -> None:
    assert Clock().credentials(**changes).header() == sent


def test_a_key_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path, clock = tmp_path / "key", Clock()
    path.write_text("first\n")
    credentials = clock.credentials(api_key_file=path)
    assert credentials.header() == "Bearer first"
    path.write_text("second\n")
    assert credentials.header() == "Bearer first"  # not looked at with every call
    clock.seconds += 1
    assert credentials.header() == "Bearer second"
    replaced = tmp_path / "new"
    replaced.write_text("third!\n")
    replaced.rename(path)  # as Kubernetes and careful people do it
    clock.seconds += 1
    assert credentials.header() == "Bearer third!"


def test_a_key_file_that_goes_away_or_is_empty_leaves_the_last_key(tmp_path: Path) -> None:
    path, clock = tmp_path / "key", Clock()
    path.write_text("first")
    credentials = clock.credentials(api_key_file=path)
    for break_it in (lambda: path.write_text("  \n"), path.unlink):
        break_it()
        clock.seconds += 1
        with structlog.testing.capture_logs() as logs:
            assert credentials.header() == "Bearer first"
        assert [entry["event"] for entry in logs] == ["tws.key_file"]
        assert "first" not in str(logs)


@pytest.mark.parametrize("content", [None, "", "two words", "two\nlines", "ключ"])
def test_a_key_file_that_is_no_key_stops_the_start(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match="TWS_API_KEY_FILE"):
        Clock().credentials(api_key_file=path)


@pytest.mark.parametrize("key", ["", "two words", "ключ", "a\x00b"])
def test_a_key_that_cannot_be_one_stops_the_start(key: str) -> None:
    with pytest.raises(ConfigurationError, match="TWS_API_KEY:") as caught:
        Clock().credentials(api_key=key)
    assert not key or key not in str(caught.value)


def test_a_key_that_expires_soon_is_told_once_a_day() -> None:
    clock, registry = Clock(), CollectorRegistry()
    credentials = clock.credentials(registry, api_key=key(TODAY + timedelta(days=20)))

    def warnings() -> list[int]:
        with structlog.testing.capture_logs() as logs:
            credentials.header()
            credentials.header()
        return [entry["days"] for entry in logs]

    def days_left() -> float | None:
        return registry.get_sample_value("resync_tws_key_days_left", {"engine": "PROD"})

    assert (warnings(), days_left()) == ([], 20.0)
    clock.now += timedelta(days=7)
    assert (warnings(), days_left()) == ([13], 13.0)
    clock.now += timedelta(hours=23)
    assert warnings() == []
    clock.now += timedelta(hours=2)
    assert warnings() == [11]
    clock.now += timedelta(days=30)
    assert warnings() == [0]
    assert (days_left() or 0) < 0


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", "a.!!.c", key(), "a." + base64.b64encode(b"[]").decode() + ".c"])
def test_a_key_that_does_not_say_never_expires(text: str) -> None:
    assert expiry_of(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_key(text: str) -> None:
    expiry_of(text)
    expiry_of(f"a.{text}.c")


async def test_a_refused_key_is_looked_up_again_at_once(tmp_path: Path) -> None:
    """The key was replaced a moment ago, and the engine knows it before we do."""
    path, seen = tmp_path / "key", list[str]()
    path.write_text("old")

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Authorization"])
        if seen[-1] == "Bearer new-key":
            return web.json_response({"displayVersion": "10.2.5"})
        return web.json_response({"messages": ["expired"]}, status=401)

    async with serving(answer) as url, connect_engine(settings(url, api_key_file=path)) as tws:
        path.write_text("new-key")
        assert (await tws.engine()).version == "10.2.5"
    assert seen == ["Bearer old", "Bearer new-key"]


async def test_an_engine_tells_when_the_key_expires() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"displayVersion": "10.2.5"})

    expires = datetime(2027, 1, 31, tzinfo=UTC)
    async with serving(answer) as url, connect_engine(settings(url, api_key=key(expires))) as tws:
        engine = await tws.engine()
    assert engine.key_expires == expires
    assert "key" not in engine.model_dump_json()
