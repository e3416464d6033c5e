"""A connection of a client's own pool that is kept, for calls that are made all the time.

redis-py's pipelines take a connection from the pool for each use and put it back, and send and read each reply under a
timeout of its own, for which asyncio makes a task before Python 3.12: several rounds of the event loop, and more work
than the exchange itself (measured 2026-11-23 with redis-py 8.1: one call 220 µs of CPU in 8 rounds, here 109 in 2; of
eight together each 79 µs, here 52. hiredis changes none of it by more than a tenth.)
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError


class Line:
    """For one exchange at a time. It is closed with the client; not for a Cluster, whose client has no one pool."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._connection: AbstractConnection | None = None
        self.timeout: float | None = None  # seconds for an exchange: what the client has for each read

    async def exchange(self, commands: Sequence[Sequence[str | bytes | int]]) -> list[Any]:
        """The replies in order, refusals as `ResponseError` among them.

        Raises redis.exceptions.ConnectionError or TimeoutError: then nobody knows what the server did.
        """
        connection = self._connection or await self._taken()
        try:
            async with asyncio.timeout(self.timeout):
                await self._redis.connection_pool.ensure_connection(connection)
                await connection.send_packed_command(connection.pack_commands(commands))
                return [await _reply(connection) for _ in commands]
        except TimeoutError:
            await connection.disconnect(nowait=True)
            raise RedisTimeoutError("no answer in time") from None

    async def _taken(self) -> AbstractConnection:
        connection: AbstractConnection = await self._redis.connection_pool.get_connection()  # type: ignore[no-untyped-call]  # redis-py wraps it
        self.timeout, connection.socket_timeout = connection.socket_timeout, None  # ours is around the exchange
        self._connection = connection
        return connection


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as refusal:
        return refusal
