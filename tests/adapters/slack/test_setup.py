"""Setting it up: the manifest, and what `resync-bot check` says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from typer.testing import CliRunner

from adapters.slack.check import check
from adapters.slack.manifest import render
from adapters.slack.scopes import SCOPES
from resync_bot.cli import cli
from resync_bot.conversation.model import Answer, Place
from resync_bot.errors import ConfigurationError, DeliveryError
from resync_bot.runtime.sections import RedisSettings
from resync_bot.runtime.settings import Environment, Settings
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters.slack.conftest import Desk
from tests.adapters.slack.standin import Fault, StandIn
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.server import APP_TOKEN

MANIFESTS = Path(__file__).parents[3] / "manifests" / "slack"


@pytest.mark.parametrize(("file", "transport"), [("manifest", "http"), ("manifest-socket-mode", "socket")])
def test_the_manifests_in_the_repository_are_what_the_bot_renders(
    file: str, transport: Literal["http", "socket"]
) -> None:
    assert (MANIFESTS / f"{file}.yaml").read_text() == render(transport=transport)


def test_a_manifest_is_yaml_that_names_the_address_everywhere() -> None:
    yaml = pytest.importorskip("yaml", reason="no YAML reader is installed")
    manifest = yaml.safe_load(render("https://bot.example.org/"))
    address = "https://bot.example.org/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == address
    assert manifest["settings"]["interactivity"]["request_url"] == address
    assert manifest["features"]["slash_commands"][0]["url"] == address
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert "assistant_view" not in manifest["features"]  # S23
    assert yaml.safe_load(render(transport="socket"))["settings"]["socket_mode_enabled"] is True


def test_an_address_that_slack_cannot_call_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="https://"):
        render("http://localhost:8000")
    with pytest.raises(ConfigurationError, match="--transport"):
        render(transport="carrier-pigeon")


def test_the_commands_of_the_readme_print_the_manifests() -> None:
    readme = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    commands = [line.split()[1:] for line in readme.splitlines() if line.strip().startswith("resync-bot manifest")]
    printed = {CliRunner().invoke(cli, command).stdout.rstrip() + "\n" for command in commands}
    assert printed == {render(transport="socket"), render("https://resync.example.org")}


def test_the_readme_names_every_scope_and_setting() -> None:
    readme = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in readme] == []
    others = {"bot_token", "signing_secret", "app_token", "api_url", "transport", "client_id", "client_secret"}
    for name in SlackSettings.model_fields:
        assert f"`{'SLACK_' if name in others else 'APP_SLACK__'}{name.upper()}`" in readme, name


@pytest.fixture
def settings_for(slack: StandIn, redis_url: str) -> Callable[..., Settings]:
    """Settings that point at the stand-in."""

    def make(**given: Any) -> Settings:
        api = {"bot_token": slack.space.token, "signing_secret": SIGNING_SECRET, "api_url": f"{slack.url}/api/"}
        section = SlackSettings.model_validate({**api, **given})
        return Settings(
            environment=Environment.TEST, slack=section, redis=RedisSettings.model_validate({"url": redis_url})
        )

    return make


async def states(settings: Settings) -> dict[str, str]:
    return {result.name: result.state for result in await check(settings)}


async def test_all_is_well(settings_for: Callable[..., Settings], desk: Desk) -> None:
    found = await states(settings_for(public_url=desk.says.url))
    assert found == {"Slack token": "ok", "Slack scopes": "ok", "Slack events": "ok"}


async def test_without_settings_it_is_off() -> None:
    assert await states(Settings(environment=Environment.TEST)) == {"Slack": "off"}


async def test_a_wrong_token_is_named_and_never_shown(settings_for: Callable[..., Settings]) -> None:
    results = await check(settings_for(bot_token="xoxb-wrong-secret"))
    (token,) = [result for result in results if result.name == "Slack token"]
    assert token.state == "failed"
    assert "invalid_auth" in token.detail
    assert "wrong-secret" not in str(results)


@pytest.mark.parametrize(("scope", "state"), [("chat:write", "failed"), ("im:history", "warning")])
async def test_a_missing_scope_is_named(
    settings_for: Callable[..., Settings], slack: StandIn, scope: str, state: str
) -> None:
    slack.space.scopes = tuple(one for one in slack.space.scopes if one != scope)
    (result,) = [one for one in await check(settings_for()) if one.name == "Slack scopes"]
    assert (result.state, scope in result.detail) == (state, True)


async def test_slack_away_is_said(settings_for: Callable[..., Settings], slack: StandIn) -> None:
    slack.fault = lambda _method, _arguments: Fault(status=503)
    assert (await states(settings_for()))["Slack token"] == "failed"


async def test_an_event_address_where_nobody_answers(settings_for: Callable[..., Settings], slack: StandIn) -> None:
    found = await states(settings_for(public_url=slack.url))
    assert found["Slack events"] == "failed"
    assert (await states(settings_for()))["Slack events"] == "warning"


@pytest.mark.parametrize(("token", "state"), [(APP_TOKEN, "ok"), ("xapp-wrong", "failed")])
async def test_a_socket_is_tried(settings_for: Callable[..., Settings], token: str, state: str) -> None:
    found = await states(settings_for(app_token=token, transport="socket"))
    assert found["Slack socket"] == state


async def test_a_workspace_that_is_not_on_its_own_list_is_named(settings_for: Callable[..., Settings]) -> None:
    assert (await states(settings_for(allowed_workspaces=["T0OTHER"])))["Slack workspace"] == "failed"
    assert "Slack workspace" not in await states(settings_for(allowed_workspaces=["T0OTHER", "T0HOME"]))


@pytest.mark.parametrize(
    ("code", "row", "fix"),
    [
        ("token_revoked", "Slack: token", "Install the app again"),
        ("account_inactive", "Slack: token", "Install the app again"),
        ("is_archived", "Slack: archived", "Unarchive"),
        ("not_in_channel", "Slack: not_in_channel", "Invite the bot"),
        ("thread_not_found", "Slack: message_gone", "The message was deleted"),
        ("missing_scope", "Slack: scope", "Add the missing scope"),
    ],
)
async def test_what_slack_refused_lately_is_counted_and_listed(
    settings_for: Callable[..., Settings], desk: Desk, code: str, row: str, fix: str
) -> None:
    desk.slack.fault = lambda method, _: Fault(error=code) if method == "chat.postMessage" else None
    place = Place("slack", "T0HOME", "C0GONE", "1.000001")
    with pytest.raises(DeliveryError):
        await desk.adapter.reply(place, "turn", (), resume=None).finish(Answer.plain("hello"))
    desk.slack.fault = lambda _method, _arguments: None
    (found,) = [one for one in await check(settings_for()) if one.name == row]
    assert (found.state, f"{code} in C0GONE" in found.detail, found.fix.startswith(fix)) == ("warning", True, True)
    labels = {"reason": row.removeprefix("Slack: ")}
    assert desk.host.metrics.get_sample_value("resync_slack_refusals_total", labels) == 1


async def test_a_token_that_may_not_ask_who_somebody_is_is_listed(
    settings_for: Callable[..., Settings], desk: Desk
) -> None:
    desk.slack.fault = lambda method, _: Fault(error="missing_scope") if method == "users.info" else None
    desk.bot.hold()
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    with pytest.raises(DeliveryError):
        await desk.adapter.admit(desk.bot.accepted[0])
    assert (await states(settings_for()))["Slack: scope"] == "warning"


async def test_a_token_that_was_revoked_fails_the_check(settings_for: Callable[..., Settings], slack: StandIn) -> None:
    slack.space.is_revoked = True
    (token,) = [one for one in await check(settings_for()) if one.name == "Slack token"]
    assert (token.state, "token_revoked" in token.detail) == ("failed", True)
    assert token.fix.startswith("Install the app again")
