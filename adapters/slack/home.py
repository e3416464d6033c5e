"""App Home and the agent view: the plan at a glance, what failed, and questions that work now.

Under `agent_view`, `app_home_opened` comes for the Messages tab too, and prompts bear no thread; the older
`assistant_view` names its thread (docs.slack.dev/ai, checked 2026-11-23, S23).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from adapters.slack import limits
from adapters.slack.api import SlackApi
from adapters.slack.blocks import content_blocks
from adapters.slack.gate import Gate, Reason
from adapters.slack.mrkdwn import date, shortened
from adapters.slack.posts import Press
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import Answer
from resync_bot.conversation.ports import Briefing

Json = dict[str, Any]

_PART: Final = 40  # blocks of the plan and of what failed, each
_HOW: Final = (
    "Mention me in a channel, write to me under *Messages*, or use `/tws`. In a thread that I am in I remember what "
    "was said. I read conman too: `sj @#@.@+state=abend`."
)


class Home:
    """Courtesies: nothing is lost if one fails. They raise ResyncError."""

    def __init__(
        self,
        api: SlackApi,
        workspaces: Workspaces,
        gate: Gate,
        briefing: Callable[[], Awaitable[Briefing]],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._gate = gate
        self._briefing = briefing
        self._now = now

    async def opened(self, team: str, enterprise: str, event: Json) -> None:
        """`app_home_opened`."""
        channel, user = str(event.get("channel") or "D"), str(event["user"])
        if not await self._is_admitted(team, enterprise, channel, user):
            return
        briefing = await self._briefing()
        token = await self._workspaces.token(team)
        if event.get("tab") == "messages":
            await self._suggest(token, channel, "", briefing)
            return
        view = {"type": "home", "blocks": home_blocks(briefing, self._now())}
        await self._api.patiently(lambda: self._api.courtesy("views.publish", token, {"user_id": user, "view": view}))

    async def thread_started(self, team: str, enterprise: str, event: Json) -> None:
        """`assistant_thread_started`."""
        thread = event["assistant_thread"]
        channel, root = str(thread["channel_id"]), str(thread.get("thread_ts", ""))
        if await self._is_admitted(team, enterprise, channel, str(thread["user_id"])):
            token = await self._workspaces.token(team)
            await self._suggest(token, channel, root, await self._briefing())

    async def _is_admitted(self, team: str, enterprise: str, channel: str, user: str) -> bool:
        press = Press(team, enterprise, channel, "", user, home_teams=frozenset())
        return not isinstance(await self._gate.admit_now(press), Reason)

    async def _suggest(self, token: str, channel: str, thread: str, briefing: Briefing) -> None:
        prompts = [
            {"title": shortened(question, limits.PROMPT_TITLE), "message": question}
            for question in briefing.questions[: limits.PROMPTS]
        ]
        if not prompts:
            return
        arguments: Json = {"channel_id": channel, "prompts": prompts}
        if thread:
            arguments["thread_ts"] = thread
        method = "assistant.threads.setSuggestedPrompts"
        await self._api.patiently(lambda: self._api.courtesy(method, token, arguments))


def home_blocks(briefing: Briefing, now: datetime) -> list[Json]:
    """The Home tab."""
    blocks: list[Json] = [_header("The plan at a glance"), *_part(briefing.glance)]
    if briefing.failed:
        blocks += [_header("What failed"), *_part(briefing.failed)]
    blocks += [_header("How to ask"), _section(_HOW)]
    if briefing.questions:
        examples = "\n".join(f"• {question}" for question in briefing.questions[:8])
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": examples, "emoji": False}})
    read = f"Read {date(now, now.isoformat(timespec='minutes'))}; open this tab again for the newest."
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": read}]})
    return _without_buttons(blocks[: limits.HOME_BLOCKS])


def _part(answer: Answer) -> list[Json]:
    return content_blocks(answer, _PART)


def _without_buttons(blocks: list[Json]) -> list[Json]:
    """Buttons of the home tab have no message to be answered under: they are left out."""
    return [block for block in blocks if block["type"] != "actions"]


def _header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
