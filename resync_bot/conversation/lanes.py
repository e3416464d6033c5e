"""Lanes: the ordered work of each place, and who has it in hand.

A lane with something in it has exactly one ticket in the work stream. A worker reads tickets through the consumer group
and takes the lane for a lease, which it renews. A ticket whose worker died goes idle, and is claimed by another. Each
method is one atomic script, and each is safe to repeat when its reply got lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from resync_bot.conversation.history import exchange_bytes
from resync_bot.conversation.keys import Keys, encoded
from resync_bot.conversation.model import Exchange, Incoming, Place, incoming_from_json
from resync_bot.conversation.ports import MessageRef
from resync_bot.conversation.scripts import Scripts
from resync_bot.errors import LeaseLostError
from resync_bot.runtime.sections import WorkSettings

log = structlog.get_logger(__name__)

GROUP = "workers"
MOST_ARRIVALS = 20  # in one turn; more wait for the next one
SILENT_CONSUMER = 24 * 60 * 60 * 1000  # milliseconds after which a worker without work is taken for gone for good
DAY = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Ticket:
    """An entry of the work stream: this place's lane waits for a worker. See `Hands` for one without `id`."""

    id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Arrival:
    """An Incoming of a turn, and the seconds from its acceptance to the beginning of the turn."""

    incoming: Incoming
    waited: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A turn in this worker's hand. `attempt` counts from 1; `resume` is what an earlier attempt posted.

    `history` is what was said before in this place, oldest first, as stored (`history.stored_exchanges` reads it)."""

    ticket: Ticket
    token: str
    turn_id: str
    attempt: int
    resume: MessageRef | None
    arrivals: tuple[Arrival, ...]
    history: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A free hand of a worker, until it is settled. `lease` is in milliseconds, `begun` on the worker's clock."""

    token: str
    consumer: str
    lease: int
    begun: float


class Hands(Protocol):
    """A worker of this process, as whoever accepts messages sees it: what is accepted can be begun in the same step."""

    def offer(self) -> Offer | None:
        """A free hand, if there is one. Every offer is to be settled."""
        ...

    def settle(self, offer: Offer, taken: Claim | Ticket | None) -> None:
        """What came of it: a turn that was taken, a ticket that was read, or nothing.

        A ticket without id: it is not known whether the lane was taken; the worker finds out.
        """
        ...


