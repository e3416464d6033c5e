"""Invokes: activities that somebody waits at a screen for. They are answered with what is at hand, within seconds; the
work that they ask for goes through the inbox like any other.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

from adapters.teams.activity import Activity
from adapters.teams.admission import Admission
from adapters.teams.cards import SHOW_MORE
from adapters.teams.clicks import CARD_ACTION, FEEDBACK, Press, press_in, refuses, says, shows_card, verdict_in
from adapters.teams.fate import Fate, Handled
from adapters.teams.limits import INVOKE_SECONDS
from adapters.teams.presses import Presses
from adapters.teams.store import PostedMessages
from adapters.teams.transport import Outcome
from resync_bot.conversation.model import ButtonPress, Person
from resync_bot.conversation.ports import Accepted, Duplicate, Intake, RateLimited, Refused
from resync_bot.conversation.wording import wait_sentence

Json = dict[str, Any]

OLD_CARD = "That card is too old for me; please ask again."
TOO_SLOW = "That takes too long just now; please press it again."
NOT_FOR_GUESTS = "I answer only members of this organisation."


class Invokes:
    """Clicks on cards and verdicts on answers."""

    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        presses: Presses,
        store: PostedMessages,
        now: Callable[[], datetime],
    ) -> None:
        self._intake = intake
        self._admission = admission
        self._presses = presses
        self._store = store
        self._now = now

    async def handle(self, activity: Activity) -> Handled:
        """Answers in Teams' time, whatever is slow behind it: a press that was taken all the same is the same press
        when it comes again. Raises StoreUnavailableError or DeliveryError if it must be delivered again.
        """
        try:
            async with asyncio.timeout(INVOKE_SECONDS):
                return await self._handle(activity)
        except TimeoutError:
            return Fate.TOO_SLOW, Outcome(200, says(TOO_SLOW) if activity.name == CARD_ACTION else {})

    async def _handle(self, activity: Activity) -> Handled:  # noqa: PLR0911  # one line per way out
        if activity.name not in (CARD_ACTION, FEEDBACK):
            return Fate.UNKNOWN_KIND, Outcome(501)
        person, refusal = await self._admission.admit(activity)
        if refusal:
            return refusal, Outcome(200, refuses(403, NOT_FOR_GUESTS))
        if activity.name == FEEDBACK:
            return await self._feedback(activity, person)
        press = press_in(activity)
        if press is None:
            return Fate.UNKNOWN_KIND, Outcome(200, refuses(400, OLD_CARD))
        if press.action == SHOW_MORE:
            card = await self._presses.page(press)
            if card is None:
                return Fate.OLD_CARD, Outcome(200, says(OLD_CARD))
            return Fate.SHOWED_PAGE, Outcome(200, shows_card(card))
        return await self._pressed(activity, press, person)

    async def _pressed(self, activity: Activity, press: Press, person: Person) -> Handled:
        verdict = await self._presses.accept(activity, press, person)
        match verdict:
            case Accepted():
                return Fate.ACCEPTED, Outcome(200, await self._at_work(press))
            case Duplicate():
                return Fate.DUPLICATE, Outcome(200, await self._at_work(press))
            case RateLimited(retry_after=retry_after):
                return Fate.RATE_LIMITED, Outcome(200, says(wait_sentence(retry_after, press.value)))
            case Refused(why=why):
                return Fate.REFUSED, Outcome(200, says(why))
            case _:
                assert_never(verdict)

    async def _at_work(self, press: Press) -> Json:
        note = f"⏳ {press.label}"
        card = await self._presses.at_work(press, note)
        return says(note) if card is None else shows_card(card)

    async def _feedback(self, activity: Activity, person: Person) -> Handled:
        verdict = verdict_in(activity)
        turn = await self._store.turn_of(activity.place, activity.reply_to)
        if verdict is None or turn is None:
            return Fate.OLD_CARD, Outcome(200, {})
        feedback = ButtonPress(
            delivery_id=activity.delivery_id,
            message_id=f"feedback/{turn}/{verdict}/{person.id}",
            person=person,
            place=activity.place,
            action="feedback",
            value=f"{verdict}:{turn}",
            at=activity.sent_at(self._now()),
        )
        is_new = isinstance(await self._intake.accept(feedback), Accepted)
        return Fate.ACCEPTED if is_new else Fate.DUPLICATE, Outcome(200, {})
