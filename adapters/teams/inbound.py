"""What becomes of a verified activity: a question or a press for the inbox, a page of a card, a reference kept or gone.

Everything is durable before this returns, so that the acknowledgement promises nothing that could get lost. Invokes are
answered with what is at hand; the work that they ask for goes through the inbox like any other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, assert_never

import structlog

from adapters.teams.activity import Activity
from adapters.teams.asides import Asides
from adapters.teams.cards import SHOW_MORE, Drawing, attachment
from adapters.teams.clicks import (
    CARD_ACTION,
    FEEDBACK,
    Press,
    button_press,
    press_in,
    refuses,
    says,
    shows_card,
    verdict_in,
)
from adapters.teams.members import Members, Standing
from adapters.teams.messages import paginate, plain_message
from adapters.teams.metrics import TeamsMetrics
from adapters.teams.references import References, reference_of
from adapters.teams.sdk import Outcome
from adapters.teams.store import Posted, PostedMessages
from adapters.teams.welcome import EXAMPLES, welcome
from resync_bot.conversation.model import ButtonPress, Incoming, Lifecycle, Person, Question
from resync_bot.conversation.ports import (
    Accepted,
    Briefing,
    Corrections,
    Duplicate,
    Intake,
    RateLimited,
    Refused,
    Verdict,
)
from resync_bot.conversation.wording import wait_sentence
from resync_bot.errors import ResyncError

Json = dict[str, Any]

ACKNOWLEDGED = Outcome(202)
BRIEFING_SECONDS = 3.0  # an installation is acknowledged within Teams' time also while the engine is slow
BARE_MENTION = "help"  # what somebody wants who writes the bot's name and nothing else
OLD_CARD = "That card is too old for me; please ask again."
NOT_FOR_GUESTS = "I answer only members of this organisation."

log = structlog.get_logger(__name__)


class Fate(StrEnum):
    """What became of an activity; counted."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    GUEST = "guest"
    OTHER_TENANT = "other_tenant"
    IGNORED_SELF = "ignored_self"
    NOT_FOR_US = "not_for_us"
    SHOWED_PAGE = "showed_page"
    OLD_CARD = "old_card"
    INSTALLED = "installed"
    REMOVED = "removed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    UNKNOWN_KIND = "unknown_kind"


