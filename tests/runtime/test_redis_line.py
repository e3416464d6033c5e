"""One kept connection: exchanges in order, and what is left of it when the server goes."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from resync_bot.runtime.redis import connect_redis
from resync_bot.runtime.redis_line import Line
from resync_bot.runtime.sections import RedisSettings


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with connect_redis(RedisSettings(url=SecretStr(redis_url))) as connected:
        yield connected


async def test_replies_come_in_order_and_a_refusal_is_one_of_them(redis: Redis) -> None:
    replies = await Line(redis).exchange([("SET", "a", 1), ("NO_SUCH_COMMAND",), ("GET", "a")])
    assert [replies[0], replies[2]] == [b"OK", b"1"]
    assert isinstance(replies[1], ResponseError)


async def test_a_connection_that_the_server_closed_is_made_again(redis: Redis) -> None:
    line = Line(redis)
    [own] = await line.exchange([("CLIENT", "ID")])
    assert await redis.client_kill_filter(_id=str(own)) == 1
    [other] = await line.exchange([("CLIENT", "ID")])
    assert other != own


async def test_no_answer_in_time_ends_the_exchange_and_not_the_line(redis: Redis) -> None:
    line = Line(redis)
    await line.exchange([("PING",)])
    line.timeout = 0.05
    with pytest.raises(RedisTimeoutError):
        await line.exchange([("BLPOP", "nothing", 0)])
    assert await line.exchange([("ECHO", "there")]) == [b"there"]
