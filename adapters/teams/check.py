"""Teams' part of `resync-bot check`: the settings, Microsoft's keys, the bot's token, and the manifest."""

from collections.abc import Sequence

import aiohttp
from prometheus_client import CollectorRegistry

from adapters.teams.calls import Calls, NoAnswerError
from adapters.teams.credentials import Credentials, CredentialsError
from adapters.teams.http import PATH
from adapters.teams.keys import SigningKeys
from adapters.teams.manifest import EXAMPLE_URL, app_package
from resync_bot.conversation.ports import CheckResult
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.settings import Environment, Settings
from resync_bot.runtime.teams_settings import TeamsSettings

NO_WAY_OUT = "may this machine reach login.microsoftonline.com and login.botframework.com?"


async def check(settings: Settings) -> Sequence[CheckResult]:
    """One row for each thing that can be wrong; it raises nothing."""
    teams = settings.teams
    if not teams.app_id:
        if settings.environment is Environment.DEVELOPMENT:
            return [CheckResult("Teams", "off", f"local test client only, at {PATH}", "set TEAMS_APP_ID for the rest")]
        return [CheckResult("Teams", "off", "not configured", "set TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID")]
    async with aiohttp.ClientSession() as session:
        calls = Calls(lambda: session, CircuitBreakerManager(registry=CollectorRegistry()))
        results = [await _keys(calls, teams), await _token(calls, teams)]
        if teams.public_url:
            results.append(await _endpoint(calls, teams))
    return [*results, _manifest(teams)]


async def _keys(calls: Calls, teams: TeamsSettings) -> CheckResult:
    try:
        count = await SigningKeys(calls, teams.openid_metadata_url).count()
    except NoAnswerError as error:
        return CheckResult("Teams keys", "failed", str(error), NO_WAY_OUT)
    return CheckResult("Teams keys", "ok", f"{count} signing keys of the Bot Connector")


async def _token(calls: Calls, teams: TeamsSettings) -> CheckResult:
    try:
        await Credentials(calls, teams).authorization()
    except CredentialsError as error:
        return CheckResult("Teams token", "failed", str(error), error.hint)
    except NoAnswerError as error:
        return CheckResult("Teams token", "failed", str(error), NO_WAY_OUT)
    return CheckResult("Teams token", "ok", f"the bot signs in as a {teams.app_type.value} app")


async def _endpoint(calls: Calls, teams: TeamsSettings) -> CheckResult:
    """A running bot answers an empty request with 400: it is there, and takes nothing without a token."""
    url = f"{teams.public_url.rstrip('/')}{PATH}"
    try:
        reply = await calls.call("POST", url, headers={"Content-Type": "application/json"}, data=b"{}")
    except NoAnswerError as error:
        return CheckResult("Teams endpoint", "failed", str(error), "is the bot running, and this its address?")
    if reply.status == 400:
        return CheckResult("Teams endpoint", "ok", f"{url} answers; it must be the Azure Bot's messaging endpoint")
    return CheckResult(
        "Teams endpoint", "failed", f"{url} answered {reply.status}", "does the proxy pass this path on?"
    )


def _manifest(teams: TeamsSettings) -> CheckResult:
    try:
        app_package(teams.public_url or EXAMPLE_URL, app_id=teams.app_id)
    except ConfigurationError as error:
        return CheckResult("Teams manifest", "failed", str(error), "TEAMS_APP_ID is the app (client) id, a GUID")
    people = (
        f"answers people of {len(teams.allowed_tenants)} tenant(s), guests {'too' if teams.allow_guests else 'not'}"
    )
    return CheckResult(
        "Teams manifest", "ok", f"can be made; {people}", "resync-bot manifest teams --app-id ... --url ..."
    )
