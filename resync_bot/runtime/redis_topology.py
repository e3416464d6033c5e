"""The three ways in which Redis is run, each by its URL: one server, Sentinel, Cluster.

    redis://user:password@host:6379/0                        one server (rediss: with TLS; unix:///path/to/socket)
    redis+sentinel://user:password@one:26379,two:26379/name/0   the server that the sentinels call master of `name`
    redis+cluster://user:password@one:6379,two:6379          a Cluster, found through any of these nodes

`rediss+sentinel` and `rediss+cluster` speak TLS. User and password are those of the servers, not of the sentinels.
"""

from typing import Any, cast
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import NoBackoff

from resync_bot.runtime.sections import RedisSettings

# Seconds. A worker's read waits on the server for up to one second until there is work: that is no outage.
SHORTEST_READ_TIMEOUT = 2.0
LOST_CONNECTION_CHECK = 30.0  # seconds of silence after which a pooled connection is pinged before use


class _SentinelPool(BlockingConnectionPool, SentinelConnectionPool):
    """Waits for a free connection at the limit, finds the master anew for each connection, and closes the sentinels."""

    async def aclose(self) -> None:
        """Closes all connections."""
        await super().aclose()
        for sentinel in self.sentinel_manager.sentinels:
            await sentinel.aclose()


def client(url: str, settings: RedisSettings) -> Redis:
    """A client that has not connected yet. Raises ValueError, whose text may hold the password, if `url` is wrong."""
    match urlsplit(url).scheme:
        case "redis+sentinel" | "rediss+sentinel":
            return _of_sentinel(url, settings)
        case "redis+cluster" | "rediss+cluster":
            return _of_cluster(url, settings)
        case _:
            pool = BlockingConnectionPool.from_url(
                url, max_connections=settings.max_connections, timeout=settings.timeout, **_connection(settings)
            )
            return Redis.from_pool(pool)


def is_cluster(redis: Redis) -> bool:
    """Whether it is a client of a Cluster, in which each key has a server of its own."""
    return isinstance(redis, RedisCluster)


def _of_sentinel(url: str, settings: RedisSettings) -> Redis:
    parts = urlsplit(url)
    name, _, database = parts.path.strip("/").partition("/")
    if not name:
        raise ValueError("names no master")
    timeouts = {"socket_timeout": settings.timeout, "socket_connect_timeout": settings.timeout}
    sentinels = Sentinel(_addresses(url, 26379), sentinel_kwargs=timeouts)  # type: ignore[no-untyped-call]
    pool = _SentinelPool(
        service_name=name,
        sentinel_manager=sentinels,
        connection_class=SentinelManagedSSLConnection if _is_tls(url) else SentinelManagedConnection,
        max_connections=settings.max_connections,
        timeout=settings.timeout,
        db=int(database or 0),
        **_credentials(url),
        **_connection(settings),
    )
    return Redis.from_pool(pool)


def _of_cluster(url: str, settings: RedisSettings) -> Redis:
    cluster = RedisCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in _addresses(url, 6379)],
        max_connections=settings.max_connections,
        ssl=_is_tls(url),
        **_credentials(url),
        **_connection(settings),
    )
    # Not a subclass in redis-py, but the same commands: all that this project calls.
    return cast("Redis", cluster)


def _connection(settings: RedisSettings) -> dict[str, Any]:
    return {
        "socket_timeout": max(settings.timeout, SHORTEST_READ_TIMEOUT),
        "socket_connect_timeout": settings.timeout,
        "health_check_interval": LOST_CONNECTION_CHECK,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 3,
    }


def _addresses(url: str, port: int) -> list[tuple[str, int]]:
    hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    parts = [urlsplit(f"//{host}") for host in hosts]
    return [(part.hostname or "localhost", part.port or port) for part in parts]


def _credentials(url: str) -> dict[str, Any]:
    user, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    named = {"username": unquote(user), "password": unquote(password)}
    return {name: value for name, value in named.items() if value}


def _is_tls(url: str) -> bool:
    return url.startswith("rediss")
