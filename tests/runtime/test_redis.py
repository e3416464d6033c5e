"""The way to Redis: the start that fails fast, and what can be asked of it."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import SecretStr
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from resync_bot.errors import ConfigurationError, StoreUnavailableError
from resync_bot.runtime.redis import connect_redis, is_away, outlast_outage, redis_client, redis_health, shown_address
from resync_bot.runtime.sections import RedisSettings
from tests.redis_server import RedisServer

NOWHERE = "unix:///nowhere/redis.sock"


class Clockwork:
    """Time that passes only in sleeps; each draw is the whole of what may be drawn."""

    def __init__(self) -> None:
        self.sleeps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Notes it."""
        self.sleeps.append(seconds)

    def random(self) -> float:
        """The longest wait."""
        return 1.0

    def clock(self) -> float:
        """Seconds."""
        return sum(self.sleeps)


def settings(url: str, **others: object) -> RedisSettings:
    """Of a store at `url`."""
    return RedisSettings.model_validate({"url": SecretStr(url), "timeout": 0.5, **others})


@pytest.fixture
def guarded() -> Iterator[RedisServer]:
    """A server that wants a password."""
    with TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        with SyncRedis.from_url(server.url) as redis:
            redis.config_set("requirepass", "open sesame")
        yield server
        server.stop()


# --- the start ---


async def test_a_store_that_answers_is_taken_at_once(redis_url: str) -> None:
    time = Clockwork()
    with capture_logs() as logs:
        async with connect_redis(settings(redis_url), sleep=time.sleep, clock=time.clock) as redis:
            assert await redis.set("it", "works")
    assert time.sleeps == []
    assert logs == [
        {
            "event": "redis_connected",
            "log_level": "info",
            "address": redis_url,
            "attempts": 1,
            "connection_failures": 0,
            "authentication_failures": 0,
            "seconds": 0,
        }
    ]


async def test_a_store_that_is_not_there_is_asked_ten_times_with_growing_waits() -> None:
    time = Clockwork()
    with capture_logs() as logs, pytest.raises(StoreUnavailableError, match="after 10 attempts"):
        async with connect_redis(settings(NOWHERE), sleep=time.sleep, random=time.random, clock=time.clock):
            pytest.fail("there is no store")
    assert time.sleeps == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10])
    (line,) = logs
    assert (line["event"], line["log_level"], line["attempts"]) == ("redis_not_connected", "error", 10)
    assert (line["connection_failures"], line["authentication_failures"]) == (10, 0)
    assert line["seconds"] == pytest.approx(32.7)


async def test_the_waits_are_drawn_from_their_whole_range() -> None:
    time = Clockwork()
    with pytest.raises(StoreUnavailableError):
        async with connect_redis(
            settings(NOWHERE, connect_attempts=3), sleep=time.sleep, random=lambda: 0.25, clock=time.clock
        ):
            pytest.fail("there is no store")
    assert time.sleeps == pytest.approx([0.025, 0.05])


