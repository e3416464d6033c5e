"""How fast the bot writes to a channel: one pace for all replicas together, kept in Redis.

A platform that limits several windows of time at once is kept to all of them, each a sliding one: fixed windows would
let twice as much through around their edges.
"""

from redis.asyncio import Redis

from resync_bot.conversation.keys import Keys
from resync_bot.conversation.model import Place
from resync_bot.conversation.ports import Mark, Pace
from resync_bot.conversation.scripts import Scripts
from resync_bot.runtime.redis import STORE_ERRORS, is_away, outlast_outage

MARK_SECONDS = 24 * 60 * 60
STORE_AWAY = 1.0  # seconds until an edit is tried again while the store is away


class Pacer:
    """Answers reserve their moment, edits only take what is free now: so an answer never waits behind edits."""

    def __init__(self, redis: Redis, *, namespace: str) -> None:
        self._keys = Keys(namespace)
        self._script = Scripts.of(redis).load("pace", after=("time",))

    async def reserve(self, place: Place, pace: Pace, *, mark: Mark | None = None) -> float:
        """Takes the channel's next free moment, and keeps `mark` in the same step; the seconds until then.

        Waits for a store that is away. A mark that was kept by a call whose reply got lost is not the first.
        """
        if not (pace.windows or mark):
            return 0.0
        return await outlast_outage(lambda: self._ask(place, pace, "reserve", mark=mark))

    async def try_now(self, place: Place, pace: Pace) -> float:
        """Takes this moment if it is free: 0. Else the seconds until there may be one.

        A quarter of each window stays free for those who reserve.
        """
        if not pace.windows:
            return 0.0
        try:
            return await self._ask(place, pace, "try")
        except STORE_ERRORS as error:
            if is_away(error):
                return STORE_AWAY
            raise

    async def delay(self, place: Place, pace: Pace, seconds: float) -> None:
        """The platform asked to wait: everybody keeps away from the channel. Waits for a store that is away."""
        if pace.windows:
            await outlast_outage(lambda: self._ask(place, pace, "delay", seconds))

    async def _ask(
        self, place: Place, pace: Pace, how: str, seconds: float = 0.0, *, mark: Mark | None = None
    ) -> float:
        windows = (part for length, calls in pace.windows for part in (_microseconds(length), calls))
        keys = (self._keys.pace(place), self._keys.pace_delay(place), *((mark.key,) if mark else ()))
        wait, is_first = await self._script(keys, (how, _microseconds(seconds), MARK_SECONDS, *windows))
        if mark:
            mark.kept(is_first=bool(is_first))
        return int(wait) / 1_000_000


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)
