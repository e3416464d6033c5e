"""What the adapter says by itself, after the acknowledgement: a welcome, "please wait", "that is too long"."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.teams.desk import Desk
from resync_bot.conversation.model import Place
from resync_bot.errors import DeliveryDelayedError, DeliveryError
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff

Json = dict[str, Any]

WAITING = 200  # asides at most: in a flood, the answers matter more than what is said beside them
SENDERS = 4  # so that one conversation that asks to wait keeps no other waiting
_POLICY = RetryPolicy(attempts=None, first=1.0, longest=30.0, deadline=120.0)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Aside:
    place: Place
    activity: Json


class Asides:
    """Sends them while `run` runs; it may run several times at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: asyncio.Queue[_Aside] = asyncio.Queue(WAITING)

    def say(self, place: Place, activity: Json) -> None:
        """Returns at once; beyond `WAITING` nothing more is said."""
        try:
            self._waiting.put_nowait(_Aside(place, activity))
        except asyncio.QueueFull:
            log.warning("teams.aside_dropped")

    async def run(self) -> None:
        """Sends until cancelled."""
        task = asyncio.current_task()
        while not (task and task.cancelling()):  # before Python 3.12 redis-py loses a cancellation now and then
            aside = await self._waiting.get()
            try:
                await self._send(aside)
            except DeliveryError as error:
                log.info("teams.aside_not_sent", kind=type(error).__name__, error=str(error))

    async def _send(self, aside: _Aside) -> None:
        await retry_with_backoff(
            lambda: self._attempt(aside),
            policy=_POLICY,
            retry_on=lambda error: isinstance(error, DeliveryDelayedError),
            retry_after=lambda error: error.retry_after if isinstance(error, DeliveryDelayedError) else None,
        )

    async def _attempt(self, aside: _Aside) -> None:
        reference = await self._desk.reference(aside.place)
        await self._desk.post(aside.place, reference, aside.activity, is_patient=False)
