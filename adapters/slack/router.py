"""Every kind of delivery to the one who handles it, whichever transport it came by.

What asks a question goes to the inbox before Slack is acknowledged, past Bolt. What changes who is installed is done
before, through Bolt. The rest are courtesies, which Bolt serves after the acknowledgement.
"""

from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from adapters.slack.actions import FILE, MORE, STOP, action_of
from adapters.slack.behind import Behind
from adapters.slack.corrections import Corrector
from adapters.slack.metrics import SlackMetrics
from adapters.slack.receiver import Receiver
from resync_bot.errors import StoreUnavailableError

log = structlog.get_logger(__name__)

Json = dict[str, Any]

_QUESTIONS: Final = frozenset({"message", "app_mention"})
_STOPPED: Final = "agent_session_stopped"
_LIFECYCLE: Final = frozenset({"app_uninstalled", "tokens_revoked"})
_REST: Final = frozenset({MORE, FILE})
_COURTESIES: Final = frozenset({"app_home_opened", "assistant_thread_started"})


class Router:
    """Its methods return when the delivery may be acknowledged, and raise if it must come again."""

    def __init__(
        self, receiver: Receiver, corrector: Corrector, bolt: AsyncApp, behind: Behind, metrics: SlackMetrics
    ) -> None:
        self._receiver = receiver
        self._corrector = corrector
        self._bolt = bolt
        self._behind = behind
        self._metrics = metrics

    async def event(self, payload: Json) -> None:
        """An Events API payload."""
        if payload.get("type") == "app_rate_limited":  # S17: Slack holds events back for a minute
            log.error("slack_events_held_back", team=payload.get("team_id"), minute=payload.get("minute_rate_limited"))
            self._metrics.received("event", "held_back").inc()
            return
        kind = str((payload.get("event") or {}).get("type", ""))
        if kind in _QUESTIONS:
            if not await self._corrector.handles(payload):
                await self._receiver.post(payload)
        elif kind == _STOPPED:
            await self._corrector.session_stopped(payload)
        elif kind in _LIFECYCLE:
            await self._through_bolt(payload)
            self._metrics.received(kind, "done").inc()
        elif kind in _COURTESIES:
            taken = self._behind.run(self._through_bolt(payload), name=kind)
            self._metrics.received(kind, "done" if taken else "dropped").inc()
        else:
            self._metrics.received("event", "not_subscribed").inc()

    async def command(self, form: Json) -> None:
        """A slash command."""
        await self._receiver.command(form)

    async def interaction(self, payload: Json) -> None:
        """Buttons. Other interactions are not among those that the app declares."""
        if payload.get("type") != "block_actions":
            self._metrics.received("interaction", "not_subscribed").inc()
            return
        for action in payload.get("actions") or ():
            meaning = action_of(str(action.get("action_id", "")))
            if meaning in _REST:
                self._behind.run(self._through_bolt(payload), name="rest")
            elif meaning == STOP:
                await self._corrector.stop(payload)
            else:
                await self._receiver.press(payload, action)

    async def _through_bolt(self, payload: Json) -> None:
        """Verified already; Bolt takes a payload without HTTP around it in its socket mode."""
        response = await self._bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        if response.status >= 500:
            raise StoreUnavailableError("Slack's event could not be worked on")
