"""Who is believed: the Bot Connector, for this bot, from a tenant that is allowed; nobody else."""

from collections.abc import Callable

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.teams import factory
from adapters.teams.authentication import is_allowed_url
from resync_bot.runtime.settings import Environment
from tests.adapters.conftest import MakeHost
from tests.adapters.small_bot import SmallBot
from tests.adapters.teams.conftest import Bot, Start
from tests.adapters.teams.connector import ISSUER, Json, Microsoft

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)

WRONG_TOKENS: dict[str, Callable[[Microsoft], str | None]] = {
    "none": lambda _: None,
    "not a token": lambda _: "abc",
    "expired": lambda it: it.sign(lifetime=-600),
    "not yet valid": lambda it: it.sign(not_before=600),
    "for another bot": lambda it: it.sign(audience="other"),
    "by another issuer": lambda it: it.sign(issuer="https://evil.example"),
    "for another service url": lambda it: it.sign(service_url="https://evil.example"),
    "signed by a stranger": lambda it: it.sign(key=STRANGER),
    "unsigned": lambda it: jwt.encode({"iss": ISSUER}, None, "none", headers={"kid": "key-1"}),  # type: ignore[arg-type]  # the attack itself
    "signed with a shared secret": lambda it: jwt.encode({"iss": ISSUER}, "x" * 64, "HS256", headers={"kid": "key-1"}),
    "without expiry": lambda it: it.sign(without=("exp",)),
    "without audience": lambda it: it.sign(without=("aud",)),
    "without service url": lambda it: it.sign(without=("serviceurl",)),
}


@pytest.mark.parametrize("wrong", WRONG_TOKENS)
async def test_a_wrong_token_is_401_and_goes_nowhere(teams: Bot, wrong: str) -> None:
    response = await teams.deliver(teams.microsoft.activity(), token=WRONG_TOKENS[wrong](teams.microsoft))
    assert response.status == 401
    assert not teams.brain.accepted
    assert not teams.microsoft.calls


async def test_t3_an_unknown_key_id_is_401(teams: Bot) -> None:
    """T3: the SDK answers 500 to a key id that it does not know."""
    token = teams.microsoft.sign(key=STRANGER, named_key="nobody's")
    assert (await teams.deliver(teams.microsoft.activity(), token=token)).status == 401
    assert not teams.brain.accepted


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer ", "bearer\tabc"])
async def test_what_is_no_bearer_token_is_401(teams: Bot, header: str) -> None:
    response = await teams.deliver(teams.microsoft.activity(), token=None, Authorization=header)
    assert response.status == 401


async def test_t23_clocks_may_differ_by_five_minutes(teams: Bot) -> None:
    """T2: keys and tokens are fetched once, asynchronously, whoever waits for them."""
    for token in (teams.microsoft.sign(lifetime=-240), teams.microsoft.sign(not_before=240)):
        await teams.ask(teams.microsoft.activity(), token=token)


async def test_a_key_signs_only_for_the_channels_that_it_is_endorsed_for(teams: Bot) -> None:
    response = await teams.deliver(teams.microsoft.activity(channelId="directline"))
    assert response.status == 401


async def test_t13_the_service_url_must_be_one_of_the_allowed(start: Start) -> None:
    """T13: the service URL is checked against the token's claim and the allow-list."""
    async with start(service_urls="https://smba.trafficmanager.net/") as teams:
        assert (await teams.deliver(teams.microsoft.activity())).status == 401


async def test_people_of_tenants_that_are_not_allowed_are_401(teams: Bot) -> None:
    foreign = {"tenant": {"id": "somebody-else"}}
    assert (await teams.deliver(teams.microsoft.activity(channelData=foreign))).status == 401


async def test_several_tenants_can_be_allowed(start: Start) -> None:
    async with start(app_type="multi-tenant", tenant_id="", tenants="other, tenant-2") as teams:
        foreign = {"tenant": {"id": "tenant-2"}}
        teams.microsoft.members["29:ann"] = {"tenantId": "tenant-2"}
        await teams.ask(teams.microsoft.activity(channelData=foreign))
        assert (await teams.deliver(teams.microsoft.activity())).status == 401


@pytest.mark.parametrize(
    "member",
    [{"userRole": "guest"}, {"userRole": "anonymous"}, {"userPrincipalName": "a_b.c#EXT#@d"}, {"tenantId": "other"}],
)
async def test_guests_and_people_of_other_tenants_get_nothing(teams: Bot, member: Json) -> None:
    teams.microsoft.members["29:ann"] = member
    assert (await teams.deliver(teams.microsoft.activity())).status == 202
    assert not teams.brain.accepted
    assert not teams.microsoft.said()


