"""What Bolt serves: App Home, the agent view, further pages of an answer, and the end of an installation."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.actions import MORE
from adapters.slack.api import SlackApi
from adapters.slack.blocks import answer_message
from adapters.slack.gate import Gate, Reason
from adapters.slack.home import Home
from adapters.slack.installations import Installations
from adapters.slack.lifecycle import Lifecycles
from adapters.slack.pages import Pages
from adapters.slack.posts import team_of
from adapters.slack.workspaces import Workspaces

Json = dict[str, Any]

_TOO_OLD = "This answer is too long ago; please ask again."


def bolt_app(api: SlackApi, workspaces: Workspaces, gate: Gate, pages: Pages) -> AsyncApp:
    """Requests reach it verified: it checks no signature. Few listeners, since Bolt tries them one after the other."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        team = team_id or enterprise_id or ""
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
        await more(api, gate, pages, body, action)

    return app


def serve_lifecycle(app: AsyncApp, installations: Installations | None, lifecycle: Lifecycles) -> None:
    """Forgets workspaces that the app was removed from; without an installation store it only notes it."""

    @app.event("app_uninstalled")
    async def uninstalled(body: Json) -> None:
        if installations:
            await installations.async_delete_all(enterprise_id=None, team_id=str(body["team_id"]))
        await lifecycle.removed(str(body["team_id"]), str(body["event_id"]))

    @app.event("tokens_revoked")
    async def revoked(body: Json) -> None:
        if not (body["event"].get("tokens") or {}).get("bot"):
            return
        if installations:
            await installations.async_delete_bot(enterprise_id=None, team_id=str(body["team_id"]))
        await lifecycle.removed(str(body["team_id"]), str(body["event_id"]))


def serve_home(app: AsyncApp, home: Home) -> None:
    """App Home and the prompts of the agent view, both on the present plan."""

    @app.event("app_home_opened")
    async def opened(body: Json, event: Json) -> None:
        await home.opened(team_of(body), event)

    @app.event("assistant_thread_started")
    async def started(body: Json, event: Json) -> None:
        await home.thread_started(team_of(body), event)


async def more(api: SlackApi, gate: Gate, pages: Pages, body: Json, action: Json) -> None:
    """The next page of an answer, for the one who asked for it alone."""
    page, _, turn_id = str(action.get("value", "")).partition(":")
    container, user = body.get("container") or {}, body["user"]
    person = await gate.admit_press(
        str((body.get("team") or {}).get("id", "")),
        str((body.get("enterprise") or {}).get("id", "")),
        str(container.get("channel_id", "")),
        str(user["id"]),
        str(user.get("team_id") or ""),
    )
    if isinstance(person, Reason) or not page.isdecimal():
        return
    answer = await pages.answer(turn_id)
    # Without the thread it would stand in the channel, where nobody looks for it (S19).
    thread = container.get("thread_ts") or container.get("message_ts")
    response: Json = {"response_type": "ephemeral", "replace_original": False, "thread_ts": thread, "text": _TOO_OLD}
    if answer is not None:
        message = answer_message(answer, turn_id, page=int(page))
        response |= {"text": message.text, "blocks": list(message.blocks), "unfurl_links": False, "unfurl_media": False}
    await api.respond(str(body["response_url"]), response)
