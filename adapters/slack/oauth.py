"""`/slack/install` and `/slack/oauth_redirect`: workspaces install the app themselves, through Bolt's OAuth flow."""

from collections.abc import Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.addresses import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.installations import STATE_SECONDS, Installations, States
from adapters.slack.scopes import SCOPES
from resync_bot.runtime.slack_settings import SlackSettings


def oauth_flow(
    settings: SlackSettings, installations: Installations, states: States, client: AsyncWebClient
) -> AsyncOAuthFlow:
    """The flow; a state is checked against the browser that began and against Redis, and is good once."""
    secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
    return AsyncOAuthFlow(
        client=client,
        settings=AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=f"{settings.public_url}{REDIRECT_PATH}" if settings.public_url else None,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=STATE_SECONDS,
        ),
    )


class OAuthRoutes:
    """The two pages. They answer 503 while the adapter does not run."""

    def __init__(self) -> None:
        self.flow: AsyncOAuthFlow | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """For the bot's server."""
        return (web.get(INSTALL_PATH, self._install), web.get(REDIRECT_PATH, self._redirect))

    async def _install(self, request: web.Request) -> web.Response:
        if self.flow is None:
            return web.Response(status=503)
        return await to_aiohttp_response(await self.flow.handle_installation(_bolt_request(request)))

    async def _redirect(self, request: web.Request) -> web.Response:
        if self.flow is None:
            return web.Response(status=503)
        return await to_aiohttp_response(await self.flow.handle_callback(_bolt_request(request)))


def _bolt_request(request: web.Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
