"""What alerting knows, in Redis: all of it, so that every replica can answer and any of them can go on.

Two kinds of things are kept apart. What people order (rules, silences, acknowledgements) any replica writes, each thing
under a key of its own. What follows from the engine (groups, posted messages, boards) is written by the one replica
that watches, and only while its lease lasts: see `Watch`. All keys share one hash tag, so that a Cluster keeps them in
one slot.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from redis.asyncio import Redis

from resync_bot.alerts.model import Acknowledgement, AlertGroup, Board, Posted, Rule, Seen, Silence, Told, Value
from resync_bot.errors import LeaseLostError

V = TypeVar("V", bound=Value)

TOLD_KEPT: Final = 60  # decisions about one object
TOLD_SECONDS: Final = 7 * 86_400  # for which they are kept
RESOLVED_KEPT: Final = timedelta(hours=36)  # a group that is over: longer than any shift, for digests and recaps
POKES_KEPT: Final = 16
SETTLED_SECONDS: Final = 86_400  # longer than a turn can be tried again

# KEYS: the lease, then every key that is written. ARGV: the fencing token, then commands, each as its length and parts.
_FENCED: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local at = 2
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + length))
  at = at + length + 1
end
return 1
"""

# KEYS: the lease, the counter of leases. ARGV: milliseconds. The token, or nil if somebody else has the lease.
_TAKE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return nil
end
local token = tostring(redis.call('INCR', KEYS[2]))
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""

# KEYS: the lease. ARGV: the token, milliseconds; 0 gives it back.
_RENEW: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

Command = tuple[str, ...]  # its name, the key, arguments


