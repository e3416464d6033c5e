"""A worker: takes lanes, keeps their leases, hands them on when it stops.

Before Python 3.12 `asyncio.wait_for`, which redis-py uses, swallows a cancellation that comes together with the result
(github.com/python/cpython/issues/86296, met here on 2026-11-23). So no loop of this module ends by cancellation alone.
"""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from typing import assert_never

import structlog

from resync_bot.conversation.keys import encoded
from resync_bot.conversation.lanes import Claim, Lanes, Offer, Ticket
from resync_bot.conversation.lease import Lease
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.turn import TurnHandler
from resync_bot.errors import LeaseLostError
from resync_bot.runtime.redis import STORE_ERRORS, outlast_outage
from resync_bot.runtime.sections import WorkSettings

log = structlog.get_logger(__name__)

LONGEST_READ = 1.0  # seconds that one read waits for work; the client's timeout is twice that at least
CANCEL_AGAIN = 5.0  # seconds after which a turn that is to end is told again


@dataclass(slots=True)
class _Running:
    """A lane in work. `lease` is None while none is needed: before the lane is taken, and while a turn is completed."""

    ticket: Ticket
    token: str
    task: asyncio.Task[None] | None = None
    lease: Lease | None = None
    is_lost: bool = False


class Worker:
    """Works on up to `settings.concurrency` lanes at once. Several workers, on several machines, share the lanes."""

    def __init__(
        self,
        lanes: Lanes,
        handler: TurnHandler,
        *,
        settings: WorkSettings,
        metrics: ConversationMetrics,
        new_id: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`new_id` gives a new token for every lane taken; `clock` is monotonic, in seconds."""
        self._lanes = lanes
        self._handler = handler
        self._settings = settings
        self._metrics = metrics
        self._new_id = new_id
        self._clock = clock
        self._running: dict[str, _Running] = {}
        self._offered = 0
        self._group: asyncio.TaskGroup | None = None
        self._context = Context()
        self._slot_freed = asyncio.Event()
        self._is_stopping = False
        self._is_drained = False
        self._reclaim_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then lets running turns finish for `settings.drain` seconds.

        What is not finished by then, and what was read and not begun, goes to another worker at once. While the store
        is away it waits; it raises nothing that a store that comes back would heal.
        """
        self._context = copy_context()
        try:
            async with asyncio.TaskGroup() as self._group:
                reader = self._group.create_task(self._read(), name="lane reader")
                pulse = self._group.create_task(self._renew_leases(), name="lane leases")
                await stop.wait()
                self._is_stopping = True
                reader.cancel()
                await asyncio.wait([reader])
                await self._drain()
                self._is_drained = True
                pulse.cancel()
                await self._leave()
        finally:
            self._group = None

    def offer(self) -> Offer | None:
        """See `lanes.Hands`."""
        if self._group is None or self._is_stopping or self._free <= 0:
            return None
        self._offered += 1
        return Offer(self._new_id(), self._lanes.consumer, self._lanes.lease, self._clock())

    def settle(self, offer: Offer, taken: Claim | Ticket | None) -> None:
        """See `lanes.Hands`."""
        self._offered -= 1
        self._slot_freed.set()
        match taken:
            case Claim():
                self._begin(_Running(taken.ticket, offer.token), (taken, offer.begun))
            case Ticket():
                self._begin(_Running(taken, offer.token))
            case None:
                pass
            case _:
                assert_never(taken)

    @property
    def _free(self) -> int:
        return self._settings.concurrency - len(self._running) - self._offered

    def _begin(self, running: _Running, held: tuple[Claim, float] | None = None) -> None:
        """`held` is a claim, and since when. A worker that is gone leaves it to its lease."""
        if self._group is None or self._is_drained:
            return
        self._running[running.token] = running
        running.task = self._group.create_task(
            self._work(running, held), name=f"lane {encoded(running.ticket.place)}", context=self._context.copy()
        )

    async def _read(self) -> None:
        while not self._is_stopping:
            while self._free <= 0:
                self._slot_freed.clear()
                await self._slot_freed.wait()
            tickets = await outlast_outage(self._next_tickets)
            if self._is_stopping:
                return  # what was read and not begun is handed back at the end
            for ticket in tickets:
                if self._free > 0:
                    self._begin(_Running(ticket, self._new_id()))
                else:  # while this was read, what was accepted here has taken the last free hand
                    await outlast_outage(partial(self._lanes.hand_back, ticket))

    async def _next_tickets(self) -> list[Ticket]:
        free = max(1, self._free)
        beat = self._settings.lease / 3
        if self._clock() >= self._reclaim_at:
            self._reclaim_at = self._clock() + beat
            if orphans := await self._lanes.reclaim(free):
                return orphans
        return await self._lanes.read(free, wait=min(LONGEST_READ, beat))

    async def _work(self, running: _Running, held: tuple[Claim, float] | None) -> None:
        self._metrics.lanes.inc()
        try:
            await self._turns(running, held)
        except LeaseLostError:
            self._give_up(running)
        except asyncio.CancelledError:
            if not running.is_lost:
                await self._hand_back(running)
                raise
            self._give_up(running)
        except Exception:
            # The lease runs out and the turn is begun again, a few times (see TurnHandler): not at once, and not here
            # only, since what failed may be this process.
            log.exception("lane_left_to_its_lease", place=encoded(running.ticket.place))
        finally:
            self._metrics.lanes.dec()
            del self._running[running.token]
            self._slot_freed.set()

    async def _turns(self, running: _Running, held: tuple[Claim, float] | None) -> None:
        claim: Claim | None
        if held:
            claim, begun = held
        else:
            begun = self._clock()
            claim = await outlast_outage(lambda: self._lanes.take(running.ticket, running.token))
        while claim:
            running.lease = Lease(self._lanes, claim, seconds=self._settings.lease, begun=begun, clock=self._clock)
            structlog.contextvars.bind_contextvars(correlation_id=claim.turn_id)  # in the context of this task alone
            claim, begun = await self._turn(claim, running, running.lease)

    async def _turn(self, claim: Claim, running: _Running, lease: Lease) -> tuple[Claim | None, float]:
        """The lane's next turn, and since when it is held."""
        if claim.attempt > 1:
            self._metrics.takeovers.inc()
            log.warning("turn_taken_over", attempt=claim.attempt, posted=claim.resume is not None)
        for arrival in claim.arrivals:
            self._metrics.queue_wait.observe(arrival.waited)
        begun = self._clock()
        outcome = await self._handler.handle(claim, lease)
        completing = self._clock()
        self._metrics.turn.observe(completing - begun)
        running.lease = None
        following = await outlast_outage(
            lambda: self._lanes.complete(claim, outcome.exchange, go_on=not self._is_stopping)
        )
        for arrival, state in zip(claim.arrivals, outcome.states, strict=True):
            self._metrics.ended(arrival.incoming, state, seconds=round(completing - begun, 4), attempt=claim.attempt)
        return following, completing

    async def _renew_leases(self) -> None:
        beat = self._settings.lease / 3
        while not self._is_drained:
            await asyncio.sleep(beat)
            for running in tuple(self._running.values()):
                if running.lease and running.lease.age >= beat / 2:
                    await self._renew(running, running.lease)

    async def _renew(self, running: _Running, lease: Lease) -> None:
        try:
            await lease.renew()
        except LeaseLostError:
            # A turn that was completed in the meantime has given its lease away rightly.
            if running.lease is lease and running.task:
                running.is_lost = True
                running.task.cancel()
        except STORE_ERRORS as error:
            log.warning("lease_not_renewed", place=encoded(running.ticket.place), error=type(error).__name__)

    async def _drain(self) -> None:
        while self._offered:  # what comes of these is to be finished, too
            self._slot_freed.clear()
            await self._slot_freed.wait()
        late = {running.task for running in self._running.values() if running.task}
        if late:
            _, late = await asyncio.wait(late, timeout=self._settings.drain)
        while late:
            for task in late:
                task.cancel()
            _, late = await asyncio.wait(late, timeout=CANCEL_AGAIN)

    async def _leave(self) -> None:
        try:
            await self._lanes.leave()
        except STORE_ERRORS as error:
            log.warning("worker_left_without_goodbye", error=type(error).__name__)

    async def _hand_back(self, running: _Running) -> None:
        try:
            await self._lanes.hand_back(running.ticket, running.token)
        except STORE_ERRORS as error:
            log.warning("lane_left_to_its_lease", place=encoded(running.ticket.place), error=type(error).__name__)

    def _give_up(self, running: _Running) -> None:
        self._metrics.lost.inc()
        log.warning("lease_lost", place=encoded(running.ticket.place))
