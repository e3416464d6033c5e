"""What Slack sent becomes an Incoming and goes to the inbox; only then may Slack be told that it arrived.

Messages, commands and buttons take this way. None of it waits for the engine, the language model or an answer of
Slack's: who somebody new is, is asked in the turn.
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
from adapters.slack.posts import Press, post_of, press_of, question_text
from resync_bot.conversation.model import ButtonPress, Incoming, Lifecycle, Place, Question, State
from resync_bot.conversation.ports import Accepted, Duplicate, Intake, Note, RateLimited, Refused

log = structlog.get_logger(__name__)

Json = dict[str, Any]

HELP = "help"  # what a bare mention asks


class Receiver:
    """Hands in questions and presses. Its methods return when the delivery may be acknowledged.

    They raise StoreUnavailableError, or DeliveryError if Slack does not say who the bot is: then it must come again.
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
        if await self._hand_in("message", question, post.root, admitted.note) and admitted.note:
            self._gate.has_joined(admitted.place, post.root)

    async def command(self, form: Json) -> None:
        """A slash command."""
        team, channel, trigger = str(form["team_id"]), str(form["channel_id"]), str(form["trigger_id"])
        enterprise = str(form.get("enterprise_id", ""))
        press = Press(team, enterprise, channel, "", user=str(form["user_id"]), home_teams=frozenset())
        person = await self._gate.admit_press(press)
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
        pressed = press_of(payload)
        if meaning is None or not pressed.channel:
            self._refused("button", Reason.UNREADABLE, str(payload.get("trigger_id", "")))
            return
        person = await self._gate.admit_press(pressed)
        moment = str(action.get("action_ts") or payload.get("trigger_id"))
        if isinstance(person, Reason):
            self._refused("button", person, moment)
            return
        home = await self._gate.home_of(pressed.team, pressed.channel, pressed.root)
        place = Place(PLATFORM, home.team, pressed.channel, home.conversation)
        press = ButtonPress(
            delivery_id=f"{person.id}:{moment}",
            message_id=message_id(place, moment, pressed.root),
            person=person,
            place=place,
            action=meaning,
            value=str(action.get("value", "")),
            at=self._now(),
        )
        note = self._gate.to_join(place, pressed.root)
        if await self._hand_in("button", press, pressed.root, note) and note:
            self._gate.has_joined(place, pressed.root)

    async def identify(self, incoming: Incoming) -> Incoming | None:
        """In the turn: who it is; None if the person is not answered. Raises StoreUnavailableError, DeliveryError."""
        if isinstance(incoming, Lifecycle):
            return incoming
        admitted = await self._gate.identify(incoming)
        if isinstance(admitted, Reason):
            self._metrics.received("person", admitted.value).inc()
            log.info("slack_person_refused", reason=admitted.value, delivery=incoming.delivery_id)
            return None
        return admitted

    async def _hand_in(self, kind: str, incoming: Incoming, root: str, note: Note | None = None) -> bool:
        """Whether it was accepted, and the note was kept with it."""
        verdict = await self._intake.accept(incoming, note=note)
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
        self._metrics.received(kind, outcome).inc()
        return isinstance(verdict, Accepted)

    def _refused(self, kind: str, reason: Reason, delivery: str) -> None:
        self._metrics.received(kind, reason.value).inc()
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