async def test_guests_are_answered_where_the_settings_say_so(start: Start) -> None:
    async with start(allow_guests=True) as teams:
        teams.microsoft.members["29:ann"] = {"userRole": "guest"}
        await teams.ask(teams.microsoft.activity())


async def test_who_somebody_is_is_looked_up_once(teams: Bot) -> None:
    for text in ("one", "two"):
        await teams.ask(teams.microsoft.activity(text))
    assert teams.microsoft.hits["member"] == 1


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b'"text"', b"{}", b'{"type": "message"}', b"\xff\xfe", b'{"type": 5, "from": 5}'],
)
async def test_a_broken_body_is_400(teams: Bot, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {teams.microsoft.sign()}"}
    response = await teams.client.post("/api/messages", data=body, headers=headers)
    assert response.status == 400


async def test_a_field_of_the_wrong_kind_is_400_and_one_that_is_not_read_is_ignored(teams: Bot) -> None:
    assert (await teams.deliver(teams.microsoft.activity(timestamp="yesterday"))).status == 400
    assert (await teams.deliver(teams.microsoft.activity(localTimestamp="yesterday"))).status == 202


async def test_what_is_not_json_is_400(teams: Bot) -> None:
    response = await teams.client.post("/api/messages", data=b"a=b", headers={"Content-Type": "text/plain"})
    assert response.status == 400


async def test_a_new_key_is_found_when_the_first_token_names_it(teams: Bot) -> None:
    await teams.ask(teams.microsoft.activity())
    teams.microsoft.add_key("key-2")
    teams.microsoft.withdraw_key("key-1")
    await teams.ask(teams.microsoft.activity(), token=teams.microsoft.sign(key_id="key-2"))
    assert (await teams.deliver(teams.microsoft.activity())).status == 401  # by the key that is published no more


async def test_forged_key_ids_do_not_make_it_fetch_keys_again_and_again(teams: Bot) -> None:
    for number in range(5):
        token = teams.microsoft.sign(key=STRANGER, named_key=f"forged-{number}")
        assert (await teams.deliver(teams.microsoft.activity(), token=token)).status == 401
    assert teams.microsoft.hits["keys"] == 2


# --- the local test client ---


@pytest.fixture
async def development(make_host: MakeHost, microsoft: Microsoft) -> TestClient[web.Request, web.Application]:
    adapter = factory(make_host(environment=Environment.DEVELOPMENT))
    assert adapter is not None
    app = web.Application()
    app.add_routes(adapter.routes())
    return TestClient(TestServer(app))


async def test_without_an_app_id_there_is_teams_in_development_only(make_host: MakeHost) -> None:
    assert factory(make_host(environment=Environment.TEST)) is None
    assert factory(make_host(environment=Environment.DEVELOPMENT)) is not None


async def test_the_local_test_client_is_answered_without_tokens(
    make_host: MakeHost, microsoft: Microsoft, bot: SmallBot
) -> None:
    microsoft.tokens.add("")
    adapter = factory(make_host(environment=Environment.DEVELOPMENT))
    assert adapter is not None
    app = web.Application()
    app.add_routes(adapter.routes())
    async with bot.working(adapter), TestClient(TestServer(app)) as client:
        assert (await client.post("/api/messages", json=microsoft.activity())).status == 202
        await microsoft.until(lambda: bool(microsoft.said()))
    assert {call.authorization for call in microsoft.calls} == {""}


@pytest.mark.parametrize(
    ("headers", "service_url"),
    [
        ({"X-Forwarded-For": "203.0.113.9"}, "http://localhost:56150/_connector"),
        ({"Host": "evil.example"}, "http://localhost:56150/_connector"),
        ({}, "http://evil.example/_connector"),
        ({}, "http://localhost@evil.example/"),
    ],
)
async def test_anonymous_requests_come_from_this_machine_and_answers_stay_on_it(
    development: TestClient[web.Request, web.Application],
    microsoft: Microsoft,
    headers: dict[str, str],
    service_url: str,
) -> None:
    async with development:
        activity = microsoft.activity(serviceUrl=service_url)
        response = await development.post("/api/messages", json=activity, headers=headers)
        assert response.status == 401


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/amer/", True),
        ("https://smba.trafficmanager.net/", True),
        ("https://SMBA.trafficmanager.net/br", True),
        ("https://smba.trafficmanager.net", True),
        ("http://smba.trafficmanager.net/amer/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://evil@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net/../evil", False),
        ("", False),
    ],
)
def test_a_service_url_is_compared_by_its_parts(url: str, allowed: bool) -> None:
    assert is_allowed_url(url, ("https://smba.trafficmanager.net/",)) is allowed


def test_a_path_is_allowed_by_whole_segments() -> None:
    assert is_allowed_url("https://h/teams/x", ("https://h/teams",))
    assert not is_allowed_url("https://h/teamsters", ("https://h/teams",))
