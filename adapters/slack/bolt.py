"""What Bolt serves: App Home, the agent view, the rest of a long answer, and the end of an installation."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.actions import FILE, MORE
from adapters.slack.api import SlackApi
from adapters.slack.home import Home
from adapters.slack.installations import Installations
from adapters.slack.lifecycle import Lifecycles
from adapters.slack.posts import enterprise_of, is_org_wide, team_of
from adapters.slack.rest import Rest
from adapters.slack.workspaces import Workspaces

Json = dict[str, Any]


def bolt_app(api: SlackApi, workspaces: Workspaces, rest: Rest) -> AsyncApp:
    """Requests reach it verified: it checks no signature. Few listeners, since Bolt tries them one after the other."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        team = team_id or enterprise_id or ""
        await workspaces.is_installed(team, enterprise_id or "")  # from now on it knows the team's organisation
        identity = await workspaces.identity(team)
        token = await workspaces.token(team)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=token,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user,
        )

    app = AsyncApp(
        client=api.anonymous(),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )

    @app.action(re.compile(rf"resync:\d+:{MORE}"))
    async def show_more(body: Json, action: Json) -> None:
        await rest.more(body, action)

    @app.action(re.compile(rf"resync:\d+:{FILE}"))
    async def share_file(body: Json, action: Json) -> None:
        await rest.whole(body, action)

    return app


def serve_lifecycle(app: AsyncApp, installations: Installations | None, lifecycle: Lifecycles) -> None:
    """Forgets workspaces that the app was removed from; without an installation store it only notes it."""

    @app.event("app_uninstalled")
    async def uninstalled(body: Json) -> None:
        if installations:
            await installations.async_delete_all(enterprise_id=enterprise_of(body), team_id=_own_team(body))
        await lifecycle.removed(_own_team(body) or enterprise_of(body), str(body["event_id"]))

    @app.event("tokens_revoked")
    async def revoked(body: Json) -> None:
        if not (body["event"].get("tokens") or {}).get("bot"):
            return
        if installations:
            await installations.async_delete_bot(enterprise_id=enterprise_of(body), team_id=_own_team(body))
        await lifecycle.removed(_own_team(body) or enterprise_of(body), str(body["event_id"]))


def serve_home(app: AsyncApp, home: Home) -> None:
    """App Home and the prompts of the agent view, both on the present plan."""

    @app.event("app_home_opened")
    async def opened(body: Json, event: Json) -> None:
        await home.opened(team_of(body), enterprise_of(body), event)

    @app.event("assistant_thread_started")
    async def started(body: Json, event: Json) -> None:
        await home.thread_started(team_of(body), enterprise_of(body), event)


def _own_team(body: Json) -> str:
    """Empty if the app was installed for a whole organisation."""
    return "" if is_org_wide(body) else str(body.get("team_id") or "")
