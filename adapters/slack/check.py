"""Slack's part of `resync-bot check`: token, team, scopes, the way in, and what Slack refused lately."""

from collections.abc import Sequence
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from adapters.slack.addresses import EVENTS_PATH
from adapters.slack.api import SlackApi, slack_session
from adapters.slack.errors import Refusal, hint_of
from adapters.slack.messages import refusals_key
from adapters.slack.metrics import SlackMetrics
from adapters.slack.probe import event_url_answers
from adapters.slack.scopes import SCOPES
from resync_bot.conversation.ports import CheckResult
from resync_bot.errors import ConfigurationError, DeliveryError
from resync_bot.runtime.redis import STORE_ERRORS, redis_client
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.settings import Settings
from resync_bot.runtime.slack_settings import SlackSettings


async def check(settings: Settings) -> Sequence[CheckResult]:
    """One row for each thing that can be wrong; it raises nothing."""
    slack = settings.slack
    if slack.bot_token is None and not slack.has_oauth:
        return [CheckResult("Slack", "off", "not configured", "set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET")]
    results: list[CheckResult] = []
    async with slack_session() as session:
        registry = CollectorRegistry()
        api = SlackApi(session, slack.api_url, CircuitBreakerManager(registry=registry), SlackMetrics(registry))
        if slack.bot_token is not None:
            results += await _token(api, slack.bot_token.get_secret_value(), slack.allowed_workspaces)
        else:
            results.append(CheckResult("Slack token", "ok", "one for each workspace that installs the app"))
        results.append(await _way_in(api, slack))
    return [*results, *await _refusals(settings)]


async def _token(api: SlackApi, token: str, allowed: frozenset[str]) -> Sequence[CheckResult]:
    try:
        who, scopes = await api.who_am_i(token)
    except DeliveryError as error:
        return [CheckResult("Slack token", "failed", str(error), error.hint or "is slack.com reachable from here?")]
    results = [CheckResult("Slack token", "ok", f"{who.get('user')} in {who.get('team')} ({who.get('team_id')})")]
    if allowed and not allowed & {who.get("team_id"), who.get("enterprise_id")}:
        fix = f"add {who.get('team_id')} to APP_SLACK__ALLOWED_WORKSPACES, or leave that empty"
        results.append(CheckResult("Slack workspace", "failed", "the token's is not on the list: nobody is heard", fix))
    missing = sorted(set(SCOPES) - scopes)
    if not scopes:
        results.append(CheckResult("Slack scopes", "warning", "Slack does not say which the token has"))
    elif missing:
        fix = "add them under OAuth & Permissions and install the app again"
        state = "failed" if {"chat:write", "users:read"} & set(missing) else "warning"
        results.append(CheckResult("Slack scopes", state, f"missing: {', '.join(missing)}", fix))  # type: ignore[arg-type]  # one of two literals
    else:
        results.append(CheckResult("Slack scopes", "ok", f"all {len(SCOPES)} are there"))
    return results


async def _way_in(api: SlackApi, slack: SlackSettings) -> CheckResult:
    if slack.effective_transport == "socket":
        return await _socket(api, slack)
    if slack.signing_secret is None:
        return CheckResult("Slack events", "failed", "no signing secret", "set SLACK_SIGNING_SECRET")
    if not slack.public_url:
        fix = "set APP_SLACK__PUBLIC_URL to have it called from here"
        return CheckResult("Slack events", "warning", f"over HTTP at {EVENTS_PATH}; not known at which address", fix)
    url = f"{slack.public_url}{EVENTS_PATH}"
    problem = await event_url_answers(url, slack.signing_secret.get_secret_value())
    if problem:
        return CheckResult("Slack events", "failed", f"{url}: {problem}", "is the bot running, and this its address?")
    return CheckResult("Slack events", "ok", f"{url} answers Slack's challenge")


async def _socket(api: SlackApi, slack: SlackSettings) -> CheckResult:
    if slack.app_token is None:
        return CheckResult("Slack socket", "failed", "no app token", "set SLACK_APP_TOKEN")
    try:
        await api.call("apps.connections.open", slack.app_token.get_secret_value(), {})
    except DeliveryError as error:
        fix = "make an app-level token with connections:write, and switch Socket Mode on"
        return CheckResult("Slack socket", "failed", str(error), fix)
    return CheckResult("Slack socket", "ok", "Slack lets the bot connect")


async def _refusals(settings: Settings) -> Sequence[CheckResult]:
    """What the running bot could not deliver in the last week."""
    if settings.redis.url is None:
        return ()
    try:
        async with redis_client(settings.redis.url.get_secret_value(), settings.redis) as redis:
            notes: Any = await redis.hgetall(refusals_key(settings.redis.namespace))
    except (*STORE_ERRORS, ConfigurationError):
        return ()  # Redis has a row of its own
    return [
        CheckResult(f"Slack: {reason}", "warning", "last {at}: {code} in {channel}".format(**note), hint_of(reason))
        for reason, note in sorted((Refusal(key.decode()), orjson.loads(value)) for key, value in notes.items())
    ]
