"""What becomes of a verified activity: a question or a press for the inbox, a correction, an answer to an invoke.

Everything is durable before this returns, so that the acknowledgement promises nothing that could get lost.
"""

from typing import assert_never

import structlog

from adapters.teams.activity import Activity
from adapters.teams.admission import Admission
from adapters.teams.asides import Asides
from adapters.teams.cards import SHOW_MORE, attachment
from adapters.teams.clicks import Press, press_in
from adapters.teams.fate import ACKNOWLEDGED, Fate, Handled
from adapters.teams.installations import Installations
from adapters.teams.invokes import OLD_CARD, Invokes
from adapters.teams.messages import plain_message
from adapters.teams.metrics import TeamsMetrics
from adapters.teams.presses import Presses
from adapters.teams.references import References
from adapters.teams.store import PostedMessages
from adapters.teams.transport import Outcome
from resync_bot.conversation.model import Person, Question
from resync_bot.conversation.ports import Accepted, Duplicate, Host, RateLimited, Refused, Verdict
from resync_bot.conversation.wording import wait_sentence

BARE_MENTION = "help"  # what somebody wants who writes the bot's name and nothing else

log = structlog.get_logger(__name__)


class Inbound:
    """Handles verified activities."""

    def __init__(
        self,
        host: Host,
        *,
        admission: Admission,
        references: References,
        store: PostedMessages,
        asides: Asides,
        metrics: TeamsMetrics,
    ) -> None:
        self._host = host
        self._admission = admission
        self._asides = asides
        self._metrics = metrics
        self._presses = Presses(host.intake, store, host.now)
        self._invokes = Invokes(host.intake, admission, self._presses, store, host.now)
        self._installations = Installations(host, references, store, asides)

    async def handle(self, activity: Activity) -> Outcome:
        """What to answer. Raises StoreUnavailableError or DeliveryError if it must be delivered again."""
        fate, outcome = await self._handle(activity)
        self._metrics.received.labels(fate.value).inc()
        log.info("teams.activity", type=_safe(activity.type), name=_safe(activity.name), fate=fate.value)
        return outcome

    async def _handle(self, activity: Activity) -> Handled:  # noqa: PLR0911  # one line per kind
        if activity.sender.is_bot and activity.type != "conversationUpdate":
            return Fate.IGNORED_SELF, ACKNOWLEDGED
        match activity.type:
            case "message":
                return await self._message(activity), ACKNOWLEDGED
            case "messageUpdate":
                return await self._edited(activity), ACKNOWLEDGED
            case "messageDelete":
                return await self._deleted(activity), ACKNOWLEDGED
            case "invoke":
                return await self._invokes.handle(activity)
            case "installationUpdate" | "conversationUpdate":
                return await self._installations.handle(activity)
            case _:
                return Fate.UNKNOWN_KIND, ACKNOWLEDGED

    async def _message(self, activity: Activity) -> Fate:
        press = press_in(activity)
        if press is None and not activity.is_for_bot:
            return Fate.NOT_FOR_US
        person, refusal = await self._admission.admit(activity)
        if refusal:
            return refusal
        if press is not None:
            return await self._submitted(activity, press, person)
        question = self._question(activity, person)
        return self._told(activity, question.text, await self._host.intake.accept(question))

    async def _submitted(self, activity: Activity, press: Press, person: Person) -> Fate:
        """A press from a client that does not know Action.Execute: it came as a message and is answered by one."""
        if press.action != SHOW_MORE:
            return self._told(activity, press.value, await self._presses.accept(activity, press, person))
        card = await self._presses.page(press)
        if card is None:
            self._asides.say(activity.place, plain_message(OLD_CARD))
            return Fate.OLD_CARD
        self._asides.say(activity.place, {"type": "message", "attachments": [attachment(card)]})
        return Fate.SHOWED_PAGE

    # --- corrections ---

    async def _edited(self, activity: Activity) -> Fate:
        """A question that still waits is asked as it reads now."""
        if self._host.corrections is None or not activity.is_for_bot:
            return Fate.NOT_FOR_US
        person, refusal = await self._admission.admit(activity)
        if refusal:
            return refusal
        is_replaced = await self._host.corrections.replace(self._question(activity, person))
        return Fate.REPLACED if is_replaced else Fate.TOO_LATE

    async def _deleted(self, activity: Activity) -> Fate:
        """A question that still waits is not answered."""
        if self._host.corrections is None:
            return Fate.NOT_FOR_US
        is_withdrawn = await self._host.corrections.withdraw(activity.place, activity.message_id)
        return Fate.WITHDRAWN if is_withdrawn else Fate.TOO_LATE

    # --- what they share ---

    def _question(self, activity: Activity, person: Person) -> Question:
        return Question(
            delivery_id=activity.delivery_id,
            message_id=activity.message_id,
            person=person,
            place=activity.place,
            text=activity.question or BARE_MENTION,
            at=activity.sent_at(self._host.now()),
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


def _safe(text: str) -> str:
    """A field that strangers choose, for the log: no control characters, not long."""
    return "".join(letter for letter in text[:60] if letter.isprintable())
