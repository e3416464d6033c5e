"""Signs of life beside the answer: a status line in the thread, and Slack's own stop button.

A status line is words ("reading the job log of ..."). The stop button belongs to an agent session that is `processing`
(docs.slack.dev/ai/agent-sessions, checked 2026-11-23); pressed, it comes as `agent_session_stopped`. Slack leaves that
state to the app, so that whoever began a session ends it. Both stand in threads only.
"""

from typing import Final

import structlog

from adapters.slack.abilities import Abilities, Ability
from adapters.slack.api import Json, SlackApi
from adapters.slack.behind import Behind
from adapters.slack.errors import SlackRefusedError
from adapters.slack.limits import STATUS
from adapters.slack.messages import Target
from adapters.slack.mrkdwn import shortened
from adapters.slack.workspaces import Workspaces
from resync_bot.errors import ResyncError

log = structlog.get_logger(__name__)

# With this warning people see that the bot works, and cannot stop it.
_NO_BUTTON: Final = "missing_agent_session_stopped_event_subscription"


class Signs:
    """Best effort: none of its methods raises."""

    def __init__(self, api: SlackApi, workspaces: Workspaces, abilities: Abilities, behind: Behind) -> None:
        self._api = api
        self._workspaces = workspaces
        self._abilities = abilities
        self._behind = behind

    async def status(self, target: Target, text: str) -> bool:
        """Shows what the bot does; Slack removes it with the next message, or after two minutes.

        False if there are no status lines here: never in this workspace, or not outside a thread.
        """
        if not target.root or not self._abilities.has(target.team, Ability.STATUS):
            return False
        arguments: Json = {"status": shortened(text, STATUS), **_thread(target)}
        try:
            await self._courtesy("assistant.threads.setStatus", target, arguments)
        except SlackRefusedError as error:
            return not self._abilities.learn(target.team, Ability.STATUS, error)
        except ResyncError as error:
            log.info("slack_status_not_shown", error=str(error))
        return True

    async def offer_stop(self, target: Target) -> bool:
        """Whether Slack shows its stop button now; `take_stop_away` is to follow."""
        if not target.root or not self._abilities.has(target.team, Ability.STOP):
            return False
        arguments: Json = {"status": "processing", **_thread(target)}
        try:
            answer = await self._courtesy("agents.sessions.setStatus", target, arguments)
        except SlackRefusedError as error:
            self._abilities.learn(target.team, Ability.STOP, error)
            return False
        except ResyncError as error:
            log.info("slack_stop_not_shown", error=str(error))
            return True  # it may stand there
        if _NO_BUTTON not in str((answer.get("warning"), answer.get("response_metadata"))):
            return True
        self.take_stop_away(target)
        self._abilities.lacks(target.team, Ability.STOP, _NO_BUTTON)
        return False

    def take_stop_away(self, target: Target) -> None:
        """The answer is final, or is not being written any more. Tried a few times: the button would stay."""
        if self._abilities.has(target.team, Ability.STOP):
            self._behind.run(self._end(target), name="session")

    async def _end(self, target: Target) -> None:
        arguments: Json = {"status": "active", **_thread(target)}
        token = await self._workspaces.token(target.team)
        await self._api.read("agents.sessions.setStatus", token, arguments)

    async def _courtesy(self, method: str, target: Target, arguments: Json) -> Json:
        return await self._api.courtesy(method, await self._workspaces.token(target.team), arguments)


def _thread(target: Target) -> Json:
    return {"channel_id": target.channel, "thread_ts": target.root}
