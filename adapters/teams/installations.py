"""The app comes to a chat or a team, or leaves it: the reference is kept or forgotten, and who comes is welcomed."""

import asyncio
from collections.abc import Sequence

import structlog

from adapters.teams.activity import Activity
from adapters.teams.asides import Asides
from adapters.teams.cards import Drawing
from adapters.teams.fate import ACKNOWLEDGED, Fate, Handled
from adapters.teams.messages import paginate
from adapters.teams.references import References, reference_of
from adapters.teams.store import Posted, PostedMessages
from adapters.teams.welcome import welcome
from resync_bot.conversation.model import Lifecycle
from resync_bot.conversation.ports import Host
from resync_bot.errors import ResyncError

BRIEFING_SECONDS = 3.0  # an installation is acknowledged within Teams' time also while the engine is slow

log = structlog.get_logger(__name__)


class Installations:
    """Handles what Teams tells of the app itself."""

    def __init__(self, host: Host, references: References, store: PostedMessages, asides: Asides) -> None:
        self._host = host
        self._references = references
        self._store = store
        self._asides = asides

    async def handle(self, activity: Activity) -> Handled:
        """Raises StoreUnavailableError if it must be delivered again."""
        event = _event(activity)
        if event is None:
            return Fate.NOT_FOR_US, ACKNOWLEDGED
        await self._host.intake.accept(
            Lifecycle(
                delivery_id=activity.delivery_id,
                message_id=activity.message_id,
                person=activity.person,
                place=activity.place,
                event="installed" if event is Fate.INSTALLED else "removed",
                at=activity.sent_at(self._host.now()),
            )
        )
        if event is Fate.REMOVED:
            await self._references.remove(activity.place)
            await self._store.release_welcome(activity.place)
        else:
            await self._installed(activity)
        return event, ACKNOWLEDGED

    async def _installed(self, activity: Activity) -> None:
        reference = reference_of(activity)
        await self._references.refresh(reference)
        if await self._store.claim_welcome(activity.place):
            card, answer = self._host.new_id(), welcome(reference, await self._questions())
            await self._store.keep(card, Posted(answer, activity.place))
            self._asides.say(activity.place, paginate(answer).message(Drawing(card), reference))

    async def _questions(self) -> Sequence[str]:
        """Questions that fit the present plan, if it can be read quickly."""
        if self._host.briefing is None:
            return ()
        try:
            async with asyncio.timeout(BRIEFING_SECONDS):
                return (await self._host.briefing()).questions
        except (ResyncError, TimeoutError) as error:
            log.info("teams.no_briefing", kind=type(error).__name__)
            return ()


def _event(activity: Activity) -> Fate | None:
    if activity.type == "installationUpdate":
        action = activity.action.removesuffix("-upgrade")
        return {"add": Fate.INSTALLED, "remove": Fate.REMOVED}.get(action)
    bot = activity.recipient.id
    if bot and any(member.get("id") == bot for member in activity.members_added):
        return Fate.INSTALLED
    if bot and any(member.get("id") == bot for member in activity.members_removed):
        return Fate.REMOVED
    return None
