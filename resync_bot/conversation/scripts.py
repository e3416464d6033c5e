"""The Lua scripts of this package, each one atomic step of the way. They lie beside this module as .lua files.

All keys of a script share one slot of a Cluster because all keys of the bot's backbone carry the same hash tag, its
namespace (see `keys`).

Calls that come while others are under way wait for them and then go together, in one write: on a busy worker a call
costs a part of what it costs alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from weakref import WeakKeyDictionary, proxy

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError

from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.runtime.redis_line import Line
from resync_bot.runtime.redis_topology import is_cluster
from resync_bot.runtime.rounds import is_busy, next_round

# Seconds for which calls gather while there is more to do than can be done at once: together they cost half.
GATHERING = 0.005

Argument = str | bytes | int


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    command: tuple[int | Argument, ...]
    source: str  # of the script that is called; empty for another command
    reply: "asyncio.Future[Any]"


class Scripts:
    """Sends scripts, and single commands that go with them, to one server.

    If a caller that sends for others is cancelled they get a ConnectionError, as for any reply that got lost. Those who
    must not suffer by others' cancellation, or wait for others' work, have one of their own; all others share that of
    `of`.
    """

    @classmethod
    def of(cls, redis: Redis) -> "Scripts":
        """The one that the turns of this process share: the more share it, the more goes together."""
        shared = _SHARED.get(redis)
        if shared is None:
            shared = _SHARED[redis] = cls(proxy(redis), is_patient=True)  # it does not keep the client alive
        return shared

    def __init__(self, redis: Redis, *, is_patient: bool = False) -> None:
        """One that `is_patient` lets calls gather while this process is busy, and others go first."""
        self._redis = redis
        self._is_patient = is_patient
        self._line = None if is_cluster(redis) else Line(redis)
        self._next: list[_Call] = []
        self._one_at_a_time = asyncio.Lock()

    def load(self, name: str, *, after: Sequence[str] = (), package: str = __package__) -> "Script":
        """The script of that name beside the modules of `package`; `after` names libraries of ours that come first."""
        parts = [files(__package__) / "lua" / f"{library}.lua" for library in after]
        parts.append(files(package) / "lua" / f"{name}.lua")
        source = "\n".join(part.read_text() for part in parts)
        return Script(self, source, self._redis.register_script(source).sha)

    async def command(self, *command: Argument) -> Any:
        """What the server answers to a single command (b"OK", None); raises as `Script`."""
        return await self.call(command)

    async def call(self, command: tuple[int | Argument, ...], source: str = "") -> Any:
        """See `Script`."""
        calls = self._next
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        calls.append(_Call(command, source, reply))
        if len(calls) == 1:  # the first one sends for all
            await self._send_when_free(calls)
        answer = await reply
        if self._is_patient:
            await next_round()  # else all whom one exchange has answered would go on in this one
        return answer

    async def _send_when_free(self, calls: list[_Call]) -> None:
        try:
            async with self._one_at_a_time:
                if self._is_patient and is_busy():
                    await asyncio.sleep(GATHERING)
                if self._is_patient:
                    await next_round()
                self._next = []
                await self._send(calls)
        except BaseException as error:
            if self._next is calls:
                self._next = []
            # If the one that sends is cancelled, nobody knows what became of the others' calls.
            told = error if isinstance(error, STORE_ERRORS) else RedisConnectionError("sending was cancelled")
            for call in calls[1:]:
                if not call.reply.done():
                    call.reply.set_exception(told)
            raise

    async def _send(self, calls: Sequence[_Call]) -> None:
        unknown = []
        for call, reply in zip(calls, await self._replies(calls), strict=True):
            if isinstance(reply, NoScriptError):
                unknown.append(call)
            else:
                _settle(call, reply)
        if unknown:  # the server was restarted, or another one has taken over
            for source in {call.source for call in unknown}:
                await self._redis.script_load(source)
            for call, reply in zip(unknown, await self._replies(unknown), strict=True):
                _settle(call, reply)

    async def _replies(self, calls: Sequence[_Call]) -> list[Any]:
        if self._line:
            return await self._line.exchange([call.command for call in calls])
        async with self._redis.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.execute_command(*call.command)
            return await pipeline.execute(raise_on_error=False)


@dataclass(frozen=True, slots=True)
class Script:
    """One script, called by its digest; the server is taught it again when it has forgotten."""

    scripts: Scripts
    source: str
    digest: str

    async def __call__(self, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """What the script returns, texts as bytes. Raises redis.exceptions.RedisError."""
        return await self.scripts.call(("EVALSHA", self.digest, len(keys), *keys, *arguments), self.source)


_SHARED: WeakKeyDictionary[Redis, Scripts] = WeakKeyDictionary()


def _settle(call: _Call, reply: Any) -> None:
    if call.reply.done():  # its caller was cancelled
        return
    if isinstance(reply, Exception):
        call.reply.set_exception(reply)
    else:
        call.reply.set_result(reply)
