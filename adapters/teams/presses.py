"""Presses of buttons on the bot's cards: into the inbox, and how the card looks from then on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.teams.activity import Activity
from adapters.teams.cards import Drawing
from adapters.teams.clicks import Press, button_press
from adapters.teams.messages import paginate
from adapters.teams.store import PostedMessages
from resync_bot.conversation.model import Person
from resync_bot.conversation.ports import Intake, Verdict

Json = dict[str, Any]


class Presses:
    """What can be done with a press. All methods raise StoreUnavailableError."""

    def __init__(self, intake: Intake, store: PostedMessages, now: Callable[[], datetime]) -> None:
        self._intake = intake
        self._store = store
        self._now = now

    async def accept(self, activity: Activity, press: Press, person: Person) -> Verdict:
        """Hands it to the inbox."""
        return await self._intake.accept(button_press(activity, press, person, activity.sent_at(self._now())))

    async def page(self, press: Press) -> Json | None:
        """The card turned to the page that was asked for; None if the answer is too old or has no such page."""
        posted = await self._store.get(press.card)
        if posted is None or not press.value.isdecimal() or len(press.value) > 4:
            return None
        return paginate(posted.answer).card(Drawing(press.card, number=press.number, page=int(press.value)))

    async def at_work(self, press: Press, note: str) -> Json | None:
        """The card that was pressed, with a note that the work is under way; the reply draws it again when it is done.

        None if the answer is too old.
        """
        posted = await self._store.get(press.card)
        if posted is None:
            return None
        drawing = Drawing(press.card, number=press.number, pressed=press.value, note=note)
        return paginate(posted.answer).card(drawing)
