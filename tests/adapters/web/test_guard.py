"""Who is kept out, and what every response carries."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web import factory
from resync_bot.conversation.ports import RateLimited
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.settings import Environment
from tests.adapters.conftest import MakeHost
from tests.adapters.small_bot import SmallBot
from tests.adapters.web.conftest import Client, ask, make_app

EVERY_ROUTE = [
    ("GET", "/"),
    ("GET", "/static/chat/app.js"),
    ("POST", "/api/chat"),
    ("GET", "/api/chat/some-conversation"),
    ("GET", "/api/chat/some-conversation/events"),
]


@pytest.fixture
async def production(make_host: MakeHost) -> AsyncIterator[Client]:
    """A client of a bot in production."""
    settings = {
        "environment": Environment.PRODUCTION,
        "secret_key": "k" * 43,
        "redis": {"url": "redis://redis"},
        "tws": {"host": "https://master", "api_key": "key"},
    }
    async with TestClient(TestServer(make_app(factory(make_host(**settings))))) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
async def test_production_serves_nothing_of_this(production: Client, bot: SmallBot, method: str, path: str) -> None:
    async with production.request(method, path, json={"message": "hi"} if method == "POST" else None) as response:
        assert response.status == 403
        assert await response.json() == {"error": "The chat page is closed here until people can sign in."}
        assert "Set-Cookie" not in response.headers
    assert not bot.accepted


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "[::1", "", "localhost@evil"]
)
@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
async def test_another_name_for_this_machine_is_refused(client: Client, host: str, method: str, path: str) -> None:
    async with client.request(method, path, headers={"Host": host}) as response:
        assert response.status in {400, 403}


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost:80", "LOCALHOST", "[::1]:8000"])
async def test_the_names_of_this_machine_are_served(make_host: MakeHost, host: str) -> None:
    app = make_app(factory(make_host()))
    async with TestClient(TestServer(app)) as client, client.get("/", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://[::1"},
    ],
)
@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE[2:])
async def test_other_sites_are_refused(
    client: Client, bot: SmallBot, headers: dict[str, str], method: str, path: str
) -> None:
    body = {"message": "hi"} if method == "POST" else None
    async with client.request(method, path, json=body, headers=headers) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
    assert not bot.accepted


async def test_the_page_itself_is_no_other_site(client: Client) -> None:
    headers = {"Origin": str(client.make_url("/")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    async with client.post("/api/chat", json={"message": "hi"}, headers=headers) as response:
        assert response.status == 200


async def test_a_form_of_another_site_cannot_post(client: Client, bot: SmallBot) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"Content-Type": media_type}
        async with client.post("/api/chat", data=b'{"message": "hi"}', headers=headers) as response:
            assert response.status == 415
    assert not bot.accepted


async def test_every_response_forbids_what_the_page_does_not_need(client: Client) -> None:
    for path in ("/", "/static/chat/app.js", "/static/chat/nothing.js", "/api/chat/unknown-one"):
        async with client.get(path) as response:
            policy = response.headers["Content-Security-Policy"].split("; ")
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert not any("unsafe" in rule or "*" in rule for rule in policy)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


MALFORMED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"hi"',
    b"\xff\xfe",
    b'{"message": "\\ud800"}',
    b"[" * 5000,
    b"{}",
    b'{"message": 5}',
    b'{"message": null}',
    b'{"message": ["hi"]}',
    b'{"message": "hi", "button": {"action": "ask", "value": "x"}}',
    b'{"button": {"action": "ask", "value": "x"}}',
    b'{"button": {"action": "", "value": "x"}, "conversation": "conversation-1"}',
    b'{"button": "ask", "conversation": "conversation-1"}',
    b'{"message": "hi", "conversation": "short"}',
    b'{"message": "hi", "conversation": "with blanks in it"}',
    b'{"message": "hi", "conversation": 12345678}',
    b'{"message": "hi", "id": "}:*"}',
    b'{"message": NaN}',
]


@pytest.mark.parametrize("body", MALFORMED)
async def test_a_malformed_body_gets_one_sentence(client: Client, bot: SmallBot, body: bytes) -> None:
    async with client.post("/api/chat", data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
        sentence = (await response.json())["error"]
    assert sentence.endswith(".")
    assert sentence[0].isupper() or sentence[0] == '"'
    assert "pydantic" not in sentence
    assert not bot.accepted


async def test_a_body_of_megabytes_is_refused_before_it_is_read(client: Client, bot: SmallBot) -> None:
    async with ask(client, "x" * 600_000) as response:
        assert response.status == 413
        assert (await response.json())["error"] == "That is too long for a question."
    assert not bot.accepted


async def test_a_body_without_a_length_is_no_way_around(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(600):
            yield b" " * 1000

    async with client.post("/api/chat", data=endless(), headers={"Content-Type": "application/json"}) as response:
        assert response.status == 413


async def test_forty_thousand_characters_of_any_script_reach_the_intake(client: Client, bot: SmallBot) -> None:
    async with ask(client, "😀" * 40_000) as response:
        assert response.status == 200
    assert len(bot.accepted) == 1


async def test_an_unknown_conversation_is_not_found(client: Client, bot: SmallBot) -> None:
    async with ask(client, "hi", "conversation-of-somebody") as response:
        assert response.status == 404
    assert not bot.accepted


async def test_a_flood_is_told_when_to_come_again(client: Client, bot: SmallBot) -> None:
    bot.verdicts = [RateLimited(retry_after=2.1, tell=True), RateLimited(retry_after=0.0, tell=False)]
    for wait in ("3", "1"):
        async with ask(client, "hi") as response:
            got = await response.json()
        assert response.status == 429
        assert response.headers["Retry-After"] == wait
        assert got["state"] == "RATE_LIMITED"
        assert f"{wait} s" in got["error"]


async def test_a_store_that_is_away_is_said_plainly(client: Client, bot: SmallBot) -> None:
    bot.verdicts = [StoreUnavailableError("redis://:secret@host refused")]
    async with ask(client, "hi") as response:
        assert response.status == 503
        assert response.headers["Retry-After"]
        assert "secret" not in await response.text()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_do_nothing(client: Client, method: str) -> None:
    async with client.request(method, "/api/chat") as response:
        assert response.status == 405


async def test_what_is_turned_away_is_counted_by_reason(make_host: MakeHost) -> None:
    host = make_host()
    async with TestClient(TestServer(make_app(factory(host)))) as client:
        async with client.get("/", headers={"Host": "evil.example"}):
            pass
        async with client.get("/api/chat/unknown-one"):
            pass
    for reason in ("host", "unknown_conversation"):
        assert host.metrics.get_sample_value("resync_web_turned_away_total", {"reason": reason}) == 1