async def test_a_store_that_comes_late_is_waited_for(redis_server: RedisServer) -> None:
    redis_server.kill()
    sleeps = []

    async def start_meanwhile(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 2:
            await asyncio.to_thread(redis_server.start)

    with capture_logs() as logs:
        async with connect_redis(settings(redis_server.url), sleep=start_meanwhile) as redis:
            assert await redis.ping()
    assert (logs[0]["attempts"], logs[0]["connection_failures"]) == (3, 2)


@pytest.mark.parametrize("password", ["", ":wrong@", "nobody:wrong@"])
async def test_wrong_credentials_fail_at_once(guarded: RedisServer, password: str) -> None:
    time = Clockwork()
    url = guarded.url.replace("unix://", f"unix://{password}")
    with capture_logs() as logs, pytest.raises(ConfigurationError, match="refuses these credentials") as caught:
        async with connect_redis(settings(url), sleep=time.sleep):
            pytest.fail("the password is wrong")
    assert time.sleeps == []
    (line,) = logs
    assert (line["attempts"], line["connection_failures"], line["authentication_failures"]) == (1, 0, 1)
    for shown in (str(line), str(caught.value), caught.value.hint):
        assert "wrong" not in shown


async def test_right_credentials_open(guarded: RedisServer) -> None:
    url = guarded.url.replace("unix://", "unix://:open%20sesame@")
    with capture_logs() as logs:
        async with connect_redis(settings(url)) as redis:
            assert await redis.ping()
    assert "sesame" not in str(logs)


async def test_a_server_over_tcp(redis: Redis) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    await redis.config_set("bind", "127.0.0.1")
    await redis.config_set("port", port)
    try:
        async with connect_redis(settings(f"redis://127.0.0.1:{port}/0")) as client:
            assert await client.ping()
    finally:
        await redis.config_set("port", 0)


@pytest.mark.parametrize(
    "url", ["redis://:secret@host:port/0", "redis://:secret@host:99999999/0", "redis://:secret@host/0?db=x"]
)
async def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL: ") as caught:
        async with connect_redis(settings(url)):
            pytest.fail("the URL is nonsense")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_a_database_that_does_not_exist_is_a_mistake_and_not_an_outage(redis_url: str) -> None:
    time = Clockwork()
    with pytest.raises(ConfigurationError, match="DB index"):
        async with connect_redis(settings(f"{redis_url}?db=999"), sleep=time.sleep):
            pytest.fail("there is no such database")
    assert time.sleeps == []


async def test_without_a_url_there_is_no_start() -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL: is not set"):
        async with connect_redis(RedisSettings()):
            pytest.fail("there is no URL")


async def test_more_calls_than_connections_wait_their_turn(redis_url: str) -> None:
    async with connect_redis(settings(redis_url, max_connections=8, timeout=5)) as redis:
        assert sorted(await asyncio.gather(*(redis.incr("n") for _ in range(300)))) == list(range(1, 301))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://user:secret@redis:6380/3?timeout=1", "redis://redis:6380/3"),
        ("rediss://redis", "rediss://redis"),
        ("redis://", "redis://localhost"),
        ("redis+sentinel://:secret@one:1,two:2/main/0", "redis+sentinel://one:1,two:2/main/0"),
        ("unix://user:secret@/run/redis.sock?db=1", "unix:///run/redis.sock"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert shown_address(url) == shown


# --- at run time ---


async def test_health_tells_what_an_operator_wants_to_know(redis: Redis) -> None:
    health = await redis_health(redis)
    assert health.server.startswith("valkey 9.")
    assert health.ping > 0
    assert (health.is_durable, health.may_evict) == (True, False)


async def test_health_warns_of_a_store_that_forgets(redis: Redis) -> None:
    try:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        assert (await redis_health(redis)).may_evict
    finally:
        await redis.config_set("maxmemory-policy", "noeviction")


async def test_health_of_a_store_that_is_away() -> None:
    async with redis_client(NOWHERE, RedisSettings()) as redis:
        with pytest.raises(StoreUnavailableError):
            await redis_health(redis)


async def test_a_killed_server_is_away_and_comes_back(redis_server: RedisServer) -> None:
    async with connect_redis(settings(redis_server.url)) as redis:
        redis_server.kill()
        with pytest.raises(RedisConnectionError) as caught:
            await redis.ping()
        assert is_away(caught.value)
        redis_server.start()
        assert await redis.ping()


async def test_an_outage_is_outlasted_and_a_mistake_is_not(redis_server: RedisServer) -> None:
    async with connect_redis(settings(redis_server.url)) as redis:
        redis_server.kill()
        async with asyncio.TaskGroup() as group:
            counted = group.create_task(outlast_outage(lambda: redis.incr("n")))
            await asyncio.to_thread(redis_server.start)
        assert counted.result() == 1
        with pytest.raises(ResponseError):
            await outlast_outage(lambda: redis.lpush("n", "not a list"))


def test_a_refused_password_at_run_time_may_be_mended() -> None:
    assert is_away(AuthenticationError())
    assert not is_away(ResponseError("WRONGTYPE"))
