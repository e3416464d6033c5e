"""Teams' budgets of a conversation, counted call by call for all replicas together.

Each call of the Bot Connector takes its share, repeated ones too: posts, edits, typing, pieces of a stream and cards
that are drawn again. What must arrive waits for its turn; what is soon overtaken by something newer takes only what is
free now. When Teams asks to wait, everybody keeps away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from adapters.teams.activity import PLATFORM, THREAD_MARK
from adapters.teams.limits import MEMBER_WINDOWS, SEND_WINDOWS, WINDOW_MARGIN
from resync_bot.conversation.model import Place
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Pace
from resync_bot.errors import DeliveryDelayedError

SENDS = Pace(tuple((seconds + WINDOW_MARGIN, calls) for seconds, calls in SEND_WINDOWS))
LOOK_UPS = Pace(tuple((seconds + WINDOW_MARGIN, calls) for seconds, calls in MEMBER_WINDOWS))
LONGEST_REST = 1.5  # seconds until something impatient asks again


class Budgets:
    """Hands out the budgets. `sleep` waits for a turn."""

    def __init__(self, pacer: Pacer, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pacer = pacer
        self._sleep = sleep

    def sends(self, conversation: str, *, is_patient: bool) -> "Budget":
        """For posts and edits in a conversation, all its threads together."""
        return Budget(self._pacer, _channel(conversation), SENDS, self._sleep, is_patient=is_patient)

    def look_ups(self, conversation: str) -> "Budget":
        """For questions about a conversation's members, which Teams counts by themselves."""
        place = _channel(conversation)
        return Budget(
            self._pacer, replace(place, channel=f"{place.channel}/members"), LOOK_UPS, self._sleep, is_patient=True
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may take. See `calls.Budget`."""

    pacer: Pacer
    place: Place
    pace: Pace
    sleep: Callable[[float], Awaitable[None]]
    is_patient: bool

    async def take(self) -> None:
        """Returns when the call may be made. Raises DeliveryDelayedError if it is impatient and none is free."""
        if self.is_patient:
            if wait := await self.pacer.reserve(self.place, self.pace):
                await self.sleep(wait)
        elif wait := await self.pacer.try_now(self.place, self.pace):
            # Not for longer: the outbox would keep back the answer as well, for which a share is left.
            raise DeliveryDelayedError("as much was written there as Teams takes", retry_after=min(wait, LONGEST_REST))

    async def delay(self, seconds: float) -> None:
        """Teams asked to wait."""
        await self.pacer.delay(self.place, self.pace, seconds)


def _channel(conversation: str) -> Place:
    """Ids of conversations are unique among all tenants."""
    return Place(PLATFORM, "", conversation.partition(THREAD_MARK)[0])
