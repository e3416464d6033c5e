"""The one way to Redis (or Valkey): a pool that waits, timeouts, no hidden retries, and a start that fails fast.

Which server, or servers, a URL means is in `redis_topology`.

Facts checked 2026-11-23 with redis-py 8.1: its own client retries three times by default, which would repeat a script
whose reply got lost behind our back, and its plain pool raises at the limit instead of waiting. Both are turned off
here: retries belong to `runtime.resilience`. Commands are those that Redis 6.2 and every Valkey know.
"""

import asyncio
import random as _random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterDownError,
    ConnectionError,  # noqa: A004  # redis-py's name, used nowhere else in this module
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    TimeoutError,  # noqa: A004  # redis-py's name, used nowhere else in this module
    TryAgainError,
)

from resync_bot.errors import ConfigurationError, StoreUnavailableError
from resync_bot.runtime.redis_topology import client
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.sections import RedisSettings

log = structlog.get_logger(__name__)

T = TypeVar("T")

OLDEST_SERVER = (6, 2)  # XAUTOCLAIM and EXAT came with Redis 6.2
FIRST_WAIT, LONGEST_WAIT = 0.1, 10.0  # seconds between pings at start: doubling, full jitter

_OUTAGE = RetryPolicy(attempts=None, first=0.1, longest=3.0)

# All that redis-py raises: what it says of a Cluster as a whole is no RedisError.
STORE_ERRORS = (RedisError, RedisClusterException)

_AWAY = (
    ConnectionError,
    TimeoutError,
    ReadOnlyError,
    ClusterDownError,
    TryAgainError,
    OutOfMemoryError,
    RedisClusterException,
)
_DENIED = (AuthenticationError, AuthorizationError, NoPermissionError)


def is_away(error: BaseException) -> bool:
    """Whether the store is unreachable, full or failing over: the same call may work later, as it stands."""
    return isinstance(error, _AWAY)


async def outlast_outage(call: Callable[[], Awaitable[T]]) -> T:
    """The result of `call`, made again for as long as the store is away. Raises its other errors.

    `call` must be safe to repeat: it may have been carried out although its reply was lost.
    """

    def told(attempt: int, error: BaseException, wait: float) -> None:
        if attempt == 1:
            log.warning("redis_away", error=type(error).__name__, next_attempt_in=round(wait, 3))

    return await retry_with_backoff(call, policy=_OUTAGE, retry_on=is_away, on_retry=told)


@dataclass(frozen=True, slots=True)
class RedisHealth:
    """What an operator wants to know of the store. `ping` is in seconds."""

    server: str  # "valkey 9.1.2"
    ping: float
    is_durable: bool  # append-only file on: an accepted message outlives the server's crash
    may_evict: bool  # a maxmemory policy other than noeviction: accepted messages can vanish


@asynccontextmanager
async def connect_redis(
    settings: RedisSettings,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = _random.random,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Redis]:
    """A client of `settings.url` (redis://, rediss://, unix://) that answered a ping; it is closed on leaving.

    Replies are bytes. Tries `settings.connect_attempts` times, then raises StoreUnavailableError. Raises
    ConfigurationError at once if there is no URL, the URL is malformed, the credentials are wrong or the server is
    too old. Writes one log line with the attempts, the failures by kind and the duration, whatever the outcome.
    """
    if settings.url is None:
        raise ConfigurationError("REDIS_URL: is not set, for example redis://redis:6379/0")
    redis = redis_client(settings.url.get_secret_value(), settings)
    try:
        await _first_contact(redis, settings, sleep, random, clock)
        yield redis
    finally:
        await redis.aclose()


def redis_client(url: str, settings: RedisSettings) -> Redis:
    """A client that has not connected yet. Raises ConfigurationError if `url` cannot be read."""
    try:
        return client(url, settings)
    except ValueError:  # its text may repeat the URL, password and all
        raise ConfigurationError("REDIS_URL: cannot be read, for example redis://:password@redis:6379/0") from None


async def redis_health(redis: Redis, *, clock: Callable[[], float] = time.perf_counter) -> RedisHealth:
    """Raises StoreUnavailableError if the store does not answer."""
    try:
        started = clock()
        await redis.ping()
        ping = clock() - started
        facts = await redis.info()
    except STORE_ERRORS as error:
        raise StoreUnavailableError(f"Redis does not answer: {type(error).__name__}") from error
    name = str(facts.get("server_name", "redis"))
    return RedisHealth(
        server=f"{name} {facts.get('valkey_version') or facts.get('redis_version')}",
        ping=ping,
        is_durable=facts.get("aof_enabled") == 1,
        may_evict=facts.get("maxmemory_policy", "noeviction") != "noeviction",
    )


def shown_address(url: str) -> str:
    """Where a Redis URL points, without user name, password and options."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2] or 'localhost'}{parts.path}"


async def _first_contact(
    redis: Redis,
    settings: RedisSettings,
    sleep: Callable[[float], Awaitable[None]],
    random: Callable[[], float],
    clock: Callable[[], float],
) -> None:
    attempts = connection_failures = authentication_failures = 0
    started = clock()

    async def ping() -> None:
        nonlocal attempts, connection_failures, authentication_failures
        attempts += 1
        try:
            await redis.ping()
        except STORE_ERRORS as error:
            reason = _reason(error)
            if isinstance(reason, _DENIED):
                authentication_failures += 1
            else:
                connection_failures += 1
            raise reason from None

    policy = RetryPolicy(attempts=settings.connect_attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    failure: Exception | None = None
    try:
        await retry_with_backoff(
            ping,
            policy=policy,
            retry_on=lambda error: is_away(error) and not isinstance(error, _DENIED),
            sleep=sleep,
            random=random,
            clock=clock,
        )
    except STORE_ERRORS as error:
        failure = error
    address = shown_address(settings.url.get_secret_value()) if settings.url else ""
    log.log(
        *((20, "redis_connected") if failure is None else (40, "redis_not_connected")),
        address=address,
        attempts=attempts,
        connection_failures=connection_failures,
        authentication_failures=authentication_failures,
        seconds=round(clock() - started, 3),
    )
    if failure is None:
        await _refuse_old_server(redis)
    elif isinstance(failure, _DENIED):
        hint = "check user name and password in REDIS_URL"
        raise ConfigurationError(f"REDIS_URL: {address} refuses these credentials", hint=hint) from failure
    elif not is_away(failure):
        raise ConfigurationError(f"REDIS_URL: {address} answers: {failure}") from failure
    else:
        raise StoreUnavailableError(
            f"no Redis at {address} after {attempts} attempts",
            hint="is it running, and does REDIS_URL point to it?",
        ) from failure


def _reason(error: Exception) -> Exception:
    """What the server said: redis-py hides it in a ConnectionError when it says so right after connecting."""
    return error.__cause__ if isinstance(error.__cause__, RedisError) else error


async def _refuse_old_server(redis: Redis) -> None:
    try:
        facts = await redis.info("server")
    except STORE_ERRORS as error:
        if is_away(error):
            raise StoreUnavailableError("Redis went away right after its first answer") from error
        return  # some hosted servers deny INFO: no reason not to work with them
    version = str(facts.get("redis_version", ""))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers and numbers < OLDEST_SERVER:
        raise ConfigurationError(f"REDIS_URL: the server is Redis {version}, needed is 6.2 or later, or any Valkey")