class Lanes:
    """All lanes, as one worker sees them. Every method raises redis.exceptions.RedisError if the store is away."""

    def __init__(self, redis: Redis, *, namespace: str, settings: WorkSettings, consumer: str) -> None:
        """`consumer` names this worker; no two workers, nor two lives of one, share a name."""
        self._redis = redis
        self._keys = Keys(namespace)
        self.consumer = consumer
        self._reclaimed_to: bytes | str = "0-0"
        self.lease = round(settings.lease * 1000)
        self._exchanges_kept = settings.history
        self._history_kept = round(settings.history_days * DAY)
        scripts = Scripts.of(redis)
        self._take = scripts.load("take", after=("time", "lane"))
        self._extend = scripts.load("extend", after=("time",))
        self._remember = scripts.load("remember")
        self._complete = scripts.load("complete", after=("time", "lane"))
        self._hand_back = scripts.load("hand_back", after=("time", "lane"))
        self._leave = scripts.load("leave")

    async def read(self, most: int, *, wait: float) -> list[Ticket]:
        """New tickets, at most `most`; waits up to `wait` seconds for the first."""
        try:
            reply: Any = await self._redis.xreadgroup(
                GROUP, self.consumer, {self._keys.work: ">"}, count=most, block=max(1, round(wait * 1000))
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            await self._make_group()
            return []
        return _tickets(reply)

    async def reclaim(self, most: int) -> list[Ticket]:
        """Tickets whose worker has been silent for a lease; they are this worker's now.

        Goes on where the last call ended: one call looks at ten tickets for each that it may give.
        """
        try:
            reply: Any = await self._redis.xautoclaim(
                self._keys.work, GROUP, self.consumer, self.lease, start_id=self._reclaimed_to, count=most
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            await self._make_group()
            return []
        self._reclaimed_to = reply[0]
        return [_ticket(entry) for entry in reply[1] if entry[1]]

    async def take(self, ticket: Ticket, token: str) -> Claim | None:
        """The lane's turn, or None if there is nothing to do: another worker has it, or it is done.

        `token` is new for every taking. A turn keeps its id, its arrivals and its ref when it is taken over.
        """
        keys = self._lane_keys(ticket.place)
        reply = await self._take(keys, (ticket.id, token, self.lease, MOST_ARRIVALS, GROUP))
        return _claim(reply, ticket, token)

    async def extend(self, claim: Claim) -> bool:
        """Renews the lease, also if it has run out and nobody has taken the lane since. False if it is lost."""
        keys = (self._keys.lane(claim.ticket.place), self._keys.work)
        return bool(await self._extend(keys, (claim.token, self.lease, GROUP, self.consumer)))

    async def remember(self, claim: Claim, ref: MessageRef) -> bool:
        """Keeps `ref` for a successor of this turn. False if the lease is lost."""
        stored = orjson.dumps((ref.place.encode(), ref.id))
        return bool(await self._remember((self._keys.lane(claim.ticket.place),), (claim.token, claim.turn_id, stored)))

    async def is_stopped(self, claim: Claim) -> bool:
        """Whether somebody asked this turn to end."""
        stopped: Any = await self._redis.hget(self._keys.lane(claim.ticket.place), "stop")
        return bool(stopped == claim.turn_id.encode())

    async def complete(self, claim: Claim, exchange: Exchange | None, *, go_on: bool) -> Claim | None:
        """Ends the turn and keeps its exchange; the next turn of the lane, or None if it was released.

        With `go_on` False a lane that is not empty goes to another worker at once. Raises LeaseLostError, with
        nothing written, if the lane is not this worker's any more.
        """
        keeps = exchange is not None and self._exchanges_kept > 0
        reply = await self._complete(
            self._lane_keys(claim.ticket.place),
            (
                claim.token,
                claim.turn_id,
                self.lease,
                MOST_ARRIVALS,
                GROUP,
                encoded(claim.ticket.place),
                int(go_on),
                exchange_bytes(exchange) if exchange and keeps else b"",
                self._exchanges_kept,
                self._history_kept,
            ),
        )
        if reply == [b"LOST"]:
            raise LeaseLostError(f"the lane of turn {claim.turn_id} is another worker's")
        return _claim(reply, claim.ticket, claim.token)

    async def hand_back(self, ticket: Ticket, token: str = "") -> None:
        """Lets another worker take the lane at once. Without `token`: only if nobody holds it."""
        keys = (self._keys.lane(ticket.place), self._keys.work)
        await self._hand_back(keys, (ticket.id, token, GROUP, encoded(ticket.place)))

    async def leave(self) -> None:
        """Hands back what was sent to this worker and never begun, and strikes it off the group."""
        reply: Any = await self._redis.xreadgroup(GROUP, self.consumer, {self._keys.work: "0"})
        for ticket in _tickets(reply):
            await self.hand_back(ticket)
        await self._leave((self._keys.work,), (GROUP, self.consumer, SILENT_CONSUMER))

    async def _make_group(self) -> None:
        """From the stream's beginning: what was accepted before there was a group is work, too."""
        try:
            await self._redis.xgroup_create(self._keys.work, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):  # another worker was quicker
                raise

    def _lane_keys(self, place: Place) -> tuple[str, str, str, str]:
        keys = self._keys
        return (keys.lane(place), keys.arrivals(place), keys.work, keys.history(place))


def _tickets(reply: Mapping[bytes, Any]) -> list[Ticket]:
    return [_ticket(entry) for batches in reply.values() for batch in batches for entry in batch if entry[1]]


def _ticket(entry: tuple[bytes, Mapping[bytes, bytes]]) -> Ticket:
    return Ticket(entry[0].decode(), Place.decode(entry[1][b"place"].decode()))


def _claim(reply: list[Any], ticket: Ticket, token: str) -> Claim | None:
    match reply:
        case [b"TURN", turn_id, attempts, ref, now, stored, history]:
            return Claim(
                ticket=ticket,
                token=token,
                turn_id=turn_id.decode(),
                attempt=int(attempts),
                resume=_ref(ref),
                arrivals=tuple(arrival for each in stored if (arrival := _arrival(each, int(now)))),
                history=tuple(history),
            )
        case [b"GONE" | b"HELD" | b"RELEASED"]:
            return None
        case _:
            raise AssertionError(f"a lane's script answered {reply!r}")


def _ref(stored: bytes) -> MessageRef | None:
    if not stored:
        return None
    place, identifier = orjson.loads(stored)
    return MessageRef(Place.decode(place), identifier)


def _arrival(stored: bytes, now: int) -> Arrival | None:
    """None for what another version of the bot wrote and this one cannot read: it must not block its lane."""
    identifier, accepted, incoming = stored.split(b" ", 2)
    try:
        return Arrival(incoming_from_json(incoming), waited=max(0, now - int(accepted)) / 1000)
    except ValidationError as error:
        # Not the traceback: it would repeat what the person wrote.
        log.error(  # noqa: TRY400
            "arrival_unreadable", id=identifier.decode(), mistakes=error.error_count()
        )
        return None
