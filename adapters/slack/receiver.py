"""What Slack sent becomes an Incoming and goes to the inbox; only then may Slack be told that it arrived.

Messages, commands and buttons take this way. None of it waits for the engine, the language model or an answer of
Slack's, except the one question who somebody is, when that is not known yet.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

import structlog

from adapters.slack.actions import action_of
from adapters.slack.gate import Gate, Reason
from adapters.slack.ids import PLATFORM, MessageId, message_id
from adapters.slack.metrics import SlackMetrics
from adapters.slack.notices import Notices
from adapters.slack.posts import post_of, question_text
from resync_bot.conversation.model import ButtonPress, Incoming, Place, Question, State
from resync_bot.conversation.ports import Accepted, Duplicate, Intake, RateLimited, Refused

log = structlog.get_logger(__name__)

Json = dict[str, Any]

HELP = "help"  # what a bare mention asks


class Receiver:
    """Hands in questions and presses. Its methods return when the delivery may be acknowledged.

    They raise StoreUnavailableError, or DeliveryError if Slack did not say in time who somebody is: then it must come
    again.
    """

    def __init__(
        self, intake: Intake, gate: Gate, notices: Notices, metrics: SlackMetrics, now: Callable[[], datetime]
    ) -> None:
        self._intake = intake
        self._gate = gate
        self._notices = notices
        self._metrics = metrics
        self._now = now

    async def post(self, payload: Json) -> None:
        """A `message` or `app_mention` event."""
        post = post_of(payload)
        if post is None:
            self._refused("message", Reason.UNREADABLE, str(payload.get("event_id", "")))
            return
        admitted = await self._gate.admit(post)
        if isinstance(admitted, Reason):
            self._refused("message", admitted, post.delivery_id)
            return
        question = Question(
            delivery_id=post.delivery_id,
            message_id=message_id(admitted.place, post.ts, post.root),
            person=admitted.person,
            place=admitted.place,
            text=question_text(post.text, post.bot_user) or HELP,
            at=post.at,
        )
        await self._hand_in("message", question, post.root)

    async def command(self, form: Json) -> None:
        """A slash command."""
        team, channel, user = str(form["team_id"]), str(form["channel_id"]), str(form["user_id"])
        trigger = str(form["trigger_id"])
        person = await self._gate.admit_press(team, str(form.get("enterprise_id", "")), channel, user, "")
        if isinstance(person, Reason):
            self._refused("command", person, trigger)
            return
        place = Place(PLATFORM, team, channel, f"/{trigger}")
        question = Question(
            delivery_id=trigger,
            message_id=MessageId(channel, trigger).encode(),
            person=person,
            place=place,
            text=question_text(str(form.get("text", "")), "") or HELP,
            at=self._now(),
        )
        await self._notices.keep_response_url(question.message_id, str(form.get("response_url", "")))
        await self._hand_in("command", question, "")

    async def press(self, payload: Json, action: Json) -> None:
        """One action of a `block_actions` interaction."""
        meaning = action_of(str(action.get("action_id", "")))
        container = payload.get("container") or {}
        channel = str((payload.get("channel") or {}).get("id") or container.get("channel_id") or "")
        if meaning is None or not channel:
            self._refused("button", Reason.UNREADABLE, str(payload.get("trigger_id", "")))
            return
        user = payload["user"]
        team = str((payload.get("team") or {}).get("id") or user.get("team_id") or "")
        enterprise = str((payload.get("enterprise") or {}).get("id") or "")
        person = await self._gate.admit_press(
            team, enterprise, channel, str(user["id"]), str(user.get("team_id") or "")
        )
        pressed = str(action.get("action_ts") or payload.get("trigger_id"))
        if isinstance(person, Reason):
            self._refused("button", person, pressed)
            return
        message = payload.get("message") or {}
        root = str(message.get("thread_ts") or container.get("thread_ts") or container.get("message_ts") or "")
        place = Place(PLATFORM, team, channel, await self._gate.conversation_of(team, channel, root))
        press = ButtonPress(
            delivery_id=f"{person.id}:{pressed}",
            message_id=message_id(place, pressed, root),
            person=person,
            place=place,
            action=meaning,
            value=str(action.get("value", "")),
            at=self._now(),
        )
        await self._hand_in("button", press, root)

    async def _hand_in(self, kind: str, incoming: Incoming, root: str) -> None:
        verdict = await self._intake.accept(incoming)
        match verdict:
            case Accepted():
                outcome = "accepted"
            case Duplicate():
                outcome = "duplicate"
            case RateLimited(retry_after, tell):
                outcome = "rate_limited"
                if tell:
                    self._notices.too_quick(incoming, root, retry_after)
            case Refused(why):
                outcome = "refused"
                self._notices.tell(incoming, root, why)
            case _:
                assert_never(verdict)
        self._metrics.received.labels(kind, outcome).inc()

    def _refused(self, kind: str, reason: Reason, delivery: str) -> None:
        self._metrics.received.labels(kind, reason.value).inc()
        state = State.IGNORED_SELF if reason.is_self else State.REFUSED
        level = 10 if reason in (Reason.NOT_FOR_BOT, Reason.NOT_WRITTEN) else 20  # most of what a busy channel says
        log.log(
            level,
            "incoming_ended",
            platform=PLATFORM,
            kind=kind,
            state=state.value,
            reason=reason.value,
            delivery=delivery,
        )
