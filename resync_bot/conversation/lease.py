"""A worker's hold of one lane while it works on a turn."""

import time
from collections.abc import Callable

from resync_bot.conversation.lanes import Claim, Lanes
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import LeaseLostError
from resync_bot.runtime.redis import STORE_ERRORS, outlast_outage


class Lease:
    """Asked before everything that others can see: a worker that lost its lane must not write any more."""

    def __init__(
        self, lanes: Lanes, claim: Claim, *, seconds: float, begun: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`begun` is the clock's time before the lane was taken."""
        self._lanes = lanes
        self._claim = claim
        self._sure = seconds * 2 / 3  # the rest of the lease is for what is under way when it is asked
        self._renewed = begun
        self._clock = clock

    @property
    def age(self) -> float:
        """Seconds since it was taken or last renewed."""
        return self._clock() - self._renewed

    async def hold(self) -> None:
        """Returns when the lane is known to be ours for a while. Waits for a store that is away.

        Raises LeaseLostError if it is another worker's.
        """
        if self.age >= self._sure:
            await outlast_outage(self.renew)

    async def renew(self) -> None:
        """Raises LeaseLostError, or redis.exceptions.RedisError if it is not known whose the lane is."""
        asked = self._clock()
        if not await self._lanes.extend(self._claim):
            raise LeaseLostError(f"the lane of turn {self._claim.turn_id} is another worker's")
        self._renewed = asked

    async def is_stopped(self) -> bool:
        """Whether somebody asked this turn to end. False while the store is away."""
        try:
            return await self._lanes.is_stopped(self._claim)
        except STORE_ERRORS:
            return False

    async def remember(self, ref: MessageRef) -> None:
        """Keeps what was posted for a successor. Waits for a store that is away; raises LeaseLostError."""
        if not await outlast_outage(lambda: self._lanes.remember(self._claim, ref)):
            raise LeaseLostError(f"the lane of turn {self._claim.turn_id} is another worker's")