class Inbound:
    """Handles verified activities."""

    def __init__(  # noqa: PLR0913  # the parts that an activity can concern
        self,
        *,
        intake: Intake,
        corrections: Corrections | None,
        briefing: Callable[[], Awaitable[Briefing]] | None,
        references: References,
        members: Members,
        store: PostedMessages,
        asides: Asides,
        metrics: TeamsMetrics,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._intake = intake
        self._corrections = corrections
        self._briefing = briefing
        self._references = references
        self._members = members
        self._store = store
        self._asides = asides
        self._metrics = metrics
        self._now = now
        self._new_id = new_id

    async def handle(self, activity: Activity) -> Outcome:
        """What to answer. Raises StoreUnavailableError or DeliveryError if it must be delivered again."""
        fate, outcome = await self._handle(activity)
        self._metrics.received.labels(fate.value).inc()
        log.info("teams.activity", type=_safe(activity.type), name=_safe(activity.name), fate=fate.value)
        return outcome

    async def _handle(self, activity: Activity) -> tuple[Fate, Outcome]:
        if activity.sender.is_bot and activity.type != "conversationUpdate":
            return Fate.IGNORED_SELF, ACKNOWLEDGED
        match activity.type:
            case "message":
                return await self._message(activity)
            case "messageUpdate" | "messageDelete":
                return await self._corrected(activity)
            case "invoke":
                return await self._invoke(activity)
            case "installationUpdate" | "conversationUpdate":
                return await self._lifecycle(activity)
            case _:
                return Fate.UNKNOWN_KIND, ACKNOWLEDGED

    # --- messages ---

    async def _message(self, activity: Activity) -> tuple[Fate, Outcome]:
        press = press_in(activity)
        if press is None and not activity.is_personal and not activity.mentions_bot:
            return Fate.NOT_FOR_US, ACKNOWLEDGED
        person, refusal = await self._admit(activity)
        if refusal:
            return refusal, ACKNOWLEDGED
        if press is not None:
            return await self._submitted(activity, press, person)
        question = self._question(activity, person)
        return self._told(activity, question.text, await self._intake.accept(question)), ACKNOWLEDGED

    async def _submitted(self, activity: Activity, press: Press, person: Person) -> tuple[Fate, Outcome]:
        """A press from a client that does not know Action.Execute: it came as a message and is answered by one."""
        if press.action != SHOW_MORE:
            return self._told(activity, press.value, await self._press(activity, press, person)), ACKNOWLEDGED
        card = await self._page(press)
        if card is None:
            self._asides.say(activity.place, plain_message(OLD_CARD))
            return Fate.OLD_CARD, ACKNOWLEDGED
        self._asides.say(activity.place, {"type": "message", "attachments": [attachment(card)]})
        return Fate.SHOWED_PAGE, ACKNOWLEDGED

    async def _corrected(self, activity: Activity) -> tuple[Fate, Outcome]:
        """An edited question that still waits is asked as it reads now, a deleted one is not answered."""
        if self._corrections is None:
            return Fate.UNKNOWN_KIND, ACKNOWLEDGED
        if activity.type == "messageDelete":
            is_withdrawn = await self._corrections.withdraw(activity.place, _message_id(activity))
            return Fate.WITHDRAWN if is_withdrawn else Fate.TOO_LATE, ACKNOWLEDGED
        if not activity.is_personal and not activity.mentions_bot:
            return Fate.NOT_FOR_US, ACKNOWLEDGED
        person, refusal = await self._admit(activity)
        if refusal:
            return refusal, ACKNOWLEDGED
        is_replaced = await self._corrections.replace(self._question(activity, person))
        return Fate.REPLACED if is_replaced else Fate.TOO_LATE, ACKNOWLEDGED

    def _question(self, activity: Activity, person: Person) -> Question:
        return Question(
            delivery_id=activity.id,
            message_id=_message_id(activity),
            person=person,
            place=activity.place,
            text=activity.question or BARE_MENTION,
            at=self._at(activity),
        )

    def _told(self, activity: Activity, text: str, verdict: Verdict) -> Fate:
        """Says what the person has to know of the verdict."""
        match verdict:
            case Accepted():
                return Fate.ACCEPTED
            case Duplicate():
                return Fate.DUPLICATE
            case RateLimited(retry_after=retry_after, tell=tell):
                if tell:
                    self._asides.say(activity.place, plain_message(wait_sentence(retry_after, text)))
                return Fate.RATE_LIMITED
            case Refused(why=why):
                self._asides.say(activity.place, plain_message(why))
                return Fate.REFUSED
            case _:
                assert_never(verdict)

    # --- invokes ---

    async def _invoke(self, activity: Activity) -> tuple[Fate, Outcome]:  # noqa: PLR0911  # one line per way out
        if activity.name not in (CARD_ACTION, FEEDBACK):
            return Fate.UNKNOWN_KIND, Outcome(501)
        person, refusal = await self._admit(activity)
        if refusal:
            return refusal, Outcome(200, refuses(403, NOT_FOR_GUESTS))
        if activity.name == FEEDBACK:
            return await self._feedback(activity, person)
        press = press_in(activity)
        if press is None:
            return Fate.UNKNOWN_KIND, Outcome(200, refuses(400, OLD_CARD))
        if press.action == SHOW_MORE:
            card = await self._page(press)
            if card is None:
                return Fate.OLD_CARD, Outcome(200, says(OLD_CARD))
            return Fate.SHOWED_PAGE, Outcome(200, shows_card(card))
        return await self._pressed(activity, press, person)

    async def _pressed(self, activity: Activity, press: Press, person: Person) -> tuple[Fate, Outcome]:
        verdict = await self._press(activity, press, person)
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
        """The card that was pressed, saying that the work is under way; the reply draws it again when it is done."""
        posted = await self._store.get(press.card)
        note = f"⏳ {press.label}"
        if posted is None:
            return says(note)
        drawing = Drawing(press.card, number=press.number, pressed=press.value, note=note)
        return shows_card(paginate(posted.answer).card(drawing))

    async def _feedback(self, activity: Activity, person: Person) -> tuple[Fate, Outcome]:
        verdict = verdict_in(activity)
        turn = await self._store.turn_of(activity.place, activity.reply_to)
        if verdict is None or turn is None:
            return Fate.OLD_CARD, Outcome(200, {})
        feedback = ButtonPress(
            delivery_id=activity.id,
            message_id=f"feedback/{turn}/{verdict}/{person.id}",
            person=person,
            place=activity.place,
            action="feedback",
            value=f"{verdict}:{turn}",
            at=self._at(activity),
        )
        is_new = isinstance(await self._intake.accept(feedback), Accepted)
        return Fate.ACCEPTED if is_new else Fate.DUPLICATE, Outcome(200, {})

    # --- installed and removed ---

    async def _lifecycle(self, activity: Activity) -> tuple[Fate, Outcome]:
        event = _lifecycle_event(activity)
        if event is None:
            return Fate.NOT_FOR_US, ACKNOWLEDGED
        place = activity.place
        await self._accept_lifecycle(activity, installed=event is Fate.INSTALLED)
        if event is Fate.REMOVED:
            await self._references.remove(place)
            await self._store.release_welcome(place)
            return event, ACKNOWLEDGED
        reference = reference_of(activity)
        await self._references.refresh(reference)
        if await self._store.claim_welcome(place):
            card, answer = self._new_id(), welcome(reference, await self._examples())
            await self._store.keep(card, Posted(answer, place))
            self._asides.say(place, paginate(answer).message(Drawing(card), reference))
        return event, ACKNOWLEDGED

    async def _examples(self) -> Sequence[str]:
        """Questions that work on the present plan, if it can be read quickly."""
        if self._briefing is None:
            return EXAMPLES
        try:
            async with asyncio.timeout(BRIEFING_SECONDS):
                return (await self._briefing()).questions or EXAMPLES
        except (ResyncError, TimeoutError) as error:
            log.info("teams.no_briefing", kind=type(error).__name__)
            return EXAMPLES

    async def _accept_lifecycle(self, activity: Activity, *, installed: bool) -> None:
        event: Incoming = Lifecycle(
            delivery_id=activity.id,
            message_id=_message_id(activity),
            person=activity.person,
            place=activity.place,
            event="installed" if installed else "removed",
            at=self._at(activity),
        )
        await self._intake.accept(event)

    # --- what they share ---

    async def _admit(self, activity: Activity) -> tuple[Person, Fate | None]:
        """The sender as the tenant knows them, or why they get nothing. Keeps the conversation's reference."""
        member = await self._members.look_up(activity)
        match member.standing:
            case Standing.GUEST:
                return activity.person, Fate.GUEST
            case Standing.OTHER_TENANT:
                return activity.person, Fate.OTHER_TENANT
            case Standing.WELCOME:
                await self._references.refresh(reference_of(activity))
                return member.named(activity.person), None
            case _:
                assert_never(member.standing)

    async def _press(self, activity: Activity, press: Press, person: Person) -> Verdict:
        return await self._intake.accept(button_press(activity, press, person, self._at(activity)))

    async def _page(self, press: Press) -> Json | None:
        posted = await self._store.get(press.card)
        if posted is None or not press.value.isdecimal() or len(press.value) > 4:
            return None
        drawing = Drawing(press.card, number=press.number, page=int(press.value))
        return paginate(posted.answer).card(drawing)

    def _at(self, activity: Activity) -> datetime:
        at = activity.timestamp
        return at.astimezone(UTC) if at and at.tzinfo else self._now()


def _lifecycle_event(activity: Activity) -> Fate | None:
    if activity.type == "installationUpdate":
        action = activity.action.removesuffix("-upgrade")
        return {"add": Fate.INSTALLED, "remove": Fate.REMOVED}.get(action)
    bot = activity.recipient.id
    if bot and any(member.get("id") == bot for member in activity.members_added):
        return Fate.INSTALLED
    if bot and any(member.get("id") == bot for member in activity.members_removed):
        return Fate.REMOVED
    return None


def _message_id(activity: Activity) -> str:
    """An edit and a deletion bear the id of the message that they concern."""
    return f"{activity.conversation.id}/{activity.id}"


def _safe(text: str) -> str:
    """A field that strangers choose, for the log: no control characters, not long."""
    return "".join(letter for letter in text[:60] if letter.isprintable())
