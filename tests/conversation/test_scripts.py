"""Scripts that share the way to the server."""

import asyncio
from collections.abc import Awaitable

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from resync_bot.conversation.scripts import Script, Scripts
from resync_bot.runtime.redis import is_away, redis_client
from resync_bot.runtime.sections import RedisSettings


def script(redis: Redis, source: str) -> Script:
    """One that is not of the house."""
    scripts = Scripts(redis)
    return Script(scripts, source, redis.register_script(source).sha)


async def test_everyone_gets_the_reply_to_their_own_call(redis: Redis) -> None:
    echo = script(redis, "return ARGV[1]")
    replies = await asyncio.gather(*(echo((), (f"{number}",)) for number in range(200)))
    assert replies == [f"{number}".encode() for number in range(200)]


async def test_calls_of_the_same_moment_go_together(redis: Redis) -> None:
    echo = script(redis, "return ARGV[1]")
    await echo((), ("first",))
    before = (await redis.info("stats"))["total_reads_processed"]
    await asyncio.gather(*(echo((), (f"{number}",)) for number in range(200)))
    assert (await redis.info("stats"))["total_reads_processed"] - before < 20


async def test_a_server_that_forgot_is_taught_again(redis: Redis) -> None:
    count = script(redis, "return redis.call('INCR', KEYS[1])")
    assert await count(("n",), ()) == 1
    await redis.script_flush()
    replies = await asyncio.gather(*(count(("n",), ()) for _ in range(10)))
    assert sorted(replies) == list(range(2, 12))


async def test_one_that_fails_does_not_fail_the_others(redis: Redis) -> None:
    maybe = script(redis, "if ARGV[1] == 'bad' then return redis.error_reply('no') end return ARGV[1]")
    replies = await asyncio.gather(*(maybe((), (text,)) for text in ("a", "bad", "b")), return_exceptions=True)
    assert (replies[0], replies[2]) == (b"a", b"b")
    assert isinstance(replies[1], ResponseError)


async def test_when_the_one_that_sends_is_cancelled_the_others_know_that_nothing_is_known(redis: Redis) -> None:
    busy = script(redis, "local n = 0 repeat n = n + 1 until n > tonumber(ARGV[1]) return n")
    async with asyncio.TaskGroup() as group:
        first = group.create_task(busy((), (3_000_000,)))
        await asyncio.sleep(0)  # it is on its way: who comes now waits for it
        sender = group.create_task(busy((), (1,)))
        other = group.create_task(_outcome(busy((), (1,))))
        await asyncio.sleep(0)
        sender.cancel()
    assert first.result() == 3_000_001
    told = other.result()
    assert isinstance(told, RedisConnectionError)
    assert is_away(told)


async def _outcome(call: Awaitable[object]) -> object:
    (outcome,) = await asyncio.gather(call, return_exceptions=True)
    return outcome


async def test_a_call_after_a_cancelled_one_works(redis: Redis) -> None:
    count = script(redis, "return redis.call('INCR', KEYS[1])")
    for _ in range(20):
        first = asyncio.ensure_future(count(("n",), ()))
        await asyncio.sleep(0)
        first.cancel()
        assert await count(("n",), ()) >= 1
        await asyncio.gather(first, return_exceptions=True)


async def test_a_store_that_is_away_fails_all_and_not_for_ever(redis_url: str) -> None:
    async with redis_client("unix:///nowhere/redis.sock", RedisSettings(timeout=0.1)) as redis:
        echo = script(redis, "return ARGV[1]")
        for _ in range(2):
            replies = await asyncio.gather(*(echo((), ("x",)) for _ in range(10)), return_exceptions=True)
            assert all(isinstance(reply, Exception) and is_away(reply) for reply in replies)


async def test_a_single_command_goes_with_the_scripts(redis: Redis) -> None:
    scripts = Scripts.of(redis)
    echo = Script(scripts, "return ARGV[1]", redis.register_script("return ARGV[1]").sha)
    replies = await asyncio.gather(
        echo((), ("a",)), scripts.command("SET", "n", 1, "NX"), scripts.command("SET", "n", 2, "NX")
    )
    assert tuple(replies) == (b"a", b"OK", None)


async def test_who_shares_a_client_shares_the_way(redis: Redis) -> None:
    assert Scripts.of(redis) is Scripts.of(redis)
    assert Scripts(redis) is not Scripts.of(redis)