class AlertStore:
    """All methods raise redis.exceptions.RedisError."""

    def __init__(self, redis: Redis, *, namespace: str) -> None:
        self._redis = redis
        self._tag = f"{{{namespace}:alerts}}"
        self._fenced = redis.register_script(_FENCED)
        self._take = redis.register_script(_TAKE)
        self._renew = redis.register_script(_RENEW)

    @property
    def pokes(self) -> str:
        """The stream that wakes the replica that watches."""
        return self._key("pokes")

    @property
    def notices(self) -> str:
        """The stream of what the webhook was told; see `sources.webhook`."""
        return self._key("notices")

    async def poke(self) -> None:
        """Somebody ordered something: it is looked at now and not at the next tick."""
        await self._redis.xadd(self.pokes, {"at": "now"}, maxlen=POKES_KEPT, approximate=True)

    async def wait_for_poke(self, after: str, *, seconds: float) -> str | None:
        """The newest poke after the one `after` ("$": from now on); None if none came in time."""
        found: Any = await self._redis.xread({self.pokes: after}, block=max(1, round(seconds * 1000)))
        entries = [entry for batches in found.values() for batch in batches for entry, _ in batch]
        return entries[-1].decode() if entries else None

    # --- what people order: any replica ---

    async def rules(self) -> tuple[Rule, ...]:
        """Those that were made in chats, the oldest first."""
        return tuple(sorted(await self._values("rules", Rule), key=lambda rule: (str(rule.at), rule.id)))

    async def put_rule(self, rule: Rule) -> None:
        """Adds it, or replaces the one with its id."""
        await self._put("rules", rule.id, rule)

    async def remove_rule(self, rule_id: str) -> bool:
        """Whether there was one."""
        return await self._remove("rules", rule_id)

    async def silences(self) -> tuple[Silence, ...]:
        """All, also those whose time is over and whose recap was not told yet; the first to end first."""
        return tuple(sorted(await self._values("silences", Silence), key=lambda one: (one.until, one.id)))

    async def put_silence(self, silence: Silence) -> None:
        """Adds it, or replaces the one with its id; one that ends now is one whose `until` is now."""
        await self._put("silences", silence.id, silence)

    async def acknowledgements(self) -> dict[str, Acknowledgement]:
        """By the id of the group."""
        return await self._mapping("acknowledged", Acknowledgement)

    async def acknowledge(self, group_id: str, acknowledgement: Acknowledgement) -> Acknowledgement:
        """The one that stands: the first who says so looks after it."""
        key = self._key("acknowledged")
        if not await self._redis.hsetnx(key, group_id, acknowledgement.model_dump_json()):
            standing = (await self.acknowledgements()).get(group_id)
            if standing is not None:
                return standing
        await self.poke()
        return acknowledgement

    async def release(self, group_id: str) -> bool:
        """Nobody looks after it any more; whether somebody did."""
        return await self._remove("acknowledged", group_id)

    async def settle(self, order: str, meaning: str) -> str:
        """What an order meant when it was first carried out: the same if it is carried out again after a crash."""
        key = self._key(f"settled:{order}")
        await self._redis.set(key, meaning, nx=True, ex=SETTLED_SECONDS)
        standing = cast("bytes | None", await self._redis.get(key))
        return standing.decode() if standing else meaning

    # --- what is known: any replica reads ---

    async def groups(self) -> dict[str, AlertGroup]:
        """Those that are open, and those that were resolved lately; by id."""
        return await self._mapping("groups", AlertGroup)

    async def group(self, group_id: str) -> AlertGroup | None:
        """One of them."""
        found = await self._redis.hget(self._key("groups"), group_id)
        return AlertGroup.model_validate_json(found) if found else None

    async def posted(self) -> dict[str, Posted]:
        """What stands where, by `posted_key`."""
        return await self._mapping("posted", Posted)

    async def boards(self) -> dict[str, Board]:
        """By encoded place."""
        return await self._mapping("boards", Board)

    async def seen(self) -> dict[str, Seen]:
        """How far each engine was looked at, by its name."""
        return await self._mapping("seen", Seen)

    async def told(self, short_name: str) -> tuple[Told, ...]:
        """What was decided about objects of that name lately, the newest first."""
        rows = cast("list[bytes]", await self._redis.lrange(self._told(short_name), 0, -1))
        return tuple(Told.model_validate_json(row) for row in rows)

    async def digested(self) -> dict[str, str]:
        """When each place got its last digest (ISO 8601)."""
        found = cast("dict[bytes, bytes]", await self._redis.hgetall(self._key("digested")))
        return {place.decode(): at.decode() for place, at in found.items()}

    # --- the lease ---

    async def take_lease(self, seconds: float) -> "Watch | None":
        """The right to watch; None while another replica has it."""
        keys = (self._key("lease"), self._key("leases"))
        token = await self._take(keys, (round(seconds * 1000),))
        return None if token is None else Watch(self, token.decode(), seconds)

    async def renew_lease(self, token: str, seconds: float) -> bool:
        """Whether it was still there; 0 seconds give it back."""
        return bool(await self._renew((self._key("lease"),), (token, round(seconds * 1000))))

    async def write(self, token: str, commands: Sequence[Command]) -> bool:
        """All of them, or none if the lease is somebody else's."""
        keys = dict.fromkeys((self._key("lease"), *(command[1] for command in commands)))
        arguments = [part for command in commands for part in (str(len(command)), *command)]
        return bool(await self._fenced(tuple(keys), (token, *arguments)))

    # --- commands for `write` ---

    def putting(self, what: str, values: Mapping[str, Value]) -> list[Command]:
        """Puts values by their fields into one of the hashes."""
        return [("HSET", self._key(what), name, value.model_dump_json()) for name, value in values.items()]

    def removing(self, what: str, names: Iterable[str]) -> list[Command]:
        """Removes fields of one of the hashes."""
        return [("HDEL", self._key(what), name) for name in names]

    def telling(self, short_name: str, told: Told) -> list[Command]:
        """Keeps a decision for "why was I not told?"."""
        key = self._told(short_name)
        return [
            ("LPUSH", key, told.model_dump_json()),
            ("LTRIM", key, "0", str(TOLD_KEPT - 1)),
            ("EXPIRE", key, str(TOLD_SECONDS)),
        ]

    def digesting(self, place: str, at: datetime) -> list[Command]:
        """Notes that a place got its digest."""
        return [("HSET", self._key("digested"), place, at.isoformat())]

    # --- shared ---

    async def _values(self, what: str, kind: type[V]) -> list[V]:
        return list((await self._mapping(what, kind)).values())

    async def _mapping(self, what: str, kind: type[V]) -> dict[str, V]:
        found = cast("dict[bytes, bytes]", await self._redis.hgetall(self._key(what)))
        return {name.decode(): kind.model_validate_json(value) for name, value in found.items()}

    async def _put(self, what: str, name: str, value: Value) -> None:
        await self._redis.hset(self._key(what), name, value.model_dump_json())
        await self.poke()

    async def _remove(self, what: str, name: str) -> bool:
        is_gone = bool(await self._redis.hdel(self._key(what), name))
        await self.poke()
        return is_gone

    def _key(self, what: str) -> str:
        return f"{self._tag}:{what}"

    def _told(self, short_name: str) -> str:
        return self._key(f"told:{short_name.upper()}")


class Watch:
    """The right of one replica to watch, told apart from every earlier one by its token."""

    def __init__(self, store: AlertStore, token: str, seconds: float) -> None:
        self.store = store
        self.token = token
        self._seconds = seconds

    async def renew(self) -> None:
        """Raises LeaseLostError if another replica watches now."""
        if not await self.store.renew_lease(self.token, self._seconds):
            raise LeaseLostError("another replica watches the engines now")

    async def give_back(self) -> None:
        """Another replica may go on at once."""
        await self.store.renew_lease(self.token, 0)

    async def write(self, commands: Sequence[Command]) -> None:
        """All of them in one step. Raises LeaseLostError, with nothing written, if another replica watches now."""
        if commands and not await self.store.write(self.token, commands):
            raise LeaseLostError("another replica watches the engines now")


def posted_key(group_id: str, place: str) -> str:
    """The field of what stands in a place about a group."""
    return f"{group_id}|{place}"
