"""Several workspaces: installing by OAuth, tokens at rest, their rotation, and the end of an installation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import InvalidToken
from pydantic import SecretStr
from redis.asyncio import Redis

from adapters.slack import factory
from adapters.slack.installations import cipher
from resync_bot.conversation.model import Question
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters.slack.conftest import Desk, DeskMaker
from tests.adapters.slack.standin.methods import Methods
from tests.adapters.slack.standin.state import Json

# slack_sdk 3.47 sends the client's secret by a class that aiohttp 3.14 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

OAUTH = {"bot_token": None, "client_id": "1.2", "client_secret": "shh", "public_url": "https://bot.example.org/"}
SECRET_KEY = "0123456789abcdef0123456789abcdef"


def grant(token: str, workspace: str, **facts: object) -> Json:
    """What oauth.v2.access answers."""
    return {
        "access_token": token, "token_type": "bot", "scope": "chat:write,users:read", "bot_user_id": "U0BOT",
        "app_id": "A0APP", "team": {"id": workspace, "name": workspace.title()}, "enterprise": None,
        "is_enterprise_install": False, "authed_user": {"id": "U0ADMIN"}, **facts,
    }  # fmt: skip


@pytest.fixture
async def desk(open_desk: DeskMaker) -> AsyncIterator[Desk]:
    """A desk that any workspace can install."""
    async with open_desk(**OAUTH, secret_key=SecretStr(SECRET_KEY)) as one:
        yield one


class Browser:
    """Somebody who installs the app."""

    def __init__(self, desk: Desk, session: aiohttp.ClientSession) -> None:
        self._url = desk.says.url
        self._session = session
        self.cookie = ""
        self.state = ""

    async def begin(self) -> dict[str, list[str]]:
        """Opens /slack/install; what Slack is asked for."""
        async with self._session.get(f"{self._url}/slack/install") as response:
            page = await response.text()
            cookies: SimpleCookie = SimpleCookie(response.headers["Set-Cookie"])
        ((name, cookie),) = cookies.items()
        self.cookie = f"{name}={cookie.value}"
        link = page.split('href="https://slack.com')[1].split('"')[0].replace("&amp;", "&")
        asked = parse_qs(urlsplit(link).query)
        self.state = asked["state"][0]
        return asked

    async def come_back(self, *, code: str = "good", state: str = "", cookie: str = "") -> int:
        """Slack sends the browser back."""
        headers = {"Cookie": cookie or self.cookie}
        query = {"code": code, "state": state or self.state}
        async with self._session.get(f"{self._url}/slack/oauth_redirect", params=query, headers=headers) as response:
            return response.status


@asynccontextmanager
async def browsing(desk: Desk) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Browser(desk, session)


async def install(desk: Desk, **facts: object) -> None:
    desk.slack.grants["good"] = grant(desk.slack.space.token, desk.slack.space.team, **facts)
    async with browsing(desk) as browser:
        await browser.begin()
        assert await browser.come_back() == 200


async def test_a_workspace_installs_the_app_and_is_answered(desk: Desk, redis: Redis) -> None:
    async with browsing(desk) as browser:
        asked = await browser.begin()
        assert asked["client_id"] == ["1.2"]
        assert asked["redirect_uri"] == ["https://bot.example.org/slack/oauth_redirect"]
        assert "chat:write" in asked["scope"][0]
        desk.slack.grants["good"] = grant(desk.slack.space.token, desk.slack.space.team)
        assert await browser.come_back() == 200
    assert await desk.says.say(desk.says.message("D0ANA", "hello")) == 200
    assert [one.event for one in desk.bot.noted] == ["installed"]
    await desk.answers()
    kept: list[Any] = [await redis.get(key) async for key in redis.scan_iter("slack:*:installation:*")]
    assert len(kept) == 1
    assert desk.slack.space.token.encode() not in kept[0]


async def test_a_workspace_that_did_not_install_it_gets_nothing(desk: Desk) -> None:
    assert await desk.says.say(desk.says.message("D0ANA", "hello")) == 200
    assert desk.bot.accepted == []


async def test_a_state_is_checked_and_good_once(desk: Desk) -> None:
    desk.slack.grants["good"] = grant(desk.slack.space.token, desk.slack.space.team)
    async with browsing(desk) as browser, browsing(desk) as another:
        await browser.begin()
        await another.begin()
        assert await browser.come_back(state="guessed") == 400
        assert await browser.come_back(cookie=another.cookie) == 400
        assert await browser.come_back(code="bad") == 401
        assert await browser.come_back() == 401  # the state was used up by the attempt before


async def test_a_workspace_that_removes_the_app_is_forgotten(desk: Desk) -> None:
    await install(desk)
    assert await desk.says.say({"type": "app_uninstalled"}) == 200
    assert await desk.says.say(desk.says.message("D0ANA", "hello")) == 200
    assert [one.event for one in desk.bot.noted] == ["installed", "removed"]
    assert desk.bot.accepted == []


async def test_a_revoked_bot_token_is_forgotten_a_users_is_none_of_ours(desk: Desk) -> None:
    await install(desk)
    await desk.says.say({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": []}})
    await desk.says.say(desk.says.message("D0ANA", "still there?"))
    await desk.answers()
    await desk.says.say({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}})
    await desk.says.say(desk.says.message("D0ANA", "and now?"))
    assert [one.text for one in desk.bot.accepted if isinstance(one, Question)] == ["still there?"]


async def test_a_token_is_rotated_before_it_ends(desk: Desk) -> None:
    await install(desk, refresh_token="xoxe-1", expires_in=3600)
    fresh = "xoxe.xoxb-fresh"
    desk.slack.methods[fresh] = Methods(desk.slack.space)
    desk.slack.grants["xoxe-1"] = grant(fresh, desk.slack.space.team, refresh_token="xoxe-2", expires_in=43200)
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    await desk.answers()
    (rotation,) = [call for call in desk.slack.called("oauth.v2.access") if "refresh_token" in call]
    assert rotation["grant_type"] == "refresh_token"
    await desk.says.say(desk.says.message("D0ANA", "again"))
    await desk.answers(2)
    assert len([call for call in desk.slack.called("oauth.v2.access") if "refresh_token" in call]) == 1


async def test_a_rotation_that_fails_leaves_the_token_that_still_lasts(desk: Desk) -> None:
    await install(desk, refresh_token="xoxe-unknown", expires_in=3600)
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    (answer,) = await desk.answers()
    assert answer.text == "You said: hello"


# --- a whole organisation (Enterprise Grid) ---


@pytest.fixture
def organisation(desk: Desk) -> str:
    """The workspace is one of an organisation that has the app in all of them."""
    desk.slack.space.enterprise, desk.slack.space.is_org_wide = "E0US", True
    return desk.slack.space.enterprise


async def install_in_all(desk: Desk, **facts: object) -> None:
    enterprise = {"id": desk.slack.space.enterprise, "name": "Us"}
    await install(desk, team=None, enterprise=enterprise, is_enterprise_install=True, **facts)


async def test_an_organisation_installs_it_for_all_its_workspaces_s20(desk: Desk, organisation: str) -> None:
    await install_in_all(desk)
    assert [(one.event, one.place.tenant) for one in desk.bot.noted] == [("installed", organisation)]
    await desk.says.say(desk.says.mention("C0OPS", "what failed?"))
    (answer,) = await desk.answers()
    await desk.says.interact(desk.says.press(answer, {"action_id": "resync:0:ask", "value": "why?"}))
    await desk.says.form(desk.says.command("C0OPS", "what is late?", enterprise_id=organisation))
    await desk.answers(3)
    assert {one.place.tenant for one in desk.bot.answered} == {"T0HOME"}


async def test_a_workspaces_own_installation_comes_before_its_organisations(desk: Desk, organisation: str) -> None:
    desk.slack.methods["xoxb-org"] = Methods(desk.slack.space)
    await install_in_all(desk, access_token="xoxb-org")
    await install(desk, enterprise={"id": organisation})
    del desk.slack.methods["xoxb-org"]
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    assert len(await desk.answers()) == 1


async def test_an_organisations_token_is_found_by_another_process_s20(
    desk: Desk, organisation: str, redis: Redis
) -> None:
    await install_in_all(desk)
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    await desk.answers()
    known = [key async for key in redis.scan_iter("slack:*:organisation:T0HOME")]
    assert [await redis.get(key) for key in known] == [organisation.encode()]


async def test_an_organisation_that_removes_it_is_forgotten_with_all_its_workspaces(
    desk: Desk, organisation: str
) -> None:
    await install_in_all(desk)
    await desk.says.say(desk.says.message("D0ANA", "still there?"))
    await desk.answers()
    removal = desk.says.event({"type": "app_uninstalled"}, enterprise_id=organisation, is_enterprise_install=True)
    assert await desk.says.post(removal) == 200
    await desk.says.say(desk.says.message("D0ANA", "and now?"))
    assert [(one.event, one.place.tenant) for one in desk.bot.noted][1:] == [("removed", organisation)]
    assert len(desk.bot.accepted) == 1


async def test_a_strange_organisation_gets_nothing(desk: Desk, organisation: str) -> None:
    await install_in_all(desk)
    desk.slack.space.enterprise = "E0THEM"
    desk.slack.space.team = "T0THEIRS"
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    assert desk.bot.accepted == []


def test_another_secret_key_opens_nothing() -> None:
    sealed = cipher(SECRET_KEY).encrypt(b"xoxb")
    assert cipher(SECRET_KEY).decrypt(sealed) == b"xoxb"
    with pytest.raises(InvalidToken):
        cipher(SECRET_KEY[::-1]).decrypt(sealed)


@pytest.mark.parametrize(
    ("slack", "name"),
    [
        ({"bot_token": "x"}, "SLACK_SIGNING_SECRET"),
        ({"bot_token": "x", "transport": "socket"}, "SLACK_APP_TOKEN"),
        ({"client_id": "c", "client_secret": "s", "signing_secret": "x"}, "SECRET_KEY"),
    ],
)
def test_what_is_missing_is_named(make_host: Any, slack: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        factory(make_host(slack=SlackSettings.model_validate(slack)))


def test_without_any_setting_slack_is_off(make_host: Any) -> None:
    assert factory(make_host()) is None
